import type { Override, OnCallSchedule, TemporarySchedule } from "./schedule.js";

/** What is written down for a span of time, rather than worked out. */
export type FixedSpan = {
  readonly fromMs: number;
  readonly toMs: number;
  /** The temporary schedules that hold; empty means that the layers speak. */
  readonly temporary: readonly TemporarySchedule[];
  /** By id. */
  readonly overrides: readonly Override[];
};

/** Finds the temporary schedules and overrides at an instant, and until when they are the same. The latest span is remembered. */
export function fixedSpans({ temporary = [], overrides = [] }: OnCallSchedule): (atMs: number) => FixedSpan {
  const shifts = temporary.flatMap((schedule) => schedule.shifts);
  const cuts = [...temporary, ...shifts, ...overrides].flatMap(({ fromMs, toMs }) => [fromMs, toMs]);
  const edges = Float64Array.from(new Set(cuts)).sort();
  const byId = overrides.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  let latest: FixedSpan = { fromMs: 0, toMs: 0, temporary: [], overrides: [] };
  return (atMs) => {
    if (latest.fromMs <= atMs && atMs < latest.toMs) return latest;
    const next = edgesUntil(edges, atMs);
    latest = {
      fromMs: edges[next - 1] ?? -Infinity,
      toMs: edges[next] ?? Infinity,
      temporary: temporary.filter((span) => holdsAt(span, atMs)),
      overrides: byId.filter((span) => holdsAt(span, atMs)),
    };
    return latest;
  };
}

/** Tells whether a half-open span holds an instant. */
export function holdsAt(span: { readonly fromMs: number; readonly toMs: number }, atMs: number): boolean {
  return span.fromMs <= atMs && atMs < span.toMs;
}

/** How many edges lie at or before an instant. */
function edgesUntil(edges: Float64Array, atMs: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((edges[middle] as number) <= atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
