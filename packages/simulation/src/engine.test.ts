import { resolveRules } from "@plimsoll/core";
import { describe, expect, it } from "vitest";
import { createWorld, simpleSlo, SLICE_MS } from "./world.js";

const healthy = (slices: number) => Array.from({ length: slices }, () => ({ bad: 0, total: 300 }));
const failing = (slices: number) => Array.from({ length: slices }, () => ({ bad: 120, total: 300 }));

describe("the engine, from samples to an incident", () => {
  it("opens one incident within two minutes of a breach, resolves it, and drafts the postmortem", async () => {
    // The slow rules rightly stay on for hours after a breach of two minutes with no long history; the page rule does not.
    const rules = resolveRules(
      { rules: [{ tier: "page", longMs: 3_600_000, budgetShare: 0.02 }] },
      { periodMs: 30 * 86_400_000, sliceMs: SLICE_MS },
    );
    const world = await createWorld({
      slos: [simpleSlo("payments-availability", { alerting: { rules, minBadEvents: 3, suppressedBy: [] } })],
    });
    world.serve("payments-availability", [...healthy(20), ...failing(8), ...healthy(25)]);
    await world.slices(20);
    expect(world.engine.slo("payments-availability")?.evaluation.verdict.kind).toBe("healthy");
    expect(world.engine.incidents()).toEqual([]);

    await world.slices(8);
    expect(world.engine.slo("payments-availability")?.evaluation.verdict).toMatchObject({
      kind: "firing",
      tier: "page",
    });
    expect(world.engine.incidents()).toMatchObject([{ id: "INC-001", status: "declared" }]);

    await world.slices(25);
    expect(world.engine.incidents()).toMatchObject([{ id: "INC-001", status: "resolved" }]);
    const incident = await world.engine.incident("INC-001");
    expect(incident?.postmortem).toContain("## Timeline (UTC)");
  });

  it("knows the same budget to the event after a crash, and doubles no incident", async () => {
    const world = await createWorld({ slos: [simpleSlo("payments-availability")] });
    world.serve("payments-availability", [...healthy(20), ...failing(50)]);
    await world.slices(30);
    const before = world.engine.slo("payments-availability")?.evaluation.budget;
    await world.crash();
    await world.engine.round();
    expect(world.engine.slo("payments-availability")?.evaluation.budget).toEqual(before);
    await world.slices(10);
    await world.engine.checkpoint();
    await world.crash();
    await world.slices(10);
    expect(world.engine.slo("payments-availability")?.evaluation.budget).toMatchObject({
      bad: 30 * 120,
      total: 50 * 300,
    });
    expect(world.engine.incidents()).toHaveLength(1);
  });

  it("drops a corrected interval and counts it again when the correction is withdrawn", async () => {
    const world = await createWorld({ slos: [simpleSlo("payments-availability")] });
    const fromMs = world.clock.nowMs() + 10 * 15_000;
    world.serve("payments-availability", [...healthy(10), ...failing(4), ...healthy(10)]);
    await world.slices(24);
    const added = await world.engine.correct({
      sloIds: "all",
      effect: "drop",
      author: "ann",
      reason: "maintenance",
      fromMs,
      toMs: fromMs + 4 * 15_000,
    });
    expect(added.ok).toBe(true);
    expect(world.engine.slo("payments-availability")?.evaluation).toMatchObject({
      budget: { bad: 0, total: 6000 },
      coverageRatio: 1,
    });
    await world.engine.withdrawCorrection(added.ok ? added.value.id : "", { actor: "ann" });
    expect(world.engine.slo("payments-availability")?.evaluation).toMatchObject({
      budget: { bad: 480, total: 7200 },
      coverageRatio: 1,
    });
  });
});
