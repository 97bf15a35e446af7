import { consoleSettingsSchema } from "./console.js";
import { slackSettingsSchema } from "./slack.js";
import { telegramSettingsSchema } from "./telegram.js";
import { webhookSettingsSchema } from "./webhook.js";

export { consoleSettingsSchema, createConsoleNotifier, type ConsoleNotifierSettings } from "./console.js";
export type { SecretText } from "./secret-text.js";
export { createSlackWebhookNotifier, slackSettingsSchema, type SlackNotifierSettings } from "./slack.js";
export { createTelegramNotifier, telegramSettingsSchema, type TelegramNotifierSettings } from "./telegram.js";
export { createWebhookNotifier, webhookSettingsSchema, type WebhookNotifierSettings } from "./webhook.js";

/** The notifier types by the name that configuration gives them, in the form that `parseConfig` takes. */
export const notifierTypes = {
  console: { settings: consoleSettingsSchema },
  webhook: { settings: webhookSettingsSchema },
  slack: { settings: slackSettingsSchema },
  telegram: { settings: telegramSettingsSchema },
} as const;
