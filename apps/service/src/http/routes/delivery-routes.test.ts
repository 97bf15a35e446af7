import type { Notification, NotificationOutcome } from "@plimsoll/core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { auditPageSchema } from "../../api.js";
import { deliveryListSchema, deliveryRetriedSchema } from "../../schemas/delivery-schemas.js";
import { bearer, startMemoryService, TOKENS, type MemoryService } from "../../testing/memory-service.js";

let service: MemoryService;
const sent: Notification[] = [];
const REFUSED: NotificationOutcome = { kind: "failed", retryable: false, failure: "refused", reason: "no such chat" };
let outcome: NotificationOutcome;

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
const retry = (id: string, { key, token = TOKENS.responder }: { key?: string; token?: string } = {}) =>
  service.ask(`/api/v1/deliveries/${encodeURIComponent(id)}/retry`, {
    method: "POST",
    headers: { ...bearer(token), ...(key === undefined ? {} : { "idempotency-key": key }) },
  });
const given = async (id: string) => {
  outcome = REFUSED;
  await service.engine.announce(`${id}/chat`, "chat", { ...message, idempotencyKey: id });
  await service.engine.deliver();
};

it("shows a message that was given up, and tries it once more with the same key", async () => {
  await given("report/1");
  const [dead] = await list();
  expect(dead).toMatchObject({ id: "report/1/chat", notifier: "chat", title: "The week", lastReason: "no such chat" });
  expect(JSON.stringify(dead)).not.toContain("private-address");

  outcome = { kind: "sent" };
  expect((await retry("report/1/chat", { token: TOKENS.viewer })).status).toBe(403);
  for (const _time of [1, 2]) {
    const retried = await retry("report/1/chat", { key: "once" });
    expect([retried.status, deliveryRetriedSchema.parse(retried.json())]).toEqual([202, { id: "report/1/chat/retry" }]);
  }
  await service.engine.deliver();
  expect(sent.map(({ address, idempotencyKey }) => [idempotencyKey, address])).toEqual([
    ["report/1", "private-address"],
    ["report/1", "private-address"],
  ]);
  expect((await retry("report/2/chat")).status).toBe(404);
});

it("lists a message no longer that was retried, and refuses to retry it again", async () => {
  await given("report/3");
  expect((await list()).map(({ id }) => id)).toEqual(["report/3/chat"]);
  expect((await retry("report/3/chat")).status).toBe(202);
  expect(await list()).toEqual([]);
  for (const key of [undefined, "another"]) {
    const refused = await retry("report/3/chat", key === undefined ? {} : { key });
    expect([refused.status, refused.json()]).toEqual([
      409,
      {
        code: "already-retried",
        message:
          "The delivery report/3/chat was tried once more already, as report/3/chat/retry. If that one is given up too, it is listed: retry that one.",
      },
    ]);
  }
  await service.engine.deliver();
  expect((await list()).map(({ id }) => id)).toEqual(["report/3/chat/retry"]);
  expect((await retry("report/3/chat/retry")).json()).toEqual({ id: "report/3/chat/retry/retry" });
  outcome = { kind: "sent" };
  await service.engine.deliver();
  expect(await list()).toEqual([]);
});

it("keeps who had it retried in the audit trail, and nothing of what it says", async () => {
  const { entries } = auditPageSchema.parse(
    (await service.ask("/api/v1/audit", { headers: bearer(TOKENS.admin) })).json(),
  );
  const retries = entries.filter(({ action }) => action === "delivery.requested");
  expect(retries.map(({ actor, subject }) => [actor, subject])).toEqual([
    ["responder-name", "report/1/chat/retry"],
    ["responder-name", "report/3/chat/retry"],
    ["responder-name", "report/3/chat/retry/retry"],
  ]);
  expect(JSON.stringify(retries)).not.toContain("private-address");
});

it("says whom a page did not reach, about which incident, and when it was given up", async () => {
  outcome = REFUSED;
  const page = { ...message, urgency: "page", title: "INC-001 SEV1: it burns", threadKey: "INC-001" } as const;
  const id = "page/INC-001/1/1/1/ana/chat";
  await service.engine.announce(id, "chat", { ...page, idempotencyKey: id });
  await service.engine.deliver();
  const [dead] = await list();
  expect(dead).toEqual({
    id,
    state: "dead",
    notifier: "chat",
    urgency: "page",
    title: "INC-001 SEV1: it burns",
    incidentId: "INC-001",
    person: "ana",
    requestedAt: expect.stringMatching(/Z$/u) as unknown,
    givenUpAt: expect.stringMatching(/Z$/u) as unknown,
    attempts: 1,
    lastReason: "no such chat",
  });
  outcome = { kind: "sent" };
  await retry(id);
  await service.engine.deliver();
});
