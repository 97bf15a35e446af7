import type { BurnRateRule } from "../burn-rate/burn-rate-rule.js";
import { chanceOfBad } from "../burn-rate/low-traffic.js";
import { formatDuration } from "../slo/duration.js";
import type { FreezeReason, RuleEvaluation } from "./evaluation.js";
import {
  judgeRule,
  RULE_DEMOTED_CHANCE,
  RULE_DEMOTED_TOO_FEW,
  RULE_FIRING,
  RULE_FROZEN,
  type PlannedRule,
} from "./judgement.js";
import { coverageReason, windowBurn, type Scene } from "./scene.js";

/** A rule's evaluation with the code that it came from. */
export type JudgedRule = { readonly evaluation: RuleEvaluation; readonly code: number; readonly thin: boolean };

/** Says what one rule says; `silence` are the reasons why none may speak. */
export function evaluateRule(scene: Scene, planned: PlannedRule, silence: readonly FreezeReason[]): JudgedRule {
  const { stated } = planned;
  const long = windowBurn(scene, stated.longMs);
  const short = windowBurn(scene, stated.shortMs);
  const thin = [coverageReason(long), coverageReason(short)].filter((reason) => reason !== undefined);
  const code = judgeRule(
    (long.burnRate ?? 0) > planned.limit && (short.burnRate ?? 0) > planned.limit,
    silence.length + thin.length > 0,
    planned.isPage,
    long.bad,
    long.total,
    scene.budget,
    scene.slo.alerting.minBadEvents,
  );
  const evaluation: RuleEvaluation = {
    ruleId: stated.id,
    tier: stated.tier,
    factor: stated.factor,
    budgetShare: stated.budgetShare,
    long,
    short,
    outcome: outcomeOf(code, { scene, stated, evaluation: { long }, reasons: silence.length > 0 ? silence : thin }),
  };
  return { evaluation, code, thin: thin.length > 0 };
}

function outcomeOf(
  code: number,
  from: {
    readonly scene: Scene;
    readonly stated: BurnRateRule;
    readonly evaluation: Pick<RuleEvaluation, "long">;
    readonly reasons: readonly FreezeReason[];
  },
): RuleEvaluation["outcome"] {
  const { scene, stated, reasons } = from;
  const { bad, total, lengthMs } = from.evaluation.long;
  switch (code) {
    case RULE_FROZEN:
      return { kind: "frozen", reasons };
    case RULE_FIRING:
      return { kind: "firing", tier: stated.tier };
    case RULE_DEMOTED_TOO_FEW:
      return {
        kind: "firing",
        tier: "ticket",
        demotedBecause: `${plural(bad, "bad event")} in ${formatDuration(lengthMs)}, and a page needs ${scene.slo.alerting.minBadEvents}`,
      };
    case RULE_DEMOTED_CHANCE:
      return {
        kind: "firing",
        tier: "ticket",
        demotedBecause: `${plural(bad, "bad event")} of ${total} in ${formatDuration(lengthMs)} may be chance: on budget, as many come with a probability of ${percent(chanceOfBad(bad, total, scene.budget))}, and a page needs under 5 %`,
      };
    default:
      return { kind: "quiet" };
  }
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function percent(ratio: number): string {
  return `${Number((ratio * 100).toPrecision(2))} %`;
}
