import { expect, it } from "vitest";
import { success } from "../errors/result.js";
import type { EventStore, StoredEvent } from "../ports/event-store.js";
import { createJournal } from "./journal.js";

/** A store that leaves a hole before what it appends, as one does that another process failed to write to. */
function storeWithHoles(): EventStore {
  const stored: StoredEvent[] = [];
  return {
    async append(writes) {
      const added = writes.flatMap(({ stream, expectedVersion, events }) =>
        events.map((event, index) => ({
          ...event,
          stream,
          version: expectedVersion + index + 1,
          position: (stored.at(-1)?.position ?? 0) + 10 + index,
        })),
      );
      stored.push(...added);
      return success(added);
    },
    read: async (stream) => stored.filter((event) => event.stream === stream),
    readAll: async ({ afterPosition }) => stored.filter(({ position }) => position > afterPosition),
    outbox: { pending: async () => [], settle: async () => {} },
  };
}

it("applies its own events once where positions have holes", async () => {
  const applied: string[] = [];
  const journal = createJournal(storeWithHoles(), [{ prefix: "a/", apply: ({ id }) => void applied.push(id) }]);
  const entry = { type: "noted", atMs: 0, actor: "engine", data: {} };
  await journal.commit(() => [{ stream: "a/1", entries: [entry] }]);
  await journal.commit(() => [{ stream: "a/1", entries: [entry] }]);
  expect(applied).toEqual(["a/1@1", "a/1@2"]);
});

it("reads what another process stored only where it does not know of it yet", async () => {
  const store = storeWithHoles();
  let reads = 0;
  const counted: EventStore = { ...store, readAll: (query) => ((reads += 1), store.readAll(query)) };
  const applied: string[] = [];
  const journal = createJournal(counted, [{ prefix: "a/", apply: ({ id }) => void applied.push(id) }]);
  const other = createJournal(store, []);
  const entry = { type: "noted", atMs: 0, actor: "engine", data: {} };
  const [stored] = await other.commit(() => [{ stream: "a/1", entries: [entry] }]);
  await journal.catchUp(0);
  expect([reads, applied]).toEqual([0, []]);
  await journal.catchUp(stored?.position ?? 0);
  expect([reads, applied]).toEqual([1, ["a/1@1"]]);
  await journal.catchUp(stored?.position ?? 0);
  expect(reads).toBe(1);
});
