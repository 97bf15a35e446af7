import { counterIncrease, type CounterReading } from "@plimsoll/core";
import { canonicalLabels } from "./label-text.js";
import type { ServerSeries } from "./prometheus-api.js";

/** What a series added at one scrape. */
export type Increment = { readonly atMs: number; readonly count: number };

/** A counter's increases inside an interval, and the first value that may not be one. */
export type RawIncreases = {
  readonly increments: readonly Increment[];
  /** The series' first point, when no earlier one says what of it is increase. */
  readonly first: Increment | undefined;
};

/** One spelling for a series; `without` is left out. */
export function seriesIdentity(labels: Readonly<Record<string, string>>, without?: string): string {
  return canonicalLabels(new Map(Object.entries(labels).filter(([label]) => label !== "__name__")), without);
}

/**
 * The increases of one series at its points from `fromMs` on; earlier points only say what to count from.
 * A value that fell began at zero again; `resetsAt` are instants at which a sibling proves the same.
 */
export function rawIncreases(
  { points }: ServerSeries,
  fromMs: number,
  resetsAt: ReadonlySet<number> = new Set(),
): RawIncreases {
  const increments: Increment[] = [];
  let first: Increment | undefined;
  let previous: CounterReading | undefined;
  for (const [atMs, value] of points) {
    if (!Number.isFinite(value) || value < 0) continue;
    const current = resetsAt.has(atMs) ? { atMs, value, createdMs: atMs } : { atMs, value };
    if (atMs >= fromMs) {
      if (previous === undefined) first = { atMs, count: value };
      else {
        const grown = counterIncrease({ kind: "reading", reading: previous }, current, fromMs);
        if (grown.kind === "counted") increments.push({ atMs, count: grown.increase });
      }
    }
    previous = current;
  }
  return { increments, first };
}

/** The instants at which any bucket of a histogram fell: all of its buckets began again then. */
export function resetInstants(buckets: readonly ServerSeries[]): ReadonlySet<number> {
  const instants = new Set<number>();
  for (const { points } of buckets) {
    let previous = 0;
    for (const [atMs, value] of points) {
      if (value < previous) instants.add(atMs);
      if (Number.isFinite(value)) previous = value;
    }
  }
  return instants;
}
