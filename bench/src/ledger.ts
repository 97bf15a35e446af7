import {
  createLedger,
  createWindowSums,
  planTiers,
  restoreLedger,
  type Ledger,
  type SliceCounts,
  type WindowSums,
} from "../../packages/core/src/ledger/index.js";
import { medianMs, row, type BenchOptions, type BenchResult, type BenchRow } from "./bench-result.js";
import { compareLayouts } from "./ledger-layouts.js";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const SLICE_MS = 15_000;
const START_MS = 1_790_000_000_000;
const TIERS = planTiers({ sliceMs: SLICE_MS, longestWindowMs: 30 * DAY_MS });

/** The long and short windows of four rules, a week and the period. */
const WINDOWS_MS = [
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  2 * HOUR_MS,
  6 * HOUR_MS,
  DAY_MS,
  3 * DAY_MS,
  7 * DAY_MS,
  30 * DAY_MS,
];

/** Sums of this many SLOs, nine windows each, stay in the nearest cache while an evaluation reads them. */
const BATCH = 512;

const AIM_NINE_WINDOWS_NS = 19;
const AIM_RECORD_MS = 50; // for 100,000 SLOs
const AIM_BYTES = 40_000;
const MOST_SNAPSHOT_SLOS = 10_000;
const STRIDE_CELLS = 60;

/** Measures the ledger's hot path at three sizes: recording a slice, nine windows of all SLOs, memory, snapshots. */
export async function run(options: BenchOptions = {}): Promise<BenchResult> {
  const sizes = options.quick === true ? [1_000, 10_000] : [1_000, 10_000, 100_000];
  const rows: BenchRow[] = [];
  const costs: number[] = [];
  for (const slos of sizes) {
    process.stderr.write(`ledger: ${slos} SLOs, filling 30 days\n`);
    const { ledger, counts } = filledLedger(slos);
    process.stderr.write(`ledger: ${slos} SLOs, measuring\n`);
    const nineMs = nineWindows(ledger, (sums) => sums[0]?.bad[0] ?? 0);
    costs.push((nineMs * 1e6) / slos);
    rows.push(
      row(`nine windows, ${slos} SLOs`, (nineMs * 1e6) / slos, "ns/SLO", AIM_NINE_WINDOWS_NS),
      row(`nine windows, whole arrays, ${slos} SLOs`, (nineWholeWindows(ledger) * 1e6) / slos, "ns/SLO"),
      row(
        `record one slice, ${slos} SLOs`,
        recordSlices(ledger, counts),
        "ms",
        slos === 100_000 ? AIM_RECORD_MS : undefined,
      ),
      row(`record one slice three late, ${slos} SLOs`, recordLate(ledger, counts), "ms"),
      row(`record one by one, ${slos} SLOs`, recordOneByOne(ledger), "ms"),
      row(`memory, ${slos} SLOs`, ledger.memory.bytes / slos, "bytes/SLO", AIM_BYTES),
    );
    if (slos <= MOST_SNAPSHOT_SLOS) rows.push(...snapshots(ledger));
  }
  rows.push(row("cost per SLO, largest against smallest size", (costs.at(-1) ?? 0) / (costs[0] ?? 1), "times"));
  rows.push(...compareLayouts(10_000, rowCount(), windowCells()));
  return {
    name: "ledger",
    rows,
    notes: [
      `tiers: ${TIERS.map(({ cellMs, cells }) => `${cells} x ${cellMs / 1_000} s`).join(", ")}`,
      `windows: ${WINDOWS_MS.map((ms) => `${ms / MINUTE_MS} min`).join(", ")}; sums of bad, total and measured slices`,
      `"nine windows" goes through ${BATCH} SLOs at a time, as an evaluation does; "whole arrays" window by window over all`,
      "record one slice includes moving the clock; times are the median of several runs, in processor time of the one thread",
    ],
  };
}

/**
 * Touches every row of every tier: an hour at a time at first, a slice at a time at the end. Each step copies every finer
 * row that it passes, 317 for an hour, which over 30 days of 100,000 SLOs are 460 GB: so where no snapshot is taken, whose
 * size depends on what the rows hold, it goes 60 cells at a time.
 */
