import { binomialUpperTail } from "./binomial-tail.js";

/** A page needs the lower bound of the error ratio above the budget at this one-sided confidence. */
const CHANCE_LIMIT = 0.05;

/** Counts that come out of sums of fractions are whole within this. */
const WHOLE_WITHIN = 1e-6;

/** Whether a firing page stays a page: codes, so that a hot loop stores them as bytes. */
export const PAGE_HOLDS = 0;
export const PAGE_TOO_FEW = 1;
export const PAGE_MAY_BE_CHANCE = 2;
export type PageEvidence = typeof PAGE_HOLDS | typeof PAGE_TOO_FEW | typeof PAGE_MAY_BE_CHANCE;

/**
 * Judges whether the bad events of a long window are enough to wake somebody: at least `minBadEvents`, and so many that
 * at the budgeted rate they would come by chance with a probability under 5 % (exact binomial, the same decision as a
 * Clopper-Pearson lower bound above the budget). Fractional counts are taken the careful way: fewer bad, more total.
 */
export function pageEvidence(bad: number, total: number, budget: number, minBadEvents: number): PageEvidence {
  if (bad + WHOLE_WITHIN < minBadEvents) return PAGE_TOO_FEW;
  return chanceOfBad(bad, total, budget) < CHANCE_LIMIT ? PAGE_HOLDS : PAGE_MAY_BE_CHANCE;
}

/** The probability of that many bad events or more when each is bad with the budgeted probability. */
export function chanceOfBad(bad: number, total: number, budget: number): number {
  const successes = Math.floor(bad + WHOLE_WITHIN);
  const trials = Math.max(successes, Math.ceil(total - WHOLE_WITHIN));
  return binomialUpperTail(successes, trials, budget);
}
