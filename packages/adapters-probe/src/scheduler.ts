/** Takes back what was scheduled; harmless when it has run. */
export type CancelTimer = () => void;

/** Runs something later. Tests bring one that a manual clock drives. */
export interface Scheduler {
  after(delayMs: number, run: () => void): CancelTimer;
}

/** The real one. Its timers do not keep a process alive that has nothing else to do. */
export const systemScheduler: Scheduler = {
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
