import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { BurnRateRule } from "../burn-rate/burn-rate-rule.js";
import { resolveRules } from "../burn-rate/resolve-rules.js";
import { evaluate, evaluateWithCode } from "./evaluate.js";
import {
  DAY_MS,
  history,
  historyReader,
  HOUR_MS,
  makeSlo,
  MINUTE_MS,
  NOW_MS,
  readerByLength,
  SLICE_MS,
  type TestSlice,
} from "./evaluation.fixture.js";
import { unpackVerdict } from "./judgement.js";
import { longestWindowMs } from "./longest-window.js";

const FRESH = { nowMs: NOW_MS, sliceMs: SLICE_MS, watermarkMs: NOW_MS };
const WEEK = { kind: "rolling", lengthMs: 7 * DAY_MS } as const;
const RULE: BurnRateRule = {
  id: "page-1h",
  tier: "page",
  longMs: HOUR_MS,
  shortMs: 5 * MINUTE_MS,
  factor: 14.4,
  budgetShare: 0.02,
  comparison: ">",
};

/** A day's history of a hundred events a minute; `bad` of them from `badFromMs` on. */
const day = (badFromMs: number, bad = 100) =>
  history({ fromMs: NOW_MS - DAY_MS, toMs: NOW_MS }, (atMs) => ({ bad: atMs >= badFromMs ? bad : 0, total: 100 }));
const daySlo = (part: Parameters<typeof makeSlo>[0] = {}) =>
  makeSlo({ window: { kind: "rolling", lengthMs: DAY_MS }, rules: [RULE], ...part });

describe("the published detection and reset times", () => {
  test("the 14.4 page over an hour is reached by 51.84 s of full outage", () => {
    const at = (outageMs: number) =>
      evaluate(
        makeSlo({ rules: [RULE] }),
        readerByLength({
          [HOUR_MS]: { bad: outageMs, total: HOUR_MS },
          [5 * MINUTE_MS]: { bad: outageMs, total: 5 * MINUTE_MS },
          [30 * DAY_MS]: { bad: outageMs, total: 30 * DAY_MS },
        }),
        FRESH,
      ).verdict.kind;
    expect(at(51_840)).toBe("healthy"); // exactly 14.4 is not more
    expect(at(51_841)).toBe("firing");
  });

  test("without a short window a 36x rule over an hour would take 57.84 min to reset after a full outage", () => {
    // An outage that fills the hour leaves it as it moves on; 36x is left when 2.16 min of it remain.
    const remainingMs = 36 * 0.001 * HOUR_MS;
    expect((HOUR_MS - remainingMs) / MINUTE_MS).toBeCloseTo(57.84, 9);
    const after = (healthyMs: number) => {
      const bad = HOUR_MS - healthyMs;
      return evaluate(
        makeSlo({ rules: [{ ...RULE, factor: 36 }] }),
        readerByLength({
          [HOUR_MS]: { bad, total: HOUR_MS },
          [5 * MINUTE_MS]: { bad: Math.max(0, 5 * MINUTE_MS - healthyMs), total: 5 * MINUTE_MS },
          [30 * DAY_MS]: { bad, total: 30 * DAY_MS },
        }),
        FRESH,
      );
    };
    expect(after(57.83 * MINUTE_MS).rules[0]?.long.burnRate).toBeGreaterThan(36);
    expect(after(57.85 * MINUTE_MS).rules[0]?.long.burnRate).toBeLessThan(36);
    // With it, five minutes are enough.
    expect(after(4 * MINUTE_MS).verdict.kind).toBe("firing");
    expect(after(5 * MINUTE_MS).verdict.kind).toBe("healthy");
  });
});

