import { describe, expect, test } from "vitest";
import { resolveRules } from "../burn-rate/resolve-rules.js";
import { evaluate } from "./evaluate.js";
import { DAY_MS, HOUR_MS, makeSlo, MINUTE_MS, NOW_MS, readerByLength, SLICE_MS } from "./evaluation.fixture.js";
import { explain } from "./explain.js";
import {
  formatBudgetLeft,
  formatBurn,
  formatFactor,
  formatPeriod,
  formatPeriodBudget,
  formatRatio,
  formatRemaining,
  formatShare,
} from "./figures.js";
import type { EvaluationContext } from "./scene.js";

const FRESH: EvaluationContext = { nowMs: NOW_MS, sliceMs: SLICE_MS, watermarkMs: NOW_MS };
const TOTAL = 100_000;

/** Burns by window, as multiples of what 99.9 % allows. */
const given = (burns: Record<number, number>) =>
  readerByLength(
    Object.fromEntries(Object.entries(burns).map(([length, burn]) => [length, { bad: burn * 100, total: TOTAL }])),
  );
const CALM = { [HOUR_MS]: 0.1, [5 * MINUTE_MS]: 0.1, [DAY_MS]: 0.1, [2 * HOUR_MS]: 0.1, [3 * DAY_MS]: 0.8 };
const SIX = { ...CALM, [6 * HOUR_MS]: 6.2, [30 * MINUTE_MS]: 7.9, [30 * DAY_MS]: 0.59 };

function say(
  burns: Record<number, number>,
  part: Parameters<typeof makeSlo>[0] = {},
  options: { suppressedBy?: string; context?: Partial<EvaluationContext> } = {},
): string {
  const slo = makeSlo(part);
  const { context, ...rest } = options;
  return explain(evaluate(slo, given(burns), { ...FRESH, ...context }), slo, rest).text;
}

