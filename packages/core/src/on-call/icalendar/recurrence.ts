import { failure, success, type Result } from "../../errors/result.js";
import { civilDate, DAY_MS, daysInMonth, firstOfMonth, isoWeekday } from "../../calendar/civil-date.js";
import { zoneClock } from "../../calendar/zone-clock.js";
import { parseCalendarTime, type CalendarTime } from "./calendar-time.js";
import { shown } from "./content-line.js";

/** A recurrence rule as far as it is understood: RFC 5545, 3.3.10. */
export type Recurrence = {
  readonly frequency: Frequency;
  readonly interval: number;
  /** ISO weekdays; only for daily and weekly rules. */
  readonly weekdays: readonly number[] | undefined;
  /** 1 to 31, or from the month's end; only for monthly rules. */
  readonly monthDays: readonly number[] | undefined;
  /** The ISO weekday that a week begins with. */
  readonly weekStart: number;
  readonly count: number | undefined;
  /** The last instant at which an occurrence may begin. */
  readonly untilMs: number | undefined;
};

type Frequency = "DAILY" | "WEEKLY" | "MONTHLY" | "YEARLY";

const LONGEST_PERIOD_DAYS: Readonly<Record<Frequency, number>> = { DAILY: 1, WEEKLY: 7, MONTHLY: 31, YEARLY: 366 };
const WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
const PARTS = new Set(["FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "WKST"]);
const MOST_INTERVAL = 1_000;
const MOST_COUNT = 10_000;
/** How often one rule is followed, hits and misses, before it is refused. */
const MOST_PERIODS = 20_000;

/** Reads a rule that begins at `start`. What is not understood is refused by its name. */
export function readRecurrence(value: string, start: CalendarTime): Result<Recurrence, string> {
  const parts = new Map<string, string>();
  for (const part of value.split(";")) {
    const [name, content = ""] = part.toUpperCase().split("=", 2) as [string, string?];
    if (!PARTS.has(name)) return failure(refusal(`the part ${shown(name)}`));
    parts.set(name, content);
  }
  const frequency = parts.get("FREQ") ?? "nothing";
  if (!isFrequency(frequency)) return failure(refusal(`FREQ=${shown(frequency)}`));
  for (const [part, allowed] of [
    ["BYDAY", ["DAILY", "WEEKLY"]],
    ["BYMONTHDAY", ["MONTHLY"]],
  ] as const) {
    if (parts.has(part) && !(allowed as readonly string[]).includes(frequency)) {
      return failure(refusal(`${part} with FREQ=${frequency}`));
    }
  }
  if (parts.has("COUNT") && parts.has("UNTIL")) return failure("has both COUNT and UNTIL; keep one of them");

  const interval = readWhole(parts.get("INTERVAL") ?? "1", MOST_INTERVAL);
  const count = readWhole(parts.get("COUNT") ?? "1", MOST_COUNT);
  const weekdays = parts.get("BYDAY")?.split(",").map(readWeekday);
  const monthDays = parts.get("BYMONTHDAY")?.split(",").map(readMonthDay);
  const weekStart = readWeekday(parts.get("WKST") ?? "MO");
  const untilText = parts.get("UNTIL");
  const until = untilText === undefined ? undefined : parseCalendarTime(untilText, start.zone);
  if (interval === undefined) return failure(`needs an INTERVAL from 1 to ${MOST_INTERVAL}`);
  if (count === undefined) return failure(`needs a COUNT from 1 to ${MOST_COUNT}`);
  if (weekStart === undefined) return failure("needs a WKST from MO to SU");
  if (untilText !== undefined && until === undefined) return failure("needs an UNTIL such as 20261231T235959Z");
  if (!areAll(weekdays)) return failure(refusal(`BYDAY=${shown(parts.get("BYDAY") as string)}`));
  if (!areAll(monthDays)) return failure("needs a BYMONTHDAY from 1 to 31, or from -31 to -1");
  return success({
    frequency,
    interval,
    weekdays,
    monthDays,
    weekStart,
    count: parts.has("COUNT") ? count : undefined,
    untilMs: until && lastInstantOf(until),
  });
}

function refusal(what: string): string {
  return `cannot be followed: ${what} is not supported; write FREQ (DAILY, WEEKLY with BYDAY such as MO,TU, MONTHLY with BYMONTHDAY, YEARLY) with INTERVAL, and COUNT or UNTIL, or one event for each time`;
}

function isFrequency(text: string): text is Frequency {
  return text in LONGEST_PERIOD_DAYS;
}

function readWhole(text: string, most: number): number | undefined {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  return value >= 1 && value <= most ? value : undefined;
}

function readWeekday(text: string): number | undefined {
  const index = WEEKDAYS.indexOf(text);
  return index < 0 ? undefined : index + 1;
}

function readMonthDay(text: string): number | undefined {
  const value = /^[+-]?\d{1,2}$/.test(text) ? Number(text) : 0;
  return value !== 0 && Math.abs(value) <= 31 ? value : undefined;
}

function areAll<Item>(items: readonly (Item | undefined)[] | undefined): items is readonly Item[] | undefined {
  return items === undefined || items.every((item) => item !== undefined);
}

/** The last instant that a date or time covers: a date is there until the next begins. */
function lastInstantOf({ clockMs, zone, isDate }: CalendarTime): number {
  const clock = zoneClock(zone);
  return isDate ? clock.firstInstantOf(clockMs + DAY_MS) - 1 : clock.firstInstantOf(clockMs);
}

/**
 * Follows a rule: the clock times, ascending, at which an occurrence begins that lies, with its length, within the days from
 * `fromDay` to `toDay`. Undefined when it would be followed too long.
 */
export function occurrences(
  rule: Recurrence,
  start: CalendarTime,
  { fromDay, toDay }: { readonly fromDay: number; readonly toDay: number },
): readonly number[] | undefined {
  const clock = zoneClock(start.zone);
  const startDay = Math.floor(start.clockMs / DAY_MS);
  const timeMs = start.clockMs - startDay * DAY_MS;
  const { count = Infinity, untilMs = Infinity } = rule;
  const found: number[] = [];
  // With a COUNT every occurrence counts from the start; without, years before the range are passed over.
  const periodDays = LONGEST_PERIOD_DAYS[rule.frequency] * rule.interval;
  const first = count === Infinity ? Math.max(0, Math.floor((fromDay - startDay) / periodDays) - 1) : 0;
  let seen = 0;
  for (let period = first; period < first + MOST_PERIODS; period += 1) {
    const { firstDay, days } = periodDaysOf(rule, startDay, period);
    if (firstDay > toDay) return found;
    for (const day of days) {
      if (day < startDay) continue;
      const clockMs = day * DAY_MS + timeMs;
      if (seen >= count || clock.firstInstantOf(clockMs) > untilMs) return found;
      seen += 1;
      if (day >= fromDay && day <= toDay) found.push(clockMs);
    }
  }
  return undefined;
}

/** The days of one period of a rule, ascending, and the first day on which any could lie. */
function periodDaysOf(
  rule: Recurrence,
  startDay: number,
  period: number,
): { readonly firstDay: number; readonly days: readonly number[] } {
  const { frequency, interval, weekdays, monthDays, weekStart } = rule;
  const step = period * interval;
  const start = civilDate(startDay);
  switch (frequency) {
    case "DAILY": {
      const day = startDay + step;
      return { firstDay: day, days: weekdays?.includes(isoWeekday(day)) === false ? [] : [day] };
    }
    case "WEEKLY": {
      const firstDay = startDay - ((isoWeekday(startDay) - weekStart + 7) % 7) + 7 * step;
      const wanted = weekdays ?? [isoWeekday(startDay)];
      const week = [0, 1, 2, 3, 4, 5, 6].map((offset) => firstDay + offset);
      return { firstDay, days: week.filter((day) => wanted.includes(isoWeekday(day))) };
    }
    case "MONTHLY":
      return daysOfMonth(start.year, start.month + step, monthDays ?? [start.day]);
    case "YEARLY":
      return daysOfMonth(start.year + step, start.month, [start.day]);
  }
}

/** A day that a month does not have is left out, as RFC 5545 asks. */
function daysOfMonth(
  year: number,
  month: number,
  wanted: readonly number[],
): { readonly firstDay: number; readonly days: readonly number[] } {
  const length = daysInMonth(year, month);
  const firstDay = firstOfMonth(year, month);
  const days = wanted
    .map((day) => (day > 0 ? day : length + 1 + day))
    .filter((day) => day >= 1 && day <= length)
    .sort((a, b) => a - b);
  return { firstDay, days: [...new Set(days)].map((day) => firstDay + day - 1) };
}
