import { DEFAULT_BUDGET_POLICY, type BudgetRule, type Notification, type Notifier } from "@plimsoll/core";
import { describe, expect, it } from "vitest";
import { createWorld, quickSlo, type World } from "./world.js";

const row = (slices: number, bad: number) => Array.from({ length: slices }, () => ({ bad, total: 100 }));
const QUARTER: BudgetRule = { name: "alert at 25 % burned", atConsumedRatio: 0.25, effect: "notify" };
const HALT: BudgetRule = { name: "halt at 25 % burned", atConsumedRatio: 0.25, effect: "halt" };
/** An SLO over one hour that allows 1 % and never pages. */
const slo = (rules: readonly BudgetRule[] = [QUARTER, HALT]) =>
  quickSlo("a", {
    policy: { ...DEFAULT_BUDGET_POLICY, rules },
    alerting: {
      ...quickSlo("a").alerting,
      rules: quickSlo("a").alerting.rules.map((rule) => ({ ...rule, factor: 90 })),
    },
  });

async function open(fail: () => boolean = () => false) {
  const got: Notification[] = [];
  const board: Notifier = {
    send: async (message) => {
      if (fail()) return { kind: "failed", retryable: true, reason: "away" };
      got.push(message);
      return { kind: "sent" };
    },
  };
  const world = await createWorld({
    slos: [slo()],
    settings: { notify: { pages: [], tickets: ["board"], incidents: [] } },
    ports: { notifiers: { board } },
  });
  return { world, got };
}
const notices = async ({ ports }: World) =>
  (await ports.events.read("budget-policy/a")).map(({ type, data }) => [type, (data as { rule: string }).rule]);

describe("a rule of a budget policy whose effect is to notify", () => {
  it("sends a ticket once when it begins to hold, and word once when it ends", async () => {
    const { got, world } = await open();
    world.serve("a", [...row(20, 0), ...row(2, 5), ...row(260, 0)]);
    await world.slices(282);
    expect(got.map(({ status, text, title, urgency }) => [title, urgency, status, text.split(":")[1]])).toEqual([
      ["a: alert at 25 % burned", "ticket", "firing", ' "alert at 25 % burned" holds'],
      ["a: alert at 25 % burned", "info", "resolved", ' "alert at 25 % burned" no longer holds'],
    ]);
    expect(got[0]).toMatchObject({ service: "payments", threadKey: "budget-policy/a/alert at 25 % burned" });
    expect(new Set(got.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(2);
    expect(await notices(world)).toEqual([
      ["budget-rule.began", QUARTER.name],
      ["budget-rule.ended", QUARTER.name],
    ]);
    expect(world.engine.incidents()).toEqual([]);
  });

  it("is told of once however often the engine starts again, and the message is not lost in between", async () => {
    let away = true;
    const { got, world } = await open(() => away);
    world.serve("a", [...row(20, 0), ...row(4, 5), ...row(100, 0)]);
    await world.slices(25);
    expect(got).toEqual([]);
    away = false;
    for (let start = 0; start < 3; start += 1) {
      await world.crash();
      await world.slices(8);
    }
    expect(got.map(({ urgency }) => urgency)).toEqual(["ticket"]);
    expect(await notices(world)).toHaveLength(1);
  });

  it("ends with its place in the policy, and is told of again when it comes back", async () => {
    const { got, world } = await open();
    world.serve("a", [...row(20, 0), ...row(2, 5), ...row(40, 0)]);
    await world.slices(24);
    const other = { ...QUARTER, name: "another" };
    await world.crash({ slos: [slo([other])] });
    await world.slices(4);
    await world.crash({ slos: [slo([])] });
    await world.slices(4);
    await world.crash({ slos: [slo()] });
    await world.slices(4);
    expect(await notices(world)).toEqual([
      ["budget-rule.began", QUARTER.name],
      ["budget-rule.ended", QUARTER.name],
      ["budget-rule.began", "another"],
      ["budget-rule.ended", "another"],
      ["budget-rule.began", QUARTER.name],
    ]);
    expect(got).toHaveLength(5);
  });

  it("says which notice it cannot read, and goes on", async () => {
    const { got, world } = await open();
    await world.ports.events.append([
      {
        stream: "budget-policy/a",
        expectedVersion: 0,
        events: [{ id: "odd", type: "budget-rule.paused", atMs: 0, actor: "another version", data: {} }],
      },
    ]);
    await world.crash();
    world.serve("a", [...row(20, 0), ...row(2, 5)]);
    await world.slices(22);
    const health = await world.engine.health();
    expect(health.unreadableEvents).toEqual([
      "budget-policy/a, version 1: not a notice of a budget policy that this version can read",
    ]);
    expect(health.poisoned).toMatchObject([{ event: { id: "odd" } }]);
    expect(got).toHaveLength(1);
  });
});
