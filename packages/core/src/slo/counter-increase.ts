/** What a counter read at an instant; `createdMs` is when the series says that it began, where it says so. */
export type CounterReading = { readonly atMs: number; readonly value: number; readonly createdMs?: number };

/** What was known of a series before: its last reading, a proof that it was not there, or nothing. */
export type CounterPast =
  | { readonly kind: "reading"; readonly reading: CounterReading }
  /** The same target was read at this instant, in full, and had no such series. */
  | { readonly kind: "absent"; readonly atMs: number }
  | { readonly kind: "unknown" };

/** How much a counter grew between two readings; `uncounted` says why a growth could not be known. */
export type CounterIncrease =
  | { readonly kind: "counted"; readonly increase: number; readonly because: "grew" | "reset" | "started" }
  | { readonly kind: "uncounted"; readonly because: "first-reading" | "not-a-count" | "out-of-order" };

/**
 * Works out a counter's increase. After a reset (a lower value, or a created timestamp since the last reading) it counts
 * from zero. A first value counts in full when its created timestamp or an earlier absence proves that the series began
 * inside the interval, which starts at `sinceMs`; else not at all, and that is said.
 */
export function counterIncrease(past: CounterPast, current: CounterReading, sinceMs: number): CounterIncrease {
  if (!(current.value >= 0 && current.value < Infinity)) return { kind: "uncounted", because: "not-a-count" };
  const { createdMs } = current;
  if (past.kind === "reading") return growth(past.reading, current);
  const startedInside = createdMs !== undefined && createdMs >= sinceMs && createdMs <= current.atMs;
  const wasAbsent = past.kind === "absent" && past.atMs >= sinceMs && past.atMs < current.atMs;
  return startedInside || wasAbsent
    ? { kind: "counted", increase: current.value, because: "started" }
    : { kind: "uncounted", because: "first-reading" };
}

function growth(previous: CounterReading, current: CounterReading): CounterIncrease {
  if (current.atMs <= previous.atMs) return { kind: "uncounted", because: "out-of-order" };
  const restarted =
    current.createdMs !== undefined && current.createdMs > previous.atMs && current.createdMs <= current.atMs;
  return restarted || current.value < previous.value
    ? { kind: "counted", increase: current.value, because: "reset" }
    : { kind: "counted", increase: current.value - previous.value, because: "grew" };
}
