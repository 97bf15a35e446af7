import { createMemoryEventBus } from "@plimsoll/adapters-memory";
import type { SliRequest, SliSample } from "@plimsoll/core";
import { describe, expect, it } from "vitest";
import { createWorld, quickSlo, simpleSlo, SLICE_MS, type World } from "./world.js";

const row = (slices: number, bad: number) => Array.from({ length: slices }, () => ({ bad, total: 100 }));
const counts = (good: number, total: number) => ({ kind: "counts", good, total }) as const;
const budget = ({ engine }: World, id = "a") => engine.slo(id)?.evaluation.budget;
const journey = quickSlo("journey", {
  mode: "shadow",
  sli: { kind: "composite", rule: "all-of", members: ["a", "b"].map((slo) => ({ slo, weight: 1 })) },
});

describe("a chart", () => {
  it("tells measured days from days of silence also where the ledger holds only hours", async () => {
    const [dayMs, sliceMs, days] = [86_400_000, 300_000, 30];
    const world = await createWorld({
      slos: [simpleSlo("a")],
      settings: { sliceMs, reading: { fake: { backfillMs: days * dayMs, latenessMs: 0 } } },
    });
    const fromMs = world.clock.nowMs() - days * dayMs;
    const silent = (day: number): boolean => day === 3 || day === 4;
    const samples = Array.from({ length: (days * dayMs) / sliceMs }, (_, index): SliSample => {
      const startMs = fromMs + index * sliceMs;
      return { fromMs: startMs, toMs: startMs + sliceMs, measurement: counts(9, 10) };
    });
    world.source.serve(
      "a",
      samples.filter((sample) => !silent(Math.floor((sample.fromMs - fromMs) / dayMs))),
    );
    world.clock.advance(1);
    await world.collect();
    await world.engine.round();
    const chart = world.engine.history("a", { fromMs, points: days });
    expect(chart?.map(({ coverageRatio }) => coverageRatio)).toEqual(
      samples.flatMap((_, day) => (day < days ? [silent(day) ? 0 : 1] : [])),
    );
    expect(chart?.map(({ total }) => total)).toEqual(chart?.map((_, day) => (silent(day) ? 0 : 2880)));
    expect(chart?.at(-1)?.remainingRatio).toBeCloseTo(1 - 0.1 / 0.001, 9);
  });

  it("of no time is empty, and without traffic the budget is whole", async () => {
    const world = await createWorld({ slos: [quickSlo("a")] });
    world.serve(
      "a",
      [0, 0].map(() => ({ bad: 0, total: 0 })),
    );
    await world.slices(2);
    const toMs = world.clock.nowMs();
    expect(world.engine.history("a", { fromMs: toMs, toMs, points: 4 })).toEqual([]);
    expect(world.engine.history("a", { fromMs: toMs - SLICE_MS, points: 4 })).toMatchObject([
      { total: 0, coverageRatio: 1, remainingRatio: 1 },
    ]);
    // Before it was born nothing was measured, so that no chart shows it as well measured then.
    expect(world.engine.history("a", { fromMs: toMs - 4 * SLICE_MS, points: 4 })).toMatchObject([
      { coverageRatio: 0 },
      { coverageRatio: 0 },
      { coverageRatio: 1 },
      { coverageRatio: 1 },
    ]);
  });
});

describe("a reading", () => {
  it("adds up samples that share a slice, and leaves a gap where none can be used", async () => {
    const world = await createWorld({ slos: [quickSlo("a")] });
    const nowMs = world.clock.nowMs();
    const third = (index: number): SliSample => ({
      fromMs: nowMs + index * 5_000,
      toMs: nowMs + (index + 1) * 5_000,
      measurement: counts(9, 10),
    });
    const strange: SliSample = { fromMs: nowMs + SLICE_MS, toMs: nowMs + 2 * SLICE_MS, measurement: counts(5, 3) };
    world.source.serve("a", [third(0), third(1), third(2), strange]);
    await world.slices(2);
    expect(world.engine.slo("a")?.evaluation).toMatchObject({ budget: { bad: 3, total: 30 }, coverageRatio: 0.5 });
    expect((await world.engine.health()).sources[0]?.setAside).toMatchObject([{ count: 1 }]);
  });

  it("that fails at the very first comes in whole once its source is well", async () => {
    const world = await createWorld({ slos: [quickSlo("a")] });
    world.serve("a", row(4, 10));
    world.source.fail();
    await world.slices(2);
    expect(world.engine.slo("a")?.evaluation.verdict.kind).toBe("no-data");
    world.source.heal();
    await world.slices(2);
    expect(world.engine.slo("a")?.evaluation).toMatchObject({
      budget: { bad: 40, total: 400 },
      watermarkMs: world.clock.nowMs(),
    });
  });

  it("that says something new each time is remembered only so far", async () => {
    let said = 0;
    const chatty = {
      async read({ toMs }: SliRequest) {
        const setAside = Array.from({ length: 60 }, (_, index) => ({
          reason: `reason ${said + index}`,
          count: 1,
          example: "x",
        }));
        const notes = setAside.map(({ reason }) => `note on ${reason}`);
        said += 50;
        return { kind: "read" as const, samples: [], watermarkMs: toMs, setAside, notes };
      },
    };
    const world = await createWorld({ slos: [quickSlo("a")], ports: { sources: { fake: chatty } } });
    await world.slices(4);
    const [health] = (await world.engine.health()).sources;
    expect([health?.setAside.length, health?.notes.length]).toEqual([100, 100]);
    expect(health?.setAside.find(({ reason }) => reason === "reason 55")).toMatchObject({ count: 2 });
    expect(health?.notes).not.toContain("a: note on reason 100");
  });
});