describe("a rule", () => {
  const burns = (long: number, short: number, rule: Partial<BurnRateRule> = {}) =>
    evaluate(
      makeSlo({ rules: [{ ...RULE, ...rule }] }),
      readerByLength({
        [HOUR_MS]: { bad: long, total: 100_000 },
        [5 * MINUTE_MS]: { bad: short, total: 100_000 },
      }),
      FRESH,
    ).rules[0]?.outcome;

  test("fires only when both windows burn faster than its factor", () => {
    expect(burns(1441, 1441)).toEqual({ kind: "firing", tier: "page" });
    expect(burns(1441, 1440)).toEqual({ kind: "quiet" });
    expect(burns(1440, 1441)).toEqual({ kind: "quiet" });
  });

  test("with >= fires at its factor", () => {
    expect(burns(1440, 1440, { comparison: ">=" })).toEqual({ kind: "firing", tier: "page" });
    expect(burns(1439, 1440, { comparison: ">=" })).toEqual({ kind: "quiet" });
    expect(burns(1440, 1439, { comparison: ">=" })).toEqual({ kind: "quiet" });
  });

  test("shows its windows, factor and share", () => {
    const evaluation = evaluate(daySlo(), historyReader(day(NOW_MS - 30 * MINUTE_MS)), FRESH);
    expect(evaluation.rules).toEqual([
      {
        ruleId: "page-1h",
        tier: "page",
        factor: 14.4,
        budgetShare: 0.02,
        long: {
          lengthMs: HOUR_MS,
          fromMs: NOW_MS - HOUR_MS,
          toMs: NOW_MS,
          bad: 3000,
          total: 6000,
          burnRate: 500,
          coverageRatio: 1,
        },
        short: {
          lengthMs: 5 * MINUTE_MS,
          fromMs: NOW_MS - 5 * MINUTE_MS,
          toMs: NOW_MS,
          bad: 500,
          total: 500,
          burnRate: 1000,
          coverageRatio: 1,
        },
        outcome: { kind: "firing", tier: "page" },
      },
    ]);
  });
});

describe("low traffic", () => {
  const hourly = (bad: number, total: number, part: Parameters<typeof makeSlo>[0] = {}) =>
    evaluate(
      makeSlo({ rules: [RULE], ...part }),
      readerByLength({ [HOUR_MS]: { bad, total }, [5 * MINUTE_MS]: { bad, total } }),
      FRESH,
    );

  test("one failure of ten requests is a ticket, with the reason", () => {
    const { rules, verdict } = hourly(1, 10);
    expect(rules[0]?.outcome).toEqual({
      kind: "firing",
      tier: "ticket",
      demotedBecause: "1 bad event in 1 h, and a page needs 3",
    });
    expect(verdict).toEqual({ kind: "firing", tier: "ticket", ruleId: "page-1h" });
  });

  test("two are two, and three page", () => {
    expect(hourly(2, 10).rules[0]?.outcome).toMatchObject({
      demotedBecause: "2 bad events in 1 h, and a page needs 3",
    });
    expect(hourly(3, 10).verdict).toEqual({ kind: "firing", tier: "page", ruleId: "page-1h" });
  });

  test("what may be chance is a ticket", () => {
    const { rules } = hourly(10, 6000, { rules: [{ ...RULE, factor: 1 }] });
    expect(rules[0]?.outcome).toEqual({
      kind: "firing",
      tier: "ticket",
      demotedBecause:
        "10 bad events of 6000 in 1 h may be chance: on budget, as many come with a probability of 8.4 %, and a page needs under 5 %",
    });
  });

  test("a ticket needs no proof", () => {
    expect(hourly(1, 10, { rules: [{ ...RULE, tier: "ticket" }] }).rules[0]?.outcome).toEqual({
      kind: "firing",
      tier: "ticket",
    });
  });
});

