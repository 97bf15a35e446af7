import type { AlertTier } from "../burn-rate/burn-rate-rule.js";
import type { SloEvaluation } from "../evaluation/evaluation.js";
import { explain, freezeWords } from "../evaluation/explain.js";
import type { Slo } from "../slo/slo.js";
import type { AlertEvent, AlertFacts, AlertKind, AlertState } from "./alert.js";

/** What an alert is decided with beside the evaluation. */
export type AlertContext = {
  readonly slo: Slo;
  /** The SLO that this one depends on and that pages now; see `suppressorOf`. */
  readonly suppressor?: string;
};

/** Both alerts of one SLO. */
export type SloAlerts = { readonly burn: AlertState; readonly dataLoss: AlertState };

export const QUIET_ALERT: AlertState = { status: "quiet" };
export const QUIET_ALERTS: SloAlerts = { burn: QUIET_ALERT, dataLoss: QUIET_ALERT };

/** The alert's key: an SLO has at most one alert of each kind. */
export function alertKey(sloId: string, kind: AlertKind): string {
  return `${sloId}/${kind}`;
}

/** The SLO that an alert's key names. */
export function sloOfAlertKey(key: string): string {
  return key.slice(0, key.lastIndexOf("/"));
}

/** Decides both alerts of an SLO: what happens to the one about its burn, then to the one about its data. */
export function decideAlerts(
  alerts: SloAlerts,
  evaluation: SloEvaluation,
  context: AlertContext,
): readonly AlertEvent[] {
  return [
    ...decideAlert(alerts.burn, evaluation, context),
    ...decideDataLossAlert(alerts.dataLoss, evaluation, context),
  ];
}

/**
 * Decides what happens to an SLO's burn alert. One alert escalates and eases in place; missing data freeze it, and
 * neither fire, ease nor resolve it; a shadow objective has none. The same state and evaluation give the same events,
 * ids included, so that a replay after a crash doubles nothing. Decide again when the verdict changes, and, for an
 * alert that is not quiet, also when only its suppressor does: the verdict's code does not know of suppression.
 */
export function decideAlert(
  state: AlertState,
  evaluation: SloEvaluation,
  context: AlertContext,
): readonly AlertEvent[] {
  const desk = openDesk("burn", evaluation, context);
  const heard = hear(state, evaluation);
  switch (state.status) {
    case "quiet":
      return heard.kind === "burns" ? fire(desk, heard, context.suppressor) : [];
    case "suppressed":
      return decideSuppressed(desk, { state, heard, suppressor: context.suppressor });
    case "firing":
      return decideFiring(desk, { state, heard, suppressor: context.suppressor });
  }
}

/** Decides the ticket about an SLO's missing data: raised while they are missing beyond tolerance, resolved when they are back. */
export function decideDataLossAlert(
  state: AlertState,
  evaluation: SloEvaluation,
  context: AlertContext,
): readonly AlertEvent[] {
  const missing = evaluation.dataLoss && evaluation.mode === "active";
  const desk = openDesk("data-loss", evaluation, context);
  if (state.status === "quiet") {
    return missing
      ? [{ type: "alert.fired", data: desk.facts({ tier: "ticket", explanation: missingWords(evaluation) }) }]
      : [];
  }
  if (missing) return [];
  const explanation =
    evaluation.mode === "active"
      ? `the data of ${evaluation.sloId} are back`
      : `${evaluation.sloId} became a shadow objective, which never alerts`;
  return [{ type: "alert.resolved", data: desk.facts({ ...idOf(state), explanation }) }];
}

/** What an evaluation has to say to an alert. */
type Heard =
  | { readonly kind: "burns"; readonly tier: AlertTier; readonly ruleId: string }
  | { readonly kind: "nothing-burns" }
  | { readonly kind: "cannot-say" };

type Active = Exclude<AlertState, { readonly status: "quiet" }>;

function hear(state: AlertState, evaluation: SloEvaluation): Heard {
  const { verdict } = evaluation;
  if (evaluation.mode === "shadow") return { kind: "nothing-burns" };
  switch (verdict.kind) {
    case "firing": {
      // A page must not ease to a ticket because the rule that raised it can no longer see.
      const wouldEase = state.status !== "quiet" && state.tier === "page" && verdict.tier === "ticket";
      if (wouldEase && aPageRuleIsFrozen(evaluation)) return { kind: "cannot-say" };
      return { kind: "burns", tier: verdict.tier, ruleId: verdict.ruleId };
    }
    case "healthy":
      return { kind: "nothing-burns" };
    case "frozen":
    case "no-data":
      return { kind: "cannot-say" };
  }
}

function aPageRuleIsFrozen(evaluation: SloEvaluation): boolean {
  return evaluation.rules.some(({ tier, outcome }) => tier === "page" && outcome.kind === "frozen");
}

