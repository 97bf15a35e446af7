import { civilDate, DAY_MS, firstOfMonth, HOUR_MS, isoWeekday } from "../calendar/civil-date.js";
import { zoneClock } from "../calendar/zone-clock.js";
import type { SloWindow } from "./slo-window.js";

/** The compliance period that an instant lies in: [fromMs, toMs), of true elapsed time. */
export type Period = { readonly fromMs: number; readonly toMs: number; readonly lengthMs: number };

/** Lengths of the calendar units, in days: what budget shares are worked out with, and the longest that can happen. */
const CALENDAR_DAYS = {
  week: { nominal: 7, longest: 7 },
  month: { nominal: 30, longest: 31 },
  quarter: { nominal: 90, longest: 92 },
  year: { nominal: 365, longest: 366 },
} as const;

const MONTHS = { month: 1, quarter: 3, year: 12 } as const;

type CalendarWindow = Extract<SloWindow, { kind: "calendar" }>;

/**
 * Finds the compliance period at an instant. A rolling one ends there; a calendar one holds it and has the length
 * that really elapses, so days of 23 and 25 hours count as such. Throws a RangeError for a zone that does not exist.
 */
export function periodAt(window: SloWindow, nowMs: number): Period {
  if (window.kind === "rolling") {
    return { fromMs: nowMs - window.lengthMs, toMs: nowMs, lengthMs: window.lengthMs };
  }
  const clock = zoneClock(window.zone);
  // A day begins when its midnight is first shown or skipped. Where the clock then goes back into the day before, the new day
  // has begun all the same: each instant has one period.
  const today = Math.floor(clock.highestClockAt(nowMs) / DAY_MS);
  const { from, to } = calendarDays(window, today);
  const fromMs = clock.firstInstantOf(from * DAY_MS);
  const toMs = clock.firstInstantOf(to * DAY_MS);
  return { fromMs, toMs, lengthMs: toMs - fromMs };
}

/** The first day of the period that a day lies in, and the first one after it; days are counted from 1970-01-01. */
function calendarDays(window: CalendarWindow, today: number): { readonly from: number; readonly to: number } {
  if (window.unit === "week") {
    const from = today - isoWeekday(today) + 1;
    return { from, to: from + 7 };
  }
  const { year, month } = civilDate(today);
  const months = MONTHS[window.unit];
  const first = month - ((month - window.fiscalYearStart + 12) % months);
  return { from: firstOfMonth(year, first), to: firstOfMonth(year, first + months) };
}

/** The length that budget shares and burn-rate factors are worked out with: a month counts 30 days, a quarter 90, a year 365. */
export function nominalPeriodMs(window: SloWindow): number {
  return window.kind === "rolling" ? window.lengthMs : CALENDAR_DAYS[window.unit].nominal * DAY_MS;
}

// Zones change their clocks by an hour, and now and then for good: Casey went back by three in 2010, none further since.
const MOST_REPEATED_MS = 3 * HOUR_MS;

/** The longest that a period of this window can last, clock changes included: what must be retained to know its budget. */
export function longestPeriodMs(window: SloWindow): number {
  return window.kind === "rolling" ? window.lengthMs : CALENDAR_DAYS[window.unit].longest * DAY_MS + MOST_REPEATED_MS;
}