describe("an explanation", () => {
  test("of a page says burns, factor, share, what is left and how long it lasts", () => {
    expect(say(SIX)).toBe(
      "payments-availability pages: 6.2x over 6 h and 7.9x over 30 min against 6x, which is 5 % of 30 days' budget; 41 % is left, gone in 1 d 23 h 36 min at this rate",
    );
  });

  test("of a ticket says that it is one", () => {
    expect(say({ ...CALM, [3 * DAY_MS]: 1.2, [6 * HOUR_MS]: 1.5, [30 * DAY_MS]: 0.7 })).toBe(
      "payments-availability raises a ticket: 1.2x over 3 d and 1.5x over 6 h against 1x, which is 10 % of 30 days' budget; 30 % is left, gone in 7 d 12 h at this rate",
    );
  });

  test("of a demoted page says why it wakes nobody", () => {
    const slo = makeSlo();
    const reader = readerByLength({
      [HOUR_MS]: { bad: 1, total: 10 },
      [5 * MINUTE_MS]: { bad: 1, total: 10 },
      [30 * DAY_MS]: { bad: 1, total: 4000 },
    });
    const explanation = explain(evaluate(slo, reader, FRESH), slo);
    expect(explanation.text).toBe(
      "payments-availability raises a ticket and not a page, as 1 bad event in 1 h, and a page needs 3: " +
        "100x over 1 h and 100x over 5 min against 14.4x, which is 2 % of 30 days' budget; 75 % is left, gone in 5 h 24 min at this rate",
    );
    expect(explanation.data.demotedBecause).toBe("1 bad event in 1 h, and a page needs 3");
  });

  test("of a suppressed alert names what holds it back", () => {
    expect(say(SIX, {}, { suppressedBy: "database-availability" })).toMatch(
      /^payments-availability would page, held back while database-availability pages: 6\.2x over 6 h/,
    );
    expect(say({ ...CALM, [3 * DAY_MS]: 1.2, [6 * HOUR_MS]: 1.5 }, {}, { suppressedBy: "db" })).toMatch(
      /^payments-availability would raise a ticket, held back while db pages: 1\.2x/,
    );
  });

  test("of a healthy objective says SLI, target, what is left and at which rate it goes", () => {
    expect(say({ ...CALM, [30 * DAY_MS]: 0.5 })).toBe(
      "payments-availability is healthy: 99.95 % against 99.9 % over 30 days; 50 % is left, gone in 18 d 18 h at the 0.8x of the last 3 d",
    );
    expect(say({ ...CALM, [3 * DAY_MS]: 0, [30 * DAY_MS]: 0.5 })).toBe(
      "payments-availability is healthy: 99.95 % against 99.9 % over 30 days; 50 % is left",
    );
    const slo = makeSlo();
    expect(explain(evaluate(slo, readerByLength({}), FRESH), slo).text).toBe(
      "payments-availability is healthy: nothing happened yet that counts against 99.9 % over 30 days; 100 % is left",
    );
  });

  test("of a spent budget says by how much it is overspent", () => {
    expect(say({ ...CALM, [30 * DAY_MS]: 1.25 })).toContain("; the budget is overspent by 25 %");
    expect(say({ ...CALM, [30 * DAY_MS]: 1 })).toContain("; the budget is spent");
    expect(say({ ...SIX, [30 * DAY_MS]: 3 })).toContain("of 30 days' budget; the budget is overspent 2 times");
    expect(say({ ...CALM, [30 * DAY_MS]: 1.25 })).toBe(
      "payments-availability raises no alert: 99.875 % against 99.9 % over 30 days; the budget is overspent by 25 %",
    );
    expect(say({ ...CALM, [30 * DAY_MS]: 1 })).toMatch(/^payments-availability is healthy: .*; the budget is spent$/);
  });

  test("of a frozen verdict says what is missing", () => {
    expect(say({ ...CALM, [30 * DAY_MS]: 0.5 }, {}, { context: { watermarkMs: NOW_MS - HOUR_MS } })).toBe(
      "payments-availability cannot be judged: the newest data are 1 h old, 3 min are allowed; 50 % is left",
    );
    const failure = { source: "prometheus", code: "timeout", message: "no answer in 5 s" };
    expect(say(CALM, {}, { context: { failure } })).toBe(
      "payments-availability cannot be judged: source prometheus failed (timeout): no answer in 5 s; 100 % is left",
    );
    const slo = makeSlo();
    const thin = readerByLength({
      [HOUR_MS]: { bad: 0, total: 9, measured: 30, expected: 60 },
      [DAY_MS]: { bad: 0, total: 9, measured: 1, expected: 4 },
      [30 * DAY_MS]: { bad: 0, total: 9 },
    });
    expect(explain(evaluate(slo, thin, FRESH), slo).text).toBe(
      "payments-availability cannot be judged: 50 % of the last 1 h was measured, 90 % is needed, and 25 % of the last 1 d was measured, 90 % is needed; 100 % is left",
    );
  });

  test("without data says so, and nothing of a budget", () => {
    const slo = makeSlo();
    const none = (fromMs: number, toMs: number) => ({
      bad: 0,
      total: 0,
      measured: 0,
      expected: 10,
      fromMs,
      toMs,
      edge: { bad: 0, total: 0 },
    });
    expect(explain(evaluate(slo, none, { ...FRESH, watermarkMs: undefined }), slo).text).toBe(
      "payments-availability has no data: nothing was measured in 10 min, 3 min are allowed",
    );
  });

  test("of a shadow objective says that it never alerts", () => {
    expect(say(SIX, { mode: "shadow" })).toMatch(/at this rate; it is a shadow objective and never alerts$/);
  });

  test("of a calendar period names it", () => {
    const month = { kind: "calendar", unit: "month", zone: "UTC", fiscalYearStart: 1 } as const;
    const rules = resolveRules("google", { periodMs: 30 * DAY_MS, sliceMs: SLICE_MS });
    expect(say(SIX, { window: month, rules })).toContain("against 6x, which is 5 % of the month's budget");
  });

  test("of a calendar period whose budget lasts to its end says when it begins anew, on its own calendar", () => {
    const window = { kind: "calendar", unit: "month", zone: "Europe/Berlin", fiscalYearStart: 1 } as const;
    const slo = makeSlo({ window });
    const evaluation = evaluate(slo, given({ ...CALM, [30 * DAY_MS]: 0.5 }), FRESH);
    const { atMs, period } = evaluation;
    const lasting = (durationMs: number) =>
      explain({ ...evaluation, exhaustion: { kind: "in", durationMs, burnRate: 0.8, windowMs: 3 * DAY_MS } }, slo).text;
    expect(new Date(period.toMs).toISOString()).toBe("2026-11-30T23:00:00.000Z");
    expect(lasting(period.toMs - atMs)).toMatch(
      / is left, lasts until it begins anew on 2026-12-01 at the 0\.8x of the last 3 d$/,
    );
    expect(lasting(period.toMs - atMs - 1)).toMatch(/ is left, gone in 10 d .* at the 0\.8x of the last 3 d$/);
  });

  test("survives an objective whose rule is gone", () => {
    const slo = makeSlo();
    const evaluation = evaluate(slo, given(SIX), FRESH);
    expect(explain({ ...evaluation, rules: [] }, slo).text).toContain(
      "pages: a rule fires that the objective no longer has; 41 % is left",
    );
  });

  test("carries its figures", () => {
    const slo = makeSlo();
    const evaluation = evaluate(slo, given(SIX), FRESH);
    expect(explain(evaluation, slo, { suppressedBy: "db" }).data).toEqual({
      sloId: "payments-availability",
      verdict: { kind: "firing", tier: "page", ruleId: "page-6h" },
      rule: evaluation.rules[1],
      suppressedBy: "db",
      sliRatio: 0.99941,
      target: 0.999,
      remainingRatio: evaluation.budget.remainingRatio,
      exhaustion: evaluation.exhaustion,
    });
    expect(Object.keys(explain(evaluate(slo, given(CALM), FRESH), slo).data)).toEqual([
      "sloId",
      "verdict",
      "sliRatio",
      "target",
      "remainingRatio",
      "exhaustion",
    ]);
  });
});

