import { IANAZone } from "luxon";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/**
 * Finds the instant of a clock time in a zone. `wallMs` is the clock time read as if it were UTC.
 *
 * A clock time that a zone skips means the first instant after the gap; one that it repeats means its first or its last
 * occurrence, as asked for. Throws a RangeError for a zone that does not exist.
 */
export function instantOf(wallMs: number, zone: string, occurrence: "first" | "last"): number {
  const iana = IANAZone.create(zone);
  if (!iana.isValid) throw new RangeError(`there is no time zone "${zone}"; use an IANA name, such as Europe/Berlin`);
  const offsetMs = (atMs: number): number => iana.offset(atMs) * MINUTE_MS;
  // No zone changes twice within two days, so these two offsets are the only ones that the clock time can have.
  const before = offsetMs(wallMs - DAY_MS);
  const after = offsetMs(wallMs + DAY_MS);
  const candidates = [wallMs - before, wallMs - after].filter((atMs) => atMs + offsetMs(atMs) === wallMs);
  if (candidates.length > 0) return occurrence === "first" ? Math.min(...candidates) : Math.max(...candidates);
  return changeBetween(wallMs - after, wallMs - before, offsetMs);
}

/** The instant at which a zone's offset changes, by bisection. */
function changeBetween(fromMs: number, toMs: number, offsetMs: (atMs: number) => number): number {
  const old = offsetMs(fromMs);
  let same = fromMs;
  let changed = toMs;
  while (changed - same > 1) {
    const middle = Math.floor((same + changed) / 2);
    if (offsetMs(middle) === old) same = middle;
    else changed = middle;
  }
  return changed;
}

/** Reads a clock time `HH:mm`, 00:00 to 24:00, as minutes; undefined when it is none. */
export function parseClockTime(text: string): number | undefined {
  const match = /^(\d{2}):([0-5]\d)$/.exec(text);
  if (match === null) return undefined;
  const minutes = Number(match[1]) * 60 + Number(match[2]);
  return minutes <= 24 * 60 ? minutes : undefined;
}
