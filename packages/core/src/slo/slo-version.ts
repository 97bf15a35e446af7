import { canonicalText } from "./canonical-text.js";
import type { Slo } from "./slo.js";

/**
 * Numbers an SLO's next version: it grows when the target, the window or the SLI changes, and whatever else changes
 * leaves it. Without a previous one it is 1. History keeps events, so every version's budget can be computed.
 */
export function nextVersion(previous: Slo | undefined, next: Omit<Slo, "version">): number {
  if (previous === undefined) return 1;
  return sloDefinition(previous) === sloDefinition(next) ? previous.version : previous.version + 1;
}

/** What makes a version, as text that is the same for the same promise: its target, window and SLI. */
export function sloDefinition({ target, window, sli }: Omit<Slo, "version">): string {
  return canonicalText([target, window, sli]);
}
