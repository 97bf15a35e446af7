import { createHmac } from "node:crypto";
import type { Notification, NotificationOutcome, Notifier } from "@plimsoll/core";
import { z } from "zod";
import { failedOutcome, isSuccess, postJson } from "./post-json.js";
import { readSettings, timeoutMsSetting } from "./read-settings.js";
import { guardedText, httpUrl, reveal, secretText, type SecretText } from "./secret-text.js";
import { cleanText, usableActions } from "./notification-text.js";

/** Settings of the webhook notifier. */
export const webhookSettingsSchema = z
  .strictObject({
    url: guardedText(
      "Address that gets the messages; a reference where it holds a token.",
      "an address of http or https",
    ).refine((url) => httpUrl(reveal(url)) !== undefined, "It is not an address of http or https."),
    signingSecret: secretText("Key of the HMAC-SHA256 signature; unsigned when absent.").optional(),
    headers: z
      .record(
        z.string().regex(/^[A-Za-z0-9-]+$/, "It is not the name of a header."),
        guardedText("The header's value; a reference where it is a secret.", "text"),
      )
      .meta({ description: "Further headers of every request." })
      .optional(),
    timeoutMs: timeoutMsSetting,
  })
  .meta({ description: "Sends each message as JSON to an address." });

/** What may be given in code. */
export type WebhookNotifierSettings = z.input<typeof webhookSettingsSchema>;

/**
 * Posts each message as JSON. Every attempt at one message carries the same `Idempotency-Key`; with a signing secret,
 * `Plimsoll-Signature: t=<seconds>,v1=<hex>` is the HMAC-SHA256 of `<seconds>.<body>`, so that a receiver can tell
 * both who sent it and that it is not a replay.
 */
export function createWebhookNotifier(settings: WebhookNotifierSettings, now: () => number = Date.now): Notifier {
  const { url, signingSecret, headers = {}, timeoutMs } = readSettings("webhook", webhookSettingsSchema, settings);
  return {
    tracksStatus: true,
    async send(notification): Promise<NotificationOutcome> {
      const body = JSON.stringify(messageOf(notification));
      const answer = await postJson({
        url: new URL(reveal(url)),
        headers: {
          ...Object.fromEntries(
            Object.entries(headers).map(([name, value]) => [name.toLowerCase(), headerText(reveal(value))]),
          ),
          "idempotency-key": headerToken(notification.idempotencyKey),
          ...(signingSecret === undefined ? {} : { "plimsoll-signature": signature(signingSecret, body, now()) }),
        },
        body,
        timeoutMs,
      });
      return isSuccess(answer) ? { kind: "sent" } : failedOutcome("The webhook", answer);
    },
  };
}

/** Every field by name, so that what a later version adds to a message is not sent to strangers by itself. */
function messageOf(notification: Notification) {
  const { address, atMs, fields, idempotencyKey, service, severity, status } = notification;
  const { text, threadKey, title, url, urgency } = notification;
  const actions = usableActions(notification);
  return {
    idempotencyKey,
    threadKey,
    urgency,
    title: cleanText(title),
    text: cleanText(text),
    fields,
    // JSON leaves out what is undefined.
    url,
    address,
    status,
    severity,
    service,
    atMs,
    actions: actions.length === 0 ? undefined : actions,
  };
}

function signature(secret: SecretText, body: string, nowMs: number): string {
  const seconds = Math.floor(nowMs / 1_000);
  return `t=${seconds},v1=${createHmac("sha256", reveal(secret)).update(`${seconds}.${body}`).digest("hex")}`;
}

/** Keys of ASCII go as they are; what a header cannot carry is percent-encoded, the same on every attempt. */
function headerToken(text: string): string {
  return /^[\x21-\x7e]{1,200}$/.test(text) ? text : encodeURIComponent(cleanText(text)).slice(0, 200);
}

function headerText(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "");
}
