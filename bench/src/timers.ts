import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";

import { PGlite } from "@electric-sql/pglite";
import { createMemoryTimer, createNodeDigest, createSystemClock } from "@plimsoll/adapters-memory";
import { createPostgresStorage, type StorageTarget } from "@plimsoll/adapters-postgres";
import type { Timer } from "@plimsoll/core";
import { fromPglite, PgBoss, type ConstructorOptions } from "pg-boss";

import { quantile, row, type BenchOptions, type BenchResult, type BenchRow } from "./bench-result.js";
import { startBenchServer } from "./storage-server.js";

const AIM_LATENESS_MS = 1_000; // a page is decided within a second of being due
const PROBES = 1_000;
const SPREAD_MS = 5_000;
const FAR_MS = 24 * 3_600_000;
const AT_A_TIME = 500;

type OpenTimer = { readonly timer: Timer & { readonly pending: number }; close(): Promise<void> };
type Place = {
  readonly name: string;
  open(): Promise<OpenTimer>;
  /** What one look for due jobs costs pg-boss's own workers, while the timers are closed. */
  look?(): Promise<readonly number[]>;
};

/** Measures how late timers fire while many more are pending, and what it costs to set them and to open them again. */
export async function run({ quick = false }: BenchOptions = {}): Promise<BenchResult> {
  const rows: BenchRow[] = [];
  const notes = [
    `Lateness by the wall clock: ${PROBES} entries spread over ${SPREAD_MS / 1_000} s, then ${PROBES} due at one instant, among so many that are due in a day; the handler does nothing.`,
    "pg-boss's own look: one fetch that finds nothing due. Its workers would look at most twice a second, so that they are up to 500 ms late before they begin.",
    `load at the start: ${loadavg()[0]?.toFixed(1)}`,
  ];
  const sizes = quick ? [10_000] : [10_000, 100_000];
  // Timers alone do not keep a process running.
  const awake = setInterval(() => undefined, 1_000);
  for (const size of sizes) await measure(memory(), size, rows);
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-bench-timers-"));
  try {
    for (const size of sizes) await measure(embedded(join(folder, String(size))), size, rows);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  for (const size of sizes) {
    const server = await startBenchServer();
    if (server.kind === "unavailable") {
      notes.push(`Not measured on a server: ${server.reason}`);
      break;
    }
    try {
      await measure(onServer(server.url), size, rows);
    } finally {
      await server.stop();
    }
  }
  clearInterval(awake);
  notes.push(`load at the end: ${loadavg()[0]?.toFixed(1)}`);
  return { name: "timers", rows, notes };
}

async function measure({ look, name, open }: Place, size: number, rows: BenchRow[]): Promise<void> {
  const place = `${name}, ${size.toLocaleString("en")} pending`;
  const { close, timer } = await open();
  const late = await latenessOf(timer);
  const farMs = Date.now() + FAR_MS;
  const setSeconds = await secondsOf(() =>
    inParallel(size, (index) => timer.schedule({ key: `far/${index}`, atMs: farMs + index, fence: 1 })),
  );
  rows.push(row(`${place}: entries set, ${AT_A_TIME} at a time`, size / setSeconds, "entries/s"));

  const spread = await late((index) => (index * SPREAD_MS) / PROBES);
  rows.push(row(`${place}: lateness, spread, median`, quantile(spread, 0.5), "ms"));
  rows.push(row(`${place}: lateness, spread, p99`, quantile(spread, 0.99), "ms", AIM_LATENESS_MS));
  rows.push(row(`${place}: lateness, spread, worst`, quantile(spread, 1), "ms", AIM_LATENESS_MS));
  rows.push(row(`${place}: lateness, ${PROBES} at one instant, worst`, quantile(await late(() => 0), 1), "ms"));
  await close();
  if (look === undefined) return;

  const looks = await look();
  rows.push(row(`${place}: pg-boss's own look, median`, quantile(looks, 0.5), "ms"));
  let again: OpenTimer | undefined;
  const openSeconds = await secondsOf(async () => {
    again = await open();
  });
  if (again?.timer.pending !== size) throw new Error(`${place}: ${again?.timer.pending} came back`);
  rows.push(row(`${place}: opened again`, openSeconds, "s"));
  await again.close();
}

/** Sets probes, due so many milliseconds after they are all set, and gives how late each came; throws for an early one. */
async function latenessOf(timer: Timer): Promise<(afterMs: (index: number) => number) => Promise<readonly number[]>> {
  let lateness: number[] = [];
  let allCame = (): void => undefined;
  await timer.consume("probe/", async ({ atMs }) => {
    lateness.push(Date.now() - atMs);
    if (lateness.length === PROBES) allCame();
  });
  let round = 0;
  return async (afterMs) => {
    round += 1;
    lateness = [];
    const came = new Promise<void>((resolve) => (allCame = resolve));
    const fromMs = Date.now() + 3_000;
    await inParallel(PROBES, (index) =>
      timer.schedule({ key: `probe/${round}/${index}`, atMs: fromMs + Math.round(afterMs(index)), fence: 1 }),
    );
    if (Date.now() > fromMs) throw new Error("setting the probes took longer than the time until the first is due");
    await came;
    if (Math.min(...lateness) < 0) throw new Error("a timer fired early");
    return lateness;
  };
}

function memory(): Place {
  return {
    name: "memory",
    async open() {
      const timer = createMemoryTimer({ clock: createSystemClock() });
      return { timer, close: () => timer.close() };
    },
  };
}

function embedded(directory: string): Place {
  return {
    name: "embedded",
    open: () => openOn({ directory }),
    async look() {
      const database = await PGlite.create({ dataDir: join(directory, "postgres") });
      const looks = await looksOf({ db: fromPglite(database), backend: "pglite" });
      await database.close();
      return looks;
    },
  };
}

function onServer(url: string): Place {
  return { name: "server", open: () => openOn({ url }), look: () => looksOf({ connectionString: url }) };
}

async function openOn(target: StorageTarget): Promise<OpenTimer> {
  const storage = await createPostgresStorage(target, { digest: createNodeDigest() });
  const timer = await storage.openTimer({ clock: createSystemClock() });
  return {
    timer,
    async close() {
      await timer.close();
      await storage.close();
    },
  };
}

async function looksOf(options: ConstructorOptions): Promise<readonly number[]> {
  const boss = new PgBoss({ ...options, schema: "plimsoll_jobs", supervise: false, schedule: false });
  boss.on("error", () => undefined);
  await boss.start();
  const looks: number[] = [];
  for (let time = 0; time < 21; time += 1) {
    const seconds = await secondsOf(async () => {
      const found = await boss.fetch("timers", { batchSize: 100 });
      if (found.length > 0) throw new Error("something was due that should not be");
    });
    looks.push(seconds * 1_000);
  }
  await boss.stop({ graceful: false, close: true });
  return looks;
}

async function inParallel(count: number, act: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await act(next++);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1_000;
}
