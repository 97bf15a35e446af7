import { failure, success, type Result } from "@plimsoll/core";
import { z } from "zod";
import { nearestName } from "../document/nearest-name.js";
import { textScalar, shorten, type ScalarProblem } from "./scalar.js";

const INSTANT = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?$/;
const INSTANT_WORDS = "an instant with its offset, such as `2026-11-21T22:00:00Z`";

/** Epoch milliseconds from an ISO 8601 instant that states its offset. */
export function instant(description: string) {
  return textScalar({ description, expected: INSTANT_WORDS }, parseInstant);
}

function parseInstant(text: string): Result<number, ScalarProblem> {
  const match = INSTANT.exec(text);
  if (match === null) {
    return failure({
      message: `\`${shorten(text)}\` is not an instant.`,
      expected: INSTANT_WORDS,
      fix: "Write date, `T`, time and offset.",
    });
  }
  if (match[7] === undefined) {
    return failure({
      message: `\`${text}\` does not say in which zone.`,
      expected: INSTANT_WORDS,
      fix: "Add `Z` for UTC, or an offset such as `+01:00`.",
    });
  }
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const atMs = Date.parse(text.replace(" ", "T"));
  // `Date` turns 30 February into 2 March; a person who wrote it made a mistake.
  if (!Number.isFinite(atMs) || day > lastDayOf(year, month) || Number(match[4]) > 23) {
    return failure({
      message: `\`${text}\` is no day or time of the calendar.`,
      expected: INSTANT_WORDS,
      fix: "Check the day and the hour.",
    });
  }
  return success(atMs);
}

const ZONE_WORDS = "an IANA time zone such as `Europe/Berlin` or `UTC`";
const knownZones = new Map<string, boolean>();

/** A time zone that this machine knows. */
export function zone(description = "IANA time zone, such as `Europe/Berlin`.") {
  return textScalar({ description, expected: ZONE_WORDS }, (text) => {
    if (isZone(text)) return success(text);
    const zones = Intl.supportedValuesOf("timeZone");
    const near =
      zones.find((name) => name.toLowerCase().endsWith(`/${text.toLowerCase()}`)) ?? nearestName(text, zones);
    return failure({
      message: `\`${shorten(text)}\` is not a known time zone.`,
      expected: ZONE_WORDS,
      fix: near === undefined ? "Write its name from the IANA time zone database." : `Did you mean \`${near}\`?`,
    });
  });
}

function isZone(name: string): boolean {
  let known = knownZones.get(name);
  if (known === undefined) {
    known = /^[A-Za-z]/.test(name) && canFormat(name);
    knownZones.set(name, known);
  }
  return known;
}

function canFormat(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone }).format(0);
    return true;
  } catch {
    return false;
  }
}

const CLOCK_TIME = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

/** A local clock time `HH:mm`. */
export function clockTime(description: string) {
  const expected = "a clock time such as `09:00`";
  return textScalar({ description, expected }, (text) =>
    CLOCK_TIME.test(text)
      ? success(text)
      : failure({
          message: `\`${shorten(text)}\` is not a clock time.`,
          expected,
          fix: "Write hours and minutes with two digits each, from 00:00 to 23:59.",
        }),
  );
}

/** Two local clock times; an end before the start runs overnight. */
export const clockRange = textScalar(
  {
    description: "Local clock times, such as `22:00-02:00`; an end before the start runs overnight.",
    expected: "two clock times such as `22:00-02:00`",
  },
  (text) => {
    const [start = "", end = "", ...rest] = text.split(/\s*-\s*/);
    const fits =
      rest.length === 0 && CLOCK_TIME.test(start) && (CLOCK_TIME.test(end) || end === "24:00") && start !== end;
    return fits
      ? success({ start, end })
      : failure({
          message: `\`${shorten(text)}\` is not a range of clock times.`,
          expected: "two different clock times such as `22:00-02:00`",
          fix: "Write start, `-` and end; `24:00` ends a day.",
        });
  },
);

