import type { Json } from "../errors/json.js";

/** How one attempt at an action went. Nothing in it is a secret. */
export type StepOutcome =
  | { readonly kind: "succeeded"; readonly summary: string; readonly data?: Json }
  | {
      readonly kind: "failed";
      readonly reason: string;
      /** Whether the same attempt may succeed later. */
      readonly retryable: boolean;
      /** Whether the world may have changed all the same: a timeout, half a script. What may have acted is taken back. */
      readonly mayHaveActed: boolean;
    };
