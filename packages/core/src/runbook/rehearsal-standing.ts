import type { Runbook } from "./runbook.js";

/** Every way in which a last rehearsal can stand. */
export const REHEARSAL_STANDINGS = ["fresh", "stale", "never", "ahead"] as const;

/** How a runbook's last rehearsal stands: `ahead` is noted for a day that is yet to come, and proves nothing. */
export type RehearsalStanding = (typeof REHEARSAL_STANDINGS)[number];

/** A rehearsal is noted by its day, which begins as much earlier in the zone that is furthest ahead. */
const FURTHEST_ZONE_MS = 14 * 3_600_000;

/** Judges the last rehearsal at an instant. At exactly the greatest age it is still fresh. */
export function rehearsalStanding(
  { lastRehearsedMs, maximumAgeMs }: Pick<Runbook, "lastRehearsedMs" | "maximumAgeMs">,
  nowMs: number,
): RehearsalStanding {
  if (lastRehearsedMs === undefined) return "never";
  const ageMs = nowMs - lastRehearsedMs;
  if (ageMs < -FURTHEST_ZONE_MS) return "ahead";
  return ageMs <= maximumAgeMs ? "fresh" : "stale";
}
