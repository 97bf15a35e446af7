import type { BurnRateRule } from "./burn-rate-rule.js";

/** A burn rate this close to a factor is equal to it: the rest is the noise of binary fractions. */
const EQUAL_WITHIN = 1e-12;

/**
 * The burn rate that a rule's windows must exceed, strictly. A rule with `>=` gets the next lower limit, so that a hot
 * loop needs one comparison and a burn of exactly the factor never turns on the last bit of a division.
 */
export function ruleLimit(rule: Pick<BurnRateRule, "factor" | "comparison">): number {
  return rule.comparison === ">" ? rule.factor * (1 + EQUAL_WITHIN) : rule.factor * (1 - EQUAL_WITHIN);
}
