import {
  allowedMoves,
  incidentSignals,
  isOpenStatus,
  type AlertTrace,
  type EscalationState,
  type Evidence,
  type FittingRunbook,
  type IncidentFile,
  type IncidentState,
  type IncidentView,
  type ReviewState,
} from "@plimsoll/core";
import type { EvidenceBody, EvidenceDetail, IncidentDetail } from "../schemas/incident-schemas.js";
import { escalationBody, type CallDirectory } from "./escalation-body.js";
import { actionBody, incidentSummaryBody } from "./incident-body.js";
import { fittingRunbooksBody } from "./runbook-body.js";
import { defined, iso, isoOf } from "./slo-body.js";

/** Everything that is known about one incident. */
export type IncidentParts = {
  readonly view: IncidentView;
  readonly file: IncidentFile;
  readonly escalation: EscalationState | undefined;
  readonly directory: CallDirectory;
  readonly runbooks: readonly FittingRunbook[];
  /** Finds what is told of others, such as similar ones. */
  readonly stateOf: (incidentId: string) => IncidentState | undefined;
};

/** Writes an incident with its course and its file. */
export function incidentDetailBody(parts: IncidentParts, nowMs: number): IncidentDetail {
  const { directory, escalation, file, runbooks, view } = parts;
  const { state } = view;
  const newest = file.explanation.traces.at(-1);
  return {
    ...incidentSummaryBody(state, nowMs, view.budgetShare),
    summary: state.alert?.explanation ?? state.title,
    declaredBy: state.declaredBy,
    ...defined({ splitFrom: state.splitFrom }),
    moves: [...allowedMoves(state.status)],
    timeline: view.timeline.map(({ atMs, actor, kind, text }) => ({ at: iso(atMs), actor, kind, text })),
    evidence: view.evidence.map(evidenceBody),
    ...defined({ runbooks: fittingRunbooksBody(runbooks, nowMs) }),
    ...peopleBody(state),
    ...fileBody(parts, nowMs),
    ...defined({
      escalation: escalation === undefined ? undefined : escalationBody(escalation, directory, nowMs),
      explanation: newest === undefined ? undefined : traceBody(newest),
    }),
    review: reviewBody(file.postmortem.review),
    ...defined({ postmortem: isOpenStatus(state.status) ? undefined : view.postmortem }),
  };
}

function evidenceBody({ fromMs, hash, id, kind, source, summary, toMs }: Evidence): EvidenceBody {
  return { id, kind, source, from: iso(fromMs), to: iso(toMs), hash, summary };
}

/** Writes an item of evidence with what was seen, as it was stored. */
export function evidenceDetailBody(incidentId: string, evidence: Evidence): EvidenceDetail {
  return { incidentId, ...evidenceBody(evidence), data: evidence.data };
}

function peopleBody(state: IncidentState): Pick<IncidentDetail, "roles" | "updates" | "calls" | "links" | "alerts"> {
  const from = new Map(state.followed.map((alert) => [alert.key, alert.from]));
  return {
    roles: state.duties.map(({ fromMs, person, role, toMs }) => ({
      role,
      person,
      from: iso(fromMs),
      ...defined({ to: isoOf(toMs) }),
    })),
    updates: state.statusUpdates.map(({ atMs, audience, author, text }) => ({ at: iso(atMs), author, audience, text })),
    calls: state.calls.map(({ atMs, channel, step, to }) => ({ at: iso(atMs), step, to: [...to], channel })),
    links: state.links.map(({ id, kind, relation }) => ({ kind, id, relation })),
    alerts: incidentSignals(state).map(({ key, status }) => ({ key, status, ...defined({ from: from.get(key) }) })),
  };
}

function fileBody(
  { file, stateOf, view: { state } }: IncidentParts,
  nowMs: number,
): Pick<IncidentDetail, "clocks" | "cost" | "similar" | "actions"> {
  const { budget, people, totalMs } = file.cost;
  return {
    clocks: file.clocks.map(({ startedAtMs, dueAtMs, kind, lateMs, outcome, round, severity }) => ({
      kind,
      round,
      severity,
      startedAt: iso(startedAtMs),
      due: iso(dueAtMs),
      outcome,
      lateMs,
    })),
    cost: {
      totalMs,
      people: people.map(({ durationMs, person }) => ({ person, durationMs })),
      ...defined({ badEvents: budget.kind === "measured" ? budget.bad : undefined }),
    },
    similar: file.similar.flatMap(({ because, incidentId, score }) => {
      const other = stateOf(incidentId);
      if (other === undefined) return [];
      const { declaredAtMs, status, title } = other;
      return [{ id: incidentId, score, because: [...because], title, status, declaredAt: iso(declaredAtMs) }];
    }),
    actions: state.actions.map((item) => actionBody(item, nowMs)),
  };
}

/** Writes what one piece of news of an alert met on its way. */
export function traceBody({
  atMs,
  change,
  explanation,
  key,
  steps,
}: AlertTrace): NonNullable<IncidentDetail["explanation"]> {
  return {
    key,
    at: iso(atMs),
    change,
    explanation,
    steps: steps.map(({ because, kind, outcome, rule }) => ({ kind, rule, outcome, because })),
  };
}

/** Writes how far a postmortem has come. */
export function reviewBody(review: ReviewState): IncidentDetail["review"] {
  return review.status === "draft" ? { status: "draft" } : { ...review, at: iso(review.atMs) };
}
