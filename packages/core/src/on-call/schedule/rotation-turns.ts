import { parseClockTime } from "../../slo/local-time.js";
import { DAY_MS, MINUTE_MS, parseCivilDate } from "../../calendar/civil-date.js";
import { zoneClock, type ZoneClock } from "../../calendar/zone-clock.js";
import { excludedTurns } from "./excluded-turns.js";
import type { Rotation } from "./schedule.js";
import { shiftGrid } from "./shift-grid.js";

/** A rotation's shift, in instants: `fromMs` <= the instant asked for < `toMs`. */
export type Shift = { readonly fromMs: number; readonly toMs: number; readonly personId: string };

/** What a rotation says of an instant, and for how long it says the same. `shift` is undefined on an excluded day. */
export type TurnSpan = { readonly fromMs: number; readonly toMs: number; readonly shift: Shift | undefined };

/**
 * Works out whose turn it is. Arithmetic is on clock time, as in SEMANTICS section 3: hand-offs lie on a grid of clock times
 * around the start, each becomes the first instant at which the clock has reached it, and the shift at an instant is the last
 * one that has begun. A shift whose clock times are all skipped lasts no time, and its turn counts as taken, so that the turn
 * is a function of the clock time alone. Throws a RangeError for a zone that does not exist.
 */
export function rotationTurns(rotation: Rotation): (atMs: number) => TurnSpan {
  const clock = zoneClock(rotation.zone);
  const handOffMs = (parseClockTime(rotation.handOff) as number) * MINUTE_MS;
  const grid = shiftGrid(rotation, parseCivilDate(rotation.start) as number, handOffMs);
  const { participants } = rotation;
  const excluded = rotation.excluded && excludedTurns(rotation.excluded, grid, handOffMs);

  let shift: Shift = { fromMs: 0, toMs: 0, personId: "" };
  const shiftAt = (atMs: number): Shift => {
    if (shift.fromMs <= atMs && atMs < shift.toMs) return shift;
    const index = grid.indexAt(clock.highestClockAt(atMs));
    const turn = index - (excluded?.skippedBefore(index) ?? 0);
    const position = turn - Math.floor(turn / participants.length) * participants.length;
    shift = {
      fromMs: clock.firstInstantOf(grid.clockOf(index)),
      toMs: clock.firstInstantOf(grid.clockOf(index + 1)),
      personId: participants[position] as string,
    };
    return shift;
  };
  if (excluded === undefined) {
    return (atMs) => {
      const now = shiftAt(atMs);
      return { fromMs: now.fromMs, toMs: now.toMs, shift: now };
    };
  }
  return (atMs) => {
    const now = shiftAt(atMs);
    const day = dayAt(clock, handOffMs, atMs);
    return {
      fromMs: Math.max(now.fromMs, day.fromMs),
      toMs: Math.min(now.toMs, day.toMs),
      shift: excluded.isExcluded(day.day) ? undefined : now,
    };
  };
}

/** The rotation's day at an instant, which begins with the hand-off. */
function dayAt(
  clock: ZoneClock,
  handOffMs: number,
  atMs: number,
): { readonly day: number; readonly fromMs: number; readonly toMs: number } {
  const day = Math.floor((clock.highestClockAt(atMs) - handOffMs) / DAY_MS);
  return {
    day,
    fromMs: clock.firstInstantOf(day * DAY_MS + handOffMs),
    toMs: clock.firstInstantOf((day + 1) * DAY_MS + handOffMs),
  };
}