function filledLedger(slos: number): { ledger: Ledger; counts: SliceCounts } {
  const ledger = createLedger({ tiers: TIERS, nowMs: START_MS - 32 * DAY_MS });
  for (let slo = 0; slo < slos; slo += 1) ledger.addColumn(`slo-${slo}`, START_MS - 40 * DAY_MS);
  const counts: SliceCounts = {
    bad: Float64Array.from({ length: slos }, (_, slo) => slo % 3),
    total: Float64Array.from({ length: slos }, (_, slo) => 100 + (slo % 900)),
    measured: new Uint8Array(slos).fill(1),
  };
  for (const [tierIndex, tier] of [...TIERS].reverse().entries()) {
    const finer = TIERS[TIERS.length - 2 - tierIndex];
    const untilMs = finer === undefined ? START_MS : START_MS - finer.cells * finer.cellMs;
    const stepMs = tier.cellMs * (finer === undefined || slos <= MOST_SNAPSHOT_SLOS ? 1 : STRIDE_CELLS);
    while (ledger.headMs + stepMs <= untilMs) {
      ledger.advanceTo(ledger.headMs + stepMs);
      ledger.recordSlice(ledger.headMs - SLICE_MS, counts);
    }
  }
  return { ledger, counts };
}

/** Sums nine windows batch by batch; `evaluate` is where burn, budget and verdict of a batch go. */
function nineWindows(
  ledger: Ledger,
  evaluate: (sums: readonly WindowSums[], first: number, count: number) => number,
): number {
  const sums = WINDOWS_MS.map(() => createWindowSums(BATCH));
  let seen = 0;
  const ms = medianMs(7, () => {
    const toMs = ledger.headMs;
    for (let first = 0; first < ledger.columns; first += BATCH) {
      const count = Math.min(BATCH, ledger.columns - first);
      for (const [index, into] of sums.entries()) {
        ledger.sumAll(toMs - (WINDOWS_MS[index] ?? 0), toMs, into, { first, count });
      }
      seen += evaluate(sums, first, count);
    }
  });
  if (Number.isNaN(seen)) throw new Error("a window's sum is not a number");
  return ms;
}

function nineWholeWindows(ledger: Ledger): number {
  const into = createWindowSums(ledger.columns);
  return medianMs(7, () => {
    for (const windowMs of WINDOWS_MS) ledger.sumAll(ledger.headMs - windowMs, ledger.headMs, into);
  });
}

function recordSlices(ledger: Ledger, counts: SliceCounts): number {
  return medianMs(7, () => {
    ledger.advanceTo(ledger.headMs + SLICE_MS);
    ledger.recordSlice(ledger.headMs - SLICE_MS, counts);
  });
}

function recordLate(ledger: Ledger, counts: SliceCounts): number {
  return medianMs(5, () => {
    ledger.recordSlice(ledger.headMs - 4 * SLICE_MS, counts);
  });
}

function recordOneByOne(ledger: Ledger): number {
  const sample = { bad: 1, total: 100 };
  return medianMs(5, () => {
    ledger.advanceTo(ledger.headMs + SLICE_MS);
    for (let column = 0; column < ledger.columns; column += 1) ledger.record(column, ledger.headMs - SLICE_MS, sample);
  });
}

function snapshots(ledger: Ledger): readonly BenchRow[] {
  const slos = ledger.columns;
  let chunks: Uint8Array[] = [];
  const writeMs = medianMs(3, () => {
    chunks = [...ledger.snapshot()];
  });
  const restoreMs = medianMs(3, () => {
    const restored = restoreLedger(chunks, { tiers: TIERS });
    if (!restored.ok) throw new Error(restored.error.message);
  });
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  return [
    row(`snapshot of 30 days, ${slos} SLOs`, writeMs, "ms"),
    row(`snapshot, one chunk, ${slos} SLOs`, writeMs / chunks.length, "ms"),
    row(`snapshot, largest chunk, ${slos} SLOs`, Math.max(...chunks.map(({ length }) => length)) / 1e6, "MB"),
    row(`snapshot, ${slos} SLOs`, bytes / slos, "bytes/SLO"),
    row(`restore of 30 days, ${slos} SLOs`, restoreMs, "ms"),
  ];
}

function rowCount(): number {
  return TIERS.reduce((rows, { cells }) => rows + cells, 1);
}

/** Each window in the cells of the finest tier that reaches back to its start. */
function windowCells(): readonly { firstCell: number; cells: number }[] {
  return WINDOWS_MS.map((windowMs) => {
    let firstRow = 1;
    for (const { cellMs, cells } of TIERS) {
      if ((cells - 1) * cellMs >= windowMs) return { firstCell: firstRow, cells: Math.floor(windowMs / cellMs) };
      firstRow += cells;
    }
    return { firstCell: 1, cells: 1 };
  });
}
