import type { Notification, NotificationAction, NotificationOutcome } from "@plimsoll/core";
import { z } from "zod";
import { parseJson } from "./callback.js";
import { fitText, usableActions } from "./notification-text.js";
import { doubtfulOutcome, failedOutcome, postJson, type PostAnswer } from "./post-json.js";
import { redactor } from "./secret-text.js";

/** The first letter of a button's data, which is 64 bytes in all. */
export const TELEGRAM_ACTION_MARKS: Readonly<Record<NotificationAction["kind"], string>> = {
  acknowledge: "a",
  escalate: "e",
  resolve: "r",
};

/** What came of a call: its result where it was taken. */
export type TelegramAnswer = {
  readonly outcome: NotificationOutcome;
  readonly result?: unknown;
  /** The status by which it was refused. */
  readonly status?: number;
  /** It was refused because the message reads so already. */
  readonly unchanged?: boolean;
};

/** Calls a method of the Bot API. Never throws for what the network does; says nothing of the bot's token. */
export type TelegramApi = (
  method: string,
  parameters: object,
  options: {
    readonly timeoutMs: number;
    readonly notification?: Notification;
    readonly signal?: AbortSignal;
    readonly maxAnswerBytes?: number;
  },
) => Promise<TelegramAnswer>;

const LONGEST_WAIT_MS = 3_600_000;
const OTHER_ANSWER = "Telegram answered something that is not of the Bot API: check apiUrl";

const answerSchema = z.object({
  ok: z.boolean(),
  result: z.unknown().optional(),
  error_code: z.number().optional(),
  description: z.string().optional(),
  parameters: z.object({ retry_after: z.number().nonnegative().optional() }).optional(),
});

/** Makes the caller of one bot's methods. */
export function createTelegramApi({ apiUrl, token }: { readonly apiUrl: string; readonly token: string }): TelegramApi {
  const secrets = [token, ...token.split(":").filter((part) => part.length >= 6)];
  const path = encodeURIComponent(token).replaceAll("%3A", ":");
  return async (method, parameters, { notification, ...limits }) => {
    const answer = await postJson({
      url: new URL(`${apiUrl.replace(/\/+$/, "")}/bot${path}/${method}`),
      body: JSON.stringify(parameters),
      ...limits,
    });
    const tokens = notification === undefined ? [] : usableActions(notification).map((action) => action.token);
    return readAnswer(answer, redactor([...secrets, ...tokens]));
  };
}

function readAnswer(answer: PostAnswer, redact: (text: string) => string): TelegramAnswer {
  if (answer.kind === "unreachable") return { outcome: failedOutcome("Telegram", answer) };
  const read = answerSchema.safeParse(parseJson(answer.body));
  const success = answer.status >= 200 && answer.status < 300;
  if (!read.success) {
    if (!success) return { outcome: failedOutcome("Telegram", answer) };
    return { outcome: doubtfulOutcome(OTHER_ANSWER) };
  }
  const { ok, result, error_code: code, description, parameters } = read.data;
  if (ok && success) return { outcome: { kind: "sent" }, result };
  // The Bot API says why, always; without a word it is not known who answered.
  if (success && code === undefined && description === undefined) return { outcome: doubtfulOutcome(OTHER_ANSWER) };
  const detail = description === undefined ? undefined : fitText(redact(description), 200);
  const status = success ? (code ?? answer.status) : answer.status;
  const seconds = parameters?.retry_after;
  const wait = seconds === undefined ? answer.retryAfterMs : Math.min(seconds * 1_000, LONGEST_WAIT_MS);
  const failed = { kind: "answered", status, body: "", ...(wait === undefined ? {} : { retryAfterMs: wait }) } as const;
  const unchanged = status === 400 && description?.includes("message is not modified") === true;
  return { outcome: failedOutcome("Telegram", failed, detail), status, ...(unchanged ? { unchanged } : {}) };
}
