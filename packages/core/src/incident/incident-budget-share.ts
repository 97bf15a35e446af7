import type { SloEvaluation } from "../evaluation/evaluation.js";
import type { WindowReader } from "../evaluation/window-reader.js";
import { budgetRatio } from "../slo/target.js";
import type { IncidentState } from "./incident.js";

/** How much of the SLO's budget went while an incident lasted. */
export type IncidentBudgetShare =
  | {
      readonly kind: "measured";
      /** Bad events from the start of the impact to the end. */
      readonly bad: number;
      /** (1 - target) * total over the period, at the end. */
      readonly allowedBad: number;
      /** bad / allowedBad: the incident's part of the period's `consumedRatio`. */
      readonly shareRatio: number;
      /** The interval counted. */
      readonly fromMs: number;
      readonly toMs: number;
      /** `period-only`: the impact began before the period at the end does, and only what is in that period is counted. */
      readonly reach: "whole" | "period-only";
      /** Upper bound on how many of `bad` lie outside the interval, because the ledger holds that time in coarser cells. */
      readonly edgeBad: number;
    }
  /** Nothing was spent: missing data are neither good nor bad. */
  | { readonly kind: "none"; readonly reason: string }
  | { readonly kind: "unknown"; readonly reason: string };

/** What is held of one SLO's slices. */
export type HeldCounts = {
  readonly sliceMs: number;
  /** The oldest instant that `read` may start at. */
  readonly oldestMs: number;
  readonly read: WindowReader;
};

/** One incident that takes more than this share of the period's budget asks for a postmortem with a P0 action item. */
export const LARGE_INCIDENT_RATIO = 0.2; // The Site Reliability Workbook, appendix B, example error budget policy

/** The long window is searched for the start of the impact in so many steps: whole slices for every window in use. */
const SEARCH_STEPS = 60;

/** In longer cells what an incident burned is lost in what its day did. */
const COARSEST_MS = 6 * 3_600_000;

/**
 * Counts what an incident spent: the bad events between the start of its impact and the last that was heard of the alert
 * (its resolution, once it resolved), over those that the period allows. While the incident goes on, give the present
 * evaluation as `end`: its events bring one only when the alert changes.
 */
export function incidentBudgetShare(
  state: IncidentState,
  held: HeldCounts | undefined,
  end: SloEvaluation | undefined = state.latestEvaluation,
): IncidentBudgetShare {
  const { startEvaluation: start } = state;
  if (start === undefined || end === undefined) {
    return { kind: "unknown", reason: "no SLO was evaluated when the incident was declared" };
  }
  if (state.alert?.kind === "data-loss") return { kind: "none", reason: "missing data are neither good nor bad" };
  if (start.sloId !== end.sloId || start.sloVersion !== end.sloVersion) {
    return { kind: "unknown", reason: "the objective changed during the incident" };
  }
  if (held === undefined) return { kind: "unknown", reason: "its objective is not measured any more" };
  const { allowedBad } = end.budget;
  if (allowedBad <= 0) return { kind: "unknown", reason: "the period has no events to allow a share of" };
  const impactMs = impactStart(state, start, held);
  if (impactMs === undefined)
    return { kind: "unknown", reason: "what was counted then is held no more, or only by the day" };
  const fromMs = Math.max(impactMs, end.period.fromMs);
  const toMs = Math.max(fromMs, Math.floor(end.atMs / held.sliceMs) * held.sliceMs);
  const { bad, edge } = held.read(fromMs, toMs);
  return {
    kind: "measured",
    bad,
    allowedBad,
    shareRatio: bad / allowedBad,
    fromMs,
    toMs,
    reach: fromMs === impactMs ? "whole" : "period-only",
    edgeBad: edge.bad,
  };
}

/**
 * Finds when the impact began: as somebody said, or within the long window of the rule that fired at the point from which
 * the most was spent beyond what the budget allows. Undefined where that time is not held any more.
 */
function impactStart(state: IncidentState, start: SloEvaluation, held: HeldCounts): number | undefined {
  const long = start.rules.find(({ ruleId }) => ruleId === state.startRuleId)?.long;
  const untilMs = Math.floor((long?.toMs ?? start.atMs) / held.sliceMs) * held.sliceMs;
  const searchMs = long?.lengthMs ?? 0;
  const oldestMs = Math.min(state.startedAtMs ?? untilMs - searchMs, untilMs);
  if (Math.min(oldestMs, untilMs - held.sliceMs) < held.oldestMs) return undefined;
  const cell = held.read(untilMs - held.sliceMs, untilMs);
  if (cell.toMs - cell.fromMs > COARSEST_MS) return undefined;
  if (state.startedAtMs !== undefined) return oldestMs;
  const budget = budgetRatio(start.target);
  let best = { fromMs: untilMs, excess: 0 };
  for (let step = 1; step <= SEARCH_STEPS; step += 1) {
    const { bad, fromMs, total } = held.read(untilMs - (searchMs * step) / SEARCH_STEPS, untilMs);
    const excess = bad - budget * total;
    if (excess > best.excess) best = { fromMs, excess };
  }
  return best.fromMs;
}

/** Tells whether an incident took more of the budget than policy lets pass without a P0 action item. */
export function isLargeIncident(share: IncidentBudgetShare, limitRatio: number = LARGE_INCIDENT_RATIO): boolean {
  return share.kind === "measured" && share.shareRatio > limitRatio;
}
