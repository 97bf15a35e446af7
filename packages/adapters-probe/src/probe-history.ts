import type { Measurement, SetAside, SliRequest, SliSample } from "@plimsoll/core";

/** One attempt that told something. */
export type ProbeEvent = { readonly atMs: number; readonly isGood: boolean; readonly value: number | undefined };

type Gap = { readonly fromMs: number; readonly toMs: number; readonly reason: string };

/**
 * Keeps what a probe found, by the instant at which each attempt ended.
 *
 * A slice in which no attempt ended, while the probe was on its schedule, is a measured zero: no event was due. A
 * slice in which the prober could not probe is a gap.
 */
export class ProbeHistory {
  readonly #keepMs: number;
  #events: ProbeEvent[] = [];
  #gaps: Gap[] = [];
  #begunMs: number | undefined;

  constructor(keepMs: number) {
    this.#keepMs = keepMs;
  }

  record(event: ProbeEvent): void {
    this.#begunMs ??= event.atMs;
    this.#events.push(event);
    if ((this.#events[0]?.atMs ?? event.atMs) < event.atMs - 2 * this.#keepMs) this.#trim(event.atMs - this.#keepMs);
  }

  recordGap(fromMs: number, toMs: number, reason: string): void {
    this.#gaps.push({ fromMs, toMs, reason });
    if ((this.#gaps[0]?.toMs ?? toMs) < toMs - 2 * this.#keepMs) this.#trim(toMs - this.#keepMs);
  }

  /** The samples of the whole slices from the request's start to `untilMs`. */
  samples(request: SliRequest, untilMs: number): readonly SliSample[] {
    const { sliceMs, fromMs: askedMs } = request;
    if (this.#begunMs === undefined) return [];
    const fromMs = Math.max(askedMs, Math.floor(this.#begunMs / sliceMs) * sliceMs);
    const samples: SliSample[] = [];
    let next = this.#firstAt(fromMs);
    for (let startMs = fromMs; startMs + sliceMs <= untilMs; startMs += sliceMs) {
      const endMs = startMs + sliceMs;
      const first = next;
      while ((this.#events[next]?.atMs ?? Infinity) < endMs) next += 1;
      const events = this.#events.slice(first, next);
      if (events.length === 0 && this.#isGap(startMs, endMs)) continue;
      const measurement = measure(request, events);
      if (measurement !== undefined) samples.push({ fromMs: startMs, toMs: endMs, measurement });
    }
    return samples;
  }

  /** Why the prober could not probe in an interval. */
  setAside(fromMs: number, toMs: number): readonly SetAside[] {
    const byReason = new Map<string, number>();
    for (const gap of this.#gaps) {
      if (gap.toMs >= fromMs && gap.toMs < toMs) byReason.set(gap.reason, (byReason.get(gap.reason) ?? 0) + 1);
    }
    return [...byReason].map(([reason, count]) => ({ reason: "the probe could not be tried", count, example: reason }));
  }

  #isGap(fromMs: number, toMs: number): boolean {
    return this.#gaps.some((gap) => gap.fromMs < toMs && gap.toMs >= fromMs);
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
    // What was dropped must not come back as slices in which nothing was due.
    this.#begunMs = Math.max(this.#begunMs ?? beforeMs, beforeMs);
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
