const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 10_000;
/** A process that lived this long starts again from the first delay. */
export const STABLE_AFTER_MS = 30_000;

/** The wait before restart number `attempt` (from 0): doubling, up to ten seconds. */
export function backoffMs(attempt: number): number {
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt);
}
