import type { Plimsoll, RoundReport } from "@plimsoll/core";
import type { Logger } from "pino";
import { createLoopTasks, type LoopTasks } from "./loop-tasks.js";
import type { ServiceMetrics } from "./metrics.js";
import { createSourceReads } from "./source-reads.js";
import { atMost } from "./sources/with-deadline.js";
import { pause } from "./pause.js";

/** Runs the engine: reads sources, evaluates once per slice, delivers, saves. */
export type Loop = {
  start(): void;
  /**
   * Starts nothing new, and waits for what is under way, though not for ever: an action of a runbook that takes longer is
   * cancelled, and recorded as what may have acted. Idempotent.
   */
  stop(): Promise<void>;
};

/** The part of the engine that the loop runs. */
export type LoopEngine = Pick<
  Plimsoll,
  "slos" | "collect" | "round" | "deliver" | "checkpoint" | "prune" | "onOwed"
> & {
  readonly runbooks: Pick<Plimsoll["runbooks"], "advance" | "open" | "stop">;
  readonly escalations: Pick<Plimsoll["escalations"], "audit">;
};

/** What the loop is made with. */
export type LoopOptions = {
  readonly engine: LoopEngine;
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
const AUDIT_EVERY_MS = 30_000;
/** How long a step of a runbook waits for the next one at most, whatever other runs are at. */
const ADVANCE_EVERY_MS = 1_000;
const PRUNE_EVERY_MS = 6 * 3_600_000;
/** Evaluation waits this share of a slice for sources that are still reading; those that take longer are late. */
const SETTLE_SHARE = 1 / 3;
const LONGEST_SETTLE_MS = 5_000;
// Supervisors kill after 10 s (Docker) or 30 s (Kubernetes, systemd 90 s); the save and the close come after this.
const STOP_WITHIN_MS = 5_000;
/** How long an action of a runbook has to end once it is cancelled: a program is ended by force after two seconds. */
const CANCEL_WITHIN_MS = 2_500;
/** How long what came of it may take to be stored. */
const RECORD_WITHIN_MS = 500;

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
  const deliver = createDelivery(engine, tasks);
  const followUp = createFollowUps(options, { tasks, deliver });
  const between = createBetween(engine, { tasks, deliver });

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
      between.start();
    },
    stop: () =>
      (stopping ??= (async () => {
        clearTimeout(timer);
        between.stop();
        cancel.abort();
        await endOf(engine, Promise.all([tasks.settled(), reads.settled()]), options.stopWithinMs ?? STOP_WITHIN_MS);
        const left = [...tasks.underWay(), ...reads.underWay()];
        if (left.length > 0) options.logger.warn({ left }, "stopped without waiting longer for what is under way");
      })()),
  };
}

/** Waits for what is under way; ends actions of runbooks that take longer, each in a way that what came of it is recorded. */
async function endOf(
  { runbooks }: Pick<LoopEngine, "runbooks">,
  settled: Promise<unknown>,
  withinMs: number,
): Promise<void> {
  const runs = runbooks.stop();
  let isEnded = false;
  void runs.settled.then(() => (isEnded = true));
  await atMost(Promise.all([settled, runs.settled]), withinMs);
  if (isEnded) return;
  runs.cancel();
  await atMost(runs.settled, CANCEL_WITHIN_MS);
  runs.giveUp();
  await atMost(runs.settled, RECORD_WITHIN_MS);
  // The tasks in which runs were under way have a turn to end too.
  await atMost(settled, 0);
}

/** Delivers as soon as something is owed; what comes while it is at it is not left for the next round. */
function createDelivery(engine: Pick<LoopEngine, "deliver">, tasks: LoopTasks): () => void {
  let more = false;
  return () => {
    more = true;
    tasks.run("deliver", async () => {
      while (more) {
        more = false;
        await engine.deliver();
      }
    });
  };
}

/** Makes what does not wait for a round: messages that are owed, and runbooks that go on. */
function createBetween(
  engine: LoopEngine,
  { deliver, tasks }: { readonly tasks: LoopTasks; readonly deliver: () => void },
): { start(): void; stop(): void } {
  let advancing: NodeJS.Timeout | undefined;
  let stopListening: (() => void) | undefined;
  return {
    start() {
      stopListening = engine.onOwed(deliver);
      advancing = setInterval(() => {
        if (engine.runbooks.open().length > 0) tasks.runBeside("runbooks", () => engine.runbooks.advance());
      }, ADVANCE_EVERY_MS);
    },
    stop() {
      stopListening?.();
      clearInterval(advancing);
    },
  };
}

/** Makes what follows each round; some of it only so often, by the monotonic clock, which nobody sets. */
function createFollowUps(
  { afterRound, engine, logger }: LoopOptions,
  { deliver, tasks }: { readonly tasks: LoopTasks; readonly deliver: () => void },
): () => void {
  const now = performance.now();
  let found = new Set<string>();
  const seldom: readonly SeldomTask[] = [
    { name: "checkpoint", everyMs: CHECKPOINT_EVERY_MS, task: () => engine.checkpoint(), doneAtMs: now },
    { name: "prune", everyMs: PRUNE_EVERY_MS, task: () => engine.prune(), doneAtMs: Number.NEGATIVE_INFINITY },
    {
      name: "audit-escalations",
      everyMs: AUDIT_EVERY_MS,
      task: async () => {
        const { findings, ping } = await engine.escalations.audit();
        // Said once for as long as it lasts: a log that repeats itself every half minute hides what is new.
        const known = found;
        found = new Set(findings.map(({ kind, incidentId }) => `${kind} ${incidentId}`));
        for (const { incidentId, kind, message } of findings) {
          if (!known.has(`${kind} ${incidentId}`)) logger.error({ task: "audit-escalations", incidentId }, message);
        }
        if (known.size > 0 && found.size === 0)
          logger.info({ task: "audit-escalations" }, "every escalation goes on again");
        if (ping.kind === "failed") logger.warn({ reason: ping.reason }, "the dead-man ping failed");
      },
      doneAtMs: now,
    },
  ];
  return () => {
    deliver();
    tasks.run("after-round", afterRound);
    for (const one of seldom) {
      if (performance.now() - one.doneAtMs < one.everyMs) continue;
      one.doneAtMs = performance.now();
      tasks.run(one.name, one.task);
    }
  };
}

type SeldomTask = {
  readonly name: string;
  readonly everyMs: number;
  readonly task: () => Promise<unknown>;
  doneAtMs: number;
};
