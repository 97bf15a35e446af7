import { createNodeDigest } from "@plimsoll/adapters-memory";
import type { AskedCommand, PersonCommand, PersonEscalationCommand } from "@plimsoll/core";
import type { z } from "zod";
import { INCIDENT_BODIES } from "../../schemas/incident-command-schemas.js";
import type { Role } from "../access.js";
import { HttpProblem } from "../problem.js";

type Bodies = typeof INCIDENT_BODIES;
type BodyName = keyof Bodies;
type Stamps = "actor" | "causeId" | "atMs" | "expectedVersion";
type Bare<Command> = Command extends unknown ? Omit<Command, Stamps> : never;

/** What a verb asks of the incident, or of the calling of people about it; who asks, and when, comes with the request. */
export type VerbCommand =
  | { readonly of: "incident"; readonly command: Bare<AskedCommand<PersonCommand>> }
  | { readonly of: "escalation"; readonly command: Bare<PersonEscalationCommand> };

/** One thing that people may do about an incident. */
export type IncidentVerb = {
  /** The last word of its address. */
  readonly name: string;
  readonly summary: string;
  readonly body: Bodies[BodyName];
  /** Whether it makes sense without a body. */
  readonly bare: boolean;
  /** Reads a body that its schema has accepted. */
  readonly read: (given: unknown) => VerbCommand | Promise<VerbCommand>;
  /** The role that what is asked needs, where that is more than responder. */
  readonly needs: (asked: VerbCommand) => Role;
};

type Rest<Name extends BodyName> = {
  readonly name?: string;
  readonly summary: string;
  readonly body: Name;
  readonly needs?: (asked: VerbCommand) => Role;
};

function incidentVerb<Name extends BodyName>(
  rest: Rest<Name>,
  read: (
    given: z.infer<Bodies[Name]>,
  ) => Bare<AskedCommand<PersonCommand>> | Promise<Bare<AskedCommand<PersonCommand>>>,
): IncidentVerb {
  return verb(rest, async (given) => ({ of: "incident", command: await read(given) }));
}

function escalationVerb<Name extends BodyName>(
  rest: Rest<Name>,
  read: (given: z.infer<Bodies[Name]>) => Bare<PersonEscalationCommand>,
): IncidentVerb {
  return verb(rest, (given) => ({ of: "escalation", command: read(given) }));
}

function verb<Name extends BodyName>(
  { body, name = body, needs = () => "responder", summary }: Rest<Name>,
  read: (given: z.infer<Bodies[Name]>) => VerbCommand | Promise<VerbCommand>,
): IncidentVerb {
  return {
    name,
    summary,
    body: INCIDENT_BODIES[body],
    bare: body === "plain" || body === "close",
    read: (given) => read(given as z.infer<Bodies[Name]>),
    needs,
  };
}

/** Leaves out what was not given. */
type Given<Shape> = { [Key in keyof Shape]?: Exclude<Shape[Key], undefined> };
function given<Shape extends object>(shape: Shape): Given<Shape> {
  return Object.fromEntries(Object.entries(shape).filter(([, value]) => value !== undefined)) as Given<Shape>;
}

const LIFECYCLE: readonly IncidentVerb[] = [
  incidentVerb({ name: "acknowledge", summary: "Take an incident on", body: "plain" }, () => ({ type: "acknowledge" })),
  incidentVerb(
    { name: "unacknowledge", summary: "Give an incident back: escalation goes on", body: "reason" },
    ({ reason }) => ({
      type: "unacknowledge",
      reason,
    }),
  ),
  incidentVerb(
    { name: "start-mitigation", summary: "Say what is being done against the impact", body: "text" },
    ({ text }) => ({
      type: "start-mitigation",
      text,
    }),
  ),
  incidentVerb(
    { name: "confirm-mitigation", summary: "Say that the impact on users has ended, and by what", body: "text" },
    ({ text }) => ({
      type: "confirm-mitigation",
      text,
    }),
  ),
  incidentVerb({ summary: "Change an incident's severity", body: "change-severity" }, ({ reason, severity }) => ({
    type: "change-severity",
    severity,
    reason,
  })),
  incidentVerb({ name: "note", summary: "Add a note to an incident's timeline", body: "text" }, ({ text }) => ({
    type: "note",
    text,
  })),
  incidentVerb({ name: "resolve", summary: "Say that an incident is over, and why", body: "reason" }, ({ reason }) => ({
    type: "resolve",
    reason,
  })),
  incidentVerb(
    { name: "reopen", summary: "Say that an incident is not over after all", body: "reason" },
    ({ reason }) => ({
      type: "reopen",
      reason,
    }),
  ),
  incidentVerb({ summary: "Close a resolved incident before it closes by itself", body: "close" }, ({ reason }) => ({
    type: "close",
    how: "person",
    ...given({ reason }),
  })),
  incidentVerb({ summary: "Attach something observed, fixed by its hash", body: "attach-evidence" }, async (asked) => ({
    type: "attach-evidence",
    evidence: [await evidenceOf(asked)],
  })),
];

