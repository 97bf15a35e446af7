import { evolveIncident } from "../incident/evolve-incident.js";
import { incidentNumber, type IncidentState } from "../incident/incident.js";
import { evolveRegister, type KeyRegister } from "../incident/key-register.js";
import { parseIncidentEvent, parseKeyRegisterEvent } from "../incident/parse-incident-event.js";
import type { Projection } from "./journal.js";

/** Knows every incident and which one each deduplication key belongs to, made from events only. */
export type IncidentBook = {
  readonly projections: readonly Projection[];
  /** Newest first. */
  all(): readonly IncidentState[];
  get(incidentId: string): IncidentState | undefined;
  register(key: string): KeyRegister | undefined;
  /** The incident that a cause declared; undefined when it declared none. */
  declaredBy(causeId: string): string | undefined;
  /** The number for the next new incident. */
  nextNumber(): number;
  /** Stored events that could not be read; shown by the service's health, never fatal. */
  unreadable(): readonly string[];
};

export function createIncidentBook(): IncidentBook {
  const incidents = new Map<string, IncidentState>();
  const registers = new Map<string, KeyRegister>();
  const declarations = new Map<string, string>();
  const unreadable: string[] = [];
  let highest = 0;
  // A round asks for all of them several times, and between two words of incidents they are the same.
  let sorted: readonly IncidentState[] | undefined;
  return {
    projections: [
      {
        prefix: "incident/",
        apply(stored) {
          const id = stored.stream.slice("incident/".length);
          // Also of an incident that cannot be read: its number is taken.
          highest = Math.max(highest, incidentNumber(id) ?? 0);
          const event = parseIncidentEvent(stored);
          if (!event.ok) {
            unreadable.push(event.error.message);
            return;
          }
          if (event.value.type === "incident.declared") declarations.set(event.value.data.causeId, id);
          const next = evolveIncident(incidents.get(id), event.value);
          if (next !== undefined) incidents.set(id, next);
          sorted = undefined;
        },
      },
      {
        prefix: "incident-key/",
        apply(stored) {
          const event = parseKeyRegisterEvent(stored);
          if (!event.ok) {
            unreadable.push(event.error.message);
            return;
          }
          const { key } = event.value.data;
          registers.set(key, evolveRegister(registers.get(key), event.value));
        },
      },
    ],
    all: () => (sorted ??= newestFirst(incidents)),
    get: (incidentId) => incidents.get(incidentId),
    register: (key) => registers.get(key),
    declaredBy: (causeId) => declarations.get(causeId),
    nextNumber: () => highest + 1,
    unreadable: () => unreadable,
  };
}

function newestFirst(incidents: ReadonlyMap<string, IncidentState>): readonly IncidentState[] {
  return [...incidents.values()].sort((a, b) => (incidentNumber(b.id) ?? 0) - (incidentNumber(a.id) ?? 0));
}
