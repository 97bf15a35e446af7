import type { CounterState, MetricLine } from "./metric-line.js";

/** Knows how much of one target's counters an SLI has counted already. */
export class CounterTally {
  readonly #counted = new Map<CounterState, number>();
  #since: number | undefined;

  /** Whether anything was settled, so that a difference means something. */
  get hasBegun(): boolean {
    return this.#since !== undefined;
  }

  /** The increase of a line since the last settlement. */
  increase(line: MetricLine): number {
    const { state } = line;
    if (state === undefined) return 0;
    const counted = this.#counted.get(state);
    if (counted !== undefined) return state.running - counted;
    // Not settled before: it either came later, and all of it is new, or it was there when counting began.
    return this.#since !== undefined && state.bornAt > this.#since ? state.running : 0;
  }

  /** Marks everything up to this scrape as counted. */
  settle(lines: readonly MetricLine[], scrape: number): void {
    this.#since ??= scrape;
    for (const { state } of lines) if (state !== undefined) this.#counted.set(state, state.running);
  }
}
