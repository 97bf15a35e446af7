/** Why a reading failed, before it is put in the words of one SLO. */
export type ReadProblem = {
  readonly code: ReadProblemCode;
  /** Says what was asked and what came; no secret in it. */
  readonly message: string;
  readonly retryable: boolean;
};

/** The stable codes of a failed reading. */
export type ReadProblemCode =
  | "bad-query"
  | "cancelled"
  | "http-status"
  | "malformed-answer"
  | "no-series"
  | "not-a-number"
  | "response-too-large"
  | "server-error"
  | "several-series"
  | "timeout"
  | "unreachable"
  | "wrong-result-type"
  | "wrong-sli-kind";

/** Builds a problem; `retryable` says whether the same read may succeed later. */
export function problem(code: ReadProblemCode, message: string): ReadProblem {
  return { code, message, retryable: code !== "bad-query" && code !== "wrong-sli-kind" };
}
