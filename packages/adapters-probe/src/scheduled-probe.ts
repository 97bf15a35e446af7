import type { Clock } from "@plimsoll/core";
import type { AttemptPool } from "./attempt-pool.js";
import { LATE_AFTER_MS, type PauseWatch } from "./pause-watch.js";
import type { ProbeHistory } from "./probe-history.js";
import type { ProbeAttempt, ProbeOutcome } from "./probe-outcome.js";
import type { CancelTimer, Scheduler } from "./scheduler.js";

/** When a probe runs and what it does. */
export type ProbePlan = {
  readonly attempt: ProbeAttempt;
  readonly everyMs: number;
  /** Where in each interval it runs. */
  readonly phaseMs: number;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly retryAfterMs: number;
};

/** What all probes share. */
export type ProbeSurroundings = {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly pool: AttemptPool;
  readonly pauses: PauseWatch;
};

/** Runs one probe on its schedule, never twice at once, and writes down what each attempt found. */
export class ScheduledProbe {
  readonly history: ProbeHistory;
  readonly #plan: ProbePlan;
  readonly #surroundings: ProbeSurroundings;
  #cancel: CancelTimer | undefined;
  #stopped = false;
  #isBusy = false;
  #waitingSinceMs: number | undefined;
  /** The attempt that did not even end when it was told to. */
  #hanging: Promise<unknown> | undefined;
  #lastReason: string | undefined;
  #toldReason: string | undefined;
  readonly #abort = new AbortController();

  constructor(plan: ProbePlan, history: ProbeHistory, surroundings: ProbeSurroundings) {
    this.#plan = plan;
    this.history = history;
    this.#surroundings = surroundings;
  }

  start(): void {
    this.#scheduleNext(this.#nowMs());
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
    this.#abort.abort();
  }

  /** The instant before which everything is known: now, unless an attempt that was due waits for its place. */
  knownUntilMs(): number {
    return Math.min(this.#nowMs(), this.#waitingSinceMs ?? Infinity);
  }

  /** Why the probe fails; says the same reason once. */
  takeNews(): readonly string[] {
    const reason = this.#lastReason;
    if (reason === undefined || reason === this.#toldReason) return [];
    this.#toldReason = reason;
    return [`the probe fails: ${reason}`];
  }
  #scheduleNext(afterMs: number): void {
    const { everyMs, phaseMs } = this.#plan;
    const dueMs = (Math.floor((afterMs - phaseMs) / everyMs) + 1) * everyMs + phaseMs;
    this.#cancel = this.#surroundings.scheduler.after(dueMs - afterMs, () => this.#onDue(dueMs));
  }

  #onDue(dueMs: number): void {
    if (this.#stopped) return;
    const nowMs = this.#nowMs();
    // A system timer may fire a moment early; the same due time must not be met twice.
    this.#scheduleNext(Math.max(nowMs, dueMs));
    if (nowMs - dueMs > LATE_AFTER_MS)
      this.history.recordGap(dueMs, nowMs, "the prober stood still when the probe was due");
    if (!this.#isBusy) void this.#run(dueMs);
  }

  async #run(dueMs: number): Promise<void> {
    this.#isBusy = true;
    try {
      for (let tried = 0; tried <= this.#plan.retries && !this.#stopped; tried++) {
        if (tried > 0) await this.#pause(this.#plan.retryAfterMs);
        const wantedMs = tried === 0 ? Math.max(dueMs, this.#nowMs() - LATE_AFTER_MS) : this.#nowMs();
        this.#waitingSinceMs = wantedMs;
        const outcome = await this.#surroundings.pool.run(() => this.#attempt(wantedMs));
        if (outcome.kind !== "bad") break;
      }
    } finally {
      this.#isBusy = false;
      this.#waitingSinceMs = undefined;
    }
  }

  async #attempt(wantedMs: number): Promise<ProbeOutcome> {
    this.#waitingSinceMs = undefined;
    const startMs = this.#nowMs();
    if (this.#stopped) return { kind: "unable", reason: "the probe was stopped" };
    if (startMs - wantedMs > 2 * LATE_AFTER_MS)
      this.history.recordGap(wantedMs, startMs, "the probe waited for others; raise `maxInFlight`");
    const found = await this.#limited();
    if (this.#stopped) return found;
    const outcome =
      found.kind === "bad" && this.#surroundings.pauses.pausedSince(startMs)
        ? ({ kind: "unable", reason: "the prober stood still during the probe" } as const)
        : found;
    this.#note(outcome, startMs);
    return outcome;
  }

  async #limited(): Promise<ProbeOutcome> {
    if (this.#hanging !== undefined) return { kind: "bad", reason: "an attempt before hangs still" };
    const { attempt, timeoutMs } = this.#plan;
    const limit = new AbortController();
    const signal = AbortSignal.any([limit.signal, this.#abort.signal]);
    let cancel: CancelTimer = () => {};
    const late = new Promise<ProbeOutcome>((resolve) => {
      cancel = this.#surroundings.scheduler.after(timeoutMs, () => {
        resolve({ kind: "bad", reason: `there was no result within ${timeoutMs} ms` });
        limit.abort();
      });
    });
    const work = attempt(signal);
    const settled = work.then(
      () => {
        this.#hanging = undefined;
      },
      () => {
        this.#hanging = undefined;
      },
    );
    this.#hanging = settled;
    try {
      return await Promise.race([late, work]);
    } finally {
      cancel();
    }
  }

  #note(outcome: ProbeOutcome, startMs: number): void {
    const atMs = this.#nowMs();
    switch (outcome.kind) {
      case "good":
        this.history.record({ atMs, isGood: true, value: outcome.value });
        this.#lastReason = undefined;
        this.#toldReason = undefined;
        return;
      case "bad":
        this.history.record({ atMs, isGood: false, value: outcome.value });
        this.#lastReason = outcome.reason;
        return;
      case "unable":
        this.history.recordGap(startMs, atMs, outcome.reason);
    }
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#surroundings.scheduler.after(delayMs, resolve);
      this.#abort.signal.addEventListener(
        "abort",
        () => {
          cancel();
          resolve();
        },
        { once: true },
      );
    });
  }

  #nowMs(): number {
    return this.#surroundings.clock.now().toMillis();
  }
}
