const WINDOW_MS = 10_000;

/** Knows how long the requests of the last ten seconds took. */
export class DurationWindow {
  #samples: { readonly atMs: number; readonly ms: number }[] = [];

  record(atMs: number, ms: number): void {
    this.#samples.push({ atMs, ms });
    // Dropped in bulk: most reads are seconds apart.
    if (this.#samples.length > 20_000) this.#drop(atMs);
  }

  /** The nearest-rank quantile; `undefined` when there were no requests. */
  quantile(nowMs: number, ratio: number): number | undefined {
    this.#drop(nowMs);
    const sorted = this.#samples.map(({ ms }) => ms).sort((left, right) => left - right);
    return sorted[Math.max(0, Math.ceil(ratio * sorted.length) - 1)];
  }

  #drop(nowMs: number): void {
    this.#samples = this.#samples.filter(({ atMs }) => atMs > nowMs - WINDOW_MS);
  }
}
