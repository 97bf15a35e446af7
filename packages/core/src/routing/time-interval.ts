import { IANAZone } from "luxon";

/** A range of whole numbers; both ends are in. */
export type InclusiveRange = readonly [number, number];

/** Times that come again, as Alertmanager has them: what is given must all hold; what is left out always does. */
export type TimeInterval = {
  /** Minutes of the day, from and to; the end is out. */
  readonly times?: readonly InclusiveRange[];
  /** 0 is Sunday. */
  readonly weekdays?: readonly InclusiveRange[];
  /** From 1, or from -1 for the month's last day backwards. */
  readonly daysOfMonth?: readonly InclusiveRange[];
  /** 1 is January. */
  readonly months?: readonly InclusiveRange[];
  readonly years?: readonly InclusiveRange[];
  /** The zone whose clock is meant; UTC when left out. */
  readonly location?: string;
};

/** From one instant to another, the end being out, and, where it recurs, only at those times of it. */
export type Schedule = {
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly recurring?: readonly TimeInterval[];
};

/** Tells whether a schedule is on at an instant. */
export function scheduledAt({ startsAtMs, endsAtMs, recurring }: Schedule, atMs: number): boolean {
  return startsAtMs <= atMs && atMs < endsAtMs && (recurring === undefined || coveredByAny(recurring, atMs));
}

/** Tells whether any of the intervals covers an instant. */
export function coveredByAny(intervals: readonly TimeInterval[], atMs: number): boolean {
  return intervals.some((interval) => intervalCovers(interval, atMs));
}

/**
 * Tells whether an interval covers an instant, by the clock of its location. On days when clocks change nothing is
 * special: a time that comes twice is covered twice, one that is skipped never. A day of the month beyond its end is
 * clamped to it, and a range that begins beyond it does not come in that month.
 */
export function intervalCovers(interval: TimeInterval, atMs: number): boolean {
  const { daysOfMonth, location, months, times, weekdays, years } = interval;
  const local = new Date(atMs + (location === undefined ? 0 : IANAZone.create(location).offset(atMs) * 60_000));
  const minute = local.getUTCHours() * 60 + local.getUTCMinutes();
  return (
    (times === undefined || times.some(([from, to]) => from <= minute && minute < to)) &&
    (weekdays === undefined || inAny(weekdays, local.getUTCDay())) &&
    (months === undefined || inAny(months, local.getUTCMonth() + 1)) &&
    (years === undefined || inAny(years, local.getUTCFullYear())) &&
    (daysOfMonth === undefined || dayInAny(daysOfMonth, local))
  );
}

function inAny(ranges: readonly InclusiveRange[], value: number): boolean {
  return ranges.some(([from, to]) => from <= value && value <= to);
}

function dayInAny(ranges: readonly InclusiveRange[], local: Date): boolean {
  const last = new Date(Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + 1, 0)).getUTCDate();
  const fromStart = (day: number): number => (day < 0 ? last + day + 1 : day);
  return ranges.some(([from, to]) => fromStart(from) <= local.getUTCDate() && local.getUTCDate() <= fromStart(to));
}