const PEOPLE: readonly IncidentVerb[] = [
  incidentVerb({ summary: "Give somebody a role", body: "assign-role" }, ({ person, role }) => ({
    type: "assign-role",
    role,
    person,
  })),
  incidentVerb(
    { summary: "Hand a role over, with what goes with it", body: "hand-over" },
    ({ from, handedOver, role, to }) => ({
      type: "hand-over",
      role,
      to,
      handedOver,
      ...given({ from }),
    }),
  ),
  incidentVerb({ summary: "End somebody's role", body: "release-role" }, ({ person, reason, role }) => ({
    type: "release-role",
    role,
    person,
    reason,
  })),
  incidentVerb({ summary: "Tell an audience how it stands", body: "update-status" }, ({ audience, text }) => ({
    type: "update-status",
    audience,
    text,
  })),
];

const RELATIONS: readonly IncidentVerb[] = [
  incidentVerb(
    { summary: "Tie an incident to an alert, a change or another incident", body: "link" },
    ({ id, kind, relation }) => ({
      type: "link",
      link: { kind, id, relation },
    }),
  ),
  incidentVerb({ summary: "Take a tie away", body: "unlink" }, ({ id, kind }) => ({ type: "unlink", kind, id })),
  incidentVerb(
    { summary: "Merge an incident into another, which takes its alerts", body: "merge" },
    ({ into, reason }) => ({
      type: "merge",
      into,
      reason,
    }),
  ),
  incidentVerb(
    { summary: "Make a part of an incident one of its own", body: "split" },
    ({ keys, reason, service, severity, title }) => ({
      type: "split",
      title,
      severity,
      keys,
      reason,
      ...given({ service }),
    }),
  ),
];

const FOLLOW_UP: readonly IncidentVerb[] = [
  incidentVerb({ summary: "Add an action item", body: "add-action" }, ({ due, owner, priority, title }) => ({
    type: "add-action",
    title,
    owner,
    priority,
    dueAtMs: Date.parse(due),
  })),
  incidentVerb(
    { summary: "Change an action item", body: "change-action" },
    ({ actionId, due, owner, priority, reason, title }) => ({
      type: "change-action",
      actionId,
      reason,
      ...given({ title, owner, priority, dueAtMs: due === undefined ? undefined : Date.parse(due) }),
    }),
  ),
  incidentVerb({ summary: "Say that an action item is done", body: "complete-action" }, ({ actionId, outcome }) => ({
    type: "complete-action",
    actionId,
    outcome,
  })),
  incidentVerb({ summary: "Drop an action item", body: "drop-action" }, ({ actionId, reason }) => ({
    type: "drop-action",
    actionId,
    reason,
  })),
  incidentVerb(
    { summary: "Write a section of the postmortem; the generated one is kept", body: "edit-postmortem" },
    ({ section, text }) => ({
      type: "edit-postmortem",
      section,
      text,
    }),
  ),
  incidentVerb(
    { summary: "Take an edit back: the generated section stands again", body: "restore-postmortem" },
    ({ section }) => ({
      type: "restore-postmortem",
      section,
    }),
  ),
  incidentVerb(
    {
      summary: "Ask for a review of the postmortem, approve it, or make it a draft again",
      body: "review-postmortem",
      needs: ({ command }) => ("status" in command && command.status === "approved" ? "approver" : "responder"),
    },
    ({ comment, status }) => ({ type: "review-postmortem", status, ...given({ comment }) }),
  ),
];

const CALLING: readonly IncidentVerb[] = [
  escalationVerb({ name: "escalate", summary: "Call the next people at once", body: "reason" }, ({ reason }) => ({
    type: "escalate",
    reason,
  })),
  escalationVerb({ name: "confirm", summary: "Say that whoever acknowledged is still on it", body: "plain" }, () => ({
    type: "confirm",
  })),
  escalationVerb({ summary: "Call nobody until an instant", body: "pause" }, ({ reason, until }) => ({
    type: "pause",
    untilMs: Date.parse(until),
    reason,
  })),
  escalationVerb({ name: "resume", summary: "End a pause: people are called again", body: "plain" }, () => ({
    type: "resume",
  })),
];

/** Everything that people may do about an incident that is there; every address is made from this table. */
export const INCIDENT_VERBS: readonly IncidentVerb[] = [
  ...LIFECYCLE,
  ...PEOPLE,
  ...RELATIONS,
  ...FOLLOW_UP,
  ...CALLING,
];

const digest = createNodeDigest();

async function evidenceOf({ data, from, id, kind, source, summary, to }: z.infer<Bodies["attach-evidence"]>) {
  const [fromMs, toMs] = [Date.parse(from), Date.parse(to)];
  if (toMs < fromMs) {
    throw new HttpProblem(400, {
      code: "invalid",
      message: `The body, at to: ${to} is before ${from}. Give the end of what the evidence tells of.`,
      path: "to",
    });
  }
  const hash = await digest.digest(data);
  return { id: id ?? `attached-${hash.slice(0, 16)}`, kind, source, summary, data, fromMs, toMs, hash };
}
