import {
  failure,
  success,
  type Measurement,
  type Result,
  type SetAside,
  type SliRequest,
  type SliSample,
} from "@plimsoll/core";
import { promqlDuration } from "./promql-duration.js";
import { sumBuckets, type BucketIncrease } from "./histogram-buckets.js";
import type { PrometheusApi, ServerSeries } from "./prometheus-api.js";
import { SLICE_PLACEHOLDER, type PrometheusQuery } from "./prometheus-query.js";
import { goodAndTotal, type QueryPart } from "./query-form.js";
import type { ReadInterval } from "./read-interval.js";
import { problem, type ReadProblem } from "./read-problem.js";

/** What one kind of reading gives back. */
export type ServerReading = {
  readonly samples: readonly SliSample[];
  readonly watermarkMs: number;
  readonly setAside: readonly SetAside[];
  readonly notes: readonly string[];
};

/** A query part with its text. */
export type QueryText = { readonly part: QueryPart; readonly text: string };

type Task = {
  readonly api: PrometheusApi;
  readonly request: SliRequest;
  readonly interval: ReadInterval;
  readonly query: PrometheusQuery;
  readonly parts: readonly QueryText[];
};

/** One part's numbers by the end of their slice; a histogram has several in each. */
type PartValues = {
  readonly part: QueryPart;
  readonly bySlice: ReadonlyMap<number, number | readonly BucketIncrease[]>;
  readonly oddities: number;
};

/** Reads what the server itself counted in each slice: the value at a slice's end is that slice's. */
export async function readServerIncrease(task: Task): Promise<Result<ServerReading, ReadProblem>> {
  const { interval, request } = task;
  const values = await Promise.all(task.parts.map((part) => readPart(task, part)));
  const collected: PartValues[] = [];
  for (const value of values) {
    if (!value.ok) return value;
    collected.push(value.value);
  }
  const samples: SliSample[] = [];
  let lacking = 0;
  for (let toMs = interval.fromMs + request.sliceMs; toMs <= interval.toMs; toMs += request.sliceMs) {
    const measurement = measure(task.query, collected, toMs);
    if (measurement === "incomplete") lacking += 1;
    else if (measurement !== undefined) samples.push({ fromMs: toMs - request.sliceMs, toMs, measurement });
  }
  const setAside: SetAside[] = collected.flatMap(({ part, oddities }) => {
    const text = task.parts.find((one) => one.part === part)?.text ?? "";
    return oddities === 0
      ? []
      : [{ reason: `\`${part}\` was not a usable number (NaN, infinite or negative)`, count: oddities, example: text }];
  });
  if (lacking > 0)
    setAside.push({
      reason: "slices in which only a part of the query had a value",
      count: lacking,
      example: task.parts.map(({ text }) => text).join(" | "),
    });
  return success({ samples, watermarkMs: interval.toMs, setAside, notes: [] });
}

async function readPart(task: Task, { part, text }: QueryText): Promise<Result<PartValues, ReadProblem>> {
  const { interval, request, query, api } = task;
  const { sliceMs } = request;
  const promql = text.replaceAll(SLICE_PLACEHOLDER, promqlDuration(sliceMs));
  const times =
    interval.toMs - interval.fromMs === sliceMs
      ? ({ kind: "instant", atMs: interval.toMs } as const)
      : ({ kind: "range", fromMs: interval.fromMs + sliceMs, toMs: interval.toMs, stepMs: sliceMs } as const);
  const answer = await api.query(promql, times, request.cancel);
  if (!answer.ok) return answer;
  const series = answer.value.filter(({ points }) => points.length > 0);
  const isOptional = query.absent === "zero" && (part === "good" || part === "bad");
  if (series.length === 0 && !isOptional && !interval.isPast) return failure(noSeries(part, promql, query));
  const several = severalSeries(part, promql, series);
  if (several !== undefined) return failure(several);
  const collected = part === "histogram" ? collectBuckets(series) : collectNumbers(part, series);
  const isAllOdd = collected.oddities > 0 && collected.bySlice.size === 0;
  if (isAllOdd && !interval.isPast) {
    const found = series[0]?.points.at(-1)?.[1];
    return failure(
      problem(
        "not-a-number",
        `\`${part}\`: query \`${promql}\` gave ${found} where a ${part === "value" ? "finite number" : "finite number of at least 0"} is needed`,
      ),
    );
  }
  return success({ part, ...collected });
}

function noSeries(part: QueryPart, promql: string, { absent }: PrometheusQuery): ReadProblem {
  const mayBeZero = (part === "good" || part === "bad") && absent === undefined;
  const advice = mayBeZero ? "; if the series appears with its first event only, say `absent: zero`" : "";
  return problem("no-series", `\`${part}\`: query \`${promql}\` returned no series${advice}`);
}

function severalSeries(part: QueryPart, promql: string, series: readonly ServerSeries[]): ReadProblem | undefined {
  if (part !== "histogram") {
    if (series.length <= 1) return undefined;
    return problem(
      "several-series",
      `\`${part}\`: query \`${promql}\` returned ${series.length} series where one is needed; wrap it in \`sum(…)\` or add labels`,
    );
  }
  const bounds = series.map(({ labels }) => labels["le"]);
  if (bounds.includes(undefined))
    return problem(
      "wrong-result-type",
      `\`histogram\`: query \`${promql}\` returned a series without \`le\`; write \`sum by (le) (…)\``,
    );
  if (new Set(bounds).size === bounds.length) return undefined;
  return problem(
    "several-series",
    `\`histogram\`: query \`${promql}\` returned several series for one \`le\`; write \`sum by (le) (…)\``,
  );
}

function collectNumbers(part: QueryPart, series: readonly ServerSeries[]) {
  const bySlice = new Map<number, number>();
  let oddities = 0;
  for (const [atMs, value] of series[0]?.points ?? []) {
    if (Number.isFinite(value) && (value >= 0 || part === "value")) bySlice.set(atMs, value);
    else oddities += 1;
  }
  return { bySlice, oddities };
}

function collectBuckets(series: readonly ServerSeries[]) {
  const bySlice = new Map<number, BucketIncrease[]>();
  const odd = new Set<number>();
  for (const { labels, points } of series) {
    for (const [atMs, count] of points) {
      if (!Number.isFinite(count) || count < 0) odd.add(atMs);
      const buckets = bySlice.get(atMs) ?? [];
      buckets.push({ series: "", le: labels["le"] ?? "", count });
      bySlice.set(atMs, buckets);
    }
  }
  for (const atMs of odd) bySlice.delete(atMs);
  return { bySlice, oddities: odd.size };
}

/** A slice's measurement; undefined for a gap, `incomplete` when one part has a value and another has none. */
function measure(
  query: PrometheusQuery,
  parts: readonly PartValues[],
  atMs: number,
): Measurement | "incomplete" | undefined {
  const counts: Partial<Record<QueryPart, number>> = {};
  let missing = 0;
  for (const { part, bySlice } of parts) {
    const found = bySlice.get(atMs);
    if (typeof found === "number") {
      if (part === "value") return { kind: "value", value: found };
      counts[part] = found;
    } else if (found !== undefined) {
      const buckets = sumBuckets(found, query.unit ?? "seconds");
      return buckets === undefined ? "incomplete" : { kind: "histogram", buckets };
    } else if (part === "total" || query.absent !== "zero") {
      missing += 1;
    } else {
      counts[part] = 0;
    }
  }
  if (missing === 0 && counts.total !== undefined) return { kind: "counts", ...goodAndTotal(counts) };
  return missing < parts.length && counts.total !== undefined ? "incomplete" : undefined;
}
