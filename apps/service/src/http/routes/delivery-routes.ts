import type { Delivery } from "@plimsoll/core";
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { iso } from "../../present/slo-body.js";
import { deliveryListSchema, deliveryRetriedSchema, type DeliveryBody } from "../../schemas/delivery-schemas.js";
import type { Api, RouteContext } from "../context.js";
import { idempotencyCause, idempotencyHeaders } from "../idempotency-key.js";
import { notFound } from "../problem.js";

type DeadDelivery = Extract<Delivery, { readonly status: "dead" }>;

/** Messages that were given up, and trying them once more. */
export function deliveryRoutes(api: Api, { engine }: RouteContext): void {
  const dead = async (): Promise<readonly DeadDelivery[]> =>
    (await engine.health()).deadDeliveries.filter((one): one is DeadDelivery => one.status === "dead");
  api.get(
    "/deliveries",
    {
      schema: {
        summary: "Messages that were given up, newest first",
        querystring: z.object({ state: z.enum(["dead"]).default("dead") }),
        response: { 200: deliveryListSchema },
        tags: ["deliveries"],
      },
    },
    async () => ({ deliveries: (await dead()).toSorted((a, b) => b.order - a.order).map(deliveryBody) }),
  );
  api.post(
    "/deliveries/:id/retry",
    {
      config: { needs: "responder", area: "incidents" },
      schema: {
        summary: "Try a message once more that was given up",
        description:
          "It goes as a delivery of its own with the message's idempotency key: a channel that has it already makes no second of it. The one that was given up stays listed.",
        params: z.object({ id: z.string().max(200).describe("with its slashes as %2F") }),
        headers: idempotencyHeaders,
        response: { 202: deliveryRetriedSchema },
        tags: ["deliveries"],
      },
    },
    async (request, reply) => {
      const delivery = (await dead()).find(({ id }) => id === request.params.id);
      if (delivery === undefined) throw notFound("delivery that was given up", request.params.id);
      const id = `${delivery.id}/retry/${idempotencyCause(request) ?? randomUUID()}`;
      await engine.announce(id, delivery.notifier, delivery.notification);
      return reply.code(202).send({ id });
    },
  );
}

/** Without its text and address: they are for whom it was sent to. */
function deliveryBody({ attempts, id, lastReason, notification, notifier, requestedAtMs }: DeadDelivery): DeliveryBody {
  const { title, urgency } = notification;
  return { id, state: "dead", notifier, urgency, title, requestedAt: iso(requestedAtMs), attempts, lastReason };
}
