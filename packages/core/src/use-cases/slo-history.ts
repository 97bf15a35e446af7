import type { Ledger } from "../ledger/index.js";
import { budgetRatio } from "../slo/target.js";

/** Counts of one step of a chart. */
export type SloPoint = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly bad: number;
  readonly total: number;
  /** 0 before its first slice was expected: nothing was measured then. */
  readonly coverageRatio: number;
  /**
   * Share of the budget left after the events from the start of the range up to this step's end, held against what the
   * whole range's traffic allows; so the last point is the range's remaining budget, signed.
   */
  readonly remainingRatio: number;
};

/** Cuts a range into at most so many steps of whole slices, and counts each; for charts, not for decisions. */
export function sloHistory(
  ledger: Ledger,
  slo: { readonly id: string; readonly target: number },
  range: { readonly fromMs: number; readonly toMs: number; readonly points: number },
): readonly SloPoint[] {
  const column = ledger.columnOf(slo.id);
  const { sliceMs } = ledger;
  const fromMs = Math.max(ledger.oldestMs, Math.floor(range.fromMs / sliceMs) * sliceMs);
  const toMs = Math.min(ledger.headMs, range.toMs);
  if (column === undefined || toMs <= fromMs) return [];
  const stepMs = Math.max(1, Math.ceil((toMs - fromMs) / sliceMs / range.points)) * sliceMs;
  const steps = Array.from({ length: Math.ceil((toMs - fromMs) / stepMs) }, (_, index) => {
    const startMs = fromMs + index * stepMs;
    const endMs = Math.min(startMs + stepMs, toMs);
    // Two sums from one start differ by the step exactly, where a sum of the step alone could reach into a coarse cell.
    return { startMs, endMs, until: ledger.sum(column, fromMs, endMs) };
  });
  const allowed = budgetRatio(slo.target) * ledger.sum(column, fromMs, toMs).total;
  let before = { bad: 0, total: 0, measured: 0, expected: 0 };
  return steps.map(({ startMs, endMs, until }) => {
    const measured = until.measured - before.measured;
    const expected = until.expected - before.expected;
    const point: SloPoint = {
      fromMs: startMs,
      toMs: endMs,
      bad: until.bad - before.bad,
      total: until.total - before.total,
      coverageRatio: expected > 0 ? Math.min(1, measured / expected) : 0,
      remainingRatio: allowed > 0 ? 1 - until.bad / allowed : 1,
    };
    before = until;
    return point;
  });
}
