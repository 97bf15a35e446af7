import { AUTOMATIC_RUN_PREFIX, type AutomaticRunDecision } from "../runbook/automatic-run.js";
import { parseAutomaticRunEvent } from "../runbook/parse-automatic-run-event.js";
import type { Projection } from "./journal.js";

/** A decision, and when it was taken. */
export type RecordedAutomaticRun = AutomaticRunDecision & { readonly atMs: number };

/** Knows what was decided about runs that nobody asked for, made from events only. */
export type AutomaticRunBook = {
  readonly projection: Projection;
  /** Oldest first. */
  of(incidentId: string): readonly RecordedAutomaticRun[];
  /** Stored events that could not be read; shown by the service's health, never fatal. */
  unreadable(): readonly string[];
};

export function createAutomaticRunBook(): AutomaticRunBook {
  const decisions = new Map<string, RecordedAutomaticRun[]>();
  const unreadable: string[] = [];
  return {
    projection: {
      prefix: AUTOMATIC_RUN_PREFIX,
      apply(stored) {
        const decision = parseAutomaticRunEvent(stored);
        if (!decision.ok) {
          unreadable.push(decision.error.message);
          return;
        }
        const { incidentId } = decision.value;
        decisions.set(incidentId, [...(decisions.get(incidentId) ?? []), { ...decision.value, atMs: stored.atMs }]);
      },
    },
    of: (incidentId) => decisions.get(incidentId) ?? [],
    unreadable: () => unreadable,
  };
}
