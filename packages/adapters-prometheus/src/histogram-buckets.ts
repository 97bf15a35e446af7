/** The increase of one bucket of one series, as the label `le` names it. */
export type BucketIncrease = { readonly series: string; readonly le: string; readonly count: number };

/** Buckets as core takes them: cumulative, bounds ascending, the last one Infinity. */
export type Buckets = readonly { readonly upperMs: number; readonly count: number }[];

/**
 * Adds up the buckets of several series. Only bounds that all of them have are kept: a cumulative count is exact at
 * a bound, whichever bounds are left out, and would be a guess at one that a series lacks.
 * Undefined when they do not even share `+Inf`.
 */
export function sumBuckets(
  increases: readonly BucketIncrease[],
  unit: "seconds" | "milliseconds",
): Buckets | undefined {
  const seriesCount = new Set(increases.map(({ series }) => series)).size;
  const byBound = new Map<number, { count: number; series: Set<string> }>();
  for (const { series, le, count } of increases) {
    const bound = parseBound(le);
    if (bound === undefined) return undefined;
    const bucket = byBound.get(bound) ?? { count: 0, series: new Set<string>() };
    bucket.count += count;
    bucket.series.add(series);
    byBound.set(bound, bucket);
  }
  const factor = unit === "seconds" ? 1_000 : 1;
  const buckets = [...byBound]
    .filter(([, bucket]) => bucket.series.size === seriesCount)
    .sort(([a], [b]) => a - b)
    .map(([bound, bucket]) => ({ upperMs: toMs(bound, factor), count: bucket.count }));
  return buckets.at(-1)?.upperMs === Infinity ? buckets : undefined;
}

function parseBound(le: string): number | undefined {
  if (/^\+?inf$/i.test(le)) return Infinity;
  const bound = le.trim() === "" ? Number.NaN : Number(le);
  return Number.isNaN(bound) ? undefined : bound;
}

/** Keeps 0.3 s at 300 ms, which a plain product would miss by a rounding. */
function toMs(bound: number, factor: number): number {
  return Number.isFinite(bound) ? Number((bound * factor).toPrecision(12)) : bound;
}
