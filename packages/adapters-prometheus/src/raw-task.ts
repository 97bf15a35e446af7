import type { CancelSignal, Result, SliRequest } from "@plimsoll/core";
import { promqlDuration } from "./promql-duration.js";
import type { PrometheusApi, ServerSeries } from "./prometheus-api.js";
import type { PrometheusQuery } from "./prometheus-query.js";
import type { ReadInterval } from "./read-interval.js";
import type { ReadProblem } from "./read-problem.js";
import type { SeriesSelector } from "./series-selector.js";
import type { QueryText } from "./server-increase.js";

/** Everything that one raw reading needs. */
export type RawTask = {
  readonly api: PrometheusApi;
  readonly request: SliRequest;
  readonly interval: ReadInterval;
  readonly query: PrometheusQuery;
  readonly parts: readonly QueryText[];
  readonly lookbackMs: number;
};

/** A selector as the server is asked for it. */
export type RawSelector = SeriesSelector & { readonly promql: string };

/** The raw values of a selector from the lookback before an interval to its end. */
export async function rawSeries(
  task: RawTask,
  selector: string,
  cancel: CancelSignal | undefined,
): Promise<Result<readonly ServerSeries[], ReadProblem>> {
  const { fromMs, toMs } = task.interval;
  const rangeMs = toMs - fromMs + task.lookbackMs;
  // A range ends with its instant included, an interval does not.
  return task.api.query(`${selector}[${promqlDuration(rangeMs)}]`, { kind: "instant", atMs: toMs - 1 }, cancel);
}

/** Writes a selector as PromQL. */
export function promqlSelector(name: string, matchers: SeriesSelector["matchers"]): string {
  const conditions = matchers.map(({ label, operator, value }) => `${label}${operator}${JSON.stringify(value)}`);
  return conditions.length === 0 ? name : `${name}{${conditions.join(",")}}`;
}
