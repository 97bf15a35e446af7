import { failure, success, type CancelSignal, type Result } from "@plimsoll/core";
import type { HttpAnswer, HttpClient } from "./http-client.js";
import { problem, type ReadProblem } from "./read-problem.js";
import { parseSampleValue } from "./sample-value.js";
import { shownUrl } from "./secret-text.js";

/** One series of an answer, its points ascending in time. */
export type ServerSeries = {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly (readonly [atMs: number, value: number])[];
};

/** The instants at which a query is evaluated. */
export type EvaluationTimes =
  | { readonly kind: "instant"; readonly atMs: number }
  | { readonly kind: "range"; readonly fromMs: number; readonly toMs: number; readonly stepMs: number };

const SHOWN_ERROR = 300;

/** Asks a server's query API; every problem names the query. */
export class PrometheusApi {
  readonly #client: HttpClient;
  readonly #base: URL;

  constructor(client: HttpClient, url: URL) {
    this.#client = client;
    this.#base = url;
  }

  async query(
    query: string,
    times: EvaluationTimes,
    cancel: CancelSignal | undefined,
  ): Promise<Result<readonly ServerSeries[], ReadProblem>> {
    const url = new URL(this.#base);
    url.pathname = `${url.pathname.replace(/\/$/, "")}/api/v1/${times.kind === "instant" ? "query" : "query_range"}`;
    const form =
      times.kind === "instant"
        ? { time: seconds(times.atMs) }
        : { start: seconds(times.fromMs), end: seconds(times.toMs), step: seconds(times.stepMs) };
    const answer = await this.#client.ask({
      url,
      form: { query, ...form },
      accept: "application/json",
      ...(cancel === undefined ? {} : { cancel }),
    });
    const parsed = answer.ok ? this.#parse(answer.value) : answer;
    if (parsed.ok) return parsed;
    return failure({
      ...parsed.error,
      message: `query \`${query}\` at ${shownUrl(this.#base)}: ${parsed.error.message}`,
    });
  }

  #parse(answer: HttpAnswer): Result<readonly ServerSeries[], ReadProblem> {
    const body = jsonOf(answer.body);
    if (isRecord(body) && body["status"] === "error") return failure(this.#serverError(body, answer.status));
    if (answer.status !== 200) return failure(statusProblem(answer.status));
    if (body === undefined) return failure(problem("malformed-answer", "the answer is not JSON"));
    if (!isRecord(body) || body["status"] !== "success" || !isRecord(body["data"])) {
      return failure(
        problem(
          "malformed-answer",
          "the answer has neither `status: success` nor `status: error`; is this a Prometheus server?",
        ),
      );
    }
    return parseData(body["data"]);
  }

  #serverError(body: Readonly<Record<string, unknown>>, status: number): ReadProblem {
    const { errorType, error } = body;
    const type = typeof errorType === "string" ? this.#client.redact(errorType) : "error";
    const words = typeof error === "string" ? this.#client.redact(error).slice(0, SHOWN_ERROR) : "it does not say why";
    const message = `the server refused it (${status}, ${type}): ${words}`;
    return { code: type === "bad_data" ? "bad-query" : "server-error", message, retryable: type !== "bad_data" };
  }
}

function statusProblem(status: number): ReadProblem {
  const advice =
    status === 401 || status === 403 ? "; check the credentials" : status === 404 ? "; check the address" : "";
  return {
    code: "http-status",
    message: `the server answered ${status}${advice}`,
    retryable: status >= 500 || status === 429,
  };
}

function parseData(data: Readonly<Record<string, unknown>>): Result<readonly ServerSeries[], ReadProblem> {
  const { resultType, result } = data;
  if (resultType === "scalar") {
    const point = parsePoint(result);
    return point === undefined ? failure(malformedSeries()) : success([{ labels: {}, points: [point] }]);
  }
  if (resultType !== "vector" && resultType !== "matrix") {
    return failure(
      problem(
        "wrong-result-type",
        `the result is of type ${String(resultType)}; a vector, a matrix or a scalar is needed`,
      ),
    );
  }
  if (!Array.isArray(result)) return failure(malformedSeries());
  const series: ServerSeries[] = [];
  for (const one of result) {
    const parsed = parseSeries(one, resultType);
    if (parsed === "histogram")
      return failure(
        problem(
          "wrong-result-type",
          "the result is a native histogram; take `histogram_count` and `histogram_fraction` of it",
        ),
      );
    if (parsed === undefined) return failure(malformedSeries());
    series.push(parsed);
  }
  return success(series);
}

function malformedSeries(): ReadProblem {
  return problem("malformed-answer", "the answer is cut off or malformed");
}

function parseSeries(one: unknown, type: "vector" | "matrix"): ServerSeries | "histogram" | undefined {
  if (!isRecord(one) || !isRecord(one["metric"])) return undefined;
  const labels = one["metric"];
  if (!Object.values(labels).every((value) => typeof value === "string")) return undefined;
  const raw = type === "vector" ? (one["value"] === undefined ? undefined : [one["value"]]) : one["values"];
  if (raw === undefined)
    return one["histogram"] !== undefined || one["histograms"] !== undefined ? "histogram" : undefined;
  if (!Array.isArray(raw)) return undefined;
  const points = raw.map(parsePoint);
  if (!points.every((point) => point !== undefined)) return undefined;
  return { labels: labels as Readonly<Record<string, string>>, points };
}

function parsePoint(point: unknown): readonly [number, number] | undefined {
  if (!Array.isArray(point) || typeof point[0] !== "number" || typeof point[1] !== "string") return undefined;
  const value = parseSampleValue(point[1]);
  return value === undefined ? undefined : [Math.round(point[0] * 1_000), value];
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function seconds(timeMs: number): string {
  return String(timeMs / 1_000);
}