describe("the verdict", () => {
  const rules = resolveRules("google", { periodMs: 30 * DAY_MS, sliceMs: SLICE_MS });
  const lengths = [HOUR_MS, 5 * MINUTE_MS, 6 * HOUR_MS, 30 * MINUTE_MS, DAY_MS, 2 * HOUR_MS, 3 * DAY_MS, 30 * DAY_MS];
  const atBurn = (burnByLength: Record<number, number>, part: Parameters<typeof makeSlo>[0] = {}) =>
    evaluate(
      makeSlo({ rules, ...part }),
      readerByLength(
        Object.fromEntries(
          lengths.map((length) => [length, { bad: (burnByLength[length] ?? 0) * 100, total: 100_000 }]),
        ),
      ),
      FRESH,
    );
  const all = (burn: number) => Object.fromEntries(lengths.map((length) => [length, burn]));

  test("follows the loudest rule: pages first, then the higher factor, then the order", () => {
    expect(atBurn(all(20)).verdict).toEqual({ kind: "firing", tier: "page", ruleId: "page-1h" });
    expect(atBurn(all(7)).verdict).toEqual({ kind: "firing", tier: "page", ruleId: "page-6h" });
    expect(atBurn(all(4)).verdict).toEqual({ kind: "firing", tier: "ticket", ruleId: "ticket-1d" });
    expect(atBurn(all(2)).verdict).toEqual({ kind: "firing", tier: "ticket", ruleId: "ticket-3d" });
    expect(atBurn(all(0.5)).verdict).toEqual({ kind: "healthy" });
    expect(atBurn(all(20), { rules: rules.toReversed() }).verdict).toMatchObject({ ruleId: "page-1h" });
    const twins = [
      { ...RULE, id: "a" },
      { ...RULE, id: "b" },
    ];
    expect(atBurn(all(20), { rules: twins }).verdict).toMatchObject({ ruleId: "a" });
  });

  test("a page that holds beats a louder one that low traffic demotes, which beats a ticket", () => {
    const given = readerByLength({
      [HOUR_MS]: { bad: 2, total: 20 },
      [5 * MINUTE_MS]: { bad: 2, total: 20 },
      [6 * HOUR_MS]: { bad: 4, total: 100 },
      [30 * MINUTE_MS]: { bad: 2, total: 20 },
      [DAY_MS]: { bad: 40, total: 1000 },
      [2 * HOUR_MS]: { bad: 3, total: 20 },
    });
    expect(evaluate(makeSlo({ rules }), given, FRESH).verdict).toEqual({
      kind: "firing",
      tier: "page",
      ruleId: "page-6h",
    });
    expect(evaluate(makeSlo({ rules: rules.filter(({ id }) => id !== "page-6h") }), given, FRESH).verdict).toEqual({
      kind: "firing",
      tier: "ticket",
      ruleId: "page-1h",
    });
  });

  test("time to exhaustion takes the burn of the rule that fires, else of the slowest rule with data", () => {
    const firing = atBurn({ ...all(4), [30 * DAY_MS]: 0.59 });
    expect(firing.budget.remainingRatio).toBeCloseTo(0.41, 12);
    expect(firing.exhaustion).toEqual({
      kind: "in",
      durationMs: expect.closeTo((0.41 * 30 * DAY_MS) / 4, 0),
      burnRate: 4,
      windowMs: DAY_MS,
    });
    const calm = atBurn({ ...all(0), [3 * DAY_MS]: 0.5 });
    expect(calm.exhaustion).toEqual({ kind: "in", durationMs: 60 * DAY_MS, burnRate: 0.5, windowMs: 3 * DAY_MS });
    expect(atBurn({ ...all(0), [3 * DAY_MS]: 0.5 }, { rules: rules.toReversed() }).exhaustion).toEqual(calm.exhaustion);
    expect(atBurn(all(0)).exhaustion).toEqual({ kind: "never" });
    expect(atBurn({ ...all(4), [30 * DAY_MS]: 1 }).exhaustion).toEqual({ kind: "spent" });
    expect(atBurn({ ...all(0), [30 * DAY_MS]: 0.5 }, { rules: [] }).exhaustion).toEqual({ kind: "never" });
  });

  test("a window in which nothing happened is no reason for an exhaustion rate", () => {
    const given = readerByLength({ [HOUR_MS]: { bad: 5, total: 10_000 }, [30 * DAY_MS]: { bad: 5, total: 10_000 } });
    expect(evaluate(makeSlo({ rules }), given, FRESH).exhaustion).toEqual({
      kind: "in",
      durationMs: expect.closeTo(0.5 * 60 * DAY_MS, 0),
      burnRate: 0.5,
      windowMs: HOUR_MS,
    });
  });
});

