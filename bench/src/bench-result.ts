/** One measured figure; `met` says whether it is at or under its aim, where it has one. */
export type BenchRow = {
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
  readonly aim?: number;
  readonly met?: boolean;
};

/** What a benchmark printed, and what one should know to read it. */
export type BenchResult = {
  readonly name: string;
  readonly rows: readonly BenchRow[];
  readonly notes: readonly string[];
};

/** How much time to spend: `quick` leaves out the largest size. */
export type BenchOptions = { readonly quick?: boolean };

/** Makes a row; with an aim, lower is better. */
export function row(metric: string, value: number, unit: string, aim?: number): BenchRow {
  const rounded = Number(value.toPrecision(4));
  return aim === undefined
    ? { metric, value: rounded, unit }
    : { metric, value: rounded, unit, aim, met: value <= aim };
}

/** This thread's processor time so far: what a run costs, however busy the machine is with others. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

// Kernels count processor time in steps of up to 10 ms; acts are repeated until a run is well above them.
const SHORTEST_RUN_MS = 50;

/** The median processor time of one act over some runs, in milliseconds, after a few acts that only warm up. */
export function medianMs(runs: number, act: () => void): number {
  for (let warmUp = 0; warmUp < 2; warmUp += 1) act();
  const times = Array.from({ length: runs }, () => timed(act));
  return times.sort((a, b) => a - b)[Math.floor(runs / 2)] ?? 0;
}

function timed(act: () => void): number {
  const start = cpuMs();
  let acts = 0;
  let spent = 0;
  while (spent < SHORTEST_RUN_MS) {
    act();
    acts += 1;
    spent = cpuMs() - start;
  }
  return spent / acts;
}

/** The value that this share of the others is at or below. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
