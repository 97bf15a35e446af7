import { failure, success, type CoveredTime, type Result, type Schedule, type TimeInterval } from "@plimsoll/core";
import { present } from "./read-entry.js";

/** Times that come again as they are written: numbers that are listed, and nights that run past midnight. */
export type WrittenInterval = Extract<CoveredTime, { readonly kind: "recurring" }>["interval"] & {
  readonly years?: readonly number[];
};

type InclusiveRange = readonly [number, number];

const DAY_MINUTES = 1_440;
// The farthest instant that a Date can hold.
const FOREVER_MS = 8.64e15;

/** The time that planned work covers, as routing has it; the failure says why there is none. */
export function scheduleOf(covers: CoveredTime): Result<Schedule, string> {
  if (covers.kind === "once") return success({ startsAtMs: covers.fromMs, endsAtMs: covers.toMs });
  const recurring = timeIntervalsOf(covers.interval);
  if (!recurring.ok) return recurring;
  return success({ startsAtMs: covers.fromMs ?? 0, endsAtMs: covers.toMs ?? FOREVER_MS, recurring: recurring.value });
}

/**
 * Writes times that come again in Alertmanager's form, where no range of clock times runs past midnight: a night is its
 * evening, and the morning of the next weekday. With days of the month, months or years that next day can not be said.
 */
export function timeIntervalsOf(written: WrittenInterval): Result<readonly TimeInterval[], string> {
  const { daysOfMonth, months, times, weekdays, years, zone } = written;
  const days = {
    location: zone,
    ...present({ daysOfMonth: ranges(daysOfMonth), months: ranges(months), years: ranges(years) }),
  };
  const byWeekday = (numbers: readonly number[] | undefined): Pick<TimeInterval, "weekdays"> =>
    // Sunday is 7 to ISO, and 0 there.
    present({ weekdays: ranges(numbers?.map((day) => day % 7).toSorted((left, right) => left - right)) });
  if (times === undefined) return success([{ ...days, ...byWeekday(weekdays) }]);
  const spans = times.map(({ end, start }): InclusiveRange => [minuteOf(start), minuteOf(end)]);
  const nights = spans.filter(([from, to]) => from > to);
  if (nights.length > 0 && [daysOfMonth, months, years].some((field) => field !== undefined)) {
    return failure("A night ends on another day than it begins, and only weekdays say which; write two intervals.");
  }
  const mornings = nights.filter(([, to]) => to > 0).map(([, to]): InclusiveRange => [0, to]);
  const untilMidnight = spans.map(([from, to]): InclusiveRange => [from, from > to ? DAY_MINUTES : to]);
  return success([
    { ...days, ...byWeekday(weekdays), times: untilMidnight },
    ...(mornings.length === 0
      ? []
      : [{ ...days, ...byWeekday(weekdays?.map((day) => (day % 7) + 1)), times: mornings }]),
  ]);
}

function minuteOf(clockTime: string): number {
  const [hours = 0, minutes = 0] = clockTime.split(":").map(Number);
  return hours * 60 + minutes;
}

/** Neighbours of a sorted list as ranges. */
function ranges(numbers: readonly number[] | undefined): readonly InclusiveRange[] | undefined {
  if (numbers === undefined) return undefined;
  const found: [number, number][] = [];
  for (const number of numbers) {
    const last = found.at(-1);
    if (last !== undefined && number === last[1] + 1) last[1] = number;
    else found.push([number, number]);
  }
  return found;
}
