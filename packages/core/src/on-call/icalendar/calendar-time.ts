import { failure, success, type Result } from "../../errors/result.js";
import { DAY_MS, parseCivilDate } from "../../calendar/civil-date.js";
import { isZone } from "../../calendar/zone-clock.js";
import { shown, type ContentLine } from "./content-line.js";

/** A date or a time as a calendar writes it: a clock time in a zone. */
export type CalendarTime = { readonly clockMs: number; readonly zone: string; readonly isDate: boolean };

/** What was wrong, and on which line. */
export type CalendarProblem = { readonly line: number; readonly message: string };

const SECOND_MS = 1_000;
const DATE = /^(\d{4})(\d{2})(\d{2})$/;
const DATE_TIME = /^(\d{8})T([01]\d|2[0-3])([0-5]\d)([0-5]\d|60)(Z?)$/;
const DURATION = /^\+?P(?:(\d{1,5})W|(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?)$/;
const DURATION_UNITS_MS = [7 * DAY_MS, DAY_MS, 3_600_000, 60_000, SECOND_MS] as const;

/** Makes the problem of a line: the property, what was found in it, and what to do. */
export function problemOf(line: ContentLine, what: string): { readonly ok: false; readonly error: CalendarProblem } {
  return failure({ line: line.line, message: `${line.name} "${shown(line.value)}" ${what}` });
}

/** Reads a property that may have several dates or times. A time without a zone is one in `floatingZone`. */
export function readCalendarTimes(
  line: ContentLine,
  floatingZone: string,
): Result<readonly CalendarTime[], CalendarProblem> {
  const zone = line.parameters.get("TZID") ?? floatingZone;
  if (!isZone(zone)) {
    return problemOf(
      line,
      `is in the zone "${shown(zone)}", which is no IANA zone; write one such as TZID=Europe/Berlin`,
    );
  }
  const times: CalendarTime[] = [];
  for (const text of line.value.split(",")) {
    const time = parseCalendarTime(text, zone);
    if (time === undefined) {
      return problemOf(line, "is no date or time; write 20260105, 20260105T090000 or 20260105T080000Z");
    }
    times.push(time);
  }
  return success(times);
}

/** Reads a property that has one date or time. */
export function readCalendarTime(line: ContentLine, floatingZone: string): Result<CalendarTime, CalendarProblem> {
  const times = readCalendarTimes(line, floatingZone);
  if (!times.ok) return times;
  const [time, second] = times.value as readonly [CalendarTime, CalendarTime?];
  return second === undefined ? success(time) : problemOf(line, "has several times; keep one");
}

/** Reads one date or time: `20260105`, `20260105T090000` in a zone, or `20260105T080000Z`. Undefined when it is none. */
export function parseCalendarTime(text: string, zone: string): CalendarTime | undefined {
  const day = readDay(text);
  if (day !== undefined) return { clockMs: day * DAY_MS, zone, isDate: true };
  const [, date, hours, minutes, seconds, utc] = DATE_TIME.exec(text) ?? [];
  const dayOfTime = date === undefined ? undefined : readDay(date);
  if (dayOfTime === undefined) return undefined;
  // A leap second has no instant of its own.
  const second = (Number(hours) * 60 + Number(minutes)) * 60 + Math.min(Number(seconds), 59);
  return { clockMs: dayOfTime * DAY_MS + second * SECOND_MS, zone: utc === "Z" ? "UTC" : zone, isDate: false };
}

function readDay(text: string): number | undefined {
  return DATE.test(text) ? parseCivilDate(text.replace(DATE, "$1-$2-$3")) : undefined;
}

/** Reads a duration such as `P1D` or `PT8H30M`, in milliseconds of clock time; undefined when it is none, or no time at all. */
export function readCalendarDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (match === null) return undefined;
  const lengthMs = DURATION_UNITS_MS.reduce((sum, unitMs, index) => sum + Number(match[index + 1] ?? 0) * unitMs, 0);
  return lengthMs > 0 ? lengthMs : undefined;
}
