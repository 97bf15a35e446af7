import type { Notification, NotificationOutcome, Notifier } from "@plimsoll/core";
import { z } from "zod";
import { ACTION_WORDS, escapeMarkup, fitText, standing, usableActions } from "./notification-text.js";
import { refusedOutcome } from "./post-json.js";
import { readSettings, timeoutMsSetting } from "./read-settings.js";
import { httpUrl, reveal, secretText } from "./secret-text.js";
import { createTelegramApi, TELEGRAM_ACTION_MARKS, type TelegramAnswer } from "./telegram-api.js";

const CHAT = /^(?:-?\d{1,20}|@[A-Za-z0-9_]{3,64})$/;

const chatText = z.string().regex(CHAT, "It is not a chat.");

/** What a contact's address may be. */
export const telegramAddressSchema = chatText.meta({
  description: "A chat's number, or `@channel`.",
  expected: "a chat's number, or `@channel`",
});

/** Settings of the Telegram notifier. */
export const telegramSettingsSchema = z
  .strictObject({
    botToken: secretText("Token of the bot, from @BotFather."),
    chatId: z.union([z.number().int(), chatText]).meta({
      description: "Chat that gets the messages that name no contact: its number, or `@channel`.",
      expected: "a chat's number, or `@channel`",
    }),
    messageThreadId: z.number().int().min(1).meta({ description: "Topic inside a group that has topics." }).optional(),
    buttons: z
      .enum(["webhook", "poll"])
      .meta({
        description:
          "How what people press comes back: `webhook` where Telegram can reach the service, `poll` where the service has to ask for it.",
      })
      .default("webhook"),
    secretToken: secretText(
      "What was given to `setWebhook` as `secret_token`; else PLIMSOLL_TELEGRAM_SECRET_TOKEN.",
    ).optional(),
    apiUrl: z
      .string()
      .refine((url) => httpUrl(url) !== undefined, "It is not an address of http or https.")
      .meta({ description: "Address of the Bot API, for a server of your own." })
      .default("https://api.telegram.org"),
    timeoutMs: timeoutMsSetting,
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
 * Writes to a Telegram chat through the Bot API, with buttons for a message's actions, and edits what it wrote. The Bot API
 * takes no idempotency key, so a message may come twice after a timeout. `info` comes without a sound. A message's `address` is a
 * chat's number or `@channel`; a topic belongs to the chat of the settings.
 */
export function createTelegramNotifier(settings: TelegramNotifierSettings): Notifier {
  const { apiUrl, botToken, chatId, messageThreadId, timeoutMs } = readSettings(
    "telegram",
    telegramSettingsSchema,
    settings,
  );
  const api = createTelegramApi({ apiUrl, token: reveal(botToken) });
  const place = ({ address }: Notification): object | undefined => {
    if (address !== undefined) return CHAT.test(address) ? { chat_id: address } : undefined;
    return { chat_id: chatId, ...(messageThreadId === undefined ? {} : { message_thread_id: messageThreadId }) };
  };
  const call = async (method: string, notification: Notification, parameters: object): Promise<TelegramAnswer> => {
    const to = place(notification);
    if (to === undefined)
      return { outcome: refusedOutcome("Telegram: the contact's address is not a chat's number or @channel") };
    return api(method, { ...to, ...content(notification), ...parameters }, { timeoutMs, notification });
  };
  return {
    async send(notification): Promise<NotificationOutcome> {
      const { outcome, result } = await call("sendMessage", notification, {
        disable_notification: notification.urgency === "info",
      });
      if (outcome.kind === "failed") return outcome;
      const message = resultSchema.safeParse(result);
      return { kind: "sent", ...(message.success ? { messageId: String(message.data.message_id) } : {}) };
    },
    async update(messageId, notification): Promise<NotificationOutcome> {
      if (!/^\d{1,15}$/.test(messageId)) return refusedOutcome("Telegram: the message to edit has no number");
      const parameters = { message_id: Number(messageId), message_thread_id: undefined };
      const { outcome, unchanged } = await call("editMessageText", notification, parameters);
      // The chat shows these very words already, from an attempt whose answer was lost.
      return outcome.kind === "sent" || unchanged === true ? { kind: "sent", messageId } : outcome;
    },
  };
}

const resultSchema = z.object({ message_id: z.number() });

function content(notification: Notification): object {
  const actions = usableActions(notification);
  const buttons = actions.map(({ kind, token }) => ({
    text: ACTION_WORDS[kind],
    callback_data: `${TELEGRAM_ACTION_MARKS[kind]}:${token}`,
  }));
  return {
    text: telegramHtml(notification),
    parse_mode: "HTML",
    link_preview_options: { is_disabled: true },
    ...(buttons.length === 0 ? {} : { reply_markup: { inline_keyboard: [buttons] } }),
  };
}

/** A message in Telegram's HTML: title in bold, text, fields and a link, within the limit of one message. */
export function telegramHtml(notification: Notification): string {
  const { fields, status, text, title, url, urgency } = notification;
  const mark = status === "resolved" ? " \u{2705}" : urgency === "page" ? " \u{1f6a8}" : "";
  const head = `<b>${fitText(title.replace(/\s+/g, " ").trim() || "Plimsoll", TITLE_LIMIT, escapeMarkup)}</b>${mark}`;
  const stands = standing(notification);
  const note = stands === "" ? [] : [`<i>${fitText(stands, FIELD_LIMIT, escapeMarkup)}</i>`];
  const tail = [...fieldLines(fields), ...note, ...linkLine(url)].join("\n");
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
