import { success, type Result } from "../errors/result.js";
import type { CommandOf } from "../incident/incident-command.js";
import { decideEscalation } from "../on-call/escalation/decide-escalation.js";
import { pausedWords, RESUMED_WORDS } from "../on-call/escalation/escalation-words.js";
import type { EscalationCommand, EscalationRejection } from "../on-call/escalation/escalation-command.js";
import { ESCALATION_PREFIX, escalationStream, type EscalationState } from "../on-call/escalation/escalation.js";
import { toEscalationEntry } from "./escalation-decisions.js";
import type { Entries, IncidentRefusal } from "./incident-entries.js";
import type { StreamEntries } from "./journal.js";

type OrderType = "acknowledge" | "confirm" | "unacknowledge" | "escalate" | "pause" | "resume";

/** What a person may ask of an escalation; at another version of its incident than the one that they saw, it is refused. */
export type PersonEscalationCommand = Extract<EscalationCommand, { readonly type: OrderType }> & {
  readonly expectedVersion?: number;
};

/** Why a person's command to an escalation was refused. */
export type EscalationRefusal = EscalationRejection | IncidentRefusal;

/** A note for the course of an incident. */
export type EscalationWord = CommandOf<"note">;

/**
 * Finds what a person's command writes, to be written in one transaction: to the escalation, and the word of it to its
 * incident. As the word makes the next version of the incident, of two who act on the same version only one can.
 */
export function orderEntries(
  state: EscalationState | undefined,
  incidentId: string,
  {
    command,
    record,
  }: { readonly command: PersonEscalationCommand; readonly record: (word: EscalationWord) => Entries },
): Result<readonly StreamEntries[], EscalationRefusal> {
  const { actor, atMs, causeId, expectedVersion } = command;
  if (state?.causes.includes(causeId) === true) return success([]);
  const seen = expectedVersion === undefined ? {} : { expectedVersion };
  // The cause is an escalation's, so that a case that plays both again does not tell it twice.
  const by = { actor, atMs, causeId: `${ESCALATION_PREFIX}${causeId}` };
  const word = record({ type: "note", text: orderWords(command), ...by, ...seen });
  // That an incident is closed its escalation, which has ended with it, says in the words of what was asked.
  if (!word.ok && word.error.code !== "move-not-allowed") return word;
  const decided = decideEscalation(state, command);
  if (!decided.ok) return decided;
  if (decided.value.length === 0) return success([]);
  if (!word.ok) return word;
  return success([
    { stream: escalationStream(incidentId), entries: decided.value.map(toEscalationEntry) },
    ...word.value,
  ]);
}

function orderWords(command: PersonEscalationCommand): string {
  switch (command.type) {
    case "acknowledge":
      return "Answers the call.";
    case "confirm":
      return "Is still on it.";
    case "unacknowledge":
      return `Takes the answer to the call back: ${command.reason}`;
    case "escalate":
      return `Asks for the next people now: ${command.reason}`;
    case "pause":
      return pausedWords(command);
    case "resume":
      return RESUMED_WORDS;
  }
}
