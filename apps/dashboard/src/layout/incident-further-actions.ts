import type { IncidentDetail } from "../api/answers.js";
import { chosenOf, type ActionField } from "./action-field.js";
import { whileNotClosed, whileSomebodyIsCalled, type IncidentAction } from "./incident-action.js";
import { SEVERITIES } from "./incident-filter.js";

const reason: ActionField = { name: "reason", label: "Why", asks: "text" };
const MINUTE_MS = 60_000;

/** Answers the reminder that whoever acknowledged got. */
export const CONFIRM: IncidentAction = {
  label: "Still on it",
  verb: "confirm",
  done: "It is known that somebody is still on it.",
  fields: [],
  whyNot: (incident) =>
    incident.escalation?.status === "acknowledged"
      ? undefined
      : (whileSomebodyIsCalled(incident) ?? "Nobody has acknowledged it."),
};

export const RESUME: IncidentAction = {
  label: "Call people again",
  verb: "resume",
  done: "People are called again.",
  fields: [],
  whyNot: (incident) =>
    incident.escalation?.paused === undefined ? (whileSomebodyIsCalled(incident) ?? "It is not paused.") : undefined,
};

const PAUSES: ReadonlyMap<string, number> = new Map([
  ["15 minutes", 15 * MINUTE_MS],
  ["30 minutes", 30 * MINUTE_MS],
  ["1 hour", 60 * MINUTE_MS],
  ["2 hours", 120 * MINUTE_MS],
  ["4 hours", 240 * MINUTE_MS],
  ["8 hours", 480 * MINUTE_MS],
]);

/** Keeps anybody from being called for a time, from now; a pause that is there is replaced. */
export function pauseCalls({ escalation }: Pick<IncidentDetail, "escalation">): IncidentAction {
  return {
    label: escalation?.paused === undefined ? "Call nobody for a time" : "Change the pause",
    verb: "pause",
    done: "Nobody is called until the pause ends.",
    fields: [{ name: "length", label: "For how long, from now", asks: "choice", choices: [...PAUSES.keys()] }, reason],
    initial: { length: "30 minutes" },
    body: ({ length = "", ...filled }, atMs) => ({
      until: new Date(atMs + (PAUSES.get(length) ?? 0)).toISOString(),
      ...filled,
    }),
    whyNot: whileSomebodyIsCalled,
  };
}

const EVIDENCE_KINDS = ["logs", "traces", "changes", "topology", "other"] as const;
const MOST_EVIDENCE = 20_000;

/** Keeps what somebody saw; it tells of the time since the incident was declared, unless they say otherwise. */
export function addEvidence({ declaredAt }: Pick<IncidentDetail, "declaredAt">, nowMs: number): IncidentAction {
  return {
    label: "Add evidence",
    verb: "attach-evidence",
    done: "The evidence is kept.",
    fields: [
      { name: "kind", label: "Kind", asks: "choice", choices: EVIDENCE_KINDS },
      { name: "source", label: "Who or what saw it", asks: "line" },
      { name: "summary", label: "What it shows, in one line", asks: "line" },
      { name: "data", label: "What was seen, as it was", asks: "text", most: MOST_EVIDENCE },
      { name: "from", label: "From (UTC)", asks: "minute" },
      { name: "to", label: "To (UTC)", asks: "minute" },
    ],
    // To the end of the minute that is running: what is seen now is within it.
    initial: { from: minuteOf(Date.parse(declaredAt)), to: minuteOf(nowMs + MINUTE_MS) },
    body: ({ from = "", to = "", ...filled }) => ({ ...filled, from: instantOf(from), to: instantOf(to) }),
    whyNot: whileNotClosed,
  };
}

/** As a field for a minute holds it. */
function minuteOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 16);
}

function instantOf(minute: string): string {
  return new Date(`${minute}Z`).toISOString();
}

/** Makes a part of an incident one of its own, with the alerts that are to go. */
export function splitOff({ alerts, severity }: Pick<IncidentDetail, "alerts" | "severity">): IncidentAction {
  return {
    label: "Split",
    verb: "split",
    done: "It is split: the new incident is among those that belong to this one.",
    fields: [
      { name: "title", label: "What the other incident is about", asks: "line" },
      { name: "severity", label: "Its severity", asks: "choice", choices: SEVERITIES },
      {
        name: "keys",
        label: "Alerts that go with it",
        asks: "several",
        choices: alerts.filter(({ from }) => from !== undefined).map(({ key }) => key),
        none: "None can go: what opened this incident stays with it. The other one begins without an alert.",
      },
      { name: "service", label: "Its service, if it is another", asks: "line", optional: true },
      reason,
    ],
    initial: { severity },
    body: (filled) => ({ ...filled, keys: chosenOf(filled, "keys") }),
    asSeen: true,
    whyNot: whileNotClosed,
  };
}