describe("what is evaluated", () => {
  test("tells the whole of an SLO at an instant", () => {
    const evaluation = evaluate(
      daySlo({ version: 7, mode: "shadow" }),
      historyReader(day(NOW_MS - MINUTE_MS, 1)),
      FRESH,
    );
    expect(evaluation).toMatchObject({
      sloId: "payments-availability",
      sloVersion: 7,
      service: "payments",
      atMs: NOW_MS,
      target: 0.999,
      period: { fromMs: NOW_MS - DAY_MS, toMs: NOW_MS, lengthMs: DAY_MS },
      sliRatio: 143_999 / 144_000,
      coverageRatio: 1,
      watermarkMs: NOW_MS,
      budget: { bad: 1, total: 144_000, allowedBad: 144, remainingRatio: 1 - 1 / 144 },
      verdict: { kind: "healthy" },
      dataLoss: false,
      mode: "shadow",
    });
  });

  test("gives the gate its burns, whatever the rules are", () => {
    const { gateBurn } = evaluate(daySlo({ rules: [] }), historyReader(day(NOW_MS - 30 * MINUTE_MS, 1)), FRESH);
    expect(gateBurn.oneHour).toMatchObject({ lengthMs: HOUR_MS, bad: 30, total: 6000, burnRate: 5 });
    expect(gateBurn.sixHours).toMatchObject({ lengthMs: 6 * HOUR_MS, bad: 30, total: 36_000 });
  });

  test("nothing that happened is no ratio and spends nothing", () => {
    const quiet = history({ fromMs: NOW_MS - DAY_MS, toMs: NOW_MS }, () => ({ bad: 0, total: 0 }));
    const evaluation = evaluate(daySlo(), historyReader(quiet), FRESH);
    expect(evaluation).toMatchObject({ sliRatio: undefined, coverageRatio: 1, verdict: { kind: "healthy" } });
    expect(evaluation.budget.remainingRatio).toBe(1);
    expect(evaluation.rules[0]?.long.burnRate).toBeUndefined();
  });

  test("a calendar period counts from its start, and starts anew", () => {
    const window = { kind: "calendar", unit: "month", zone: "UTC", fiscalYearStart: 1 } as const;
    const start = Date.UTC(2026, 10, 1);
    const slices = history({ fromMs: start - HOUR_MS, toMs: start + HOUR_MS }, () => ({ bad: 1, total: 1000 }));
    const at = (nowMs: number) =>
      evaluate(daySlo({ window }), historyReader(slices), { nowMs, sliceMs: SLICE_MS, watermarkMs: nowMs });
    expect(at(start + HOUR_MS).budget).toMatchObject({ bad: 60, total: 60_000 });
    expect(at(start + HOUR_MS).period).toEqual({ fromMs: start, toMs: Date.UTC(2026, 11, 1), lengthMs: 30 * DAY_MS });
    const first = at(start);
    expect(first).toMatchObject({ coverageRatio: 1, verdict: { kind: "healthy" } });
    expect(first.budget.remainingRatio).toBe(1);
  });

  test("is taken to the last whole slice", () => {
    const { rules } = evaluate(daySlo(), historyReader(day(0, 0)), {
      ...FRESH,
      nowMs: NOW_MS + 59_999,
      watermarkMs: NOW_MS + 59_999,
    });
    expect(rules[0]?.long.toMs).toBe(NOW_MS);
  });
});

