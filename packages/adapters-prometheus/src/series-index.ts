import { canonicalLabels, parseSeriesLabels } from "./label-text.js";
import { applyProvenReset, type MetricLine } from "./metric-line.js";
import type { MetricsPage, NameGroup } from "./metrics-page.js";
import type { SeriesSelector } from "./series-selector.js";

/** The lines that a selector matches, until the version changes. */
export type Selection = { readonly version: number; readonly lines: readonly MetricLine[] };

const NOTHING: Selection = { version: 0, lines: [] };
const HISTOGRAM_PARTS = /_(?:total|bucket|count|sum)$/;

/** What is known of one name's lines beyond their text. */
type NameIndex = {
  group: NameGroup;
  indexed: number;
  version: number;
  /** Lines by `label=value`. */
  readonly postings: Map<string, MetricLine[]>;
  readonly byLabels: Map<string, MetricLine>;
  /** Bucket lines of one histogram, by their labels without `le`. */
  readonly histograms: Map<string, MetricLine[]>;
  readonly duplicates: Set<MetricLine>;
  readonly createdBy: Map<MetricLine, MetricLine>;
  createdVersion: number;
};

/** Finds series by selector on one target's page, and keeps what only whole series, not lines, can tell. */
export class SeriesIndex {
  readonly #page: MetricsPage;
  readonly #targetLabels: ReadonlyMap<string, string>;
  readonly #names = new Map<string, NameIndex>();

  constructor(page: MetricsPage, targetLabels: ReadonlyMap<string, string>) {
    this.#page = page;
    this.#targetLabels = targetLabels;
  }

  /** The matching lines that were ever seen; `known` comes back when nothing has changed since. */
  select(selector: SeriesSelector, known?: Selection): Selection {
    const index = this.#synchronised(selector.name);
    if (index === undefined) return NOTHING;
    if (known !== undefined && known.version === index.version) return known;
    const lines = this.#candidates(index, selector).filter(
      (line) => !index.duplicates.has(line) && this.#matches(line, selector),
    );
    return { version: index.version, lines };
  }

  /** Call after each page that was read: spellings are joined and resets that only siblings prove are applied. */
  settle(): void {
    for (const name of this.#names.keys()) {
      const index = this.#synchronised(name);
      if (index === undefined) continue;
      this.#applySiblingResets(index);
      if (this.#page.hasCreated) this.#applyCreatedResets(name, index);
    }
  }

  /** When the series began to count, in epoch milliseconds, as far as the page tells. */
  createdMs(line: MetricLine): number | undefined {
    const index = this.#synchronised(line.name);
    if (index === undefined) return undefined;
    this.#linkCreated(line.name, index);
    const created = index.createdBy.get(line);
    return created === undefined || created.seenAt !== this.#page.scrape ? undefined : created.value * 1_000;
  }

  #matches(line: MetricLine, selector: SeriesSelector): boolean {
    const labels = parseSeriesLabels(line.key)?.labels ?? new Map<string, string>();
    return selector.matchers.every(({ label, test }) => test(labels.get(label) ?? this.#targetLabels.get(label) ?? ""));
  }

  #candidates(index: NameIndex, selector: SeriesSelector): readonly MetricLine[] {
    let best: readonly MetricLine[] = index.group.lines;
    for (const { label, operator, value } of selector.matchers) {
      if (operator !== "=" || value === "" || this.#targetLabels.has(label)) continue;
      const lines = index.postings.get(`${label}=${value}`) ?? [];
      if (lines.length < best.length) best = lines;
    }
    return best;
  }

  #synchronised(name: string): NameIndex | undefined {
    const group = this.#page.groups.get(name);
    let index = this.#names.get(name);
    if (group === undefined) return undefined;
    if (index === undefined || index.group !== group) {
      index = emptyIndex(group);
      this.#names.set(name, index);
    }
    if (index.version === group.version) return index;
    for (; index.indexed < group.lines.length; index.indexed++) {
      const line = group.lines[index.indexed];
      if (line !== undefined) this.#add(index, line);
    }
    index.version = group.version;
    return index;
  }

  #add(index: NameIndex, line: MetricLine): void {
    const labels = parseSeriesLabels(line.key)?.labels;
    if (labels === undefined) return;
    const identity = canonicalLabels(labels);
    const known = index.byLabels.get(identity);
    if (known !== undefined && known.seenAt === line.seenAt) {
      index.duplicates.add(line);
      return;
    }
    if (known !== undefined) {
      // The same labels in another order: the series goes on, it did not begin now.
      const { value, seenAt } = line;
      known.take(value, seenAt);
      line.state = known.state;
    }
    index.byLabels.set(identity, line);
    for (const [label, value] of labels) push(index.postings, `${label}=${value}`, line);
    if (labels.has("le")) push(index.histograms, canonicalLabels(labels, "le"), line);
  }

  /** One bucket that fell proves that the process began again, so all buckets count from zero. */
  #applySiblingResets(index: NameIndex): void {
    const { scrape } = this.#page;
    for (const lines of index.histograms.values()) {
      if (!lines.some(({ state }) => state?.resetAt === scrape)) continue;
      for (const { state, seenAt } of lines)
        if (state !== undefined && seenAt === scrape) applyProvenReset(state, scrape);
    }
  }

  #applyCreatedResets(name: string, index: NameIndex): void {
    this.#linkCreated(name, index);
    const { scrape } = this.#page;
    for (const [line, created] of index.createdBy) {
      if (
        created.seenAt !== scrape ||
        line.seenAt !== scrape ||
        created.state === undefined ||
        line.state === undefined
      )
        continue;
      const isNewer = created.state.bornAt !== scrape && created.state.value > created.state.previous;
      if (isNewer) applyProvenReset(line.state, scrape);
    }
  }

  #linkCreated(name: string, index: NameIndex): void {
    if (name.endsWith("_created")) return;
    const created = this.#synchronised(`${name.replace(HISTOGRAM_PARTS, "")}_created`);
    if (created === undefined) return;
    const version = created.version + index.version;
    if (index.createdVersion === version) return;
    for (const line of index.group.lines) {
      const labels = parseSeriesLabels(line.key)?.labels;
      const match = labels === undefined ? undefined : created.byLabels.get(canonicalLabels(labels, "le"));
      if (match !== undefined) index.createdBy.set(line, match);
    }
    index.createdVersion = version;
  }
}

function emptyIndex(group: NameGroup): NameIndex {
  return {
    group,
    indexed: 0,
    version: 0,
    postings: new Map(),
    byLabels: new Map(),
    histograms: new Map(),
    duplicates: new Set(),
    createdBy: new Map(),
    createdVersion: 0,
  };
}

function push(lists: Map<string, MetricLine[]>, key: string, line: MetricLine): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [line]);
  else list.push(line);
}
