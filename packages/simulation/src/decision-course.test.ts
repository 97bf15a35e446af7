import type { Correction, Plimsoll, Slo, StoredEvent } from "@plimsoll/core";
import { describe, expect, it } from "vitest";
import { createWorld, quickSlo, SLICE_MS, type World } from "./world.js";

const DAY_MS = 86_400_000;
const row = (slices: number, bad: number) => Array.from({ length: slices }, () => ({ bad, total: 100 }));
const refusal = (code: string) => ({ ok: false, error: { code } });

/** A world in which `a` has spent its budget, so that no risky change goes. */
async function spentWorld(): Promise<World> {
  const world = await createWorld({ slos: [quickSlo("a")] });
  world.serve("a", [...row(4, 0), ...row(8, 50)]);
  await world.slices(10);
  return world;
}

const overrideOf = ({ clock }: World, different: Partial<Parameters<Plimsoll["override"]>[0]> = {}) => ({
  author: "ann",
  reason: "the hotfix stops the burn",
  services: ["payments"],
  risks: ["risky"] as const,
  expiresMs: clock.nowMs() + 3_600_000,
  ...different,
});
const mayGo = async ({ engine }: World): Promise<string> =>
  (await engine.gate({ risk: "risky", services: ["payments"] })).decision;

describe("an override", () => {
  it("lets changes pass a closed gate until it is withdrawn, also after a crash", async () => {
    const world = await spentWorld();
    expect(await mayGo(world)).toBe("deny");
    const made = await world.engine.override(overrideOf(world));
    expect(made).toMatchObject({ ok: true, value: { author: "ann", fromMs: world.clock.nowMs() } });
    const id = made.ok ? made.value.id : "";
    expect(await mayGo(world)).toBe("allow");
    await world.crash();
    await world.engine.round();
    expect(world.engine.overrides()).toMatchObject([{ id, services: ["payments"], risks: ["risky"] }]);
    expect(await mayGo(world)).toBe("allow");
    expect(await world.engine.withdrawOverride(id, { actor: "bob" })).toEqual({ ok: true, value: undefined });
    expect(world.engine.overrides()).toEqual([]);
    expect(await mayGo(world)).toBe("deny");
    expect(await world.engine.withdrawOverride(id, { actor: "bob" })).toMatchObject(refusal("unknown-override"));
  });

  it("ends at its expiry by itself", async () => {
    const world = await spentWorld();
    await world.engine.override(overrideOf(world, { services: "all", expiresMs: world.clock.nowMs() + 60_000 }));
    world.clock.advance(59_999);
    expect(await mayGo(world)).toBe("allow");
    world.clock.advance(1);
    expect(await mayGo(world)).toBe("deny");
  });

  it("is refused without a future, a bound, a reason, a name, or a service that there is", async () => {
    const world = await spentWorld();
    const nowMs = world.clock.nowMs();
    const ask = (different: Parameters<typeof overrideOf>[1]) => world.engine.override(overrideOf(world, different));
    expect(await ask({ expiresMs: nowMs })).toMatchObject(refusal("expired"));
    expect(await ask({ expiresMs: Number.NaN })).toMatchObject(refusal("expired"));
    expect(await ask({ expiresMs: nowMs + 30 * DAY_MS + 1 })).toMatchObject(refusal("too-long"));
    expect(await ask({ reason: " " })).toMatchObject(refusal("no-reason"));
    expect(await ask({ author: "" })).toMatchObject(refusal("no-reason"));
    expect(await ask({ services: ["payments", "search"] })).toEqual({
      ok: false,
      error: { code: "unknown-service", message: "there is no service search" },
    });
    expect(world.engine.overrides()).toEqual([]);
    expect(await mayGo(world)).toBe("deny");
    expect(await ask({ expiresMs: nowMs + 30 * DAY_MS })).toMatchObject({ ok: true });
  });
});

