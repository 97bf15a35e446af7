import type { CoveredTime, RecurringInterval } from "./correction.js";
import { instantOf, parseClockTime } from "./local-time.js";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;

/** A span of time, half-open. */
export type CoveredInterval = { readonly fromMs: number; readonly toMs: number };

/** Tells whether an instant is covered; a span's start is in, its end is out. */
export function coveredAt(covers: CoveredTime, atMs: number): boolean {
  if (covers.kind === "once") return covers.fromMs <= atMs && atMs < covers.toMs;
  if (atMs < (covers.fromMs ?? -Infinity) || atMs >= (covers.toMs ?? Infinity)) return false;
  const day = Math.floor(atMs / DAY_MS);
  for (let start = day - DAYS_BEFORE; start <= day + DAYS_AFTER; start += 1) {
    if (spansOfDay(covers.interval, start).some(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs)) return true;
  }
  return false;
}

/**
 * Gives the spans inside [fromMs, toMs) that are covered: ascending, disjoint, cut to the range. A recurring span that
 * starts on a matching day runs to its end also past midnight. Throws a RangeError for a zone or clock time that is none.
 */
export function coveredIntervals(covers: CoveredTime, fromMs: number, toMs: number): readonly CoveredInterval[] {
  const lowMs = Math.max(fromMs, covers.fromMs ?? -Infinity);
  const highMs = Math.min(toMs, covers.toMs ?? Infinity);
  if (lowMs >= highMs) return [];
  if (covers.kind === "once") return [{ fromMs: lowMs, toMs: highMs }];

  const spans: CoveredInterval[] = [];
  const lastDay = Math.floor(highMs / DAY_MS) + DAYS_AFTER;
  for (let day = Math.floor(lowMs / DAY_MS) - DAYS_BEFORE; day <= lastDay; day += 1) {
    for (const span of spansOfDay(covers.interval, day)) {
      const cut = { fromMs: Math.max(span.fromMs, lowMs), toMs: Math.min(span.toMs, highMs) };
      if (cut.fromMs < cut.toMs) spans.push(cut);
    }
  }
  return merged(spans);
}

// A zone is at most 14 hours ahead and 12 behind; an overnight span starts the day before.
const DAYS_BEFORE = 2;
const DAYS_AFTER = 1;

function merged(spans: readonly CoveredInterval[]): readonly CoveredInterval[] {
  const result: { fromMs: number; toMs: number }[] = [];
  for (const span of spans.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = result.at(-1);
    if (last !== undefined && span.fromMs <= last.toMs) last.toMs = Math.max(last.toMs, span.toMs);
    else result.push({ ...span });
  }
  return result;
}

/**
 * Days already worked out, by interval. Asking a zone for its offset costs microseconds and a restart asks for every
 * slice of a month; the answer never changes, so remembering it changes nothing but the time it takes.
 */
const remembered = new WeakMap<RecurringInterval, Map<number, readonly CoveredInterval[]>>();
const MOST_DAYS_REMEMBERED = 1_000;

function spansOfDay(interval: RecurringInterval, day: number): readonly CoveredInterval[] {
  let days = remembered.get(interval);
  if (days === undefined || days.size >= MOST_DAYS_REMEMBERED) {
    days = new Map();
    remembered.set(interval, days);
  }
  let spans = days.get(day);
  if (spans === undefined) {
    spans = dayMatches(interval, day) ? workOutDay(interval, day) : [];
    days.set(day, spans);
  }
  return spans;
}

/** Days are counted from the epoch; 1 January 1970 was a Thursday. */
function dayMatches({ weekdays, daysOfMonth, months }: RecurringInterval, day: number): boolean {
  const date = new Date(day * DAY_MS);
  const weekday = ((((day + 3) % 7) + 7) % 7) + 1;
  const dayOfMonth = date.getUTCDate();
  const monthDays = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  return (
    (weekdays === undefined || weekdays.includes(weekday)) &&
    (daysOfMonth === undefined ||
      daysOfMonth.includes(dayOfMonth) ||
      daysOfMonth.includes(dayOfMonth - monthDays - 1)) &&
    (months === undefined || months.includes(date.getUTCMonth() + 1))
  );
}

const WHOLE_DAY = [{ start: "00:00", end: "24:00" }] as const;

function workOutDay(interval: RecurringInterval, day: number): readonly CoveredInterval[] {
  const { times = WHOLE_DAY, zone } = interval;
  return times
    .map(({ start, end }) => {
      const startMinutes = minutesOf(start);
      const endMinutes = minutesOf(end);
      const overnight = endMinutes <= startMinutes ? DAY_MINUTES : 0;
      const wallEnd = day * DAY_MS + (endMinutes + overnight) * MINUTE_MS;
      // A repeated clock time ends a span at its last occurrence; 24:00 is no clock time but where the next day begins.
      const occurrence = endMinutes === DAY_MINUTES ? "first" : "last";
      return {
        fromMs: instantOf(day * DAY_MS + startMinutes * MINUTE_MS, zone, "first"),
        toMs: instantOf(wallEnd, zone, occurrence),
      };
    })
    .filter(({ fromMs, toMs }) => fromMs < toMs);
}

function minutesOf(text: string): number {
  const minutes = parseClockTime(text);
  if (minutes === undefined) throw new RangeError(`"${text}" is not a clock time; write HH:mm from 00:00 to 24:00`);
  return minutes;
}
