import { toJson } from "../errors/json.js";
import { PlimsollError } from "../errors/plimsoll-error.js";
import { failure, success, type Result } from "../errors/result.js";
import { decideIncident } from "../incident/decide-incident.js";
import { evolveIncident } from "../incident/evolve-incident.js";
import type { IncidentCommand } from "../incident/incident-command.js";
import type { IncidentAbsorbed } from "../incident/incident-event.js";
import type { IncidentRejection } from "../incident/incident-rejection.js";
import { incidentSignals } from "../incident/incident-signal.js";
import { incidentStream, type IncidentState } from "../incident/incident.js";
import {
  decideRegisters,
  incidentKeyStream,
  movedKeys,
  type KeyRegisterEvent,
  type KeyTaken,
} from "../incident/key-register.js";
import type { IncidentBook } from "./incident-book.js";
import type { StreamEntries } from "./journal.js";

/** Why a command to an incident was refused. */
export type IncidentRefusal =
  | IncidentRejection
  | KeyTaken
  | { readonly code: "unknown-incident"; readonly incidentId: string; readonly message: string };

/** What is to be written in one transaction, or why nothing is. */
export type Entries = Result<readonly StreamEntries[], IncidentRefusal>;

/** Finds what a command writes: to its incident, and to the registers of the keys that it is about. */
export function entriesFor(book: IncidentBook, id: string, command: IncidentCommand): Entries {
  const state = book.get(id);
  const decided = decideIncident(state, command);
  if (!decided.ok) return decided;
  const next = decided.value.reduce<IncidentState | undefined>((now, event) => evolveIncident(now, event), state);
  if (next === undefined || decided.value.length === 0) return success([]);
  const trigger = command.type === "reopen" ? (command.alert?.data.key ?? command.external?.key) : undefined;
  const registers = decideRegisters(book.register, {
    state: next,
    events: decided.value,
    ...(trigger === undefined ? {} : { trigger }),
  });
  if (!registers.ok) return registers;
  return success([{ stream: incidentStream(id), entries: decided.value.map(toEntry) }, ...byKey(registers.value)]);
}

/** What the engine writes for what it is told itself; a refusal of that is a fault. */
export function entriesOrThrow(entries: Entries): readonly StreamEntries[] {
  if (entries.ok) return entries.value;
  throw new PlimsollError({ code: entries.error.code, message: entries.error.message, retryable: false });
}

/** Merges one incident into another: the one closes, the other takes its alerts, in one transaction. */
export function mergeEntries(
  book: IncidentBook,
  id: string,
  command: Extract<IncidentCommand, { readonly type: "merge" }>,
): Entries {
  const source = book.get(id);
  const { actor, atMs, causeId, into, reason } = command;
  const target = book.get(into);
  if (source !== undefined && target === undefined) return failure(unknownIncident(into));
  const merged = entriesFor(book, id, command);
  if (source === undefined || !merged.ok || merged.value.length === 0) return merged;
  const alerts = incidentSignals(source).map((signal) => ({ ...signal, from: id }));
  const { groups } = source;
  const absorbed = entriesFor(book, into, { type: "absorb", from: id, alerts, groups, reason, actor, atMs, causeId });
  return absorbed.ok ? success([...merged.value, ...absorbed.value]) : absorbed;
}

/** Ties an incident to another one, which must be there. */
export function linkEntries(
  book: IncidentBook,
  id: string,
  command: Extract<IncidentCommand, { readonly type: "link" }>,
): Entries {
  const { kind, id: other } = command.link;
  const isMissing = kind === "incident" && book.get(id) !== undefined && book.get(other) === undefined;
  return isMissing ? failure(unknownIncident(other)) : entriesFor(book, id, command);
}

/** A part of an incident as an incident of its own. */
export type Split = {
  readonly title: string;
  readonly severity: IncidentState["severity"];
  /** Absent: the same. */
  readonly service?: string;
};

/** Splits an incident: a new one is declared and takes the alerts with the keys that are named, in one transaction. */
export function splitEntries(
  book: IncidentBook,
  id: string,
  { split, ...command }: Extract<IncidentCommand, { readonly type: "split" }> & { readonly split: Split },
): Entries {
  const source = book.get(id);
  const written = entriesFor(book, id, command);
  if (source === undefined || !written.ok || written.value.length === 0) return written;
  const { actor, atMs, causeId, into, keys, reason } = command;
  const { serviceTier } = source;
  const { service = source.service, severity, title } = split;
  const kept = service === source.service && serviceTier !== undefined ? { serviceTier } : {};
  const declared = decideIncident(undefined, {
    type: "declare",
    incidentId: into,
    origin: { kind: "person", title, severity, service, ...kept, splitFrom: id },
    actor,
    atMs,
    causeId,
  });
  if (!declared.ok) return declared;
  const alerts = source.followed.filter(({ key }) => keys.includes(key)).map((alert) => ({ ...alert, from: id }));
  const absorbed: IncidentAbsorbed = {
    type: "incident.absorbed",
    atMs,
    actor,
    data: { causeId, from: id, reason, alerts },
  };
  const events = [...declared.value, absorbed];
  return success([
    ...written.value,
    { stream: incidentStream(into), entries: events.map(toEntry) },
    ...byKey(movedKeys(book.register, into, absorbed)),
  ]);
}

/** Says that there is no such incident. */
export function unknownIncident(incidentId: string): IncidentRefusal {
  return {
    code: "unknown-incident",
    incidentId,
    message: `there is no incident ${incidentId}; list them to see which there are`,
  };
}

function byKey(events: readonly KeyRegisterEvent[]): readonly StreamEntries[] {
  const streams = new Map<string, KeyRegisterEvent[]>();
  for (const event of events) {
    const stream = incidentKeyStream(event.data.key);
    streams.set(stream, [...(streams.get(stream) ?? []), event]);
  }
  return [...streams].map(([stream, written]) => ({ stream, entries: written.map(toEntry) }));
}

function toEntry(event: {
  readonly type: string;
  readonly atMs: number;
  readonly actor: string;
  readonly data: unknown;
}) {
  // Events are plain data; through JSON, so that an absent key and an undefined one are the same in every store.
  return {
    type: event.type,
    atMs: event.atMs,
    actor: event.actor,
    data: toJson(event.data),
  };
}
