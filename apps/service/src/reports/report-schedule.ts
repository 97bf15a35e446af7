import type { ReportSchedule } from "@plimsoll/config";
import { instantOf, parseClockTime } from "@plimsoll/core";
import { DateTime } from "luxon";

const MINUTE_MS = 60_000;

/**
 * Finds the newest instant at or before `nowMs` at which a report was due. A clock time that a change of clocks skips is
 * due at the first instant after the gap; one that it repeats, at its first occurrence.
 */
export function lastDueMs(schedule: ReportSchedule, nowMs: number): number {
  const today = DateTime.fromMillis(nowMs, { zone: schedule.zone });
  const clockMs = (parseClockTime(schedule.time) ?? 0) * MINUTE_MS;
  // Days are counted on the calendar, without a zone, where each has 24 hours. A month back always
  // holds a due day: schedules are daily, weekly or monthly.
  const calendar = DateTime.utc(today.year, today.month, today.day);
  for (let back = 0; back <= 32; back += 1) {
    const day = calendar.minus({ days: back });
    if (!isDueDay(schedule, day)) continue;
    const due = instantOf(day.toMillis() + clockMs, schedule.zone, "first");
    if (due <= nowMs) return due;
  }
  return Number.NEGATIVE_INFINITY;
}

function isDueDay({ weekday, dayOfMonth }: ReportSchedule, day: DateTime): boolean {
  if (weekday !== undefined) return day.weekday === weekday;
  if (dayOfMonth === undefined) return true;
  const last = day.daysInMonth ?? 31;
  // The 31st is the month's last day where there is none; negative days count from the end.
  return day.day === (dayOfMonth > 0 ? Math.min(dayOfMonth, last) : Math.max(1, last + dayOfMonth + 1));
}
