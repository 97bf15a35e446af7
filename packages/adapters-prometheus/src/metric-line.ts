/**
 * What a counter has grown by since it was first seen, with resets taken out.
 * Belongs to a series, not to one spelling of it.
 */
export type CounterState = {
  /** The latest finite value. */
  value: number;
  /** The one before. */
  previous: number;
  /** Grows with every increase and never falls. */
  running: number;
  /** The last scrape at which the value fell, so that counting began at zero again; 0 for never. */
  resetAt: number;
  /** The scrape that saw the series first. */
  readonly bornAt: number;
};

/** One series of a target, as its line on the page. */
export class MetricLine {
  /** The text before the value, its bytes as latin1. */
  readonly key: string;
  readonly name: string;
  /** The latest value, which may be NaN. */
  value = Number.NaN;
  /** The last scrape that had this line; 0 for none yet. */
  seenAt = 0;
  /** Where on the page it was. */
  position = 0;
  state: CounterState | undefined;

  constructor(key: string, name: string) {
    this.key = key;
    this.name = name;
  }

  /**
   * Takes a value. A line that the first scrape shows starts at no increase, because when its value grew is not
   * known; one that a later scrape is the first to show was absent before, so all of its value is increase.
   */
  take(value: number, scrape: number): void {
    this.value = value;
    this.seenAt = scrape;
    if (!Number.isFinite(value)) return;
    const { state } = this;
    if (state === undefined) {
      const running = scrape === 1 ? 0 : value;
      this.state = { value, previous: 0, running, resetAt: 0, bornAt: scrape };
      return;
    }
    if (value < state.value) {
      state.running += value;
      state.resetAt = scrape;
    } else {
      state.running += value - state.value;
    }
    state.previous = state.value;
    state.value = value;
  }
}

/** Counts from zero where something else than a fall proves a reset: a sibling's fall, or a new created timestamp. */
export function applyProvenReset(state: CounterState, scrape: number): void {
  if (state.resetAt === scrape || state.bornAt === scrape) return;
  state.running += state.previous;
  state.resetAt = scrape;
}
