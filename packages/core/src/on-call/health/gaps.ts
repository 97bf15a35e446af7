import { shiftsBetween } from "../schedule/resolve-schedule.js";
import type { OnCallSchedule } from "../schedule/schedule.js";

/** A half-open span in which nobody is on call. */
export type Gap = { readonly fromMs: number; readonly toMs: number };

/** Finds the gaps within [fromMs, toMs), ascending, cut to the range. Throws as `shiftsBetween` does. */
export function gapsBetween(schedule: OnCallSchedule, fromMs: number, toMs: number): readonly Gap[] {
  return shiftsBetween(schedule, fromMs, toMs)
    .filter(({ people }) => people.length === 0)
    .map((interval) => ({ fromMs: interval.fromMs, toMs: interval.toMs }));
}