describe("a composite, opened again", () => {
  it("is no newer than before until its members were read", async () => {
    const world = await createWorld({ slos: [journey, quickSlo("a"), quickSlo("b")] });
    for (const id of ["a", "b"]) world.serve(id, row(6, 10));
    await world.slices(4);
    const before = budget(world, "journey");
    await world.crash();
    world.clock.advance(2 * SLICE_MS);
    await world.engine.round();
    expect(budget(world, "journey")).toMatchObject({ total: before?.total });
    await world.collect();
    await world.engine.round();
    expect(budget(world, "journey")?.bad).toBeCloseTo(6 * 19, 9);
  });

  it("over a member that was taken away keeps what both had, and goes no further", async () => {
    const world = await createWorld({ slos: [quickSlo("a"), quickSlo("b")] });
    for (const id of ["a", "b"]) world.serve(id, row(8, 10));
    await world.slices(4);
    await world.engine.checkpoint();
    await world.crash({ slos: [quickSlo("a"), journey] });
    await world.slices(4);
    expect(budget(world, "journey")?.total).toBe(400);
    expect(world.engine.slo("journey")?.evaluation.verdict.kind).not.toBe("healthy");
  });

  it("takes a member's own slice for it where a longer one covers it as well", async () => {
    const world = await createWorld({ slos: [journey, quickSlo("a"), quickSlo("b")] });
    const nowMs = world.clock.nowMs();
    const span = (first: number, slices: number): SliSample => ({
      fromMs: nowMs + first * SLICE_MS,
      toMs: nowMs + (first + slices) * SLICE_MS,
      measurement: counts(9, 10),
    });
    world.source.serve(
      "a",
      [0, 1, 2, 3].map((index) => span(index, 1)),
    );
    world.source.serve("b", [span(3, 1)]);
    const stored = { sloId: "b", good: 5, total: 10 };
    await world.ports.history.append([
      { ...stored, sliceMs: nowMs, slices: 1 },
      { ...stored, sliceMs: nowMs + 2 * SLICE_MS, slices: 3 },
    ]);
    await world.crash();
    await world.slices(4);
    // 0.9 of a chain that works half the time fails in 5.5 of 10, in the slices of b's own and of the span alike.
    expect(budget(world, "journey")?.bad).toBeCloseTo(5.5 + 5.5 + 5.5 + 1.9, 9);
  });
});

describe("what a person does", () => {
  it("is done once it is stored; where it cannot be told on now, the next round tells it", async () => {
    const bus = createMemoryEventBus({ pauseMs: () => 0 });
    let away = false;
    const publish: typeof bus.publish = async (events) => {
      if (away) throw new Error("the bus is away");
      return bus.publish(events);
    };
    const world = await createWorld({ slos: [quickSlo("a")], ports: { bus: { ...bus, publish } } });
    world.serve("a", [...row(4, 0), ...row(8, 90)]);
    await world.slices(8);
    const heard: string[] = [];
    world.engine.onIncident((id) => heard.push(id));
    away = true;
    expect(await world.engine.acknowledge("INC-001", { actor: "ann" })).toMatchObject({
      ok: true,
      value: { status: "acknowledged" },
    });
    expect(heard).toEqual([]);
    away = false;
    await world.engine.round();
    expect(heard).toContain("INC-001");
  });

  it("to an incident that is not there is refused", async () => {
    const world = await createWorld({ slos: [quickSlo("a")] });
    expect(await world.engine.resolve("INC-009", { actor: "ann", reason: "over" })).toMatchObject({
      ok: false,
      error: { code: "unknown-incident" },
    });
  });
});

describe("an incident", () => {
  it("with an event that cannot be read is shown in the list and never in part", async () => {
    const world = await createWorld({ slos: [quickSlo("a")] });
    world.serve("a", [...row(4, 0), ...row(4, 90)]);
    await world.slices(8);
    const stream = "incident/INC-001";
    const expectedVersion = (await world.ports.events.read(stream)).length;
    const strange = { id: `${stream}@${expectedVersion + 1}`, type: "strange", atMs: 0, actor: "engine", data: {} };
    await world.ports.events.append([{ stream, expectedVersion, events: [strange] }]);
    await world.crash();
    expect(world.engine.incidents()).toMatchObject([{ id: "INC-001" }]);
    expect(await world.engine.incident("INC-001")).toBeUndefined();
    expect((await world.engine.health()).unreadableEvents).toHaveLength(1);
  });
});
