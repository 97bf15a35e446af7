import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { row, type BenchResult } from "./bench-result.js";

// The bundle lies in bench/temp; the program that is measured is the built one.
const PROGRAM = fileURLToPath(new URL("../../apps/cli/bin/plimsoll.js", import.meta.url));
const SLOS = 1_000;
const AIM_VALIDATE_MS = 1_000;
const AIM_HELP_TIMES = 2; // against an empty Node program

/** Measures how long `--help` takes against an empty Node program, and `validate` of 1,000 SLOs. */
export async function run(options: { readonly quick?: boolean } = {}): Promise<BenchResult> {
  const runs = options.quick === true ? 7 : 25;
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-bench-cli-"));
  try {
    const empty = join(folder, "empty.mjs");
    const configuration = join(folder, "plimsoll.yaml");
    writeFileSync(empty, "");
    writeFileSync(configuration, manySlos());
    // In turn, so that whatever else the machine does falls on both alike.
    const samples = Array.from({ length: runs + 1 }, () => ({
      empty: startMs([empty]),
      help: startMs([PROGRAM, "--help"]),
    })).slice(1);
    const emptyMs = median(samples.map((sample) => sample.empty));
    const helpMs = median(samples.map((sample) => sample.help));
    const validateMs = median(
      Array.from({ length: options.quick === true ? 3 : 7 }, () => startMs([PROGRAM, "validate", configuration])),
    );
    return {
      name: "cli",
      rows: [
        row("an empty Node program", emptyMs, "ms"),
        row("plimsoll --help", helpMs, "ms", AIM_HELP_TIMES * emptyMs),
        row("plimsoll --help against an empty program", helpMs / emptyMs, "times", AIM_HELP_TIMES),
        row(`plimsoll validate, ${SLOS} SLOs`, validateMs, "ms", AIM_VALIDATE_MS),
      ],
      notes: [
        `medians of whole processes by the wall clock under Node ${process.versions.node}, started in turn; a busy machine raises all of them`,
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function startMs(words: readonly string[]): number {
  const started = performance.now();
  const { error, status, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
  const tookMs = performance.now() - started;
  if (error !== undefined || status !== 0)
    throw new Error(
      `${words.join(" ")} ended with ${status ?? "no code"}: ${error?.message ?? stderr}. Is everything built (pnpm build)?`,
    );
  return tookMs;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function manySlos(): string {
  const slos = Array.from({ length: SLOS }, (_, index) => [
    `  slo-${index}:`,
    `    service: service-${index % 100}`,
    "    target: 99.9%",
    "    window: 30d",
    "    sli:",
    "      kind: events",
    "      source: prometheus",
    `      query: { good: 'sum(increase(good_total{id="${index}"}[$slice]))', total: 'sum(increase(all_total{id="${index}"}[$slice]))' }`,
    "    alerting: { preset: google }",
  ]);
  const services = Array.from({ length: 100 }, (_, index) => `  service-${index}: { tier: 1 }`);
  return [
    "version: 1",
    "sources:",
    "  prometheus: { type: prometheus, url: http://127.0.0.1:9090 }",
    "services:",
    ...services,
    "slos:",
    ...slos.flat(),
    "",
  ].join("\n");
}
