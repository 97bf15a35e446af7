import type { Notification } from "../ports/notifier.js";
import type { DeliveryEvent } from "./delivery-event.js";

/** One message on its way to one notifier. */
export type Delivery = {
  /** `<event id>/<notifier>`: one message per event and notifier. */
  readonly id: string;
  readonly notifier: string;
  readonly notification: Notification;
  readonly requestedAtMs: number;
  /** Place of its request in the journal: of two, the earlier asked has the lower. */
  readonly order: number;
  /** Ids of the deliveries that this digest tells of in their place. */
  readonly collapses?: readonly string[];
} & (
  | {
      readonly status: "waiting";
      readonly attempts: number;
      /** How many of them left it in doubt whether the message was taken; absent when none did. */
      readonly doubts?: number;
      readonly notBeforeMs: number;
      readonly lastReason?: string;
    }
  /** Given up: shown until somebody has it tried once more. */
  | {
      readonly status: "dead";
      readonly attempts: number;
      readonly lastReason: string;
      readonly givenUpAtMs: number;
    }
);

/** A delivery that is still owed. */
export type WaitingDelivery = Extract<Delivery, { readonly status: "waiting" }>;

/** One reader at one channel: what is throttled, and told one thing at a time. */
export function contactOf({ notifier, notification }: Pick<Delivery, "notifier" | "notification">): string {
  return `${notifier}\n${notification.address ?? ""}`;
}

/** What a person asked to be tried in place of a delivery that was given up, and the request's id where it had one. */
export type DeliveryRetry = { readonly id: string; readonly causeId?: string };

/** Holds deliveries from their request until they have arrived or were given up. */
export type OwedDeliveries = {
  request(
    asked: Extract<DeliveryEvent, { readonly type: "delivery.requested" }>["data"],
    stored: { readonly atMs: number; readonly position: number },
  ): void;
  /** Nothing is owed any more. */
  settle(id: string): void;
  /** Tried in vain: waits until `notBeforeMs`, or is dead. */
  fail(
    known: WaitingDelivery,
    failed: {
      readonly atMs: number;
      readonly reason: string;
      readonly doubtful: boolean;
      readonly notBeforeMs: number | undefined;
    },
  ): void;
  waiting(): readonly WaitingDelivery[];
  get(id: string): WaitingDelivery | undefined;
  to(contact: string): readonly WaitingDelivery[];
  readonly dead: ReadonlyMap<string, Delivery>;
  /** The delivery that goes in place of one that was given up, when a person asked for it. */
  retryOf(id: string): DeliveryRetry | undefined;
  /** The digest that tells of a delivery in its place. */
  digestOf(id: string): string | undefined;
  isSettled(id: string): boolean;
};

export function createOwedDeliveries(): OwedDeliveries {
  const byContact = new Map<string, Map<string, WaitingDelivery>>();
  const waiting = new Map<string, WaitingDelivery>();
  const dead = new Map<string, Delivery>();
  // Of what has arrived only the name is kept: there is a message for every turn of every incident.
  const settled = new Set<string>();
  const retries = new Map<string, DeliveryRetry>();
  const digests = new Map<string, string>();

  const put = (delivery: WaitingDelivery): void => {
    const contact = contactOf(delivery);
    waiting.set(delivery.id, delivery);
    const others = byContact.get(contact) ?? new Map<string, WaitingDelivery>();
    byContact.set(contact, others.set(delivery.id, delivery));
  };
  const take = (id: string): void => {
    const known = waiting.get(id);
    if (known !== undefined) byContact.get(contactOf(known))?.delete(id);
    waiting.delete(id);
  };
  const settle = (id: string): void => {
    take(id);
    settled.add(id);
  };

  return {
    request({ id, notifier, notification, causeId, collapses, retries: retried }, { atMs, position }) {
      for (const one of collapses ?? []) {
        settle(one);
        digests.set(one, id);
      }
      if (retried !== undefined) {
        dead.delete(retried);
        settle(retried);
        retries.set(retried, { id, ...(causeId === undefined ? {} : { causeId }) });
      }
      const asked = { id, notifier, notification, requestedAtMs: atMs, order: position };
      const digest = collapses === undefined ? {} : { collapses };
      put({ ...asked, ...digest, status: "waiting", attempts: 0, notBeforeMs: atMs });
    },
    settle,
    fail(known, { atMs, doubtful, notBeforeMs, reason }) {
      const attempts = known.attempts + 1;
      const doubts = doubtful ? { doubts: (known.doubts ?? 0) + 1 } : {};
      if (notBeforeMs !== undefined) return put({ ...known, attempts, ...doubts, lastReason: reason, notBeforeMs });
      const { id, notifier, notification, requestedAtMs, order, collapses } = known;
      const digest = collapses === undefined ? {} : { collapses };
      take(id);
      const asked = { id, notifier, notification, requestedAtMs, order, ...digest };
      dead.set(id, { ...asked, status: "dead", attempts, lastReason: reason, givenUpAtMs: atMs });
    },
    waiting: () => [...waiting.values()],
    get: (id) => waiting.get(id),
    to: (contact) => [...(byContact.get(contact)?.values() ?? [])],
    dead,
    retryOf: (id) => retries.get(id),
    digestOf: (id) => digests.get(id),
    isSettled: (id) => settled.has(id),
  };
}
