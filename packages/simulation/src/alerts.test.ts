import type { Slo } from "@plimsoll/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RUNS } from "./runs.js";
import { createWorld, quickSlo, type World } from "./world.js";

const row = (slices: number, bad: number) => Array.from({ length: slices }, () => ({ bad, total: 100 }));
const openKeys = ({ engine }: World): readonly (string | undefined)[] =>
  engine
    .incidents()
    .filter(({ status }) => status !== "resolved" && status !== "closed")
    .map(({ alert }) => alert?.key);
const dependant = (id: string, on: string, different: Partial<Slo> = {}): Slo =>
  quickSlo(id, { alerting: { ...quickSlo(id).alerting, suppressedBy: [on] }, ...different });

describe("incidents from alerts", () => {
  it("are at most one open per key, whatever the weather", async () => {
    const weather = fc.array(fc.tuple(fc.constantFrom(0, 0, 4, 50, undefined), fc.integer({ min: 1, max: 12 })), {
      minLength: 2,
      maxLength: 10,
    });
    await fc.assert(
      fc.asyncProperty(weather, weather, fc.boolean(), async (first, second, crashes) => {
        const world = await createWorld({
          slos: [quickSlo("a"), dependant("b", "a")],
          settings: { incidents: { cooldownMs: 60_000, autoCloseAfterMs: 90_000 } },
        });
        const rowOf = (spells: typeof first) =>
          spells.flatMap(([bad, slices]) =>
            Array.from({ length: slices }, () => (bad === undefined ? undefined : { bad, total: 100 })),
          );
        world.serve("a", rowOf(first));
        world.serve("b", rowOf(second));
        const slices = Math.max(rowOf(first).length, rowOf(second).length);
        for (let i = 0; i < slices; i += 1) {
          const before = new Map(world.engine.incidents().map((state) => [state.id, state]));
          await world.slice();
          const keys = openKeys(world);
          expect(new Set(keys).size).toBe(keys.length);
          for (const { slo, evaluation, alerts } of world.engine.views()) {
            const { burn } = alerts;
            // Missing data never fires, and what fires with data stays while they are missing.
            if (burn.status === "firing" && burn.sinceMs === evaluation.atMs)
              expect(evaluation.verdict.kind).toBe("firing");
            if (burn.status === "firing") expect(keys).toContain(`${slo.id}/burn`);
          }
          for (const { id, status, alert } of world.engine.incidents()) {
            if (status === "closed" && before.get(id)?.status !== "closed") expect(alert?.status).toBe("resolved");
          }
          if (crashes && i % 7 === 3) await world.crash();
        }
      }),
      { numRuns: RUNS },
    );
  }, 300_000);

  it("escalate in place, and are reopened by a flap inside the cooldown, opened anew after it", async () => {
    const world = await createWorld({
      slos: [quickSlo("a")],
      settings: { incidents: { cooldownMs: 120_000, autoCloseAfterMs: 86_400_000 } },
    });
    world.serve("a", [
      ...row(4, 0),
      ...row(4, 5),
      ...row(4, 50),
      ...row(10, 0),
      ...row(3, 50),
      ...row(25, 0),
      ...row(4, 50),
    ]);
    await world.slices(8);
    expect(world.engine.incidents()).toMatchObject([{ id: "INC-001", severity: "SEV3" }]);
    await world.slices(4);
    expect(world.engine.incidents()).toMatchObject([{ id: "INC-001", severity: "SEV1" }]);
    await world.slices(10);
    expect(world.engine.incidents()).toMatchObject([{ id: "INC-001", status: "resolved" }]);
    await world.slices(3);
    expect(world.engine.incidents()).toMatchObject([{ id: "INC-001", status: "declared", rounds: [{}, {}] }]);
    await world.slices(29);
    expect(world.engine.incidents()).toMatchObject([
      { id: "INC-002", status: "declared" },
      { id: "INC-001", status: "resolved" },
    ]);
  });

  it("carry the evaluation and the windows as evidence at each turn", async () => {
    const world = await createWorld({ slos: [quickSlo("a")] });
    world.serve("a", [...row(4, 0), ...row(4, 50)]);
    await world.slices(8);
    const view = await world.engine.incident("INC-001");
    expect(view?.evidence.slice(0, 2)).toMatchObject([
      { kind: "evaluation", source: "engine", data: { sloId: "a" } },
      {
        kind: "windows",
        summary: "the counts of the 6 windows that a was judged by",
        data: { rules: [{ ruleId: "page" }, { ruleId: "ticket" }], gateBurn: {} },
      },
    ]);
    expect(view?.postmortem).toBeUndefined();
  });

  it("count the budget that they take up to now while they burn, and to the end once a person resolves them", async () => {
    const world = await createWorld({ slos: [quickSlo("a")] });
    world.serve("a", [...row(4, 0), ...row(30, 50)]);
    await world.slices(8);
    const bad = async () => {
      const share = (await world.engine.incident("INC-001"))?.budgetShare;
      return share?.kind === "measured" ? share.bad : undefined;
    };
    const before = await bad();
    await world.slices(10);
    expect(await bad()).toBe((before ?? 0) + 500);
    expect(world.engine.report({ fromMs: 0, toMs: world.clock.nowMs() }).slos[0]).toMatchObject({ sloId: "a" });
    await world.engine.acknowledge("INC-001", { actor: "ann" });
    expect(await world.engine.resolve("INC-001", { actor: "ann", reason: "turned off" })).toMatchObject({
      ok: true,
      value: { status: "resolved" },
    });
    // It burns on, so it cannot close; what it takes still counts.
    await world.slices(2);
    expect(await bad()).toBe((before ?? 0) + 600);
    expect((await world.engine.incident("INC-001"))?.postmortem).toContain("INC-001");
  });

  it("close by themselves only when nothing burns any more", async () => {
    const world = await createWorld({
      slos: [quickSlo("a")],
      settings: { incidents: { cooldownMs: 0, autoCloseAfterMs: 60_000 } },
    });
    world.serve("a", [...row(4, 0), ...row(30, 50), ...row(20, 0)]);
    await world.slices(8);
    await world.engine.acknowledge("INC-001", { actor: "ann" });
    await world.engine.resolve("INC-001", { actor: "ann", reason: "believed to be over" });
    await world.slices(26);
    expect(world.engine.incidents()).toMatchObject([
      { id: "INC-001", status: "resolved", alert: { status: "firing" } },
    ]);
    await world.slices(20);
    expect(world.engine.incidents()).toMatchObject([{ id: "INC-001", status: "closed" }]);
  });
});

