import type { Notification, NotificationOutcome, Notifier } from "@plimsoll/core";
import { z } from "zod";
import { escapeMarkup, fitText } from "./notification-text.js";
import { failedOutcome, isRetryableStatus, postJson, type PostAnswer } from "./post-json.js";
import { readSettings } from "./read-settings.js";
import { httpUrl, redactor, reveal, secretText } from "./secret-text.js";

/** Settings of the Telegram notifier. */
export const telegramSettingsSchema = z
  .strictObject({
    botToken: secretText("Token of the bot, from @BotFather."),
    chatId: z
      .union([z.number().int(), z.string().regex(/^(?:-?\d{1,20}|@[A-Za-z0-9_]{3,64})$/, "It is not a chat.")])
      .meta({
        description: "Chat that gets the messages: its number, or `@channel`.",
        expected: "a chat's number, or `@channel`",
      }),
    messageThreadId: z.number().int().min(1).meta({ description: "Topic inside a group that has topics." }).optional(),
    apiUrl: z
      .string()
      .refine((url) => httpUrl(url) !== undefined, "It is not an address of http or https.")
      .meta({ description: "Address of the Bot API, for a server of your own." })
      .default("https://api.telegram.org"),
    timeoutMs: z
      .number()
      .int()
      .min(1)
      .max(60_000)
      .meta({ description: "Milliseconds until an attempt is given up." })
      .default(10_000),
  })
  .meta({ description: "Writes to one Telegram chat as a bot." });

/** What may be given in code. */
export type TelegramNotifierSettings = z.input<typeof telegramSettingsSchema>;

/** Source: Telegram Bot API, sendMessage: 1 to 4096 characters. Counted here with the markup, which Telegram leaves out. */
const MESSAGE_LIMIT = 4_096;
const TITLE_LIMIT = 300;
const FIELDS_LIMIT = 1_400;
const FIELD_LIMIT = 400;
const URL_LIMIT = 1_000;

/**
 * Writes to a Telegram chat through the Bot API, and edits what it wrote. The Bot API takes no idempotency key, so a
 * message may come twice after a timeout. `info` comes without a sound.
 */
export function createTelegramNotifier(settings: TelegramNotifierSettings): Notifier {
  const { botToken, chatId, messageThreadId, apiUrl, timeoutMs } = readSettings(
    "telegram",
    telegramSettingsSchema,
    settings,
  );
  const token = reveal(botToken);
  const redact = redactor([token, ...token.split(":").filter((part) => part.length >= 6)]);
  const call = async (method: string, parameters: Readonly<Record<string, unknown>>) => {
    const url = new URL(
      `${apiUrl.replace(/\/+$/, "")}/bot${encodeURIComponent(token).replaceAll("%3A", ":")}/${method}`,
    );
    return postJson({ url, body: JSON.stringify({ chat_id: chatId, ...parameters }), timeoutMs });
  };
  return {
    async send(notification): Promise<NotificationOutcome> {
      const answer = await call("sendMessage", {
        ...(messageThreadId === undefined ? {} : { message_thread_id: messageThreadId }),
        ...content(notification),
        disable_notification: notification.urgency === "info",
      });
      return outcomeOf(answer, redact);
    },
    async update(messageId, notification): Promise<NotificationOutcome> {
      if (!/^\d{1,15}$/.test(messageId))
        return { kind: "failed", retryable: false, reason: "Telegram: the message to edit has no number" };
      const answer = await call("editMessageText", { message_id: Number(messageId), ...content(notification) });
      // The chat shows these very words already, from an attempt whose answer was lost.
      if (answer.kind === "answered" && answer.status === 400 && answer.body.includes("message is not modified"))
        return { kind: "sent", messageId };
      const outcome = outcomeOf(answer, redact);
      return outcome.kind === "sent" ? { kind: "sent", messageId } : outcome;
    },
  };
}

function content(notification: Notification) {
  return { text: telegramHtml(notification), parse_mode: "HTML", link_preview_options: { is_disabled: true } };
}

const answerSchema = z.object({
  ok: z.boolean(),
  result: z.unknown().optional(),
  error_code: z.number().optional(),
  description: z.string().optional(),
  parameters: z.object({ retry_after: z.number().nonnegative().optional() }).optional(),
});
const resultSchema = z.object({ message_id: z.number() });

function outcomeOf(answer: PostAnswer, redact: (text: string) => string): NotificationOutcome {
  if (answer.kind === "unreachable") return failedOutcome("Telegram", answer);
  const read = answerSchema.safeParse(jsonOf(answer.body));
  if (!read.success) {
    if (answer.status < 200 || answer.status >= 300) return failedOutcome("Telegram", answer);
    return {
      kind: "failed",
      retryable: false,
      reason: "Telegram answered something that is not of the Bot API: check apiUrl",
    };
  }
  const { ok, result, error_code: code, description, parameters } = read.data;
  if (ok && answer.status >= 200 && answer.status < 300) {
    const message = resultSchema.safeParse(result);
    return { kind: "sent", ...(message.success ? { messageId: String(message.data.message_id) } : {}) };
  }
  const detail = description === undefined ? undefined : fitText(redact(description), 200);
  const status = answer.status >= 200 && answer.status < 300 ? (code ?? answer.status) : answer.status;
  const wait =
    parameters?.retry_after === undefined ? answer.retryAfterMs : Math.min(parameters.retry_after * 1_000, 3_600_000);
  const failed = failedOutcome(
    "Telegram",
    { kind: "answered", status, body: "", ...(wait === undefined ? {} : { retryAfterMs: wait }) },
    detail,
  );
  return failed.kind === "failed" ? { ...failed, retryable: isRetryableStatus(status) } : failed;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A message in Telegram's HTML: title in bold, text, fields and a link, within the limit of one message. */
export function telegramHtml({ urgency, title, text, fields, url }: Notification): string {
  const head = `<b>${fitText(title.replace(/\s+/g, " ").trim() || "Plimsoll", TITLE_LIMIT, escapeMarkup)}</b>${urgency === "page" ? " \u{1f6a8}" : ""}`;
  const tail = [...fieldLines(fields), ...linkLine(url)].join("\n");
  const room = MESSAGE_LIMIT - head.length - tail.length - 2;
  const body = fitText(text.trim(), room, escapeMarkup);
  return [head, body, tail].filter((part) => part !== "").join("\n");
}

function fieldLines(fields: Notification["fields"]): readonly string[] {
  const lines: string[] = [];
  let length = 0;
  for (const [index, { name, value }] of fields.entries()) {
    const line = `<b>${fitText(name, FIELD_LIMIT / 4, escapeMarkup)}</b>: ${fitText(value, FIELD_LIMIT, escapeMarkup)}`;
    length += line.length + 1;
    if (length > FIELDS_LIMIT) return [...lines, `and ${fields.length - index} more`];
    lines.push(line);
  }
  return lines;
}

function linkLine(url: string | undefined): readonly string[] {
  const address =
    url === undefined
      ? undefined
      : httpUrl(url)?.href.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  return address === undefined || address.length > URL_LIMIT ? [] : [`<a href="${address}">Open</a>`];
}
