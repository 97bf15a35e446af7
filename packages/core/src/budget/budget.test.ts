import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { burnRate } from "../burn-rate/burn-rate.js";
import { DEFAULT_BUDGET_POLICY } from "./default-budget-policy.js";
import { budgetFromCounts, exhaustionOf } from "./budget.js";
import { incidentShare } from "./incident-share.js";
import { heldRules, policyLevel } from "./policy-level.js";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const PERIOD_MINUTES = 30 * 24 * 60;

/** Even traffic for 30 days, with an outage of so many minutes. */
const evenOutage = (minutes: number, target: number, errorRatio = 1) =>
  budgetFromCounts({ target, bad: minutes * 100 * errorRatio, total: PERIOD_MINUTES * 100 }).consumedRatio;

describe("budget", () => {
  test.each([
    ["an hour of full outage", evenOutage(60, 0.999), 1.389],
    ["five minutes of full outage", evenOutage(5, 0.999), 0.1157],
    ["ten minutes of 0.1 % errors", evenOutage(10, 0.999, 0.001), 0.000231],
    ["an hour of full outage at 90 %", evenOutage(60, 0.9), 0.01389],
    ["25.92 s of full outage at 99.999 %", evenOutage(25.92 / 60, 0.99999), 1],
  ])("%s spends what is published", (_, consumed, published) => {
    expect(consumed / published).toBeGreaterThan(0.997);
    expect(consumed / published).toBeLessThan(1.003);
  });

  test("is weighted by events: a dead hour at night costs 0.21 %, by day 208 %", () => {
    const total = 30 * 3600 * (16 * 1000 + 8 * 1);
    expect(budgetFromCounts({ target: 0.999, bad: 3600 * 1, total }).consumedRatio).toBeCloseTo(0.00208, 5);
    expect(budgetFromCounts({ target: 0.999, bad: 3600 * 1000, total }).consumedRatio).toBeCloseTo(2.08, 2);
  });

  test("is signed and has no bottom", () => {
    expect(budgetFromCounts({ target: 0.99, bad: 50, total: 100 }).remainingRatio).toBe(-49);
  });

  test("tells what it counted, and by how much the edge may be off", () => {
    expect(budgetFromCounts({ target: 0.99, bad: 3, total: 1000, edge: { bad: 1, total: 20 } })).toEqual({
      allowedBad: 10,
      bad: 3,
      total: 1000,
      consumedRatio: 0.3,
      remainingRatio: 0.7,
      edge: { bad: 1, total: 20 },
    });
  });

  test("is whole while nothing happened", () => {
    expect(budgetFromCounts({ target: 0.99, bad: 0, total: 0 })).toEqual({
      allowedBad: 0,
      bad: 0,
      total: 0,
      consumedRatio: 0,
      remainingRatio: 1,
      edge: { bad: 0, total: 0 },
    });
  });

  test("a burn of the whole period is what it consumed", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e9 }),
        fc.nat(),
        fc.constantFrom(0.9, 0.99, 0.995, 0.9999),
        (total, pick, target) => {
          const bad = pick % (total + 1);
          const { consumedRatio } = budgetFromCounts({ target, bad, total });
          expect(consumedRatio).toBeCloseTo(burnRate({ bad, total, target }) ?? Number.NaN, 9);
        },
      ),
    );
  });
});

describe("exhaustion", () => {
  const left = (remainingRatio: number, burn: number | undefined) =>
    exhaustionOf({ remainingRatio, periodMs: 30 * DAY_MS, burnRate: burn, windowMs: HOUR_MS });

  test.each([
    [1, 30 * DAY_MS],
    [2, 15 * DAY_MS],
    [10, 3 * DAY_MS],
    [1000, 43.2 * MINUTE_MS],
  ])("a burn of %d empties a whole budget in the published time", (burn, durationMs) => {
    expect(left(1, burn)).toEqual({ kind: "in", durationMs, burnRate: burn, windowMs: HOUR_MS });
  });

  test("is net of what is spent", () => {
    expect(left(0.25, 2)).toMatchObject({ durationMs: 3.75 * DAY_MS });
  });

  test("is never without a burn, and past once all is spent", () => {
    expect(left(0.5, 0)).toEqual({ kind: "never" });
    expect(left(0.5, undefined)).toEqual({ kind: "never" });
    expect(left(0, 2)).toEqual({ kind: "spent" });
    expect(left(-3, undefined)).toEqual({ kind: "spent" });
  });
});

describe("budget policy", () => {
  const level = (remainingRatio: number) => policyLevel(DEFAULT_BUDGET_POLICY, { remainingRatio }).name;

  test.each([
    [1, "full-velocity"],
    [0.51, "full-velocity"],
    [0.5, "reliability-first"],
    [1 - 0.5 + 1e-16, "reliability-first"],
    [0.26, "reliability-first"],
    [0.25, "feature-freeze"],
    [0.11, "feature-freeze"],
    [0.1, "reliability-focus"],
    [0.01, "reliability-focus"],
    [0, "exhausted"],
    [-2, "exhausted"],
  ])("with %d left the level is %s", (remainingRatio, name) => {
    expect(level(remainingRatio)).toBe(name);
  });

  test("needs what each risk class needs", () => {
    expect(DEFAULT_BUDGET_POLICY.neededRatio).toEqual({ routine: 0.1, risky: 0.25, chaos: 0.5, automation: 0.1 });
    expect(DEFAULT_BUDGET_POLICY.rules).toEqual([]);
    expect(DEFAULT_BUDGET_POLICY.levels.map(({ action }) => action.length > 10)).toEqual([
      true,
      true,
      true,
      true,
      true,
    ]);
  });

  test("without a level for what is left says so", () => {
    const policy = { ...DEFAULT_BUDGET_POLICY, levels: [{ name: "some", aboveRatio: 0.5, action: "go" }] };
    expect(policyLevel(policy, { remainingRatio: 0.2 })).toEqual({
      name: "none",
      action: "No level of the policy applies.",
    });
  });

  test("a named rule holds from its share on", () => {
    const alert = { name: "alert at 25 % burned", atConsumedRatio: 0.25, effect: "notify" } as const;
    const halt = { name: "halt deployments at 50 % burned", atConsumedRatio: 0.5, effect: "halt" } as const;
    const policy = { ...DEFAULT_BUDGET_POLICY, rules: [alert, halt] };
    expect(heldRules(policy, { consumedRatio: 0.2499 })).toEqual([]);
    expect(heldRules(policy, { consumedRatio: 0.25 - 1e-15 })).toEqual([alert]);
    expect(heldRules(policy, { consumedRatio: 0.6 })).toEqual([alert, halt]);
  });
});

describe("an incident's share of the budget", () => {
  test("over 20 % needs a postmortem with a P0 action", () => {
    expect(incidentShare({ incidentBad: 21, periodTotal: 100_000, target: 0.999 })).toEqual({
      budgetShare: expect.closeTo(0.21, 12),
      needsPostmortemWithP0: true,
    });
    expect(incidentShare({ incidentBad: 20, periodTotal: 100_000, target: 0.999 }).needsPostmortemWithP0).toBe(false);
  });

  test("is nothing where nothing happened", () => {
    expect(incidentShare({ incidentBad: 0, periodTotal: 0, target: 0.999 })).toEqual({
      budgetShare: 0,
      needsPostmortemWithP0: false,
    });
  });
});
