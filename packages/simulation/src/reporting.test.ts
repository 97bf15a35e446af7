import { describe, expect, it } from "vitest";
import { createWorld, quickSlo, SLICE_MS } from "./world.js";

const row = (slices: number, bad: number) => Array.from({ length: slices }, () => ({ bad, total: 100 }));

describe("a report", () => {
  it("holds a period against the one before it, and shows no half of a period as a trend", async () => {
    const world = await createWorld({ slos: [quickSlo("a")] });
    world.serve("a", [...row(20, 10), ...row(20, 1)]);
    await world.slices(40);
    const toMs = world.clock.nowMs();
    const report = world.engine.report({ fromMs: toMs - 20 * SLICE_MS, toMs });
    expect(report.slos).toMatchObject([{ sloId: "a", sliRatio: 0.99, previousSliRatio: 0.9, trend: "better" }]);
    const beyond = world.engine.report({ fromMs: toMs - 3_600_000, toMs }).slos;
    expect(beyond).toMatchObject([{ sloId: "a", previousSliRatio: undefined, trend: "new" }]);
  });

  it("of a time that nobody remembers, or of none, names no SLO", async () => {
    const world = await createWorld({ slos: [quickSlo("a")] });
    world.serve("a", row(4, 10));
    await world.slices(4);
    const nowMs = world.clock.nowMs();
    expect(world.engine.report({ fromMs: 0, toMs: 86_400_000 }).slos).toEqual([]);
    expect(world.engine.report({ fromMs: nowMs, toMs: nowMs }).slos).toEqual([]);
  });

  it("tells of the services asked for, and of the incidents declared in its period", async () => {
    const world = await createWorld({
      slos: [quickSlo("a"), quickSlo("b", { service: "checkout" })],
      settings: {
        services: [
          { id: "payments", tier: 1, dependsOn: [] },
          { id: "checkout", tier: 2, dependsOn: [] },
        ],
      },
    });
    const fromMs = world.clock.nowMs();
    world.serve("a", [...row(8, 0), ...row(6, 90), ...row(40, 0)]);
    world.serve("b", row(54, 0));
    await world.slices(54);
    const toMs = world.clock.nowMs();
    expect(world.engine.incidents()).toMatchObject([{ status: "resolved" }]);
    const payments = world.engine.report({ fromMs, toMs }, ["payments"]);
    expect(payments.slos.map(({ sloId }) => sloId)).toEqual(["a"]);
    expect(payments.slos[0]?.incidents).toMatchObject([{ id: "INC-001", sloId: "a" }]);
    const [incident] = payments.slos[0]?.incidents ?? [];
    expect(incident?.resolvedMs).toBeGreaterThan(incident?.openedMs ?? Infinity);
    // 540 bad events of the 54 that an hour of this allows; by hand, whatever the hour's own sums do meanwhile.
    expect(incident).toMatchObject({ bad: 540, needsPostmortemWithP0: true });
    // Of the whole quarter's 5,400 events: one class, ten times its budget.
    expect(payments.slos[0]?.outageClasses).toEqual([
      {
        outageClass: "payments: a burns its error budget",
        incidents: 1,
        budgetShare: expect.closeTo(10, 9),
        needsP0InPlan: true,
      },
    ]);
    expect(payments.quarter.toMs).toBe(toMs);
    expect(payments.totals).toMatchObject({
      incidents: 1,
      meanTimeToResolveMs: (incident?.resolvedMs ?? 0) - (incident?.openedMs ?? 0),
    });
    const checkout = world.engine.report({ fromMs, toMs }, ["checkout"]);
    expect(checkout).toMatchObject({ slos: [{ sloId: "b", incidents: [] }], totals: { incidents: 0 } });
    expect(world.engine.report({ fromMs: toMs - 8 * SLICE_MS, toMs }).totals.incidents).toBe(0);
    expect(world.engine.report({ fromMs, toMs: fromMs + 8 * SLICE_MS }).totals.incidents).toBe(0);
  });

  it("counts nothing for an open incident whose objective has changed since, rather than guess", async () => {
    const world = await createWorld({ slos: [quickSlo("a")] });
    const fromMs = world.clock.nowMs();
    world.serve("a", [...row(4, 0), ...row(12, 90)]);
    await world.slices(8);
    const reported = () => world.engine.report({ fromMs, toMs: world.clock.nowMs() }).slos[0]?.incidents;
    await world.slices(2);
    expect(reported()?.[0]?.bad).toBeGreaterThan(0);
    await world.crash({ slos: [quickSlo("a", { target: 0.98 })] });
    await world.slices(2);
    expect(world.engine.slos).toMatchObject([{ version: 2 }]);
    expect(reported()).toMatchObject([{ id: "INC-001", needsPostmortemWithP0: false }]);
    expect(reported()?.[0]).not.toHaveProperty("bad");
    expect(reported()?.[0]).not.toHaveProperty("resolvedMs");
  });

  it("charges a loss of data nothing, and asks no P0 action for it", async () => {
    const world = await createWorld({ slos: [quickSlo("a")] });
    const fromMs = world.clock.nowMs();
    world.serve("a", [...row(20, 1), ...Array.from({ length: 24 }, () => undefined)]);
    await world.slices(44);
    const incidents = world.engine.report({ fromMs, toMs: world.clock.nowMs() }).slos[0]?.incidents;
    expect(incidents).toMatchObject([{ bad: 0, budgetShare: 0, needsPostmortemWithP0: false }]);
    expect((await world.engine.incident("INC-001"))?.budgetShare).toMatchObject({ kind: "none" });
  });

  it("charges an incident what it burned, however much of an older one leaves the period meanwhile", async () => {
    const world = await createWorld({ slos: [quickSlo("a")] });
    world.serve("a", [...row(8, 50), ...row(228, 0), ...row(6, 20), ...row(40, 0)]);
    await world.slices(282);
    const [share] = world.engine.incidents().map((state) => world.engine.budgetShare(state));
    expect(share).toMatchObject({ kind: "measured", bad: 120, reach: "whole" });
    expect(share).toMatchObject({ shareRatio: expect.closeTo(120 / 240, 1) });
  });

  it("has a period of its own length before it where the settings name that length, and says what it really covers", async () => {
    const settings = { longestReportMs: 2 * 3_600_000 };
    const world = await createWorld({ slos: [quickSlo("a")], settings, startIso: "2026-11-02T22:00:00.000Z" });
    const bornMs = world.clock.nowMs();
    world.serve("a", [...row(480, 2), ...row(480, 1)]);
    await world.slices(960);
    const toMs = world.clock.nowMs();
    const over = (hours: number) => world.engine.report({ fromMs: toMs - hours * 3_600_000, toMs }).slos[0];
    expect(over(2)).toMatchObject({ trend: "better", sliRatio: 0.99, coveredFromMs: toMs - 2 * 3_600_000 });
    expect(over(3)).toMatchObject({ trend: "new", coveredFromMs: toMs - 3 * 3_600_000 });
    expect(over(4)).toMatchObject({ trend: "new", coveredFromMs: bornMs });
    expect(over(40)).toMatchObject({ coveredFromMs: bornMs });
  });

  it("knows no cost of an objective that is gone before it was written down", async () => {
    const world = await createWorld({ slos: [quickSlo("a")] });
    world.serve("a", [...row(4, 0), ...row(8, 90)]);
    await world.slices(12);
    await world.crash({ slos: [quickSlo("b")] });
    const [first] = world.engine.incidents();
    expect(first?.alert?.sloId).toBe("a");
    expect(first && world.engine.budgetShare(first)).toEqual({
      kind: "unknown",
      reason: "its objective is not measured any more",
    });
  });

  it("knows what a person's incident can have cost at most, and from its course once its slices are gone", async () => {
    const world = await createWorld({
      slos: [quickSlo("a", { alerting: { rules: [], minBadEvents: 3, suppressedBy: [] } })],
    });
    world.serve("a", [...row(4, 0), ...row(8, 90), ...row(20, 0)]);
    await world.slices(4);
    const said = { title: "Slow", severity: "SEV3", service: "payments", actor: "ann" } as const;
    await world.engine.declareIncident(said);
    await world.slices(8);
    expect(world.engine.incidents().map((state) => world.engine.budgetShare(state))).toMatchObject([
      { kind: "measured", basis: "service", sloId: "a", bad: 8 * 90 },
    ]);
    await world.engine.acknowledge("INC-001", { actor: "ann" });
    await world.engine.resolve("INC-001", { actor: "ann", reason: "Quick again" });
    await world.slices(12);
    const costs = async () =>
      (await world.engine.incident("INC-001"))?.timeline.filter(({ kind }) => kind === "cost-recorded");
    expect(await costs()).toMatchObject([
      { actor: "engine", text: expect.stringContaining("of a (720 bad events of") },
    ]);
    await world.crash({ slos: [quickSlo("b")] });
    await world.slices(8);
    expect(await costs()).toHaveLength(1);
    expect((await world.engine.incident("INC-001"))?.budgetShare).toMatchObject({ sloId: "a", bad: 720 });
    const toMs = world.clock.nowMs();
    const inReport = world.engine.report({ fromMs: toMs - 3_600_000, toMs }).slos.flatMap(({ incidents }) => incidents);
    expect(inReport.map(({ id }) => id)).not.toContain("INC-001");
  });
});
