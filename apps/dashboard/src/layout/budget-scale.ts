/** Where zero is on every budget bar, as a share of its width: bars below each other compare. */
export const ZERO_AT = 0.25;

export type BudgetSpan = { readonly from: number; readonly to: number };

/**
 * The bar of a remainder, as shares of the width. Right of zero it is linear. Left of it there is no end, so it is
 * squeezed: overspent by the whole budget is half way, by ten times ten elevenths.
 */
export function budgetSpan(remainingRatio: number): BudgetSpan {
  if (remainingRatio >= 0) return { from: ZERO_AT, to: ZERO_AT + (1 - ZERO_AT) * Math.min(1, remainingRatio) };
  const over = -remainingRatio;
  return { from: ZERO_AT * (1 - over / (1 + over)), to: ZERO_AT };
}

export type BudgetTone = "good" | "low" | "spent";

// Below a quarter the default policy asks for reliability work before features.
const LOW_RATIO = 0.25;

export function budgetTone(remainingRatio: number): BudgetTone {
  if (remainingRatio <= 0) return "spent";
  return remainingRatio <= LOW_RATIO ? "low" : "good";
}
