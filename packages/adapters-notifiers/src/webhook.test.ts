import { createHmac } from "node:crypto";
import { isPlimsollError } from "@plimsoll/core";
import { afterEach, expect, it } from "vitest";
import { ProviderServer } from "./testing/provider-server.js";
import { PAGE } from "./testing/notification-sample.js";
import { createWebhookNotifier, webhookSettingsSchema } from "./webhook.js";

let provider: ProviderServer | undefined;
afterEach(() => provider?.close());

async function receivedFrom(
  settings: { readonly signingSecret?: string; readonly headers?: Record<string, string> },
  message = PAGE,
) {
  provider = await ProviderServer.start(() => ({ status: 202, body: "" }));
  const notifier = createWebhookNotifier({ url: `${provider.url}/hook`, ...settings }, () => 1_795_298_400_999);
  expect(await notifier.send(message)).toEqual({ kind: "sent" });
  const [request] = provider.received;
  if (request === undefined) throw new Error("nothing was received");
  return request;
}

it("posts the whole message as JSON with its idempotency key", async () => {
  const request = await receivedFrom({});
  expect(request.method).toBe("POST");
  expect(request.headers["content-type"]).toBe("application/json; charset=utf-8");
  expect(request.headers["idempotency-key"]).toBe("alert-1/fired");
  expect(request.headers["plimsoll-signature"]).toBeUndefined();
  expect(JSON.parse(request.body)).toEqual(PAGE);
});

it("signs instant and body, so that a receiver can tell who sent it and when", async () => {
  const request = await receivedFrom({ signingSecret: "key" });
  const expected = createHmac("sha256", "key").update(`1795298400.${request.body}`).digest("hex");
  expect(request.headers["plimsoll-signature"]).toBe(`t=1795298400,v1=${expected}`);
});

it("carries an idempotency key of any script through a header", async () => {
  const request = await receivedFrom({}, { ...PAGE, idempotencyKey: "störung\n1" });
  expect(request.headers["idempotency-key"]).toBe("st%C3%B6rung%0A1");
});

it("sends further headers, and none of them splits the request", async () => {
  const request = await receivedFrom({ headers: { "X-Team": "pay\r\nX-Evil: 1" } });
  expect(request.headers["x-team"]).toBe("payX-Evil: 1");
  expect(request.headers["x-evil"]).toBeUndefined();
});

it("says that a redirect is not followed", async () => {
  provider = await ProviderServer.start(() => ({
    status: 302,
    headers: { location: "http://127.0.0.1:1/" },
    body: "",
  }));
  const outcome = await createWebhookNotifier({ url: provider.url }).send(PAGE);
  expect(outcome).toEqual({
    kind: "failed",
    retryable: false,
    failure: "refused",
    reason: "The webhook answered with status 302: it redirects elsewhere, which is not followed",
  });
});

it("refuses settings that cannot work, and does not repeat them", () => {
  const make = () => createWebhookNotifier({ url: "ftp://user:sekret@host/x" });
  expect(make).toThrow("url: missing or not valid");
  try {
    make();
  } catch (error) {
    expect(isPlimsollError(error) && error.code).toBe("notifier-settings-invalid");
    expect(String(error)).not.toContain("sekret");
  }
});

it("takes a secret address as an object that reveals it", () => {
  expect(webhookSettingsSchema.safeParse({ url: { reveal: () => "https://hooks.example/t" } }).success).toBe(true);
  expect(webhookSettingsSchema.safeParse({ url: 5 }).success).toBe(false);
});

it("tells all that is known, names actions by their tokens, and nothing that it does not know by name", async () => {
  const actions = [{ kind: "resolve", token: "tok" } as const];
  const whole = {
    ...PAGE,
    address: "ana",
    status: "firing",
    severity: "SEV1",
    service: "payments",
    atMs: 7,
    actions,
  } as const;
  const request = await receivedFrom({}, { ...whole, internal: "note" } as typeof whole);
  expect(JSON.parse(request.body)).toEqual(whole);
});

it("is told every turn of a thread, as a program reads it", () => {
  expect(createWebhookNotifier({ url: "https://hooks.example/" }).tracksStatus).toBe(true);
});
