import { consoleSettingsSchema } from "./console.js";
import { emailAddressSchema, emailSettingsSchema } from "./email.js";
import { pagerDutySettingsSchema } from "./pagerduty.js";
import { slackAppAddressSchema, slackAppSettingsSchema } from "./slack-app.js";
import { slackSettingsSchema } from "./slack.js";
import { teamsSettingsSchema } from "./teams.js";
import { telegramAddressSchema, telegramSettingsSchema } from "./telegram.js";
import { webhookSettingsSchema } from "./webhook.js";

export type { CallbackRefusal, CallbackRequest, ChannelAction } from "./callback.js";
export { consoleSettingsSchema, createConsoleNotifier, type ConsoleNotifierSettings } from "./console.js";
export { createHttpDeadMan, deadManSettingsSchema, type DeadManSettings } from "./dead-man.js";
export { createEmailNotifier, emailSettingsSchema, type EmailNotifierSettings } from "./email.js";
export { parsePagerDutyWebhook } from "./pagerduty-webhook.js";
export {
  createPagerDutyNotifier,
  pagerDutyDedupKey,
  pagerDutySettingsSchema,
  type PagerDutyNotifierSettings,
} from "./pagerduty.js";
export { createReplayGuard, type ReplayGuard } from "./replay-guard.js";
export type { SecretText } from "./secret-text.js";
export { createSlackAppNotifier, slackAppSettingsSchema, type SlackAppNotifierSettings } from "./slack-app.js";
export { parseSlackInteraction } from "./slack-interaction.js";
export { createSlackWebhookNotifier, slackSettingsSchema, type SlackNotifierSettings } from "./slack.js";
export { createTeamsNotifier, teamsSettingsSchema, type TeamsNotifierSettings } from "./teams.js";
export {
  createTelegramCallbacks,
  parseTelegramUpdate,
  telegramCallbacksSettingsSchema,
  type PollFailure,
  type TelegramCallbacks,
  type TelegramCallbacksSettings,
} from "./telegram-callbacks.js";
export { createTelegramNotifier, telegramSettingsSchema, type TelegramNotifierSettings } from "./telegram.js";
export { createWebhookNotifier, webhookSettingsSchema, type WebhookNotifierSettings } from "./webhook.js";

/** The notifier types by the name that configuration gives them, in the form that `parseConfig` takes. */
export const notifierTypes = {
  console: { settings: consoleSettingsSchema },
  webhook: { settings: webhookSettingsSchema },
  slack: { settings: slackSettingsSchema },
  "slack-app": { settings: slackAppSettingsSchema, address: slackAppAddressSchema },
  teams: { settings: teamsSettingsSchema },
  telegram: { settings: telegramSettingsSchema, address: telegramAddressSchema },
  pagerduty: { settings: pagerDutySettingsSchema },
  email: { settings: emailSettingsSchema, address: emailAddressSchema },
} as const;
