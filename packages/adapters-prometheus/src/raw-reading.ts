import { failure, success, type Measurement, type Result, type SliSample } from "@plimsoll/core";
import { promqlDuration } from "./promql-duration.js";
import { proveFirstValues } from "./first-value-proof.js";
import { sumBuckets, type BucketIncrease } from "./histogram-buckets.js";
import type { ServerSeries } from "./prometheus-api.js";
import type { PrometheusQuery } from "./prometheus-query.js";
import { goodAndTotal, type QueryPart } from "./query-form.js";
import { rawIncreases, resetInstants, seriesIdentity, type Increment } from "./raw-counter.js";
import { promqlSelector, rawSeries, type RawSelector, type RawTask } from "./raw-task.js";
import { problem, type ReadProblem } from "./read-problem.js";
import { parseSeriesSelector, type SeriesSelector } from "./series-selector.js";
import type { QueryText, ServerReading } from "./server-increase.js";

/** The increases of one series of one part. */
type SeriesIncreases = { readonly series: ServerSeries; readonly increments: readonly Increment[] };
type PartIncreases = {
  readonly part: QueryPart;
  readonly all: readonly SeriesIncreases[];
  readonly pointsMs: readonly number[];
  readonly lastPointMs: number;
  /** Where counting begins, when that is inside the interval. */
  readonly beginsMs: number | undefined;
  /** The series whose first value is not counted. */
  readonly uncounted: readonly string[];
};

/** Reads every scraped value of counters and counts increases here: exact, also over resets and first values. */
export async function readRawCounters(task: RawTask): Promise<Result<ServerReading, ReadProblem>> {
  const read = await Promise.all(task.parts.map((part) => readPart(task, part)));
  const parts: PartIncreases[] = [];
  for (const part of read) {
    if (!part.ok) return part;
    parts.push(part.value);
  }
  const beat = parts.find(({ part }) => part === "total" || part === "histogram");
  if (beat === undefined) return failure(problem("bad-query", "a raw query needs `total` or `histogram`"));
  const samples = samplesOf(task, parts, beat);
  if (!samples.ok) return samples;
  const { interval } = task;
  const lastMs = samples.value.at(-1)?.toMs;
  // The time after the last scrape is not measured yet; a later scrape will cover it.
  const watermarkMs =
    interval.isPast && beat.lastPointMs < interval.fromMs ? interval.toMs : (lastMs ?? interval.fromMs);
  const uncounted = [...new Set(parts.flatMap((part) => part.uncounted))];
  const notes =
    uncounted.length === 0
      ? []
      : [
          `the first values of ${uncounted.length} series are not counted, because nothing proves that they began inside the interval; such as ${uncounted[0]}`,
        ];
  return success({ samples: samples.value, watermarkMs, setAside: [], notes });
}

async function readPart(task: RawTask, { part, text }: QueryText): Promise<Result<PartIncreases, ReadProblem>> {
  const { interval, query, request } = task;
  const parsed = parseSeriesSelector(text);
  if (!parsed.ok) return failure(problem("bad-query", parsed.error));
  const selector = selectorOf(part, parsed.value);
  const answer = await rawSeries(task, selector.promql, request.cancel);
  if (!answer.ok) return answer;
  const series = answer.value.filter(({ points }) => points.length > 0);
  const isOptional = query.absent === "zero" && (part === "good" || part === "bad");
  if (series.length === 0 && !isOptional && !interval.isPast) {
    const advice =
      part === "good" || part === "bad" ? "; if the series appears with its first event only, say `absent: zero`" : "";
    return failure(
      problem(
        "no-series",
        `\`${part}\`: query \`${selector.promql}\` matches no series in the last ${promqlDuration(task.lookbackMs)} before the interval or in it${advice}`,
      ),
    );
  }
  const odd = series.find(({ points }) => !points.some(([, value]) => Number.isFinite(value) && value >= 0));
  if (odd !== undefined)
    return failure(
      problem(
        "not-a-number",
        `\`${part}\`: query \`${selector.promql}\` gave ${odd.points.at(-1)?.[1]} for {${seriesIdentity(odd.labels)}}`,
      ),
    );
  const resets = part === "histogram" ? histogramResets(series) : new Map<string, ReadonlySet<number>>();
  const increases = series.map((one) => ({
    series: one,
    ...rawIncreases(one, interval.fromMs, resets.get(seriesIdentity(one.labels, "le"))),
  }));
  const unproven = increases.filter(({ first }) => first !== undefined);
  const proven =
    unproven.length === 0
      ? new Set<ServerSeries>()
      : await proveFirstValues(
          task,
          selector,
          unproven.map((one) => one.series),
        );
  const all = increases.map(({ series: one, increments, first }) => ({
    series: one,
    increments: first !== undefined && proven.has(one) ? [first, ...increments] : increments,
  }));
  const uncounted = unproven.filter((one) => !proven.has(one.series));
  const isNew = uncounted.length > 0 && uncounted.length === series.length;
  const beginsMs = isNew ? Math.min(...uncounted.map(({ first }) => first?.atMs ?? Infinity)) : undefined;
  // A first value that cannot be counted measures nothing; it is where counting begins.
  const pointsMs = all.flatMap(({ increments }) => increments.map(({ atMs }) => atMs));
  const lastPointMs = Math.max(-Infinity, ...series.map(({ points }) => points.at(-1)?.[0] ?? -Infinity));
  const names = uncounted.map((one) => `${selector.name}{${seriesIdentity(one.series.labels)}}`);
  return success({ part, all, pointsMs, lastPointMs, beginsMs, uncounted: names });
}

