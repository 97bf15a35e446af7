import type { FreezeWindow, StoredEvent } from "@plimsoll/core";
import { createSequentialIdSource } from "@plimsoll/testkit";
import { describe, expect, it } from "vitest";
import { createWorld, quickSlo, simpleSlo, SLICE_MS } from "./world.js";

const row = (slices: number, bad: number) => Array.from({ length: slices }, () => ({ bad, total: 100 }));
const services = [
  { id: "payments", tier: 1, dependsOn: [] },
  { id: "checkout", tier: 2, dependsOn: [] },
] as const;

describe("the gate", () => {
  it("judges the services asked about and no others, and audits an emergency", async () => {
    const world = await createWorld({
      slos: [quickSlo("a"), quickSlo("b", { service: "checkout" })],
      settings: { services },
    });
    world.serve("a", row(6, 50));
    world.serve("b", row(6, 0));
    await world.slices(6);
    const decision = async (asked: readonly string[]) =>
      (await world.engine.gate({ risk: "risky", services: asked })).decision;
    expect([await decision(["payments"]), await decision(["checkout"]), await decision([])]).toEqual([
      "deny",
      "allow",
      "deny",
    ]);
    expect((await world.engine.gate({ risk: "emergency", services: [] })).decision).toBe("deny");
    expect(
      (await world.engine.gate({ risk: "emergency", services: ["payments"], reason: "a hole", requestedBy: "ann" }))
        .decision,
    ).toBe("allow");
    expect((await world.engine.gate({ risk: "emergency", services: [], reason: "a hole" })).decision).toBe("allow");
    expect(await world.engine.audit({ afterNumber: 0, limit: 10 })).toMatchObject([
      { actor: "ann", action: "gate.emergency", subject: "payments", details: { reason: "a hole" } },
      { actor: "unnamed", subject: "all" },
    ]);
    expect(await world.engine.verifyAudit()).toEqual({ kind: "intact", entries: 2 });
  });

  it("opens by an override with a name, a reason and an expiry, and closes when it is withdrawn", async () => {
    const world = await createWorld({ slos: [quickSlo("a")] });
    world.serve("a", row(6, 50));
    await world.slices(6);
    const asked = {
      author: "ann",
      reason: "a fix",
      services: ["payments"],
      risks: ["risky"],
      expiresMs: world.clock.nowMs() + 60_000,
    } as const;
    const refused = async (different: object) => {
      const outcome = await world.engine.override({ ...asked, ...different });
      return outcome.ok ? "taken" : outcome.error.code;
    };
    expect(await refused({ expiresMs: world.clock.nowMs() })).toBe("expired");
    expect(await refused({ expiresMs: Number.NaN })).toBe("expired");
    expect(await refused({ expiresMs: world.clock.nowMs() + 31 * 86_400_000 })).toBe("too-long");
    expect(await refused({ reason: " " })).toBe("no-reason");
    expect(await refused({ author: "" })).toBe("no-reason");
    expect(await refused({ services: ["payment"] })).toBe("unknown-service");
    const taken = await world.engine.override(asked);
    expect((await world.engine.gate({ risk: "risky", services: [] })).decision).toBe("allow");
    await world.crash();
    expect(world.engine.overrides()).toMatchObject([{ author: "ann", fromMs: world.clock.nowMs() }]);
    const id = taken.ok ? taken.value.id : "";
    expect(await world.engine.withdrawOverride(id, { actor: "bob" })).toMatchObject({ ok: true });
    expect(await world.engine.withdrawOverride(id, { actor: "bob" })).toMatchObject({
      ok: false,
      error: { code: "unknown-override" },
    });
    expect(
      (await world.engine.audit({ afterNumber: 0, limit: 10 })).map(({ actor, action, subject }) => [
        actor,
        action,
        subject === id,
      ]),
    ).toEqual([
      ["ann", "override.added", true],
      ["bob", "override.withdrawn", true],
    ]);
  });

  it("takes an override, and a correction, once under an id of one's own", async () => {
    const world = await createWorld({ slos: [quickSlo("a")] });
    const nowMs = world.clock.nowMs();
    const override = {
      id: "mine",
      author: "ann",
      reason: "a fix",
      services: "all",
      risks: ["risky"],
      expiresMs: nowMs + 60_000,
    } as const;
    const correction = {
      id: "ours",
      author: "ann",
      reason: "a move",
      sloIds: "all",
      effect: "drop",
      fromMs: 0,
      toMs: nowMs,
    } as const;
    const first = [await world.engine.override(override), await world.engine.correct(correction)];
    world.clock.advance(1000);
    expect([await world.engine.override(override), await world.engine.correct(correction)]).toEqual(first);
    expect(first).toMatchObject([
      { ok: true, value: { id: "mine", fromMs: nowMs } },
      { ok: true, value: { id: "ours" } },
    ]);
    const written = await world.ports.events.readAll({ afterPosition: 0, limit: 100 });
    expect(written.filter(({ stream }) => stream.startsWith("decisions/"))).toHaveLength(2);
  });

  it("is closed by a freeze window", async () => {
    const window: FreezeWindow = {
      id: "f",
      name: "holiday",
      services: "all",
      stops: ["risky"],
      covers: { kind: "once", fromMs: 0, toMs: 4e12 },
    };
    const world = await createWorld({ slos: [quickSlo("a")], settings: { freezeWindows: [window] } });
    world.serve("a", row(6, 0));
    await world.slices(6);
    expect(await world.engine.gate({ risk: "risky", services: [] })).toMatchObject({
      decision: "deny",
      reasons: [{ code: "freeze-window" }, {}],
    });
  });
});

