import { createHmac } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { createReplayGuard } from "./replay-guard.js";
import { createSlackAppNotifier, slackAppSettingsSchema } from "./slack-app.js";
import { parseSlackInteraction } from "./slack-interaction.js";
import { PAGE } from "./testing/notification-sample.js";
import { ProviderServer } from "./testing/provider-server.js";

const BOT = "xoxb-1-secret";
const SECRET = "8f742231b10e8888abcd99yyyzzz85a5";
const NOW_MS = 1_795_298_400_000;
let provider: ProviderServer | undefined;
afterEach(() => provider?.close());

async function notifierThatHears(body: unknown, status = 200, headers: Record<string, string> = {}) {
  provider = await ProviderServer.start(() => ({ status, headers, body: JSON.stringify(body) }));
  return createSlackAppNotifier({ botToken: BOT, channel: "#oncall", apiUrl: `${provider.url}/api/` });
}

describe("the Slack app", () => {
  it("posts to the contact with buttons that carry the tokens, and its own token in a header alone", async () => {
    const notifier = await notifierThatHears({ ok: true, channel: "D0123", ts: "1.2" });
    const actions = [{ kind: "acknowledge", token: "tok.1" } as const, { kind: "escalate", token: "tok.2" } as const];
    expect(await notifier.send({ ...PAGE, address: "U0ANA", actions })).toEqual({
      kind: "sent",
      messageId: "D0123/1.2",
    });
    const [request] = provider?.received ?? [];
    expect([request?.path, request?.headers.authorization]).toEqual(["/api/chat.postMessage", `Bearer ${BOT}`]);
    expect(request?.body).not.toContain(BOT);
    const sent = JSON.parse(request?.body ?? "") as { channel: string; blocks: unknown[]; unfurl_links: boolean };
    expect([sent.channel, sent.unfurl_links]).toEqual(["U0ANA", false]);
    expect(sent.blocks.at(-1)).toEqual({
      type: "actions",
      elements: [
        {
          type: "button",
          action_id: "plimsoll.acknowledge.0",
          text: { type: "plain_text", text: "Acknowledge", emoji: false },
          value: "tok.1",
          style: "primary",
        },
        {
          type: "button",
          action_id: "plimsoll.escalate.1",
          text: { type: "plain_text", text: "Escalate", emoji: false },
          value: "tok.2",
        },
      ],
    });
  });

  it("edits where Slack put the message, and takes its buttons away", async () => {
    const notifier = await notifierThatHears({ ok: true, channel: "D0123", ts: "1.2" });
    expect(await notifier.update?.("D0123/1.2", PAGE)).toEqual({ kind: "sent", messageId: "D0123/1.2" });
    const [request] = provider?.received ?? [];
    expect(request?.path).toBe("/api/chat.update");
    expect(JSON.parse(request?.body ?? "")).toMatchObject({ channel: "D0123", ts: "1.2" });
    expect(request?.body).not.toContain("button");
  });

  it("writes to nobody whose address is no id of Slack", async () => {
    const notifier = await notifierThatHears({ ok: true });
    for (const address of ["", "ana", "<!channel>", "C1 C2", "https://evil.example/"])
      expect(await notifier.send({ ...PAGE, address })).toMatchObject({
        kind: "failed",
        retryable: false,
        failure: "refused",
      });
    expect(provider?.received).toEqual([]);
    expect(slackAppSettingsSchema.safeParse({ botToken: BOT, channel: "general" }).success).toBe(false);
  });

  it.each([
    ["ratelimited", true, "rate-limited"],
    ["internal_error", true, "unavailable"],
    ["channel_not_found", false, "refused"],
    ["message_not_found", false, "refused"],
    ["invalid_auth", false, "refused"],
    ["constructor", false, "refused"],
  ])("reads the word %s", async (error, retryable, failure) => {
    const notifier = await notifierThatHears({ ok: false, error });
    const reason = `Slack refused the message: ${error}`;
    expect(await notifier.send(PAGE)).toEqual({ kind: "failed", retryable, failure, reason });
  });

  it("passes on how long to wait, and repeats no words that are not Slack's", async () => {
    const limited = await notifierThatHears({ ok: false, error: "ratelimited" }, 200, { "retry-after": "30" });
    expect(await limited.send(PAGE)).toMatchObject({ retryAfterMs: 30_000 });
    await provider?.close();
    const strange = await notifierThatHears({ ok: false, error: `no ${BOT}` });
    expect(await strange.send(PAGE)).toEqual({
      kind: "failed",
      retryable: true,
      failure: "doubtful",
      reason: "Slack refused the message without a word",
    });
  });

  it.each(["", "<html>sign in</html>", '{"ok":true,"channel":"D0123","t', '{"ok":"yes"}', "null"])(
    "sends a message again whose answer is 200 and %j, as it is in doubt whether Slack took it",
    async (body) => {
      provider = await ProviderServer.start(() => ({ status: 200, body }));
      const notifier = createSlackAppNotifier({ botToken: BOT, channel: "#oncall", apiUrl: `${provider.url}/api` });
      const doubt = {
        kind: "failed",
        retryable: true,
        failure: "doubtful",
        reason: "Slack answered something that is not of its Web API: check apiUrl",
      };
      expect(await notifier.send(PAGE)).toEqual(doubt);
      expect(await notifier.update?.("D0123/1.2", PAGE)).toEqual(doubt);
    },
  );
});

