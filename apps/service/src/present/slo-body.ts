import {
  formatDuration,
  type AlertState,
  type FreezeReason,
  type RuleEvaluation,
  type SloView,
  type WindowBurn,
} from "@plimsoll/core";
import { freezeWords } from "@plimsoll/core";
import type { SloStatus } from "../api.js";

/** Writes a view of an SLO as the API gives it. */
export function sloBody(view: SloView): SloStatus {
  const { slo, evaluation, alerts, level, explanation } = view;
  const { budget, exhaustion, period, verdict } = evaluation;
  return {
    id: slo.id,
    service: slo.service,
    ...defined({ title: slo.title, description: slo.description, owner: slo.owner, runbook: slo.runbook }),
    kind: slo.sli.kind,
    mode: slo.mode,
    version: slo.version,
    target: slo.target,
    window: { ...windowWords(slo), from: iso(period.fromMs), to: iso(period.toMs), lengthMs: period.lengthMs },
    evaluatedAt: iso(evaluation.atMs),
    ...defined({ sliRatio: evaluation.sliRatio }),
    coverageRatio: evaluation.coverageRatio,
    ...defined({
      measuredSince: view.birthMs > period.fromMs ? iso(view.birthMs) : undefined,
      watermark: evaluation.watermarkMs === undefined ? undefined : iso(evaluation.watermarkMs),
    }),
    budget: {
      remainingRatio: budget.remainingRatio,
      consumedRatio: budget.consumedRatio,
      bad: budget.bad,
      total: budget.total,
      allowedBad: budget.allowedBad,
      edge: budget.edge,
    },
    rules: evaluation.rules.map(ruleBody),
    exhaustion:
      exhaustion.kind === "in"
        ? { kind: "in", durationMs: exhaustion.durationMs, at: iso(evaluation.atMs + exhaustion.durationMs) }
        : { kind: exhaustion.kind },
    verdict: {
      kind: verdict.kind,
      ...(verdict.kind === "firing" ? { tier: verdict.tier, ruleId: verdict.ruleId } : {}),
      reasons: verdict.kind === "frozen" || verdict.kind === "no-data" ? verdict.reasons.map(reasonBody) : [],
    },
    alert: alertBody(alerts.burn),
    dataLoss: alertBody(alerts.dataLoss),
    level: { name: level.name, action: level.action },
    explanation: explanation.text,
  };
}

function ruleBody(rule: RuleEvaluation): SloStatus["rules"][number] {
  const { outcome } = rule;
  return {
    id: rule.ruleId,
    tier: rule.tier,
    factor: rule.factor,
    budgetShare: rule.budgetShare,
    long: windowBody(rule.long),
    short: windowBody(rule.short),
    outcome: outcome.kind,
    ...(outcome.kind === "firing"
      ? { firingTier: outcome.tier, ...defined({ demotedBecause: outcome.demotedBecause }) }
      : {}),
    frozenBecause: outcome.kind === "frozen" ? outcome.reasons.map(reasonBody) : [],
  };
}

function windowBody(window: WindowBurn): SloStatus["rules"][number]["long"] {
  return {
    lengthMs: window.lengthMs,
    from: iso(window.fromMs),
    to: iso(window.toMs),
    bad: window.bad,
    total: window.total,
    ...defined({ burnRate: window.burnRate }),
    coverageRatio: window.coverageRatio,
  };
}

function reasonBody(reason: FreezeReason): { kind: FreezeReason["kind"]; message: string } {
  return { kind: reason.kind, message: freezeWords(reason) };
}

function alertBody(alert: AlertState): SloStatus["alert"] {
  if (alert.status === "quiet") return { status: "quiet", frozen: false };
  return {
    status: alert.status,
    tier: alert.tier,
    since: iso(alert.sinceMs),
    frozen: alert.frozen,
    ...(alert.status === "suppressed" ? { suppressedBy: alert.suppressedBy } : {}),
  };
}

function windowWords({ window }: SloView["slo"]): { text: string; kind: "rolling" | "calendar" } {
  return window.kind === "rolling"
    ? { text: `${formatDuration(window.lengthMs)} rolling`, kind: "rolling" }
    : { text: `calendar ${window.unit}, ${window.zone}`, kind: "calendar" };
}

/** Writes an instant as the API gives it. */
export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** The same for an instant that may not be known. */
export function isoOf(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : iso(ms);
}

type Defined<Shape> = { [Key in keyof Shape]?: Exclude<Shape[Key], undefined> };

/** Leaves out what is undefined: an absent key is how the API says "not known". */
export function defined<Shape extends object>(shape: Shape): Defined<Shape> {
  return Object.fromEntries(Object.entries(shape).filter(([, value]) => value !== undefined)) as Defined<Shape>;
}
