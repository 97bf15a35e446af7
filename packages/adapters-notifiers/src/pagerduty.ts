import { createHash } from "node:crypto";
import type { Notification, NotificationOutcome, Notifier } from "@plimsoll/core";
import { z } from "zod";
import { parseJson } from "./callback.js";
import { ACTION_WORDS, cleanText, fitText, oneLine, usableActions } from "./notification-text.js";
import { doubtfulOutcome, failedOutcome, isSuccess, postJson, refusedOutcome } from "./post-json.js";
import { readSettings, timeoutMsSetting } from "./read-settings.js";
import { httpUrl, reveal, secretText } from "./secret-text.js";

/** Settings of the PagerDuty notifier. */
export const pagerDutySettingsSchema = z
  .strictObject({
    routingKey: secretText("Integration key of an Events API v2 integration."),
    webhookSecret: secretText(
      "Secret of the webhook subscription by which PagerDuty tells what people did there; else PLIMSOLL_PAGERDUTY_WEBHOOK_SECRET.",
    ).optional(),
    eventsUrl: z
      .string()
      .refine((url) => httpUrl(url) !== undefined, "It is not an address of http or https.")
      .meta({ description: "Address of the Events API; `https://events.eu.pagerduty.com` for accounts in the EU." })
      .default("https://events.pagerduty.com"),
    timeoutMs: timeoutMsSetting,
  })
  .meta({ description: "Triggers, acknowledges and resolves alerts in PagerDuty." });

/** What may be given in code. */
export type PagerDutyNotifierSettings = z.input<typeof pagerDutySettingsSchema>;

// Source: PagerDuty, "PD-CEF" and "Send an Event": summary 1024, dedup_key 255 characters, an event 512 KB.
const SUMMARY_LIMIT = 1_024;
const DEDUP_KEY_LIMIT = 255;
const TEXT_LIMIT = 8_000;
const FIELD_LIMIT = 1_000;
const FIELDS_SHOWN = 40;

const SEVERITIES = { SEV1: "critical", SEV2: "error", SEV3: "warning", SEV4: "info" } as const;
const URGENCIES = { page: "critical", ticket: "warning", info: "info" } as const;

/**
 * Sends events to PagerDuty. A thread is one alert there: what is sent twice under one thread is one alert still, so
 * nothing is doubled after a timeout. A page triggers, also where it is acknowledged already.
 */
export function createPagerDutyNotifier(settings: PagerDutyNotifierSettings): Notifier {
  const { eventsUrl, routingKey, timeoutMs } = readSettings("pagerduty", pagerDutySettingsSchema, settings);
  const url = new URL(`${eventsUrl.replace(/\/+$/, "")}/v2/enqueue`);
  return {
    tracksStatus: true,
    async send(notification): Promise<NotificationOutcome> {
      const event = pagerDutyEvent(notification);
      const answer = await postJson({
        url,
        body: JSON.stringify({ routing_key: reveal(routingKey), ...event }),
        timeoutMs,
      });
      if (!isSuccess(answer)) return failedOutcome("PagerDuty", answer);
      const answered = answerSchema.safeParse(answer.kind === "answered" ? parseJson(answer.body) : undefined);
      switch (answered.data?.status) {
        case "success":
          return { kind: "sent", messageId: event.dedup_key };
        case "invalid event":
          return refusedOutcome("PagerDuty refused the message: invalid event");
        case undefined:
          return doubtfulOutcome("PagerDuty answered something that is not of its Events API: check eventsUrl");
      }
    },
  };
}

/** Source: PagerDuty, "Send an Event": how its answers begin, other than by the status of HTTP. */
const answerSchema = z.object({ status: z.enum(["success", "invalid event"]) });

/** The dedup_key of a thread: the thread's own key, or its hash where that is too long or not plain. */
export function pagerDutyDedupKey(threadKey: string): string {
  return /^[\x21-\x7e][\x20-\x7e]*$/.test(threadKey) && threadKey.length <= DEDUP_KEY_LIMIT
    ? threadKey
    : `plimsoll-${createHash("sha256").update(threadKey).digest("hex")}`;
}

/** An event of the Events API v2, without its routing key. */
export function pagerDutyEvent(notification: Notification) {
  const { atMs, fields, idempotencyKey, service, severity, text, threadKey, title, urgency } = notification;
  const when = atMs === undefined ? undefined : new Date(atMs);
  const links = linksOf(notification);
  return {
    event_action: eventAction(notification),
    dedup_key: pagerDutyDedupKey(threadKey),
    client: "Plimsoll",
    ...(links[0] === undefined ? {} : { client_url: links[0].href }),
    links,
    payload: {
      summary: fitText(oneLine(title), SUMMARY_LIMIT) || "Plimsoll",
      source: fitText(oneLine(service ?? ""), FIELD_LIMIT) || "plimsoll",
      severity: severity === undefined ? URGENCIES[urgency] : SEVERITIES[severity],
      ...(when === undefined || Number.isNaN(when.getTime()) ? {} : { timestamp: when.toISOString() }),
      custom_details: {
        text: fitText(text, TEXT_LIMIT),
        fields: fields.slice(0, FIELDS_SHOWN).map(({ name, value }) => ({
          name: fitText(name, FIELD_LIMIT),
          value: fitText(value, FIELD_LIMIT),
        })),
        idempotency_key: cleanText(idempotencyKey).slice(0, FIELD_LIMIT),
      },
    },
  };
}

function eventAction({ status, urgency }: Notification): "trigger" | "acknowledge" | "resolve" {
  if (status === "resolved") return "resolve";
  return status === "acknowledged" && urgency !== "page" ? "acknowledge" : "trigger";
}

function linksOf(notification: Notification): readonly { readonly href: string; readonly text: string }[] {
  const link = (text: string, address: string | undefined) => {
    const href = address === undefined ? undefined : httpUrl(address)?.href;
    return href === undefined ? [] : [{ href, text }];
  };
  return [
    ...link("Open", notification.url),
    ...usableActions(notification).flatMap(({ kind, url }) => link(ACTION_WORDS[kind], url)),
  ];
}
