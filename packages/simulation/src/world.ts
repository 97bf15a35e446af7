import {
  createMemoryEventBus,
  createMemoryPorts,
  createMemoryTimer,
  createNodeCredentials,
  type MemoryTimer,
} from "@plimsoll/adapters-memory";
import {
  createPlimsoll,
  defineSettings,
  defineSlo,
  type CollectOutcome,
  type EnginePorts,
  type EngineSettings,
  type Plimsoll,
  type Slo,
} from "@plimsoll/core";
import {
  createFakeSliSource,
  createManualClock,
  createSequentialIdSource,
  type FakeSliSource,
  type ManualClock,
} from "@plimsoll/testkit";

/** What a world starts with. */
export type WorldOptions = {
  readonly slos: readonly Slo[];
  readonly settings?: Partial<EngineSettings>;
  readonly ports?: Partial<EnginePorts>;
  readonly startIso?: string;
  /** Put around the ports each time an engine is opened, such as faults. */
  readonly around?: (ports: EnginePorts) => EnginePorts;
  /** Is told why an engine could not be opened; true tries again. */
  readonly openAgain?: (error: unknown) => boolean;
};

/** The real use-cases on memory adapters: storage outlives the engine, so that a crash can be played. */
export type World = {
  readonly clock: ManualClock;
  readonly source: FakeSliSource;
  /** The ports themselves, without what was put around them. */
  readonly ports: EnginePorts;
  readonly settings: EngineSettings;
  readonly engine: Plimsoll;
  /** Serves an SLO's counts for the next slices, one after another from now; an undefined one is a gap. */
  serve(sloId: string, counts: readonly ({ readonly bad: number; readonly total: number } | undefined)[]): void;
  /** Reads every SLO that has a source; answers what became of each. */
  collect(): Promise<readonly CollectOutcome[]>;
  /** Lets one slice pass: the clock moves, every SLO is read, a round is run, messages are sent. */
  slice(): Promise<void>;
  slices(count: number): Promise<void>;
  /** Lets time pass without a round: timers that are due fire, and messages are sent. */
  wait(ms: number): Promise<void>;
  /** Forgets the engine with everything in its memory, and opens another on the same storage, with other settings if given. */
  crash(different?: Partial<EngineSettings>): Promise<void>;
};

export const SLICE_MS = 15_000;

/** An SLO with a 30-day period, the `google` rules and the fake source; anything can be said differently. */
export function simpleSlo(id: string, different: Partial<Slo> = {}): Slo {
  const sli = { kind: "events", selector: { source: "fake", query: {} } } as const;
  return {
    ...defineSlo({ id, service: "payments", target: 0.999, window: "30d", sli }, { sliceMs: SLICE_MS }),
    ...different,
  };
}

/** An SLO over one hour whose page and ticket follow within a minute, so that a course of alerts takes few slices. */
export function quickSlo(id: string, different: Partial<Slo> = {}): Slo {
  const minuteMs = 60_000;
  return simpleSlo(id, {
    target: 0.99,
    window: { kind: "rolling", lengthMs: 60 * minuteMs },
    alerting: {
      rules: [
        {
          id: "page",
          tier: "page",
          longMs: 2 * minuteMs,
          shortMs: minuteMs / 2,
          factor: 10,
          budgetShare: 1 / 3,
          comparison: ">",
        },
        {
          id: "ticket",
          tier: "ticket",
          longMs: 4 * minuteMs,
          shortMs: minuteMs,
          factor: 2,
          budgetShare: 2 / 15,
          comparison: ">",
        },
      ],
      minBadEvents: 3,
      suppressedBy: [],
    },
    ...different,
  });
}

export async function createWorld(options: WorldOptions): Promise<World> {
  const clock = createManualClock(options.startIso ?? "2026-11-02T12:00:00.000Z");
  const source = createFakeSliSource();
  const ports: EnginePorts = {
    ...createMemoryPorts({ clock, sources: { fake: source } }),
    ids: createSequentialIdSource(),
    credentials: createNodeCredentials({ memoryMib: 1 }),
    bus: createMemoryEventBus({ pauseMs: () => 0 }),
    timer: createMemoryTimer({ clock, fires: "manual" }),
    ...options.ports,
  };
  let settings = defineSettings({
    sliceMs: SLICE_MS,
    services: [{ id: "payments", tier: 1, dependsOn: [] }],
    slos: options.slos,
    ...options.settings,
  });
  let timer: MemoryTimer;
  const open = async (): Promise<Plimsoll> => {
    for (;;) {
      // A bus and a timer in memory die with their process.
      timer = createMemoryTimer({ clock, fires: "manual" });
      const fresh = { ...ports, timer, bus: createMemoryEventBus({ pauseMs: () => 0 }), ...options.ports };
      try {
        return await createPlimsoll({ ports: options.around?.(fresh) ?? fresh, settings });
      } catch (error) {
        if (options.openAgain?.(error) !== true) throw error;
      }
    }
  };
  let engine = await open();
  const servedTo = new Map<string, number>();

  const collect = (): Promise<readonly CollectOutcome[]> =>
    Promise.all(settings.slos.map(({ id }) => engine.collect(id)));
  const slice = async (): Promise<void> => {
    clock.advance(settings.sliceMs);
    await collect();
    await engine.round();
    await timer.runDue();
    await engine.deliver();
  };
  return {
    clock,
    source,
    ports,
    get settings() {
      return settings;
    },
    get engine() {
      return engine;
    },
    serve(sloId, counts) {
      const { sliceMs } = settings;
      let fromMs = Math.max(servedTo.get(sloId) ?? 0, clock.nowMs());
      source.serve(
        sloId,
        counts.flatMap((one) => {
          const sliceFromMs = fromMs;
          fromMs += sliceMs;
          if (one === undefined) return [];
          const { bad, total } = one;
          return [
            { fromMs: sliceFromMs, toMs: fromMs, measurement: { kind: "counts" as const, good: total - bad, total } },
          ];
        }),
      );
      servedTo.set(sloId, fromMs);
    },
    collect,
    slice,
    async slices(count) {
      for (let i = 0; i < count; i += 1) await slice();
    },
    async wait(ms) {
      clock.advance(ms);
      await timer.runDue();
      await engine.deliver();
    },
    async crash(different = {}) {
      settings = { ...settings, ...different };
      engine = await open();
    },
  };
}
