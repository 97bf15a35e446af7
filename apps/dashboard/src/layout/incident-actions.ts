import type { IncidentDetail, Role, SessionBody } from "../api/answers.js";
import type { ActionField, Filled } from "./action-field.js";
import { SEVERITIES } from "./incident-filter.js";

/** One thing that a person may do about an incident, with a button of its own. */
export type IncidentAction = {
  readonly label: string;
  /** What it is about, where several have the same label: a person, an item. */
  readonly about?: string;
  /** The last word of its address. */
  readonly verb: string;
  /** What is said once it is done. */
  readonly done: string;
  readonly fields: readonly ActionField[];
  /** What the fields hold at first. */
  readonly initial?: Filled;
  /** What is sent; what was filled in, as it is, when absent. */
  readonly body?: (filled: Filled) => object;
  /** Whether it is refused once the incident has changed since the button was pressed. */
  readonly asSeen?: boolean;
  /** What it comes to, for what can not be taken back: it is asked about once more. */
  readonly confirm?: (filled: Filled, incident: IncidentDetail) => Confirmation;
  /** Why the incident does not allow it now; undefined when it does. */
  readonly whyNot: (incident: IncidentDetail) => string | undefined;
};

export type Confirmation = {
  readonly question: string;
  readonly consequences: readonly string[];
  /** What the button says that does it. */
  readonly yes: string;
};

const reason: ActionField = { name: "reason", label: "Why", asks: "text" };

function byMove(move: string, done: string) {
  return ({ moves, status }: IncidentDetail): string | undefined => {
    if (moves.includes(move)) return undefined;
    if (status === "closed") return "It is closed, which is final.";
    if (status === "declared" && (move === "mitigate" || move === "resolve")) return "Acknowledge it first.";
    return `It is ${status}, and can not be ${done} now.`;
  };
}

/** Why nothing can be done to an incident any more that is part of the work on it; undefined while it can. */
export function whileNotClosed({ mergedInto, status }: IncidentDetail): string | undefined {
  if (mergedInto !== undefined) return `It was merged into ${mergedInto}: work there.`;
  return status === "closed" ? "It is closed, which is final." : undefined;
}

function whileSomebodyIsCalled({ escalation }: IncidentDetail): string | undefined {
  if (escalation === undefined) return "Nobody is called about it: its service has no escalation policy.";
  return escalation.status === "ended" ? "Nobody is called about it any more." : undefined;
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

/** The buttons of an incident, in the order of a life. */
export function incidentActions({
  severity,
  status,
}: Pick<IncidentDetail, "severity" | "status">): readonly IncidentAction[] {
  return [
    ACKNOWLEDGE,
    {
      label: "Escalate",
      verb: "escalate",
      done: "The next people are called.",
      fields: [{ ...reason, label: "Whom or what you need" }],
      whyNot: whileSomebodyIsCalled,
    },
    status === "mitigating" ? MITIGATED : MITIGATE,
    {
      label: "Resolve",
      verb: "resolve",
      done: "Resolved.",
      fields: [{ ...reason, label: "Why it is over" }],
      whyNot: byMove("resolve", "resolved"),
    },
    {
      label: "Reopen",
      verb: "reopen",
      done: "Reopened.",
      fields: [{ ...reason, label: "Why it is not over" }],
      whyNot: byMove("reopen", "reopened"),
    },
    {
      label: "Note",
      verb: "note",
      done: "Noted.",
      fields: [{ name: "text", label: "What to note", asks: "text" }],
      whyNot: whileNotClosed,
    },
    {
      label: "Severity",
      verb: "change-severity",
      done: "The severity is changed.",
      initial: { severity },
      fields: [{ name: "severity", label: "Severity", asks: "choice", choices: SEVERITIES }, reason],
      whyNot: whileNotClosed,
    },
    {
      label: "Update",
      verb: "update-status",
      done: "The update is in the timeline.",
      fields: [
        { name: "audience", label: "For", asks: "choice", choices: ["stakeholders", "public", "responders"] },
        { name: "text", label: "What to tell", asks: "text" },
      ],
      whyNot: whileNotClosed,
    },
  ];
}

const ROLES: readonly Role[] = ["viewer", "responder", "approver", "admin"];

/** Why whoever reads may not do what needs this role; undefined when they may. */
export function barredFrom(session: SessionBody | undefined, needed: Role): string | undefined {
  if (session === undefined) return "It is not known yet who is signed in.";
  if (session.state === "signed-out") return "Sign in to act.";
  if (ROLES.indexOf(session.role) >= ROLES.indexOf(needed)) return undefined;
  return `This needs the role ${needed}, and ${session.name} is ${session.role}.`;
}
