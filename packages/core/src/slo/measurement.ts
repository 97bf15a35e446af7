/*
 * The domain's own shape of what a source measured. It is structurally the port's `SliSample`; the domain does not
 * import ports, and a test holds the two together.
 */

/** What was measured over an interval. */
export type MeasuredSample = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly measurement: SampleMeasurement;
};

/** The forms that a measurement may take. */
export type SampleMeasurement =
  | { readonly kind: "counts"; readonly good: number; readonly total: number }
  | { readonly kind: "value"; readonly value: number }
  | { readonly kind: "durations"; readonly durationsMs: readonly number[] }
  | { readonly kind: "histogram"; readonly buckets: readonly HistogramBucket[] };

/** How many events were at or under a bound. */
export type HistogramBucket = { readonly upperMs: number; readonly count: number };

/** Good and total events of one slice. */
export type SliceEvents = { readonly good: number; readonly total: number };

/** Samples that were offered and are not used, by reason. */
export type SampleSetAside = { readonly reason: string; readonly count: number; readonly example: string };
