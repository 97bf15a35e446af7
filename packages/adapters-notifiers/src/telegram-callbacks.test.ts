import { afterEach, describe, expect, it } from "vitest";
import { createTelegramCallbacks, parseTelegramUpdate } from "./telegram-callbacks.js";
import { createTelegramNotifier } from "./telegram.js";
import { PAGE } from "./testing/notification-sample.js";
import { ProviderServer } from "./testing/provider-server.js";

const TOKEN = "123456789:AAsecretsecretsecret";
const NOW_MS = 1_795_298_400_000;
const DROPPED = { drop: true, status: 0, body: "" } as const;
let provider: ProviderServer | undefined;
afterEach(() => provider?.close());

const press = (data: string | undefined, update = 7) => ({
  update_id: update,
  callback_query: { id: `q${update}`, from: { id: 42, is_bot: false, username: "ana" }, chat_instance: "1", data },
});
function read(body: unknown, token: string | undefined = "hook-secret") {
  const headers = { "x-telegram-bot-api-secret-token": token };
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return parseTelegramUpdate({ headers, body: text }, { secretToken: "hook-secret", nowMs: NOW_MS });
}
const code = (...given: Parameters<typeof read>) => {
  const result = read(...given);
  return result.ok ? result.value.kind : `${result.error.code} ${result.error.status}`;
};

describe("a press in Telegram", () => {
  it("is read with its token, who pressed, and an id for its copies", () => {
    expect(read(press("a:tok.9"))).toEqual({
      ok: true,
      value: {
        kind: "acknowledge",
        subject: { by: "token", token: "tok.9" },
        actor: { id: "42", name: "ana" },
        callbackId: "telegram:q7",
        replayableUntilMs: NOW_MS + 86_400_000,
      },
    });
    expect([code(press("e:t")), code(press("r:t"))]).toEqual(["escalate", "resolve"]);
  });

  it("is refused without the secret, or with another", () => {
    expect(parseTelegramUpdate({ headers: {}, body: "{}" }, { secretToken: "s", nowMs: NOW_MS })).toMatchObject({
      error: { code: "unsigned" },
    });
    expect(code(press("a:t"), "hook-secret2")).toBe("forged 401");
    expect(code(press("a:t"), "")).toBe("forged 401");
  });

  it("is refused when it is no update, and let be when nothing of ours was pressed", () => {
    for (const body of ["", "[]", '{"update_id":"7"}']) expect(code(body)).toBe("malformed 400");
    for (const data of [undefined, "", "a", "a:", "x:tok", "a:t t", `a:${"x".repeat(61)}`])
      expect(code(press(data))).toBe("irrelevant 200");
    expect(code({ update_id: 1, message: {} })).toBe("irrelevant 200");
  });

  it("fits into a button, whose data is 64 bytes at most", async () => {
    provider = await ProviderServer.start(() => ({ status: 200, body: '{"ok":true,"result":{"message_id":1}}' }));
    const notifier = createTelegramNotifier({ botToken: TOKEN, chatId: 1, messageThreadId: 3, apiUrl: provider.url });
    const token = "x".repeat(60);
    await notifier.send({ ...PAGE, address: "99", status: "resolved", actions: [{ kind: "resolve", token }] });
    const sent = JSON.parse(provider.received[0]?.body ?? "") as Record<string, unknown>;
    expect(sent["reply_markup"]).toEqual({ inline_keyboard: [[{ text: "Resolve", callback_data: `r:${token}` }]] });
    expect([sent["chat_id"], sent["message_thread_id"]]).toEqual(["99", undefined]);
    expect(sent["text"]).toContain("\u2705\n");
    expect(await notifier.send({ ...PAGE, address: "99; drop" })).toMatchObject({ kind: "failed", failure: "refused" });
    expect(provider.received).toHaveLength(1);
  });
});

