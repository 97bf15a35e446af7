import { DateTime } from "luxon";

/** Writes an instant in UTC to the second: `2026-11-21 00:41:59 UTC`. */
export function utcWords(atMs: number): string {
  return DateTime.fromMillis(atMs, { zone: "utc" }).toFormat("yyyy-MM-dd HH:mm:ss 'UTC'");
}
