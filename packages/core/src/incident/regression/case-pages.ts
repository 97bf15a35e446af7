import type { EscalationEvent } from "../../on-call/escalation/escalation-event.js";
import type { PagedPerson } from "../../on-call/escalation/notification-rules.js";
import { formatDuration } from "../../slo/duration.js";
import type { CaseEscalationCommand } from "./case-answering.js";

/** One call of an escalation: who was to be told by what, and when. */
export type OutcomePage = {
  /** Such as `step 1 of pass 1`; with another round than the first, that too. */
  readonly call: string;
  /** Since the declaration. */
  readonly afterMs: number;
  /** Such as `ann by phone`, in the order of their ids; empty where nobody was called. */
  readonly people: readonly string[];
};

/** Takes from the course of an escalation whom it called, and what it passed over. */
export function outcomePages(events: readonly EscalationEvent[], declaredAtMs: number): readonly OutcomePage[] {
  let round = 1;
  return events.flatMap((event) => {
    if (event.type === "escalation.started") round = event.data.round;
    const call = callWords(event);
    if (call === undefined) return [];
    const people = "people" in event.data ? event.data.people.flatMap(personWords).toSorted() : [];
    return [{ call: round === 1 ? call : `${call}, round ${round}`, afterMs: event.atMs - declaredAtMs, people }];
  });
}

function callWords(event: EscalationEvent): string | undefined {
  switch (event.type) {
    case "escalation.step-fired":
      return `step ${event.data.step + 1} of pass ${event.data.pass}`;
    case "escalation.step-skipped":
      return `step ${event.data.step + 1} of pass ${event.data.pass} passed over (${event.data.reason})`;
    case "escalation.fallback-paged":
      return `fallback of pass ${event.data.pass}`;
    case "escalation.exhausted":
      return `nobody after ${event.data.passes} passes`;
    case "escalation.reminded":
      return "reminder";
    case "escalation.stakeholders-told":
      return `stakeholders ${event.data.notice + 1}`;
    case "escalation.stakeholders-updated":
      return "update for stakeholders";
    default:
      return undefined;
  }
}

function personWords({ personId, sends }: PagedPerson): readonly string[] {
  if (sends.length === 0) return [`${personId}, whom nothing reaches`];
  return sends.map(({ afterMs, notifier }) => {
    const later = afterMs === 0 ? "" : ` after ${formatDuration(afterMs)}`;
    return `${personId} by ${notifier}${later}`;
  });
}

/** What comes of an incident's event has the id of that event as its cause, which names its stream. */
const FROM_INCIDENT = "incident/";

/** Finds what people asked of an escalation itself; what it heard of its incident it hears again by itself. */
export function escalationCommands(events: readonly EscalationEvent[]): readonly CaseEscalationCommand[] {
  const hastened = new Set(events.flatMap(({ data, type }) => (type === "escalation.hastened" ? [data.causeId] : [])));
  return events.flatMap((event): readonly CaseEscalationCommand[] => {
    const { actor, atMs, data, type } = event;
    if (actor === "engine" || !("causeId" in data) || data.causeId.startsWith(FROM_INCIDENT)) return [];
    const by = { atMs, actor };
    switch (type) {
      case "escalation.hastened":
        return [{ type: "escalate", ...by, reason: data.reason }];
      case "escalation.paused":
        return [{ type: "pause", ...by, untilMs: data.untilMs, reason: data.reason }];
      case "escalation.resumed":
        // Whoever asks for the next people ends a pause with it.
        return hastened.has(data.causeId) ? [] : [{ type: "resume", ...by }];
      case "escalation.acknowledged":
        return [{ type: "acknowledge", ...by }];
      case "escalation.confirmed":
        return [{ type: "confirm", ...by }];
      case "escalation.unacknowledged":
        return [{ type: "unacknowledge", ...by, reason: data.reason }];
      default:
        return [];
    }
  });
}
