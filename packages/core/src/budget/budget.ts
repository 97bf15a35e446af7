import type { Budget, Exhaustion } from "../evaluation/evaluation.js";
import { budgetRatio } from "../slo/target.js";

const NO_EDGE = { bad: 0, total: 0 };

/**
 * Counts a period's error budget from its events: consumed = bad / ((1 - target) * total). Weighted by events, signed,
 * never clamped. Nothing is consumed while nothing happened.
 */
export function budgetFromCounts(options: {
  readonly target: number;
  readonly bad: number;
  readonly total: number;
  readonly edge?: { readonly bad: number; readonly total: number };
}): Budget {
  const { bad, total, edge = NO_EDGE } = options;
  const budget = budgetRatio(options.target);
  const consumedRatio = consumedOf(bad, total, budget);
  return {
    allowedBad: budget * total,
    bad,
    total,
    consumedRatio,
    remainingRatio: 1 - consumedRatio,
    edge: { bad: edge.bad, total: edge.total },
  };
}

/** The consumed ratio for hot loops: takes the budget ratio. */
export function consumedOf(bad: number, total: number, budget: number): number {
  return total > 0 ? bad / (budget * total) : 0;
}

/** How long the remaining budget lasts at a burn rate, net of what is spent: remaining * period / burn. */
export function exhaustionOf(options: {
  readonly remainingRatio: number;
  readonly periodMs: number;
  readonly burnRate: number | undefined;
  readonly windowMs: number;
}): Exhaustion {
  const { remainingRatio, periodMs, burnRate = 0, windowMs } = options;
  if (remainingRatio <= 0) return { kind: "spent" };
  if (!(burnRate > 0)) return { kind: "never" };
  return { kind: "in", durationMs: (remainingRatio * periodMs) / burnRate, burnRate, windowMs };
}
