import { createTelegramCallbacks } from "@plimsoll/adapters-notifiers";
import type { PlimsollConfig } from "@plimsoll/config";
import type { MakeActions, Plimsoll } from "@plimsoll/core";
import type { Logger } from "pino";
import type { CallbackContext } from "../http/routes/callback-routes.js";
import { createActionDesk } from "./action-desk.js";
import { createActionTokens } from "./action-tokens.js";
import { actionKey, callbackSecrets, notifierTypeOf } from "./callback-secrets.js";
import { polledBots } from "./polled-bots.js";
import { createTelegramPoll } from "./telegram-poll.js";

/** The two ends of a button: what makes it, and what hears that it was pressed. */
export type CallbackParts = {
  readonly actions: MakeActions;
  listen(engine: Plimsoll, logger: Pick<Logger, "info" | "warn" | "error">): CallbackListeners;
};

/** What hears that a button was pressed; nothing is asked for before `start`. */
export type CallbackListeners = {
  /** For the routes, by which channels send it here. */
  readonly context: Required<CallbackContext>;
  /** Begins to ask for what no channel can send here. */
  start(): void;
  /** Asks no more, and waits for what is under way, though not for ever. Idempotent. */
  stop(): Promise<void>;
};

/**
 * Makes both ends from the secrets of channels and the bots that are polled; undefined where there is neither, and then
 * messages have no buttons.
 */
export function openCallbacks(
  config: Pick<PlimsollConfig, "notifiers">,
  environment: Readonly<Record<string, string | undefined>>,
): CallbackParts | undefined {
  const secrets = callbackSecrets(config.notifiers, environment);
  const bots = polledBots(config.notifiers);
  if (Object.keys(secrets).length === 0 && bots.length === 0) return undefined;
  const botTokens = bots.map(({ token }) => token);
  const tokens = createActionTokens(actionKey(secrets, botTokens));
  const types = new Map(config.notifiers.map(({ name, type }) => [name, type]));
  const polled = new Set(bots.flatMap(({ notifiers }) => notifiers));
  const nowMs = (): number => Date.now();
  return {
    actions({ notification, notifier }) {
      // PagerDuty has buttons of its own.
      const heard = (["slack", "telegram"] as const).some(
        (channel) => secrets[channel] !== undefined && types.get(notifier) === notifierTypeOf(channel),
      );
      return heard || polled.has(notifier) ? tokens.make(notification, nowMs()) : [];
    },
    listen(engine, logger) {
      const desk = createActionDesk({ engine, tokens, notifierType: (name) => types.get(name), nowMs });
      const polls = bots.map(({ apiUrl, notifiers, token }) => {
        const callbacks = createTelegramCallbacks({ apiUrl, botToken: token });
        return createTelegramPoll({ notifiers, callbacks, desk, logger, nowMs });
      });
      return {
        context: { callbacks: { secrets, desk } },
        start() {
          for (const poll of polls) poll.start();
        },
        async stop() {
          await Promise.all(polls.map((poll) => poll.stop()));
        },
      };
    },
  };
}
