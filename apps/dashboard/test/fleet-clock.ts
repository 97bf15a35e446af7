export const MIN = 60_000;
export const HOUR = 60 * MIN;
export const DAY = 24 * HOUR;
/** When every fleet was evaluated: the slice in which the tests began. */
export const NOW = Math.floor(Date.now() / 15_000) * 15_000;

export function iso(msAgo: number): string {
  return new Date(NOW - msAgo).toISOString();
}
