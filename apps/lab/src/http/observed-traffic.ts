import { DurationWindow } from "../duration-window.js";
import { TrafficWindow, type TrafficCounts } from "../traffic-window.js";

/** Sees what one process answered in the last ten seconds, and shows it to whoever watches. */
export class ObservedTraffic {
  readonly #traffic = new TrafficWindow(Date.now());
  readonly #durations = new DurationWindow();

  record(code: number, seconds: number): void {
    this.#traffic.record(Date.now(), code >= 500);
    this.#durations.record(Date.now(), seconds * 1_000);
  }

  counts(): TrafficCounts {
    return this.#traffic.read(Date.now());
  }

  /** The page `/traffic`; `errorRatio` and `p95Ms` are absent where there were no requests. */
  render(): string {
    const { errors, requests, seconds } = this.counts();
    const p95Ms = this.#durations.quantile(Date.now(), 0.95);
    return JSON.stringify({
      seconds,
      requestsPerSecond: requests / seconds,
      ...(requests === 0 ? {} : { errorRatio: errors / requests }),
      ...(p95Ms === undefined ? {} : { p95Ms: Math.round(p95Ms) }),
    });
  }
}
