import type { OnCallDesk, OnCallSchedule } from "@plimsoll/core";
import { HttpProblem, notFound } from "./problem.js";

const DAY_MS = 86_400_000;
const USUAL_MS = 14 * DAY_MS;
export const LONGEST_RANGE_MS = 366 * DAY_MS;
/** Every zone's rules are known for these; and a shift looked for beyond a range's end stays within the calendar. */
const EARLIEST_MS = Date.UTC(1970, 0, 1);
const LATEST_MS = Date.UTC(9000, 0, 1);

/** The schedule of that id; throws a 404 where there is none. */
export function knownSchedule(desk: OnCallDesk, id: string): OnCallSchedule {
  const schedule = desk.schedule(id);
  if (schedule === undefined) throw notFound("schedule", id);
  return schedule;
}

type AskedRange = { readonly from?: string | undefined; readonly to?: string | undefined };

/** The range ahead that is asked about: so long from now on, unless said. */
export function rangeAhead({ from, to }: AskedRange, nowMs: number, usualMs = USUAL_MS): Range {
  const fromMs = from === undefined ? nowMs : instantMs(from, "from");
  return checked({ fromMs, toMs: to === undefined ? fromMs + usualMs : instantMs(to, "to") });
}

/** The range behind that is asked about: so long up to now, unless said. */
export function rangeBehind({ from, to }: AskedRange, nowMs: number, usualMs: number): Range {
  const toMs = to === undefined ? nowMs : instantMs(to, "to");
  return checked({ fromMs: from === undefined ? toMs - usualMs : instantMs(from, "from"), toMs });
}

export type Range = { readonly fromMs: number; readonly toMs: number };

function checked(range: Range): Range {
  const lengthMs = range.toMs - range.fromMs;
  if (lengthMs <= 0) throw refusedRange("to", "the range ends before it begins; give from < to");
  if (lengthMs > LONGEST_RANGE_MS) throw refusedRange("to", "the range is longer than 366 days; ask for less");
  return range;
}

/** An instant of the years 1970 to 8999. */
export function instantMs(text: string, path: string): number {
  const ms = Date.parse(text);
  if (ms >= EARLIEST_MS && ms < LATEST_MS) return ms;
  throw refusedRange(path, "the instant is not one of the years 1970 to 8999");
}

function refusedRange(path: string, message: string): HttpProblem {
  return new HttpProblem(400, { code: "invalid", message: `At ${path}: ${message}.`, path });
}
