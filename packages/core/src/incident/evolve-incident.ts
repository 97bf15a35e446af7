import type { AlertFacts } from "../alert/alert.js";
import { evolveFollowUp } from "./evolve-follow-up.js";
import type {
  IncidentAlertUpdated,
  IncidentDeclared,
  IncidentEvent,
  IncidentExternalUpdated,
} from "./incident-event.js";
import { statusAfter, type IncidentMove, type IncidentStatus } from "./incident-lifecycle.js";
import { alertSignal, externalSignal, type IncidentSignal } from "./incident-signal.js";
import type { Answer, IncidentAlert, IncidentRound, IncidentState } from "./incident.js";
import { evolvePeople } from "./people/evolve-people.js";
import { UNTOUCHED_POSTMORTEM } from "./postmortem/postmortem-section.js";
import { evolveRelation } from "./relations/evolve-relation.js";

/**
 * Applies an event to an incident. Pure and total: the same events give the same state.
 *
 * A stream begins with its declaration: other events before it leave `undefined`, and a second declaration changes
 * nothing. `replayIncident` reports such streams instead.
 */
export function evolveIncident(state: IncidentState | undefined, event: IncidentDeclared): IncidentState;
export function evolveIncident(state: IncidentState, event: IncidentEvent): IncidentState;
export function evolveIncident(state: IncidentState | undefined, event: IncidentEvent): IncidentState | undefined;
export function evolveIncident(state: IncidentState | undefined, event: IncidentEvent): IncidentState | undefined {
  if (state === undefined) return event.type === "incident.declared" ? begin(event) : undefined;
  if (event.type === "incident.declared") return state;
  const { causeId } = event.data;
  return {
    ...change(state, event),
    causes: state.causes.includes(causeId) ? state.causes : [...state.causes, causeId],
    lastAtMs: event.atMs,
    version: state.version + 1,
  };
}

function begin(event: IncidentDeclared): IncidentState {
  const { alert, external, group, serviceTier, splitFrom, startedAtMs, severity } = event.data;
  return {
    id: event.data.incidentId,
    status: "declared",
    title: event.data.title,
    service: event.data.service,
    ...(serviceTier === undefined ? {} : { serviceTier }),
    declaredBy: event.actor,
    severity,
    severities: [{ atMs: event.atMs, severity, reason: event.data.severityReason }],
    ...(alert === undefined
      ? {}
      : {
          alert: alertFrom(alert, { status: "firing", frozen: false }),
          startEvaluation: alert.evaluation,
          latestEvaluation: alert.evaluation,
          ...(alert.ruleId === undefined ? {} : { startRuleId: alert.ruleId }),
        }),
    ...(external === undefined ? {} : { external }),
    followed: [],
    groups: group === undefined ? [] : [group],
    ...(splitFrom === undefined ? {} : { splitFrom }),
    links:
      splitFrom === undefined
        ? []
        : [{ kind: "incident", id: splitFrom, relation: "split from it", atMs: event.atMs, by: event.actor }],
    ...(startedAtMs === undefined ? {} : { startedAtMs }),
    detectedAtMs: event.data.detectedAtMs,
    declaredAtMs: event.atMs,
    rounds: [{ openedAtMs: event.atMs }],
    evidence: [],
    answers: [],
    duties: [],
    calls: [],
    statusUpdates: [],
    notices: [],
    breaches: [],
    actions: [],
    postmortem: UNTOUCHED_POSTMORTEM,
    causes: [event.data.causeId],
    lastAtMs: event.atMs,
    version: 1,
  };
}

function change(state: IncidentState, event: Exclude<IncidentEvent, IncidentDeclared>): IncidentState {
  switch (event.type) {
    case "incident.acknowledged":
    case "incident.unacknowledged":
    case "incident.mitigation-started":
    case "incident.mitigated":
      return evolveResponse(state, event);
    case "incident.severity-changed": {
      const { to: severity, reason } = event.data;
      return { ...state, severity, severities: [...state.severities, { atMs: event.atMs, severity, reason }] };
    }
    case "incident.noted":
    case "incident.alert-traced":
      return state;
    case "incident.evidence-attached": {
      const { data: _data, ...entry } = event.data.evidence;
      return { ...state, evidence: [...state.evidence, entry] };
    }
    case "incident.alert-updated":
      return withAlert(state, event);
    case "incident.external-updated":
      return withExternal(state, event);
    case "incident.resolved": {
      const rounds = withLastRound(state, (round) => ({ ...round, resolvedAtMs: event.atMs }));
      const latest = event.data.evaluation === undefined ? {} : { latestEvaluation: event.data.evaluation };
      return { ...state, ...latest, status: moved(state, event.data.how === "alert" ? "recover" : "resolve"), rounds };
    }
    case "incident.reopened":
      // Reopened from `mitigated`, it was never resolved: the same round goes on.
      return state.status === "mitigated"
        ? { ...state, status: moved(state, "reopen") }
        : { ...state, status: moved(state, "reopen"), rounds: [...state.rounds, { openedAtMs: event.atMs }] };
    case "incident.closed":
      return { ...state, status: moved(state, "close"), closedAtMs: event.atMs };
    case "incident.escalated":
    case "incident.role-assigned":
    case "incident.role-handed-over":
    case "incident.role-released":
    case "incident.status-updated":
    case "incident.stakeholders-told":
    case "incident.target-breached":
      return evolvePeople(state, event);
    case "incident.linked":
    case "incident.unlinked":
    case "incident.merged":
    case "incident.absorbed":
    case "incident.split-off":
      return evolveRelation(state, event);
    case "incident.action-added":
    case "incident.action-changed":
    case "incident.action-done":
    case "incident.action-dropped":
    case "incident.postmortem-edited":
    case "incident.postmortem-restored":
    case "incident.postmortem-reviewed":
    case "incident.cost-recorded":
      return evolveFollowUp(state, event);
  }
}

