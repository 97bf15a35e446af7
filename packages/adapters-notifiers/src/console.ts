import type { Notification, NotificationOutcome, Notifier } from "@plimsoll/core";
import { z } from "zod";
import { cleanText, oneLine, standing } from "./notification-text.js";
import { readSettings } from "./read-settings.js";

/** Settings of the console notifier: none. */
export const consoleSettingsSchema = z
  .strictObject({})
  .meta({ description: "Writes to the standard error of the process." });

/** What may be given in code: where lines go. */
export type ConsoleNotifierSettings = z.input<typeof consoleSettingsSchema>;

const MARKS: Readonly<Record<Notification["urgency"], string>> = { page: "PAGE", ticket: "TICKET", info: "INFO" };

/**
 * Tells whoever reads the process's output. Writes to standard error, as standard output is for data; control characters
 * are taken out, so that a message cannot play tricks on a terminal.
 */
export function createConsoleNotifier(
  settings: ConsoleNotifierSettings = {},
  write: (text: string) => void = (text) => void process.stderr.write(text),
): Notifier {
  readSettings("console", consoleSettingsSchema, settings);
  return {
    send(notification): Promise<NotificationOutcome> {
      try {
        write(consoleText(notification));
        return Promise.resolve({ kind: "sent" });
      } catch {
        return Promise.resolve({ kind: "failed", retryable: true, reason: "the console cannot be written to" });
      }
    },
  };
}

function consoleText(notification: Notification): string {
  const { fields, text, title, url, urgency } = notification;
  const stands = standing(notification);
  const lines = [`[${MARKS[urgency]}] ${oneLine(title)}`];
  if (text.trim() !== "")
    lines.push(
      ...cleanText(text)
        .trimEnd()
        .split("\n")
        .map((line) => `  ${line}`),
    );
  for (const { name, value } of fields) lines.push(`  ${oneLine(name)}: ${oneLine(value)}`);
  if (stands !== "") lines.push(`  ${stands}`);
  if (url !== undefined) lines.push(`  ${oneLine(url)}`);
  return `${lines.join("\n")}\n`;
}
