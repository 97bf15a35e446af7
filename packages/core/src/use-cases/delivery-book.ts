import { z } from "zod";
import type { Notification } from "../ports/notifier.js";
import type { Projection } from "./journal.js";

/** One message on its way to one notifier. */
export type Delivery = {
  /** `<event id>/<notifier>`: one message per event and notifier. */
  readonly id: string;
  readonly notifier: string;
  readonly notification: Notification;
  readonly requestedAtMs: number;
} & (
  | {
      readonly status: "waiting";
      readonly attempts: number;
      readonly notBeforeMs: number;
      readonly lastReason?: string;
    }
  /** Given up: shown, never forgotten. */
  | { readonly status: "dead"; readonly attempts: number; readonly lastReason: string }
);

/** Knows which messages are still owed, made from events only; a crash before the receipt sends again under the same key. */
export type DeliveryBook = {
  readonly projection: Projection;
  /** What may be tried now, oldest first. */
  due(nowMs: number): readonly Delivery[];
  dead(): readonly Delivery[];
  /** Undefined when it was never asked for, or has arrived. */
  get(id: string): Delivery | undefined;
  /** Whether it was ever asked for. */
  known(id: string): boolean;
  unreadable(): readonly string[];
};

const notificationSchema: z.ZodType<Notification> = z.object({
  idempotencyKey: z.string(),
  threadKey: z.string(),
  urgency: z.enum(["page", "ticket", "info"]),
  title: z.string(),
  text: z.string(),
  fields: z.array(z.object({ name: z.string(), value: z.string() })),
  url: z.string().exactOptional(),
});

const deliverySchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("delivery.requested"),
    data: z.object({ id: z.string(), notifier: z.string(), notification: notificationSchema }),
  }),
  z.object({ type: z.literal("delivery.sent"), data: z.object({ id: z.string() }) }),
  z.object({
    type: z.literal("delivery.failed"),
    data: z.object({ id: z.string(), reason: z.string(), notBeforeMs: z.number().exactOptional() }),
  }),
]);

export const DELIVERY_PREFIX = "delivery/";

export function deliveryStream(id: string): string {
  return `${DELIVERY_PREFIX}${id}`;
}

export function createDeliveryBook(): DeliveryBook {
  const deliveries = new Map<string, Delivery>();
  // Of what has arrived only the name is kept: there is a message for every turn of every incident.
  const sent = new Set<string>();
  const unreadable: string[] = [];
  return {
    projection: {
      prefix: DELIVERY_PREFIX,
      apply(stored) {
        const read = deliverySchema.safeParse(stored);
        if (!read.success) {
          unreadable.push(
            `${stored.stream}, version ${stored.version}: not a delivery's event that this version can read`,
          );
          return;
        }
        const { type, data } = read.data;
        if (type === "delivery.requested") {
          const at = stored.atMs;
          deliveries.set(data.id, { ...data, requestedAtMs: at, status: "waiting", attempts: 0, notBeforeMs: at });
          return;
        }
        const known = deliveries.get(data.id);
        if (known === undefined) return;
        const { id, notifier, notification, requestedAtMs } = known;
        const owed = { id, notifier, notification, requestedAtMs, attempts: known.attempts + 1 };
        if (type === "delivery.sent") {
          deliveries.delete(id);
          sent.add(id);
        } else if (data.notBeforeMs === undefined) {
          deliveries.set(id, { ...owed, status: "dead", lastReason: data.reason });
        } else {
          deliveries.set(id, { ...owed, status: "waiting", notBeforeMs: data.notBeforeMs, lastReason: data.reason });
        }
      },
    },
    due: (nowMs) => [...deliveries.values()].filter((one) => one.status === "waiting" && one.notBeforeMs <= nowMs),
    dead: () => [...deliveries.values()].filter(({ status }) => status === "dead"),
    get: (id) => deliveries.get(id),
    known: (id) => deliveries.has(id) || sent.has(id),
    unreadable: () => unreadable,
  };
}
