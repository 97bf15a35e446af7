/** One measured figure; `met` says whether it is at or under its aim, where it has one. */
export type BenchRow = {
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
  readonly aim?: number;
  readonly met?: boolean;
};

/** What a benchmark printed, and what one should know to read it. */
export type BenchResult = { readonly name: string; readonly rows: readonly BenchRow[]; readonly notes: readonly string[] };

/** How much time to spend: `quick` leaves out the largest size. */
export type BenchOptions = { readonly quick?: boolean };

/** Makes a row; with an aim, lower is better. */
export function row(metric: string, value: number, unit: string, aim?: number): BenchRow {
  const rounded = Number(value.toPrecision(4));
  return aim === undefined ? { metric, value: rounded, unit } : { metric, value: rounded, unit, aim, met: value <= aim };
}

/** This thread's processor time so far: what a run costs, however busy the machine is with others. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

// Kernels count processor time in steps of up to 10 ms; an act is repeated until a run is well above them.
const SHORTEST_RUN_MS = 60;

/** The median processor time of one act in some runs, in milliseconds, after a few acts that only warm up. */
export function medianMs(runs: number, act: () => void): number {
  let once = 0;
  for (let warmUp = 0; warmUp < Math.max(2, Math.ceil(runs / 5)); warmUp += 1) once = timed(1, act);
  const repeats = Math.max(1, Math.ceil(SHORTEST_RUN_MS / Math.max(once, 0.02)));
  const times = Array.from({ length: runs }, () => timed(repeats, act));
  return times.sort((a, b) => a - b)[Math.floor(runs / 2)] ?? 0;
}

function timed(repeats: number, act: () => void): number {
  const start = cpuMs();
  for (let repeat = 0; repeat < repeats; repeat += 1) act();
  return (cpuMs() - start) / repeats;
}
