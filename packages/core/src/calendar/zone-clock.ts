import { IANAZone } from "luxon";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "./civil-date.js";

/**
 * Reads the clocks on the walls of one zone. A clock time is counted in milliseconds as if it were UTC, so that a day of
 * clock time always has 24 hours.
 */
export type ZoneClock = {
  /** The clock time at an instant. */
  clockAt(atMs: number): number;
  /** The highest clock time that was ever shown until an instant, itself included: more than `clockAt` while time repeats. */
  highestClockAt(atMs: number): number;
  /** The first instant at which the clock shows this time or a later one: after the gap for a time that is skipped. */
  firstInstantOf(clockMs: number): number;
  /** The last instant at which the clock shows this time; the first instant after the gap for a time that is skipped. */
  lastInstantOf(clockMs: number): number;
};

/** A stretch of time with one offset. */
type Stretch = { readonly fromMs: number; readonly toMs: number; readonly offsetMs: number };

// Asking Intl for an offset costs microseconds; the changes of a stretch of years are found once and searched from then on.
const STEP_MS = 3 * DAY_MS; // no two changes in the tz database are nearer to each other (Freetown 1939: 3.99 days)
const CHUNK_MS = 132 * STEP_MS; // a little over a year
const MOST_CHUNKS = 512; // what is remembered of one zone, so that odd questions cannot fill the memory
const MOST_ZONES = 2_048; // more than there are; only odd spellings of the same zones get there

const MOST_OFFSET_MS = 16 * HOUR_MS; // Manila was 15:56 behind until 1844, Metlakatla 15:14 ahead until 1867
const LONGEST_REPEAT_MS = 2 * DAY_MS; // Kwajalein repeated 23 hours, Manila skipped and Alaska repeated a day

const clocks = new Map<string, ZoneClock>();

/** Tells whether a zone's name is known. */
export function isZone(zone: string): boolean {
  return clocks.has(zone) || IANAZone.isValidZone(zone);
}

/** The clock of a zone; the same object for the same name while it is remembered. Throws a RangeError for a zone that does not exist. */
export function zoneClock(zone: string): ZoneClock {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  if (!isZone(zone)) throw new RangeError(`there is no time zone "${zone}"; use an IANA name, such as Europe/Berlin`);
  if (clocks.size >= MOST_ZONES) clocks.clear();
  const clock = createZoneClock(new IANAZone(zone));
  clocks.set(zone, clock);
  return clock;
}

function createZoneClock(zone: IANAZone): ZoneClock {
  const chunks = new Map<number, readonly Stretch[]>();
  let latest: Stretch = { fromMs: 0, toMs: 0, offsetMs: 0 };

  const stretchAt = (atMs: number): Stretch => {
    if (latest.fromMs <= atMs && atMs < latest.toMs) return latest;
    const chunk = Math.floor(atMs / CHUNK_MS);
    let stretches = chunks.get(chunk);
    if (stretches === undefined) {
      if (chunks.size >= MOST_CHUNKS) chunks.clear();
      stretches = findStretches(zone, chunk * CHUNK_MS);
      chunks.set(chunk, stretches);
    }
    latest = stretches.find(({ toMs }) => atMs < toMs) as Stretch;
    return latest;
  };

  return {
    clockAt: (atMs) => atMs + stretchAt(atMs).offsetMs,
    highestClockAt: (atMs) => {
      let stretch = stretchAt(atMs);
      let highest = atMs + stretch.offsetMs;
      while (stretch.fromMs > atMs - LONGEST_REPEAT_MS) {
        stretch = stretchAt(stretch.fromMs - 1);
        highest = Math.max(highest, stretch.toMs - 1 + stretch.offsetMs);
      }
      return highest;
    },
    firstInstantOf: (clockMs) => {
      let stretch = stretchAt(clockMs - MOST_OFFSET_MS);
      while (stretch.toMs + stretch.offsetMs <= clockMs) stretch = stretchAt(stretch.toMs);
      return Math.max(stretch.fromMs, clockMs - stretch.offsetMs);
    },
    lastInstantOf: (clockMs) => {
      let stretch = stretchAt(clockMs + MOST_OFFSET_MS);
      while (stretch.fromMs + stretch.offsetMs > clockMs) stretch = stretchAt(stretch.fromMs - 1);
      return Math.min(stretch.toMs, clockMs - stretch.offsetMs);
    },
  };
}

function findStretches(zone: IANAZone, chunkMs: number): readonly Stretch[] {
  const offsetAt = (atMs: number): number => Math.round(zone.offset(atMs) * MINUTE_MS);
  const stretches: Stretch[] = [];
  let fromMs = chunkMs;
  let offsetMs = offsetAt(chunkMs);
  for (let stepMs = chunkMs; stepMs < chunkMs + CHUNK_MS; stepMs += STEP_MS) {
    const nextMs = offsetAt(stepMs + STEP_MS);
    if (nextMs === offsetMs) continue;
    const toMs = changeWithin(stepMs, offsetMs, offsetAt);
    stretches.push({ fromMs, toMs, offsetMs });
    fromMs = toMs;
    offsetMs = nextMs;
  }
  // Empty, and so never found, when a change falls on the very end.
  stretches.push({ fromMs, toMs: chunkMs + CHUNK_MS, offsetMs });
  return stretches;
}

/** The instant within a step at which the offset stops being `oldMs`, to the second, by bisection. */
function changeWithin(stepMs: number, oldMs: number, offsetAt: (atMs: number) => number): number {
  let same = 0;
  let changed = STEP_MS / 1_000;
  while (changed - same > 1) {
    const middle = Math.floor((same + changed) / 2);
    if (offsetAt(stepMs + middle * 1_000) === oldMs) same = middle;
    else changed = middle;
  }
  return stepMs + changed * 1_000;
}
