import { toJson } from "../errors/json.js";
import { failure, success, type Result } from "../errors/result.js";
import { commitDecided } from "./commit-decided.js";
import type { DeliveryBook } from "./delivery-book.js";
import { deliveryStream, RETRY_SUFFIX } from "./delivery-event.js";
import type { Journal, StreamEntries } from "./journal.js";

/** Why a message is not tried once more; `message` says what to do. */
export type RetryRefusal =
  | { readonly code: "unknown-delivery"; readonly message: string }
  /** `retriedAs` is the delivery that goes in its place. */
  | { readonly code: "already-retried"; readonly retriedAs: string; readonly message: string };

/** Tries messages once more that were given up, when a person asks for it. */
export type DeadLetterDesk = {
  /**
   * Owes the message again, as a delivery of its own with the message's idempotency key; answers that one's id. What was given up
   * is no longer among the dead from then on: where the new one is given up as well, that one is.
   *
   * The same `causeId` for the same delivery is done once; any other retry of one that was retried is refused.
   */
  retry(
    id: string,
    asked: { readonly actor: string; readonly causeId?: string },
  ): Promise<Result<{ readonly id: string }, RetryRefusal>>;
};

export function createDeadLetterDesk(options: {
  readonly journal: Pick<Journal, "commit">;
  readonly book: Pick<DeliveryBook, "get" | "retryOf">;
  readonly nowMs: () => number;
  /** Publishes what was written; from there it comes into the audit trail. */
  readonly relay: () => Promise<unknown>;
}): DeadLetterDesk {
  const { book, journal, nowMs, relay } = options;
  return {
    async retry(id, { actor, causeId }) {
      // Made of the first one's id, so that of two processes that are asked at once only one can store it.
      const again = `${id}${RETRY_SUFFIX}`;
      const refusal = await commitDecided<RetryRefusal>(journal, () => {
        const earlier = book.retryOf(id);
        if (earlier !== undefined) {
          const isRepeated = causeId !== undefined && earlier.causeId === causeId;
          return isRepeated ? success([]) : failure(alreadyRetried(id, earlier.id));
        }
        const dead = book.get(id);
        if (dead?.status !== "dead") return failure(unknownDelivery(id));
        const { notification, notifier } = dead;
        const cause = causeId === undefined ? {} : { causeId };
        const data = toJson({ id: again, notifier, notification, retries: id, ...cause });
        const entry = { type: "delivery.requested", atMs: nowMs(), actor, data };
        return success([{ stream: deliveryStream(again), entries: [entry] } satisfies StreamEntries]);
      });
      if (refusal !== undefined) return failure(refusal);
      await relay();
      return success({ id: again });
    },
  };
}

function unknownDelivery(id: string): RetryRefusal {
  const message = `There is no delivery ${id} that was given up; list them to see which there are.`;
  return { code: "unknown-delivery", message };
}

function alreadyRetried(id: string, retriedAs: string): RetryRefusal {
  const message = `The delivery ${id} was tried once more already, as ${retriedAs}. If that one is given up too, it is listed: retry that one.`;
  return { code: "already-retried", retriedAs, message };
}
