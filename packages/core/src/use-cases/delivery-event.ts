import { z } from "zod";
import { SEVERITIES } from "../incident/severity.js";
import type { Notification } from "../ports/notifier.js";

/** What is sent once more in the place of a message that was given up has that one's id with this behind it. */
export const RETRY_SUFFIX = "/retry";

const notificationSchema: z.ZodType<Notification> = z.object({
  idempotencyKey: z.string(),
  threadKey: z.string(),
  urgency: z.enum(["page", "ticket", "info"]),
  title: z.string(),
  text: z.string(),
  fields: z.array(z.object({ name: z.string(), value: z.string() })),
  url: z.string().exactOptional(),
  address: z.string().exactOptional(),
  status: z.enum(["firing", "acknowledged", "resolved"]).exactOptional(),
  severity: z.enum(SEVERITIES).exactOptional(),
  service: z.string().exactOptional(),
  atMs: z.number().exactOptional(),
});

/** What happens to a delivery, as it is stored. */
export const deliveryEventSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("delivery.requested"),
    data: z.object({
      id: z.string(),
      notifier: z.string(),
      notification: notificationSchema,
      collapses: z.array(z.string()).exactOptional(),
      // The delivery that was given up and that a person wants tried once more, and the request for it.
      retries: z.string().exactOptional(),
      causeId: z.string().exactOptional(),
    }),
  }),
  z.object({
    type: z.literal("delivery.sent"),
    data: z.object({
      id: z.string(),
      messageId: z.string().exactOptional(),
      edited: z.literal(true).exactOptional(),
    }),
  }),
  z.object({
    type: z.literal("delivery.failed"),
    data: z.object({
      id: z.string(),
      reason: z.string(),
      // Whether it was taken is in doubt.
      doubtful: z.literal(true).exactOptional(),
      notBeforeMs: z.number().exactOptional(),
    }),
  }),
  // Later news of the same thread has arrived, and would be undone by this; or nobody wants it any more, for this reason.
  z.object({
    type: z.literal("delivery.overtaken"),
    data: z.object({ id: z.string(), reason: z.string().exactOptional() }),
  }),
]);

export type DeliveryEvent = z.infer<typeof deliveryEventSchema>;

export const DELIVERY_PREFIX = "delivery/";

export function deliveryStream(id: string): string {
  return `${DELIVERY_PREFIX}${id}`;
}

/** Reads the id back from a stream's name. */
export function deliveryOf(stream: string): string {
  return stream.slice(DELIVERY_PREFIX.length);
}
