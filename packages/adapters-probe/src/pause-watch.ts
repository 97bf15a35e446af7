import type { Clock } from "@plimsoll/core";
import type { CancelTimer, Scheduler } from "./scheduler.js";

const BEAT_MS = 1_000;
/** How late a timer may be before the prober counts as paused: longer than a collection of garbage, shorter than a timeout. */
export const LATE_AFTER_MS = 1_000;

/** Notices when the prober itself stood still: a stopped process, a sleeping laptop, a blocked event loop. */
export class PauseWatch {
  readonly #clock: Clock;
  readonly #scheduler: Scheduler;
  #lastBeatMs: number;
  #pausedUntilMs = -Infinity;
  #cancel: CancelTimer | undefined;

  constructor(clock: Clock, scheduler: Scheduler) {
    this.#clock = clock;
    this.#scheduler = scheduler;
    this.#lastBeatMs = clock.now().toMillis();
  }

  start(): void {
    if (this.#cancel !== undefined) return;
    this.#lastBeatMs = this.#clock.now().toMillis();
    this.#schedule();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** Whether the prober stood still at any time from `sinceMs` until now. */
  pausedSince(sinceMs: number): boolean {
    this.#look();
    return this.#pausedUntilMs > sinceMs;
  }

  #schedule(): void {
    this.#cancel = this.#scheduler.after(BEAT_MS, () => {
      this.#look();
      this.#lastBeatMs = this.#clock.now().toMillis();
      this.#schedule();
    });
  }

  #look(): void {
    const nowMs = this.#clock.now().toMillis();
    if (nowMs - this.#lastBeatMs > BEAT_MS + LATE_AFTER_MS) this.#pausedUntilMs = nowMs;
  }
}
