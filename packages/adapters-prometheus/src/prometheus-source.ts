import { durationTextMs, type Clock, type SliReading, type SliRequest, type SliSource } from "@plimsoll/core";
import { createHttpClient, type HttpClient } from "./http-client.js";
import { PrometheusApi } from "./prometheus-api.js";
import {
  prometheusQuerySchema,
  prometheusSettingsSchema,
  type PrometheusQuery,
  type PrometheusSettings,
} from "./prometheus-query.js";
import { checkSliKind, QUERY_PARTS } from "./query-form.js";
import { readRawCounters } from "./raw-reading.js";
import { readInterval } from "./read-interval.js";
import { problem, type ReadProblem } from "./read-problem.js";
import { failedReading, queryIssues, reading } from "./reading.js";
import { readServerIncrease, type QueryText } from "./server-increase.js";
import { SliRegister } from "./sli-register.js";

/** What a Prometheus source needs from outside. */
export type PrometheusSourceDependencies = { readonly clock: Clock };

const LONGEST_RAW_MS = 6 * 3_600_000; // as much as the engine asks for at once; 1,440 scraped values a series at 15 s
const MOST_STEPS = 5_000; // a server refuses more than 11,000 points a series

/** Reads SLIs from a Prometheus server, or one that speaks its API. Throws a PlimsollError when a TLS file is unreadable. */
export function createPrometheusSource(
  settings: PrometheusSettings,
  { clock }: PrometheusSourceDependencies,
): SliSource {
  const parsed = prometheusSettingsSchema.parse(settings);
  const url = new URL(parsed.url);
  const client = createHttpClient(parsed, [url]);
  return new PrometheusSource({
    client,
    clock,
    api: new PrometheusApi(client, url),
    delayMs: durationTextMs(parsed.delay),
    lookbackMs: durationTextMs(parsed.lookback),
  });
}

type Parts = {
  readonly client: HttpClient;
  readonly api: PrometheusApi;
  readonly clock: Clock;
  readonly delayMs: number;
  readonly lookbackMs: number;
};

type Entry =
  | { readonly kind: "unusable"; readonly problem: ReadProblem }
  | { readonly kind: "usable"; readonly query: PrometheusQuery; readonly parts: readonly QueryText[] };

class PrometheusSource implements SliSource {
  readonly #parts: Parts;
  readonly #register = new SliRegister(newEntry);

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async read(request: SliRequest): Promise<SliReading> {
    const entry = this.#register.of(request);
    if (entry.kind === "unusable") return failedReading(request, entry.problem);
    const { query, parts } = entry;
    const { api, clock, delayMs, lookbackMs } = this.#parts;
    const longestMs = query.mode === "raw" ? LONGEST_RAW_MS : MOST_STEPS * request.sliceMs;
    const interval = readInterval(request, {
      nowMs: clock.now().toMillis(),
      delayMs,
      pastAfterMs: lookbackMs,
      longestMs,
    });
    if (interval === undefined) return reading([], request.fromMs);
    const task = { api, request, interval, query, parts };
    const answer =
      query.mode === "raw" ? await readRawCounters({ ...task, lookbackMs }) : await readServerIncrease(task);
    if (!answer.ok) return failedReading(request, answer.error);
    return reading(answer.value.samples, answer.value.watermarkMs, answer.value);
  }

  close(): Promise<void> {
    return this.#parts.client.close();
  }
}

function newEntry({ sli }: SliRequest): Entry {
  const query = prometheusQuerySchema.safeParse(sli.selector.query);
  if (!query.success) return { kind: "unusable", problem: problem("bad-query", queryIssues(query.error.issues)) };
  const parts = QUERY_PARTS.flatMap((part) => {
    const text = query.data[part];
    return text === undefined ? [] : [{ part, text }];
  });
  const wrongKind = checkSliKind(
    sli,
    parts.map(({ part }) => part),
  );
  return wrongKind === undefined
    ? { kind: "usable", query: query.data, parts }
    : { kind: "unusable", problem: wrongKind };
}
