import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evaluate } from "../evaluation/evaluate.js";
import {
  DAY_MS,
  history,
  historyReader,
  HOUR_MS,
  makeSlo,
  MINUTE_MS,
  NOW_MS,
} from "../evaluation/evaluation.fixture.js";
import type { BurnRateRule } from "./burn-rate-rule.js";
import { resolveRules } from "./resolve-rules.js";
import { validateSlo, type ValidationContext } from "./validate-slo.js";

const FACTS: ValidationContext = { sliceMs: MINUTE_MS, retentionMs: 30 * DAY_MS };
const RULE: BurnRateRule = {
  id: "page-1h",
  tier: "page",
  longMs: HOUR_MS,
  shortMs: 5 * MINUTE_MS,
  factor: 14.4,
  budgetShare: 0.02,
  comparison: ">",
};
const problems = (slo: Parameters<typeof makeSlo>[0], context: Partial<ValidationContext> = {}) =>
  validateSlo(makeSlo(slo), { ...FACTS, ...context });
const codes = (...given: Parameters<typeof problems>) =>
  problems(...given).map(({ code, ruleId }) => (ruleId === undefined ? code : `${ruleId}: ${code}`));

describe("proving that a rule can fire", () => {
  test("finds nothing wrong with the published rules", () => {
    expect(problems({})).toEqual([]);
    expect(problems({ target: 0.99999 })).toEqual([]);
    expect(problems({ rules: resolveRules("homelab", { periodMs: 30 * DAY_MS, sliceMs: MINUTE_MS }) })).toEqual([]);
  });

  test("says that a factor of 14.4 can never be reached at 90 %, and what to do", () => {
    expect(problems({ target: 0.9 })).toEqual([
      {
        code: "factor-unreachable",
        sloId: "payments-availability",
        ruleId: "page-1h",
        message:
          "payments-availability, rule page-1h: it can never fire: it needs a burn rate > 14.4, and with a target of 0.9 even a full outage burns at 10: " +
          "use a factor under 10, a longer window or smaller share, or a higher target",
      },
    ]);
  });

  test("a factor of exactly the highest burn is reached by >= alone", () => {
    expect(codes({ target: 0.9, rules: [{ ...RULE, factor: 10 }] })).toEqual(["page-1h: factor-unreachable"]);
    expect(codes({ target: 0.9, rules: [{ ...RULE, factor: 10, comparison: ">=" }] })).toEqual([]);
    expect(codes({ target: 0.9, rules: [{ ...RULE, factor: 9.999 }] })).toEqual([]);
  });

  test.each([0, 1, -0.1, 1.5, Number.NaN])("a target of %d leaves nothing else to prove", (target) => {
    const found = problems({ target });
    expect(found).toEqual([
      {
        code: "target-out-of-range",
        sloId: "payments-availability",
        message: expect.stringContaining(`the target is ${target}; it must lie between 0 and 1`),
      },
    ]);
  });

  test.each([0, -1, Number.NaN, Infinity])("a factor of %d is none", (factor) => {
    expect(codes({ rules: [{ ...RULE, factor }] })).toEqual(["page-1h: factor-invalid"]);
    expect(problems({ rules: [{ ...RULE, factor }] })[0]?.message).toContain(
      `the factor is ${factor}; it must be a finite number above zero`,
    );
  });

  test("windows must be whole slices, the short one shorter, both kept", () => {
    expect(codes({ rules: [{ ...RULE, shortMs: 30_000 }] })).toEqual(["page-1h: window-under-slice"]);
    expect(codes({ rules: [{ ...RULE, shortMs: Number.NaN }] })).toEqual([
      "page-1h: window-under-slice",
      "page-1h: short-not-shorter",
    ]);
    expect(codes({ rules: [{ ...RULE, shortMs: MINUTE_MS }] })).toEqual([]);
    expect(codes({ rules: [{ ...RULE, longMs: HOUR_MS + 1 }] })).toEqual(["page-1h: window-not-slices"]);
    expect(codes({ rules: [{ ...RULE, shortMs: HOUR_MS }] })).toEqual(["page-1h: short-not-shorter"]);
    expect(codes({ rules: [{ ...RULE, longMs: 31 * DAY_MS }] })).toEqual(["page-1h: window-not-retained"]);
    expect(codes({ rules: [{ ...RULE, longMs: 30 * DAY_MS }] })).toEqual([]);
  });

  test("the words name the window, what was found and what to do", () => {
    const words = (rule: Partial<BurnRateRule>, slo: Parameters<typeof makeSlo>[0] = {}) =>
      problems({ ...slo, rules: [{ ...RULE, ...rule }] }).map(({ message }) =>
        message.replace("payments-availability, rule page-1h: ", ""),
      );
    expect(words({ shortMs: 30_000 })).toEqual([
      "its short window is 30 s, less than one slice of 1 min: lengthen it or shorten the slice",
    ]);
    expect(words({ longMs: HOUR_MS + 30_000 })).toEqual([
      "its long window of 1 h is not a whole number of slices of 1 min: make it a multiple",
    ]);
    expect(words({ shortMs: HOUR_MS })).toEqual([
      "the short window (1 h) is not shorter than the long one (1 h): use about a twelfth of it",
    ]);
    expect(words({ longMs: 31 * DAY_MS })).toEqual([
      "its window of 31 d is longer than slices are kept (30 d): keep them longer or shorten the window",
    ]);
    expect(words({}, { sampleEveryMs: HOUR_MS })).toEqual([
      "its short window of 5 min is shorter than the time between two samples (1 h), so its coverage stays too low: measure more often or lengthen it",
    ]);
  });

  test("a source as slow as the short window is fast enough", () => {
    expect(codes({ rules: [RULE], sampleEveryMs: 5 * MINUTE_MS })).toEqual([]);
    expect(codes({ rules: [RULE], sampleEveryMs: 5 * MINUTE_MS + 1 })).toEqual(["page-1h: window-under-sample"]);
  });

  test("the period must be kept, the longest month too", () => {
    expect(codes({}, { retentionMs: 29 * DAY_MS })).toEqual(["period-not-retained"]);
    const month = { kind: "calendar", unit: "month", zone: "UTC", fiscalYearStart: 1 } as const;
    expect(problems({ window: month })[0]?.message).toBe(
      "payments-availability: the period can last 31 d 3 h and slices are kept for 30 d: keep them longer or shorten the period",
    );
    expect(codes({ window: month }, { retentionMs: 31 * DAY_MS + 3 * HOUR_MS })).toEqual([]);
  });

  test("an objective that alerts has rules, each with an id of its own", () => {
    expect(problems({ rules: [] })).toEqual([
      {
        code: "no-rules",
        sloId: "payments-availability",
        message: expect.stringContaining("no burn-rate rule, so it never alerts"),
      },
    ]);
    expect(codes({ rules: [], mode: "shadow" })).toEqual([]);
    expect(codes({ rules: [RULE, RULE] })).toEqual(["page-1h: duplicate-rule"]);
    expect(problems({ rules: [RULE, RULE] })[0]?.message).toBe(
      'payments-availability: two rules are named "page-1h": give each an id of its own',
    );
  });

  test.each([-1, Number.NaN, Infinity])("minBadEvents of %d can never be met", (minBadEvents) => {
    expect(problems({ minBadEvents })).toEqual([
      {
        code: "min-bad-events-invalid",
        sloId: "payments-availability",
        message: expect.stringContaining(`minBadEvents is ${minBadEvents}`),
      },
    ]);
  });

  test("time slices hold only so many events as there are slices", () => {
    const sli = {
      kind: "time-slices",
      selector: { source: "t", query: {} },
      goodWhen: { of: "value", operator: "<", limit: 1 },
    } as const;
    const short = { ...RULE, longMs: 2 * MINUTE_MS, shortMs: MINUTE_MS };
    expect(codes({ sli, rules: [RULE] })).toEqual([]);
    expect(problems({ sli, rules: [short] })).toEqual([
      {
        code: "min-bad-events-unreachable",
        sloId: "payments-availability",
        ruleId: "page-1h",
        message:
          "payments-availability, rule page-1h: it can never page: its long window holds 2 slices and a page needs 3 bad ones: lengthen the window or lower minBadEvents",
      },
    ]);
    expect(codes({ sli, rules: [{ ...short, tier: "ticket" }] })).toEqual([]);
    expect(codes({ sli, rules: [short], minBadEvents: 2 })).toEqual([]);
    expect(codes({ rules: [short] })).toEqual([]);
    const loose = problems({ sli, target: 0.5, rules: [{ ...short, longMs: 3 * MINUTE_MS, factor: 1.5 }] });
    expect(loose.map(({ code, message }) => [code, message])).toEqual([
      [
        "evidence-unreachable",
        "payments-availability, rule page-1h: it can never page: even 3 bad slices of 3 may be chance with a target of 0.5: lengthen the window or make it a ticket",
      ],
    ]);
  });
});

