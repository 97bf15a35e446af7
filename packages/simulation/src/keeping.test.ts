import type { AppendOutcome, HistorySlice, Json, SliHistory } from "@plimsoll/core";
import { createMemorySliHistory } from "@plimsoll/adapters-memory";
import { describe, expect, it } from "vitest";
import { createWorld, quickSlo, SLICE_MS, type World } from "./world.js";

const row = (slices: number, bad: number) => Array.from({ length: slices }, () => ({ bad, total: 100 }));
const budget = ({ engine }: World, id = "a") => engine.slo(id)?.evaluation.budget;
const said = { author: "ann", reason: "a drill" } as const;

describe("corrections of one SLO", () => {
  it("hold side by side, and where they meet the dropped time stays dropped", async () => {
    const world = await createWorld({ slos: [quickSlo("a"), quickSlo("b")] });
    const at = (slice: number, startMs = Date.UTC(2026, 10, 2, 12)): number => startMs + slice * SLICE_MS;
    for (const id of ["a", "b"]) world.serve(id, row(10, 10));
    await world.slices(10);
    await world.engine.correct({ ...said, sloIds: ["a"], effect: "drop", fromMs: at(0), toMs: at(3) });
    await world.engine.correct({ ...said, sloIds: ["a", "a"], effect: "count-good", fromMs: at(2), toMs: at(6) });
    expect(budget(world)).toMatchObject({ bad: 40, total: 700 });
    expect(budget(world, "b")).toMatchObject({ bad: 100, total: 1000 });
  });

  it("are part of a checkpoint, and count once after it", async () => {
    const world = await createWorld({ slos: [quickSlo("a")] });
    const nowMs = world.clock.nowMs();
    world.serve("a", row(10, 10));
    await world.slices(10);
    await world.engine.correct({ ...said, sloIds: "all", effect: "drop", fromMs: nowMs, toMs: nowMs + 4 * SLICE_MS });
    await world.engine.checkpoint();
    await world.crash();
    expect((await world.engine.health()).restored).toEqual({ from: "checkpoint", slices: 0 });
    expect(budget(world)).toMatchObject({ bad: 60, total: 600 });
  });
});

describe("a checkpoint", () => {
  it("whose corrections are none is refused, and the history tells the same", async () => {
    const world = await createWorld({ slos: [quickSlo("a")] });
    world.serve("a", row(6, 10));
    await world.slices(6);
    for (const correction of ["?", null]) {
      await world.engine.checkpoint();
      const { checkpoints } = world.ports.history;
      const saved = await checkpoints.load();
      if (saved === undefined) throw new Error("there is no checkpoint");
      const layout: Json = { corrections: [correction], filledToMs: 0, readTo: [] };
      await checkpoints.save({ ...saved, layout });
      await world.crash();
      const { restored } = await world.engine.health();
      expect(restored).toMatchObject({
        from: "history",
        slices: 6,
        checkpointRefused: expect.stringContaining("layout"),
      });
      expect(budget(world)).toMatchObject({ bad: 60, total: 600 });
    }
  });

  it("forgets an SLO that is gone, stays usable, and takes it back with all that it had", async () => {
    const world = await createWorld({ slos: [quickSlo("a"), quickSlo("b")] });
    for (const id of ["a", "b"]) world.serve(id, row(8, 10));
    await world.slices(8);
    await world.engine.checkpoint();
    for (let restart = 0; restart < 2; restart += 1) {
      await world.crash({ slos: [quickSlo("b")] });
      expect((await world.engine.health()).restored).toEqual({ from: "checkpoint", slices: 0 });
      expect(world.engine.slo("a")).toBeUndefined();
      expect(budget(world, "b")).toMatchObject({ bad: 80, total: 800 });
      await world.engine.checkpoint();
    }
    await world.crash({ slos: [quickSlo("b"), quickSlo("a")] });
    expect((await world.engine.health()).restored).toEqual({ from: "checkpoint", slices: 8 });
    expect(budget(world)).toMatchObject({ bad: 80, total: 800 });
  });
});

describe("storage", () => {
  it("that stored and said that it failed loses nothing and doubles nothing", async () => {
    const inner = createMemorySliHistory();
    let away = false;
    const append = async (slices: readonly HistorySlice[]): Promise<AppendOutcome> => {
      const outcome = await inner.append(slices);
      if (away) throw new Error("the answer was lost");
      return outcome;
    };
    const world = await createWorld({ slos: [quickSlo("a"), quickSlo("b")], ports: { history: { ...inner, append } } });
    for (const id of ["a", "b"]) world.serve(id, row(4, 10));
    await world.slices(2);
    away = true;
    world.clock.advance(SLICE_MS);
    await expect(world.engine.collect("a")).rejects.toThrow("the answer was lost");
    await world.engine.round();
    expect(budget(world)).toMatchObject({ bad: 20, total: 200 });
    away = false;
    await world.slice();
    expect(budget(world)).toMatchObject({ bad: 40, total: 400 });
    expect(budget(world, "b")).toMatchObject({ bad: 40, total: 400 });
  });

  it("that gives more than it was asked for changes nothing", async () => {
    const inner = createMemorySliHistory();
    const history: SliHistory = { ...inner, load: ({ fromMs, toMs }) => inner.load({ fromMs, toMs }) };
    const members = ["a", "b"].map((slo) => ({ slo, weight: 1 }));
    const journey = quickSlo("journey", { mode: "shadow", sli: { kind: "composite", rule: "all-of", members } });
    const world = await createWorld({ slos: [quickSlo("a"), quickSlo("b"), quickSlo("c")], ports: { history } });
    const fromMs = world.clock.nowMs();
    for (const id of ["a", "b", "c"]) world.serve(id, row(8, id === "c" ? 90 : 10));
    await world.slices(4);
    await world.crash({ slos: [quickSlo("a"), quickSlo("b"), journey] });
    await world.slices(4);
    expect(budget(world, "journey")?.bad).toBeCloseTo(8 * 19, 9);
    await world.engine.correct({ ...said, sloIds: "all", effect: "drop", fromMs, toMs: fromMs + 2 * SLICE_MS });
    expect(budget(world)).toMatchObject({ bad: 60, total: 600 });
  });
});