type ResponseEvent = Extract<
  IncidentEvent,
  {
    readonly type:
      | "incident.acknowledged"
      | "incident.unacknowledged"
      | "incident.mitigation-started"
      | "incident.mitigated";
  }
>;

function evolveResponse(state: IncidentState, event: ResponseEvent): IncidentState {
  switch (event.type) {
    case "incident.acknowledged": {
      const { actor, atMs } = event;
      const rounds = withLastRound(state, (round) => ({ acknowledgedAtMs: atMs, ...round }));
      const answers = [...state.answers, { person: actor, fromMs: atMs }];
      return { ...state, status: moved(state, "acknowledge"), rounds, answers };
    }
    case "incident.unacknowledged":
      return { ...state, status: moved(state, "unacknowledge"), answers: takenBack(state.answers, event.atMs) };
    case "incident.mitigation-started":
      return { ...state, status: moved(state, "mitigate") };
    case "incident.mitigated": {
      const rounds = withLastRound(state, (round) => ({ mitigatedAtMs: event.atMs, ...round }));
      return { ...state, status: moved(state, "confirm-mitigation"), rounds };
    }
  }
}

/** The last answer no longer stands. */
function takenBack(answers: readonly Answer[], atMs: number): readonly Answer[] {
  return answers.map((answer, index) => (index === answers.length - 1 ? { takenBackAtMs: atMs, ...answer } : answer));
}

function withAlert(state: IncidentState, event: IncidentAlertUpdated): IncidentState {
  const { alert: facts } = event.data;
  const followed = state.followed.find(({ key }) => key === facts.key);
  if (followed !== undefined) return withFollowed(state, alertSignal(updatedAlert(followed, event)));
  return { ...state, alert: updatedAlert(state.alert, event), latestEvaluation: facts.evaluation };
}

function withExternal(state: IncidentState, event: IncidentExternalUpdated): IncidentState {
  const { change: heard, external } = event.data;
  if (heard === "joined") return { ...state, followed: [...state.followed, externalSignal(external)] };
  const followed = state.followed.some(({ key }) => key === external.key);
  return followed ? withFollowed(state, externalSignal(external)) : { ...state, external };
}

function withFollowed(state: IncidentState, signal: IncidentSignal): IncidentState {
  const followed = state.followed.map((known) => (known.key === signal.key ? { ...known, ...signal } : known));
  return { ...state, followed };
}

// Events are facts: where the table did not foresee one, what was recorded still stands, and the status stays.
function moved(state: IncidentState, move: IncidentMove): IncidentStatus {
  return statusAfter(state.status, move) ?? state.status;
}

function withLastRound(
  state: IncidentState,
  edit: (round: IncidentRound) => IncidentRound,
): readonly [IncidentRound, ...IncidentRound[]] {
  const [first, ...rest] = state.rounds;
  const last = rest.at(-1);
  return last === undefined ? [edit(first)] : [first, ...rest.slice(0, -1), edit(last)];
}

function updatedAlert(before: IncidentSignal | undefined, event: IncidentAlertUpdated): IncidentAlert {
  const { alert, change } = event.data;
  const same = before?.alertId === alert.alertId ? before : undefined;
  const frozen = same?.frozen ?? false;
  const status = same?.status === "suppressed" ? "suppressed" : "firing";
  switch (change) {
    case "fired":
      return alertFrom(alert, { status: "firing", frozen: false });
    case "escalated":
    case "eased":
      return alertFrom(alert, { status, frozen });
    case "resolved":
      return alertFrom(alert, { status: "resolved", frozen: false });
    case "frozen":
    case "thawed":
      return alertFrom(alert, { status, frozen: change === "frozen" });
    case "suppressed":
    case "unsuppressed":
      return alertFrom(alert, { status: change === "suppressed" ? "suppressed" : "firing", frozen });
  }
}

function alertFrom(facts: AlertFacts, now: Pick<IncidentAlert, "status" | "frozen">): IncidentAlert {
  return {
    key: facts.key,
    alertId: facts.alertId,
    sloId: facts.sloId,
    kind: facts.kind,
    tier: facts.tier,
    ...(facts.ruleId === undefined ? {} : { ruleId: facts.ruleId }),
    ...now,
    changedAtMs: facts.atMs,
    explanation: facts.explanation,
  };
}
