import { resolveRules } from "../../packages/core/src/burn-rate/resolve-rules.js";
import { DEFAULT_BUDGET_POLICY } from "../../packages/core/src/budget/default-budget-policy.js";
import { explain } from "../../packages/core/src/evaluation/explain.js";
import { createFleetEvaluator, type FleetInputs } from "../../packages/core/src/evaluation/fleet-evaluator.js";
import { longestWindowMs } from "../../packages/core/src/evaluation/longest-window.js";
import { createLedger, planTiers, type Ledger, type SliceCounts } from "../../packages/core/src/ledger/index.js";
import type { Slo } from "../../packages/core/src/slo/slo.js";
import { medianMs, row, type BenchResult, type BenchRow } from "./bench-result.js";

const DAY_MS = 86_400_000;
const SLICE_MS = 15_000;
const PERIOD_MS = 30 * DAY_MS;
const START_MS = 1_790_000_000_000 - (1_790_000_000_000 % SLICE_MS);
const AIM_ALL_MS = 100; // four rules, budget and verdict of 100,000 SLOs, with the sums
const AIM_SIZE = 100_000;
const STRIDE_CELLS = 60;

/** Measures a whole round: the sums, four rules, the budget and the verdict of every SLO; then words for what changed. */
export async function run(options: { readonly quick?: boolean } = {}): Promise<BenchResult> {
  const sizes = options.quick === true ? [1_000, 10_000] : [1_000, 10_000, AIM_SIZE];
  const rows: BenchRow[] = [];
  const costs: number[] = [];
  for (const size of sizes) {
    const bench = prepare(size);
    const healthyMs = bench.rounds("one watermark");
    costs.push(healthyMs / size);
    rows.push(
      row(`one round, ${size} SLOs`, healthyMs, "ms", size === AIM_SIZE ? AIM_ALL_MS : undefined),
      row(`one round per SLO, ${size} SLOs`, (healthyMs * 1e6) / size, "ns/SLO"),
      row(`one round, two different watermarks, ${size} SLOs`, bench.rounds("two watermarks"), "ms"),
      row(`one round while every SLO pages, ${size} SLOs`, bench.everythingPages(), "ms"),
    );
    rows.push(row(`objects and words for 1,000 that changed, ${size} SLOs`, bench.wordsForThousand(), "ms"));
  }
  rows.push(row("cost per SLO, largest against smallest size", (costs.at(-1) ?? 0) / (costs[0] ?? 1), "times"));
  return {
    name: "evaluation",
    rows,
    notes: [
      "four rules (page 1 h and 6 h, ticket 24 h and 3 d, each with a short window), 30 days' budget, 15 s slices",
      "a round sums eight distinct windows per SLO (bad, total, measured, expected) and yields verdict codes and remaining budgets",
      "two watermarks means that every other SLO's data end one slice earlier, so each block is summed twice",
      "every value is the median of several runs",
    ],
  };
}

/** A fleet of this size after 30 days of clock, with acts to measure on it. */
export function prepare(size: number) {
  const slos = Array.from({ length: size }, (_, index) => sloAt(index));
  const { ledger, counts } = filledLedger(slos);
  const fleet = createFleetEvaluator(
    ledger,
    slos.map((slo, column) => ({ slo, column })),
  );
  const inputs = (lagSlices: number): FleetInputs => ({
    nowMs: ledger.headMs,
    watermarkMs: Float64Array.from(
      { length: size },
      (_, column) => ledger.headMs - (column % 2) * lagSlices * SLICE_MS,
    ),
    failed: new Uint8Array(size),
  });
  return {
    rounds(kind: "one watermark" | "two watermarks"): number {
      const given = inputs(kind === "one watermark" ? 0 : 1);
      return medianMs(size > 10_000 ? 9 : 25, () => void fleet.evaluate(given));
    },
    everythingPages(): number {
      const outage: SliceCounts = { ...counts, bad: counts.total };
      for (let slice = 0; slice < 240; slice += 1) {
        ledger.advanceTo(ledger.headMs + SLICE_MS);
        ledger.recordSlice(ledger.headMs - SLICE_MS, outage);
      }
      const given = inputs(0);
      return medianMs(size > 10_000 ? 9 : 25, () => void fleet.evaluate(given));
    },
    wordsForThousand(): number {
      const given = inputs(0);
      return medianMs(9, () => {
        for (let column = 0; column < 1_000; column += 1) {
          explain(fleet.evaluationOf(column, given), slos[column] as Slo);
        }
      });
    },
  };
}

function sloAt(index: number): Slo {
  return {
    id: `slo-${index}`,
    service: `service-${index % 100}`,
    version: 1,
    target: index % 2 === 0 ? 0.999 : 0.995,
    window: { kind: "rolling", lengthMs: PERIOD_MS },
    sli: { kind: "events", selector: { source: "bench", query: {} } },
    mode: "active",
    gapIs: "gap",
    alerting: {
      rules: resolveRules("google", { periodMs: PERIOD_MS, sliceMs: SLICE_MS }),
      minBadEvents: 3,
      suppressedBy: [],
    },
    policy: DEFAULT_BUDGET_POLICY,
  };
}

/** Moves the clock through a whole period, so that every row is really there; born, measured and busy in the last slices. */
function filledLedger(slos: readonly Slo[]): { ledger: Ledger; counts: SliceCounts } {
  const tiers = planTiers({ sliceMs: SLICE_MS, longestWindowMs: longestWindowMs(slos.slice(0, 1), SLICE_MS) });
  const ledger = createLedger({ tiers, nowMs: START_MS - 32 * DAY_MS });
  const counts: SliceCounts = {
    bad: Float64Array.from(slos, (_, index) => (index % 10 === 0 ? 1 : 0)),
    total: Float64Array.from(slos, (_, index) => 1_000 + (index % 900)),
    measured: new Uint8Array(slos.length).fill(1),
  };
  for (const slo of slos) ledger.addColumn(slo.id, START_MS);
  for (const [index, tier] of tiers.toReversed().entries()) {
    const finer = tiers[tiers.length - 2 - index];
    const untilMs = finer === undefined ? START_MS : START_MS - finer.cells * finer.cellMs;
    // Many cells at a time, as each step copies every finer row that it passes; the rows are there all the same.
    const stepMs = tier.cellMs * (finer === undefined ? 1 : STRIDE_CELLS);
    while (ledger.headMs + stepMs <= untilMs) ledger.advanceTo(ledger.headMs + stepMs);
  }
  for (let slice = 0; slice < 30; slice += 1) {
    ledger.advanceTo(ledger.headMs + SLICE_MS);
    ledger.recordSlice(ledger.headMs - SLICE_MS, counts);
  }
  return { ledger, counts };
}
