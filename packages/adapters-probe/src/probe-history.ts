import type { Measurement, SetAside, SliRequest, SliSample } from "@plimsoll/core";

/** One attempt that told something. */
export type ProbeEvent = { readonly atMs: number; readonly isGood: boolean; readonly value: number | undefined };

type Gap = { readonly fromMs: number; readonly toMs: number; readonly reason: string };

/** How long results are kept, and how often there is one. */
export type ProbeHistorySettings = { readonly keepMs: number; readonly everyMs: number };

/**
 * Keeps what a probe found, by the instant at which each attempt ended.
 *
 * An attempt speaks for the time since the one before it: slices in between in which none ended, while the probe was on
 * its schedule, are measured by it and not idle. A slice in which the prober could not probe is a gap.
 */
export class ProbeHistory {
  readonly #settings: ProbeHistorySettings;
  #events: ProbeEvent[] = [];
  #gaps: Gap[] = [];

  constructor(settings: ProbeHistorySettings) {
    this.#settings = settings;
  }

  record(event: ProbeEvent): void {
    const keepMs = this.#settings.keepMs;
    this.#events.push(event);
    if ((this.#events[0]?.atMs ?? event.atMs) < event.atMs - 2 * keepMs) this.#trim(event.atMs - keepMs);
  }

  recordGap(fromMs: number, toMs: number, reason: string): void {
    const keepMs = this.#settings.keepMs;
    this.#gaps.push({ fromMs, toMs, reason });
    if ((this.#gaps[0]?.toMs ?? toMs) < toMs - 2 * keepMs) this.#trim(toMs - keepMs);
  }

  /**
   * Up to where the slices before `untilMs` have been spoken for, by an attempt or by one that could not be made: what comes
   * after waits for the next attempt, which measures it.
   */
  spokenToMs(sliceMs: number, untilMs: number): number {
    const before = (atMs: number | undefined): number =>
      atMs === undefined ? -Infinity : sliceOf(atMs, sliceMs) + sliceMs;
    const lastGap = this.#gaps.findLast(({ toMs }) => toMs < untilMs);
    return Math.max(before(this.#events[this.#firstAt(untilMs) - 1]?.atMs), before(lastGap?.toMs));
  }

  /** The samples of the slices from the request's start to `untilMs` in which attempts ended, each back to the one before. */
  samples(request: SliRequest, untilMs: number): readonly SliSample[] {
    const { sliceMs, fromMs } = request;
    const samples: SliSample[] = [];
    let next = this.#firstAt(fromMs);
    for (;;) {
      const first = this.#events[next];
      if (first === undefined || first.atMs >= untilMs) return samples;
      const startMs = sliceOf(first.atMs, sliceMs);
      const last = this.#firstAt(startMs + sliceMs);
      const measurement = measure(request, this.#events.slice(next, last));
      const speaksFromMs = Math.max(fromMs, this.#speaksFromMs(startMs, this.#events[next - 1], sliceMs));
      if (measurement !== undefined) samples.push({ fromMs: speaksFromMs, toMs: startMs + sliceMs, measurement });
      next = last;
    }
  }

  /** From where on the attempts in a slice speak: from the end of the slice of the attempt before, and never over a gap. */
  #speaksFromMs(startMs: number, before: ProbeEvent | undefined, sliceMs: number): number {
    const { everyMs } = this.#settings;
    const reachMs = startMs - Math.max(0, Math.ceil(everyMs / sliceMs) - 1) * sliceMs;
    const sinceMs = before === undefined ? reachMs : sliceOf(before.atMs, sliceMs) + sliceMs;
    const gap = this.#gaps.findLast(({ fromMs, toMs }) => fromMs < startMs && toMs >= sinceMs);
    return gap === undefined ? sinceMs : Math.min(startMs, sliceOf(gap.toMs, sliceMs) + sliceMs);
  }

  /** Why the prober could not probe in an interval. */
  setAside(fromMs: number, toMs: number): readonly SetAside[] {
    const byReason = new Map<string, number>();
    for (const gap of this.#gaps) {
      if (gap.toMs >= fromMs && gap.toMs < toMs) byReason.set(gap.reason, (byReason.get(gap.reason) ?? 0) + 1);
    }
    return [...byReason].map(([reason, count]) => ({ reason: "the probe could not be tried", count, example: reason }));
  }

  #firstAt(fromMs: number): number {
    let low = 0;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#events[middle]?.atMs ?? Infinity) < fromMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #trim(beforeMs: number): void {
    this.#events = this.#events.filter(({ atMs }) => atMs >= beforeMs);
    this.#gaps = this.#gaps.filter(({ toMs }) => toMs >= beforeMs);
  }
}

function measure({ sli }: SliRequest, events: readonly ProbeEvent[]): Measurement | undefined {
  if (sli.kind === "time-slices" && sli.goodWhen.of === "value") {
    const values = events.flatMap(({ value }) => (value === undefined ? [] : [value]));
    return values.length === 0
      ? undefined
      : { kind: "value", value: values.reduce((sum, value) => sum + value, 0) / values.length };
  }
  const limit = sli.kind === "latency" ? sli.thresholdMs : Infinity;
  const good = events.filter(({ isGood, value }) => isGood && (value ?? 0) <= limit).length;
  return { kind: "counts", good, total: events.length };
}

function sliceOf(ms: number, sliceMs: number): number {
  return Math.floor(ms / sliceMs) * sliceMs;
}