describe("an emergency", () => {
  it("passes a closed gate with a reason, and is in the audit trail with who asked", async () => {
    const world = await spentWorld();
    const asked = { risk: "emergency", services: ["payments", "search"], reason: "CVE", requestedBy: "ann" } as const;
    expect(await world.engine.gate(asked)).toMatchObject({ decision: "allow" });
    expect(await world.engine.gate({ risk: "emergency", services: [], reason: "outage" })).toMatchObject({
      decision: "allow",
    });
    expect(await world.engine.audit({ afterNumber: 0, limit: 10 })).toMatchObject([
      {
        action: "gate.emergency",
        actor: "ann",
        subject: "payments,search",
        details: { reason: "CVE", services: ["payments", "search"] },
      },
      { action: "gate.emergency", actor: "unnamed", subject: "all", details: { reason: "outage", services: [] } },
    ]);
  });

  it("is denied without a reason, and then there is nothing to audit", async () => {
    const world = await spentWorld();
    expect(await world.engine.gate({ risk: "emergency", services: [] })).toMatchObject({ decision: "deny" });
    expect(await mayGo(world)).toBe("deny");
    expect(await world.engine.audit({ afterNumber: 0, limit: 10 })).toEqual([]);
  });
});

describe("a correction", () => {
  const askedOf = (world: World, different: Partial<Parameters<Plimsoll["correct"]>[0]> = {}) => ({
    sloIds: ["a"],
    effect: "count-good" as const,
    author: "ann",
    reason: "the probe was wrong",
    fromMs: world.clock.nowMs() - 6 * SLICE_MS,
    toMs: world.clock.nowMs(),
    ...different,
  });
  const badOf = ({ engine }: World) => engine.slo("a")?.evaluation.budget.bad;

  it("is listed after those of the configuration, and only what was made here is withdrawn here", async () => {
    const configured: Correction = {
      id: "yearly",
      sloIds: "all",
      effect: "drop",
      author: "config",
      reason: "maintenance",
      covers: { kind: "once", fromMs: 0, toMs: 1 },
    };
    const world = await createWorld({ slos: [quickSlo("a")], settings: { corrections: [configured] } });
    world.serve("a", row(8, 50));
    await world.slices(8);
    const made = await world.engine.correct(askedOf(world));
    const id = made.ok ? made.value.id : "";
    expect(badOf(world)).toBe(100);
    expect(world.engine.corrections()).toMatchObject([
      { origin: "configuration", correction: { id: "yearly" } },
      { origin: "api", correction: { id, author: "ann", effect: "count-good", covers: { kind: "once" } } },
    ]);
    await world.crash();
    await world.engine.round();
    expect(badOf(world)).toBe(100);
    expect(await world.engine.withdrawCorrection("yearly", { actor: "bob" })).toMatchObject(
      refusal("unknown-correction"),
    );
    expect(await world.engine.withdrawCorrection(id, { actor: "bob" })).toEqual({ ok: true, value: undefined });
    expect(badOf(world)).toBe(400);
    expect(world.engine.corrections()).toEqual([{ origin: "configuration", correction: configured, version: 0 }]);
  });

  it("is refused without a length, a reason, a name, or an SLO that there is", async () => {
    const world = await createWorld({ slos: [quickSlo("a")] });
    const nowMs = world.clock.nowMs();
    const ask = (different: Parameters<typeof askedOf>[1]) => world.engine.correct(askedOf(world, different));
    expect(await ask({ fromMs: nowMs, toMs: nowMs })).toMatchObject(refusal("empty-interval"));
    expect(await ask({ reason: "" })).toMatchObject(refusal("no-reason"));
    expect(await ask({ author: " " })).toMatchObject(refusal("no-reason"));
    expect(await ask({ sloIds: ["a", "z"] })).toEqual({
      ok: false,
      error: { code: "unknown-slo", message: "there is no SLO z" },
    });
    expect(world.engine.corrections()).toEqual([]);
    expect(await world.engine.audit({ afterNumber: 0, limit: 10 })).toEqual([]);
  });

  it("that was stored while the history was away comes into force with the next round", async () => {
    const world = await createWorld({ slos: [quickSlo("a")] });
    world.serve("a", row(8, 50));
    await world.slices(8);
    const history = world.ports.history as { load: World["ports"]["history"]["load"] };
    const { load } = history;
    history.load = () => {
      throw new Error("the history is away");
    };
    await expect(world.engine.correct(askedOf(world))).rejects.toThrow("the history is away");
    history.load = load;
    expect(world.engine.corrections()).toHaveLength(1);
    await world.engine.round();
    expect(badOf(world)).toBe(100);
  });
});

