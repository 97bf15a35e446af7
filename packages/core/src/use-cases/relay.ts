import type { EventBus } from "../ports/event-bus.js";
import type { EventStore } from "../ports/event-store.js";

const BATCH = 256;

/** Publishes what was stored and not yet published, oldest first, and settles it after; answers how many. */
export async function relayOutbox(events: EventStore, bus: EventBus): Promise<number> {
  let published = 0;
  for (;;) {
    const pending = await events.outbox.pending(BATCH);
    if (pending.length === 0) return published;
    await bus.publish(pending);
    await events.outbox.settle(pending.map(({ id }) => id));
    published += pending.length;
  }
}
