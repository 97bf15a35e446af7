import { DEFAULT_BUDGET_POLICY, type SliReading, type SliRequest, type SliSource } from "@plimsoll/core";
import { describe, expect, it } from "vitest";
import { createWorld, simpleSlo, type World } from "./world.js";

const SLICE_MS = 300_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Answers every slice of a request as well; what is done before each answer is the test's. */
const past = (before: (request: SliRequest) => Promise<SliReading | undefined>): SliSource => ({
  async read(request) {
    const other = await before(request);
    if (other !== undefined) return other;
    const { fromMs, sliceMs, toMs } = request;
    const samples = Array.from({ length: (toMs - fromMs) / sliceMs }, (_, slice) => ({
      fromMs: fromMs + slice * sliceMs,
      toMs: fromMs + (slice + 1) * sliceMs,
      measurement: { kind: "counts", good: 10, total: 10 } as const,
    }));
    return { kind: "read", samples, watermarkMs: toMs, setAside: [], notes: [] };
  },
});

const slos = [
  simpleSlo("a"),
  simpleSlo("strict", {
    gapIs: "bad",
    policy: {
      ...DEFAULT_BUDGET_POLICY,
      rules: [{ name: "alert at 25 % burned", atConsumedRatio: 0.25, effect: "notify" }],
    },
  }),
  simpleSlo("journey", {
    gapIs: "bad",
    sli: { kind: "composite", rule: "all-of", members: ["a", "strict"].map((slo) => ({ slo, weight: 1 })) },
  }),
];
const settings = { sliceMs: SLICE_MS, reading: { fake: { backfillMs: 10 * DAY_MS, latenessMs: 0 } } };

const happened = async (world: World): Promise<readonly string[]> =>
  (await world.ports.events.readAll({ afterPosition: 0, limit: 1_000 }))
    .filter(({ stream }) => /^(?:alert|incident|budget-policy)/.test(stream))
    .map(({ stream, type }) => `${stream} ${type}`);

const answers = (world: World) =>
  world.engine
    .views()
    .map(({ alerts: { burn, dataLoss }, evaluation: { coverageRatio, verdict } }) => [
      verdict.kind,
      coverageRatio,
      burn.status,
      dataLoss.status,
    ]);
const well = slos.map(() => ["healthy", 1, "quiet", "quiet"]);

describe("reading a past that takes many reads", () => {
  it("raises nothing on the way, however long it takes, and is judged once it is whole and up to now", async () => {
    let reads = 0;
    const world = await createWorld({
      slos,
      settings,
      ports: {
        sources: {
          fake: past(async () => {
            reads += 1;
            world.clock.advance(SLICE_MS);
            await world.engine.round();
            return undefined;
          }),
        },
      },
    });
    await world.collect();
    expect(reads).toBeGreaterThan(80);
    expect(await happened(world)).toEqual([]);
    await world.engine.round();
    expect(answers(world)).toEqual(well);
    expect(await happened(world)).toEqual([]);
  });

  it("raises nothing after a restart over which hours were missed", async () => {
    let judge = false;
    const world: World = await createWorld({
      slos,
      settings,
      ports: {
        sources: {
          fake: past(async () => {
            if (judge) {
              world.clock.advance(SLICE_MS);
              await world.engine.round();
            }
            return undefined;
          }),
        },
      },
    });
    await world.collect();
    await world.engine.round();
    world.clock.advance(2 * DAY_MS);
    await world.crash();
    judge = true;
    await world.collect();
    await world.engine.round();
    expect(answers(world)).toEqual(well);
    expect(await happened(world)).toEqual([]);
  });

  const stopsAfterThreeReads = async (answer: () => Promise<SliReading | undefined>) => {
    let reads = 0;
    let stuck: () => void = () => undefined;
    const isStuck = new Promise<void>((resolve) => {
      stuck = resolve;
    });
    const fake = past(async () => {
      reads += 1;
      if (reads <= 3) return undefined;
      stuck();
      return answer();
    });
    const world = await createWorld({ slos: [simpleSlo("a")], settings, ports: { sources: { fake } } });
    const collecting = world.collect();
    await isStuck;
    const dataLoss = async () => {
      await world.engine.round();
      return world.engine.slo("a")?.alerts.dataLoss.status;
    };
    return { world, collecting, dataLoss };
  };

  it("that fails half-way is told of at once", async () => {
    const { collecting, dataLoss } = await stopsAfterThreeReads(async () => ({
      kind: "failed",
      code: "away",
      message: "a: the server is away",
      retryable: true,
    }));
    await collecting;
    expect(await dataLoss()).toBe("firing");
  });

  it("that hangs half-way is told of after three slices", async () => {
    const { dataLoss, world } = await stopsAfterThreeReads(() => new Promise(() => undefined));
    world.clock.advance(3 * SLICE_MS);
    expect(await dataLoss()).toBe("quiet");
    world.clock.advance(1);
    expect(await dataLoss()).toBe("firing");
  });
});
