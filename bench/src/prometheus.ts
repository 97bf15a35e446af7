import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { prometheus, type RunningPrometheus } from "@plimsoll/tools/components";
import type { BenchResult } from "./bench-result.js";
import { createProgramStarter, type ProgramStarter, type RunningProgram } from "./bench-program.js";
import { compareBurnRates, metricSum } from "./burn-rate-agreement.js";
import { fleetConfig } from "./counted-fleet.js";
import { prepare as prepareFleet } from "./evaluation.js";
import { loadWords, processUsage, type ProcessUsage } from "./process-usage.js";
import { giveHistory } from "./prometheus-history.js";
import { prometheusReport, type Costs, type ProcessName } from "./prometheus-report.js";
import { prometheusConfig, prometheusRules } from "./prometheus-rules.js";

const ROUND_S = 30; // how often Prometheus evaluates; the service does twice in it
const SERVICE_ROUNDS = 2;
type Scale = {
  readonly slos: number;
  readonly manySlos: number;
  readonly slosWithHistory: number;
  readonly warmUpS: number;
  readonly measuredS: number;
};
const FULL: Scale = { slos: 300, manySlos: 3_000, slosWithHistory: 20, warmUpS: 90, measuredS: 240 };
const QUICK: Scale = { slos: 60, manySlos: 1_000, slosWithHistory: 5, warmUpS: 75, measuredS: 90 };

/** Every Prometheus of the run, or why there is none. */
type Rivals =
  | {
      readonly kind: "running";
      readonly full: Rival;
      readonly withoutRules: Rival;
      readonly small: Rival;
      readonly withHistory: Rival | string;
    }
  | { readonly kind: "unavailable"; readonly reason: string };
type Rival = { readonly url: string; readonly pid: number };

/** Measures the service beside a real Prometheus: the same SLOs, the same counters, the same minutes. */
export async function run({ quick }: { readonly quick: boolean }): Promise<BenchResult> {
  const scale = quick ? QUICK : FULL;
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-bench-"));
  const programs = createProgramStarter();
  const servers: RunningPrometheus[] = [];
  try {
    const page = await programs.start("counters-page-program");
    const service = await startService(programs, { folder, pageUrl: page.greeting, slos: scale.slos });
    const smallService = await startService(programs, { folder, pageUrl: page.greeting, slos: 1 });
    const largeService = await startService(programs, { folder, pageUrl: page.greeting, slos: scale.manySlos });
    const rivals = await startRivals(page.greeting, scale, servers);
    console.error(
      `prometheus: ${scale.slos} SLOs, ${scale.warmUpS} s to warm up, ${scale.measuredS} s to measure (load ${loadWords()})`,
    );
    await delay(scale.warmUpS * 1_000);
    return await measure({ scale, service, smallService, largeService, rivals });
  } finally {
    await programs.close();
    await Promise.all(servers.map((server) => server.stop()));
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startService(
  programs: ProgramStarter,
  { folder, pageUrl, slos }: { readonly folder: string; readonly pageUrl: string; readonly slos: number },
): Promise<RunningProgram> {
  const own = join(folder, `service-${slos}`);
  mkdirSync(own);
  writeFileSync(
    join(own, "plimsoll.yaml"),
    fleetConfig({ slos, services: Math.ceil(slos / 100), pageUrl, storageFolder: join(own, "data") }),
  );
  return programs.start("service-program", { args: [own] });
}

async function startRivals(pageUrl: string, scale: Scale, servers: RunningPrometheus[]): Promise<Rivals> {
  const start = async (slos: number, hasRules = true): Promise<Rival | string> => {
    const server = await prometheus({
      config: prometheusConfig({ pageUrl, slos, hasRules }),
      files: { "rules.yml": prometheusRules(slos) },
      flags: ["--storage.tsdb.retention.time=60d"],
    });
    if (server.kind === "unavailable") return server.reason;
    servers.push(server);
    return server.pid === undefined
      ? `${server.url} is not a process of this machine`
      : { url: server.url, pid: server.pid };
  };
  const full = await start(scale.slos);
  const withoutRules = await start(scale.slos, false);
  const small = await start(1);
  const withHistory = await start(scale.slosWithHistory);
  if (typeof full === "string") return { kind: "unavailable", reason: full };
  if (typeof withoutRules === "string") return { kind: "unavailable", reason: withoutRules };
  if (typeof small === "string") return { kind: "unavailable", reason: small };
  if (typeof withHistory === "string") return { kind: "running", full, withoutRules, small, withHistory };
  const past = { slos: scale.slosWithHistory, instance: new URL(pageUrl).host, untilS: Math.floor(Date.now() / 1_000) };
  const given = await giveHistory(withHistory.url, past);
  return { kind: "running", full, withoutRules, small, withHistory: typeof given === "string" ? given : withHistory };
}

type Setting = {
  readonly scale: Scale;
  readonly service: RunningProgram;
  readonly smallService: RunningProgram;
  readonly largeService: RunningProgram;
  readonly rivals: Rivals;
};

async function measure({ scale, service, smallService, largeService, rivals }: Setting): Promise<BenchResult> {
  const roundSeconds = (): Promise<number> => metricSum(service.greeting, "plimsoll_round_duration_seconds_sum");
  const running = rivals.kind === "running" ? rivals : undefined;
  const withHistory = typeof running?.withHistory === "object" ? running.withHistory : undefined;
  const secondsBefore = await roundSeconds();
  const costs = await costsOver(scale.measuredS, {
    service: service.pid,
    smallService: smallService.pid,
    largeService: largeService.pid,
    full: running?.full.pid,
    withoutRules: running?.withoutRules.pid,
    small: running?.small.pid,
    withHistory: withHistory?.pid,
  });
  const roundMs = (((await roundSeconds()) - secondsBefore) / scale.measuredS) * ROUND_S * 1_000;
  const agreement = await compareBurnRates(service.greeting, running?.full.url);
  const load = loadWords();
  const evaluationMs = prepareFleet(scale.slos).rounds("one watermark") * SERVICE_ROUNDS;
  const missing =
    rivals.kind === "unavailable"
      ? rivals.reason
      : typeof rivals.withHistory === "string"
        ? rivals.withHistory
        : undefined;
  const { slos, manySlos, slosWithHistory } = scale;
  return prometheusReport({ slos, manySlos, slosWithHistory, costs, roundMs, evaluationMs, agreement, load, missing });
}

/** What each process costs over the same seconds, per round of Prometheus. */
async function costsOver(seconds: number, pids: Readonly<Record<ProcessName, number | undefined>>): Promise<Costs> {
  const named = Object.entries(pids).filter((entry): entry is [ProcessName, number] => entry[1] !== undefined);
  const usages = (): readonly ProcessUsage[] => named.map(([, pid]) => processUsage(pid));
  const start = performance.now();
  const before = usages();
  await delay(seconds * 1_000);
  const after = usages();
  const rounds = (performance.now() - start) / 1_000 / ROUND_S;
  return Object.fromEntries(
    named.map(([name], index) => {
      const cpuSeconds = (after[index]?.cpuSeconds ?? Number.NaN) - (before[index]?.cpuSeconds ?? Number.NaN);
      return [name, { cpuMs: (cpuSeconds * 1_000) / rounds, residentBytes: after[index]?.residentBytes ?? Number.NaN }];
    }),
  );
}
