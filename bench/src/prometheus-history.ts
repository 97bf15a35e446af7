import { createWriteStream, mkdtempSync, readdirSync, renameSync, rmSync, type WriteStream } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promtool } from "@plimsoll/tools/components";
import { BENCH_METRIC, countersAt, eventsPerSecond, sloNumbers } from "./counted-fleet.js";

const SCRAPE_S = 15;
const EVALUATION_S = 30;
const DAY_S = 86_400;
// What the rules read: three days of raw counters, and thirty of the recording that the month is made from.
const RAW_S = 3 * DAY_S;
const RECORDED_S = 30 * DAY_S;

/** Whose past is made up, and up to when; `instance` is what the server calls the page that it scrapes. */
export type HistoryOptions = { readonly slos: number; readonly instance: string; readonly untilS: number };

/**
 * Gives a running Prometheus the past that its rules read, as if it had evaluated them for a month; answers how many samples.
 * It finds the blocks by itself within a minute.
 */
export async function giveHistory(prometheusUrl: string, options: HistoryOptions): Promise<number | string> {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-bench-history-"));
  try {
    const text = join(folder, "history.txt");
    const samples = await writeHistory(text, options);
    const blocks = join(folder, "blocks");
    const verdict = await promtool([
      "tsdb",
      "create-blocks-from",
      "--quiet",
      "--max-block-duration=162h",
      "openmetrics",
      text,
      blocks,
    ]);
    if (verdict.kind === "unavailable") return verdict.reason;
    if (!verdict.accepted) return `promtool made no blocks: ${verdict.output.slice(-500)}`;
    const data = await dataFolder(prometheusUrl);
    for (const block of readdirSync(blocks)) renameSync(join(blocks, block), join(data, block));
    return samples;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function writeHistory(path: string, { slos, instance, untilS }: HistoryOptions): Promise<number> {
  const out = createWriteStream(path);
  let samples = 0;
  const write = async (
    series: string,
    options: { readonly spanS: number; readonly stepS: number; readonly valueAt: (second: number) => number },
  ): Promise<void> => {
    const { spanS, stepS, valueAt } = options;
    let text = "";
    for (let second = untilS - spanS; second < untilS; second += stepS) {
      text += `${series} ${valueAt(second)} ${second}\n`;
      samples += 1;
      if (text.length > 1_000_000) {
        await put(out, text);
        text = "";
      }
    }
    await put(out, text);
  };
  await put(out, `# TYPE ${BENCH_METRIC.replace(/_total$/, "")} counter\n`);
  for (const slo of sloNumbers(slos)) {
    const series = (code: string): string =>
      `${BENCH_METRIC}{code="${code}",instance="${instance}",job="bench",service="s${slo}"}`;
    const span = { spanS: RAW_S, stepS: SCRAPE_S };
    await write(series("200"), { ...span, valueAt: (second) => countersAt(slo, second).good });
    await write(series("500"), { ...span, valueAt: (second) => countersAt(slo, second).bad });
  }
  await put(out, "# TYPE slo:error_ratio:rate5m gauge\n");
  for (const slo of sloNumbers(slos)) {
    const { good, bad } = eventsPerSecond(slo);
    const series = `slo:error_ratio:rate5m{slo="slo-${slo}",slo_service="service-${slo}",team="bench",tier="2",window="5m"}`;
    await write(series, { spanS: RECORDED_S, stepS: EVALUATION_S, valueAt: () => bad / (good + bad) });
  }
  await put(out, "# EOF\n");
  out.end();
  await once(out, "finish");
  return samples;
}

async function put(out: WriteStream, text: string): Promise<void> {
  if (!out.write(text)) await once(out, "drain");
}

async function dataFolder(prometheusUrl: string): Promise<string> {
  const response = await fetch(`${prometheusUrl}/api/v1/status/flags`);
  const { data } = (await response.json()) as { readonly data: Readonly<Record<string, string>> };
  const path = data["storage.tsdb.path"];
  if (path === undefined) throw new Error("Prometheus does not say where it stores");
  return path;
}
