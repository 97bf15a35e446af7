import { failure, PlimsollError, success } from "@plimsoll/core";
import type { EventStore, Result, StoredEvent, StreamWrite, VersionConflict } from "@plimsoll/core";

import { frozenCopy } from "./frozen-json.js";

/** Makes an event store with its outbox that lives as long as the process. What it gives is frozen. */
export function createMemoryEventStore(): EventStore {
  const log: StoredEvent[] = [];
  const streams = new Map<string, StoredEvent[]>();
  const ids = new Set<string>();
  // A Map keeps the order of insertion, which is the order of positions.
  const unpublished = new Map<string, StoredEvent>();

  // Without an await between check and write, an append is atomic.
  const append = (writes: readonly StreamWrite[]): Result<readonly StoredEvent[], VersionConflict> => {
    refuseRepeatedStream(writes);
    for (const { stream, expectedVersion } of writes) {
      const actualVersion = streams.get(stream)?.length ?? 0;
      if (actualVersion !== expectedVersion) {
        return failure({ code: "version-conflict", stream, expectedVersion, actualVersion });
      }
    }
    refuseTakenIds(writes, ids);
    let position = log.length;
    const stored = writes.flatMap(({ stream, expectedVersion, events }) =>
      events.map((event, index): StoredEvent => {
        position += 1;
        return frozenCopy({ ...event, stream, version: expectedVersion + index + 1, position });
      }),
    );
    for (const event of stored) {
      log.push(event);
      ids.add(event.id);
      unpublished.set(event.id, event);
      const stream = streams.get(event.stream);
      if (stream === undefined) streams.set(event.stream, [event]);
      else stream.push(event);
    }
    return success(stored);
  };

  return {
    append: async (writes) => append(writes),
    read: async (stream, afterVersion = 0) => (streams.get(stream) ?? []).slice(afterVersion),
    // Positions count from 1 without a hole, so an event's position is its index plus one.
    readAll: async ({ afterPosition, limit }) => log.slice(afterPosition, afterPosition + limit),
    outbox: {
      pending: async (limit) => firstOf(unpublished.values(), limit),
      async settle(eventIds) {
        for (const id of eventIds) unpublished.delete(id);
      },
    },
  };
}

function firstOf<Item>(items: Iterable<Item>, limit: number): Item[] {
  const first: Item[] = [];
  for (const item of items) {
    if (first.length >= limit) break;
    first.push(item);
  }
  return first;
}

function refuseRepeatedStream(writes: readonly StreamWrite[]): void {
  const seen = new Set<string>();
  for (const { stream } of writes) {
    if (seen.has(stream)) {
      throw new PlimsollError({
        code: "stream-written-twice",
        message: `One append holds two writes to stream "${stream}": put all its events into one write.`,
        retryable: false,
      });
    }
    seen.add(stream);
  }
}

function refuseTakenIds(writes: readonly StreamWrite[], ids: ReadonlySet<string>): void {
  const seen = new Set<string>();
  for (const { stream, events } of writes) {
    for (const { id } of events) {
      if (ids.has(id) || seen.has(id)) {
        throw new PlimsollError({
          code: "event-id-taken",
          message: `Event id "${id}", meant for stream "${stream}", belongs to another event already: ids are unique over the whole store.`,
          retryable: false,
        });
      }
      seen.add(id);
    }
  }
}
