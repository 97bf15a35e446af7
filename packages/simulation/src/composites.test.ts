import { PlimsollError, type Sli } from "@plimsoll/core";
import { createFakeSliSource } from "@plimsoll/testkit";
import { describe, expect, it } from "vitest";
import { createWorld, quickSlo, SLICE_MS } from "./world.js";

const composite = (rule: Extract<Sli, { kind: "composite" }>["rule"], members: readonly string[] = ["a", "b"]) =>
  quickSlo(rule, {
    mode: "shadow",
    sli: { kind: "composite", rule, members: members.map((slo, index) => ({ slo, weight: index + 1 })) },
  });
const all = [composite("all-of"), composite("any-of"), composite("weighted"), quickSlo("a"), quickSlo("b")];
const from = (source: string) => ({ kind: "events", selector: { source, query: {} } }) as const;

describe("a composite", () => {
  it("combines its members slice by slice: all of them, any of them, by weight; and reads nothing itself", async () => {
    const world = await createWorld({ slos: all });
    world.serve("a", [
      { bad: 50, total: 100 },
      { bad: 0, total: 100 },
    ]);
    world.serve("b", [
      { bad: 20, total: 100 },
      { bad: 10, total: 40 },
    ]);
    await world.slices(2);
    const bad = (id: string) => world.engine.slo(id)?.evaluation.budget.bad;
    expect(bad("all-of")).toBeCloseTo(60 + 25, 9);
    expect(bad("any-of")).toBeCloseTo(10, 9);
    expect(bad("weighted")).toBeCloseTo((50 + 2 * 20) / 3 + (2 * 25) / 3, 9);
    expect(await world.engine.collect("all-of")).toEqual({ kind: "up-to-date" });
    expect(world.source.requests.every(({ sloId }) => sloId === "a" || sloId === "b")).toBe(true);
  });

  it("has a gap where a member has one, and waits for the slowest member", async () => {
    const [fast, slow] = [createFakeSliSource(), createFakeSliSource()];
    const world = await createWorld({
      slos: [composite("all-of"), quickSlo("a", { sli: from("fast") }), quickSlo("b", { sli: from("slow") })],
      ports: { sources: { fast, slow } },
    });
    const nowMs = world.clock.nowMs();
    const sample = (index: number) => ({
      fromMs: nowMs + index * SLICE_MS,
      toMs: nowMs + (index + 1) * SLICE_MS,
      measurement: { kind: "counts", good: 9, total: 10 } as const,
    });
    fast.serve("a", [0, 1, 2, 3, 4, 5].map(sample));
    slow.serve("b", [0, 1, 3, 4, 5].map(sample));
    slow.setWatermark(nowMs + 2 * SLICE_MS);
    await world.slices(4);
    const of = () => world.engine.slo("all-of")?.evaluation;
    expect(of()).toMatchObject({ budget: { total: 20 }, watermarkMs: nowMs + 2 * SLICE_MS, coverageRatio: 1 });
    slow.setWatermark(nowMs + 6 * SLICE_MS);
    await world.slices(2);
    expect(of()).toMatchObject({ budget: { total: 50 }, coverageRatio: 5 / 6 });
    const member = (id: string) => world.engine.slo(id)?.evaluation.coverageRatio;
    expect([member("a"), member("b")]).toEqual([1, 5 / 6]);
  });

  it("fills a gap when a member's slice comes late, and when it spans several", async () => {
    const world = await createWorld({
      slos: [composite("all-of"), quickSlo("a"), quickSlo("b")],
      settings: { reading: { fake: { backfillMs: 0, latenessMs: 4 * SLICE_MS } } },
    });
    const nowMs = world.clock.nowMs();
    const span = (first: number, slices: number) => ({
      fromMs: nowMs + first * SLICE_MS,
      toMs: nowMs + (first + slices) * SLICE_MS,
      measurement: { kind: "counts", good: 9, total: 10 } as const,
    });
    world.source.serve(
      "a",
      [0, 1, 2, 3, 4, 5].map((index) => span(index, 1)),
    );
    world.source.serve("b", [span(0, 1), span(3, 1)]);
    await world.slices(4);
    expect(world.engine.slo("all-of")?.evaluation.budget.total).toBe(20);
    // The two missing ones come as one sample over both.
    world.source.serve("b", [span(1, 2), span(4, 1)]);
    await world.slices(1);
    expect(world.engine.slo("all-of")?.evaluation).toMatchObject({ budget: { total: 50 }, coverageRatio: 1 });
    await world.slices(1);
    await world.crash();
    await world.collect();
    await world.engine.round();
    expect(world.engine.slo("all-of")?.evaluation.budget.total).toBe(50);
  });

  it("holds a member that speaks seldom to what it said over the whole time that it speaks for", async () => {
    const world = await createWorld({ slos: [composite("all-of"), composite("any-of"), quickSlo("a"), quickSlo("b")] });
    const nowMs = world.clock.nowMs();
    const span = (first: number, slices: number, good: number) => ({
      fromMs: nowMs + first * SLICE_MS,
      toMs: nowMs + (first + slices) * SLICE_MS,
      measurement: { kind: "counts", good, total: 1 } as const,
    });
    // A is dead and says so once in six slices; b is well in the first six and dead in the others.
    world.source.serve("a", [span(0, 6, 0), span(6, 6, 0)]);
    world.source.serve(
      "b",
      Array.from({ length: 12 }, (_, slice) => span(slice, 1, slice < 6 ? 1 : 0)),
    );
    world.clock.advance(12 * SLICE_MS);
    await world.collect();
    await world.engine.round();
    const standing = (id: string) => world.engine.slo(id)?.evaluation;
    expect(standing("all-of")).toMatchObject({ budget: { bad: 12, total: 12 }, sliRatio: 0, coverageRatio: 1 });
    expect(standing("any-of")).toMatchObject({ budget: { bad: 6, total: 12 }, sliRatio: 0.5, coverageRatio: 1 });
  });

  it("of members that nobody knows has no data", async () => {
    const world = await createWorld({ slos: [composite("all-of", ["a", "ghost"]), quickSlo("a")] });
    world.serve("a", [
      { bad: 0, total: 1 },
      { bad: 0, total: 1 },
    ]);
    await world.slices(2);
    expect(world.engine.slo("all-of")?.evaluation.verdict.kind).toBe("no-data");
  });

  it("catches up over hours, in parts", async () => {
    const world = await createWorld({ slos: [composite("all-of"), quickSlo("a"), quickSlo("b")] });
    const hours = (13 * 3_600_000) / SLICE_MS;
    for (const id of ["a", "b"])
      world.serve(
        id,
        Array.from({ length: hours }, () => ({ bad: 1, total: 2 })),
      );
    world.clock.advance(13 * 3_600_000);
    await world.collect();
    await world.engine.round();
    expect(world.engine.slo("all-of")?.evaluation).toMatchObject({
      budget: { bad: 240 * 1.5, total: 480 },
      coverageRatio: 1,
    });
  });

  it("that cannot be made holds up no other, and the round says so after", async () => {
    const world = await createWorld({ slos: all });
    for (const id of ["a", "b"])
      world.serve(
        id,
        Array.from({ length: 6 }, () => ({ bad: 90, total: 100 })),
      );
    await world.slices(4);
    const { load } = world.ports.history;
    const history = world.ports.history as { load: typeof load };
    history.load = () => {
      throw new PlimsollError({ code: "away", message: "the history is away", retryable: true });
    };
    await expect(world.slice()).rejects.toThrow("the history is away");
    expect(world.engine.slo("a")).toMatchObject({
      alerts: { burn: { status: "firing" } },
      evaluation: { budget: { bad: 450 } },
    });
    history.load = load;
    await world.slice();
    expect(world.engine.slo("any-of")?.evaluation.budget.bad).toBeCloseTo(6 * 81, 9);
  });
});
