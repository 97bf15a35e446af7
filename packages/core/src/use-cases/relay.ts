import { isPlimsollError } from "../errors/plimsoll-error.js";
import type { EventBus, Unsubscribe } from "../ports/event-bus.js";
import type { EventStore, StoredEvent } from "../ports/event-store.js";
import type { SharedJournal } from "./journal.js";
import { createSerialQueue } from "./serial-queue.js";

/** Brings what was stored to whoever reacts to it, and goes on owing it until every reactor is done with it. */
export type Relay = {
  /**
   * Subscribes a reactor. Where it fails in a way that may pass, such as storage that is away, the event and what follows
   * it in its stream stay owed and come again with the next relaying; any other failure is left to the bus, as poison.
   */
  react(group: string, reactor: (event: StoredEvent) => Promise<void>): Promise<Unsubscribe>;
  /** Publishes what is owed, oldest first, and settles it after; answers how many events were settled. */
  relay(): Promise<number>;
};

const BATCH = 256;

export function createRelay(events: EventStore, bus: EventBus, journal: Pick<SharedJournal, "catchUp">): Relay {
  const alone = createSerialQueue();
  // Streams whose events wait for the next relaying, so that their order is kept.
  const held = new Set<string>();
  let next: Promise<number> | undefined;
  const free = ({ stream }: StoredEvent): boolean => !held.has(stream);
  const relayAll = async (): Promise<number> => {
    next = undefined;
    held.clear();
    let settled = 0;
    for (;;) {
      const owed = (await events.outbox.pending(BATCH)).filter(free);
      const last = owed.at(-1);
      if (last === undefined) return settled;
      // A write that seemed to fail, or another process, may have stored some: nobody can react to what they do not know.
      await journal.catchUp(last.position);
      await bus.publish(owed);
      const done = owed.filter(free).map(({ id }) => id);
      await events.outbox.settle(done);
      settled += done.length;
    }
  };
  return {
    react: (group, reactor) =>
      bus.subscribe(group, async (event) => {
        if (!free(event)) return;
        try {
          await reactor(event);
        } catch (error) {
          if (!isPlimsollError(error) || !error.retryable) throw error;
          held.add(event.stream);
        }
      }),
    // Who asks while one is under way may ask for what it has gone past: all of them share the one after it.
    relay: () => (next ??= alone(relayAll)),
  };
}
