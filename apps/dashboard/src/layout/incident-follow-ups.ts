import type { IncidentDetail } from "../api/answers.js";
import type { ActionField } from "./action-field.js";
import { whileNotClosed, type IncidentAction } from "./incident-action.js";

type Duty = IncidentDetail["roles"][number];
type ActionItem = IncidentDetail["actions"][number];
type IncidentLink = IncidentDetail["links"][number];
type Similar = IncidentDetail["similar"][number];

const INCIDENT_ROLES: readonly Duty["role"][] = ["commander", "communications", "scribe", "responder"];
const PRIORITIES: readonly ActionItem["priority"][] = ["P0", "P1", "P2", "P3"];

const always = () => undefined;
const reason: ActionField = { name: "reason", label: "Why", asks: "text" };
const relation: ActionField = { name: "relation", label: "How they belong together", asks: "line" };

/** Gives somebody a role that nobody has; of responders there may be several. */
export function assignRole({ roles }: Pick<IncidentDetail, "roles">): IncidentAction {
  const taken = new Set(roles.filter(({ to }) => to === undefined).map(({ role }) => role));
  const choices = INCIDENT_ROLES.filter((role) => role === "responder" || !taken.has(role));
  return {
    label: "Assign a role",
    verb: "assign-role",
    done: "The role is assigned.",
    fields: [
      { name: "role", label: "Role", asks: "choice", choices },
      { name: "person", label: "Person", asks: "person" },
    ],
    asSeen: true,
    whyNot: whileNotClosed,
  };
}

/** What may become of a role that somebody has. */
export function dutyActions({ person, role, to }: Duty): readonly IncidentAction[] {
  if (to !== undefined) return [];
  return [
    {
      label: "Hand over",
      about: `${role}, ${person}`,
      verb: "hand-over",
      done: "The role is handed over.",
      fields: [
        { name: "to", label: "To", asks: "person" },
        { name: "handedOver", label: "What is under way, what is promised, what to watch", asks: "text" },
      ],
      body: (filled) => ({ role, from: person, ...filled }),
      asSeen: true,
      whyNot: whileNotClosed,
    },
    {
      label: "End",
      about: `${role}, ${person}`,
      verb: "release-role",
      done: "The role is free.",
      fields: [reason],
      body: (filled) => ({ role, person, ...filled }),
      asSeen: true,
      whyNot: whileNotClosed,
    },
  ];
}

/** Ties an incident to what it has to do with; an address that is given in place of an id can be followed. */
export const LINK_ACTIONS: readonly IncidentAction[] = (
  [
    ["incident", "an incident", "Which incident"],
    ["alert", "an alert", "Which alert: its key, or its address"],
    ["change", "a change", "Which change: its id, or its address"],
  ] as const
).map(([kind, words, label]) => ({
  label: `Link ${words}`,
  verb: "link",
  done: "It is linked.",
  fields: [{ name: "id", label, asks: "id", of: kind }, relation],
  body: (filled) => ({ kind, ...filled }),
  whyNot: always,
}));

/** Ties an incident to one that is like it. */
export function linkSimilar({ because, id }: Similar): IncidentAction {
  return {
    label: "Link",
    about: id,
    verb: "link",
    done: "It is linked.",
    fields: [relation],
    initial: { relation: because.join(", ") },
    body: (filled) => ({ kind: "incident", id, ...filled }),
    whyNot: always,
  };
}

export function unlink({ id, kind }: IncidentLink): IncidentAction {
  return {
    label: "Unlink",
    about: `${kind} ${id}`,
    verb: "unlink",
    done: "The link is gone.",
    fields: [],
    body: () => ({ kind, id }),
    whyNot: always,
  };
}

/** Closes an incident in favour of another; `others` is how many are open beside it. */
export function mergeInto({ id }: Pick<IncidentDetail, "id">, others: number): IncidentAction {
  return {
    label: "Merge into another",
    verb: "merge",
    done: "It is merged.",
    fields: [{ name: "into", label: "Into", asks: "open-incident", not: id }, reason],
    asSeen: true,
    confirm: ({ into = "" }, { alerts }) => ({
      question: `Merge ${id} into ${into}?`,
      consequences: [
        `${id} is closed for good, and nobody is called about it any more. Its timeline, roles and action items stay with it.`,
        alerts.length === 0
          ? `${into} goes on as it is: ${id} has no alerts that it could take.`
          : `${into} goes on, and takes ${alerts.length === 1 ? "its alert" : `its ${alerts.length} alerts`}: what they say from now on is said there.`,
        "This can not be taken back.",
      ],
      yes: "Merge",
    }),
    whyNot: (incident) => {
      const closed = whileNotClosed(incident);
      if (closed !== undefined) return closed;
      if (!incident.moves.includes("merge")) return `It is ${incident.status}: only an open incident can be merged.`;
      return others === 0 ? "No other incident is open." : undefined;
    },
  };
}

const title: ActionField = { name: "title", label: "What is to be done", asks: "line" };
const owner: ActionField = { name: "owner", label: "Owner", asks: "person", orTeam: true };
const priority: ActionField = { name: "priority", label: "Priority", asks: "choice", choices: PRIORITIES };
const due: ActionField = { name: "due", label: "Due, by the end of the day (UTC)", asks: "day" };

export const ADD_ACTION: IncidentAction = {
  label: "Add an action item",
  verb: "add-action",
  done: "The action item is added.",
  fields: [title, owner, priority, due],
  initial: { priority: "P1" },
  body: (filled) => ({ ...filled, due: endOfDay(filled["due"] ?? "") }),
  whyNot: always,
};

/** What may become of an action item that is open; also after the incident closed, for what is learnt comes late. */
export function itemActions(item: ActionItem): readonly IncidentAction[] {
  if (item.status !== "open") return [];
  const { id: actionId } = item;
  const about = `${actionId}, ${item.title}`;
  const day = item.due.slice(0, 10);
  return [
    {
      label: "Done",
      about,
      verb: "complete-action",
      done: `${actionId} is done.`,
      fields: [{ name: "outcome", label: "What came of it", asks: "text" }],
      body: (filled) => ({ actionId, ...filled }),
      whyNot: always,
    },
    {
      label: "Change",
      about,
      verb: "change-action",
      done: `${actionId} is changed.`,
      fields: [title, owner, priority, due, reason],
      initial: { title: item.title, owner: item.owner, priority: item.priority, due: day },
      // A day that nobody touched keeps its hour.
      body: (filled) => ({
        actionId,
        ...filled,
        due: filled["due"] === day ? item.due : endOfDay(filled["due"] ?? ""),
      }),
      asSeen: true,
      whyNot: always,
    },
    {
      label: "Drop",
      about,
      verb: "drop-action",
      done: `${actionId} is dropped.`,
      fields: [{ name: "reason", label: "Why it is not to be done", asks: "text" }],
      body: (filled) => ({ actionId, ...filled }),
      whyNot: always,
    },
  ];
}

function endOfDay(day: string): string {
  return `${day}T23:59:59Z`;
}