describe("an alert", () => {
  it("is held back while an SLO that it depends on pages, names it, and comes when that is over", async () => {
    const world = await createWorld({ slos: [dependant("b", "a"), quickSlo("a")] });
    world.serve("a", [...row(4, 0), ...row(8, 90), ...row(20, 0)]);
    world.serve("b", [...row(4, 0), ...row(28, 90)]);
    await world.slices(8);
    expect(world.engine.slo("a")?.alerts.burn.status).toBe("firing");
    expect(world.engine.slo("b")).toMatchObject({ alerts: { burn: { status: "suppressed", suppressedBy: "a" } } });
    expect(world.engine.slo("b")?.explanation.text).toContain("a");
    expect(openKeys(world)).toEqual(["a/burn"]);
    await world.slices(20);
    expect(world.engine.slo("b")?.alerts.burn.status).toBe("firing");
    expect(openKeys(world)).toEqual(["b/burn"]);
  });

  it("of a shadow objective never comes, and one that becomes a shadow ends its alert", async () => {
    const shadow = quickSlo("a", { mode: "shadow" });
    const world = await createWorld({ slos: [shadow] });
    world.serve("a", [...row(4, 0), ...row(40, 50)]);
    await world.slices(10);
    expect(world.engine.slo("a")?.evaluation.verdict.kind).toBe("firing");
    expect(world.engine.incidents()).toEqual([]);
    await world.crash({ slos: [quickSlo("a")] });
    await world.slices(2);
    expect(world.engine.incidents()).toMatchObject([{ status: "declared" }]);
    await world.crash({ slos: [shadow] });
    await world.slices(2);
    expect(world.engine.incidents()).toMatchObject([{ status: "resolved" }]);
  });

  it("of an SLO that is no longer defined ends, and its incident with it", async () => {
    const world = await createWorld({ slos: [quickSlo("a"), dependant("b", "a"), quickSlo("c")] });
    world.serve("a", [...row(4, 0), ...row(40, 50)]);
    world.serve("b", [...row(4, 0), ...row(40, 50)]);
    await world.slices(8);
    world.source.fail();
    await world.slices(10);
    expect(openKeys(world)).toContain("a/data-loss");
    await world.crash({ slos: [quickSlo("c")] });
    expect(openKeys(world).filter((key) => key !== "c/data-loss")).toEqual([]);
    expect(world.engine.slo("a")).toBeUndefined();
    // Once is enough.
    const count = (await world.ports.events.readAll({ afterPosition: 0, limit: 10_000 })).length;
    await world.crash();
    expect(await world.ports.events.readAll({ afterPosition: 0, limit: 10_000 })).toHaveLength(count);
  });

  it("of an SLO that comes back counts what it had before, also from before a checkpoint", async () => {
    const world = await createWorld({ slos: [quickSlo("a"), quickSlo("b")] });
    world.serve("a", row(10, 7));
    await world.slices(10);
    await world.crash({ slos: [quickSlo("b")] });
    await world.slices(1);
    await world.engine.checkpoint();
    await world.slices(1);
    await world.crash({ slos: [quickSlo("a"), quickSlo("b")] });
    expect((await world.engine.health()).restored).toMatchObject({ from: "checkpoint", slices: 10 });
    await world.engine.round();
    expect(world.engine.slo("a")?.evaluation.budget).toMatchObject({ bad: 70, total: 1000 });
  });

  it("that a restart put off until the first read comes with that read, though the verdict is no longer new", async () => {
    const world = await createWorld({ slos: [quickSlo("a")] });
    world.serve("a", [...row(4, 0), ...row(4, 90)]);
    await world.slices(4);
    world.clock.advance(30_000);
    await world.collect();
    await world.crash();
    await world.engine.round();
    expect(world.engine.slo("a")).toMatchObject({
      evaluation: { verdict: { kind: "firing" } },
      alerts: { burn: { status: "quiet" } },
    });
    await world.collect();
    expect((await world.engine.round()).changed).toEqual([]);
    expect(world.engine.slo("a")?.alerts.burn.status).toBe("firing");
  });

  it("follows a change even if storage failed when it came", async () => {
    const world = await createWorld({ slos: [quickSlo("a")] });
    world.serve("a", [...row(4, 0), ...row(4, 50)]);
    await world.slices(4);
    const { append } = world.ports.events;
    const events = world.ports.events as { append: typeof append };
    events.append = async () => Promise.reject(new Error("storage is away"));
    for (let i = 0; i < 4; i += 1) await expect(world.slice()).rejects.toThrow("storage is away");
    events.append = append;
    // The verdict changes no more, yet the alert comes.
    await world.engine.round();
    expect(world.engine.slo("a")?.alerts.burn.status).toBe("firing");
  });
});
