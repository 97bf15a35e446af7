import { incidentTimes, isQuiet, type ActionItem, type IncidentBudgetShare, type IncidentState } from "@plimsoll/core";
import type { ActionItemBody, IncidentSummary } from "../schemas/incident-schemas.js";
import { defined, iso, isoOf } from "./slo-body.js";

/** Writes an incident as lists give it. */
export function incidentSummaryBody(state: IncidentState, nowMs: number, share: IncidentBudgetShare): IncidentSummary {
  const times = incidentTimes(state);
  const endMs = times.resolvedAtMs ?? times.closedAtMs ?? nowMs;
  return {
    id: state.id,
    version: state.version,
    title: state.title,
    service: state.service,
    ...defined({ sloId: state.alert?.sloId }),
    severity: state.severity,
    status: state.status,
    // A closed one hears of its alerts no more: a merged one's are the other incident's.
    burning: state.status !== "closed" && !isQuiet(state),
    declaredAt: iso(state.declaredAtMs),
    ...defined({
      acknowledgedAt: isoOf(times.acknowledgedAtMs),
      mitigatedAt: isoOf(times.mitigatedAtMs),
      resolvedAt: isoOf(times.resolvedAtMs),
      closedAt: isoOf(times.closedAtMs),
    }),
    durationMs: Math.max(0, endMs - state.declaredAtMs),
    ...defined({
      budgetShareRatio: share.kind === "measured" ? share.shareRatio : undefined,
      budgetShareOf: share.kind === "measured" && share.basis === "service" ? share.sloId : undefined,
      mergedInto: state.mergedInto,
    }),
  };
}

/** Writes an action item as it stands at an instant. */
export function actionBody(item: ActionItem, nowMs: number): ActionItemBody {
  const { addedAtMs, dueAtMs, id, owner, priority, status, title } = item;
  return {
    id,
    title,
    owner,
    priority,
    due: iso(dueAtMs),
    addedAt: iso(addedAtMs),
    status,
    ...(status === "open" && nowMs > dueAtMs ? { overdueMs: nowMs - dueAtMs } : {}),
    ...(item.status === "done" ? { settledAt: iso(item.doneAtMs), outcome: item.outcome } : {}),
    ...(item.status === "dropped" ? { settledAt: iso(item.droppedAtMs), outcome: item.reason } : {}),
  };
}
