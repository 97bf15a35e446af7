import { createDeliveryContacts, type DeliveryContacts } from "./delivery-contacts.js";
import { DELIVERY_PREFIX, deliveryEventSchema } from "./delivery-event.js";
import type { Projection } from "./journal.js";
import {
  contactOf,
  createOwedDeliveries,
  type Delivery,
  type DeliveryRetry,
  type WaitingDelivery,
} from "./delivery-owed.js";

/** Knows which messages are still owed, made from events only; a crash before the receipt sends again under the same key. */
export type DeliveryBook = {
  readonly projection: Projection;
  /** What may be tried now, oldest first. */
  due(nowMs: number): readonly WaitingDelivery[];
  /** All that is owed to one contact, due or not, oldest first. */
  owedTo(contact: string): readonly WaitingDelivery[];
  /** What was given up, and nobody has asked to be tried once more. */
  dead(): readonly Delivery[];
  /** What is tried in place of one that was given up; undefined when nobody asked for it. */
  retryOf(id: string): DeliveryRetry | undefined;
  /** The digest that tells of a message in its place, where it was collapsed into one. */
  digestOf(id: string): string | undefined;
  /** Undefined when it was never asked for, has arrived, or goes on as another. */
  get(id: string): Delivery | undefined;
  /** Whether it was ever asked for. */
  known(id: string): boolean;
  /** Grows with every request, so that a plan made before it can be told from one made after. */
  requests(): number;
  readonly contacts: Omit<DeliveryContacts, "tell">;
  unreadable(): readonly string[];
};

export function createDeliveryBook(): DeliveryBook {
  const owed = createOwedDeliveries();
  const contacts = createDeliveryContacts();
  const unreadable: string[] = [];
  let requests = 0;
  return {
    projection: {
      prefix: DELIVERY_PREFIX,
      apply(stored) {
        const read = deliveryEventSchema.safeParse(stored);
        if (!read.success) {
          unreadable.push(
            `${stored.stream}, version ${stored.version}: not a delivery's event that this version can read`,
          );
          return;
        }
        const event = read.data;
        if (event.type === "delivery.requested") {
          requests += 1;
          owed.request(event.data, stored);
          return;
        }
        const known = owed.get(event.data.id);
        if (known === undefined) return;
        switch (event.type) {
          case "delivery.sent": {
            const { notification, order } = known;
            const { edited = false, messageId } = event.data;
            const named = messageId === undefined ? {} : { messageId };
            const told = { contact: contactOf(known), order, notification, atMs: stored.atMs, edited, ...named };
            contacts.tell(told);
            return owed.settle(known.id);
          }
          case "delivery.failed": {
            const { doubtful = false, notBeforeMs, reason } = event.data;
            return owed.fail(known, { atMs: stored.atMs, reason, doubtful, notBeforeMs });
          }
          case "delivery.overtaken":
            return owed.settle(known.id);
        }
      },
    },
    due: (nowMs) => owed.waiting().filter((one) => one.notBeforeMs <= nowMs),
    owedTo: owed.to,
    dead: () => [...owed.dead.values()],
    retryOf: owed.retryOf,
    digestOf: owed.digestOf,
    get: (id) => owed.get(id) ?? owed.dead.get(id),
    known: (id) => owed.get(id) !== undefined || owed.dead.has(id) || owed.isSettled(id),
    requests: () => requests,
    contacts,
    unreadable: () => unreadable,
  };
}
