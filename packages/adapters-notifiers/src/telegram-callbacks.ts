import { failure, success, type NotificationAction, type NotificationOutcome, type Result } from "@plimsoll/core";
import { z } from "zod";
import {
  bodyText,
  parseJson,
  refuse,
  singleHeader,
  type CallbackRefusal,
  type CallbackRequest,
  type ChannelAction,
} from "./callback.js";
import { fitText } from "./notification-text.js";
import { readSettings } from "./read-settings.js";
import { httpUrl, reveal, secretText, type SecretText } from "./secret-text.js";
import { isSameText } from "./signature.js";
import { createTelegramApi, TELEGRAM_ACTION_MARKS } from "./telegram-api.js";

/** Telegram keeps updates for a day, and sends them again until they are taken. */
const WINDOW_MS = 24 * 3_600_000;
/** Telegram shows up to 200 characters above the chat. */
const ANSWER_LIMIT = 200;
const PREFIX = "telegram:";

const DATA = /^([aer]):([A-Za-z0-9._~-]{1,60})$/;
const KINDS: Readonly<Record<string, NotificationAction["kind"]>> = Object.fromEntries(
  (["acknowledge", "escalate", "resolve"] as const).map((kind) => [TELEGRAM_ACTION_MARKS[kind], kind]),
);

const updateSchema = z.object({
  update_id: z.number().int(),
  callback_query: z
    .object({
      id: z.string().min(1).max(200),
      from: z.object({ id: z.number().int(), username: z.string().max(200).optional() }),
      data: z.string().optional(),
    })
    .optional(),
});

/**
 * Reads what somebody pressed in Telegram, from the request to the bot's webhook. Checks the secret token that was given
 * to `setWebhook`, in constant time. Telegram signs no time, so copies are told by their `callbackId` for a day.
 */
export function parseTelegramUpdate(
  request: CallbackRequest,
  options: { readonly secretToken: SecretText; readonly nowMs: number },
): Result<ChannelAction, CallbackRefusal> {
  const given = singleHeader(request, "x-telegram-bot-api-secret-token");
  if (given === undefined) return refuse("unsigned", "the request has no secret token");
  if (!isSameText(given, reveal(options.secretToken))) return refuse("forged", "the secret token is another one");
  return readUpdate(parseJson(bodyText(request)), options.nowMs);
}

function readUpdate(update: unknown, nowMs: number): Result<ChannelAction, CallbackRefusal> {
  const read = updateSchema.safeParse(update);
  if (!read.success) return refuse("malformed", "the request is not an update of the Bot API");
  const query = read.data.callback_query;
  const [, mark = "", token] = DATA.exec(query?.data ?? "") ?? [];
  const kind = KINDS[mark];
  if (query === undefined || kind === undefined || token === undefined)
    return refuse("irrelevant", "nothing of ours was pressed");
  const { id, username } = query.from;
  return success({
    kind,
    subject: { by: "token", token },
    actor: { id: String(id), ...(username === undefined ? {} : { name: username }) },
    callbackId: `${PREFIX}${query.id}`,
    replayableUntilMs: nowMs + WINDOW_MS,
  });
}

/** Settings for fetching what was pressed, where Telegram cannot reach this program. */
export const telegramCallbacksSettingsSchema = z.strictObject({
  botToken: secretText("Token of the bot, from @BotFather."),
  apiUrl: z
    .string()
    .refine((url) => httpUrl(url) !== undefined, "It is not an address of http or https.")
    .meta({ description: "Address of the Bot API, for a server of your own." })
    .default("https://api.telegram.org"),
  waitSeconds: z
    .number()
    .int()
    .min(0)
    .max(50)
    .meta({ description: "How long one request waits for news." })
    .default(25),
});

/** What may be given in code. */
export type TelegramCallbacksSettings = z.input<typeof telegramCallbacksSettingsSchema>;

/** Fetches what was pressed, by long polls. */
export type TelegramCallbacks = {
  /**
   * Waits for what was pressed, at most `waitSeconds`; answers nothing when there was nothing. What it answered is
   * confirmed by the next call: after a crash it comes again, with the same `callbackId`.
   */
  next(nowMs: number, signal?: AbortSignal): Promise<Result<readonly ChannelAction[], PollFailure>>;
  /** Tells whoever pressed what came of it; until then their button shows that it waits. */
  answer(action: Pick<ChannelAction, "callbackId">, text: string, signal?: AbortSignal): Promise<NotificationOutcome>;
};

/** Why a poll brought nothing. */
export type PollFailure = Extract<NotificationOutcome, { readonly kind: "failed" }>;

/** Ten updates with whole messages in them; a longer answer could never be read, and never be confirmed. */
const UPDATES = 10;
const MAX_BYTES = 4 * 1024 * 1024;
const ANSWER_TIMEOUT_MS = 10_000;
const CONFLICT = 409;
const CONFLICT_FIX =
  "take the webhook away by deleteWebhook, or stop the other program that asks for this bot's updates";

/** Makes the poller of one bot. Telegram lets one program poll at a time, and none while a webhook is set. */
export function createTelegramCallbacks(settings: TelegramCallbacksSettings): TelegramCallbacks {
  const { apiUrl, botToken, waitSeconds } = readSettings(
    "telegram-callbacks",
    telegramCallbacksSettingsSchema,
    settings,
  );
  const api = createTelegramApi({ apiUrl, token: reveal(botToken) });
  let offset: number | undefined;
  return {
    async next(nowMs, signal) {
      const { outcome, result, status } = await api(
        "getUpdates",
        { timeout: waitSeconds, limit: UPDATES, allowed_updates: ["callback_query"], offset },
        { timeoutMs: waitSeconds * 1_000 + ANSWER_TIMEOUT_MS, maxAnswerBytes: MAX_BYTES, ...optional(signal) },
      );
      if (outcome.kind === "failed") {
        if (status !== CONFLICT) return failure(outcome);
        return failure({ ...outcome, reason: `${outcome.reason}: ${CONFLICT_FIX}` });
      }
      const updates: readonly unknown[] = Array.isArray(result) ? result : [];
      offset = offsetAfter(updates);
      return success(
        updates.flatMap((update) => {
          const read = readUpdate(update, nowMs);
          return read.ok ? [read.value] : [];
        }),
      );
    },
    async answer({ callbackId }, text, signal) {
      const parameters = { callback_query_id: callbackId.slice(PREFIX.length), text: fitText(text, ANSWER_LIMIT) };
      const options = { timeoutMs: ANSWER_TIMEOUT_MS, ...optional(signal) };
      return (await api("answerCallbackQuery", parameters, options)).outcome;
    },
  };
}

const numberedSchema = z.object({ update_id: z.number().int() });

/**
 * What the next call asks for, which confirms everything before it. After an empty answer nothing is left to confirm. The
 * greatest number ever seen is not kept: after a week of silence Telegram goes on from any number, also a smaller one.
 */
function offsetAfter(updates: readonly unknown[]): number | undefined {
  const numbers = updates.flatMap((update) => {
    const read = numberedSchema.safeParse(update);
    return read.success ? [read.data.update_id] : [];
  });
  return numbers.length === 0 ? undefined : Math.max(...numbers) + 1;
}

function optional(signal: AbortSignal | undefined): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
