import type { EventStore, NewEvent, StoredEvent, StreamWrite } from "@plimsoll/core";

import { ensure, ensureEqual } from "../expectation.js";
import type { ContractCase, PortContract } from "../port-contract.js";
import type { EventStoreHarness } from "./event-store-harness.js";
import { outboxCases } from "./outbox-cases.js";
import { append, eventOf, eventsOf, idsOf, readEverything } from "./stored-events.js";

const streamCases: readonly ContractCase<EventStoreHarness>[] = [
  {
    name: "numbers a stream's events from 1 without a hole",
    async run({ store }) {
      const first = await append(store, "incident-1", 0, ["a", "b"]);
      const second = await append(store, "incident-1", 2, ["c"]);
      ensureEqual(
        [...first, ...second].map((event) => event.version),
        [1, 2, 3],
        "versions",
      );
    },
  },
  {
    name: "reads a stream in version order, and only that stream",
    async run({ store }) {
      await append(store, "incident-1", 0, ["a", "b"]);
      await append(store, "incident-2", 0, ["x"]);
      await append(store, "incident-1", 2, ["c"]);
      ensureEqual(idsOf(await store.read("incident-1")), ["a", "b", "c"], "events of incident-1");
      ensureEqual(idsOf(await store.read("incident-9")), [], "events of a stream that nobody wrote");
    },
  },
  {
    name: "reads those after a version",
    async run({ store }) {
      await append(store, "incident-1", 0, ["a", "b", "c"]);
      ensureEqual(idsOf(await store.read("incident-1", 1)), ["b", "c"], "events after version 1");
    },
  },
  {
    name: "keeps every member as it was given",
    async run({ store }) {
      const data = {
        text: "Größe 📈 'q' \"d\" \\ \u0000",
        list: [0, -1, 0.1, 1e21, 2 ** 53 - 1, null, true, {}, []],
        z: 1,
        a: { b: "" },
      };
      const event: NewEvent = { ...eventOf("a"), actor: "alice", atMs: 1_700_000_000_123, data };
      const result = await store.append([{ stream: "s", expectedVersion: 0, events: [event] }]);
      ensure(result.ok, "a first append was refused");
      const [read] = await store.read("s");
      ensureEqual(read, result.value[0], "the event as read");
      ensureEqual(read?.data, data, "its data");
      const { id, type, atMs, actor } = event;
      ensureEqual(
        { id: read?.id, type: read?.type, atMs: read?.atMs, actor: read?.actor },
        { id, type, atMs, actor },
        "its members",
      );
    },
  },
  {
    name: "cannot be changed through what it was given or gave",
    async run({ store }) {
      const data = { note: "as written" };
      await store.append([{ stream: "s", expectedVersion: 0, events: [{ ...eventOf("a"), data }] }]);
      data.note = "changed by the writer";
      const [given] = await store.read("s");
      tryToChange(given);
      const [read] = await store.read("s");
      ensureEqual(read?.data, { note: "as written" }, "data");
    },
  },
];

const conflictCases: readonly ContractCase<EventStoreHarness>[] = [
  {
    name: "refuses a writer who has not seen the newest version, as a value",
    async run({ store }) {
      await append(store, "s", 0, ["a", "b"]);
      const stale = await store.append([write("s", 1, ["c"])]);
      ensure(!stale.ok, "a stale writer was let in");
      const conflict = { code: "version-conflict", stream: "s", expectedVersion: 1, actualVersion: 2 };
      ensureEqual(stale.error, conflict, "the conflict");
      const ahead = await store.append([write("s", 5, ["d"])]);
      ensureEqual(ahead.ok ? "written" : ahead.error.actualVersion, 2, "actual version told to a writer who is ahead");
    },
  },
  {
    name: "writes nothing of any stream when one of them is in conflict",
    async run({ store }) {
      await append(store, "s", 0, ["a"]);
      const result = await store.append([write("other", 0, ["b"]), write("s", 0, ["c"])]);
      ensure(!result.ok, "a stale writer was let in");
      ensureEqual(idsOf(await readEverything(store)), ["a"], "events after the conflict");
      ensureEqual(idsOf(await store.outbox.pending(10)), ["a"], "events to publish after the conflict");
    },
  },
  {
    name: "writes several streams at once",
    async run({ store }) {
      const result = await store.append([write("s", 0, ["a"]), write("t", 0, ["b", "c"])]);
      ensure(result.ok, "two new streams were refused");
      ensureEqual(
        result.value.map(({ stream, version }) => `${stream}/${version}`),
        ["s/1", "t/1", "t/2"],
        "places",
      );
      ensureEqual(idsOf(await store.read("t")), ["b", "c"], "events of the second stream");
    },
  },
  {
    name: "takes the same append again as a conflict, and keeps one",
    async run({ store }) {
      await append(store, "s", 0, ["a"]);
      const again = await store.append([write("s", 0, ["a"])]);
      ensure(!again.ok, "the same append was taken twice");
      ensureEqual(idsOf(await readEverything(store)), ["a"], "events");
    },
  },
  {
    name: "never keeps two events with one id, also in two streams",
    async run({ store }) {
      await append(store, "s", 0, ["a"]);
      // A conflict or an error: the port leaves it open; what counts is what is kept.
      await store.append([write("t", 0, ["a"])]).catch(() => undefined);
      ensureEqual(idsOf(await readEverything(store)), ["a"], "events");
    },
  },
  {
    name: "lets one of many writers win a version, and tells the others",
    async run({ store }) {
      const ids = Array.from({ length: 8 }, (_, index) => `writer-${index}`);
      const results = await Promise.all(ids.map((id) => store.append([write("s", 0, [id])])));
      ensureEqual(results.filter((result) => result.ok).length, 1, "writers who won");
      ensureEqual((await store.read("s")).length, 1, "events kept");
    },
  },
];

