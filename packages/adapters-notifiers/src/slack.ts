import type { Notification, NotificationOutcome, Notifier } from "@plimsoll/core";
import { z } from "zod";
import { escapeMarkup, fitText } from "./notification-text.js";
import { failedOutcome, isSuccess, postJson } from "./post-json.js";
import { readSettings } from "./read-settings.js";
import { httpUrl, redactor, reveal, secretText } from "./secret-text.js";

/** Settings of the Slack notifier. */
export const slackSettingsSchema = z
  .strictObject({
    webhookUrl: secretText("Address of the incoming webhook; whoever has it can write to the channel."),
    timeoutMs: z
      .number()
      .int()
      .min(1)
      .max(60_000)
      .meta({ description: "Milliseconds until an attempt is given up." })
      .default(10_000),
  })
  .meta({ description: "Writes to one Slack channel through an incoming webhook." });

/** What may be given in code. */
export type SlackNotifierSettings = z.input<typeof slackSettingsSchema>;

// Limits of Block Kit. Source: Slack's reference of the header, section and context blocks.
const HEADER_LIMIT = 150;
const SECTION_LIMIT = 3_000;
const FIELD_LIMIT = 2_000;
const FIELDS_PER_SECTION = 10;
const SECTIONS_OF_FIELDS = 4;
/** Slack cuts a message's fallback text here, which is what a phone shows in its notification. */
const FALLBACK_LIMIT = 4_000;
const URL_LIMIT = 2_500;

/**
 * Writes to a Slack channel through an incoming webhook. Slack takes neither an idempotency key nor an edit there, so a
 * message may come twice after a timeout.
 */
export function createSlackWebhookNotifier(settings: SlackNotifierSettings): Notifier {
  const { webhookUrl, timeoutMs } = readSettings("slack", slackSettingsSchema, settings);
  const redact = redactor([reveal(webhookUrl)]);
  return {
    async send(notification): Promise<NotificationOutcome> {
      const url = httpUrl(reveal(webhookUrl));
      if (url === undefined)
        return { kind: "failed", retryable: false, reason: "Slack: webhookUrl is not an address of http or https" };
      const answer = await postJson({ url, body: JSON.stringify(slackMessage(notification)), timeoutMs });
      // Slack's whole answer to a success is the word `ok`; anything else with 200 is not from Slack.
      const body = answer.kind === "answered" ? answer.body.trim() : "";
      if (isSuccess(answer) && body === "ok") return { kind: "sent" };
      if (isSuccess(answer))
        return {
          kind: "failed",
          retryable: false,
          reason: "Slack answered something else than ok: check that webhookUrl is that of an incoming webhook",
        };
      return failedOutcome("Slack", answer, errorWord(body, redact));
    },
  };
}

/** Slack names its errors by one word, such as `invalid_blocks`; a longer text is not from Slack and is not repeated. */
function errorWord(body: string, redact: (text: string) => string): string | undefined {
  return /^[a-z_]{3,60}$/.test(body) ? redact(body) : undefined;
}

type Block = { readonly type: string; readonly [key: string]: unknown };

/** A message in Block Kit: title, text, fields and a link, each within Slack's limits. */
export function slackMessage(notification: Notification): { readonly text: string; readonly blocks: readonly Block[] } {
  const { urgency, title, text, fields, url } = notification;
  const blocks: Block[] = [{ type: "header", text: plainText(oneLine(title) || "Plimsoll", HEADER_LIMIT) }];
  if (text.trim() !== "") blocks.push({ type: "section", text: plainText(text.trim(), SECTION_LIMIT) });
  const shown = fields.slice(0, FIELDS_PER_SECTION * SECTIONS_OF_FIELDS);
  for (let start = 0; start < shown.length; start += FIELDS_PER_SECTION) {
    blocks.push({ type: "section", fields: shown.slice(start, start + FIELDS_PER_SECTION).map(fieldText) });
  }
  const left = fields.length - shown.length;
  const notes = [urgency, ...(left > 0 ? [`${left} more fields`] : []), ...link(url)];
  blocks.push({ type: "context", elements: [{ type: "mrkdwn", text: notes.join(" · ") }] });
  return {
    text: fitText(
      [title, text].filter((part) => part.trim() !== "").join("\n") || "Plimsoll",
      FALLBACK_LIMIT,
      escapeMarkup,
    ),
    blocks,
  };
}

function plainText(text: string, limit: number) {
  return { type: "plain_text", text: fitText(text, limit, escapeMarkup) || "-", emoji: false };
}

function fieldText({ name, value }: Notification["fields"][number]) {
  const label = fitText(oneLine(name), FIELD_LIMIT / 4, escapeMarkup);
  const head = label === "" ? "" : `*${label}*\n`;
  return { type: "mrkdwn", text: `${head}${fitText(value, FIELD_LIMIT - head.length, escapeMarkup)}` || "-" };
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function link(url: string | undefined): readonly string[] {
  const parsed = url === undefined ? undefined : httpUrl(url);
  // `|` and `>` would end the address early.
  const address = parsed?.href.replace(/\|/g, "%7C").replace(/>/g, "%3E").replace(/&/g, "&amp;");
  return address === undefined || address.length > URL_LIMIT ? [] : [`<${address}|Open>`];
}
