import type { Severity } from "../severity.js";

/** What is timed: an answer, a call to people, a word to stakeholders. */
export type ClockKind = "acknowledge" | "escalate" | "stakeholders";

/** Every kind of clock. */
export const CLOCK_KINDS = ["acknowledge", "escalate", "stakeholders"] as const satisfies readonly ClockKind[];

/** A target that was missed, as recorded once. */
export type TargetBreach = {
  readonly kind: ClockKind;
  /** Which opening of the incident it belongs to, from 0. */
  readonly round: number;
  readonly severity: Severity;
  readonly startedAtMs: number;
  readonly dueAtMs: number;
};

/** Tells whether two breaches are of the same clock. */
export function isSameBreach(one: TargetBreach, other: TargetBreach): boolean {
  return (
    one.kind === other.kind &&
    one.round === other.round &&
    one.severity === other.severity &&
    one.startedAtMs === other.startedAtMs
  );
}
