import type { Notification, NotificationOutcome, Notifier } from "@plimsoll/core";
import { z } from "zod";
import { ACTION_WORDS, fitText, oneLine, standing, usableActions } from "./notification-text.js";
import { doubtfulOutcome, failedOutcome, isSuccess, postJson, refusedOutcome } from "./post-json.js";
import { readSettings, timeoutMsSetting } from "./read-settings.js";
import { httpUrl, reveal, secretText } from "./secret-text.js";

/** Settings of the Microsoft Teams notifier. */
export const teamsSettingsSchema = z
  .strictObject({
    webhookUrl: secretText("Address of the workflow's webhook; whoever has it can write to the channel."),
    timeoutMs: timeoutMsSetting,
  })
  .meta({ description: "Writes to one Microsoft Teams channel or chat through a workflow's webhook." });

/** What may be given in code. */
export type TeamsNotifierSettings = z.input<typeof teamsSettingsSchema>;

/** Teams takes messages of up to 28 KB; this leaves room for the card around the text, and characters of three bytes. */
const TEXT_LIMIT = 2_500;
const TITLE_LIMIT = 300;
const FIELD_LIMIT = 150;
const FIELDS_SHOWN = 10;
const URL_LIMIT = 1_000;

/**
 * Writes to a Microsoft Teams channel through the webhook of a workflow ("Post to a channel when a webhook request is
 * received"), as an Adaptive Card. A workflow takes neither an idempotency key nor an edit. Actions are links to pages that ask,
 * where they have one.
 */
export function createTeamsNotifier(settings: TeamsNotifierSettings): Notifier {
  const { timeoutMs, webhookUrl } = readSettings("teams", teamsSettingsSchema, settings);
  return {
    async send(notification): Promise<NotificationOutcome> {
      const url = httpUrl(reveal(webhookUrl));
      if (url === undefined) return refusedOutcome("Teams: webhookUrl is not an address of http or https");
      const answer = await postJson({ url, body: JSON.stringify(teamsMessage(notification)), timeoutMs });
      // A workflow answers what its maker lets it answer, mostly nothing; a page for people is of a proxy or of a sign-in.
      if (isSuccess(answer) && answer.kind === "answered" && /^\s*</.test(answer.body))
        return doubtfulOutcome("Teams answered with a page for people: check that webhookUrl is that of a workflow");
      return isSuccess(answer) ? { kind: "sent" } : failedOutcome("Teams", answer);
    },
  };
}

type CardPart = { readonly type: string; readonly [key: string]: unknown };

/** A message to a workflow: one Adaptive Card. */
export function teamsMessage(notification: Notification) {
  return {
    type: "message",
    attachments: [
      {
        contentType: "application/vnd.microsoft.card.adaptive",
        contentUrl: null,
        content: adaptiveCard(notification),
      },
    ],
  };
}

function adaptiveCard(notification: Notification): CardPart {
  const { fields, status, text, title, urgency } = notification;
  const shown = fields.slice(0, FIELDS_SHOWN);
  const left = fields.length - shown.length;
  const notes = [urgency, standing(notification), left > 0 ? `${left} more fields` : ""].filter(Boolean).join(" · ");
  const links = linksOf(notification);
  return {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    body: [
      paragraph([
        run(oneLine(title) || "Plimsoll", TITLE_LIMIT, { weight: "Bolder", color: colorOf(status, urgency) }),
      ]),
      ...(text.trim() === "" ? [] : [paragraph([run(text.trim(), TEXT_LIMIT)])]),
      ...shown.map(({ name, value }) =>
        paragraph([run(`${oneLine(name)}: `, FIELD_LIMIT, { weight: "Bolder" }), run(value, FIELD_LIMIT)]),
      ),
      paragraph([run(notes, FIELD_LIMIT, { isSubtle: true })]),
    ],
    ...(links.length === 0 ? {} : { actions: links }),
  };
}

/** Runs of text are shown as they are; a TextBlock's and a Fact's text would be read as Markdown. */
function run(text: string, limit: number, style: Readonly<Record<string, unknown>> = {}): CardPart {
  return { type: "TextRun", text: withoutFunctions(fitText(text, limit)), ...style };
}

function paragraph(inlines: readonly CardPart[]): CardPart {
  return { type: "RichTextBlock", inlines };
}

/** Cards compute `{{DATE(…)}}` and `${…}` wherever a text holds them; a mark without width keeps the halves apart. */
function withoutFunctions(text: string): string {
  return text.replace(/\{(?=\{)/g, "{\u200b").replace(/\$(?=\{)/g, "$\u200b");
}

function colorOf(status: Notification["status"], urgency: Notification["urgency"]): string {
  if (status === "resolved") return "Good";
  return urgency === "page" ? "Attention" : urgency === "ticket" ? "Warning" : "Default";
}

function linksOf(notification: Notification): readonly CardPart[] {
  const link = (title: string, text: string | undefined): readonly CardPart[] => {
    const url = text === undefined ? undefined : httpUrl(text)?.href;
    return url === undefined || url.length > URL_LIMIT ? [] : [{ type: "Action.OpenUrl", title, url }];
  };
  return [
    ...link("Open", notification.url),
    ...usableActions(notification).flatMap(({ kind, url }) => link(ACTION_WORDS[kind], url)),
  ];
}
