import {
  pagerDutySettingsSchema,
  slackAppSettingsSchema,
  telegramSettingsSchema,
  type SecretText,
} from "@plimsoll/adapters-notifiers";
import type { NotifierConfig } from "@plimsoll/config";
import { PlimsollError } from "@plimsoll/core";
import { createHash } from "node:crypto";

/** The channels that can call back. */
export type CallbackChannel = "slack" | "telegram" | "pagerduty";

/** By what each channel proves that a callback is its own; a channel without one is not listened to. */
export type CallbackSecrets = Readonly<Partial<Record<CallbackChannel, string>>>;

/** Where the secret of a channel stands. */
type SecretPlace = {
  /** The type of notifier by which the channel is written to. */
  readonly notifierType: string;
  readonly setting: string;
  readonly read: (settings: unknown) => SecretText | undefined;
  readonly variable: string;
};

const PLACES: Readonly<Record<CallbackChannel, SecretPlace>> = {
  slack: {
    notifierType: "slack-app",
    setting: "signingSecret",
    read: (settings) => slackAppSettingsSchema.parse(settings).signingSecret,
    variable: "PLIMSOLL_SLACK_SIGNING_SECRET",
  },
  telegram: {
    notifierType: "telegram",
    setting: "secretToken",
    read: (settings) => telegramSettingsSchema.parse(settings).secretToken,
    variable: "PLIMSOLL_TELEGRAM_SECRET_TOKEN",
  },
  pagerduty: {
    notifierType: "pagerduty",
    setting: "webhookSecret",
    read: (settings) => pagerDutySettingsSchema.parse(settings).webhookSecret,
    variable: "PLIMSOLL_PAGERDUTY_WEBHOOK_SECRET",
  },
};
const CHANNELS = ["slack", "telegram", "pagerduty"] as const;
/** Shorter ones can be guessed; those that the channels make have 32 characters and more. */
const SHORTEST = 16;

/** The type of notifier by which a channel is written to. */
export function notifierTypeOf(channel: CallbackChannel): string {
  return PLACES[channel].notifierType;
}

/**
 * Reads the secrets: those of the channel's notifiers, or else that of the environment. Throws a `PlimsollError` for one that
 * is too short to be one, and for two of one channel, which has one address.
 */
export function callbackSecrets(
  notifiers: readonly NotifierConfig[],
  environment: Readonly<Record<string, string | undefined>>,
): CallbackSecrets {
  return Object.fromEntries(
    CHANNELS.flatMap((channel) => {
      const [first, ...others] = secretsOf(PLACES[channel], notifiers, environment);
      if (first === undefined) return [];
      const other = others.find(({ secret }) => secret !== first.secret);
      if (other !== undefined) {
        throw new PlimsollError({
          code: "two-callback-secrets",
          message: `${first.place} and ${other.place} differ, and /callbacks/${channel} goes by one secret; set the same in both, or leave one away.`,
          retryable: false,
        });
      }
      return [[channel, first.secret] as const];
    }),
  );
}

type Found = { readonly place: string; readonly secret: string };

function secretsOf(
  { notifierType, read, setting, variable }: SecretPlace,
  notifiers: readonly NotifierConfig[],
  environment: Readonly<Record<string, string | undefined>>,
): readonly Found[] {
  const configured = notifiers.flatMap(({ name, settings, type }) => {
    const secret = type === notifierType ? read(settings) : undefined;
    if (secret === undefined) return [];
    return [{ place: `notifiers.${name}.${setting}`, secret: typeof secret === "string" ? secret : secret.reveal() }];
  });
  const secret = environment[variable] ?? "";
  const found = configured.length > 0 || secret === "" ? configured : [{ place: variable, secret }];
  const weak = found.find((one) => one.secret.length < SHORTEST);
  if (weak === undefined) return found;
  throw new PlimsollError({
    code: "weak-callback-secret",
    message: `${weak.place} has fewer than ${SHORTEST} characters, which can be guessed; set the whole secret.`,
    retryable: false,
  });
}

/**
 * The key by which buttons are signed: made from the secrets, and from the tokens of bots that are polled, so that buttons
 * outlive a restart and no other key is kept.
 */
export function actionKey(secrets: CallbackSecrets, botTokens: readonly string[] = []): Buffer {
  const hash = createHash("sha256").update("plimsoll/actions/1");
  for (const channel of CHANNELS) hash.update(`\n${secrets[channel] ?? ""}`);
  for (const token of [...botTokens].sort()) hash.update(`\ntelegram-bot ${token}`);
  return hash.digest();
}
