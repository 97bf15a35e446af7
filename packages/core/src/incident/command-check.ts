import type { IncidentCommand } from "./incident-command.js";
import { badInstant, emptyText, tooLong, type IncidentRejection } from "./incident-rejection.js";

/** How long a text may be. Whoever may write may not fill the store with one command. */
export const TEXT_LIMITS = {
  text: 10_000, // about four pages; what is longer belongs in evidence or behind a link
  postmortemSection: 50_000,
} as const;

const FARTHEST_MS = 8.64e15; // the farthest instant that a Date can hold

/** Finds what is wrong with a command whatever incident it is for: a blank or endless text, an instant that is none. */
export function checkCommand(command: IncidentCommand): IncidentRejection | undefined {
  const fields = { causeId: command.causeId, actor: command.actor, ...textFields(command) };
  const most = command.type === "edit-postmortem" ? TEXT_LIMITS.postmortemSection : TEXT_LIMITS.text;
  for (const [field, text] of Object.entries(fields)) {
    if (text.trim() === "") return emptyText(command.type, field);
    if (text.length > most) return tooLong(command.type, field, text.length, most);
  }
  const { dueAtMs } = { dueAtMs: undefined, ...command };
  if (dueAtMs === undefined || Math.abs(dueAtMs) <= FARTHEST_MS) return undefined;
  return badInstant(command.type, "dueAtMs", dueAtMs);
}

type TextFields = Readonly<Record<string, string>>;

function textFields(command: IncidentCommand): TextFields {
  switch (command.type) {
    case "declare": {
      const { incidentId, origin } = command;
      return origin.kind === "person" ? { incidentId, title: origin.title, service: origin.service } : { incidentId };
    }
    case "note":
    case "start-mitigation":
    case "confirm-mitigation":
    case "update-status":
    case "edit-postmortem":
      return { text: command.text };
    case "change-severity":
    case "resolve":
    case "reopen":
    case "unacknowledge":
      return { reason: command.reason };
    case "escalate":
      // An empty list of people reads as an empty text.
      return { to: command.to.join(" "), channel: command.channel, reason: command.reason };
    case "record-notice":
      return { person: command.person, channel: command.channel };
    case "assign-role":
      return { person: command.person };
    case "hand-over":
      return { to: command.to, handedOver: command.handedOver };
    case "release-role":
      return { person: command.person, reason: command.reason };
    case "link":
      return { id: command.link.id, relation: command.link.relation };
    case "merge":
    case "split":
      return { into: command.into, reason: command.reason };
    case "absorb":
      return { from: command.from, reason: command.reason };
    case "add-action":
      return { title: command.title, owner: command.owner };
    case "change-action":
      return { ...given({ title: command.title, owner: command.owner }), reason: command.reason };
    case "complete-action":
      return { outcome: command.outcome };
    case "drop-action":
      return { reason: command.reason };
    case "acknowledge":
    case "attach-evidence":
    case "update-alert":
    case "update-external":
    case "trace-alert":
    case "close":
    case "record-breach":
    case "unlink":
    case "restore-postmortem":
    case "review-postmortem":
    case "record-cost":
      return {};
  }
}

function given(fields: Readonly<Record<string, string | undefined>>): TextFields {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, text]) => (text === undefined ? [] : [[name, text]])),
  );
}