/** Writes the facts of events about one alert. */
type Desk = {
  readonly explanation: (suppressedBy?: string) => string;
  readonly facts: (part: {
    readonly alertId?: string;
    readonly tier: AlertTier;
    readonly ruleId?: string;
    readonly explanation?: string;
  }) => AlertFacts;
};

function openDesk(kind: AlertKind, evaluation: SloEvaluation, { slo }: AlertContext): Desk {
  const key = alertKey(evaluation.sloId, kind);
  const explanation = (suppressedBy?: string): string =>
    explain(evaluation, slo, suppressedBy === undefined ? {} : { suppressedBy }).text;
  return {
    explanation,
    facts: ({ alertId, tier, ruleId, explanation: words }) => ({
      key,
      alertId: alertId ?? `${key}@${new Date(evaluation.atMs).toISOString()}`,
      sloId: evaluation.sloId,
      service: evaluation.service,
      kind,
      tier,
      ...(ruleId === undefined ? {} : { ruleId }),
      atMs: evaluation.atMs,
      explanation: words ?? explanation(),
      evaluation,
    }),
  };
}

function idOf(state: Active): { alertId: string; tier: AlertTier; ruleId?: string } {
  const { alertId, tier, ruleId } = state;
  return ruleId === undefined ? { alertId, tier } : { alertId, tier, ruleId };
}

function fire(
  desk: Desk,
  heard: Extract<Heard, { kind: "burns" }>,
  suppressor: string | undefined,
): readonly AlertEvent[] {
  const { tier, ruleId } = heard;
  if (suppressor === undefined) return [{ type: "alert.fired", data: desk.facts({ tier, ruleId }) }];
  const facts = desk.facts({ tier, ruleId, explanation: desk.explanation(suppressor) });
  return [{ type: "alert.suppressed", data: { ...facts, suppressedBy: suppressor } }];
}

type Standing<State> = { readonly state: State; readonly heard: Heard; readonly suppressor: string | undefined };

function decideSuppressed(
  desk: Desk,
  { state, heard, suppressor }: Standing<Extract<AlertState, { status: "suppressed" }>>,
): readonly AlertEvent[] {
  if (heard.kind === "cannot-say") return freeze(desk, state);
  const lift: AlertEvent = { type: "alert.unsuppressed", data: desk.facts(idOf(state)) };
  if (heard.kind === "nothing-burns") return [lift];
  if (suppressor === undefined) return [lift, ...fire(desk, heard, undefined)];
  const thaw = thawed(desk, state);
  if (heard.tier === state.tier && suppressor === state.suppressedBy) return thaw;
  // Still held back, by another or at another tier: said again under the same id.
  const facts = desk.facts({
    alertId: state.alertId,
    tier: heard.tier,
    ruleId: heard.ruleId,
    explanation: desk.explanation(suppressor),
  });
  return [...thaw, { type: "alert.suppressed", data: { ...facts, suppressedBy: suppressor } }];
}

function decideFiring(
  desk: Desk,
  { state, heard, suppressor }: Standing<Extract<AlertState, { status: "firing" }>>,
): readonly AlertEvent[] {
  if (heard.kind === "cannot-say") return freeze(desk, state);
  if (heard.kind === "nothing-burns") return [{ type: "alert.resolved", data: desk.facts(idOf(state)) }];
  const thaw = thawed(desk, state);
  if (heard.tier === state.tier) return thaw;
  const louder = heard.tier === "page";
  // Somebody was told already, at a lower tier; what suppresses holds the wake-up call back and nothing else.
  if (louder && suppressor !== undefined) return thaw;
  const facts = desk.facts({ alertId: state.alertId, tier: heard.tier, ruleId: heard.ruleId });
  return [...thaw, { type: louder ? "alert.escalated" : "alert.eased", data: facts }];
}

function freeze(desk: Desk, state: Active): readonly AlertEvent[] {
  return state.frozen ? [] : [{ type: "alert.frozen", data: desk.facts(idOf(state)) }];
}

function thawed(desk: Desk, state: Active): readonly AlertEvent[] {
  return state.frozen ? [{ type: "alert.thawed", data: desk.facts(idOf(state)) }] : [];
}

function missingWords(evaluation: SloEvaluation): string {
  const { verdict, rules } = evaluation;
  const reasons =
    verdict.kind === "frozen" || verdict.kind === "no-data"
      ? verdict.reasons
      : rules.flatMap(({ outcome }) => (outcome.kind === "frozen" ? outcome.reasons : []));
  const words = [...new Set(reasons.map(freezeWords))].join(", and ");
  return `${evaluation.sloId} is missing data: ${words}`;
}
