import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { row, type BenchResult, type BenchRow } from "./bench-result.js";
import { createProgramStarter, type RunningProgram } from "./bench-program.js";
import { metricSum } from "./burn-rate-agreement.js";
import { fleetConfig } from "./counted-fleet.js";
import type { LoadAnswer, LoadQuestion } from "./load-program.js";
import { loadWords, processUsage } from "./process-usage.js";

const CONNECTIONS = 50;
const SERVICES = 100;
const RATE_AIM = 0.5;
const P99_AIM_MS = 10;
// A pace that leaves the server mostly idle, so that what is seen is the wait behind the rounds, not behind other requests.
const STEADY_PACE = 1_000;
const SLICE_S = 15;

/** What is read, and what it is called. */
const READS = [
  { name: "one SLO", path: "/api/v1/slos/slo-17" },
  { name: "health", path: "/healthz" },
  { name: "100 SLOs of a service", path: "/api/v1/slos?service=service-17" },
  { name: "all services", path: "/api/v1/services" },
] as const;

type Setting = {
  readonly service: RunningProgram;
  readonly hello: RunningProgram;
  readonly load: RunningProgram;
  readonly seconds: number;
};

/** Measures the service's reads beside bare Fastify, turn about, while the same service evaluates its SLOs. */
export async function run({ quick }: { readonly quick: boolean }): Promise<BenchResult> {
  const slos = quick ? 1_000 : 10_000;
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-bench-"));
  const programs = createProgramStarter();
  try {
    const page = await programs.start("counters-page-program");
    const config = fleetConfig({
      slos,
      services: SERVICES,
      pageUrl: page.greeting,
      storageFolder: join(folder, "data"),
    });
    writeFileSync(join(folder, "plimsoll.yaml"), config);
    const service = await programs.start("service-program", { args: [folder] });
    const hello = await programs.start("hello-program");
    const load = await programs.start("load-program");
    const setting: Setting = { service, hello, load, seconds: quick ? 4 : 10 };
    console.error(`http: ${slos} SLOs, waiting for the first rounds (load ${loadWords()})`);
    await delay(2 * SLICE_S * 1_000);
    const roundsBefore = await rounds(service);
    const rows: BenchRow[] = [];
    for (const read of READS) {
      const found = await compareRead(setting, read);
      console.error(`http: ${found.map(({ metric, value, unit }) => `${metric} ${value} ${unit}`).join("; ")}`);
      rows.push(...found);
    }
    rows.push(...(await steadyReads(setting, quick)));
    const roundsAfter = await rounds(service);
    const count = roundsAfter.count - roundsBefore.count;
    rows.push(row("rounds evaluated meanwhile", count, "rounds"));
    rows.push(row("one round, wall clock", ((roundsAfter.seconds - roundsBefore.seconds) / count) * 1_000, "ms"));
    return {
      name: "http",
      rows,
      notes: [
        `${slos} SLOs of ${SERVICES} services, scraped, stored and evaluated every ${SLICE_S} s by the process that answers; ${CONNECTIONS} kept connections over loopback`,
        "service and bare Fastify are measured turn about in the same seconds; `per CPU second` is what a server answers in one second of processor time, with everything else that it does, and hardly depends on how busy the machine is",
        "bare Fastify answers hello world; for answers over 1 kB also the same number of bytes, ready to be sent",
        `at a steady pace (${STEADY_PACE}/s in all) a request's time begins when it was due, so that nothing hides behind a pause`,
        `load of the machine at the end: ${loadWords()}`,
      ],
    };
  } finally {
    await programs.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function rounds({ greeting }: RunningProgram): Promise<{ readonly seconds: number; readonly count: number }> {
  const name = "plimsoll_round_duration_seconds";
  return { seconds: await metricSum(greeting, `${name}_sum`), count: await metricSum(greeting, `${name}_count`) };
}

type Measured = LoadAnswer & { readonly cpuSeconds: number; readonly rate: number; readonly ratePerCpuSecond: number };

async function compareRead(setting: Setting, { name, path }: (typeof READS)[number]): Promise<readonly BenchRow[]> {
  const { service, hello } = setting;
  const { answerBytes } = await pressed(setting, service, path, 0.5);
  const hellos = ["/", ...(answerBytes > 1_000 ? [`/text/${answerBytes}`] : [])];
  const [own, bare, sameBytes] = await turnAbout(setting, [
    { server: service, path },
    ...hellos.map((helloPath) => ({ server: hello, path: helloPath })),
  ]);
  if (own === undefined || bare === undefined) return [];
  const ratio = (value: number, aim?: number): BenchRow => {
    const shown = row(`${name}: share of hello world's rate`, value, "ratio");
    return aim === undefined ? shown : { ...shown, aim, met: value >= aim };
  };
  return [
    row(`${name}: answers`, own.rate, "/s"),
    row(`${name}: answers per CPU second`, own.ratePerCpuSecond, "/s"),
    row(`${name}: hello world of bare Fastify`, bare.rate, "/s"),
    ratio(own.rate / bare.rate, RATE_AIM),
    {
      ...ratio(own.ratePerCpuSecond / bare.ratePerCpuSecond),
      metric: `${name}: share of hello world's rate per CPU second`,
    },
    ...(sameBytes === undefined
      ? []
      : [
          {
            ...ratio(own.rate / sameBytes.rate),
            metric: `${name}: share of bare Fastify's rate with the same ${answerBytes} bytes`,
          },
        ]),
    row(`${name}: p50`, own.p50Ms, "ms"),
    row(`${name}: p99`, own.p99Ms, "ms", P99_AIM_MS),
    row(`${name}: longest`, own.maxMs, "ms"),
    row(`${name}: p99 of bare Fastify`, bare.p99Ms, "ms"),
    ...(own.unanswered === 0
      ? []
      : [row(`${name}: requests given up after waiting two seconds more`, own.unanswered, "requests", 0)]),
    ...(own.failed === 0 ? [] : [row(`${name}: answers that were not 200`, own.failed, "answers", 0)]),
  ];
}

type Side = { readonly server: RunningProgram; readonly path: string };
const TURNS = 4;

/** Each side for the same time in short turns, so that whatever else the machine does falls on all of them. */
async function turnAbout(setting: Setting, sides: readonly Side[]): Promise<readonly Measured[]> {
  const turns: Measured[][] = sides.map(() => []);
  for (let turn = 0; turn < TURNS; turn += 1) {
    for (const [index, { server, path }] of sides.entries()) {
      turns[index]?.push(await pressed(setting, server, path, setting.seconds / TURNS));
    }
  }
  return turns.map(together);
}

async function pressed({ load }: Setting, server: RunningProgram, path: string, seconds: number): Promise<Measured> {
  const before = processUsage(server.pid).cpuSeconds;
  const question: LoadQuestion = { url: `${server.greeting}${path}`, connections: CONNECTIONS, seconds };
  const answer = (await load.ask(question)) as LoadAnswer;
  const cpuSeconds = processUsage(server.pid).cpuSeconds - before;
  return {
    ...answer,
    cpuSeconds,
    rate: answer.requests / answer.seconds,
    ratePerCpuSecond: answer.requests / cpuSeconds,
  };
}

/** Turns as one: rates over all the time, the median turn's p50, the worst turn's p99. */
function together(turns: readonly Measured[]): Measured {
  const sum = (pick: (turn: Measured) => number): number => turns.reduce((total, turn) => total + pick(turn), 0);
  const requests = sum((turn) => turn.requests);
  const seconds = sum((turn) => turn.seconds);
  const cpuSeconds = sum((turn) => turn.cpuSeconds);
  const sortedP50 = turns.map(({ p50Ms }) => p50Ms).sort((a, b) => a - b);
  return {
    requests,
    seconds,
    failed: sum(({ failed }) => failed),
    unanswered: sum(({ unanswered }) => unanswered),
    answerBytes: turns[0]?.answerBytes ?? 0,
    rate: requests / seconds,
    ratePerCpuSecond: requests / cpuSeconds,
    cpuSeconds,
    p50Ms: sortedP50[Math.floor(sortedP50.length / 2)] ?? Number.NaN,
    p99Ms: Math.max(...turns.map(({ p99Ms }) => p99Ms)),
    maxMs: Math.max(...turns.map(({ maxMs }) => maxMs)),
  };
}

/** Reads at a steady pace for more than a slice, so that a whole round, with scraping and storing, falls into it. */
async function steadyReads({ service, hello, load }: Setting, quick: boolean): Promise<readonly BenchRow[]> {
  const read = READS[0];
  const paced = async (server: RunningProgram, path: string, seconds: number): Promise<LoadAnswer> => {
    const question: LoadQuestion = {
      url: `${server.greeting}${path}`,
      connections: CONNECTIONS,
      seconds,
      pace: STEADY_PACE,
    };
    return (await load.ask(question)) as LoadAnswer;
  };
  const own = await paced(service, read.path, (quick ? 1 : 2) * SLICE_S);
  const bare = await paced(hello, "/", quick ? 5 : SLICE_S);
  return [
    row(`${read.name}, steady: p50`, own.p50Ms, "ms"),
    row(`${read.name}, steady: p99`, own.p99Ms, "ms", P99_AIM_MS),
    row(`${read.name}, steady: longest`, own.maxMs, "ms"),
    row("hello world of bare Fastify, steady: p99", bare.p99Ms, "ms"),
    row("hello world of bare Fastify, steady: longest", bare.maxMs, "ms"),
  ];
}
