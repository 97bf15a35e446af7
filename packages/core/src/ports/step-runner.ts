import type { CheckVerdict, CommandCall, HttpCall, RunbookCheck } from "../runbook/runbook.js";
import type { StepOutcome } from "../runbook/step-outcome.js";
import type { CancelSignal } from "./sli-source.js";

/** One attempt at an action. */
export type StepOrder = {
  readonly action:
    | { readonly kind: "http"; readonly call: HttpCall }
    | { readonly kind: "command"; readonly call: CommandCall };
  /** The same for every attempt, and for whoever makes it; handed on to what is called. */
  readonly idempotencyKey: string;
  readonly timeoutMs: number;
  readonly cancel?: CancelSignal;
};

/** A question that changes nothing. */
export type StepQuestion = {
  readonly check: Extract<RunbookCheck, { readonly kind: "http" | "command" }>;
  readonly timeoutMs: number;
  readonly cancel?: CancelSignal;
};

/**
 * Sends requests and runs programs for runbooks. Never throws for what the world does.
 *
 * `run` says whether an attempt that failed is worth repeating, and whether it may have acted all the same: after a
 * timeout or a lost answer it may have. Nothing outlives its timeout. `check` answers `unknown` where it cannot tell.
 * No answer holds a secret.
 */
export interface StepRunner {
  run(order: StepOrder): Promise<StepOutcome>;
  check(question: StepQuestion): Promise<CheckVerdict>;
}
