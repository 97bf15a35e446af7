import type { AlertFacts } from "../alert/alert.js";
import type { SloEvaluation } from "../evaluation/evaluation.js";
import type { WindowReader } from "../evaluation/window-reader.js";
import { budgetRatio } from "../slo/target.js";
import type { IncidentState } from "./incident.js";
import type { MeasuredShare } from "./measured-share.js";

/** How much of a budget went while an incident lasted, as far as that is known. */
export type IncidentBudgetShare =
  | MeasuredShare
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
  const reach = fromMs === impactMs ? "whole" : "period-only";
  return shareOver({ sloId: end.sloId, basis: "alert", allowedBad, fromMs, toMs, reach }, held);
}

/** Counts an interval of which all but its bad events is known. */
export function shareOver(
  known: Omit<MeasuredShare, "kind" | "bad" | "shareRatio" | "edgeBad">,
  { read }: HeldCounts,
): MeasuredShare {
  const { bad, edge } = read(known.fromMs, known.toMs);
  return { kind: "measured", ...known, bad, shareRatio: bad / known.allowedBad, edgeBad: edge.bad };
}

/**
 * Finds when the impact of an alert of the engine began, by the same counts that its incident's share of the budget is
 * counted from: within the long window of the rule that fired, to a sixtieth of it. Undefined where data were lost, for
 * nobody knows since when users were affected; where that time is not held; and where the counts show no such point.
 */
export function alertImpactStart(
  { evaluation, kind, ruleId }: Pick<AlertFacts, "evaluation" | "kind" | "ruleId">,
  held: HeldCounts,
): number | undefined {
  const within = searchWindow(evaluation, ruleId, held);
  if (kind === "data-loss" || !isHeld(within.fromMs, within, held)) return undefined;
  return searchStart(evaluation, within, held);
}

/**
 * Finds when the impact began: as the declaration says, or as `alertImpactStart` does; when it was noticed where the counts
 * show no earlier point. Undefined where that time is not held any more.
 */
function impactStart(state: IncidentState, start: SloEvaluation, held: HeldCounts): number | undefined {
  const within = searchWindow(start, state.startRuleId, held);
  const { untilMs } = within;
  const oldestMs = Math.min(state.startedAtMs ?? within.fromMs, untilMs);
  if (!isHeld(oldestMs, within, held)) return undefined;
  return state.startedAtMs === undefined ? (searchStart(start, within, held) ?? untilMs) : oldestMs;
}

type SearchWindow = { readonly fromMs: number; readonly untilMs: number };

/** The long window of the rule that fired, in whole slices; none of it where the rule is not known. */
function searchWindow(start: SloEvaluation, rule: string | undefined, { sliceMs }: HeldCounts): SearchWindow {
  const long = start.rules.find(({ ruleId }) => ruleId === rule)?.long;
  const untilMs = Math.floor((long?.toMs ?? start.atMs) / sliceMs) * sliceMs;
  return { fromMs: untilMs - (long?.lengthMs ?? 0), untilMs };
}

/** Tells whether what was counted since an instant is there to be read, finely enough. */
function isHeld(oldestMs: number, { untilMs }: SearchWindow, held: HeldCounts): boolean {
  const lastMs = untilMs - held.sliceMs;
  return Math.min(oldestMs, lastMs) >= held.oldestMs && isHeldFinely(lastMs, held);
}

/** Tells whether the slice at an instant that is held is so in a cell that shows more than its day. */
export function isHeldFinely(atMs: number, { read, sliceMs }: HeldCounts): boolean {
  const cell = read(atMs, atMs + sliceMs);
  return cell.toMs - cell.fromMs <= COARSEST_MS;
}

/** The point from which the most was spent beyond what the budget allows; undefined where nothing was. */
function searchStart(
  { target }: SloEvaluation,
  { fromMs, untilMs }: SearchWindow,
  held: HeldCounts,
): number | undefined {
  const budget = budgetRatio(target);
  let best: { readonly fromMs: number | undefined; readonly excess: number } = { fromMs: undefined, excess: 0 };
  for (let step = 1; step <= SEARCH_STEPS; step += 1) {
    const found = held.read(untilMs - ((untilMs - fromMs) * step) / SEARCH_STEPS, untilMs);
    const excess = found.bad - budget * found.total;
    if (excess > best.excess) best = { fromMs: found.fromMs, excess };
  }
  return best.fromMs;
}

/** Tells whether an incident took more of the budget than policy lets pass without a P0 action item. */
export function isLargeIncident(share: IncidentBudgetShare, limitRatio: number = LARGE_INCIDENT_RATIO): boolean {
  return share.kind === "measured" && share.shareRatio > limitRatio;
}
