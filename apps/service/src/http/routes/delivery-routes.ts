import { deliverySubject, type Delivery } from "@plimsoll/core";
import { z } from "zod";
import { iso } from "../../present/slo-body.js";
import { deliveryListSchema, deliveryRetriedSchema, type DeliveryBody } from "../../schemas/delivery-schemas.js";
import { actorName } from "../access.js";
import type { Api, RouteContext } from "../context.js";
import { idempotencyCause, idempotencyHeaders } from "../idempotency-key.js";
import { notFound, refused } from "../problem.js";

type DeadDelivery = Extract<Delivery, { readonly status: "dead" }>;

/** Messages that were given up, and trying them once more. */
export function deliveryRoutes(api: Api, { engine }: RouteContext): void {
  const dead = async (): Promise<readonly DeadDelivery[]> =>
    (await engine.health()).deadDeliveries.filter((one): one is DeadDelivery => one.status === "dead");
  api.get(
    "/deliveries",
    {
      schema: {
        summary: "Messages that were given up and that nobody has had tried once more, newest first",
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
          "It goes as a delivery of its own with the message's idempotency key: a channel that has it already makes no second of it. What was given up is listed no longer; where the new delivery is given up too, that one is. The same Idempotency-Key is done once, and any other retry of one that was retried is refused.",
        params: z.object({ id: z.string().max(200).describe("with its slashes as %2F") }),
        headers: idempotencyHeaders,
        response: { 202: deliveryRetriedSchema },
        tags: ["deliveries"],
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const causeId = idempotencyCause(request);
      const actor = actorName(request.caller, undefined);
      const retried = await engine.retryDelivery(id, { actor, ...(causeId === undefined ? {} : { causeId }) });
      if (retried.ok) return reply.code(202).send(retried.value);
      throw retried.error.code === "unknown-delivery"
        ? notFound("delivery that was given up", id)
        : refused(retried.error);
    },
  );
}

/** Without its text and address: they are for whom it was sent to. */
function deliveryBody(dead: DeadDelivery): DeliveryBody {
  const { attempts, givenUpAtMs, id, lastReason, notification, notifier, requestedAtMs } = dead;
  const { title, urgency } = notification;
  const { incidentId, personId } = deliverySubject(dead);
  return {
    id,
    state: "dead",
    notifier,
    urgency,
    title,
    ...(incidentId === undefined ? {} : { incidentId }),
    ...(personId === undefined ? {} : { person: personId }),
    requestedAt: iso(requestedAtMs),
    givenUpAt: iso(givenUpAtMs),
    attempts,
    lastReason,
  };
}
