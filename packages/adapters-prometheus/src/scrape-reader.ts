import { failure, success, type Measurement, type Result, type SliRequest } from "@plimsoll/core";
import { CounterTally } from "./counter-tally.js";
import { sumBuckets, type BucketIncrease } from "./histogram-buckets.js";
import { canonicalLabels, parseSeriesLabels } from "./label-text.js";
import type { MetricLine } from "./metric-line.js";
import { goodAndTotal, QUERY_PARTS, type QueryPart } from "./query-form.js";
import { problem, type ReadProblem } from "./read-problem.js";
import type { ScrapeQuery } from "./scrape-query.js";
import type { ScrapeTarget } from "./scrape-target.js";
import type { Selection } from "./series-index.js";
import { parseSeriesSelector, type SeriesSelector } from "./series-selector.js";

/** What one part of a query follows on one target. */
type Follow = { readonly target: ScrapeTarget; readonly tally: CounterTally; selection: Selection | undefined };
type Part = { readonly name: QueryPart; readonly selector: SeriesSelector; readonly follows: readonly Follow[] };

/** What the pages gave: a measurement, or none when nothing can be said yet. */
export type Gathered = { readonly measurement: Measurement | undefined; readonly notes: readonly string[] };

/** Gathers one SLI's counts from the pages of all targets. */
export class ScrapeReader {
  readonly #query: ScrapeQuery;
  readonly #parts: readonly Part[];
  #toldGauges = false;