describe("missing data", () => {
  test("a window measured to less than 0.9 freezes its rule, and names the window once", () => {
    const gap = history({ fromMs: NOW_MS - DAY_MS, toMs: NOW_MS }, (atMs) =>
      atMs >= NOW_MS - 7 * MINUTE_MS && atMs < NOW_MS ? undefined : { bad: 100, total: 100 },
    );
    const evaluation = evaluate(
      daySlo({ rules: [RULE, { ...RULE, id: "other", longMs: 2 * HOUR_MS }] }),
      historyReader(gap),
      FRESH,
    );
    const reasons = [
      { kind: "coverage", windowMs: HOUR_MS, coverageRatio: 53 / 60, neededRatio: 0.9 },
      { kind: "coverage", windowMs: 5 * MINUTE_MS, coverageRatio: 0, neededRatio: 0.9 },
    ];
    expect(evaluation.verdict).toEqual({ kind: "frozen", reasons });
    expect(evaluation.rules[0]?.outcome).toEqual({ kind: "frozen", reasons });
    expect(evaluation.rules[1]?.outcome).toEqual({ kind: "frozen", reasons: [reasons[1]] });
    expect(evaluation.dataLoss).toBe(true);
  });

  test("0.9 is enough", () => {
    const given = readerByLength({
      [HOUR_MS]: { bad: 0, total: 100, measured: 54, expected: 60 },
      [5 * MINUTE_MS]: { bad: 0, total: 10, measured: 9, expected: 10 },
      [DAY_MS]: { bad: 0, total: 10 },
    });
    expect(evaluate(daySlo(), given, FRESH).verdict.kind).toBe("healthy");
  });

  test("a rule that fires is heard over others that cannot say", () => {
    const given = readerByLength({
      [HOUR_MS]: { bad: 50, total: 100 },
      [5 * MINUTE_MS]: { bad: 50, total: 100 },
      [2 * HOUR_MS]: { bad: 50, total: 100, measured: 3 },
      [DAY_MS]: { bad: 50, total: 1000 },
    });
    const evaluation = evaluate(daySlo({ rules: [{ ...RULE, id: "blind", longMs: 2 * HOUR_MS }, RULE] }), given, FRESH);
    expect(evaluation.verdict).toEqual({ kind: "firing", tier: "page", ruleId: "page-1h" });
    expect(evaluation.dataLoss).toBe(true);
  });

  test("a watermark of three slices is fresh and moves the windows' end; an older one freezes", () => {
    const slices = day(NOW_MS - 2 * HOUR_MS);
    const at = (watermarkMs: number) => evaluate(daySlo(), historyReader(slices), { ...FRESH, watermarkMs });
    const fresh = at(NOW_MS - 3 * SLICE_MS);
    expect(fresh.verdict.kind).toBe("firing");
    expect(fresh.rules[0]?.long).toMatchObject({
      fromMs: NOW_MS - 3 * SLICE_MS - HOUR_MS,
      toMs: NOW_MS - 3 * SLICE_MS,
    });
    expect(fresh.period.toMs).toBe(NOW_MS - 3 * SLICE_MS);
    const old = at(NOW_MS - 3 * SLICE_MS - 1);
    const reason = {
      kind: "watermark",
      watermarkMs: NOW_MS - 3 * SLICE_MS - 1,
      behindMs: 3 * SLICE_MS + 1,
      allowedMs: 3 * SLICE_MS,
    };
    expect(old.verdict).toEqual({ kind: "frozen", reasons: [reason] });
    expect(old.rules[0]?.outcome).toEqual({ kind: "frozen", reasons: [reason] });
    expect(old.rules[0]?.long.toMs).toBe(NOW_MS);
    expect(old.dataLoss).toBe(true);
  });

  test("what the source said last is told beside missing data, and freezes nothing by itself", () => {
    const trouble = { source: "prom", code: "no-series", message: "SLO checkout: no series matches" };
    const told = { kind: "source", ...trouble };
    const at = (watermarkMs: number | undefined, slices: ReturnType<typeof day> = day(0, 0)) =>
      evaluate(daySlo(), historyReader(slices), { ...FRESH, watermarkMs, trouble }).verdict;
    expect(at(NOW_MS).kind).toBe("healthy");
    expect(at(NOW_MS - 3 * SLICE_MS - 1)).toMatchObject({ kind: "frozen", reasons: [{ kind: "watermark" }, told] });
    expect(at(undefined, new Map())).toMatchObject({ kind: "no-data", reasons: [{ kind: "watermark" }, told] });
    expect(at(NOW_MS, new Map())).toMatchObject({ kind: "no-data", reasons: [{ kind: "coverage" }, told] });
  });

  test("three samples are waited for where a source speaks less often than once a slice, and no longer", () => {
    const slices = day(NOW_MS - 2 * HOUR_MS);
    const sampleEveryMs = 5 * SLICE_MS;
    const at = (watermarkMs: number) =>
      evaluate(daySlo({ sampleEveryMs }), historyReader(slices), { ...FRESH, watermarkMs });
    const fresh = at(NOW_MS - 3 * sampleEveryMs);
    expect(fresh.verdict.kind).toBe("firing");
    expect(fresh.dataLoss).toBe(false);
    expect(fresh.rules[0]?.long.toMs).toBe(NOW_MS - 3 * sampleEveryMs);
    const old = at(NOW_MS - 3 * sampleEveryMs - 1);
    expect(old.verdict).toMatchObject({ kind: "frozen", reasons: [{ allowedMs: 3 * sampleEveryMs }] });
    expect(old.dataLoss).toBe(true);
  });

  test("a source that speaks more often than once a slice is given three slices all the same", () => {
    const at = (watermarkMs: number) =>
      evaluate(daySlo({ sampleEveryMs: SLICE_MS - 1 }), historyReader(day(0, 0)), { ...FRESH, watermarkMs });
    expect(at(NOW_MS - 3 * SLICE_MS).verdict.kind).toBe("healthy");
    expect(at(NOW_MS - 3 * SLICE_MS - 1).verdict.kind).toBe("frozen");
  });

  test("missing data are no loss before three samples were due, and six hours are always enough", () => {
    const bornBefore = (ageMs: number, sampleEveryMs: number) =>
      evaluate(daySlo({ sampleEveryMs }), historyReader(new Map(), { bornMs: NOW_MS - ageMs }), {
        ...FRESH,
        watermarkMs: undefined,
      }).dataLoss;
    expect(bornBefore(14 * SLICE_MS, 5 * SLICE_MS)).toBe(false);
    expect(bornBefore(15 * SLICE_MS, 5 * SLICE_MS)).toBe(true);
    expect(bornBefore(6 * HOUR_MS - SLICE_MS, DAY_MS)).toBe(false);
    expect(bornBefore(6 * HOUR_MS, DAY_MS)).toBe(true);
  });

  test("a watermark ahead of now ends windows at now", () => {
    expect(
      evaluate(daySlo(), historyReader(day(0, 0)), { ...FRESH, watermarkMs: NOW_MS + HOUR_MS }).rules[0]?.long.toMs,
    ).toBe(NOW_MS);
  });

  test("a failed source freezes at once, and is a loss of data only once they are late", () => {
    const failure = { source: "prometheus", code: "timeout", message: "no answer in 5 s" };
    const slices = day(NOW_MS - 2 * HOUR_MS);
    const fresh = evaluate(daySlo(), historyReader(slices), { ...FRESH, failure });
    expect(fresh.verdict).toEqual({ kind: "frozen", reasons: [{ kind: "source", ...failure }] });
    expect(fresh.dataLoss).toBe(false);
    const late = evaluate(daySlo(), historyReader(slices), { ...FRESH, failure, watermarkMs: NOW_MS - HOUR_MS });
    expect(late.dataLoss).toBe(true);
    expect(late.verdict).toMatchObject({ reasons: [{ kind: "source" }, { kind: "watermark", behindMs: HOUR_MS }] });
  });

  test("an objective without rules is frozen by its source too", () => {
    const failure = { source: "p", code: "c", message: "m" };
    expect(evaluate(daySlo({ rules: [] }), historyReader(day(0, 0)), { ...FRESH, failure }).verdict.kind).toBe(
      "frozen",
    );
  });

  test("never measured is no data, which says how long nothing came", () => {
    const reader = historyReader(new Map(), { bornMs: NOW_MS - 2 * HOUR_MS });
    const evaluation = evaluate(daySlo(), reader, { ...FRESH, watermarkMs: undefined });
    const reasons = [{ kind: "watermark", watermarkMs: undefined, behindMs: 2 * HOUR_MS, allowedMs: 3 * SLICE_MS }];
    expect(evaluation.verdict).toEqual({ kind: "no-data", reasons });
    expect(evaluation.rules[0]?.outcome).toEqual({ kind: "frozen", reasons });
    expect(evaluation.dataLoss).toBe(true);
  });

  test("a source that answers and never has a sample is no data either", () => {
    const evaluation = evaluate(daySlo(), historyReader(new Map()), FRESH);
    expect(evaluation.verdict).toEqual({
      kind: "no-data",
      reasons: [{ kind: "coverage", windowMs: DAY_MS, coverageRatio: 0, neededRatio: 0.9 }],
    });
  });

  test("the first three slices of an objective raise no loss of data", () => {
    const at = (slices: number) =>
      evaluate(daySlo(), historyReader(new Map(), { bornMs: NOW_MS - slices * SLICE_MS }), {
        ...FRESH,
        watermarkMs: undefined,
      }).dataLoss;
    expect([0, 1, 2, 3, 4].map(at)).toEqual([false, false, false, true, true]);
  });

  test("data of the last hours are data, also at the start of a period without any", () => {
    const start = Date.UTC(2026, 10, 1);
    const window = { kind: "calendar", unit: "month", zone: "UTC", fiscalYearStart: 1 } as const;
    const slices = history({ fromMs: start - 8 * HOUR_MS, toMs: start }, () => ({ bad: 0, total: 10 }));
    const nowMs = start + 2 * SLICE_MS;
    const context = { nowMs, sliceMs: SLICE_MS, watermarkMs: nowMs };
    expect(evaluate(daySlo({ window }), historyReader(slices), context).verdict.kind).toBe("frozen");
  });
});

