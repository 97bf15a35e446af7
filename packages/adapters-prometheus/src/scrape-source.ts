import {
  durationTextMs,
  type Clock,
  type SetAside,
  type SliReading,
  type SliRequest,
  type SliSample,
  type SliSource,
} from "@plimsoll/core";
import { createHttpClient, type HttpClient } from "./http-client.js";
import { checkSliKind } from "./query-form.js";
import { problem, type ReadProblem } from "./read-problem.js";
import { failedReading, queryIssues, reading } from "./reading.js";
import { scrapeQuerySchema, scrapeSettingsSchema, type ScrapeSettings } from "./scrape-query.js";
import { ScrapeReader } from "./scrape-reader.js";
import { ScrapeTarget, unlessCancelled, type ScrapeOutcome } from "./scrape-target.js";
import { SliRegister } from "./sli-register.js";

/** What a scrape source needs from outside. */
export type ScrapeSourceDependencies = { readonly clock: Clock };

/** The samples that are kept so that an interval read again gives the same. */
const KEPT_SAMPLES = 16;

/**
 * Reads counters from `/metrics` pages, one scrape per target and instant shared by all SLIs.
 *
 * A page tells what is, not what was: it is scraped when an interval is read, and what has been added since the
 * scrape before is a sample that ends at the interval's end. An interval that ended more than `staleAfter` ago is a gap.
 */
export function createScrapeSource(settings: ScrapeSettings, { clock }: ScrapeSourceDependencies): SliSource {
  const parsed = scrapeSettingsSchema.parse(settings);
  const places = parsed.targets.map((target) =>
    typeof target === "string" ? { url: target, labels: {} } : { url: target.url, labels: target.labels ?? {} },
  );
  const urls = places.map(({ url }) => new URL(url));
  const client = createHttpClient(parsed, urls);
  const targets = places.map(({ url, labels }) => new ScrapeTarget(new URL(url), labels, client));
  return new ScrapeSource({ client, targets, clock, staleAfterMs: durationTextMs(parsed.staleAfter) });
}

type Parts = {
  readonly client: HttpClient;
  readonly targets: readonly ScrapeTarget[];
  readonly clock: Clock;
  readonly staleAfterMs: number;
};

/** What is kept for one SLI. */
type Entry =
  | { readonly kind: "unusable"; readonly problem: ReadProblem }
  | {
      readonly kind: "usable";
      readonly reader: ScrapeReader;
      labelMs: number;
      samples: SliSample[];
      setAsideAt: readonly number[];
    };

class ScrapeSource implements SliSource {
  readonly #parts: Parts;
  readonly #register: SliRegister<Entry>;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#register = new SliRegister((request) => newEntry(request, parts.targets));
  }

  async read(request: SliRequest): Promise<SliReading> {
    const entry = this.#register.of(request);
    if (entry.kind === "unusable") return failedReading(request, entry.problem);
    const { targets, clock, staleAfterMs } = this.#parts;
    const nowMs = clock.now().toMillis();
    const labelMs = request.toMs <= nowMs ? request.toMs : Math.floor(nowMs / request.sliceMs) * request.sliceMs;
    if (labelMs <= request.fromMs) return reading([], request.fromMs);
    if (labelMs <= entry.labelMs) return reading(inside(entry.samples, request), labelMs);
    if (nowMs - labelMs > staleAfterMs) return reading([], labelMs);
    const outcomes = await unlessCancelled(
      Promise.all(targets.map((target) => target.scrapedFor(labelMs))),
      request.cancel,
    );
    if (outcomes === "cancelled") return failedReading(request, problem("cancelled", "the reading was cancelled"));
    const failed = outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome.error]));
    const [first] = failed;
    if (first !== undefined)
      return failedReading(request, { ...first, message: failed.map(({ message }) => message).join("; ") });
    // Somebody may have read the same SLI while this call waited.
    if (labelMs <= entry.labelMs) return reading(inside(entry.samples, request), labelMs);
    return this.#take(request, entry, labelMs, outcomes);
  }

  #take(
    request: SliRequest,
    entry: Extract<Entry, { kind: "usable" }>,
    labelMs: number,
    outcomes: readonly ScrapeOutcome[],
  ): SliReading {
    const gathered = entry.reader.gather(request);
    if (!gathered.ok) return failedReading(request, gathered.error);
    const { measurement, notes } = gathered.value;
    if (measurement !== undefined) {
      const lastSlice = labelMs - request.sliceMs;
      const isSpan =
        measurement.kind !== "value" &&
        Number.isFinite(entry.labelMs) &&
        labelMs - entry.labelMs <= this.#parts.staleAfterMs;
      const fromMs = Math.max(request.fromMs, isSpan ? entry.labelMs : lastSlice);
      entry.samples.push({ fromMs, toMs: labelMs, measurement });
      if (entry.samples.length > KEPT_SAMPLES) entry.samples.shift();
    }
    entry.labelMs = labelMs;
    const setAside = outcomes.flatMap((outcome, index) => this.#setAside(outcome, index, entry));
    return reading(inside(entry.samples, request), labelMs, { notes, setAside });
  }

  /** A page's malformed lines, told once per scrape. */
  #setAside(outcome: ScrapeOutcome, index: number, entry: Extract<Entry, { kind: "usable" }>): readonly SetAside[] {
    const target = this.#parts.targets[index];
    if (!outcome.ok || target === undefined || entry.setAsideAt[index] === target.page.scrape) return [];
    entry.setAsideAt = entry.setAsideAt.with(index, target.page.scrape);
    const { malformed, malformedCount } = outcome.value;
    const [example] = malformed;
    if (example === undefined) return [];
    const text = `${target.shown} line ${example.lineNumber}: ${example.text}`;
    return [
      {
        reason: `malformed lines on the page of ${target.shown}: ${example.reason}`,
        count: malformedCount,
        example: text,
      },
    ];
  }

  close(): Promise<void> {
    return this.#parts.client.close();
  }
}

function newEntry({ sli }: SliRequest, targets: readonly ScrapeTarget[]): Entry {
  const query = scrapeQuerySchema.safeParse(sli.selector.query);
  if (!query.success) return { kind: "unusable", problem: problem("bad-query", queryIssues(query.error.issues)) };
  const reader = new ScrapeReader(query.data, targets);
  const wrongKind = checkSliKind(sli, reader.parts);
  if (wrongKind !== undefined) return { kind: "unusable", problem: wrongKind };
  return { kind: "usable", reader, labelMs: -Infinity, samples: [], setAsideAt: targets.map(() => 0) };
}

function inside(samples: readonly SliSample[], { fromMs, toMs }: SliRequest): readonly SliSample[] {
  return samples.filter((sample) => sample.fromMs >= fromMs && sample.toMs <= toMs);
}
