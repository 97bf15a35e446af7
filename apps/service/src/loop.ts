import type { CollectOutcome, Plimsoll, RoundReport, Slo } from "@plimsoll/core";
import type { Logger } from "pino";
import type { ServiceMetrics } from "./metrics.js";

/** Runs the engine: reads sources, evaluates once per slice, delivers, saves. */
export type Loop = {
  start(): void;
  /** Waits for the tasks that are under way. Idempotent. */
  stop(): Promise<void>;
};

/** What the loop is made with. */
export type LoopOptions = {
  readonly engine: Plimsoll;
  readonly sliceMs: number;
  readonly logger: Logger;
  readonly metrics: ServiceMetrics;
  readonly onRound: (report: RoundReport) => void;
  /** Tasks of the composition, run after each round. */
  readonly afterRound: () => Promise<void>;
};

const CHECKPOINT_EVERY_MS = 600_000;
const PRUNE_EVERY_MS = 6 * 3_600_000;
// Reads under way at once per source: enough to hide latency, few enough to be a polite client.
const READS_AT_ONCE = 32;
/** Evaluation waits this share of a slice for sources that are still reading; those that take longer are late. */
const SETTLE_SHARE = 1 / 3;
const LONGEST_SETTLE_MS = 5_000;

export function createLoop(options: LoopOptions): Loop {
  const { engine, sliceMs, logger, metrics } = options;
  const bySource = groupBySource(engine.slos);
  const cancel = new AbortController();
  const reading = new Map<string, Promise<void>>();
  const underWay = new Set<Promise<void>>();
  const busy = new Set<string>();
  const failures = createFailureLog(logger);
  let timer: NodeJS.Timeout | undefined;
  let lastCheckpointMs = Date.now();
  let lastPruneMs = 0;

  const collectOne = async (source: string, slo: Slo): Promise<void> => {
    const outcome = await engine.collect(slo.id, cancel.signal);
    if (outcome.kind === "failed") metrics.collectFailures.inc({ source });
    failures.saw(slo.id, outcome);
  };

  const collectSource = (source: string, slos: readonly Slo[]): Promise<void> => {
    const already = reading.get(source);
    // A source that is still busy with the slice before is not asked again; it catches up from its watermark.
    if (already !== undefined) return already;
    const run = eachOf(slos, READS_AT_ONCE, (slo) => collectOne(source, slo))
      .catch((error: unknown) => task("collect", error))
      .finally(() => reading.delete(source));
    reading.set(source, run);
    return run;
  };

  const task = (name: string, error: unknown): void => {
    metrics.loopErrors.inc({ task: name });
    logger.error({ err: error, task: name }, `${name} failed; it is tried again with the next slice`);
  };

  /** Runs a task unless it still runs from before; its failure is told and costs nothing else. */
  const apart = (name: string, run: () => Promise<unknown>): void => {
    if (busy.has(name)) return;
    busy.add(name);
    const done = run()
      .then(() => undefined, (error: unknown) => task(name, error))
      .finally(() => {
        busy.delete(name);
        underWay.delete(done);
      });
    underWay.add(done);
  };

  const round = async (): Promise<void> => {
    const settled = Promise.all([...bySource].map(([source, slos]) => collectSource(source, slos)));
    await Promise.race([settled, pause(Math.min(sliceMs * SETTLE_SHARE, LONGEST_SETTLE_MS), cancel.signal)]);
    if (cancel.signal.aborted) return;
    const end = metrics.roundSeconds.startTimer();
    const report = await engine.round();
    end();
    options.onRound(report);
    apart("deliver", () => engine.deliver());
    apart("after-round", options.afterRound);
    const nowMs = Date.now();
    if (nowMs - lastCheckpointMs >= CHECKPOINT_EVERY_MS) {
      lastCheckpointMs = nowMs;
      apart("checkpoint", () => engine.checkpoint());
    }
    if (nowMs - lastPruneMs >= PRUNE_EVERY_MS) {
      lastPruneMs = nowMs;
      apart("prune", () => engine.prune());
    }
  };

  const schedule = (): void => {
    if (cancel.signal.aborted) return;
    timer = setTimeout(() => {
      schedule();
      apart("round", round);
    }, sliceMs - (Date.now() % sliceMs));
  };

  return {
    start() {
      // The first round does not wait for the slice to end: what was stored is worth showing at once.
      apart("round", round);
      schedule();
    },
    async stop() {
      clearTimeout(timer);
      cancel.abort();
      await Promise.allSettled([...underWay, ...reading.values()]);
    },
  };
}

/** Says once when an SLO's reads begin to fail and once when they work again: not every fifteen seconds. */
function createFailureLog(logger: Logger): { saw(sloId: string, outcome: CollectOutcome): void } {
  const failing = new Map<string, string>();
  return {
    saw(sloId, outcome) {
      if (outcome.kind === "failed") {
        if (failing.get(sloId) !== outcome.code) logger.warn({ slo: sloId, code: outcome.code }, outcome.message);
        failing.set(sloId, outcome.code);
      } else if (outcome.kind === "read" && failing.delete(sloId)) {
        logger.info({ slo: sloId }, "its source answers again");
      }
    },
  };
}

function groupBySource(slos: readonly Slo[]): ReadonlyMap<string, readonly Slo[]> {
  const groups = new Map<string, Slo[]>();
  for (const slo of slos) {
    if (slo.sli.kind === "composite") continue;
    const { source } = slo.sli.selector;
    groups.set(source, [...(groups.get(source) ?? []), slo]);
  }
  return groups;
}

/** Does a task for each item, so many at once. */
async function eachOf<Item>(items: readonly Item[], atOnce: number, run: (item: Item) => Promise<void>): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) await run(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
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
  });
}
