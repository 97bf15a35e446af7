import { DAY_MS, isoWeekday, parseCivilDate } from "../../calendar/civil-date.js";
import type { ExcludedDays } from "./schedule.js";
import type { ShiftGrid } from "./shift-grid.js";

/** Knows a rotation's excluded days and how many turns they swallow. Days are counted from 1970-01-01. */
export type ExcludedTurns = {
  isExcluded(day: number): boolean;
  /** How many of the shifts from the start up to this one use up no turn; negative before the start. */
  skippedBefore(index: number): number;
};

const WEEK_HOURS = 168;

/** Reads excluded days. Dates that are none are ignored here: `lintSchedule` names them. */
export function excludedTurns(excluded: ExcludedDays, grid: ShiftGrid, handOffMs: number): ExcludedTurns {
  const weekdays = new Set(excluded.weekdays);
  const dates = new Set((excluded.dates ?? []).map(parseCivilDate).filter((day) => day !== undefined));
  const byWeekday = (day: number): boolean => weekdays.has(isoWeekday(day));
  const isExcluded = (day: number): boolean => byWeekday(day) || dates.has(day);
  if (excluded.turns === "consume") return { isExcluded, skippedBefore: () => 0 };

  const dayOf = (clockMs: number): number => Math.floor((clockMs - handOffMs) / DAY_MS);
  const liesOn = (index: number, matches: (day: number) => boolean): boolean => {
    const last = dayOf(grid.clockOf(index + 1) - 1);
    for (let day = dayOf(grid.clockOf(index)); day <= last; day += 1) if (!matches(day)) return false;
    return true;
  };

  // Weekdays fall alike on every so many shifts; only those that need a date besides are listed one by one.
  const period = grid.hours === undefined ? 1 : WEEK_HOURS / greatestDivisor(grid.hours, WEEK_HOURS);
  const before = [0];
  for (let index = 0; index < period; index += 1) {
    before.push((before[index] as number) + (liesOn(index, byWeekday) ? 1 : 0));
  }
  const perPeriod = before[period] as number;
  const byDate = new Set<number>();
  for (const day of dates) {
    const last = grid.indexAt((day + 1) * DAY_MS + handOffMs - 1);
    for (let index = grid.indexAt(day * DAY_MS + handOffMs); index <= last; index += 1) {
      if (liesOn(index, isExcluded) && !liesOn(index, byWeekday)) byDate.add(index);
    }
  }
  const listed = [...byDate];
  const skippedBefore = (index: number): number => {
    const periods = Math.floor(index / period);
    const byDates =
      index >= 0
        ? listed.filter((skipped) => skipped >= 0 && skipped < index).length
        : -listed.filter((skipped) => skipped < 0 && skipped >= index).length;
    return periods * perPeriod + (before[index - periods * period] as number) + byDates;
  };
  return { isExcluded, skippedBefore };
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}
