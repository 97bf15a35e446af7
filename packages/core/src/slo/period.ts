import { DateTime } from "luxon";
import type { SloWindow } from "./slo-window.js";

const DAY_MS = 86_400_000;

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

/**
 * Finds the compliance period at an instant. A rolling one ends there; a calendar one holds it and has the length
 * that really elapses, so days of 23 and 25 hours count as such. Throws a RangeError for a zone that does not exist.
 */
export function periodAt(window: SloWindow, nowMs: number): Period {
  if (window.kind === "rolling") {
    return { fromMs: nowMs - window.lengthMs, toMs: nowMs, lengthMs: window.lengthMs };
  }
  const now = DateTime.fromMillis(nowMs, { zone: window.zone });
  if (!now.isValid)
    throw new RangeError(`no calendar for zone "${window.zone}" at ${nowMs}: use an IANA name, such as Europe/Berlin`);
  const { from, to } = calendarBounds(window, now);
  const fromMs = from.toMillis();
  const toMs = to.toMillis();
  return { fromMs, toMs, lengthMs: toMs - fromMs };
}

function calendarBounds(
  window: Extract<SloWindow, { kind: "calendar" }>,
  now: DateTime,
): { from: DateTime; to: DateTime } {
  if (window.unit === "week") {
    const from = now.startOf("week");
    return { from, to: from.plus({ weeks: 1 }).startOf("week") };
  }
  const months = MONTHS[window.unit];
  const sinceFiscalStart = (now.month - window.fiscalYearStart + 12) % months;
  const from = now.startOf("month").minus({ months: sinceFiscalStart }).startOf("month");
  return { from, to: from.plus({ months }).startOf("month") };
}

/** The length that budget shares and burn-rate factors are worked out with: a month counts 30 days, a quarter 90, a year 365. */
export function nominalPeriodMs(window: SloWindow): number {
  return window.kind === "rolling" ? window.lengthMs : CALENDAR_DAYS[window.unit].nominal * DAY_MS;
}

/** The longest that a period of this window can last: what must be retained to know its budget. An hour more for a clock change. */
export function longestPeriodMs(window: SloWindow): number {
  return window.kind === "rolling" ? window.lengthMs : CALENDAR_DAYS[window.unit].longest * DAY_MS + 3_600_000;
}
