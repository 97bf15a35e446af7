import { ENGINE_ACTOR } from "../access/principal.js";
import { PlimsollError } from "../errors/plimsoll-error.js";
import type { EscalationEvent } from "../on-call/escalation/escalation-event.js";
import { pausedWords, RESUMED_WORDS } from "../on-call/escalation/escalation-words.js";
import { ESCALATION_PREFIX, type AskedFor } from "../on-call/escalation/escalation.js";
import { parseEscalationEvent } from "../on-call/escalation/parse-escalation-event.js";
import type { StoredEvent } from "../ports/event-store.js";
import { AUTOMATIC_RUN_PREFIX, automaticRunWords } from "../runbook/automatic-run.js";
import { parseAutomaticRunEvent } from "../runbook/parse-automatic-run-event.js";
import { parseRunbookRunEvent } from "../runbook/parse-runbook-run-event.js";
import { RUNBOOK_RUN_PREFIX, type RunbookRun } from "../runbook/runbook-run.js";
import type { IncidentDesk, PersonCommand } from "./incident-desk.js";

/** Writes into an incident's course what was done about it elsewhere: who was called, and which runbooks ran. */
export type IncidentCalls = {
  /** Handles one stored event; the same event again changes nothing. */
  react(event: StoredEvent): Promise<void>;
};

type Recorded = { readonly incidentId: string; readonly command: PersonCommand };

export function createIncidentCalls(options: {
  readonly desk: Pick<IncidentDesk, "command">;
  readonly run: (runId: string) => RunbookRun | undefined;
}): IncidentCalls {
  const readRun = (stored: StoredEvent): Recorded | undefined => {
    const event = parseRunbookRunEvent(stored);
    if (!event.ok) throw unreadable(event.error.message);
    const run = options.run(stored.stream.slice(RUNBOOK_RUN_PREFIX.length));
    const words = RUN_WORDS[event.value.type];
    if (run?.incidentId === undefined || words === undefined) return undefined;
    const text = `Runbook "${run.plan.title}" (${run.id}) ${words}.`;
    return { incidentId: run.incidentId, command: { type: "note", text, ...by(stored) } };
  };
  const read = (stored: StoredEvent): Recorded | undefined => {
    if (stored.stream.startsWith(ESCALATION_PREFIX)) return readEscalation(stored);
    if (stored.stream.startsWith(RUNBOOK_RUN_PREFIX)) return readRun(stored);
    return stored.stream.startsWith(AUTOMATIC_RUN_PREFIX) ? readDecision(stored) : undefined;
  };
  return {
    async react(stored) {
      const recorded = read(stored);
      // An incident that is closed by now, or was never there, has nothing more to be told.
      if (recorded !== undefined) await options.desk.command(recorded.incidentId, recorded.command);
    },
  };
}

function by({ actor, atMs, id: causeId }: StoredEvent) {
  return { actor, atMs, causeId };
}

/** What a run has come to, where people at the incident should know. */
const RUN_WORDS: Readonly<Record<string, string>> = {
  "runbook-run.requested": "was asked for",
  "runbook-run.held": "waits for a person",
  "runbook-run.succeeded": "ended: the health check holds",
  "runbook-run.failed": "failed",
  "runbook-run.compensated": "was taken back",
  "runbook-run.cancelled": "was cancelled",
  "runbook-run.abandoned": "was abandoned",
};

function readDecision(stored: StoredEvent): Recorded {
  const decision = parseAutomaticRunEvent(stored);
  if (!decision.ok) throw unreadable(decision.error.message);
  const text = automaticRunWords(decision.value);
  return { incidentId: decision.value.incidentId, command: { type: "note", text, ...by(stored) } };
}

function readEscalation(stored: StoredEvent): Recorded | undefined {
  const event = parseEscalationEvent(stored);
  if (!event.ok) throw unreadable(event.error.message);
  const command = escalationCommand(stored, event.value);
  return command === undefined ? undefined : { incidentId: stored.stream.slice(ESCALATION_PREFIX.length), command };
}

/** What people ask of an escalation is told where they ask it; the rest comes of itself. */
function escalationCommand(stored: StoredEvent, event: EscalationEvent): PersonCommand | undefined {
  if (event.actor !== ENGINE_ACTOR) return undefined;
  const note = (text: string): PersonCommand => ({ type: "note", text, ...by(stored) });
  switch (event.type) {
    case "escalation.step-fired": {
      const { asked, pass, people, step } = event.data;
      if (asked !== undefined) {
        return { type: "escalate", step: step + 1, ...calledBy(people), reason: wishWords(asked), ...by(stored) };
      }
      const reason = pass === 1 ? "nobody has acknowledged yet" : `nobody has acknowledged in pass ${pass - 1}`;
      return { type: "escalate", step: step + 1, ...calledBy(people), reason, ...by(stored) };
    }
    case "escalation.fallback-paged": {
      const { asked, pass, people } = event.data;
      const wish = asked === undefined ? "" : `; ${wishWords(asked)}`;
      const reason = `pass ${pass} reached nobody, so that the fallback is called${wish}`;
      return { type: "escalate", step: 1, ...calledBy(people), reason, ...by(stored) };
    }
    case "escalation.call-undelivered":
      return note(`None of the messages ${calledWords(event.data.page)} could be delivered.`);
    case "escalation.exhausted": {
      const { asked } = event.data;
      const wish = asked === undefined ? "" : ` Nobody is left to call, though ${wishWords(asked)}`;
      return note(`Escalation has gone through all of its steps, and nobody has acknowledged.${wish}`);
    }
    case "escalation.paused":
      return note(pausedWords(event.data));
    case "escalation.resumed":
      return note(RESUMED_WORDS);
    default:
      return undefined;
  }
}

/** By the last part of a call's page. */
function calledWords(page: string): string {
  const [, pass, step] = page.split("/");
  return step === "fallback" ? "to the fallback" : `of step ${step} in pass ${pass}`;
}

function wishWords({ by: person, reason }: AskedFor): string {
  return `${person} asked for it: ${reason}`;
}

type Called = readonly { readonly personId: string; readonly sends: readonly { readonly notifier: string }[] }[];

function calledBy(people: Called): { readonly to: readonly string[]; readonly channel: string } {
  const notifiers = new Set(people.flatMap(({ sends }) => sends.map(({ notifier }) => notifier)));
  return { to: people.map(({ personId }) => personId), channel: [...notifiers].join(", ") };
}

function unreadable(message: string): PlimsollError {
  return new PlimsollError({ code: "unreadable-event", message, retryable: false });
}