function selectorOf(part: QueryPart, selector: SeriesSelector): RawSelector {
  const name = part === "histogram" && !selector.name.endsWith("_bucket") ? `${selector.name}_bucket` : selector.name;
  return { ...selector, name, promql: promqlSelector(name, selector.matchers) };
}

function histogramResets(series: readonly ServerSeries[]): ReadonlyMap<string, ReadonlySet<number>> {
  const groups = new Map<string, ServerSeries[]>();
  for (const one of series) {
    const identity = seriesIdentity(one.labels, "le");
    groups.set(identity, [...(groups.get(identity) ?? []), one]);
  }
  return new Map([...groups].map(([identity, buckets]) => [identity, resetInstants(buckets)]));
}

/** One sample for each slice in which totals were scraped; it reaches back to the one before. */
function samplesOf(
  task: RawTask,
  parts: readonly PartIncreases[],
  beat: PartIncreases,
): Result<readonly SliSample[], ReadProblem> {
  const { request, interval, lookbackMs } = task;
  const endOf = (atMs: number) => (Math.floor(atMs / request.sliceMs) + 1) * request.sliceMs;
  const ends = [...new Set(beat.pointsMs.map(endOf))].sort((a, b) => a - b);
  const slotOf = new Map(ends.map((endMs, index) => [endMs, index]));
  const slots = ends.map(() => new Map<QueryPart, number>(parts.map(({ part }) => [part, 0])));
  const buckets = ends.map((): BucketIncrease[] => []);
  for (const { part, all } of parts) {
    for (const { series, increments } of all) {
      const sums = new Map<number, number>();
      for (const { atMs, count } of increments) {
        // Parts may be scraped at other instants than the total: what has no slice yet belongs to the next one.
        const slot = slotOf.get(endOf(atMs)) ?? ends.findIndex((endMs) => endMs > atMs);
        sums.set(slot, (sums.get(slot) ?? 0) + count);
      }
      for (const [index, slot] of slots.entries()) {
        const count = sums.get(index) ?? 0;
        slot.set(part, (slot.get(part) ?? 0) + count);
        if (part === "histogram")
          buckets[index]?.push({ series: seriesIdentity(series.labels, "le"), le: series.labels["le"] ?? "", count });
      }
    }
  }
  const samples: SliSample[] = [];
  let previousEndMs = beat.beginsMs === undefined ? interval.fromMs : endOf(beat.beginsMs);
  for (const [index, toMs] of ends.entries()) {
    const measurement = measure(task.query, slots[index] ?? new Map(), buckets[index] ?? []);
    if (measurement === undefined)
      return failure(problem("no-series", '`histogram`: the series have no bucket with le="+Inf"; is it a histogram?'));
    const ownMs = toMs - request.sliceMs;
    const fromMs = toMs - previousEndMs > lookbackMs ? ownMs : Math.min(previousEndMs, ownMs);
    samples.push({ fromMs: Math.max(fromMs, interval.fromMs), toMs, measurement });
    previousEndMs = toMs;
  }
  return success(samples);
}

function measure(
  query: PrometheusQuery,
  counts: ReadonlyMap<QueryPart, number>,
  buckets: readonly BucketIncrease[],
): Measurement | undefined {
  if (counts.has("total")) return { kind: "counts", ...goodAndTotal(Object.fromEntries(counts)) };
  const summed = sumBuckets(buckets, query.unit ?? "seconds");
  return summed === undefined ? undefined : { kind: "histogram", buckets: summed };
}