describe("corrections", () => {
  it("that make no sense are refused, each with what to do", async () => {
    const configured = {
      id: "c",
      sloIds: "all",
      effect: "drop",
      author: "ann",
      reason: "r",
      covers: { kind: "once", fromMs: 0, toMs: 1 },
    } as const;
    const world = await createWorld({ slos: [quickSlo("a")], settings: { corrections: [configured] } });
    const asked = { sloIds: ["a"], effect: "drop", author: "ann", reason: "a drill", fromMs: 0, toMs: 10 } as const;
    const refused = async (different: object) => {
      const outcome = await world.engine.correct({ ...asked, ...different });
      return outcome.ok ? "taken" : outcome.error.code;
    };
    expect(await refused({ toMs: 0 })).toBe("empty-interval");
    expect(await refused({ reason: "" })).toBe("no-reason");
    expect(await refused({ author: " " })).toBe("no-reason");
    expect(await refused({ sloIds: ["b"] })).toBe("unknown-slo");
    expect(await world.engine.withdrawCorrection("c", { actor: "ann" })).toMatchObject({
      ok: false,
      error: { code: "unknown-correction" },
    });
    expect(world.engine.corrections()).toEqual([{ correction: configured, origin: "configuration", version: 0 }]);
  });

  it("that recur do not make an SLO older than it is: before its birth nothing was expected", async () => {
    const nightly = {
      id: "nightly",
      sloIds: "all",
      effect: "drop",
      author: "ann",
      reason: "a backup",
      covers: { kind: "recurring", interval: { zone: "UTC", times: [{ start: "02:00", end: "03:00" }] } },
    } as const;
    const world = await createWorld({ slos: [simpleSlo("a")], settings: { corrections: [nightly] } });
    world.serve("a", row(12, 0));
    await world.slices(12);
    expect(world.engine.slo("a")).toMatchObject({
      birthMs: Date.UTC(2026, 10, 2, 12),
      evaluation: { coverageRatio: 1, dataLoss: false },
    });
    await world.crash();
    await world.engine.round();
    expect(world.engine.slo("a")?.evaluation.coverageRatio).toBe(1);
  });

  it("over a backfilled past count what they drop as measured, whichever came first", async () => {
    const world = await createWorld({
      slos: [quickSlo("a")],
      settings: { reading: { fake: { backfillMs: 20 * SLICE_MS, latenessMs: 0 } } },
    });
    const nowMs = world.clock.nowMs();
    await world.engine.correct({
      sloIds: ["a"],
      effect: "drop",
      author: "ann",
      reason: "a drill",
      fromMs: nowMs - 10 * SLICE_MS,
      toMs: nowMs - 5 * SLICE_MS,
    });
    const sample = (index: number) => ({
      fromMs: nowMs + index * SLICE_MS,
      toMs: nowMs + (index + 1) * SLICE_MS,
      measurement: { kind: "counts", good: 1, total: 2 } as const,
    });
    world.source.serve(
      "a",
      Array.from({ length: 20 }, (_, index) => sample(index - 20)).filter((_, index) => index < 10 || index >= 15),
    );
    world.clock.advance(1);
    await world.collect();
    await world.engine.round();
    expect(world.engine.slo("a")?.evaluation).toMatchObject({ budget: { total: 30 }, coverageRatio: 1 });
  });

  it("hold while readings are under way: no slice is counted under the old ones", async () => {
    const world = await createWorld({ slos: [quickSlo("a")] });
    world.serve("a", row(20, 10));
    await world.slices(10);
    world.clock.advance(5 * SLICE_MS);
    const fromMs = world.clock.nowMs() - 15 * SLICE_MS;
    const [, taken] = await Promise.all([
      world.collect(),
      world.engine.correct({
        sloIds: "all",
        effect: "count-good",
        author: "ann",
        reason: "a drill",
        fromMs,
        toMs: world.clock.nowMs(),
      }),
      world.engine.round(),
    ]);
    await world.engine.round();
    expect(world.engine.slo("a")?.evaluation.budget).toMatchObject({ bad: 0, total: 1500 });
    await world.engine.withdrawCorrection(taken.ok ? taken.value.id : "", { actor: "ann" });
    expect(world.engine.slo("a")?.evaluation.budget).toMatchObject({ bad: 150, total: 1500 });
  });
});