describe("figures", () => {
  test("burn rates are short, factors exact", () => {
    expect([undefined, 0, 0.314, 0.999, 1, 6.24, 99.94, 100, 138.4].map(formatBurn)).toEqual([
      "nothing",
      "0x",
      "0.31x",
      "1x",
      "1x",
      "6.2x",
      "99.9x",
      "100x",
      "138x",
    ]);
    expect([14.4, 13.44, 0.93333333, 6].map(formatFactor)).toEqual(["14.4x", "13.44x", "0.9333x", "6x"]);
  });

  test("shares keep what matters of small ones", () => {
    expect([0.41, 0.1, 0.0995, 0.025, 0.01, 0.00021, -0.5, -0.012, 0].map(formatShare)).toEqual([
      "41 %",
      "10 %",
      "10 %",
      "2.5 %",
      "1 %",
      "0.02 %",
      "-50 %",
      "-1.2 %",
      "0 %",
    ]);
  });

  test("ratios are cut, so that 100 % means that nothing was bad", () => {
    expect([0.999, 0.99999, 0.999999999, 1, 0.29].map(formatRatio)).toEqual([
      "99.9 %",
      "99.999 %",
      "99.9999 %",
      "100 %",
      "29 %",
    ]);
  });

  test("periods have names", () => {
    const rolling = (lengthMs: number) => ({ kind: "rolling", lengthMs }) as const;
    expect(
      [DAY_MS, 7 * DAY_MS, 36 * HOUR_MS].map((lengthMs) => [
        formatPeriod(rolling(lengthMs)),
        formatPeriodBudget(rolling(lengthMs)),
      ]),
    ).toEqual([
      ["1 day", "1 day's budget"],
      ["7 days", "7 days' budget"],
      ["1 d 12 h", "1 d 12 h's budget"],
    ]);
  });
});

test.each([
  [1, "100 % is left", "100 %"],
  [0.412, "41 % is left", "41 %"],
  [0, "0 % is left", "0 %"],
  [-1e-12, "overspent by under 0.01 %", "overspent by under 0.01 %"],
  [-0.000_099, "overspent by under 0.01 %", "overspent by under 0.01 %"],
  [-0.0001, "overspent by 0.01 %", "overspent by 0.01 %"],
  [-0.25, "overspent by 25 %", "overspent by 25 %"],
  [-1.99, "overspent by 199 %", "overspent by 199 %"],
  [-2, "overspent 2 times", "overspent 2 times"],
  [-74.63, "overspent 74.6 times", "overspent 74.6 times"],
  [-99.96, "overspent 100 times", "overspent 100 times"],
  [-1240.4, "overspent 1240 times", "overspent 1240 times"],
])("a budget of %d is said as %s", (ratio, words, figure) => {
  expect(formatRemaining(ratio)).toBe(words);
  expect(formatBudgetLeft(ratio)).toBe(figure);
});
