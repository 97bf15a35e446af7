import { ESCALATION_PREFIX, isOpenEscalation, type EscalationState } from "../on-call/escalation/escalation.js";
import type { EscalationEvent } from "../on-call/escalation/escalation-event.js";
import { evolveEscalation } from "../on-call/escalation/evolve-escalation.js";
import { parseEscalationEvent } from "../on-call/escalation/parse-escalation-event.js";
import type { Projection } from "./journal.js";

/** Knows every escalation, made from events only. */
export type EscalationBook = {
  readonly projection: Projection;
  get(incidentId: string): EscalationState | undefined;
  /** Those about which anything is still to be done, oldest first. */
  open(): readonly EscalationState[];
  /** How often a team's members were called in turn, over all escalations. */
  turnsOf(teamId: string): number;
  /** Stored events that could not be read; shown by the service's health, never fatal. */
  unreadable(): readonly string[];
};

export function createEscalationBook(): EscalationBook {
  const escalations = new Map<string, EscalationState>();
  // Of those that have ended there are more with every month; only the open ones are gone through.
  const open = new Map<string, EscalationState>();
  const turns = new Map<string, number>();
  const unreadable: string[] = [];

  const keep = (incidentId: string, event: EscalationEvent): void => {
    const state = evolveEscalation(escalations.get(incidentId), event);
    if (state === undefined) return;
    escalations.set(incidentId, state);
    if (isOpenEscalation(state)) open.set(incidentId, state);
    else open.delete(incidentId);
    for (const teamId of turnsIn(event)) turns.set(teamId, (turns.get(teamId) ?? 0) + 1);
  };

  return {
    projection: {
      prefix: ESCALATION_PREFIX,
      apply(stored) {
        const event = parseEscalationEvent(stored);
        if (event.ok) keep(stored.stream.slice(ESCALATION_PREFIX.length), event.value);
        else unreadable.push(event.error.message);
      },
    },
    get: (incidentId) => escalations.get(incidentId),
    open: () => [...open.values()],
    turnsOf: (teamId) => turns.get(teamId) ?? 0,
    unreadable: () => unreadable,
  };
}

function turnsIn(event: EscalationEvent): readonly string[] {
  return "turns" in event.data ? event.data.turns : [];
}