describe("polling Telegram", () => {
  it("gives what was pressed, and confirms it with the next call", async () => {
    const updates = [press("a:t1", 5), { update_id: 6, message: {} }, { update_id: "x" }, press("r:t2", 8)];
    let round = 0;
    provider = await ProviderServer.start(() => ({
      status: 200,
      body: JSON.stringify({ ok: true, result: round++ === 0 ? updates : [] }),
    }));
    const callbacks = createTelegramCallbacks({ botToken: TOKEN, apiUrl: `${provider.url}/`, waitSeconds: 0 });
    const first = await callbacks.next(NOW_MS);
    expect(first.ok && first.value.map(({ callbackId, kind }) => `${kind} ${callbackId}`)).toEqual([
      "acknowledge telegram:q5",
      "resolve telegram:q8",
    ]);
    expect(await callbacks.next(NOW_MS)).toEqual({ ok: true, value: [] });
    expect(
      provider.received.map(({ body, path }) => [
        path.split("/").at(-1),
        (JSON.parse(body) as { offset?: number }).offset,
      ]),
    ).toEqual([
      ["getUpdates", undefined],
      ["getUpdates", 9],
    ]);
  });

  it("goes on where Telegram counts anew after a week of silence, and confirms what came then", async () => {
    const rounds = [[press("a:t1", 900)], [], [press("a:t2", 12)], [press("a:t3", 13)]];
    provider = await ProviderServer.start(() => ({
      status: 200,
      body: JSON.stringify({ ok: true, result: rounds.shift() ?? [] }),
    }));
    const callbacks = createTelegramCallbacks({ botToken: TOKEN, apiUrl: provider.url, waitSeconds: 0 });
    for (let round = 0; round < 5; round += 1) await callbacks.next(NOW_MS);
    const offsets = provider.received.map(({ body }) => (JSON.parse(body) as { offset?: number }).offset);
    expect(offsets).toEqual([undefined, 901, undefined, 13, 14]);
  });

  it("asks for the same again where no answer came", async () => {
    const answers = [{ status: 200, body: JSON.stringify({ ok: true, result: [press("a:t", 5)] }) }, DROPPED];
    provider = await ProviderServer.start(() => answers.shift() ?? { status: 200, body: '{"ok":true,"result":[]}' });
    const callbacks = createTelegramCallbacks({ botToken: TOKEN, apiUrl: provider.url, waitSeconds: 0 });
    await callbacks.next(NOW_MS);
    expect(await callbacks.next(NOW_MS)).toMatchObject({ ok: false, error: { failure: "unreachable" } });
    await callbacks.next(NOW_MS);
    const offsets = provider.received.map(({ body }) => (JSON.parse(body) as { offset?: number }).offset);
    expect(offsets).toEqual([undefined, 6, 6]);
  });

  it("says what to do where a webhook is set or another program asks, and nothing of it otherwise", async () => {
    const answers = [
      { status: 409, body: '{"ok":false,"description":"Conflict: webhook is active"}' },
      { status: 401, body: '{"ok":false,"description":"Unauthorized"}' },
    ];
    provider = await ProviderServer.start(() => answers.shift());
    const callbacks = createTelegramCallbacks({ botToken: TOKEN, apiUrl: provider.url, waitSeconds: 0 });
    expect(await callbacks.next(NOW_MS)).toMatchObject({
      error: {
        reason:
          "Telegram answered with status 409: Conflict: webhook is active: take the webhook away by deleteWebhook, or stop the other program that asks for this bot's updates",
      },
    });
    expect(await callbacks.next(NOW_MS)).toMatchObject({
      error: { reason: "Telegram answered with status 401: Unauthorized" },
    });
  });

  it("says why it brought nothing, without the token", async () => {
    provider = await ProviderServer.start(() => ({
      status: 409,
      body: JSON.stringify({ ok: false, description: `Conflict ${TOKEN}` }),
    }));
    const callbacks = createTelegramCallbacks({ botToken: TOKEN, apiUrl: provider.url, waitSeconds: 0 });
    const polled = await callbacks.next(NOW_MS);
    expect(polled).toMatchObject({ ok: false, error: { retryable: false } });
    expect(JSON.stringify(polled)).not.toContain("AAsecret");
  });

  it("ends when it is told to", async () => {
    provider = await ProviderServer.start(() => undefined);
    const stop = new AbortController();
    const polled = createTelegramCallbacks({ botToken: TOKEN, apiUrl: provider.url }).next(NOW_MS, stop.signal);
    stop.abort();
    expect(await polled).toMatchObject({ ok: false, error: { retryable: true, failure: "unreachable" } });
  });

  it("answers whoever pressed", async () => {
    provider = await ProviderServer.start(() => ({ status: 200, body: '{"ok":true,"result":true}' }));
    const callbacks = createTelegramCallbacks({ botToken: TOKEN, apiUrl: provider.url });
    expect(await callbacks.answer({ callbackId: "telegram:q5" }, "x".repeat(300))).toEqual({ kind: "sent" });
    const sent = JSON.parse(provider.received[0]?.body ?? "") as { callback_query_id: string; text: string };
    expect([sent.callback_query_id, sent.text.length]).toEqual(["q5", 200]);
    const stopped = AbortSignal.abort();
    expect(await callbacks.answer({ callbackId: "telegram:q5" }, "x", stopped)).toMatchObject({ kind: "failed" });
    expect(provider.received).toHaveLength(1);
  });
});
