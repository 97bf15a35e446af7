import type { SliceEvents } from "./measurement.js";

/** What was measured over one slice, or over several that end with it. */
export type SpanningSlice = SliceEvents & {
  /** Start of the last slice that it spans. */
  readonly sliceMs: number;
  /** How many slices, ending with that one, it spans. */
  readonly slices: number;
};

/**
 * Brings what was measured over spans down to single slices, each with an equal share of its span's events.
 *
 * A measurement speaks for every slice that it spans: a member that speaks once in six slices and failed has failed in
 * all six, not in one while nothing happened in five. By its share it weighs beside a member that speaks in each. What no
 * span covers is missing. A slice's own measurement beats that of a longer span, and of two spans the earlier one stays.
 */
export function spreadSlices(spans: Iterable<SpanningSlice>, sliceMs: number): ReadonlyMap<number, SliceEvents> {
  const spread = new Map<number, SliceEvents>();
  for (const { good, sliceMs: lastMs, slices, total } of spans) {
    const share = { good: good / slices, total: total / slices };
    for (let back = slices - 1; back > 0; back -= 1) {
      const atMs = lastMs - back * sliceMs;
      if (!spread.has(atMs)) spread.set(atMs, share);
    }
    spread.set(lastMs, share);
  }
  return spread;
}
