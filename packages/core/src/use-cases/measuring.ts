import { longestWindowMs } from "../evaluation/longest-window.js";
import type { Correction } from "../slo/correction.js";
import type { Slo } from "../slo/slo.js";
import { createCollector, type Collector } from "./collector.js";
import { createCompositeCollector } from "./composite-collector.js";
import type { EnginePorts, EngineSettings } from "./engine-settings.js";
import { createFleetWatch, type FleetWatch } from "./fleet-watch.js";
import type { KnownObjective } from "./objective-book.js";
import { openSliceKeeper, type SliceKeeper } from "./slice-keeper.js";
import { createSourceWatch, type SourceWatch } from "./source-watch.js";

const DAY_MS = 86_400_000;

/** Kept beyond the longest window, so that a correction at its far end still finds its slices. */
const PRUNE_MARGIN_MS = 7 * DAY_MS;

/** From sources to evaluations: what is read, kept and judged. */
export type Measuring = {
  readonly keeper: SliceKeeper;
  readonly watch: SourceWatch;
  readonly collector: Collector;
  readonly fleet: FleetWatch;
  /** Makes the slices of every composite from its members'; answers what each attempt came to. */
  collectComposites(): Promise<readonly PromiseSettledResult<unknown>[]>;
  /** Whether a longer past of an SLO, or of a member of it, is being read and gets on since an instant. */
  isCatchingUp(sloId: string, sinceMs: number): boolean;
  /** Drops slices that no window can reach any more; answers how many. */
  prune(): Promise<number>;
};

/** Opens the ledger on the stored slices and puts the collector and the evaluator on it. */
export async function openMeasuring(options: {
  readonly ports: Pick<EnginePorts, "clock" | "history" | "sources">;
  readonly settings: Pick<EngineSettings, "sliceMs" | "reading" | "longestReportMs">;
  readonly objectives: readonly KnownObjective[];
  readonly corrections: readonly Correction[];
}): Promise<Measuring> {
  const { ports, settings, objectives } = options;
  const { clock, history } = ports;
  const { sliceMs } = settings;
  const sources = ownOnly(ports.sources);
  const reading = ownOnly(settings.reading);
  const nowMs = (): number => clock.now().toMillis();
  const slos = objectives.map(({ slo }) => slo);
  const births = new Map(objectives.map(({ slo, sinceMs }) => [slo.id, sinceMs]));
  const reach = longestWindowMs(slos, sliceMs);
  const { longestReportMs } = settings;
  // A day more, as a report may be made some hours after the period that it is about.
  const reportReachMs = longestReportMs === undefined ? 0 : 2 * longestReportMs + DAY_MS;
  const keptMs = Math.max(reach, reportReachMs);
  const keeper = await openSliceKeeper(
    history,
    { sliceMs, longestWindowMs: reach, reportReachMs, births, corrections: options.corrections },
    nowMs(),
  );
  const watch = createSourceWatch(Object.keys(sources));
  const readFor = partsOf(slos);
  const composed = slos.flatMap(({ id, sli }) => (sli.kind === "composite" ? [{ id, sli }] : []));
  // By composite, from when on its members were filled in afterwards.
  const lateMembers = new Map<string, number>();
  const onLate = (sloId: string, fromMs: number): void => {
    for (const { id } of composed) {
      if (readFor(id).includes(sloId)) lateMembers.set(id, Math.min(fromMs, lateMembers.get(id) ?? fromMs));
    }
  };
  const collector = createCollector({ clock, history, keeper, sources, reading, births, watch, sliceMs, onLate });
  const latenessMs = Object.values(reading).reduce((most, one) => Math.max(most, one.latenessMs), 0);
  const composites = createCompositeCollector({ history, keeper, collector, lateMembers, sliceMs, latenessMs });
  return {
    keeper,
    watch,
    collector,
    fleet: createFleetWatch({ slos, keeper, collector, nowMs: nowMs() }),
    collectComposites: () => Promise.allSettled(composed.map((slo) => composites.collect(slo))),
    isCatchingUp: (sloId, sinceMs) => readFor(sloId).some((id) => collector.isCatchingUp(id, sinceMs)),
    prune: () => history.prune(Math.floor((nowMs() - keptMs - PRUNE_MARGIN_MS) / sliceMs) * sliceMs),
  };
}

/** Tells for an SLO which ones it is made of, all the way down, and itself. */
function partsOf(slos: readonly Slo[]): (sloId: string) => readonly string[] {
  const members = new Map(
    slos.map(({ id, sli }) => [id, sli.kind === "composite" ? sli.members.map(({ slo }) => slo) : []]),
  );
  return (sloId) => {
    const parts = new Set([sloId]);
    // A set is gone through with what is added on the way.
    for (const id of parts) for (const member of members.get(id) ?? []) parts.add(member);
    return [...parts];
  };
}

/** A record without what every object inherits: `constructor` is a name that a source may be asked for by. */
function ownOnly<Value>(record: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> {
  return Object.assign(Object.create(null) as Record<string, Value>, record);
}
