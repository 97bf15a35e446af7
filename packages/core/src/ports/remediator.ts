import type { RemedyCall } from "../runbook/runbook.js";
import type { StepOutcome } from "../runbook/step-outcome.js";
import type { CancelSignal } from "./sli-source.js";

/** What is asked of a remediator; the name that it is known by is the caller's. */
export type Remedy = Omit<RemedyCall, "remediator">;

/** What a remedy would do. */
export type RemedyPreparation =
  | {
      readonly kind: "ready";
      /** In words, for a person. */
      readonly would: string;
      /** What it would touch, such as instances; never empty. */
      readonly touches: readonly string[];
      /** Whether `undo` can take it back. */
      readonly undoable: boolean;
    }
  /** It would change nothing: the world is as it should be already. */
  | { readonly kind: "nothing-to-do"; readonly reason: string }
  /** It cannot, or will not: an unknown remedy or target, a limit, an empty or unknown set. */
  | { readonly kind: "refused"; readonly reason: string };

/** A remedy that is to be carried out. */
export type RemedyOrder = {
  readonly remedy: Remedy;
  /** The same for every attempt; a key that was carried out returns the recorded result. */
  readonly idempotencyKey: string;
  /** The lock under which this is done. A token below the highest that was seen for its key is stale. */
  readonly fencing: { readonly key: string; readonly token: number };
  readonly timeoutMs: number;
  /** Fires when the engine stops. An `AbortSignal` fits. */
  readonly cancel?: CancelSignal;
};

/**
 * Changes the world, and takes it back.
 *
 * `prepare` changes nothing. `execute` and `undo` refuse a stale fencing token, which changes nothing either, and
 * return the recorded result for an idempotency key that was carried out. `undo` restores what the `execute` of the
 * same remedy and key recorded; where there is nothing to restore, it succeeds and says so. Where `cancel` fires, both
 * stop waiting for the world and answer at once, and say whether they may have acted; where it had fired before, they
 * change nothing. None throws for what the world does, and no answer holds a secret.
 */
export interface Remediator {
  prepare(remedy: Remedy): Promise<RemedyPreparation>;
  execute(order: RemedyOrder): Promise<StepOutcome>;
  /** `order.idempotencyKey` is that of the `execute` to take back. */
  undo(order: RemedyOrder): Promise<StepOutcome>;
}