describe("where a gap counts as bad", () => {
  const half = history({ fromMs: NOW_MS - DAY_MS, toMs: NOW_MS }, (atMs) =>
    atMs >= NOW_MS - 30 * MINUTE_MS ? undefined : { bad: 0, total: 1 },
  );

  test("an unmeasured slice is one bad event, and nothing freezes", () => {
    const evaluation = evaluate(daySlo({ gapIs: "bad" }), historyReader(half), FRESH);
    expect(evaluation.verdict).toEqual({ kind: "firing", tier: "page", ruleId: "page-1h" });
    expect(evaluation.rules[0]?.long).toMatchObject({ bad: 30, total: 60, coverageRatio: 1 });
    expect(evaluation.budget).toMatchObject({ bad: 30, total: 1440 });
    expect(evaluation).toMatchObject({ coverageRatio: 1, dataLoss: false });
  });

  test("a late watermark and a failed source do not silence it", () => {
    const failure = { source: "p", code: "c", message: "m" };
    const evaluation = evaluate(daySlo({ gapIs: "bad" }), historyReader(half), {
      ...FRESH,
      watermarkMs: NOW_MS - 30 * MINUTE_MS,
      failure,
    });
    expect(evaluation.verdict.kind).toBe("firing");
    expect(evaluation.dataLoss).toBe(false);
  });

  test("never measured is no data all the same", () => {
    const evaluation = evaluate(daySlo({ gapIs: "bad" }), historyReader(new Map()), {
      ...FRESH,
      watermarkMs: undefined,
    });
    expect(evaluation.verdict.kind).toBe("no-data");
    expect(evaluation.dataLoss).toBe(true);
    expect(evaluation.rules[0]?.outcome.kind).toBe("frozen");
  });
});