describe("a probe", () => {
  const sli = { kind: "probe", selector: { source: "probes", query: {} } } as const;
  const every = (everyMs: number, part: Parameters<typeof makeSlo>[0] = {}) =>
    validateSlo(makeSlo({ sli, rules: [RULE], ...part }), { ...FACTS, everyMs });

  test("holds only so many events as it is asked in a long window", () => {
    expect(every(5 * MINUTE_MS)).toEqual([]);
    expect(every(5 * MINUTE_MS, { minBadEvents: 12 })).toEqual([]);
    expect(every(5 * MINUTE_MS, { minBadEvents: 20 })).toEqual([
      {
        code: "min-bad-events-unreachable",
        sloId: "payments-availability",
        ruleId: "page-1h",
        message:
          "payments-availability, rule page-1h: it can never page: its long window holds 12 probes and a page needs 20 bad ones: probe more often, lengthen the window or lower minBadEvents",
      },
    ]);
    expect(every(2 * HOUR_MS).map(({ code }) => code)).toEqual(["min-bad-events-unreachable"]);
    const chance = { target: 0.5, rules: [{ ...RULE, factor: 1.5 }], minBadEvents: 0 };
    expect(every(15 * MINUTE_MS, chance).map(({ message }) => message)).toEqual([
      "payments-availability, rule page-1h: it can never page: even 4 bad probes of 4 may be chance with a target of 0.5: probe more often, lengthen the window or make it a ticket",
    ]);
    expect(every(12 * MINUTE_MS, chance)).toEqual([]);
  });

  test("is judged by the time between its samples where nothing else is known", () => {
    const slow = { sli, rules: [RULE], minBadEvents: 13, sampleEveryMs: 5 * MINUTE_MS };
    expect(codes(slow)).toEqual(["page-1h: min-bad-events-unreachable"]);
    expect(codes({ ...slow, minBadEvents: 12 })).toEqual([]);
    expect(codes({ sli, rules: [RULE], minBadEvents: 1000 })).toEqual([]);
  });

  test("may bring any number of bad events where gaps are bad, and so may other kinds", () => {
    expect(every(5 * MINUTE_MS, { minBadEvents: 20, gapIs: "bad" })).toEqual([]);
    const events = { kind: "events", selector: { source: "snapshots", query: {} } } as const;
    expect(every(5 * MINUTE_MS, { minBadEvents: 20, sli: events })).toEqual([]);
    expect(every(5 * MINUTE_MS, { minBadEvents: 20, rules: [{ ...RULE, tier: "ticket" }] })).toEqual([]);
  });
});

