import { budgetRatio } from "../slo/target.js";

/**
 * Says how many times faster than evenly the budget is being spent: (bad / total) / (1 - target).
 * Undefined when nothing happened. Source: The Site Reliability Workbook, chapter 5.
 */
export function burnRate(options: {
  readonly bad: number;
  readonly total: number;
  readonly target: number;
}): number | undefined {
  const burn = burnOf(options.bad, options.total, budgetRatio(options.target));
  return Number.isNaN(burn) ? undefined : burn;
}

/** The same for hot loops: takes the budget ratio, answers NaN when nothing happened. */
export function burnOf(bad: number, total: number, budget: number): number {
  return total > 0 ? bad / total / budget : Number.NaN;
}

/** The highest burn rate that a target allows: every event is bad. */
export function highestBurnRate(target: number): number {
  return burnOf(1, 1, budgetRatio(target));
}
