import { budgetFromCounts } from "../budget/budget.js";
import { periodAt } from "../slo/period.js";
import type { Slo } from "../slo/slo.js";
import { isHeldFinely, shareOver, type HeldCounts, type IncidentBudgetShare } from "./incident-budget-share.js";
import { incidentTimes } from "./incident-clocks.js";
import type { IncidentState } from "./incident.js";

/** An objective, and what is held of its slices. */
export type HeldObjective = { readonly slo: Pick<Slo, "id" | "target" | "window">; readonly held: HeldCounts };

type Interval = { readonly fromMs: number; readonly toMs: number };

const UNMEASURED: IncidentBudgetShare = { kind: "unknown", reason: "no objective of its service is measured" };

/**
 * Counts what a service's budgets lost while an incident lasted that no alert of the engine opened: from its start, as who
 * declared it or the alert from elsewhere says, to its last resolution, or to `nowMs` while it goes on. Gives the objective
 * that lost the largest share. Nothing tells whose doing it was, so it is at most what the incident took.
 */
export function serviceBudgetShare(
  state: IncidentState,
  objectives: readonly HeldObjective[],
  nowMs: number,
): IncidentBudgetShare {
  const { detectedAtMs, resolvedAtMs = nowMs, startedAtMs: fromMs = detectedAtMs } = incidentTimes(state);
  const lasted = { fromMs, toMs: Math.max(fromMs, resolvedAtMs) };
  return objectives.map((objective) => shareDuring(lasted, objective)).reduce(larger, UNMEASURED);
}

function shareDuring(lasted: Interval, { held, slo }: HeldObjective): IncidentBudgetShare {
  const { sliceMs } = held;
  const toMs = Math.ceil(lasted.toMs / sliceMs) * sliceMs;
  const period = periodAt(slo.window, lasted.toMs);
  const beganMs = Math.floor(lasted.fromMs / sliceMs) * sliceMs;
  const fromMs = Math.max(beganMs, period.fromMs);
  if (period.fromMs < held.oldestMs) return { kind: "unknown", reason: "its period is held no more" };
  if (!isHeldFinely(fromMs, held)) {
    return { kind: "unknown", reason: "what was counted then is held only by the day" };
  }
  const { allowedBad } = budgetFromCounts({ target: slo.target, ...held.read(period.fromMs, toMs) });
  if (allowedBad <= 0) return { kind: "unknown", reason: "the period has no events to allow a share of" };
  const reach = fromMs === beganMs ? "whole" : "period-only";
  return shareOver({ sloId: slo.id, basis: "service", allowedBad, fromMs, toMs, reach }, held);
}

/** What is known is more than what is not, and of two reasons the later one says more than that nothing is measured. */
function larger(one: IncidentBudgetShare, other: IncidentBudgetShare): IncidentBudgetShare {
  if (one.kind !== "measured") return other;
  return other.kind === "measured" && other.shareRatio > one.shareRatio ? other : one;
}
