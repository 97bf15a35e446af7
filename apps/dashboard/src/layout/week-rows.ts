import type { Shift } from "../api/on-call-resources.js";

export const DAY_MS = 86_400_000;
const WEEK_DAYS = 7;
/** 1970 began on a Thursday. */
const MONDAY_MS = 4 * DAY_MS;

/** A shift's part within a week, as shares of it. */
export type WeekPart = {
  readonly shift: Shift;
  readonly fromRatio: number;
  readonly widthRatio: number;
  /** It began in a week before, or goes on in the next. */
  readonly cut: boolean;
};

export type WeekRow = { readonly fromMs: number; readonly parts: readonly WeekPart[] };

/** The Monday, 00:00 UTC, of the week that an instant is in. */
export function mondayOf(atMs: number): number {
  return Math.floor((atMs - MONDAY_MS) / (WEEK_DAYS * DAY_MS)) * WEEK_DAYS * DAY_MS + MONDAY_MS;
}

/** Lays shifts out in rows of a week, Monday first, in UTC. */
export function weekRows(shifts: readonly Shift[]): readonly WeekRow[] {
  const [first] = shifts;
  const last = shifts.at(-1);
  if (first === undefined || last === undefined) return [];
  const lengthMs = WEEK_DAYS * DAY_MS;
  const rows: WeekRow[] = [];
  for (let fromMs = mondayOf(Date.parse(first.from)); fromMs < Date.parse(last.to); fromMs += lengthMs) {
    const parts = shifts.flatMap((shift): readonly WeekPart[] => {
      const [beginMs, endMs] = [Date.parse(shift.from), Date.parse(shift.to)];
      const startMs = Math.max(beginMs, fromMs);
      const stopMs = Math.min(endMs, fromMs + lengthMs);
      if (startMs >= stopMs) return [];
      return [
        {
          shift,
          fromRatio: (startMs - fromMs) / lengthMs,
          widthRatio: (stopMs - startMs) / lengthMs,
          cut: startMs !== beginMs,
        },
      ];
    });
    rows.push({ fromMs, parts });
  }
  return rows;
}

/** Joins neighbours in which the same people are on call for the same kinds of reasons. */
export function joinShifts(shifts: readonly Shift[]): readonly Shift[] {
  const joined: Shift[] = [];
  for (const shift of shifts) {
    const last = joined.at(-1);
    if (last !== undefined && keyOf(last) === keyOf(shift)) joined[joined.length - 1] = { ...last, to: shift.to };
    else joined.push(shift);
  }
  return joined;
}

function keyOf({ people }: Shift): string {
  return JSON.stringify(
    people.map(({ because, id }) => [id, because.map((one) => (one.kind === "override" ? one.override : one.kind))]),
  );
}

/** Short for a name: the first letters of its words. */
export function initials(name: string): string {
  return name
    .split(/\s+/u)
    .filter((word) => word !== "")
    .map((word) => String.fromCodePoint(word.codePointAt(0) ?? 63))
    .join("")
    .slice(0, 3)
    .toUpperCase();
}
