/** A day of the proleptic Gregorian calendar. */
export type CivilDate = { readonly year: number; readonly month: number; readonly day: number };

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

// The calendar repeats after 400 years; years are counted from March, so that a leap day comes last.
const ERA_YEARS = 400;
const ERA_DAYS = 146_097;
const EPOCH_SHIFT_DAYS = 719_468; // from 0000-03-01 to 1970-01-01

/** Counts the days from 1970-01-01 to a date; right for every year, also those that `Date.UTC` takes for 19xx. */
export function dayNumber({ year, month, day }: CivilDate): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / ERA_YEARS);
  const yearOfEra = marchYear - era * ERA_YEARS;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * ERA_DAYS + dayOfEra - EPOCH_SHIFT_DAYS;
}

/** The date that lies so many days after 1970-01-01. */
export function civilDate(days: number): CivilDate {
  const shifted = days + EPOCH_SHIFT_DAYS;
  const era = Math.floor(shifted / ERA_DAYS);
  const dayOfEra = shifted - era * ERA_DAYS;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = ((marchMonth + 2) % 12) + 1;
  return {
    year: yearOfEra + era * ERA_YEARS + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
  };
}

/** How many days a month has. `month` may lie outside 1 to 12 and then counts into other years. */
export function daysInMonth(year: number, month: number): number {
  return firstOfMonth(year, month + 1) - firstOfMonth(year, month);
}

/** The day number of a month's first day; `month` may lie outside 1 to 12 and then counts into other years. */
export function firstOfMonth(year: number, month: number): number {
  const months = year * 12 + month - 1;
  const inYear = Math.floor(months / 12);
  return dayNumber({ year: inYear, month: months - inYear * 12 + 1, day: 1 });
}

/** The ISO weekday of a day number: 1 is Monday, 7 is Sunday. The epoch was a Thursday. */
export function isoWeekday(days: number): number {
  return ((((days + 3) % 7) + 7) % 7) + 1;
}

/** Reads a date `YYYY-MM-DD` that exists, years 0001 to 9999, as its day number; undefined when it is none. */
export function parseCivilDate(text: string): number | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return undefined;
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  return dayNumber({ year, month, day });
}

/** The instants of the years 1 to 9999: no schedule is asked beyond. */
export const CALENDAR_FROM_MS = dayNumber({ year: 1, month: 1, day: 1 }) * DAY_MS;
export const CALENDAR_TO_MS = dayNumber({ year: 10_000, month: 1, day: 1 }) * DAY_MS - 1;
