import { START_MS } from "../incident/alert.fixture.js";
import type { AlertEvent } from "../alert/alert.js";
import type { EventStore, StoredEvent } from "../ports/event-store.js";
import type { Json } from "../errors/json.js";
import { createIncidentBook } from "./incident-book.js";
import { createIncidentDesk } from "./incident-desk.js";
import { createJournal } from "./journal.js";

/** A desk on a store in memory, with the book that it keeps; `restart` reads everything anew. */
export function createIncidentWorld(options: Partial<Parameters<typeof createIncidentDesk>[0]> = {}) {
  const stored: StoredEvent[] = [];
  const store: Pick<EventStore, "append" | "readAll" | "read"> = {
    append: async (writes) => {
      for (const { events, stream } of writes) {
        for (const event of events) {
          const version = stored.filter((one) => one.stream === stream).length + 1;
          stored.push({ ...event, stream, version, position: stored.length + 1 });
        }
      }
      const count = writes.reduce((sum, { events }) => sum + events.length, 0);
      return { ok: true, value: stored.slice(-count) };
    },
    readAll: async ({ afterPosition, limit }) => stored.slice(afterPosition, afterPosition + limit),
    read: async (stream) => stored.filter((event) => event.stream === stream),
  };
  const open = () => {
    const book = createIncidentBook();
    const journal = createJournal(store as EventStore, book.projections);
    const desk = createIncidentDesk({
      journal,
      book,
      digest: { digest: async (data) => `sha-${JSON.stringify(data).length}` },
      services: new Map([["payments", { id: "payments", tier: 1, dependsOn: [] }]]),
      cooldownMs: 1_800_000,
      autoCloseAfterMs: 86_400_000,
      ...options,
    });
    return { book, desk, journal };
  };
  return {
    ...open(),
    open,
    store,
    stored,
    events: (id: string) => stored.filter(({ stream }) => stream === `incident/${id}`),
  };
}

/** An alert event as the store gives it. */
export function storedAlert(alert: AlertEvent, id: string): StoredEvent {
  return {
    id,
    stream: `alert/${alert.data.key}`,
    version: 1,
    position: 1,
    type: alert.type,
    atMs: alert.data.atMs,
    actor: "engine",
    data: JSON.parse(JSON.stringify(alert.data)) as Json,
  };
}

/** What a person says at some minute. */
export const saidAt = (minutes: number, causeId: string, actor = "ada") => ({
  atMs: START_MS + minutes * 60_000,
  actor,
  causeId,
});
