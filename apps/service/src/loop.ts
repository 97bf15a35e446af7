import type { Plimsoll, RoundReport } from "@plimsoll/core";
import type { Logger } from "pino";
import { createLoopTasks, type LoopTasks } from "./loop-tasks.js";
import type { ServiceMetrics } from "./metrics.js";
import { createSourceReads } from "./source-reads.js";
import { atMost } from "./sources/with-deadline.js";

/** Runs the engine: reads sources, evaluates once per slice, delivers, saves. */
export type Loop = {
  start(): void;
  /** Starts nothing new, and waits for what is under way, though not for ever. Idempotent. */
  stop(): Promise<void>;
};

/** What the loop is made with. */
export type LoopOptions = {
  readonly engine: Pick<Plimsoll, "slos" | "collect" | "round" | "deliver" | "checkpoint" | "prune">;
  readonly sliceMs: number;
  readonly logger: Pick<Logger, "info" | "warn" | "error">;
  readonly metrics: Pick<ServiceMetrics, "roundSeconds" | "collectFailures" | "loopErrors">;
  readonly onRound: (report: RoundReport) => void;
  /** Tasks of the composition, run after each round. */
  readonly afterRound: () => Promise<void>;
  /** How long a stop waits for what is under way. */
  readonly stopWithinMs?: number;
};

const CHECKPOINT_EVERY_MS = 600_000;
const PRUNE_EVERY_MS = 6 * 3_600_000;
/** Evaluation waits this share of a slice for sources that are still reading; those that take longer are late. */
const SETTLE_SHARE = 1 / 3;
const LONGEST_SETTLE_MS = 5_000;
// Supervisors kill after 10 s (Docker) or 30 s (Kubernetes, systemd 90 s); the save and the close come after this.
const STOP_WITHIN_MS = 5_000;

/** Makes the loop, not yet running. Whatever fails in it is told, counted, and tried again with the next slice. */
export function createLoop(options: LoopOptions): Loop {
  const { engine, sliceMs, metrics } = options;
  const cancel = new AbortController();
  const failed = (name: string, error: unknown): void => {
    metrics.loopErrors.inc({ task: name });
    options.logger.error({ err: error, task: name }, `${name} failed; it is tried again with the next slice`);
  };
  const tasks = createLoopTasks(failed);
  const reads = createSourceReads(options, { failed, signal: cancel.signal });
  let timer: NodeJS.Timeout | undefined;
  let stopping: Promise<void> | undefined;
  const followUp = createFollowUps(options, tasks);

  const round = async (): Promise<void> => {
    await Promise.race([reads.all(), pause(Math.min(sliceMs * SETTLE_SHARE, LONGEST_SETTLE_MS), cancel.signal)]);
    if (cancel.signal.aborted) return;
    const end = metrics.roundSeconds.startTimer();
    try {
      options.onRound(await engine.round());
    } finally {
      end();
    }
  };

  const turn = (): void =>
    tasks.run("round", async () => {
      try {
        await round();
      } finally {
        // Also when the round failed: what is owed to people is owed all the same.
        if (!cancel.signal.aborted) followUp();
      }
    });

  const schedule = (): void => {
    if (cancel.signal.aborted) return;
    // From the clock anew each time, so that a clock that jumps costs one slice and no more.
    timer = setTimeout(
      () => {
        schedule();
        turn();
      },
      sliceMs - (Date.now() % sliceMs),
    );
  };

  return {
    start() {
      if (timer !== undefined || cancel.signal.aborted) return;
      // The first round does not wait for the slice to end: what was stored is worth showing at once.
      turn();
      schedule();
    },
    stop: () =>
      (stopping ??= (async () => {
        clearTimeout(timer);
        cancel.abort();
        await atMost(Promise.all([tasks.settled(), reads.settled()]), options.stopWithinMs ?? STOP_WITHIN_MS);
        const left = [...tasks.underWay(), ...reads.underWay()];
        if (left.length > 0) options.logger.warn({ left }, "stopped without waiting longer for what is under way");
      })()),
  };
}

/** Makes what follows each round; saving and pruning only so often, by the monotonic clock, which nobody sets. */
function createFollowUps({ afterRound, engine }: LoopOptions, tasks: LoopTasks): () => void {
  let checkpointedAtMs = performance.now();
  let prunedAtMs = Number.NEGATIVE_INFINITY;
  return () => {
    tasks.run("deliver", () => engine.deliver());
    tasks.run("after-round", afterRound);
    const now = performance.now();
    if (now - checkpointedAtMs >= CHECKPOINT_EVERY_MS) {
      checkpointedAtMs = now;
      tasks.run("checkpoint", () => engine.checkpoint());
    }
    if (now - prunedAtMs >= PRUNE_EVERY_MS) {
      prunedAtMs = now;
      tasks.run("prune", () => engine.prune());
    }
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done);
    if (signal.aborted) done();
  });
}
