import type { HistorySlice } from "@plimsoll/core";
import * as fc from "fast-check";

/** What one slice of time may hold: nobody looked, or somebody counted (zero events included). */
export type SliceTraffic =
  | { readonly kind: "gap" }
  | { readonly kind: "counts"; readonly good: number; readonly total: number };

/** Bounds of generated traffic. */
export type TrafficBounds = {
  /** Most slices in a row; default 200. */
  readonly maxSlices?: number;
  /** Most events in a slice; default 10,000. */
  readonly maxEvents?: number;
};

/** Generates a row of slices as services have them: stretches of calm, of idleness, of gaps, of errors and of outage. */
export function trafficArbitrary(bounds: TrafficBounds = {}): fc.Arbitrary<readonly SliceTraffic[]> {
  const { maxSlices = 200, maxEvents = 10_000 } = bounds;
  const events = fc.integer({ min: 1, max: maxEvents });
  const stretchOf = (slice: fc.Arbitrary<SliceTraffic>): fc.Arbitrary<readonly SliceTraffic[]> =>
    fc.array(slice, { minLength: 1, maxLength: 20 });
  const counts = (good: number, total: number): SliceTraffic => ({ kind: "counts", good, total });
  return fc
    .array(
      fc.oneof(
        { weight: 4, arbitrary: stretchOf(events.map((total) => counts(total, total))) },
        { weight: 1, arbitrary: stretchOf(fc.constant(counts(0, 0))) },
        { weight: 2, arbitrary: stretchOf(fc.constant<SliceTraffic>({ kind: "gap" })) },
        { weight: 3, arbitrary: stretchOf(events.chain((total) => fc.nat(total).map((good) => counts(good, total)))) },
        { weight: 1, arbitrary: stretchOf(events.map((total) => counts(0, total))) },
      ),
      { minLength: 1, maxLength: Math.max(1, Math.ceil(maxSlices / 10)) },
    )
    .map((stretches) => stretches.flat().slice(0, maxSlices));
}

/** Bounds of generated history. */
export type HistoryBounds = TrafficBounds & {
  readonly sloIds: readonly string[];
  /** Start of the first slice, a multiple of `sliceMs`. */
  readonly fromMs: number;
  readonly sliceMs: number;
};

/** Generates stored slices of several SLOs, each (SLO, slice) at most once, in ascending (sliceMs, sloId) order. */
export function historySlicesArbitrary(bounds: HistoryBounds): fc.Arbitrary<readonly HistorySlice[]> {
  const { sloIds, fromMs, sliceMs } = bounds;
  return fc.tuple(...sloIds.map(() => trafficArbitrary(bounds))).map((rows) => {
    const slices = rows.flatMap((row, slo) =>
      row.flatMap((traffic, index): HistorySlice[] => {
        if (traffic.kind === "gap") return [];
        const { good, total } = traffic;
        return [{ sloId: sloIds[slo] ?? "", sliceMs: fromMs + index * sliceMs, good, total, slices: 1 }];
      }),
    );
    return slices.toSorted((left, right) => left.sliceMs - right.sliceMs || (left.sloId < right.sloId ? -1 : 1));
  });
}