describe("a composite", () => {
  const sli = { kind: "composite", rule: "all-of", members: [{ slo: "a", weight: 1 }] } as const;
  const every = (everyMs: number, part: Parameters<typeof makeSlo>[0] = {}) =>
    problems({ sli, rules: [RULE], ...part }, { everyMs });

  test("holds only so many events as its busiest member brings, and parts of one", () => {
    expect(every(20 * MINUTE_MS)).toEqual([]);
    expect(every(25 * MINUTE_MS)).toEqual([
      {
        code: "min-bad-events-unreachable",
        sloId: "payments-availability",
        ruleId: "page-1h",
        message:
          "payments-availability, rule page-1h: it can never page: its long window holds 2.4 events and a page needs 3 bad ones: measure its members more often, lengthen the window or lower minBadEvents",
      },
    ]);
    expect(every(25 * MINUTE_MS, { minBadEvents: 2.4 })).toEqual([]);
    const chance = { target: 0.5, rules: [{ ...RULE, factor: 1.5 }], minBadEvents: 0 };
    expect(every(12 * MINUTE_MS, chance)).toEqual([]);
    expect(every(13 * MINUTE_MS, chance).map(({ message }) => message)).toEqual([
      "payments-availability, rule page-1h: it can never page: even 4.615385 bad events of 4.615385 may be chance with a target of 0.5: measure its members more often, lengthen the window or make it a ticket",
    ]);
  });

  test("may bring any number where nothing is known of its members, or gaps are bad; its slowest member says nothing of that", () => {
    expect(codes({ sli, rules: [RULE], minBadEvents: 1000, sampleEveryMs: 5 * MINUTE_MS })).toEqual([]);
    expect(every(25 * MINUTE_MS, { gapIs: "bad" })).toEqual([]);
  });
});

