import type { Budget } from "../evaluation/evaluation.js";
import type { BudgetLevel, BudgetPolicy, BudgetRule } from "./budget-policy.js";

/** A budget this close to a level's floor is on it: the rest is the noise of binary fractions. */
const EQUAL_WITHIN = 1e-12;

/** Stands in for a policy without a level for the remaining budget. */
const NO_LEVEL: BudgetLevel = { name: "none", action: "No level of the policy applies." };

/** Finds the level that is in force: the first whose floor the remaining budget is above. */
export function policyLevel(policy: BudgetPolicy, budget: Pick<Budget, "remainingRatio">): BudgetLevel {
  return policy.levels.find(({ aboveRatio }) => isAbove(budget.remainingRatio, aboveRatio ?? -Infinity)) ?? NO_LEVEL;
}

/** Finds the named rules that hold: those whose share of the budget is consumed. */
export function heldRules(policy: BudgetPolicy, budget: Pick<Budget, "consumedRatio">): readonly BudgetRule[] {
  return policy.rules.filter(({ atConsumedRatio }) => budget.consumedRatio >= atConsumedRatio - EQUAL_WITHIN);
}

/** Tells whether a remaining budget is strictly above a floor, noise aside. */
export function isAbove(remainingRatio: number, floorRatio: number): boolean {
  return remainingRatio > floorRatio + EQUAL_WITHIN;
}
