import type { Plimsoll } from "@plimsoll/core";
import type { Logger } from "pino";

/** Says in the log, as an error, that a message was given up: nobody hears of what it tells unless somebody looks. */
export function logGivenUp(engine: Pick<Plimsoll, "onGivenUp">, logger: Pick<Logger, "error">): () => void {
  return engine.onGivenUp(({ attempts, lastReason, notification, notifier }) => {
    const { threadKey, urgency } = notification;
    // Neither whom it is for nor what it says: an address is a person's own, and a text may hold anything.
    logger.error({ task: "deliver", notifier, about: threadKey, urgency, attempts, reason: lastReason }, GIVEN_UP);
  });
}

const GIVEN_UP =
  "a message was given up; see what was given up, mend its notifier or contact, and have it tried once more";
