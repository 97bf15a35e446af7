import {
  createMemoryAuditTrail,
  createMemoryEventBus,
  createMemoryEventStore,
  createMemorySliHistory,
  createNodeDigest,
} from "@plimsoll/adapters-memory";
import {
  createPlimsoll,
  DEFAULT_BUDGET_POLICY,
  resolveRules,
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
};

/** The real use-cases on memory adapters: storage outlives the engine, so that a crash can be played. */
export type World = {
  readonly clock: ManualClock;
  readonly source: FakeSliSource;
  readonly ports: EnginePorts;
  readonly engine: Plimsoll;
  /** Serves an SLO's counts for the next slices, one after another from now. */
  serve(sloId: string, counts: readonly { readonly bad: number; readonly total: number }[]): void;
  /** Lets one slice pass: the clock moves, every SLO is read, a round is run. */
  slice(): Promise<void>;
  slices(count: number): Promise<void>;
  /** Forgets the engine with everything in its memory, and opens another on the same storage. */
  crash(): Promise<void>;
};

export const SLICE_MS = 15_000;

/** An SLO with a 30-day period, the `google` rules and the fake source; anything can be said differently. */
export function simpleSlo(id: string, different: Partial<Slo> = {}): Slo {
  return {
    id,
    service: "payments",
    version: 1,
    target: 0.999,
    window: { kind: "rolling", lengthMs: 30 * 86_400_000 },
    sli: { kind: "events", selector: { source: "fake", query: {} } },
    mode: "active",
    gapIs: "gap",
    alerting: { rules: resolveRules("google", { periodMs: 30 * 86_400_000, sliceMs: SLICE_MS }), minBadEvents: 3, suppressedBy: [] },
    policy: DEFAULT_BUDGET_POLICY,
    ...different,
  };
}

export async function createWorld(options: WorldOptions): Promise<World> {
  const clock = createManualClock(options.startIso ?? "2026-11-02T12:00:00.000Z");
  const source = createFakeSliSource();
  const digest = createNodeDigest();
  const ports: EnginePorts = {
    clock,
    ids: createSequentialIdSource(),
    digest,
    history: createMemorySliHistory(),
    events: createMemoryEventStore(),
    bus: createMemoryEventBus({ pauseMs: () => 0 }),
    audit: createMemoryAuditTrail({ digest }),
    sources: { fake: source },
    notifiers: {},
    ...options.ports,
  };
  const settings: EngineSettings = {
    sliceMs: SLICE_MS,
    services: [{ id: "payments", tier: 1, dependsOn: [] }],
    slos: options.slos,
    corrections: [],
    freezeWindows: [],
    incidents: { cooldownMs: 1_800_000, autoCloseAfterMs: 86_400_000 },
    notify: { pages: [], tickets: [], incidents: [] },
    reading: {},
    ...options.settings,
  };
  const open = (): Promise<Plimsoll> =>
    createPlimsoll({ ports: { ...ports, bus: options.ports?.bus ?? createMemoryEventBus({ pauseMs: () => 0 }) }, settings });
  let engine = await open();
  const servedTo = new Map<string, number>();

  const slice = async (): Promise<void> => {
    clock.advance(SLICE_MS);
    await Promise.all(options.slos.map(({ id }) => engine.collect(id)));
    await engine.round();
    await engine.deliver();
  };
  return {
    clock,
    source,
    ports,
    get engine() {
      return engine;
    },
    serve(sloId, counts) {
      let fromMs = Math.max(servedTo.get(sloId) ?? 0, clock.nowMs());
      source.serve(
        sloId,
        counts.map(({ bad, total }) => {
          const sample = { fromMs, toMs: fromMs + SLICE_MS, measurement: { kind: "counts" as const, good: total - bad, total } };
          fromMs += SLICE_MS;
          return sample;
        }),
      );
      servedTo.set(sloId, fromMs);
    },
    slice,
    async slices(count) {
      for (let i = 0; i < count; i += 1) await slice();
    },
    async crash() {
      engine = await open();
    },
  };
}
