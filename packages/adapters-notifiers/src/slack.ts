import type { NotificationOutcome, Notifier } from "@plimsoll/core";
import { z } from "zod";
import { doubtfulOutcome, failedOutcome, isSuccess, postJson, refusedOutcome } from "./post-json.js";
import { readSettings, timeoutMsSetting } from "./read-settings.js";
import { httpUrl, redactor, reveal, secretText } from "./secret-text.js";
import { slackErrorWord, slackMessage } from "./slack-message.js";

/** Settings of the Slack notifier. */
export const slackSettingsSchema = z
  .strictObject({
    webhookUrl: secretText("Address of the incoming webhook; whoever has it can write to the channel."),
    timeoutMs: timeoutMsSetting,
  })
  .meta({ description: "Writes to one Slack channel through an incoming webhook." });

/** What may be given in code. */
export type SlackNotifierSettings = z.input<typeof slackSettingsSchema>;

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
      if (url === undefined) return refusedOutcome("Slack: webhookUrl is not an address of http or https");
      const answer = await postJson({ url, body: JSON.stringify(slackMessage(notification)), timeoutMs });
      // Slack's whole answer to a success is the word `ok`, and it refuses by the status; anything else with 200 is not from Slack.
      const body = answer.kind === "answered" ? answer.body.trim() : "";
      if (isSuccess(answer) && body === "ok") return { kind: "sent" };
      if (isSuccess(answer))
        return doubtfulOutcome(
          "Slack answered something else than ok: check that webhookUrl is that of an incoming webhook",
        );
      return failedOutcome("Slack", answer, slackErrorWord(body, redact));
    },
  };
}
