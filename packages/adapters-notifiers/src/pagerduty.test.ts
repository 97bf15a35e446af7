import { createHmac } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { parsePagerDutyWebhook } from "./pagerduty-webhook.js";
import { createPagerDutyNotifier, pagerDutyDedupKey, pagerDutyEvent } from "./pagerduty.js";
import { PAGE } from "./testing/notification-sample.js";
import { ProviderServer } from "./testing/provider-server.js";

let provider: ProviderServer | undefined;
afterEach(() => provider?.close());

describe("a PagerDuty event", () => {
  it("triggers, with what PagerDuty groups and sorts by", () => {
    const event = pagerDutyEvent({
      ...PAGE,
      status: "firing",
      severity: "SEV2",
      service: "payments",
      atMs: Date.UTC(2026, 10, 21, 3),
    });
    expect(event).toEqual({
      event_action: "trigger",
      dedup_key: PAGE.threadKey,
      client: "Plimsoll",
      client_url: PAGE.url,
      links: [{ href: PAGE.url, text: "Open" }],
      payload: {
        summary: PAGE.title,
        source: "payments",
        severity: "error",
        timestamp: "2026-11-21T03:00:00.000Z",
        custom_details: { text: PAGE.text, fields: PAGE.fields, idempotency_key: PAGE.idempotencyKey },
      },
    });
  });

  it("follows the thread: acknowledges and resolves, but a page always triggers", () => {
    const action = (change: object) => pagerDutyEvent({ ...PAGE, ...change }).event_action;
    expect(action({ urgency: "info", status: "acknowledged" })).toBe("acknowledge");
    expect(action({ urgency: "page", status: "acknowledged" })).toBe("trigger");
    expect(action({ urgency: "info", status: "resolved" })).toBe("resolve");
    expect(action({ urgency: "ticket" })).toBe("trigger");
  });

  it("has a severity also where the message has none", () => {
    const severity = (urgency: "page" | "ticket" | "info") => pagerDutyEvent({ ...PAGE, urgency }).payload.severity;
    expect([severity("page"), severity("ticket"), severity("info")]).toEqual(["critical", "warning", "info"]);
  });

  it("hashes a thread's key that PagerDuty would not take as it is", () => {
    expect(pagerDutyDedupKey("INC-001")).toBe("INC-001");
    expect(pagerDutyDedupKey("x".repeat(255))).toHaveLength(255);
    for (const key of ["", "x".repeat(256), "störung", "a\nb", " a"])
      expect(pagerDutyDedupKey(key)).toMatch(/^plimsoll-[0-9a-f]{64}$/);
  });
});

describe("what PagerDuty answers", () => {
  async function outcomeOf(status: number, body: string) {
    provider = await ProviderServer.start(() => ({ status, body }));
    return createPagerDutyNotifier({ routingKey: "R0UT1NG", eventsUrl: `${provider.url}/` }).send(PAGE);
  }

  it("is a success in its own words", async () => {
    expect(await outcomeOf(202, '{"status":"success","message":"Event processed"}')).toEqual({
      kind: "sent",
      messageId: PAGE.threadKey,
    });
  });

  it("is final where it refuses in its own words", async () => {
    expect(await outcomeOf(202, '{"status":"invalid event","errors":["x"]}')).toEqual({
      kind: "failed",
      retryable: false,
      failure: "refused",
      reason: "PagerDuty refused the message: invalid event",
    });
  });

  it.each(["", "<html>sign in</html>", '{"status":"succ', '{"status":"ok"}', "null"])(
    "leaves in doubt whether the event was taken when it is 200 and %j, so it is sent again",
    async (body) => {
      expect(await outcomeOf(200, body)).toEqual({
        kind: "failed",
        retryable: true,
        failure: "doubtful",
        reason: "PagerDuty answered something that is not of its Events API: check eventsUrl",
      });
    },
  );
});

const SECRET = "whsec-1";
const NOW_MS = Date.UTC(2026, 10, 21, 3);
const event = (change: object = {}) => ({
  event: {
    id: "01BDX",
    event_type: "incident.acknowledged",
    resource_type: "incident",
    occurred_at: "2026-11-21T02:59:00.000Z",
    agent: { id: "PXPGF42", type: "user_reference", summary: "Ana" },
    data: { id: "PT4KHLK", type: "incident", incident_key: "INC-001" },
    ...change,
  },
});
const sign = (body: string, secret = SECRET) => `v1=${createHmac("sha256", secret).update(body).digest("hex")}`;
function read(body: unknown, signature?: string) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const headers = { "x-pagerduty-signature": signature ?? sign(text) };
  return parsePagerDutyWebhook({ headers, body: text }, { secret: SECRET, nowMs: NOW_MS });
}
const code = (...given: Parameters<typeof read>) => {
  const result = read(...given);
  return result.ok ? result.value.kind : `${result.error.code} ${result.error.status}`;
};

describe("a PagerDuty webhook", () => {
  it("is read with the thread that it is about, who did it, and an id for its copies", () => {
    expect(read(event())).toEqual({
      ok: true,
      value: {
        kind: "acknowledge",
        subject: { by: "thread", threadKey: "INC-001" },
        actor: { id: "PXPGF42", name: "Ana" },
        callbackId: "pagerduty:01BDX",
        replayableUntilMs: Date.UTC(2026, 10, 23, 2, 59),
      },
    });
    expect(code(event({ event_type: "incident.resolved", agent: null }))).toBe("resolve");
    expect(code(event({ event_type: "incident.escalated" }))).toBe("escalate");
  });

  it("takes any one right signature of several, as while a secret is replaced", () => {
    const body = JSON.stringify(event());
    expect(code(body, `${sign(body, "old")}, ${sign(body)}`)).toBe("acknowledge");
    expect(code(body, sign(body, "old"))).toBe("forged 401");
    expect(code(body, "")).toBe("forged 401");
    expect(code(body, sign(body).replace("v1=", "v2="))).toBe("forged 401");
    expect(code(body, `${Array.from({ length: 10 }, () => "v1=00").join(",")},${sign(body)}`)).toBe("forged 401");
    expect(parsePagerDutyWebhook({ headers: {}, body }, { secret: SECRET, nowMs: NOW_MS })).toMatchObject({
      ok: false,
      error: { code: "unsigned" },
    });
  });

  it("is refused when it is old, from the future, or no event; what asks for nothing is let be", () => {
    expect(code(event({ occurred_at: "2026-11-19T03:00:00Z" }))).toBe("acknowledge");
    expect(code(event({ occurred_at: "2026-11-19T02:59:59Z" }))).toBe("stale 401");
    expect(code(event({ occurred_at: "2026-11-21T03:05:01Z" }))).toBe("stale 401");
    expect(code(event({ occurred_at: "soon" }))).toBe("malformed 400");
    for (const body of ["", "{", "null", "{}", '{"event":{}}']) expect(code(body)).toBe("malformed 400");
    expect(code(event({ event_type: "incident.annotated" }))).toBe("irrelevant 200");
    expect(code(event({ event_type: "constructor" }))).toBe("irrelevant 200");
    expect(code(event({ data: { message: "ping" } }))).toBe("irrelevant 200");
  });
});
