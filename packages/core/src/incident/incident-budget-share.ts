import type { SloEvaluation } from "../evaluation/evaluation.js";
import type { IncidentState } from "./incident.js";

/** How much of the SLO's budget went while an incident lasted. */
export type IncidentBudgetShare =
  | {
      readonly kind: "measured";
      /** Bad events of the period at the end, less those at the start. Signed, never clamped. */
      readonly bad: number;
      /** (1 - target) * total over the period, at the end. */
      readonly allowedBad: number;
      /** bad / allowedBad: the incident's part of the period's `consumedRatio`. */
      readonly shareRatio: number;
      /** The interval between the two evaluations. */
      readonly fromMs: number;
      readonly toMs: number;
      /**
       * `exact`: both evaluations count from the same start of the period.
       * `net-of-left`: the period rolled on by `leftMs` meanwhile, and the bad events that left it are taken off; so the
       * incident spent at least this. `turned-over`: a new period began meanwhile, and only what is in it is counted.
       */
      readonly exactness: "exact" | "net-of-left" | "turned-over";
      readonly leftMs: number;
      /** Upper bound on how far `bad` may be off because the ledger's cells are coarser than the period's edge. */
      readonly edgeBad: number;
      /** Upper bound on what burned before the alert fired: the bad events in its rule's long window, over allowedBad. */
      readonly leadRatioAtMost: number;
    }
  | { readonly kind: "unknown"; readonly reason: string };

/** One incident that takes more than this share of the period's budget asks for a postmortem with a P0 action item. */
export const LARGE_INCIDENT_RATIO = 0.2; // The Site Reliability Workbook, appendix B, example error budget policy

/**
 * Computes which share of the period's budget went between the declaration and the last that was heard of the alert (its
 * resolution, once it resolved), from the two evaluations that the events keep. What burned before the alert fired is
 * not in the share; its bound is given beside it. While the incident goes on, give the present evaluation as `end`: its
 * events bring one only when the alert changes.
 */
export function incidentBudgetShare(
  state: IncidentState,
  end: SloEvaluation | undefined = state.latestEvaluation,
): IncidentBudgetShare {
  const { startEvaluation: start } = state;
  if (start === undefined || end === undefined) {
    return { kind: "unknown", reason: "no SLO was evaluated when the incident was declared" };
  }
  if (start.sloId !== end.sloId || start.sloVersion !== end.sloVersion) {
    return { kind: "unknown", reason: "the objective changed during the incident" };
  }
  const { allowedBad } = end.budget;
  if (allowedBad <= 0) return { kind: "unknown", reason: "the period has no events to allow a share of" };
  const turnedOver = end.period.fromMs >= start.atMs;
  const leftMs = end.period.fromMs - start.period.fromMs;
  const bad = turnedOver ? end.budget.bad : end.budget.bad - start.budget.bad;
  const lead = start.rules.find((rule) => rule.ruleId === state.startRuleId)?.long.bad ?? 0;
  return {
    kind: "measured",
    bad,
    allowedBad,
    shareRatio: bad / allowedBad,
    fromMs: turnedOver ? end.period.fromMs : start.atMs,
    toMs: end.atMs,
    exactness: turnedOver ? "turned-over" : leftMs === 0 ? "exact" : "net-of-left",
    leftMs,
    edgeBad: end.budget.edge.bad + (turnedOver ? 0 : start.budget.edge.bad),
    leadRatioAtMost: lead / allowedBad,
  };
}

/** Tells whether an incident took more of the budget than policy lets pass without a P0 action item. */
export function isLargeIncident(share: IncidentBudgetShare, limitRatio: number = LARGE_INCIDENT_RATIO): boolean {
  return share.kind === "measured" && share.shareRatio > limitRatio;
}
