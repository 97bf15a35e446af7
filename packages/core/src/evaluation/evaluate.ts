import { budgetFromCounts, exhaustionOf } from "../budget/budget.js";
import { periodAt } from "../slo/period.js";
import type { Slo } from "../slo/slo.js";
import type { Budget, Exhaustion, FreezeReason, SloEvaluation, Verdict } from "./evaluation.js";
import { evaluateRule, type JudgedRule } from "./evaluate-rule.js";
import {
  coverageOf,
  GATE_ONE_HOUR_MS,
  GATE_SIX_HOURS_MS,
  isSettled,
  NEEDED_COVERAGE_RATIO,
  planRules,
  startTally,
  tallyRule,
  unpackVerdict,
  VERDICT_FROZEN,
  VERDICT_HEALTHY,
  verdictCode,
} from "./judgement.js";
import {
  setScene,
  silenceReasons,
  troubleReasons,
  windowBurn,
  withGaps,
  type EvaluationContext,
  type Scene,
} from "./scene.js";
import type { WindowReader } from "./window-reader.js";

/**
 * Says everything about one SLO at an instant: budget, burn per rule, what each rule says, and the verdict.
 *
 * Windows end at the watermark while it is at most three slices or samples old, else at now. A rule whose windows are measured to
 * less than 0.9, or whose source is late or failed, is frozen: it neither fires nor resolves. Pure; throws what the
 * reader throws (a window beyond what is held) and RangeError for an unknown time zone.
 */
export function evaluate(slo: Slo, read: WindowReader, context: EvaluationContext): SloEvaluation {
  return evaluateWithCode(slo, read, context).evaluation;
}

/** The same, with the verdict code that the fleet's arrays hold for it. */
export function evaluateWithCode(
  slo: Slo,
  read: WindowReader,
  context: EvaluationContext,
): { readonly evaluation: SloEvaluation; readonly code: number } {
  const scene = setScene(slo, read, context);
  const period = periodAt(slo.window, scene.endMs);
  const measured = read(period.fromMs, Math.min(period.toMs, scene.endMs));
  const counts = withGaps(scene, measured);
  const recent = read(scene.endMs - GATE_SIX_HOURS_MS, scene.endMs);
  const noData = measured.measured === 0 && recent.measured === 0;
  const silence = silenceOf(scene, { noData, expected: measured.expected, periodMs: period.lengthMs });

  const planned = planRules(slo.alerting.rules);
  const judged: JudgedRule[] = [];
  let tally = startTally(silence.length > 0);
  for (const rule of planned) {
    const result = evaluateRule(scene, rule, silence);
    judged[rule.index] = result;
    tally = tallyRule(tally, result.code, rule);
  }
  const thin = slo.gapIs === "gap" && judged.some((rule) => rule.thin);
  const settled = isSettled(recent.expected * context.sliceMs, scene.allowedMs);
  const late = slo.gapIs === "gap" && scene.late;
  const code = verdictCode(tally, noData, settled && (noData || late || thin));

  const budget = budgetFromCounts({ target: slo.target, bad: counts.bad, total: counts.total, edge: counts.edge });
  const rules = judged.map(({ evaluation }) => evaluation);
  const { ruleIndex } = unpackVerdict(code);
  const evaluation: SloEvaluation = {
    sloId: slo.id,
    sloVersion: slo.version,
    service: slo.service,
    atMs: context.nowMs,
    target: slo.target,
    period,
    sliRatio: counts.total > 0 ? (counts.total - counts.bad) / counts.total : undefined,
    coverageRatio: coverageOf(counts.measured, counts.expected),
    watermarkMs: context.watermarkMs,
    budget,
    rules,
    exhaustion: exhaustionAt({ rules, ruleIndex, budget, periodMs: period.lengthMs }),
    verdict: verdictOf(code, { rules, silence }),
    gateBurn: { oneHour: windowBurn(scene, GATE_ONE_HOUR_MS), sixHours: windowBurn(scene, GATE_SIX_HOURS_MS) },
    dataLoss: unpackVerdict(code).dataLoss,
    mode: slo.mode,
  };
  return { evaluation, code };
}

/** Nothing measured at all silences every rule too, also where a gap counts as bad: there is nothing to count from. */
function silenceOf(
  scene: Scene,
  data: { readonly noData: boolean; readonly expected: number; readonly periodMs: number },
): readonly FreezeReason[] {
  if (!data.noData) return scene.silent ? [...silenceReasons(scene, 0), ...troubleReasons(scene)] : [];
  const reasons = silenceReasons(scene, data.expected * scene.context.sliceMs);
  const nothing = { windowMs: data.periodMs, coverageRatio: 0, neededRatio: NEEDED_COVERAGE_RATIO };
  return [...(reasons.length > 0 ? reasons : [{ kind: "coverage", ...nothing } as const]), ...troubleReasons(scene)];
}

function verdictOf(
  code: number,
  from: { readonly rules: SloEvaluation["rules"]; readonly silence: readonly FreezeReason[] },
): Verdict {
  const { kind, pages, ruleIndex } = unpackVerdict(code);
  const rule = from.rules[ruleIndex];
  if (rule !== undefined) return { kind: "firing", tier: pages ? "page" : "ticket", ruleId: rule.ruleId };
  switch (kind) {
    case VERDICT_HEALTHY:
      return { kind: "healthy" };
    case VERDICT_FROZEN:
      return { kind: "frozen", reasons: distinctReasons(from) };
    default:
      return { kind: "no-data", reasons: from.silence };
  }
}

/** A short window that two rules share is named once. */
function distinctReasons(from: {
  rules: SloEvaluation["rules"];
  silence: readonly FreezeReason[];
}): readonly FreezeReason[] {
  const reasons = [...from.silence];
  for (const { outcome } of from.rules) {
    if (outcome.kind !== "frozen") continue;
    for (const reason of outcome.reasons) {
      const known = reasons.some(
        (other) =>
          other === reason ||
          (other.kind === "coverage" && reason.kind === "coverage" && other.windowMs === reason.windowMs),
      );
      if (!known) reasons.push(reason);
    }
  }
  return reasons;
}

/** The rate is that of the verdict's rule, else of the slowest rule whose long window holds events: never the period's own. */
function exhaustionAt(from: {
  readonly rules: SloEvaluation["rules"];
  readonly ruleIndex: number;
  readonly budget: Budget;
  readonly periodMs: number;
}): Exhaustion {
  const slowest = from.rules
    .filter(({ long }) => long.burnRate !== undefined)
    .reduce<SloEvaluation["rules"][number] | undefined>(
      (slow, rule) => (slow === undefined || rule.long.lengthMs > slow.long.lengthMs ? rule : slow),
      undefined,
    );
  const long = (from.rules[from.ruleIndex] ?? slowest)?.long;
  return exhaustionOf({
    remainingRatio: from.budget.remainingRatio,
    periodMs: from.periodMs,
    burnRate: long?.burnRate,
    windowMs: long?.lengthMs ?? 0,
  });
}