describe("property 3", () => {
  const rules = fc
    .record({
      tier: fc.constantFrom("page" as const, "ticket" as const),
      longSlices: fc.integer({ min: 1, max: 120 }),
      shortSlices: fc.integer({ min: 1, max: 60 }),
      factor: fc.double({ min: 0.1, max: 120, noNaN: true }),
      comparison: fc.constantFrom(">" as const, ">=" as const),
    })
    .map(({ longSlices, shortSlices, ...rule }, index = 0): BurnRateRule => ({
      id: `rule-${index}`,
      longMs: longSlices * MINUTE_MS,
      shortMs: shortSlices * MINUTE_MS,
      budgetShare: 0.1,
      ...rule,
    }));
  const selector = { source: "t", query: {} };
  const sliOf = {
    events: { kind: "events", selector },
    "time-slices": { kind: "time-slices", selector, goodWhen: { of: "value", operator: "<", limit: 1 } },
    probe: { kind: "probe", selector },
    composite: { kind: "composite", rule: "all-of", members: [{ slo: "a", weight: 1 }] },
  } as const;
  const kinds = fc.oneof(
    fc.record({
      kind: fc.constantFrom("events" as const, "time-slices" as const, "probe" as const),
      pace: fc.constant(1),
    }),
    fc.record({ kind: fc.constant("composite" as const), pace: fc.integer({ min: 1, max: 30 }) }),
  );

  test("every rule that validates fires on a full outage, at its own tier", () => {
    let fired = 0;
    fc.assert(
      fc.property(rules, kinds, fc.constantFrom(0.5, 0.9, 0.99, 0.999), (rule, { kind, pace }, target) => {
        const slo = makeSlo({
          target,
          rules: [rule],
          window: { kind: "rolling", lengthMs: 3 * HOUR_MS },
          sli: sliOf[kind],
        });
        fc.pre(validateSlo(slo, { ...FACTS, everyMs: pace * MINUTE_MS }).length === 0);
        const events = kind === "events" ? 100 : 1 / pace;
        const outage = history({ fromMs: NOW_MS - 8 * HOUR_MS, toMs: NOW_MS }, () => ({ bad: events, total: events }));
        const evaluation = evaluate(slo, historyReader(outage), {
          nowMs: NOW_MS,
          sliceMs: MINUTE_MS,
          watermarkMs: NOW_MS,
        });
        expect(evaluation.verdict).toEqual({ kind: "firing", tier: rule.tier, ruleId: rule.id });
        fired += 1;
      }),
      { numRuns: 300, maxSkipsPerRun: 1000 },
    );
    expect(fired).toBeGreaterThan(100);
  });

  test("a rule whose factor does not validate stays quiet even then", () => {
    const slo = makeSlo({ target: 0.9 });
    const outage = history({ fromMs: NOW_MS - 30 * DAY_MS, toMs: NOW_MS }, () => ({ bad: 100, total: 100 }));
    const evaluation = evaluate(slo, historyReader(outage), { nowMs: NOW_MS, sliceMs: MINUTE_MS, watermarkMs: NOW_MS });
    expect(evaluation.rules.map(({ outcome }) => outcome.kind)).toEqual(["quiet", "firing", "firing", "firing"]);
  });
});
