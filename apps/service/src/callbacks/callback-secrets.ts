import { PlimsollError } from "@plimsoll/core";
import { createHash } from "node:crypto";

/** The channels that can call back. */
export type CallbackChannel = "slack" | "telegram" | "pagerduty";

/** By what each channel proves that a callback is its own; a channel without one is not listened to. */
export type CallbackSecrets = Readonly<Partial<Record<CallbackChannel, string>>>;

const VARIABLES: Readonly<Record<CallbackChannel, string>> = {
  slack: "PLIMSOLL_SLACK_SIGNING_SECRET",
  telegram: "PLIMSOLL_TELEGRAM_SECRET_TOKEN",
  pagerduty: "PLIMSOLL_PAGERDUTY_WEBHOOK_SECRET",
};
/** Shorter ones can be guessed; those that the channels make have 32 characters and more. */
const SHORTEST = 16;

/** Reads the secrets from the environment. Throws a `PlimsollError` for one that is too short to be one. */
export function callbackSecrets(environment: Readonly<Record<string, string | undefined>>): CallbackSecrets {
  const found = Object.entries(VARIABLES).flatMap(([channel, variable]) => {
    const secret = environment[variable];
    if (secret === undefined || secret === "") return [];
    if (secret.length < SHORTEST) {
      throw new PlimsollError({
        code: "weak-callback-secret",
        message: `${variable} has fewer than ${SHORTEST} characters, which can be guessed; set the whole secret.`,
        retryable: false,
      });
    }
    return [[channel, secret] as const];
  });
  return Object.fromEntries(found);
}

/** The key by which buttons are signed: made from the secrets, so that buttons outlive a restart and no other key is kept. */
export function actionKey(secrets: CallbackSecrets): Buffer {
  const hash = createHash("sha256").update("plimsoll/actions/1");
  for (const channel of ["slack", "telegram", "pagerduty"] as const) hash.update(`\n${secrets[channel] ?? ""}`);
  return hash.digest();
}
