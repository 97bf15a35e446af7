import { createTimerRunner, type Clock, type Timer } from "@plimsoll/core";

/** What a memory timer goes by. */
export type MemoryTimerSettings = {
  readonly clock: Clock;
  /**
   * `clock`: due entries are handed out by themselves, as time passes. `manual`: only by `runDue`, for a clock that a
   * test moves. Default `clock`.
   */
  readonly fires?: "clock" | "manual";
  /** How many entries are handled at a time; default 16. */
  readonly concurrency?: number;
};

/** A timer inside one process. What it holds ends with the process. */
export type MemoryTimer = Timer & {
  readonly pending: number;
  /** Hands out what is due now; resolves when each of these was handled or refused. */
  runDue(): Promise<void>;
  /** Hands out nothing more; resolves when every consumer is idle. */
  close(): Promise<void>;
};

/** Makes a timer that lives as long as the process. It does not keep the process alive. */
export function createMemoryTimer(settings: MemoryTimerSettings): MemoryTimer {
  const { clock, fires = "clock", concurrency } = settings;
  const runner = createTimerRunner({
    nowMs: () => clock.now().toMillis(),
    settle: async () => undefined,
    ...(fires === "manual" ? {} : { alarm: wakeAfter }),
    ...(concurrency === undefined ? {} : { concurrency }),
  });
  return {
    get pending() {
      return runner.pending;
    },
    schedule: async (entry) => void runner.put({ ...entry }),
    cancel: async (key, fence) => void runner.drop(key, fence),
    consume: runner.consume,
    runDue: () => runner.runDue(),
    close: () => runner.close(),
  };
}

function wakeAfter(ms: number, wake: () => void): () => void {
  const timeout = setTimeout(wake, ms);
  timeout.unref();
  return () => clearTimeout(timeout);
}
