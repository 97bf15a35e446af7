import { describe, expect, test } from "vitest";
import { resolveRules, RULE_PRESETS } from "./resolve-rules.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const SLICE = 15_000;

const factors = (periodMs: number) => resolveRules("google", { periodMs, sliceMs: SLICE }).map(({ factor }) => factor);

describe("rules from budget shares", () => {
  test("are the published four for 30 days", () => {
    expect(resolveRules("google", { periodMs: 30 * DAY, sliceMs: SLICE })).toEqual([
      {
        id: "page-1h",
        tier: "page",
        longMs: HOUR,
        shortMs: 5 * MINUTE,
        factor: 14.4,
        budgetShare: 0.02,
        comparison: ">",
      },
      {
        id: "page-6h",
        tier: "page",
        longMs: 6 * HOUR,
        shortMs: 30 * MINUTE,
        factor: 6,
        budgetShare: 0.05,
        comparison: ">",
      },
      { id: "ticket-1d", tier: "ticket", longMs: DAY, shortMs: 2 * HOUR, factor: 3, budgetShare: 0.1, comparison: ">" },
      {
        id: "ticket-3d",
        tier: "ticket",
        longMs: 3 * DAY,
        shortMs: 6 * HOUR,
        factor: 1,
        budgetShare: 0.1,
        comparison: ">",
      },
    ]);
  });

  test("keep their shares over other periods, and the factors follow", () => {
    expect(factors(28 * DAY)).toEqual([13.44, 5.6, 2.8, expect.closeTo(0.9333, 4)]);
    expect(factors(7 * DAY)).toEqual([3.36, 1.4, 0.7, expect.closeTo(0.2333, 4)]);
    expect(factors(90 * DAY)).toEqual([43.2, 18, 9, 3]);
  });
});

describe("rules with factors of their own", () => {
  test("homelab is fast 14 in 1 h, medium 6 in 6 h, slow 2 in 24 h", () => {
    const rules = resolveRules("homelab", { periodMs: 30 * DAY, sliceMs: SLICE });
    expect(rules.map(({ id, tier, factor, longMs }) => [id, tier, factor, longMs])).toEqual([
      ["fast", "page", 14, HOUR],
      ["medium", "page", 6, 6 * HOUR],
      ["slow", "ticket", 2, DAY],
    ]);
    expect(rules.map(({ budgetShare }) => budgetShare)).toEqual([
      expect.closeTo(14 / 720, 12),
      expect.closeTo(36 / 720, 12),
      expect.closeTo(48 / 720, 12),
    ]);
  });

  test("take what they state: id, short window, comparison", () => {
    const [rule] = resolveRules(
      { rules: [{ id: "mine", tier: "ticket", longMs: 2 * HOUR, shortMs: MINUTE, comparison: ">=", rate: 4 }] },
      { periodMs: 30 * DAY, sliceMs: SLICE },
    );
    expect(rule).toEqual({
      id: "mine",
      tier: "ticket",
      longMs: 2 * HOUR,
      shortMs: MINUTE,
      factor: 4,
      budgetShare: 8 / 720,
      comparison: ">=",
    });
  });
});

describe("fixed factors", () => {
  test("keep the factors while the windows scale with the period", () => {
    const rules = resolveRules("fixed-factors", { periodMs: 60 * DAY, sliceMs: SLICE });
    expect(rules.map(({ id, factor, longMs, shortMs }) => [id, factor, longMs, shortMs])).toEqual([
      ["page-2h", 14.4, 2 * HOUR, 10 * MINUTE],
      ["page-12h", 6, 12 * HOUR, HOUR],
      ["ticket-2d", 3, 2 * DAY, 4 * HOUR],
      ["ticket-6d", 1, 6 * DAY, 12 * HOUR],
    ]);
    expect(rules.map(({ budgetShare }) => budgetShare)).toEqual(
      [0.02, 0.05, 0.1, 0.1].map((share): unknown => expect.closeTo(share, 12)),
    );
  });

  test("are the published rules over 30 days", () => {
    expect(resolveRules("fixed-factors", { periodMs: 30 * DAY, sliceMs: SLICE })).toEqual(
      resolveRules("google", { periodMs: 30 * DAY, sliceMs: SLICE }),
    );
  });

  test("scale rules of one's own, short windows too, in whole slices", () => {
    const [rule] = resolveRules(
      { rules: [{ tier: "page", longMs: HOUR, shortMs: 5 * MINUTE, budgetShare: 0.02 }], scaling: "fixed-factors" },
      { periodMs: 7 * DAY, sliceMs: SLICE },
    );
    expect(rule).toMatchObject({ id: "page-14m", longMs: 14 * MINUTE, shortMs: 5 * SLICE, factor: 14.4 });
  });
});

test("a short window is a twelfth in whole slices, never under one", () => {
  const spec = {
    rules: [
      { tier: "page", longMs: 5 * MINUTE, rate: 2 },
      { tier: "page", longMs: 2 * MINUTE, rate: 2 },
    ],
  } as const;
  expect(resolveRules(spec, { periodMs: DAY, sliceMs: MINUTE }).map(({ shortMs }) => shortMs)).toEqual([
    MINUTE,
    MINUTE,
  ]);
  expect(resolveRules(spec, { periodMs: DAY, sliceMs: 10_000 }).map(({ shortMs }) => shortMs)).toEqual([
    30_000, 10_000,
  ]);
});

test("the presets state shares or rates and nothing that depends on a period", () => {
  expect(Object.keys(RULE_PRESETS)).toEqual(["google", "homelab"]);
});
