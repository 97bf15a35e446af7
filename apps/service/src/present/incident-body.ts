import {
  incidentBudgetShare,
  type IncidentBudgetShare,
  incidentTimes,
  isOpenStatus,
  responseClocks,
  type IncidentState,
  type IncidentView,
} from "@plimsoll/core";
import type { IncidentDetail, IncidentSummary } from "../api.js";
import { defined, iso } from "./slo-body.js";

/** Writes an incident as lists give it. */
export function incidentSummaryBody(
  state: IncidentState,
  nowMs: number,
  share: IncidentBudgetShare = incidentBudgetShare(state),
): IncidentSummary {
  const times = incidentTimes(state);
  const endMs = times.resolvedAtMs ?? nowMs;
  return {
    id: state.id,
    title: state.title,
    service: state.service,
    ...defined({ sloId: state.alert?.sloId }),
    severity: state.severity,
    status: state.status,
    burning: state.alert !== undefined && state.alert.status !== "resolved",
    declaredAt: iso(state.declaredAtMs),
    ...defined({
      acknowledgedAt: isoOf(times.acknowledgedAtMs),
      resolvedAt: isoOf(times.resolvedAtMs),
      closedAt: isoOf(times.closedAtMs),
    }),
    durationMs: Math.max(0, endMs - state.declaredAtMs),
    ...defined({ budgetShareRatio: share.kind === "measured" ? share.shareRatio : undefined }),
  };
}

/** Writes an incident with its course. */
export function incidentDetailBody(view: IncidentView, nowMs: number): IncidentDetail {
  const { state } = view;
  return {
    ...incidentSummaryBody(state, nowMs, view.budgetShare),
    summary: state.alert?.explanation ?? state.title,
    timeline: view.timeline.map(({ atMs, actor, kind, text }) => ({ at: iso(atMs), actor, kind, text })),
    evidence: view.evidence.map(({ id, kind, source, fromMs, toMs, hash, summary }) => ({
      id,
      kind,
      source,
      from: iso(fromMs),
      to: iso(toMs),
      hash,
      summary,
    })),
    targets: responseClocks(state, nowMs).map((clock) => ({
      name: `${clock.severity}: acknowledge`,
      due: iso(clock.dueAtMs),
      ...defined({ met: metOf(clock.outcome) }),
    })),
    ...defined({ postmortem: isOpenStatus(state.status) ? undefined : view.postmortem }),
  };
}

function metOf(outcome: ReturnType<typeof responseClocks>[number]["outcome"]): boolean | undefined {
  return outcome === "met" ? true : outcome === "breached" ? false : undefined;
}

function isoOf(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : iso(ms);
}
