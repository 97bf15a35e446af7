import { createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createEngineParts, type CallbackWorld } from "./callback-world.fixture.js";

let world: CallbackWorld;
beforeEach(async () => void (world = await createEngineParts()));
afterEach(() => world.service.close());

const hmac = (secret: string, text: string) => createHmac("sha256", secret).update(text).digest("hex");

/** What Slack sends when a button is pressed. */
function slack(options: {
  readonly kind?: string;
  readonly token: string;
  readonly user?: string;
  readonly atMs?: number;
}) {
  const { atMs = world.service.clock.nowMs(), kind = "acknowledge", token, user = "U0ADA0001" } = options;
  const payload = {
    type: "block_actions",
    user: { id: user, username: "ada" },
    actions: [{ action_id: `plimsoll.${kind}.0`, value: token }],
  };
  const body = `payload=${encodeURIComponent(JSON.stringify(payload))}`;
  const timestamp = String(Math.floor(atMs / 1_000));
  return {
    body,
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "x-slack-request-timestamp": timestamp,
      "x-slack-signature": `v0=${hmac(world.secrets.slack, `v0:${timestamp}:${body}`)}`,
    },
  };
}
const send = (
  channel: string,
  { body, headers }: { readonly body: string; readonly headers: Record<string, string> },
) => world.service.ask(`/callbacks/${channel}`, { method: "POST", headers, body });
const incident = () => world.service.engine.incidents()[0];

describe("a button pressed in Slack", () => {
  it("acknowledges in the name of the person whose id it is, and its copy does nothing", async () => {
    const pressed = slack({ token: world.token("acknowledge") });
    const answer = await send("slack", pressed);
    expect(answer.json()).toEqual({ done: true, code: "acknowledge", message: "INC-001: acknowledged by Ada." });
    expect(incident()).toMatchObject({ status: "acknowledged" });
    const view = await world.service.engine.incident("INC-001");
    expect(view?.timeline.find(({ kind }) => kind === "acknowledged")).toMatchObject({ actor: "ada" });
    const version = incident()?.version;
    expect((await send("slack", pressed)).json()).toMatchObject({ done: false, code: "replayed" });
    expect(incident()?.version).toBe(version);
  });

  it("escalates to the next step, and resolves", async () => {
    const before = world.service.engine.escalations.get("INC-001")?.version ?? 0;
    const escalated = await send("slack", slack({ kind: "escalate", token: world.token("escalate") }));
    expect(escalated.json()).toEqual({ done: true, code: "escalate", message: "INC-001: escalated by Ada." });
    expect(world.service.engine.escalations.get("INC-001")?.version).toBeGreaterThan(before);
    const answer = await send("slack", slack({ kind: "resolve", token: world.token("resolve") }));
    expect(answer.json()).toMatchObject({ done: true, code: "resolve" });
    expect(incident()).toMatchObject({ status: "resolved" });
  });

  it.each([
    ["by a forged signature", () => ({ "x-slack-signature": `v0=${"0".repeat(64)}` }), "forged"],
    ["without a signature", () => ({ "x-slack-signature": "" }), "forged"],
  ])("is refused %s", async (_name, changed, code) => {
    const pressed = slack({ token: world.token("acknowledge") });
    const answer = await send("slack", { ...pressed, headers: { ...pressed.headers, ...changed() } });
    expect(answer.status).toBe(401);
    expect(answer.json()).toMatchObject({ code });
    expect(incident()).toMatchObject({ status: "declared" });
  });

  it("is refused when the signed body was changed on its way", async () => {
    const pressed = slack({ token: world.token("acknowledge") });
    const answer = await send("slack", { ...pressed, body: pressed.body.replace("ada", "eve") });
    expect(answer.status).toBe(401);
  });

  it("is refused when it is more than five minutes old", async () => {
    const pressed = slack({ token: world.token("acknowledge") });
    world.service.clock.advance(301_000);
    const answer = await send("slack", pressed);
    expect([answer.status, answer.json()]).toEqual([401, expect.objectContaining({ code: "stale" })]);
    expect(incident()).toMatchObject({ status: "declared" });
  });

  it("does nothing when it has expired, is for another verb, is made up, or pressed by nobody known", async () => {
    const token = world.token("acknowledge");
    const outcome = async (asked: Parameters<typeof slack>[0]) => (await send("slack", slack(asked))).json();
    expect(await outcome({ kind: "resolve", token })).toMatchObject({ done: false, code: "forged-action" });
    const made = `INC-001.zzzzzz.${"A".repeat(22)}`;
    expect(await outcome({ token: made })).toMatchObject({ done: false, code: "forged-action" });
    expect(await outcome({ token, user: "U0EVE0001" })).toMatchObject({ done: false, code: "unknown-person" });
    world.service.clock.advance(86_400_000);
    expect(await outcome({ token })).toMatchObject({ done: false, code: "expired-action" });
    expect(incident()).toMatchObject({ status: "declared" });
  });
});

