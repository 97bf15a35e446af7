import type { EventStore, NewEvent, StoredEvent } from "@plimsoll/core";

import { ContractViolation } from "../contract-violation.js";

/** A small event under an id. */
export function eventOf(id: string): NewEvent {
  return { id, type: "incident.declared", atMs: 1_700_000_000_000, actor: "engine", data: { of: id } };
}

/** Events with ids `<prefix>-1` to `<prefix>-<count>`. */
export function eventsOf(prefix: string, count: number): readonly NewEvent[] {
  return Array.from({ length: count }, (_, index) => eventOf(`${prefix}-${index + 1}`));
}

/** Appends events by their ids; a refusal is a violation. */
export async function append(
  store: EventStore,
  stream: string,
  expectedVersion: number,
  ids: readonly string[],
): Promise<readonly StoredEvent[]> {
  const result = await store.append([{ stream, expectedVersion, events: ids.map((id) => eventOf(id)) }]);
  if (result.ok) return result.value;
  throw new ContractViolation(
    `append to ${stream} at version ${expectedVersion} was refused: the store says version ${result.error.actualVersion}`,
  );
}

/** Everything in the store, in position order. */
export async function readEverything(store: EventStore): Promise<readonly StoredEvent[]> {
  return store.readAll({ afterPosition: 0, limit: 1_000 });
}

/** The ids of events, in order. */
export function idsOf(events: readonly StoredEvent[]): readonly string[] {
  return events.map((event) => event.id);
}
