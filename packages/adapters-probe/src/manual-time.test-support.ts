import type { Clock } from "@plimsoll/core";
import { DateTime } from "luxon";
import type { Scheduler } from "./scheduler.js";

/** A clock and timers that only a test moves. */
export class ManualTime implements Clock, Scheduler {
  #nowMs: number;
  #timers: { readonly atMs: number; readonly run: () => void }[] = [];

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  now(): DateTime {
    return DateTime.fromMillis(this.#nowMs, { zone: "utc" });
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  }

  /** Moves on, running every timer at its time and all that follows from it. */
  async advance(byMs: number): Promise<void> {
    const untilMs = this.#nowMs + byMs;
    for (;;) {
      await drained();
      const next = this.#timers.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((one) => one !== next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.run();
    }
    this.#nowMs = untilMs;
    await drained();
  }

  /** Jumps as after a sleep: no timer has run on the way, and all that were due run late. */
  async sleep(forMs: number): Promise<void> {
    this.#nowMs += forMs;
    await this.advance(0);
  }
}

/** Lets promises that are ready go on. */
async function drained(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