describe("a button pressed in Telegram", () => {
  const press = (data: string, from = 4711, secret: string = world.secrets.telegram) =>
    send("telegram", {
      body: JSON.stringify({ update_id: 1, callback_query: { id: "77", from: { id: from }, data } }),
      headers: { "content-type": "application/json", "x-telegram-bot-api-secret-token": secret },
    });

  it("acknowledges, and tells whoever pressed it", async () => {
    const answer = await press(`a:${world.token("acknowledge")}`);
    expect(answer.json()).toEqual({
      method: "answerCallbackQuery",
      callback_query_id: "77",
      text: "INC-001: acknowledged by Ada.",
    });
    expect(incident()).toMatchObject({ status: "acknowledged" });
    expect((await press(`a:${world.token("acknowledge")}`)).json()).toMatchObject({
      text: "This was asked for already.",
    });
  });

  it("is refused with another secret, and does nothing for nobody known", async () => {
    expect((await press(`a:${world.token("acknowledge")}`, 4711, "another-secret-000")).status).toBe(401);
    expect((await press(`a:${world.token("acknowledge")}`, 4712)).json()).toMatchObject({
      text: expect.stringContaining("Nobody here has the telegram id"),
    });
    expect(incident()).toMatchObject({ status: "declared" });
  });
});

describe("a webhook of PagerDuty", () => {
  const event = (type: string, agent = "PADA001", id = "E1") =>
    JSON.stringify({
      event: {
        id,
        event_type: type,
        occurred_at: new Date(world.service.clock.nowMs()).toISOString(),
        agent: { id: agent, summary: "Ada" },
        data: { incident_key: "INC-001" },
      },
    });
  const deliver = (body: string, secret: string = world.secrets.pagerduty) =>
    send("pagerduty", {
      body,
      headers: { "content-type": "application/json", "x-pagerduty-signature": `v1=${hmac(secret, body)}` },
    });

  it("acknowledges and resolves what was sent there", async () => {
    expect((await deliver(event("incident.acknowledged"))).json()).toMatchObject({ done: true });
    expect(incident()).toMatchObject({ status: "acknowledged" });
    expect((await deliver(event("incident.acknowledged"))).json()).toMatchObject({ done: false, code: "replayed" });
    await deliver(event("incident.resolved", "PADA001", "E2"));
    expect(incident()).toMatchObject({ status: "resolved" });
  });

  it("is refused by another secret, and does nothing for another incident or nobody known", async () => {
    expect((await deliver(event("incident.acknowledged"), "another-secret-000")).status).toBe(401);
    const eve = await deliver(event("incident.acknowledged", "PEVE001", "E3"));
    expect(eve.json()).toMatchObject({ done: false, code: "unknown-person" });
    const other = await deliver(event("incident.acknowledged", "PADA001", "E4").replace("INC-001", "INC-002"));
    expect(other.json()).toMatchObject({ done: false, code: "unknown-incident" });
    expect((await deliver(event("incident.annotated", "PADA001", "E5"))).json()).toEqual({
      done: false,
      code: "irrelevant",
    });
    expect(incident()).toMatchObject({ status: "declared" });
  });
});

it("has no address for a channel without a secret", async () => {
  expect((await world.service.ask("/callbacks/teams", { method: "POST", body: "{}" })).status).toBe(404);
});

it("makes buttons for what can still be done, and none for what is over or only told", () => {
  const kinds = (more: object) => world.actions(more).map(({ kind }) => kind);
  expect(kinds({})).toEqual(["acknowledge", "escalate", "resolve"]);
  expect(kinds({ status: "acknowledged" })).toEqual(["escalate", "resolve"]);
  expect(kinds({ status: "resolved" })).toEqual([]);
  expect(kinds({ urgency: "info" })).toEqual([]);
  expect(kinds({ threadKey: "group/1" })).toEqual([]);
  for (const { token } of world.actions({ threadKey: "INC-999999999999" })) expect(token).toMatch(/^[\w.~-]{1,60}$/u);
});