describe("two engines on one store", () => {
  it("double nothing: who comes second catches up and finds it done", async () => {
    const world = await createWorld({ slos: [quickSlo("a")] });
    const other = await createWorld({
      slos: [quickSlo("a")],
      ports: {
        events: world.ports.events,
        sources: world.ports.sources,
        clock: world.clock,
        ids: createSequentialIdSource("other"),
      },
    });
    world.serve("a", [...row(4, 0), ...row(6, 50), ...row(12, 0)]);
    for (let i = 0; i < 22; i += 1) {
      await world.slice();
      await other.collect();
      await other.engine.round();
      await other.engine.deliver();
    }
    const stored = await world.ports.events.readAll({ afterPosition: 0, limit: 10_000 });
    const types = (stream: string) =>
      stored.filter((event: StoredEvent) => event.stream === stream).map(({ type }) => type);
    expect(types("alert/a/burn")[0]).toBe("alert.fired");
    expect(types("alert/a/burn").filter((type) => type === "alert.fired")).toHaveLength(1);
    expect(types("alert/a/burn").at(-1)).toBe("alert.resolved");
    expect(world.engine.incidents()).toMatchObject([{ id: "INC-001", status: "resolved" }]);
    expect(other.engine.incidents()).toMatchObject([{ id: "INC-001", status: "resolved" }]);
    // A decision of one is in force in the other after its next write.
    const fromMs = world.clock.nowMs() - 40 * SLICE_MS;
    await world.engine.correct({
      sloIds: "all",
      effect: "drop",
      author: "ann",
      reason: "a drill",
      fromMs,
      toMs: world.clock.nowMs(),
    });
    await other.engine.correct({
      sloIds: "all",
      effect: "count-good",
      author: "bob",
      reason: "another",
      fromMs,
      toMs: fromMs + 1,
    });
    await other.engine.round();
    expect(other.engine.corrections()).toHaveLength(2);
    expect(other.engine.slo("a")?.evaluation.budget.total).toBe(0);
  });
});