const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"] as const;

/** One weekday by its first three letters, as ISO number. */
export const weekday = textScalar(
  { description: "Weekday: mon, tue, wed, thu, fri, sat or sun.", expected: "a weekday such as `mon`" },
  (text) => {
    const number = numberOf(text, WEEKDAYS);
    return number === undefined
      ? failure({
          message: `\`${shorten(text)}\` is not a weekday.`,
          expected: WEEKDAYS.join(", "),
          fix: "Write its first three letters.",
        })
      : success(number);
  },
);

/** Lists such as `[mon-fri, sun]` or `[1-7, -1]`, read into the numbers they name. */
export function numberRanges(
  words: { readonly description: string; readonly expected: string },
  read: (text: string) => readonly number[] | undefined,
) {
  const item = z
    .union([z.string(), z.number()])
    .transform((value, context) => {
      const numbers = read(String(value).trim().toLowerCase());
      if (numbers !== undefined) return numbers;
      const params = { expected: words.expected, fix: "Write single ones or ranges." };
      context.addIssue({ code: "custom", message: `\`${shorten(String(value))}\` is not one of these.`, params });
      return z.NEVER;
    })
    .meta(words);
  return z
    .array(item)
    .min(1, "The list is empty.")
    .transform((ranges) => [...new Set(ranges.flat())].sort((left, right) => left - right))
    .meta({ ...words, expected: `a list of ${words.expected}` });
}

function numberOf(text: string, names: readonly string[]): number | undefined {
  const lower = text.toLowerCase();
  const index = names.findIndex(
    (name) => lower === name || (lower.length > 3 && lower.startsWith(name) && /^[a-z]{4,9}$/.test(lower)),
  );
  return index === -1 ? undefined : index + 1;
}

/** `mon-fri` as 1..5, and `fri-mon` around the end of the week. */
function namedRange(text: string, names: readonly string[]): readonly number[] | undefined {
  const [first = "", last = first, ...rest] = text.split(/\s*-\s*/);
  const start = numberOf(first, names);
  const end = numberOf(last, names);
  if (start === undefined || end === undefined || rest.length > 0) return undefined;
  const count = ((end - start + names.length) % names.length) + 1;
  return Array.from({ length: count }, (_, offset) => ((start - 1 + offset) % names.length) + 1);
}

function dayRange(text: string): readonly number[] | undefined {
  const match = /^(-?\d{1,2})(?:\s*(?:-|\.\.)\s*(-?\d{1,2}))?$/.exec(text);
  if (match === null) return undefined;
  const start = Number(match[1]);
  const end = Number(match[2] ?? match[1]);
  const fits = [start, end].every((day) => day !== 0 && Math.abs(day) <= 31) && start <= end && start < 0 === end < 0;
  return fits ? Array.from({ length: end - start + 1 }, (_, offset) => start + offset) : undefined;
}

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;

/** A day of the calendar, `YYYY-MM-DD`. */
export function calendarDate(description: string) {
  const expected = "a date such as `2026-01-05`";
  return textScalar({ description, expected }, (text) => {
    const [year = 0, month = 0, day = 0] = (DATE.exec(text) ?? []).slice(1).map(Number);
    const exists = year > 0 && month >= 1 && month <= 12 && day >= 1 && day <= lastDayOf(year, month);
    if (exists) return success(text);
    const message = DATE.test(text) ? "is no day of the calendar" : "is not a date";
    return failure({ message: `\`${shorten(text)}\` ${message}.`, expected, fix: "Write year, month and day." });
  });
}

