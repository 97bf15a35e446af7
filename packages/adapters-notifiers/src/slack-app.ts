import type { Notification, NotificationOutcome, Notifier } from "@plimsoll/core";
import { z } from "zod";
import { parseJson } from "./callback.js";
import { ACTION_WORDS, usableActions } from "./notification-text.js";
import { doubtfulOutcome, failedOutcome, isSuccess, postJson, refusedOutcome, type PostAnswer } from "./post-json.js";
import { readSettings, timeoutMsSetting } from "./read-settings.js";
import { httpUrl, redactor, reveal, secretText } from "./secret-text.js";
import { slackErrorWord, slackMessage, type Block } from "./slack-message.js";

/** A channel, a group or a user by id, or a channel by name. */
const CHANNEL = /^(?:[CDGUW][A-Z0-9]{2,30}|#[\p{L}\p{N}_-]{1,80})$/u;

const placeSetting = (description: string) =>
  z
    .string()
    .regex(CHANNEL, "It is not a channel or a user.")
    .meta({ description, expected: "an id such as `C024BE91L`, or `#channel`" });

/** What a contact's address may be. */
export const slackAppAddressSchema = placeSetting("The id of a user or a channel, or `#channel`.");

/** Settings of the Slack app notifier. */
export const slackAppSettingsSchema = z
  .strictObject({
    botToken: secretText("Bot token of the app, `xoxb-…`, with the scope `chat:write`."),
    channel: placeSetting("Where messages go that name no contact: the id of a channel or a user, or `#channel`."),
    signingSecret: secretText(
      "Signing secret of the app, by which a press is known to be Slack's; else PLIMSOLL_SLACK_SIGNING_SECRET.",
    ).optional(),
    apiUrl: z
      .string()
      .refine((url) => httpUrl(url) !== undefined, "It is not an address of http or https.")
      .meta({ description: "Address of the Web API." })
      .default("https://slack.com/api"),
    timeoutMs: timeoutMsSetting,
  })
  .meta({ description: "Writes to Slack as an app: buttons, edits, messages to people." });

/** What may be given in code. */
export type SlackAppNotifierSettings = z.input<typeof slackAppSettingsSchema>;

/** The marks of the buttons' ids, by which a press is known again. */
export const SLACK_ACTION_PREFIX = "plimsoll.";

/** Words by which the Web API says, with status 200, that another attempt may succeed. Source: its reference of chat.postMessage. */
const RETRYABLE_WORDS: ReadonlyMap<string, "rate-limited" | "unavailable"> = new Map(
  Object.entries({
    ratelimited: "rate-limited",
    rate_limited: "rate-limited",
    message_limit_exceeded: "rate-limited",
    internal_error: "unavailable",
    fatal_error: "unavailable",
    service_unavailable: "unavailable",
    request_timeout: "unavailable",
    team_added_to_org: "unavailable",
  } as const),
);

const MESSAGE_ID = /^([CDG][A-Z0-9]{2,30})\/(\d{1,12}\.\d{1,8})$/;
const OTHER_ANSWER = "Slack answered something that is not of its Web API: check apiUrl";

/**
 * Writes to Slack by the Web API as an app with a bot, with buttons for a message's actions, and edits what it wrote. The
 * API takes no idempotency key, so a message may come twice after a timeout. A message's `address` is the id of a channel or a
 * user.
 */
export function createSlackAppNotifier(settings: SlackAppNotifierSettings): Notifier {
  const { apiUrl, botToken, channel, timeoutMs } = readSettings("slack-app", slackAppSettingsSchema, settings);
  const token = reveal(botToken);
  const call = async (method: string, notification: Notification, place: object): Promise<NotificationOutcome> => {
    const answer = await postJson({
      url: new URL(`${apiUrl.replace(/\/+$/, "")}/${method}`),
      headers: { authorization: `Bearer ${token.replace(/[^\x21-\x7e]/g, "")}` },
      body: JSON.stringify({ ...place, ...content(notification), unfurl_links: false, unfurl_media: false }),
      timeoutMs,
    });
    return outcomeOf(answer, redactor([token, ...usableActions(notification).map((action) => action.token)]));
  };
  return {
    async send(notification) {
      const to = notification.address ?? channel;
      if (!CHANNEL.test(to)) return refusedOutcome("Slack: the contact's address is not the id of a channel or a user");
      return call("chat.postMessage", notification, { channel: to });
    },
    async update(messageId, notification) {
      const [, place, ts] = MESSAGE_ID.exec(messageId) ?? [];
      if (place === undefined || ts === undefined) return refusedOutcome("Slack: the message to edit has no such id");
      return call("chat.update", notification, { channel: place, ts });
    },
  };
}

function content(notification: Notification): { readonly text: string; readonly blocks: readonly Block[] } {
  const { text, blocks } = slackMessage(notification);
  const elements = usableActions(notification).map(({ kind, token }, index) => ({
    type: "button",
    // Ids of one block's elements differ.
    action_id: `${SLACK_ACTION_PREFIX}${kind}.${index}`,
    text: { type: "plain_text", text: ACTION_WORDS[kind], emoji: false },
    value: token,
    ...(kind === "acknowledge" ? { style: "primary" } : {}),
  }));
  return { text, blocks: elements.length === 0 ? blocks : [...blocks, { type: "actions", elements }] };
}

const answerSchema = z.object({ ok: z.boolean(), error: z.string().optional() });
const placeSchema = z.object({ channel: z.string(), ts: z.string() });

function outcomeOf(answer: PostAnswer, redact: (text: string) => string): NotificationOutcome {
  if (answer.kind === "unreachable" || !isSuccess(answer)) return failedOutcome("Slack", answer);
  const body = parseJson(answer.body);
  const read = answerSchema.safeParse(body);
  if (!read.success) return doubtfulOutcome(OTHER_ANSWER);
  if (read.data.ok) {
    const place = placeSchema.safeParse(body);
    const messageId = place.success ? `${place.data.channel}/${place.data.ts}` : "";
    return { kind: "sent", ...(MESSAGE_ID.test(messageId) ? { messageId } : {}) };
  }
  const word = slackErrorWord(read.data.error ?? "", redact);
  // The Web API says why by one word, always; without one it is not known who answered.
  if (word === undefined) return doubtfulOutcome("Slack refused the message without a word");
  const failure = RETRYABLE_WORDS.get(word) ?? "refused";
  const { retryAfterMs } = answer;
  return {
    kind: "failed",
    retryable: failure !== "refused",
    failure,
    reason: `Slack refused the message: ${word}`,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}
