import { failure, success, type CancelSignal, type Result } from "@plimsoll/core";
import type { HttpClient } from "./http-client.js";
import { MetricsPage, type PageOutcome } from "./metrics-page.js";
import { problem, type ReadProblem } from "./read-problem.js";
import type { PageFormat } from "./sample-value.js";
import { shownUrl } from "./secret-text.js";
import { SeriesIndex } from "./series-index.js";

const ACCEPT = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

/** What the latest scrape of a target gave. */
export type ScrapeOutcome = Result<Extract<PageOutcome, { kind: "read" }>, ReadProblem>;

/** One process whose page is read: at most once for each instant that is asked for, whoever asks. */
export class ScrapeTarget {
  readonly shown: string;
  readonly page = new MetricsPage();
  readonly series: SeriesIndex;
  readonly #url: URL;
  readonly #client: HttpClient;
  #labelMs = -Infinity;
  #outcome: ScrapeOutcome | undefined;
  #running: { readonly labelMs: number; readonly outcome: Promise<ScrapeOutcome> } | undefined;

  constructor(url: URL, labels: Readonly<Record<string, string>>, client: HttpClient) {
    this.#url = url;
    this.#client = client;
    this.shown = shownUrl(url);
    this.series = new SeriesIndex(this.page, new Map(Object.entries({ instance: url.host, ...labels })));
  }

  /** The page as it was read for this instant or a later one. */
  async scrapedFor(labelMs: number): Promise<ScrapeOutcome> {
    for (;;) {
      if (this.#outcome !== undefined && this.#labelMs >= labelMs) return this.#outcome;
      this.#running ??= { labelMs, outcome: this.#scrape(labelMs) };
      await this.#running.outcome;
    }
  }

  async #scrape(labelMs: number): Promise<ScrapeOutcome> {
    const outcome = await this.#read();
    this.#outcome = outcome;
    this.#labelMs = labelMs;
    this.#running = undefined;
    return outcome;
  }

  async #read(): Promise<ScrapeOutcome> {
    const answer = await this.#client.ask({ url: this.#url, accept: ACCEPT });
    if (!answer.ok) return answer;
    const { status, contentType, body, isFramed } = answer.value;
    if (status !== 200) return failure(problem("http-status", `${this.shown} answered ${status} instead of 200`));
    const format: PageFormat = contentType.includes("application/openmetrics-text") ? "openmetrics" : "text";
    if (contentType.includes("text/html")) {
      return failure(problem("malformed-answer", `${this.shown} answered an HTML page, not metrics; check the path`));
    }
    if (!isFramed && format === "text" && body.length > 0 && body.at(-1) !== 10) {
      return failure(
        problem("malformed-answer", `the page of ${this.shown} ends in the middle of a line, so it is cut off`),
      );
    }
    const outcome = this.page.read(body, format);
    if (outcome.kind === "refused") return failure(problem("malformed-answer", `${this.shown}: ${outcome.reason}`));
    this.series.settle();
    return success(outcome);
  }
}

/** Waits for work that others share; stops waiting, not the work, when the caller gives up. */
export async function unlessCancelled<Value>(
  work: Promise<Value>,
  cancel: CancelSignal | undefined,
): Promise<Value | "cancelled"> {
  if (cancel === undefined) return work;
  if (cancel.aborted) return "cancelled";
  let onAbort = () => {};
  const cancelled = new Promise<"cancelled">((resolve) => {
    onAbort = () => resolve("cancelled");
  });
  cancel.addEventListener("abort", onAbort);
  try {
    return await Promise.race([work, cancelled]);
  } finally {
    cancel.removeEventListener("abort", onAbort);
  }
}