  constructor(query: ScrapeQuery, targets: readonly ScrapeTarget[]) {
    this.#query = query;
    this.#parts = QUERY_PARTS.flatMap((name) => {
      const text = query[name];
      if (text === undefined) return [];
      const follows = targets.map((target) => ({ target, tally: new CounterTally(), selection: undefined }));
      return [{ name, selector: selectorOf(name, text), follows }];
    });
  }

  get parts(): readonly QueryPart[] {
    return this.#parts.map(({ name }) => name);
  }

  /** Reads pages that were just scraped, all of them; nothing counts as counted until all parts are sound. */
  gather(request: SliRequest): Result<Gathered, ReadProblem> {
    for (const part of this.#parts) {
      const unsound = this.#check(part);
      if (unsound !== undefined) return failure(unsound);
    }
    const value = this.#parts.find(({ name }) => name === "value");
    if (value !== undefined)
      return success({ measurement: { kind: "value", value: presentLines(value)[0]?.value ?? Number.NaN }, notes: [] });
    const begun = this.#parts.every(({ follows }) => follows.every(({ tally }) => tally.hasBegun));
    const unproven = begun ? 0 : this.#unproven(request.fromMs);
    const measured = unproven > 0 ? success(undefined) : this.#measure(begun);
    if (!measured.ok) return measured;
    this.#settle();
    return success({ measurement: measured.value, notes: [...this.#firstValueNote(unproven), ...this.#gaugeNote()] });
  }

  #check({ name, selector, follows }: Part): ReadProblem | undefined {
    for (const follow of follows) follow.selection = follow.target.series.select(selector, follow.selection);
    const lines = presentLines({ name, selector, follows });
    const where = follows.map(({ target }) => target.shown).join(", ");
    if (lines.length === 0) {
      if (this.#query.absent === "zero" && (name === "good" || name === "bad")) return undefined;
      const advice =
        name === "good" || name === "bad"
          ? "; if the series appears with its first event only, say `absent: zero`"
          : "; check the selector, or make the service show the counter from its start";
      return problem("no-series", `\`${name}: ${selector.text}\` matches no series at ${where}${advice}`);
    }
    if (name === "value" && lines.length > 1) {
      return problem(
        "several-series",
        `\`value: ${selector.text}\` matches ${lines.length} series at ${where}, where exactly one is needed; add labels`,
      );
    }
    const odd = lines.find(({ value }) => !Number.isFinite(value) || (value < 0 && name !== "value"));
    if (odd === undefined) return undefined;
    return problem(
      "not-a-number",
      `\`${name}: ${selector.text}\` has the value ${odd.value} at ${where} (series ${odd.key})`,
    );
  }

  /** How many series were there before the interval, or may have been: their first value cannot be counted. */
  #unproven(fromMs: number): number {
    const unproven = new Set<MetricLine>();
    for (const { follows } of this.#parts) {
      for (const { target, selection } of follows) {
        for (const line of selection?.lines ?? []) {
          if (isPresent(line, target) && !((target.series.createdMs(line) ?? -Infinity) >= fromMs)) unproven.add(line);
        }
      }
    }
    return unproven.size;
  }

  #measure(begun: boolean): Result<Measurement | undefined, ReadProblem> {
    const counts: Partial<Record<QueryPart, number>> = {};
    for (const part of this.#parts) {
      if (part.name === "histogram") return this.#measureHistogram(part, begun);
      counts[part.name] = increases(part, begun).reduce((sum, { increase }) => sum + increase, 0);
    }
    return success({ kind: "counts", ...goodAndTotal(counts) });
  }

  #measureHistogram(part: Part, begun: boolean): Result<Measurement, ReadProblem> {
    const buckets = increases(part, begun).map(({ line, increase, target }): BucketIncrease => {
      const labels = parseSeriesLabels(line.key)?.labels ?? new Map<string, string>();
      return {
        series: `${target.shown} ${canonicalLabels(labels, "le")}`,
        le: labels.get("le") ?? "",
        count: increase,
      };
    });
    const summed = sumBuckets(buckets, this.#query.unit ?? "seconds");
    if (summed !== undefined) return success({ kind: "histogram", buckets: summed });
    return failure(
      problem("no-series", `\`histogram: ${part.selector.text}\` has no bucket with le="+Inf"; is it a histogram?`),
    );
  }

  #settle(): void {
    for (const { follows } of this.#parts) {
      for (const { target, tally, selection } of follows) tally.settle(selection?.lines ?? [], target.page.scrape);
    }
  }

  #firstValueNote(unproven: number): readonly string[] {
    if (unproven === 0) return [];
    return [
      `counting begins now: ${unproven} series may be older than the interval, so their first values are not counted`,
    ];
  }

  #gaugeNote(): readonly string[] {
    if (this.#toldGauges) return [];
    this.#toldGauges = true;
    return this.#parts.flatMap(({ name, selector, follows }) => {
      const isGauge = follows.some(({ target: { page } }) => page.types.get(selector.name) === "gauge");
      return isGauge ? [`\`${name}: ${selector.text}\` is declared a gauge and is counted as a counter`] : [];
    });
  }
}

function increases({ follows }: Part, begun: boolean) {
  return follows.flatMap(({ target, tally, selection }) => {
    const seen = new Set<unknown>();
    return (selection?.lines ?? []).flatMap((line) => {
      if (line.state === undefined || seen.has(line.state)) return [];
      seen.add(line.state);
      // Before anything was settled every series has been proved to begin inside the interval.
      const increase = begun ? tally.increase(line) : isPresent(line, target) ? line.value : 0;
      // A series that is gone and has added nothing would only bring its old bounds and labels back.
      return increase === 0 && !isPresent(line, target) ? [] : [{ line, target, increase }];
    });
  });
}

function presentLines({ follows }: Part): readonly MetricLine[] {
  return follows.flatMap(({ target, selection }) => (selection?.lines ?? []).filter((line) => isPresent(line, target)));
}

function isPresent(line: MetricLine, target: ScrapeTarget): boolean {
  return line.seenAt === target.page.scrape;
}

function selectorOf(part: QueryPart, text: string): SeriesSelector {
  const parsed = parseSeriesSelector(text);
  if (!parsed.ok) throw new RangeError(parsed.error); // the schema has let it through
  const { name } = parsed.value;
  return part === "histogram" && !name.endsWith("_bucket") ? { ...parsed.value, name: `${name}_bucket` } : parsed.value;
}
