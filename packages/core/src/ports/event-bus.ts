import type { StoredEvent } from "./event-store.js";

/** An event that a group's handler refused too often, set aside so that the rest goes on. */
export type PoisonEvent = {
  readonly group: string;
  readonly event: StoredEvent;
  readonly attempts: number;
  readonly reason: string;
};

/** Stops a subscription; resolves when its handler is idle. */
export type Unsubscribe = () => Promise<void>;

/**
 * Hands events to groups of subscribers.
 *
 * At least once per group; order kept per stream; a handler that throws is tried again, and after its attempts the
 * event is set aside as poison and later events of that stream go on. `publish` resolves once every group has
 * handled the events or set them aside, so that what is published may be settled.
 */
export interface EventBus {
  publish(events: readonly StoredEvent[]): Promise<void>;
  subscribe(group: string, handler: (event: StoredEvent) => Promise<void>): Promise<Unsubscribe>;
  poisoned(): Promise<readonly PoisonEvent[]>;
}