const orderCases: readonly ContractCase<EventStoreHarness>[] = [
  {
    name: "gives positions that grow from append to append",
    async run({ store }) {
      const positions: number[] = [];
      for (const index of [0, 1, 2, 3]) {
        const stored = await append(store, `s-${index % 2}`, Math.floor(index / 2), [`e-${index}`]);
        positions.push(...stored.map((event) => event.position));
      }
      ensure(
        positions.every((position, index) => index === 0 || position > (positions[index - 1] ?? 0)),
        `positions ${positions.join(", ")}`,
      );
    },
  },
  {
    name: "pages through everything in position order without overlap or hole",
    async run({ store }) {
      for (const stream of ["s", "t", "u"])
        await append(
          store,
          stream,
          0,
          eventsOf(stream, 4).map((event) => event.id),
        );
      const seen: StoredEvent[] = [];
      for (;;) {
        const page = await store.readAll({ afterPosition: seen.at(-1)?.position ?? 0, limit: 5 });
        ensure(page.length <= 5, `a page of at most 5 holds ${page.length}`);
        if (page.length === 0) break;
        seen.push(...page);
        ensure(seen.length <= 12, "there are more events in the pages than were written");
      }
      ensureEqual(
        idsOf(seen),
        ["s", "t", "u"].flatMap((stream) => eventsOf(stream, 4).map((event) => event.id)),
        "events in all pages",
      );
    },
  },
  {
    name: "shows a reader who follows every event, while many write",
    async run({ store }) {
      const streams = Array.from({ length: 8 }, (_, index) => `writer-${index}`);
      const writing = Promise.all(streams.map((stream) => writeInTurn(store, stream, 10)));
      const writers = { finished: false };
      const followed: StoredEvent[] = [];
      const follow = async (): Promise<void> => {
        const page = await store.readAll({ afterPosition: followed.at(-1)?.position ?? 0, limit: 7 });
        followed.push(...page);
        // A reader that never pauses would keep a writer waiting who needs a timer or the network.
        await new Promise((resolve) => setTimeout(resolve, 0));
      };
      void writing.finally(() => (writers.finished = true)).catch(() => undefined);
      while (!writers.finished) await follow();
      await writing;
      for (let before = -1; before !== followed.length;) {
        before = followed.length;
        await follow();
      }
      ensureEqual(new Set(idsOf(followed)).size, 80, "different events that the reader has seen");
      ensureEqual(followed.length, 80, "events that the reader has seen");
    },
  },
];

/** The promises of an `EventStore` and its outbox. */
export const eventStoreContract: PortContract<EventStoreHarness> = {
  port: "EventStore",
  cases: [
    ...streamCases,
    ...conflictCases,
    ...orderCases,
    ...outboxCases,
    {
      name: "keeps events and what is to be published across a restart",
      cannotRun: (harness) => (harness.reopen === undefined ? "this storage ends with its process" : undefined),
      async run({ store, reopen }) {
        const stored = await append(store, "s", 0, ["a", "b"]);
        await store.outbox.settle(["a"]);
        const again = (await reopen?.()) ?? store;
        ensureEqual(await again.read("s"), stored, "events after the restart");
        ensureEqual(idsOf(await again.outbox.pending(10)), ["b"], "events to publish after the restart");
        const next = await append(again, "s", 2, ["c"]);
        ensure((next[0]?.position ?? 0) > (stored[1]?.position ?? 0), "positions start again after the restart");
      },
    },
  ],
};

function write(stream: string, expectedVersion: number, ids: readonly string[]): StreamWrite {
  return { stream, expectedVersion, events: ids.map((id) => eventOf(id)) };
}

async function writeInTurn(store: EventStore, stream: string, count: number): Promise<void> {
  for (let version = 0; version < count; version += 1) await append(store, stream, version, [`${stream}-${version}`]);
}

function tryToChange(event: StoredEvent | undefined): void {
  try {
    if (event !== undefined) Object.assign(event.data as object, { note: "changed by the reader" });
  } catch {
    // A frozen object throws here; that keeps the promise too.
  }
}
