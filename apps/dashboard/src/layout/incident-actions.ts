import type { IncidentDetail, Role, SessionBody } from "../api/answers.js";
import type { ActionField } from "./action-field.js";
import { whileNotClosed, whileSomebodyIsCalled, type IncidentAction } from "./incident-action.js";
import { addEvidence, CONFIRM, pauseCalls, RESUME, splitOff } from "./incident-further-actions.js";
import { SEVERITIES } from "./incident-filter.js";

const reason: ActionField = { name: "reason", label: "Why", asks: "text" };

function byMove(move: string, done: string) {
  return ({ moves, status }: IncidentDetail): string | undefined => {
    if (moves.includes(move)) return undefined;
    if (status === "closed") return "It is closed, which is final.";
    return `It is ${status}, and can not be ${done} now.`;
  };
}

const ACKNOWLEDGE: IncidentAction = {
  label: "Acknowledge",
  verb: "acknowledge",
  done: "Acknowledged.",
  fields: [],
  whyNot: byMove("acknowledge", "acknowledged"),
};
const MITIGATE: IncidentAction = {
  label: "Mitigate",
  verb: "start-mitigation",
  done: "Mitigation has begun.",
  fields: [{ name: "text", label: "What is being done", asks: "text" }],
  whyNot: byMove("mitigate", "mitigated"),
};
const MITIGATED: IncidentAction = {
  label: "Mitigated",
  verb: "confirm-mitigation",
  done: "The impact has ended.",
  fields: [{ name: "text", label: "What ended the impact", asks: "text" }],
  whyNot: byMove("confirm-mitigation", "mitigated"),
};

const RESOLVE: IncidentAction = {
  label: "Resolve",
  verb: "resolve",
  done: "Resolved.",
  fields: [{ ...reason, label: "Why it is over" }],
  whyNot: byMove("resolve", "resolved"),
};
const REOPEN: IncidentAction = {
  label: "Reopen",
  verb: "reopen",
  done: "Reopened.",
  fields: [{ ...reason, label: "Why it is not over" }],
  whyNot: byMove("reopen", "reopened"),
};
const CLOSE: IncidentAction = {
  label: "Close",
  verb: "close",
  done: "Closed.",
  fields: [{ ...reason, label: "Why it is done with, if that is to be said", optional: true }],
  whyNot: byMove("close", "closed"),
};
const GIVE_BACK: IncidentAction = {
  label: "Give it back",
  verb: "unacknowledge",
  done: "It is given back: people are called again.",
  fields: [{ ...reason, label: "Why you are not on it any more" }],
  whyNot: byMove("unacknowledge", "given back"),
};
const ESCALATE: IncidentAction = {
  label: "Escalate",
  verb: "escalate",
  done: "The next people are called.",
  fields: [{ ...reason, label: "Whom or what you need" }],
  whyNot: whileSomebodyIsCalled,
};
const UPDATE: IncidentAction = {
  label: "Update",
  verb: "update-status",
  done: "The update is in the timeline.",
  fields: [
    { name: "audience", label: "For", asks: "choice", choices: ["stakeholders", "public", "responders"] },
    { name: "text", label: "What to tell", asks: "text" },
  ],
  whyNot: whileNotClosed,
};
const NOTE: IncidentAction = {
  label: "Note",
  verb: "note",
  done: "Noted.",
  fields: [{ name: "text", label: "What to note", asks: "text" }],
  whyNot: whileNotClosed,
};

function changeSeverity({ severity }: IncidentDetail): IncidentAction {
  return {
    label: "Severity",
    verb: "change-severity",
    done: "The severity is changed.",
    initial: { severity },
    fields: [{ name: "severity", label: "Severity", asks: "choice", choices: SEVERITIES }, reason],
    whyNot: whileNotClosed,
  };
}

/** What an incident allows now, in the order in which somebody who was just woken needs it. */
export type OfferedActions = {
  /** The next step of its life; absent once there is none. */
  readonly main?: IncidentAction;
  /** What is needed at any time. */
  readonly quick: readonly IncidentAction[];
  /** The rest, under what it is about. */
  readonly more: readonly { readonly about: string; readonly actions: readonly IncidentAction[] }[];
};

/** Finds what may be done to an incident as it stands at an instant, and leaves out all else. */
export function offeredActions(incident: IncidentDetail, nowMs: number): OfferedActions {
  const allowed = (actions: readonly IncidentAction[]) =>
    actions.filter(({ whyNot }) => whyNot(incident) === undefined);
  const reminded = incident.escalation?.waits?.kind === "no-answer";
  const [main] = allowed([...(reminded ? [CONFIRM] : []), ACKNOWLEDGE, MITIGATE, MITIGATED, ...end(incident)]);
  const rest = (actions: readonly IncidentAction[]) => allowed(actions).filter(({ verb }) => verb !== main?.verb);
  const more = [
    { about: "How it stands", actions: rest([MITIGATE, MITIGATED, RESOLVE, changeSeverity(incident), REOPEN, CLOSE]) },
    { about: "Who is called", actions: rest([CONFIRM, GIVE_BACK, pauseCalls(incident), RESUME]) },
    { about: "What is known", actions: rest([addEvidence(incident, nowMs), splitOff(incident)]) },
  ].filter(({ actions }) => actions.length > 0);
  return { ...(main === undefined ? {} : { main }), quick: allowed([ESCALATE, UPDATE, NOTE]), more };
}

/** It is over by hand only once the impact is. */
function end({ status }: IncidentDetail): readonly IncidentAction[] {
  return status === "mitigated" ? [RESOLVE] : [CLOSE];
}

const ROLES: readonly Role[] = ["viewer", "responder", "approver", "admin"];

/** Why whoever reads may not do what needs this role; undefined when they may. */
export function barredFrom(session: SessionBody | undefined, needed: Role): string | undefined {
  if (session === undefined) return "It is not known yet who is signed in.";
  if (session.state === "signed-out") return "Sign in to act.";
  if (ROLES.indexOf(session.role) >= ROLES.indexOf(needed)) return undefined;
  return `This needs the role ${needed}, and ${session.name} is ${session.role}.`;
}
