import type { Notification } from "@plimsoll/core";
import { cleanText, escapeMarkup, fitText, oneLine, standing } from "./notification-text.js";
import { httpUrl } from "./secret-text.js";

// Limits of Block Kit. Source: Slack's reference of the header, section and context blocks.
const HEADER_LIMIT = 150;
const SECTION_LIMIT = 3_000;
const FIELD_LIMIT = 2_000;
const FIELDS_PER_SECTION = 10;
const SECTIONS_OF_FIELDS = 4;
/** Slack cuts a message's fallback text here, which is what a phone shows in its notification. */
const FALLBACK_LIMIT = 4_000;
const URL_LIMIT = 2_500;

/** A block of Block Kit. */
export type Block = { readonly type: string; readonly [key: string]: unknown };

/** A message in Block Kit: title, text, fields and a link, each within Slack's limits. */
export function slackMessage(notification: Notification): { readonly text: string; readonly blocks: readonly Block[] } {
  const { urgency, title, text, fields, url } = notification;
  const blocks: Block[] = [{ type: "header", text: plainText(oneLine(title) || "Plimsoll", HEADER_LIMIT) }];
  if (isShown(text)) blocks.push({ type: "section", text: plainText(text.trim(), SECTION_LIMIT) });
  const shown = fields.slice(0, FIELDS_PER_SECTION * SECTIONS_OF_FIELDS);
  for (let start = 0; start < shown.length; start += FIELDS_PER_SECTION) {
    blocks.push({ type: "section", fields: shown.slice(start, start + FIELDS_PER_SECTION).map(fieldText) });
  }
  const left = fields.length - shown.length;
  const notes = [urgency, standing(notification), left > 0 ? `${left} more fields` : "", ...link(url)];
  // Only our own words are markup; verbatim, so that Slack makes no mention or link of them by itself.
  const note = { type: "mrkdwn", text: notes.filter(Boolean).join(" · "), verbatim: true };
  blocks.push({ type: "context", elements: [note] });
  return {
    text: fitText([title, text].filter(isShown).join("\n"), FALLBACK_LIMIT, escapeMarkup) || "Plimsoll",
    blocks,
  };
}

/** Slack takes no empty text, and what is left of one may be nothing. */
function isShown(text: string): boolean {
  return cleanText(text).trim() !== "";
}

function plainText(text: string, limit: number) {
  return { type: "plain_text", text: fitText(text, limit, escapeMarkup) || "-", emoji: false };
}

/** Plain, as values are foreign: markup would take `*`, `_` and backticks out of them, and call `@here`. */
function fieldText({ name, value }: Notification["fields"][number]) {
  const label = fitText(oneLine(name), FIELD_LIMIT / 4, escapeMarkup);
  const head = label === "" ? "" : `${label}\n`;
  return {
    type: "plain_text",
    text: `${head}${fitText(value, FIELD_LIMIT - head.length, escapeMarkup)}` || "-",
    emoji: false,
  };
}

function link(url: string | undefined): readonly string[] {
  const parsed = url === undefined ? undefined : httpUrl(url);
  // `|` and `>` would end the address early.
  const address = parsed?.href.replace(/\|/g, "%7C").replace(/>/g, "%3E").replace(/&/g, "&amp;");
  return address === undefined || address.length > URL_LIMIT ? [] : [`<${address}|Open>`];
}

/** Slack names its errors by one word, such as `invalid_blocks`; a longer text is not from Slack and is not repeated. */
export function slackErrorWord(body: string, redact: (text: string) => string): string | undefined {
  return /^[a-z_]{3,60}$/.test(body) ? redact(body) : undefined;
}
