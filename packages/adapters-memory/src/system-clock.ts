import type { Clock } from "@plimsoll/core";
import { DateTime } from "luxon";

/** Where a system clock looks; only tests give another place than the machine. */
export type SystemClockSettings = { readonly readMs?: () => number };

/**
 * Makes the clock of a running program: the machine's time in UTC. When the machine's time is turned back, this clock stands
 * still until it is caught up.
 */
export function createSystemClock({ readMs = Date.now }: SystemClockSettings = {}): Clock {
  let latestMs = Number.NEGATIVE_INFINITY;
  return {
    now() {
      latestMs = Math.max(latestMs, readMs());
      return DateTime.fromMillis(latestMs, { zone: "utc" });
    },
  };
}
