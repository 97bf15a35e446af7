import type { EventBus, PoisonEvent, StoredEvent } from "@plimsoll/core";

import type { EventBusHarness } from "../contracts/event-bus-contract.js";
import type { Broken } from "./broken.js";

type Handler = (event: StoredEvent) => Promise<void>;
type Group = {
  readonly name: string;
  handlers: Handler[];
  running: Promise<unknown>[];
  readonly lanes: Map<string, Promise<void>>;
};

type Flaw =
  | "none"
  | "forgets a group"
  | "tells every subscriber"
  | "runs a publish at once"
  | "forgets the publish before"
  | "does not wait for a group"
  | "needs a listener"
  | "does not try again"
  | "tries again at the end"
  | "counts one attempt"
  | "stops after poison"
  | "poisons everybody"
  | "keeps who left"
  | "leaves at once";

const ATTEMPTS = 3;

/** A naive bus; each flaw is one thing that buses get wrong. */
export const brokenEventBuses: Broken<EventBusHarness> = {
  right: () => busThat("none"),
  flawed: {
    "hands every event to every group": () => busThat("forgets a group"),
    "hands an event to one subscriber of a group": () => busThat("tells every subscriber"),
    "keeps the order of a stream": () => busThat("runs a publish at once"),
    "keeps the order of a stream over publishes that overlap": () => busThat("forgets the publish before"),
    "resolves publish only when every group has handled the events": () => busThat("does not wait for a group"),
    "resolves publish when nobody listens": () => busThat("needs a listener"),
    "tries a handler again that throws": () => busThat("does not try again"),
    "holds back the later events of a stream while it tries again": () => busThat("tries again at the end"),
    "sets an event aside after its attempts, with group, count and reason": () => busThat("counts one attempt"),
    "goes on with the stream after it has set an event aside": () => busThat("stops after poison"),
    "does not let one group's poison touch another group": () => busThat("poisons everybody"),
    "hands nothing more to a subscriber that has left": () => busThat("keeps who left"),
    "lets a subscriber leave only when its handler is idle": () => busThat("leaves at once"),
  },
};

function busThat(flaw: Flaw): EventBusHarness {
  const groups = new Map<string, Group>();
  const poison: PoisonEvent[] = [];
  let everything: Promise<void> = Promise.resolve();

  const tryOnce = async (group: Group, event: StoredEvent): Promise<void> => {
    const chosen = flaw === "tells every subscriber" ? group.handlers : group.handlers.slice(0, 1);
    for (const handler of chosen) {
      const work = handler(event);
      group.running.push(work.catch(() => undefined));
      await work;
    }
  };

  const handle = async (group: Group, event: StoredEvent, firstAttempt = 1): Promise<void> => {
    for (let attempt = firstAttempt; attempt <= ATTEMPTS; attempt += 1) {
      try {
        return await tryOnce(group, event);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        // A first refusal and a last one are different flaws: here only the passing kind is given up.
        if (flaw === "does not try again" && reason === "not now") return;
        if (attempt < ATTEMPTS) continue;
        poison.push({ group: group.name, event, attempts: flaw === "counts one attempt" ? 1 : attempt, reason });
      }
    }
  };

  // The events of one stream of one publish, in one group.
  const handleRow = async (group: Group, row: readonly StoredEvent[]): Promise<void> => {
    if (flaw === "runs a publish at once" && row.length === 3) {
      await Promise.all(row.map((event) => handle(group, event)));
      return;
    }
    const again: StoredEvent[] = [];
    for (const event of row) {
      const before = poison.length;
      if (flaw === "tries again at the end") await tryOnce(group, event).catch(() => again.push(event));
      else await handle(group, event);
      if (flaw === "stops after poison" && poison.length > before) return;
    }
    for (const event of again) await handle(group, event, 2);
  };

  const enqueue = (group: Group, stream: string, row: readonly StoredEvent[]): Promise<void> => {
    const before = flaw === "forgets the publish before" ? undefined : group.lanes.get(stream);
    const work = (before ?? Promise.resolve()).then(() => handleRow(group, row));
    group.lanes.set(stream, work);
    return work;
  };

  const handleUntilPoison = async (events: readonly StoredEvent[]): Promise<void> => {
    for (const event of events) {
      for (const group of groups.values()) {
        const isPoisoned = poison.some(({ event: { stream } }) => stream === event.stream);
        if (!isPoisoned || groups.size === 1) await handle(group, event);
      }
    }
  };

  const bus: EventBus = {
    async publish(events) {
      if (flaw === "needs a listener" && groups.size === 0) throw new Error("nobody listens");
      if (flaw === "poisons everybody") {
        everything = everything.then(() => handleUntilPoison(events));
        return everything;
      }
      const work: Promise<void>[] = [];
      for (const stream of new Set(events.map((event) => event.stream))) {
        const row = events.filter((event) => event.stream === stream);
        for (const [index, group] of [...groups.values()].entries()) {
          if (flaw === "forgets a group" && stream === "t" && index > 0) continue;
          const handled = enqueue(group, stream, row);
          if (flaw !== "does not wait for a group" || group.name !== "slow") work.push(handled);
        }
      }
      await Promise.all(work);
    },
    async subscribe(name, handler) {
      const group = groups.get(name) ?? { name, handlers: [], running: [], lanes: new Map<string, Promise<void>>() };
      groups.set(name, group);
      group.handlers.push(handler);
      return async () => {
        if (flaw !== "keeps who left") group.handlers = group.handlers.filter((known) => known !== handler);
        if (flaw !== "leaves at once") await Promise.all(group.running);
      };
    },
    poisoned: async () => poison,
  };
  return { bus, attempts: ATTEMPTS };
}
