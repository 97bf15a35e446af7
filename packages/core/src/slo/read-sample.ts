import type { HistogramBucket, SampleMeasurement } from "./measurement.js";
import type { Sli } from "./sli.js";

/** What one sample says; `use` is undefined when nothing of it can be used. */
export type SampleReading = {
  readonly use: { readonly good: number; readonly total: number; readonly value: number } | undefined;
  readonly refused: readonly { readonly reason: string; readonly example: string }[];
  readonly note?: string;
};

/** The forms of measurement that each kind of SLI takes. */
const FORMS: Readonly<Record<Exclude<Sli["kind"], "composite" | "time-slices">, readonly SampleMeasurement["kind"][]>> =
  {
    events: ["counts"],
    probe: ["counts"],
    latency: ["counts", "durations", "histogram"],
  };

/** Reads one measurement for an SLI, and checks that it is sane. */
export function readSample(
  sli: Exclude<Sli, { readonly kind: "composite" }>,
  measurement: SampleMeasurement,
): SampleReading {
  const forms = sli.kind === "time-slices" ? [sli.goodWhen.of === "value" ? "value" : "counts"] : FORMS[sli.kind];
  if (!forms.includes(measurement.kind)) {
    return refuse(`an SLI of kind ${sli.kind} takes ${forms.join(", ")}, not ${measurement.kind}`, measurement.kind);
  }
  // Only a latency SLI gets as far as durations and histograms.
  const thresholdMs = sli.kind === "latency" ? sli.thresholdMs : Number.NaN;
  switch (measurement.kind) {
    case "counts":
      return readCounts(measurement);
    case "value":
      return Number.isFinite(measurement.value)
        ? { use: { good: 0, total: 0, value: measurement.value }, refused: [] }
        : refuse("the value is not finite", `value ${measurement.value}`);
    case "durations":
      return readDurations(measurement.durationsMs, thresholdMs);
    case "histogram":
      return readHistogram(measurement.buckets, thresholdMs);
  }
}

function refuse(reason: string, example: string): SampleReading {
  return { use: undefined, refused: [{ reason, example }] };
}

function counted(good: number, total: number): NonNullable<SampleReading["use"]> {
  return { good, total, value: 0 };
}

function readCounts({ good, total }: { readonly good: number; readonly total: number }): SampleReading {
  const example = `good ${good}, total ${total}`;
  if (!Number.isFinite(good) || !Number.isFinite(total)) return refuse("a count is not finite", example);
  if (good < 0 || total < 0) return refuse("a count is negative", example);
  if (good > total) return refuse("good is more than total", example);
  return { use: counted(good, total), refused: [] };
}

function readDurations(durationsMs: readonly number[], thresholdMs: number): SampleReading {
  const sane = durationsMs.filter((durationMs) => durationMs >= 0 && durationMs < Infinity);
  const refused = durationsMs
    .filter((durationMs) => !(durationMs >= 0 && durationMs < Infinity))
    .map((durationMs) => ({ reason: "a duration is negative or not finite", example: `duration ${durationMs} ms` }));
  // No event at all was measured to be none; only unusable ones are a gap.
  if (sane.length === 0 && refused.length > 0) return { use: undefined, refused };
  return { use: counted(sane.filter((durationMs) => durationMs <= thresholdMs).length, sane.length), refused };
}

/**
 * Counts the events in buckets that end at or under the threshold. Events of a bucket that the threshold cuts may have
 * been slower, so they do not count as good: a promise is never kept by a guess.
 */
function readHistogram(buckets: readonly HistogramBucket[], thresholdMs: number): SampleReading {
  const problem = histogramProblem(buckets);
  if (problem !== undefined) return problem;
  const fitting = buckets.findLast(({ upperMs }) => upperMs <= thresholdMs);
  const total = buckets.reduce((_, { count }) => count, 0); // cumulative: the last one holds all
  const use = counted(fitting?.count ?? 0, total);
  if (fitting?.upperMs === thresholdMs) return { use, refused: [] };
  const below = fitting === undefined ? "none lies under it" : `the next lower one, ${fitting.upperMs} ms, is used`;
  return { use, refused: [], note: `the threshold of ${thresholdMs} ms is not a bucket bound: ${below}` };
}

function histogramProblem(buckets: readonly HistogramBucket[]): SampleReading | undefined {
  if (buckets.at(-1)?.upperMs !== Infinity) {
    return refuse("a histogram has no last bucket without a bound", `${buckets.length} buckets`);
  }
  let previous: HistogramBucket = { upperMs: -Infinity, count: 0 };
  for (const bucket of buckets) {
    const example = `bucket up to ${bucket.upperMs} ms: ${bucket.count}`;
    if (!Number.isFinite(bucket.count) || bucket.count < 0)
      return refuse("a bucket's count is negative or not finite", example);
    if (!(bucket.upperMs > previous.upperMs)) return refuse("histogram bounds do not ascend", example);
    if (bucket.count < previous.count) return refuse("a histogram's counts are not cumulative", example);
    previous = bucket;
  }
  return undefined;
}
