import { fc, test } from "@fast-check/vitest";
import { afterEach, describe, expect, it } from "vitest";
import { createTelegramNotifier, telegramHtml, telegramSettingsSchema } from "./telegram.js";
import { PAGE } from "./testing/notification-sample.js";
import { ProviderServer } from "./testing/provider-server.js";

const TOKEN = "123456789:AAsecretsecretsecret";
let provider: ProviderServer | undefined;
afterEach(() => provider?.close());

async function notifierThatHears(status: number, body: unknown) {
  provider = await ProviderServer.start(() => ({
    status,
    body: typeof body === "string" ? body : JSON.stringify(body),
  }));
  return createTelegramNotifier({ botToken: TOKEN, chatId: "@oncall", messageThreadId: 5, apiUrl: `${provider.url}/` });
}

describe("a Telegram message", () => {
  it("goes to the bot's method with HTML and without a preview", async () => {
    const notifier = await notifierThatHears(200, { ok: true, result: { message_id: 42 } });
    expect(await notifier.send(PAGE)).toEqual({ kind: "sent", messageId: "42" });
    const request = provider?.received[0];
    expect(request?.path).toBe(`/bot${TOKEN}/sendMessage`);
    expect(JSON.parse(request?.body ?? "")).toEqual({
      chat_id: "@oncall",
      message_thread_id: 5,
      text: '<b>payments-availability pages</b> 🚨\n6.2x over 6 h against 6x\n<b>budget left</b>: 41 %\n<a href="https://plimsoll.example/incidents/7?tab=a&amp;b=c">Open</a>',
      parse_mode: "HTML",
      link_preview_options: { is_disabled: true },
      disable_notification: false,
    });
  });

  it("escapes what HTML would read as markup", () => {
    expect(telegramHtml({ ...PAGE, title: "<b>&", text: "<script>", fields: [{ name: "<i>", value: "a & b" }] })).toBe(
      '<b>&lt;b&gt;&amp;</b> 🚨\n&lt;script&gt;\n<b>&lt;i&gt;</b>: a &amp; b\n<a href="https://plimsoll.example/incidents/7?tab=a&amp;b=c">Open</a>',
    );
  });

  it("edits the message sent before", async () => {
    const notifier = await notifierThatHears(200, { ok: true, result: { message_id: 42 } });
    expect(await notifier.update?.("42", PAGE)).toEqual({ kind: "sent", messageId: "42" });
    expect(provider?.received[0]?.path).toBe(`/bot${TOKEN}/editMessageText`);
    expect(JSON.parse(provider?.received[0]?.body ?? "")).toMatchObject({ chat_id: "@oncall", message_id: 42 });
  });

  it("takes an edit that changes nothing as done", async () => {
    const notifier = await notifierThatHears(400, {
      ok: false,
      error_code: 400,
      description: "Bad Request: message is not modified",
    });
    expect(await notifier.update?.("42", PAGE)).toEqual({ kind: "sent", messageId: "42" });
  });

  it("edits nothing without the number of a message", async () => {
    const notifier = await notifierThatHears(200, { ok: true, result: true });
    expect(await notifier.update?.("../getMe", PAGE)).toMatchObject({ kind: "failed", retryable: false });
    expect(provider?.received).toEqual([]);
  });

  const anyText = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: "grapheme", maxLength: 6_000 }),
    fc.constant("&".repeat(9_000)),
    fc.constant("😀<".repeat(4_000)),
  );
  test.prop({ title: anyText, text: anyText, name: anyText, value: anyText })(
    "is never longer than 4096 characters and never broken markup",
    ({ title, text, name, value }) => {
      const html = telegramHtml({ ...PAGE, title, text, fields: Array.from({ length: 12 }, () => ({ name, value })) });
      expect(html.length).toBeLessThanOrEqual(4_096);
      const plain = html.replace(/<\/?b>|<a href="[^"<>]*">|<\/a>/g, "");
      expect(plain).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
      expect(html.split("<b>").length).toBe(html.split("</b>").length);
    },
  );
});

describe("what Telegram answers", () => {
  it("says how long to wait", async () => {
    const notifier = await notifierThatHears(429, {
      ok: false,
      error_code: 429,
      description: "Too Many Requests: retry after 13",
      parameters: { retry_after: 13 },
    });
    expect(await notifier.send(PAGE)).toEqual({
      kind: "failed",
      retryable: true,
      failure: "rate-limited",
      reason: "Telegram answered with status 429: Too Many Requests: retry after 13",
      retryAfterMs: 13_000,
    });
  });

  it("is a failure when it says not ok with status 200", async () => {
    const notifier = await notifierThatHears(200, {
      ok: false,
      error_code: 403,
      description: "Forbidden: bot was kicked",
    });
    expect(await notifier.send(PAGE)).toEqual({
      kind: "failed",
      retryable: false,
      failure: "refused",
      reason: "Telegram answered with status 403: Forbidden: bot was kicked",
    });
  });

  it.each([{ description: "Bad Request: chat not found" }, { error_code: 400 }])(
    "refuses the message with status 200 by as little as %j",
    async (words) => {
      const notifier = await notifierThatHears(200, { ok: false, ...words });
      expect(await notifier.send(PAGE)).toMatchObject({ kind: "failed", retryable: false, failure: "refused" });
    },
  );

  it.each(["", "<html>", "[]", "null", '{"ok":"yes"}', '{"ok":false}', '{"ok":true,"result":{"mess'])(
    "leaves in doubt whether the message was taken when it is %j with status 200, so it is sent again",
    async (body) => {
      const notifier = await notifierThatHears(200, body);
      expect(await notifier.send(PAGE)).toEqual({
        kind: "failed",
        retryable: true,
        failure: "doubtful",
        reason: "Telegram answered something that is not of the Bot API: check apiUrl",
      });
    },
  );

  it("has its quotes of the token taken out", async () => {
    const notifier = await notifierThatHears(401, {
      ok: false,
      error_code: 401,
      description: `Unauthorized: ${TOKEN} AAsecretsecretsecret`,
    });
    const outcome = await notifier.send(PAGE);
    expect(outcome).toMatchObject({ reason: "Telegram answered with status 401: Unauthorized: [secret] [secret]" });
  });
});

it.each(["12 34", "oncall", ""])("takes no chat %j", (chatId) => {
  expect(telegramSettingsSchema.safeParse({ botToken: TOKEN, chatId }).success).toBe(false);
});