function pressed(
  change: { payload?: unknown; body?: string; secret?: string; atMs?: number; signature?: string } = {},
) {
  const payload = change.payload ?? {
    type: "block_actions",
    user: { id: "U0ANA", username: "ana" },
    actions: [
      { action_id: "other", value: "x" },
      { action_id: "plimsoll.resolve.2", value: "tok.9" },
    ],
  };
  const body = change.body ?? `payload=${encodeURIComponent(JSON.stringify(payload))}`;
  const timestamp = String(Math.floor((change.atMs ?? NOW_MS) / 1_000));
  const mac = createHmac("sha256", change.secret ?? SECRET)
    .update(`v0:${timestamp}:${body}`)
    .digest("hex");
  return {
    headers: { "x-slack-signature": change.signature ?? `v0=${mac}`, "x-slack-request-timestamp": timestamp },
    body,
  };
}
const read = (request: Parameters<typeof parseSlackInteraction>[0]) =>
  parseSlackInteraction(request, { signingSecret: SECRET, nowMs: NOW_MS });
const code = (request: Parameters<typeof parseSlackInteraction>[0]) => {
  const result = read(request);
  return result.ok ? result.value.kind : `${result.error.code} ${result.error.status}`;
};

describe("a press in Slack", () => {
  it("is read with its token, who pressed, and an id for its copies", () => {
    const request = pressed();
    expect(read(request)).toEqual({
      ok: true,
      value: {
        kind: "resolve",
        subject: { by: "token", token: "tok.9" },
        actor: { id: "U0ANA", name: "ana" },
        callbackId: `slack:${request.headers["x-slack-signature"]}`,
        replayableUntilMs: NOW_MS + 300_000,
      },
    });
    expect(code({ ...request, body: Buffer.from(request.body) })).toBe("resolve");
  });

  it("agrees with the signature that Slack's documentation works out", () => {
    // Source: Slack, "Verifying requests from Slack", the example there.
    const body =
      "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    const headers = {
      "x-slack-request-timestamp": "1531420618",
      "x-slack-signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
    };
    const result = parseSlackInteraction({ headers, body }, { signingSecret: SECRET, nowMs: 1_531_420_618_000 });
    expect(result).toMatchObject({ ok: false, error: { code: "malformed" } });
  });

  it("is refused when it is unsigned, forged or changed on its way", () => {
    const request = pressed();
    const { headers } = request;
    expect(code({ headers: {}, body: request.body })).toBe("unsigned 401");
    expect(code({ headers: { ...headers, "x-slack-request-timestamp": "soon" }, body: request.body })).toBe(
      "unsigned 401",
    );
    expect(code({ headers: { ...headers, "x-slack-signature": ["a", "b"] }, body: request.body })).toBe("unsigned 401");
    expect(code(pressed({ secret: "another" }))).toBe("forged 401");
    expect(code(pressed({ signature: "v0=" }))).toBe("forged 401");
    expect(code({ headers, body: `${request.body}&x=1` })).toBe("forged 401");
    expect(
      code({ headers: { ...headers, "x-slack-request-timestamp": String(NOW_MS / 1_000 + 1) }, body: request.body }),
    ).toBe("forged 401");
  });

  it("is refused more than five minutes from now, to both sides", () => {
    expect(code(pressed({ atMs: NOW_MS - 300_000 }))).toBe("resolve");
    expect(code(pressed({ atMs: NOW_MS - 301_000 }))).toBe("stale 401");
    expect(code(pressed({ atMs: NOW_MS + 300_000 }))).toBe("resolve");
    expect(code(pressed({ atMs: NOW_MS + 301_000 }))).toBe("stale 401");
  });

  it("is refused when it is no interaction, and says nothing of what came", () => {
    for (const body of ["", "payload=", "payload=%7B", "payload={}&payload={}", "payload=null"])
      expect(code(pressed({ body }))).toBe("malformed 400");
    const user = { id: "U0ANA" };
    expect(code(pressed({ payload: { type: "view_submission", user } }))).toBe("irrelevant 200");
    expect(
      code(pressed({ payload: { type: "block_actions", user, actions: [{ action_id: "plimsoll.delete.0" }] } })),
    ).toBe("irrelevant 200");
    const bad = { action_id: "plimsoll.resolve.0", value: "a b" };
    expect(code(pressed({ payload: { type: "block_actions", user, actions: [bad] } }))).toBe("malformed 400");
  });

  it("is let through once", () => {
    const guard = createReplayGuard();
    const first = read(pressed());
    const copy = read(pressed());
    if (!first.ok || !copy.ok) throw new Error("both are genuine");
    expect([guard.admit(first.value, NOW_MS), guard.admit(copy.value, NOW_MS + 299_000)]).toEqual([true, false]);
  });
});

describe("the replay guard", () => {
  it("remembers an id for as long as a copy could pass, and no longer", () => {
    const guard = createReplayGuard();
    const one = { callbackId: "a", replayableUntilMs: NOW_MS + 100_000 };
    expect(guard.admit(one, NOW_MS)).toBe(true);
    expect(guard.admit(one, NOW_MS + 100_000)).toBe(false);
    expect(guard.admit(one, NOW_MS + 160_001)).toBe(true);
  });

  it("refuses what it has no room to remember", () => {
    const guard = createReplayGuard();
    const until = { replayableUntilMs: NOW_MS + 1 };
    for (let index = 0; index < 100_000; index += 1) guard.admit({ callbackId: `${index}`, ...until }, NOW_MS);
    expect(guard.admit({ callbackId: "more", ...until }, NOW_MS)).toBe(false);
    expect(guard.admit({ callbackId: "more", ...until }, NOW_MS + 60_000)).toBe(true);
  });
});
