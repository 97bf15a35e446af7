import type { SloEvaluation } from "../evaluation/evaluation.js";
import { formatPeriodBudget, formatRemaining, formatShare } from "../evaluation/figures.js";
import type { Slo } from "../slo/slo.js";
import type { BudgetRule } from "./budget-policy.js";
import { heldRules } from "./policy-level.js";

/** A rule of a budget policy that is to be told of began to hold, or ended. */
export type PolicyNotice = {
  readonly type: "budget-rule.began" | "budget-rule.ended";
  readonly data: {
    readonly sloId: string;
    readonly service: string;
    readonly rule: string;
    readonly consumedRatio: number;
    readonly atMs: number;
    /** One sentence for a person. */
    readonly explanation: string;
  };
};

/** A rule ends once this share of its threshold is no longer burned: a budget that hovers about it is told of once. */
export const ENDS_BELOW = 0.95;

/** The rules of an SLO that somebody is to be told of, by name. A shadow objective tells nobody. */
export function notifyingRules(slo: Pick<Slo, "mode" | "policy">): ReadonlyMap<string, BudgetRule> {
  const rules = slo.mode === "shadow" ? [] : slo.policy.rules.filter(({ effect }) => effect === "notify");
  return new Map(rules.map((rule) => [rule.name, rule]));
}

/**
 * Decides which rules began to hold and which ended, against those that held before. Missing data begins and ends
 * nothing; a rule that is no longer in the policy ends.
 */
export function decidePolicyNotices(
  slo: Slo,
  evaluation: SloEvaluation,
  held: ReadonlySet<string>,
): readonly PolicyNotice[] {
  const rules = notifyingRules(slo);
  const { atMs, budget, verdict } = evaluation;
  const notice = (type: PolicyNotice["type"], rule: string, explanation: string): PolicyNotice => ({
    type,
    data: { sloId: slo.id, service: slo.service, rule, consumedRatio: budget.consumedRatio, atMs, explanation },
  });
  const gone = [...held].filter((name) => !rules.has(name));
  const notices = gone.map((name) =>
    notice("budget-rule.ended", name, `${slo.id}: its policy no longer has the rule "${name}"`),
  );
  if (verdict.kind === "frozen" || verdict.kind === "no-data") return notices;
  const burned = `${formatShare(budget.consumedRatio)} of ${formatPeriodBudget(slo.window)} is burned, ${formatRemaining(budget.remainingRatio)}`;
  const holding = new Set(heldRules({ ...slo.policy, rules: [...rules.values()] }, budget).map(({ name }) => name));
  for (const [name, { atConsumedRatio }] of rules) {
    if (held.has(name) && budget.consumedRatio < atConsumedRatio * ENDS_BELOW) {
      notices.push(notice("budget-rule.ended", name, `${slo.id}: "${name}" no longer holds: ${burned}`));
    } else if (!held.has(name) && holding.has(name)) {
      notices.push(notice("budget-rule.began", name, `${slo.id}: "${name}" holds: ${burned}`));
    }
  }
  return notices;
}
