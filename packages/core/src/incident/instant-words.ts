import { DateTime } from "luxon";

/** Writes an instant in UTC to the second: `2026-11-21 00:41:59 UTC`. */
export function utcWords(atMs: number): string {
  return DateTime.fromMillis(atMs, { zone: "utc" }).toFormat("yyyy-MM-dd HH:mm:ss 'UTC'");
}

const UNITS = [
  { name: "d", seconds: 86_400 },
  { name: "h", seconds: 3_600 },
  { name: "min", seconds: 60 },
  { name: "s", seconds: 1 },
] as const;

/** Writes a duration in whole units, the largest three that are not zero: `1 d 23 h 36 min`; cut, not rounded. */
export function durationWords(durationMs: number): string {
  let seconds = Math.floor(Math.abs(durationMs) / 1000);
  const parts: string[] = [];
  for (const unit of UNITS) {
    const count = Math.floor(seconds / unit.seconds);
    seconds -= count * unit.seconds;
    if (count > 0) parts.push(`${count} ${unit.name}`);
  }
  const words = parts.slice(0, 3).join(" ");
  if (words === "") return "0 s";
  return durationMs < 0 ? `-${words}` : words;
}
