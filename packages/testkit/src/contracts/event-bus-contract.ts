import type { EventBus, StoredEvent } from "@plimsoll/core";

import { ensure, ensureComes, ensureEqual } from "../expectation.js";
import type { ClosableHarness, PortContract } from "../port-contract.js";

/** A bus without subscribers. */
export type EventBusHarness = ClosableHarness & {
  readonly bus: EventBus;
  /** How often the bus tries a handler before it sets an event aside; at least 2. */
  readonly attempts: number;
};

/** The promises of an `EventBus`. */
export const eventBusContract: PortContract<EventBusHarness> = {
  port: "EventBus",
  cases: [
    {
      name: "hands every event to every group",
      async run({ bus }) {
        const first = await record(bus, "first");
        const second = await record(bus, "second");
        await publish(bus, [event("s", 1), event("t", 1)]);
        ensureEqual(
          [first.toSorted(), second.toSorted()],
          [
            ["s/1", "t/1"],
            ["s/1", "t/1"],
          ],
          "handled by each group",
        );
      },
    },
    {
      name: "hands an event to one subscriber of a group",
      async run({ bus }) {
        const handled: string[] = [];
        await record(bus, "group", handled);
        await record(bus, "group", handled);
        await publish(bus, [event("s", 1), event("s", 2)]);
        ensureEqual(handled.toSorted(), ["s/1", "s/2"], "handled by the two subscribers together");
      },
    },
    {
      name: "keeps the order of a stream",
      async run({ bus }) {
        const handled: string[] = [];
        await bus.subscribe("group", async (given) => {
          // The first is slow: whoever does not wait for it gets the order wrong.
          if (given.version === 1) await turns(20);
          handled.push(nameOf(given));
        });
        await publish(bus, [event("s", 1), event("s", 2), event("s", 3)]);
        ensureEqual(handled, ["s/1", "s/2", "s/3"], "order of handling");
      },
    },
    {
      name: "keeps the order of a stream over publishes that overlap",
      async run({ bus }) {
        const handled: string[] = [];
        await bus.subscribe("group", async (given) => {
          if (given.version === 1) await turns(20);
          handled.push(nameOf(given));
        });
        await Promise.all([publish(bus, [event("s", 1)]), publish(bus, [event("s", 2)])]);
        ensureEqual(handled, ["s/1", "s/2"], "order of handling");
      },
    },
    {
      name: "resolves publish only when every group has handled the events",
      async run({ bus }) {
        let open = (): void => undefined;
        const gate = new Promise<void>((resolve) => (open = resolve));
        await record(bus, "quick");
        await bus.subscribe("slow", () => gate);
        let published = false;
        const publishing = publish(bus, [event("s", 1)]).then(() => (published = true));
        await turns(20);
        const early = published;
        open();
        await publishing;
        ensure(!early, "publish resolved while a handler was still at work");
      },
    },
    {
      name: "resolves publish when nobody listens",
      async run({ bus }) {
        await publish(bus, [event("s", 1)]);
        ensureEqual(await bus.poisoned(), [], "events set aside");
      },
    },
    {
      name: "tries a handler again that throws",
      async run({ bus }) {
        const tried: string[] = [];
        await bus.subscribe("group", async (given) => {
          tried.push(nameOf(given));
          if (tried.length === 1) throw new Error("not now");
        });
        await publish(bus, [event("s", 1)]);
        ensureEqual(tried, ["s/1", "s/1"], "attempts");
        ensureEqual(await bus.poisoned(), [], "events set aside");
      },
    },
    {
      name: "holds back the later events of a stream while it tries again",
      async run({ bus }) {
        const tried: string[] = [];
        await bus.subscribe("group", async (given) => {
          tried.push(nameOf(given));
          if (tried.length === 1) throw new Error("not now");
        });
        await publish(bus, [event("s", 1), event("s", 2)]);
        ensureEqual(tried.at(-1), "s/2", `last in the order of attempts ${tried.join(", ")}`);
      },
    },
    {
      name: "sets an event aside after its attempts, with group, count and reason",
      async run({ bus, attempts }) {
        let tried = 0;
        await bus.subscribe("group", async () => {
          tried += 1;
          throw new Error("cannot read it");
        });
        await publish(bus, [event("s", 1)]);
        const [poison] = await bus.poisoned();
        ensure(poison !== undefined, "the handler refused every time, and nothing is set aside");
        ensureEqual({ tried, attempts: poison.attempts }, { tried: attempts, attempts }, "attempts");
        ensureEqual([poison.group, nameOf(poison.event)], ["group", "s/1"], "what is set aside");
        ensure(poison.reason.includes("cannot read it"), `the reason is not the handler's: ${poison.reason}`);
      },
    },
    {
      name: "goes on with the stream after it has set an event aside",
      async run({ bus }) {
        const handled: string[] = [];
        await bus.subscribe("group", async (given) => {
          if (given.version === 1) throw new Error("cannot read it");
          handled.push(nameOf(given));
        });
        await publish(bus, [event("s", 1), event("s", 2)]);
        ensureEqual(handled, ["s/2"], "handled after the poison");
      },
    },
    {
      name: "does not let one group's poison touch another group",
      async run({ bus }) {
        await bus.subscribe("failing", async () => {
          throw new Error("cannot read it");
        });
        const healthy = await record(bus, "healthy");
        await publish(bus, [event("s", 1), event("s", 2)]);
        ensureEqual(healthy, ["s/1", "s/2"], "handled by the healthy group");
      },
    },
    {
      name: "hands nothing more to a subscriber that has left",
      async run({ bus }) {
        const handled: string[] = [];
        const leave = await bus.subscribe("group", async (given) => void handled.push(nameOf(given)));
        await publish(bus, [event("s", 1)]);
        await ensureComes("leaving", leave());
        await publish(bus, [event("s", 2)]);
        ensureEqual(handled, ["s/1"], "handled");
      },
    },
    {
      name: "lets a subscriber leave only when its handler is idle",
      async run({ bus }) {
        let open = (): void => undefined;
        const gate = new Promise<void>((resolve) => (open = resolve));
        const leave = await bus.subscribe("group", () => gate);
        const publishing = publish(bus, [event("s", 1)]);
        await turns(20);
        let left = false;
        const leaving = leave().then(() => (left = true));
        await turns(20);
        const early = left;
        open();
        await Promise.all([publishing, ensureComes("leaving", leaving)]);
        ensure(!early, "leaving resolved while the handler was still at work");
      },
    },
  ],
};

function event(stream: string, version: number): StoredEvent {
  const id = `${stream}-${version}`;
  return { id, stream, version, position: version, type: "happened", atMs: 0, actor: "engine", data: null };
}

function nameOf({ stream, version }: StoredEvent): string {
  return `${stream}/${version}`;
}

async function record(bus: EventBus, group: string, handled: string[] = []): Promise<string[]> {
  await bus.subscribe(group, async (given) => void handled.push(nameOf(given)));
  return handled;
}

async function publish(bus: EventBus, events: readonly StoredEvent[]): Promise<void> {
  await ensureComes("publish", bus.publish(events));
}

// Lets everything run that is ready to; a bus over a network may do less in that time, which only makes a case more lenient.
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise<void>((resolve) => setTimeout(resolve, 0));
}