describe("a stored decision that cannot be read", () => {
  it("is named with its place, and changes nothing", async () => {
    const world = await spentWorld();
    await world.engine.override(overrideOf(world));
    const events = [{ id: "newer", type: "override.extended", atMs: 1, actor: "ann", data: { id: "O-1" } }];
    await world.ports.events.append([{ stream: "decisions/overrides", expectedVersion: 1, events }]);
    await world.crash();
    expect((await world.engine.health()).unreadableEvents).toEqual([
      "decisions/overrides, version 2: not a decision that this version can read",
    ]);
    expect(world.engine.overrides()).toHaveLength(1);
  });
});

describe("the alert of an SLO that is no longer defined", () => {
  const dependant = (id: string, on: string): Slo =>
    quickSlo(id, { alerting: { ...quickSlo(id).alerting, suppressedBy: [on] } });
  const lastOf = async ({ ports }: World, key: string): Promise<StoredEvent | undefined> =>
    (await ports.events.read(`alert/${key}`)).at(-1);

  it("is resolved where it fired and lifted where it was held back, and says why", async () => {
    const world = await createWorld({ slos: [quickSlo("a"), dependant("b", "a"), quickSlo("c")] });
    world.serve("a", [...row(4, 0), ...row(6, 90)]);
    world.serve("b", [...row(4, 0), ...row(6, 90)]);
    await world.slices(10);
    expect(world.engine.slo("b")?.alerts.burn).toMatchObject({ status: "suppressed", suppressedBy: "a" });
    const atMs = world.clock.nowMs();
    await world.crash({ slos: [quickSlo("c")] });
    expect(await lastOf(world, "a/burn")).toMatchObject({
      type: "alert.resolved",
      atMs,
      actor: "engine",
      data: { explanation: "a is no longer defined" },
    });
    expect(await lastOf(world, "b/burn")).toMatchObject({
      type: "alert.unsuppressed",
      data: { explanation: "b is no longer defined" },
    });
  });

  it("ends once: one that was over before is left alone", async () => {
    const world = await createWorld({ slos: [quickSlo("a"), quickSlo("c")] });
    world.serve("a", [...row(4, 0), ...row(4, 50), ...row(12, 0)]);
    await world.slices(20);
    world.source.fail();
    await world.slices(30);
    const burn = await world.ports.events.read("alert/a/burn");
    expect(burn.at(-1)?.type).toBe("alert.resolved");
    expect(await lastOf(world, "a/data-loss")).toMatchObject({ type: "alert.fired" });
    await world.crash({ slos: [quickSlo("c")] });
    expect(await lastOf(world, "a/data-loss")).toMatchObject({
      type: "alert.resolved",
      data: { explanation: "a is no longer defined" },
    });
    expect(await world.ports.events.read("alert/a/burn")).toEqual(burn);
  });
});

describe("a stored event of an alert that cannot be read", () => {
  it.each([
    ["its facts are none", "alert.fired", () => ({ key: "a/burn" }), "not an alert's facts"],
    [
      "its type is new",
      "alert.silenced",
      (facts: object) => facts,
      `the type "alert.silenced" is not an alert event's`,
    ],
    [
      "nobody holds it back",
      "alert.suppressed",
      (facts: object) => facts,
      `the type "alert.suppressed" is not an alert event's`,
    ],
  ])("leaves the alert as it was and is named with its place: %s", async (_why, type, dataOf, words) => {
    const world = await createWorld({ slos: [quickSlo("a"), quickSlo("c")] });
    world.serve("a", [...row(4, 0), ...row(6, 50)]);
    await world.slices(8);
    const stored = await world.ports.events.read("alert/a/burn");
    const version = stored.length + 1;
    const before = world.engine.slo("a")?.alerts.burn;
    expect(before?.status).toBe("firing");
    const data = JSON.parse(JSON.stringify(dataOf(stored.at(-1)?.data as object)));
    const events = [{ id: "newer", type, atMs: 1, actor: "engine", data }];
    await world.ports.events.append([{ stream: "alert/a/burn", expectedVersion: stored.length, events }]);
    await world.crash();
    const { unreadableEvents } = await world.engine.health();
    expect(unreadableEvents).toHaveLength(1);
    expect(unreadableEvents[0]).toContain(`alert/a/burn, version ${version}: ${words}`);
    await world.engine.round();
    expect(world.engine.slo("a")?.alerts.burn).toEqual(before);
    // What its last event says is unknown, so nobody ends it in its name.
    await world.crash({ slos: [quickSlo("c")] });
    expect(await world.ports.events.read("alert/a/burn")).toHaveLength(version);
  });
});