function lastDayOf(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** Weekdays such as `[mon-fri]`, as ISO numbers. */
export const weekdays = numberRanges(
  { description: "Weekdays, such as `[mon-fri]`.", expected: "weekdays such as `mon` or `mon-fri`" },
  (text) => namedRange(text, WEEKDAYS),
);

/** The keys that say at which local times something comes again: every key given must match. */
export const localTimesShape = {
  weekdays: weekdays.optional(),
  daysOfMonth: numberRanges(
    {
      description: "Days of the month, such as `[1-7, -1]`; -1 is the last day.",
      expected: "days such as `1`, `1-7` or `-1`",
    },
    dayRange,
  ).optional(),
  months: numberRanges(
    { description: "Months, such as `[jan, jun-aug]` or `[1]`.", expected: "months such as `jan` or `jun-aug`" },
    (text) => monthRange(text),
  ).optional(),
  times: z
    .array(clockRange)
    .min(1, "The list is empty.")
    .meta({
      description: 'Local clock times, such as `["22:00-02:00"]`; the whole day when absent.',
      expected: "a list of clock times such as `22:00-02:00`",
    })
    .optional(),
};

const TIMES_WORDS = "at least one of weekdays, daysOfMonth, months, times";

/** Whether anything says when it comes again; for `refine`, with `NO_TIMES`. */
export function hasLocalTimes(entry: { readonly [Key in keyof typeof localTimesShape]?: unknown }): boolean {
  const { daysOfMonth, months, times, weekdays: days } = entry;
  return [days, daysOfMonth, months, times].some((field) => field !== undefined);
}

export const NO_TIMES = {
  message: "Nothing says when it comes again.",
  params: { expected: TIMES_WORDS, fix: "Add one, or leave the whole out if it holds always." },
};

/** The keys of one interval, which `endsLater` checks. */
export const spanShape = { from: instant("When it starts."), to: instant("When it ends; not part of it.") };

/** Whether an interval has any length; for `refine`, with `NO_LENGTH`. */
export function endsLater(span: { readonly from: number; readonly to: number }): boolean {
  return span.from < span.to;
}

export const NO_LENGTH = {
  message: "It ends before it starts.",
  path: ["to"],
  params: { expected: "an instant after `from`", fix: "Swap the two, or correct one." },
};

const once = z
  .strictObject(spanShape)
  .refine(endsLater, NO_LENGTH)
  .meta({ description: "One interval.", expected: "a map with `from` and `to`" });

const recurring = z
  .strictObject({
    ...localTimesShape,
    zone: zone("Time zone in which weekdays, days and times are meant."),
    from: instant("The first instant at which it applies.").optional(),
    to: instant("The instant from which it no longer applies.").optional(),
  })
  .meta({
    description: "An interval that comes again: every key given must match.",
    expected: `a map with \`zone\` and ${TIMES_WORDS}`,
  });

function monthRange(text: string): readonly number[] | undefined {
  const digits = /^(\d{1,2})(?:\s*-\s*(\d{1,2}))?$/.exec(text);
  if (digits === null) return namedRange(text, MONTHS);
  const [start, end] = [Number(digits[1]), Number(digits[2] ?? digits[1])];
  const name = (month: number) => MONTHS[month - 1] ?? "";
  return namedRange(`${name(start)}-${name(end)}`, MONTHS);
}

/** The keys that say which time is covered: `at` for once, `recurring` for again and again. */
export const coveredTimeShape = { at: once.optional(), recurring: recurring.optional() };

export const EXACTLY_ONE_TIME = {
  message: "Exactly one of `at` and `recurring` says which time is covered.",
  params: {
    expected: "`at: { from, to }` or `recurring: { weekdays, times, zone }`",
    fix: "Write one of the two and not both.",
  },
};

/** Whether one of `at` and `recurring` is there; for `refine`, with `EXACTLY_ONE_TIME`. */
export function hasOneTime(entry: CoveredTimeInput): boolean {
  return (entry.at === undefined) !== (entry.recurring === undefined);
}

/** What `coveredTimeShape` reads. */
export type CoveredTimeInput = {
  readonly at?: z.output<typeof once> | undefined;
  readonly recurring?: z.output<typeof recurring> | undefined;
};
