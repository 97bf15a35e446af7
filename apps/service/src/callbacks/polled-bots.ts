import { telegramSettingsSchema, type SecretText } from "@plimsoll/adapters-notifiers";
import type { NotifierConfig } from "@plimsoll/config";

/** A bot of Telegram whose presses the service asks for. */
export type PolledBot = {
  readonly token: string;
  readonly apiUrl: string;
  /** Every notifier that writes as this bot. */
  readonly notifiers: readonly string[];
};

/**
 * Finds the bots that a configuration has polled. A bot has one line for all that is pressed, and lets one program ask: its
 * notifiers are heard together, also those that do not say so themselves.
 */
export function polledBots(notifiers: readonly NotifierConfig[]): readonly PolledBot[] {
  const bots = new Map<string, { apiUrl: string; notifiers: string[]; polled: boolean }>();
  for (const { name, settings, type } of notifiers) {
    if (type !== "telegram") continue;
    const { apiUrl, botToken, buttons } = telegramSettingsSchema.parse(settings);
    const polled = buttons === "poll";
    const token = textOf(botToken);
    const bot = bots.get(token) ?? { apiUrl, notifiers: [], polled: false };
    bots.set(token, {
      apiUrl: polled && !bot.polled ? apiUrl : bot.apiUrl,
      notifiers: [...bot.notifiers, name],
      polled: polled || bot.polled,
    });
  }
  return [...bots].flatMap(([token, { polled, ...bot }]) => (polled ? [{ token, ...bot }] : []));
}

function textOf(secret: SecretText): string {
  return typeof secret === "string" ? secret : secret.reveal();
}
