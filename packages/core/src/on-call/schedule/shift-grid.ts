import { civilDate, DAY_MS, daysInMonth, firstOfMonth, HOUR_MS } from "../../calendar/civil-date.js";
import type { Rotation, RotationUnit } from "./schedule.js";

/** Cuts clock time into a rotation's shifts: shift k lasts from `clockOf(k)` to `clockOf(k + 1)`, also for negative k. */
export type ShiftGrid = {
  clockOf(index: number): number;
  /** The shift that a clock time lies in. */
  indexAt(clockMs: number): number;
  /** The length in clock hours; undefined when it follows the months. */
  readonly hours: number | undefined;
};

const UNIT_HOURS = { hourly: 1, daily: 24, weekly: 168 } as const;
const UNIT_MONTHS = { monthly: 1, yearly: 12 } as const;

/** Makes the grid of a rotation; `startDay` and `handOffMs` are its start and hand-off, read. */
export function shiftGrid(
  rotation: Pick<Rotation, "every" | "length">,
  startDay: number,
  handOffMs: number,
): ShiftGrid {
  const { every, length = 1 } = rotation;
  return isByMonths(every)
    ? monthGrid(UNIT_MONTHS[every] * length, startDay, handOffMs)
    : hourGrid(UNIT_HOURS[every] * length, startDay * DAY_MS + handOffMs);
}

function isByMonths(every: RotationUnit): every is keyof typeof UNIT_MONTHS {
  return every in UNIT_MONTHS;
}

function hourGrid(hours: number, startMs: number): ShiftGrid {
  const shiftMs = hours * HOUR_MS;
  return {
    hours,
    clockOf: (index) => startMs + index * shiftMs,
    indexAt: (clockMs) => Math.floor((clockMs - startMs) / shiftMs),
  };
}

function monthGrid(months: number, startDay: number, handOffMs: number): ShiftGrid {
  const start = civilDate(startDay);
  const clockOf = (index: number): number => {
    const month = start.month + index * months;
    // Clamped anew from the start's day each time, so that a short month does not shorten those after it.
    const day = Math.min(start.day, daysInMonth(start.year, month));
    return (firstOfMonth(start.year, month) + day - 1) * DAY_MS + handOffMs;
  };
  return {
    hours: undefined,
    clockOf,
    indexAt: (clockMs) => {
      const { year, month } = civilDate(Math.floor(clockMs / DAY_MS));
      const index = Math.floor(((year - start.year) * 12 + month - start.month) / months);
      return clockOf(index) <= clockMs ? index : index - 1;
    },
  };
}
