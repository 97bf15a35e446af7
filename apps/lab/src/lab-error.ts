/** Every way in which the lab refuses; programs branch on these. */
export const LAB_ERROR_CODES = [
  "already-running",
  "control-failed",
  "invalid-input",
  "not-built",
  "not-running",
  "port-in-use",
  "start-failed",
  "state-directory",
  "unauthorized",
  "unknown-instance",
  "unknown-service",
  "unknown-version",
] as const;

export type LabErrorCode = (typeof LAB_ERROR_CODES)[number];

/** Is thrown when the lab cannot do what was asked; the message says what failed, the value, and what to do. */
export class LabError extends Error {
  readonly code: LabErrorCode;

  constructor(code: LabErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "LabError";
    this.code = code;
  }
}

/** Tells whether a text is one of the lab's error codes. */
export function isLabErrorCode(value: unknown): value is LabErrorCode {
  return (LAB_ERROR_CODES as readonly unknown[]).includes(value);
}
