/** What an error from Plimsoll carries beside its message. */
export type PlimsollErrorOptions<Code extends string> = {
  /** Stable and literal; programs branch on it. */
  readonly code: Code;
  /** Says what failed, the value, and what to do. Never holds a secret. */
  readonly message: string;
  /** Whether the same call may succeed later; the adapter decides. */
  readonly retryable: boolean;
  readonly cause?: unknown;
};

const MARKER = "plimsoll.error";

/** Is thrown by adapters when the world refuses; expected outcomes of the domain are `Result`s instead. */
export class PlimsollError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly retryable: boolean;
  readonly [MARKER] = true;

  constructor(options: PlimsollErrorOptions<Code>) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "PlimsollError";
    this.code = options.code;
    this.retryable = options.retryable;
  }
}

/** Tells a PlimsollError apart, also one from another copy of this package. */
export function isPlimsollError(value: unknown): value is PlimsollError {
  return typeof value === "object" && value !== null && (value as Record<string, unknown>)[MARKER] === true;
}
