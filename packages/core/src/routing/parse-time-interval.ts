import { IANAZone } from "luxon";
import { failure, success, type Result } from "../errors/result.js";
import { parseClockTime } from "../slo/local-time.js";
import type { InclusiveRange, TimeInterval } from "./time-interval.js";

/** A time interval as Alertmanager's configuration writes it. */
export type TimeIntervalText = {
  readonly times?: readonly { readonly start_time: string; readonly end_time: string }[];
  readonly weekdays?: readonly string[];
  readonly days_of_month?: readonly string[];
  readonly months?: readonly string[];
  readonly years?: readonly string[];
  readonly location?: string;
};

/** Why a time interval can not be read; `path` is the place in it, such as `weekdays.0`. */
export type TimeIntervalProblem = { readonly path: string; readonly message: string };

const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const MONTHS = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];

type Field = {
  readonly expected: string;
  /** Undefined for what is none. */
  readonly read: (word: string) => number | undefined;
  /** Says what is wrong with a range whose ends are right by themselves. */
  readonly wrong?: (range: InclusiveRange) => string | undefined;
};

const FIELDS = {
  weekdays: {
    expected: "a weekday such as monday, or a range such as monday:friday",
    read: (word) => (WEEKDAYS.includes(word) ? WEEKDAYS.indexOf(word) : undefined),
  },
  days_of_month: {
    expected: "a day from 1 to 31 or from -31 to -1, or a range such as 1:5 or -3:-1",
    read: (word) => wholeNumber(word, (day) => day !== 0 && Math.abs(day) <= 31),
    wrong: ([from, to]) => {
      if (from < 0 && to > 0) return "the end must count from the month's end too";
      // The shortest month has 28 days: what runs backwards there runs backwards in some month.
      return inShortestMonth(from) > inShortestMonth(to) ? "it runs backwards" : undefined;
    },
  },
  months: {
    expected: "a month such as january or 1, or a range such as may:august",
    read: (word) =>
      MONTHS.includes(word) ? MONTHS.indexOf(word) + 1 : wholeNumber(word, (month) => month >= 1 && month <= 12),
  },
  years: {
    expected: "a year such as 2026, or a range such as 2026:2028",
    read: (word) => wholeNumber(word, (year) => year >= 0),
  },
} as const satisfies Readonly<Record<string, Field>>;

/** Reads a time interval of Alertmanager's configuration; all that is wrong with it is told at once. */
export function parseTimeInterval(text: TimeIntervalText): Result<TimeInterval, readonly TimeIntervalProblem[]> {
  const problems: TimeIntervalProblem[] = [];
  const ranges = (field: keyof typeof FIELDS): readonly InclusiveRange[] | undefined =>
    text[field] === undefined
      ? undefined
      : readAll(field, text[field], (word) => readRange(FIELDS[field], word), problems);
  const times = text.times === undefined ? undefined : readAll("times", text.times, readTimes, problems);
  const weekdays = ranges("weekdays");
  const daysOfMonth = ranges("days_of_month");
  const months = ranges("months");
  const years = ranges("years");
  const { location } = text;
  if (location !== undefined && !IANAZone.create(location).isValid) {
    const message = `there is no time zone ${JSON.stringify(location)}; use an IANA name, such as Europe/Berlin`;
    problems.push({ path: "location", message });
  }
  if (problems.length > 0) return failure(problems);
  return success({
    ...(times === undefined ? {} : { times }),
    ...(weekdays === undefined ? {} : { weekdays }),
    ...(daysOfMonth === undefined ? {} : { daysOfMonth }),
    ...(months === undefined ? {} : { months }),
    ...(years === undefined ? {} : { years }),
    ...(location === undefined ? {} : { location }),
  });
}

function readAll<Item>(
  path: string,
  items: readonly Item[],
  read: (item: Item) => Result<InclusiveRange, string>,
  problems: TimeIntervalProblem[],
): readonly InclusiveRange[] {
  if (items.length === 0)
    problems.push({ path, message: "the list is empty, so that no time would be in it; leave it out" });
  return items.flatMap((item, index) => {
    const range = read(item);
    if (range.ok) return [range.value];
    problems.push({ path: `${path}.${index}`, message: range.error });
    return [];
  });
}

function readRange({ expected, read, wrong }: Field, text: string): Result<InclusiveRange, string> {
  const words = text.toLowerCase().split(":");
  const [from, to] = [words[0], words[1] ?? words[0]].map((word) => read(word as string));
  if (from === undefined || to === undefined || words.length > 2) {
    return failure(`found ${JSON.stringify(text)}; expected ${expected}`);
  }
  const problem = wrong === undefined ? backwards([from, to]) : wrong([from, to]);
  return problem === undefined ? success([from, to]) : failure(`${JSON.stringify(text)}: ${problem}`);
}

function readTimes(range: { readonly start_time: string; readonly end_time: string }): Result<InclusiveRange, string> {
  const [from, to] = [range.start_time, range.end_time].map(parseClockTime);
  const written = JSON.stringify(`${range.start_time} to ${range.end_time}`);
  if (from === undefined || to === undefined)
    return failure(`found ${written}; expected clock times from 00:00 to 24:00`);
  if (from < to) return success([from, to]);
  return failure(`${written}: it must end later than it starts; write two ranges for a night, one up to 24:00`);
}

function backwards([from, to]: InclusiveRange): string | undefined {
  return from > to ? "it runs backwards; write two" : undefined;
}

function inShortestMonth(day: number): number {
  return day < 0 ? 28 + day : day;
}

function wholeNumber(word: string, accepts: (value: number) => boolean): number | undefined {
  const value = /^-?\d{1,4}$/.test(word) ? Number(word) : undefined;
  return value !== undefined && accepts(value) ? value : undefined;
}