describe("against brute force", () => {
  const slice = fc.option(
    fc.record({ total: fc.integer({ min: 0, max: 50 }), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
    { nil: undefined },
  );

  test("budget and burns equal the counts of the slices, half-open, to the event", () => {
    fc.assert(
      fc.property(fc.array(slice, { minLength: 30, maxLength: 90 }), fc.integer({ min: 0, max: 3 }), (given, lag) => {
        const startMs = NOW_MS - given.length * SLICE_MS;
        const slices = new Map<number, TestSlice>();
        given.forEach((one, index) => {
          if (one !== undefined)
            slices.set(startMs + index * SLICE_MS, { bad: Math.floor(one.total * one.share), total: one.total });
        });
        const slo = makeSlo({
          target: 0.9,
          window: { kind: "rolling", lengthMs: 20 * SLICE_MS },
          rules: [{ ...RULE, longMs: 10 * SLICE_MS, shortMs: 3 * SLICE_MS, factor: 2 }],
        });
        const evaluation = evaluate(slo, historyReader(slices), { ...FRESH, watermarkMs: NOW_MS - lag * SLICE_MS });
        const count = (length: number) => {
          let bad = 0;
          let total = 0;
          let measured = 0;
          for (let k = 1; k <= length; k += 1) {
            const found = slices.get(NOW_MS - (lag + k) * SLICE_MS);
            if (found === undefined) continue;
            bad += found.bad;
            total += found.total;
            measured += 1;
          }
          return { bad, total, measured, burn: total === 0 ? 0 : bad / total / 0.1 };
        };
        const [period, long, short] = [count(20), count(10), count(3)];
        expect(evaluation.budget).toMatchObject({ bad: period.bad, total: period.total });
        expect(evaluation.budget.remainingRatio).toBeCloseTo(
          period.total === 0 ? 1 : 1 - period.bad / (0.1 * period.total),
          9,
        );
        const frozen = long.measured < 9 || short.measured < 2.7;
        const exceeds = long.burn > 2 + 1e-9 && short.burn > 2 + 1e-9;
        expect(evaluation.rules[0]?.outcome.kind).toBe(frozen ? "frozen" : exceeds ? "firing" : "quiet");
      }),
      { numRuns: 200 },
    );
  });
});

test("the code of an evaluation unpacks to its verdict", () => {
  const { code, evaluation } = evaluateWithCode(daySlo(), historyReader(day(NOW_MS - HOUR_MS)), FRESH);
  expect(evaluation.verdict.kind).toBe("firing");
  expect(unpackVerdict(code)).toEqual({ kind: 3, pages: true, dataLoss: false, pageFrozen: false, ruleIndex: 0 });
});

test("the longest window is the period, a rule's or the gate's, and the lag that is allowed", () => {
  expect(longestWindowMs([], SLICE_MS)).toBe(6 * HOUR_MS + 3 * SLICE_MS);
  expect(longestWindowMs([makeSlo(), makeSlo({ window: WEEK })], SLICE_MS)).toBe(30 * DAY_MS + 3 * SLICE_MS);
  expect(longestWindowMs([makeSlo({ window: WEEK, rules: [{ ...RULE, longMs: 8 * DAY_MS }] })], SLICE_MS)).toBe(
    8 * DAY_MS + 3 * SLICE_MS,
  );
  expect(longestWindowMs([makeSlo({ window: WEEK, rules: [{ ...RULE, shortMs: 9 * DAY_MS }] })], SLICE_MS)).toBe(
    9 * DAY_MS + 3 * SLICE_MS,
  );
  expect(longestWindowMs([makeSlo({ sampleEveryMs: 5 * SLICE_MS }), makeSlo()], SLICE_MS)).toBe(
    30 * DAY_MS + 15 * SLICE_MS,
  );
});
