import type { PlimsollConfig } from "@plimsoll/config";
import type { MakeActions, Plimsoll } from "@plimsoll/core";
import { createActionDesk } from "./action-desk.js";
import { createActionTokens } from "./action-tokens.js";
import { actionKey, callbackSecrets } from "./callback-secrets.js";
import type { CallbackContext } from "../http/routes/callback-routes.js";

/** The two ends of a button: what makes it, and what hears that it was pressed. */
export type CallbackParts = {
  readonly actions: MakeActions;
  context(engine: Plimsoll): Required<CallbackContext>;
};

/** Makes both ends from the environment's secrets; undefined when no channel has one, and then messages have no buttons. */
export function openCallbacks(
  config: Pick<PlimsollConfig, "notifiers">,
  environment: Readonly<Record<string, string | undefined>>,
): CallbackParts | undefined {
  const secrets = callbackSecrets(environment);
  if (Object.keys(secrets).length === 0) return undefined;
  const tokens = createActionTokens(actionKey(secrets));
  const types = new Map(config.notifiers.map(({ name, type }) => [name, type]));
  const nowMs = (): number => Date.now();
  return {
    actions({ notification, notifier }) {
      const type = types.get(notifier);
      const heard =
        (type === "slack-app" && secrets.slack !== undefined) ||
        (type === "telegram" && secrets.telegram !== undefined);
      return heard ? tokens.make(notification, nowMs()) : [];
    },
    context: (engine) => ({
      callbacks: {
        secrets,
        desk: createActionDesk({ engine, tokens, notifierType: (name) => types.get(name), nowMs }),
      },
    }),
  };
}
