import { ensureEqual } from "../expectation.js";
import type { ContractCase } from "../port-contract.js";
import type { EventStoreHarness } from "./event-store-harness.js";
import { append, idsOf } from "./stored-events.js";

/** The promises of an event store's outbox. */
export const outboxCases: readonly ContractCase<EventStoreHarness>[] = [
  {
    name: "holds every appended event as still to be published, in position order",
    async run({ store }) {
      const first = await append(store, "s", 0, ["b", "a"]);
      const second = await append(store, "t", 0, ["c"]);
      ensureEqual(await store.outbox.pending(10), [...first, ...second], "events to publish");
    },
  },
  {
    name: "gives no more of the outbox than asked for, oldest first",
    async run({ store }) {
      await append(store, "s", 0, ["a", "b", "c"]);
      ensureEqual(idsOf(await store.outbox.pending(2)), ["a", "b"], "the first two events to publish");
    },
  },
  {
    name: "takes settled events out of the outbox and leaves the rest",
    async run({ store }) {
      await append(store, "s", 0, ["a", "b", "c"]);
      await store.outbox.settle(["b"]);
      ensureEqual(idsOf(await store.outbox.pending(10)), ["a", "c"], "events to publish after b was settled");
    },
  },
  {
    name: "settles an event twice, an unknown one, or none, without harm",
    async run({ store }) {
      await append(store, "s", 0, ["a", "b"]);
      await store.outbox.settle(["a"]);
      await store.outbox.settle(["a", "never-seen"]);
      await store.outbox.settle([]);
      ensureEqual(idsOf(await store.outbox.pending(10)), ["b"], "events to publish");
    },
  },
  {
    name: "keeps a settled event in its stream",
    async run({ store }) {
      await append(store, "s", 0, ["a"]);
      await store.outbox.settle(["a"]);
      ensureEqual(idsOf(await store.read("s")), ["a"], "events of the stream");
    },
  },
];
