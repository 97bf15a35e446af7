import type { Plimsoll, Slo } from "@plimsoll/core";
import type { Logger } from "pino";
import { createFailureLog } from "./failure-log.js";
import type { TaskFailed } from "./loop-tasks.js";
import type { ServiceMetrics } from "./metrics.js";

/** The reads that are under way. */
export type SourceReads = {
  /** Asks every source that is not busy; resolves when all have answered, well or badly. */
  all(): Promise<unknown>;
  settled(): Promise<unknown>;
  /** Names of the sources that are still busy. */
  underWay(): Iterable<string>;
};

/** What reading needs. */
export type SourceReadsOptions = {
  readonly engine: Pick<Plimsoll, "slos" | "collect">;
  readonly logger: Pick<Logger, "info" | "warn">;
  readonly metrics: Pick<ServiceMetrics, "collectFailures">;
};

// Reads under way at once per source. What they find is stored together, so many make few statements; how many
// connections a source opens is its adapter's to bound.
const READS_AT_ONCE = 2_048;

/** Reads every SLO from its source, source by source, so that one that is slow holds up its own SLOs only. */
export function createSourceReads(
  { engine, logger, metrics }: SourceReadsOptions,
  { failed, signal }: { readonly failed: TaskFailed; readonly signal: AbortSignal },
): SourceReads {
  const bySource = groupBySource(engine.slos);
  const reading = new Map<string, Promise<void>>();
  const failures = createFailureLog(logger);

  const readAll = async (source: string, slos: readonly Slo[]): Promise<void> => {
    // What throws here is not the source but what is behind it, mostly the storage: told once, not once per SLO.
    const thrown: unknown[] = [];
    await eachOf(slos, READS_AT_ONCE, async ({ id }) => {
      if (signal.aborted) return;
      try {
        const outcome = await engine.collect(id, signal);
        if (signal.aborted) return;
        if (outcome.kind === "failed") metrics.collectFailures.inc({ source });
        failures.saw(id, outcome);
      } catch (error) {
        thrown.push(error);
      }
    });
    if (thrown.length > 0) failed("collect", thrown[0]);
  };

  const readSource = (source: string, slos: readonly Slo[]): Promise<void> => {
    const already = reading.get(source);
    // A source that is still busy with the slice before is not asked again; it catches up from its watermark.
    if (already !== undefined) return already;
    const run = readAll(source, slos).finally(() => reading.delete(source));
    reading.set(source, run);
    return run;
  };

  return {
    all: () => Promise.all([...bySource].map(([source, slos]) => readSource(source, slos))),
    settled: () => Promise.all(reading.values()),
    underWay: () => reading.keys(),
  };
}

function groupBySource(slos: readonly Slo[]): ReadonlyMap<string, readonly Slo[]> {
  const groups = new Map<string, Slo[]>();
  for (const slo of slos) {
    if (slo.sli.kind === "composite") continue;
    const { source } = slo.sli.selector;
    const group = groups.get(source);
    if (group === undefined) groups.set(source, [slo]);
    else group.push(slo);
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
