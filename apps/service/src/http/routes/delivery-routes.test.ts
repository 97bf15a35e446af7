import type { Notification, NotificationOutcome } from "@plimsoll/core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { deliveryListSchema, deliveryRetriedSchema } from "../../schemas/delivery-schemas.js";
import { bearer, startMemoryService, TOKENS, type MemoryService } from "../../testing/memory-service.js";

let service: MemoryService;
const sent: Notification[] = [];
let outcome: NotificationOutcome = { kind: "failed", retryable: false, failure: "refused", reason: "no such chat" };

beforeAll(async () => {
  service = await startMemoryService({
    ports: {
      notifiers: {
        chat: {
          async send(notification) {
            sent.push(notification);
            return outcome;
          },
        },
      },
    },
  });
});
afterAll(() => service.close());

const message = {
  idempotencyKey: "report/1",
  threadKey: "report/1",
  urgency: "info",
  title: "The week",
  text: "Nothing happened.",
  address: "private-address",
  fields: [],
} as const;
const list = async () =>
  deliveryListSchema.parse((await service.ask("/api/v1/deliveries?state=dead")).json()).deliveries;
const retry = (id: string, token: string = TOKENS.responder) =>
  service.ask(`/api/v1/deliveries/${encodeURIComponent(id)}/retry`, {
    method: "POST",
    headers: { ...bearer(token), "idempotency-key": "once" },
  });

it("shows a message that was given up, and tries it once more with the same key", async () => {
  await service.engine.announce("report/1/chat", "chat", message);
  await service.engine.deliver();
  const [dead] = await list();
  expect(dead).toMatchObject({ id: "report/1/chat", notifier: "chat", title: "The week", lastReason: "no such chat" });
  expect(JSON.stringify(dead)).not.toContain("private-address");

  outcome = { kind: "sent" };
  expect((await retry("report/1/chat", TOKENS.viewer)).status).toBe(403);
  const retried = await retry("report/1/chat");
  expect(retried.status).toBe(202);
  expect(deliveryRetriedSchema.parse(retried.json()).id).toMatch(/^report\/1\/chat\/retry\//u);
  await retry("report/1/chat");
  await service.engine.deliver();
  expect(sent.map(({ address, idempotencyKey }) => [idempotencyKey, address])).toEqual([
    ["report/1", "private-address"],
    ["report/1", "private-address"],
  ]);
  expect((await retry("report/2/chat")).status).toBe(404);
});