describe("the engine", () => {
  it("tells who listens which incident changed, until they stop", async () => {
    const world = await createWorld({ slos: [quickSlo("a")] });
    world.serve("a", [...row(4, 0), ...row(6, 90)]);
    const heard: string[] = [];
    const stop = world.engine.onIncident((id) => heard.push(id));
    await world.slices(8);
    expect(new Set(heard)).toEqual(new Set(["INC-001"]));
    stop();
    const before = heard.length;
    expect(await world.engine.acknowledge("INC-001", { actor: "ann" })).toMatchObject({ ok: true });
    expect(await world.engine.acknowledge("INC-001", { actor: "ann" })).toMatchObject({ ok: false });
    expect(await world.engine.note("INC-009", { actor: "ann", text: "x" })).toMatchObject({
      ok: false,
      error: { code: "unknown-incident" },
    });
    expect(heard).toHaveLength(before);
    expect(world.engine.incidentSummary(0, 4e12).count).toBe(1);
    expect(await world.engine.incident("INC-009")).toBeUndefined();
  });

  it("answers for an SLO that is there, and says so for one that is not", async () => {
    const world = await createWorld({ slos: [quickSlo("a")] });
    world.serve("a", row(8, 10));
    await world.slices(8);
    expect(world.engine.history("a", { points: 4 })?.at(-1)).toMatchObject({
      bad: 80,
      total: 800,
      toMs: world.clock.nowMs(),
    });
    const nowMs = world.clock.nowMs();
    expect(world.engine.history("a", { fromMs: nowMs - 4 * SLICE_MS, toMs: nowMs, points: 2 })).toMatchObject([
      { bad: 20, total: 200 },
      { bad: 20, total: 200 },
    ]);
    expect(world.engine.history("b", { points: 4 })).toBeUndefined();
    await expect(world.engine.collect("b")).rejects.toThrow("there is no SLO b");
    expect(world.engine.slo("b")).toBeUndefined();
  });

  it("keeps an SLO's age and version over restarts, and raises the version when its promise changes", async () => {
    const world = await createWorld({ slos: [quickSlo("a")] });
    await world.slices(4);
    await world.crash({ slos: [quickSlo("a", { title: "A" })] });
    expect(world.engine.slos[0]).toMatchObject({ version: 1, title: "A" });
    await world.crash({ slos: [quickSlo("a", { target: 0.9 })] });
    expect(world.engine.slos[0]).toMatchObject({ version: 2 });
    expect(world.engine.slo("a")?.birthMs).toBe(Date.UTC(2026, 10, 2, 12));
  });

  it("drops what no window reaches any more", async () => {
    const world = await createWorld({ slos: [quickSlo("a")] });
    world.serve("a", row(4, 0));
    await world.slices(4);
    expect(await world.engine.prune()).toBe(0);
    world.clock.advance(8 * 86_400_000);
    expect(await world.engine.prune()).toBe(4);
  });

  it("refuses a checkpoint of other tiers, or that it cannot read, and knows the same sums from the history", async () => {
    const world = await createWorld({ slos: [quickSlo("a")] });
    world.serve("a", row(8, 10));
    await world.slices(8);
    await world.engine.checkpoint();
    await world.crash({ slos: [quickSlo("a", { window: { kind: "rolling", lengthMs: 7 * 86_400_000 } })] });
    expect((await world.engine.health()).restored).toMatchObject({
      from: "history",
      slices: 8,
      checkpointRefused: expect.stringContaining("tiers"),
    });
    await world.engine.round();
    expect(world.engine.slo("a")?.evaluation.budget).toMatchObject({ bad: 80, total: 800 });
    await world.engine.checkpoint();
    const saved = await world.ports.history.checkpoints.load();
    if (saved !== undefined) await world.ports.history.checkpoints.save({ ...saved, layout: { readTo: "?" } });
    await world.crash();
    expect((await world.engine.health()).restored).toMatchObject({
      from: "history",
      checkpointRefused: expect.stringContaining("layout"),
    });
    await world.engine.round();
    expect(world.engine.slo("a")?.evaluation.budget).toMatchObject({ bad: 80, total: 800 });
  });

  it("closes once, and its sources with it", async () => {
    const world = await createWorld({ slos: [quickSlo("a")] });
    await world.engine.close();
    await world.engine.close();
    expect(world.source.closed).toBe(true);
  });

  it("shows stored events that it cannot read, and goes on without them", async () => {
    const world = await createWorld({ slos: [quickSlo("a")] });
    const strange = (stream: string, version: number) => ({
      stream,
      expectedVersion: version - 1,
      events: [{ id: `${stream}@${version}`, type: "strange", atMs: 0, actor: "engine", data: {} }],
    });
    const streams = [
      "alert/x/burn",
      "incident/INC-007",
      "incident-key/x/burn",
      "decisions/overrides",
      "delivery/x",
      "slo/x",
    ];
    await world.ports.events.append(streams.map((stream) => strange(stream, 1)));
    await world.crash();
    const { unreadableEvents, poisoned } = await world.engine.health();
    expect(unreadableEvents).toHaveLength(5);
    // What cannot be read is set aside by whoever should react to it.
    expect(poisoned.map(({ group, event }) => [group, event.stream])).toEqual([
      ["incidents", "alert/x/burn"],
      ["deliveries", "incident/INC-007"],
    ]);
    world.serve("a", [...row(4, 0), ...row(4, 90)]);
    await world.slices(8);
    expect(world.engine.incidents()).toMatchObject([{ status: "declared" }]);
  });
});
