import { parseClockTime } from "../../slo/local-time.js";
import { DAY_MS, isoWeekday, MINUTE_MS } from "../../calendar/civil-date.js";
import { zoneClock, type ZoneClock } from "../../calendar/zone-clock.js";
import type { Restriction } from "./schedule.js";

/** Whether a layer speaks, and for how long at least it does not change. */
export type HoursSpan = { readonly fromMs: number; readonly toMs: number; readonly isOpen: boolean };

const WEEK_MS = 7 * DAY_MS;
// A zone is at most 16 hours from UTC, and an overnight window starts the day before.
const DAYS_BEFORE = 2;
const DAYS_AFTER = 1;
const DAY_MINUTES = 24 * 60;

/** Works out when restrictions let a layer speak, a week at a time. Throws a RangeError for a zone that does not exist. */
export function restrictionHours(restrictions: readonly Restriction[], zone: string): (atMs: number) => HoursSpan {
  const clock = zoneClock(zone);
  const windows = restrictions.map(readWindow);
  let weekMs = NaN;
  let spans: readonly HoursSpan[] = [];
  return (atMs) => {
    const week = Math.floor(atMs / WEEK_MS) * WEEK_MS;
    if (week !== weekMs) {
      weekMs = week;
      spans = spansOfWeek(windows, week, clock);
    }
    return spans.find(({ toMs }) => atMs < toMs) as HoursSpan;
  };
}

/** A restriction in clock time, relative to the day that it starts on. */
type Window = {
  readonly weekdays: readonly number[] | undefined;
  readonly startMs: number;
  readonly endMs: number;
  /** Ends where the next day begins, rather than at a clock time, which could come twice. */
  readonly endsWithDay: boolean;
};

function readWindow({ weekdays, start, end }: Restriction): Window {
  const startMinutes = parseClockTime(start) as number;
  const endMinutes = parseClockTime(end) as number;
  if (startMinutes === endMinutes) return { weekdays, startMs: 0, endMs: DAY_MS, endsWithDay: true };
  const overnight = startMinutes > endMinutes ? DAY_MS : 0;
  return {
    weekdays,
    startMs: startMinutes * MINUTE_MS,
    endMs: endMinutes * MINUTE_MS + overnight,
    endsWithDay: endMinutes === DAY_MINUTES,
  };
}

function spansOfWeek(windows: readonly Window[], weekMs: number, clock: ZoneClock): readonly HoursSpan[] {
  const firstDay = weekMs / DAY_MS - DAYS_BEFORE;
  const lastDay = (weekMs + WEEK_MS) / DAY_MS + DAYS_AFTER;
  const open: { fromMs: number; toMs: number }[] = [];
  for (let day = firstDay; day <= lastDay; day += 1) {
    for (const { weekdays, startMs, endMs, endsWithDay } of windows) {
      if (weekdays !== undefined && !weekdays.includes(isoWeekday(day))) continue;
      const fromMs = clock.firstInstantOf(day * DAY_MS + startMs);
      const endClockMs = day * DAY_MS + endMs;
      const toMs = endsWithDay ? clock.firstInstantOf(endClockMs) : clock.lastInstantOf(endClockMs);
      open.push({ fromMs, toMs });
    }
  }
  open.sort((a, b) => a.fromMs - b.fromMs);

  // An empty span is never found: the first that ends later than the instant is.
  const spans: HoursSpan[] = [];
  let doneMs = weekMs;
  for (const { fromMs, toMs } of open) {
    if (toMs <= doneMs) continue;
    const startMs = Math.max(fromMs, doneMs);
    spans.push({ fromMs: doneMs, toMs: startMs, isOpen: false }, { fromMs: startMs, toMs, isOpen: true });
    doneMs = toMs;
  }
  spans.push({ fromMs: doneMs, toMs: weekMs + WEEK_MS, isOpen: false });
  return spans;
}
