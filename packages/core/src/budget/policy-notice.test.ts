import { describe, expect, test } from "vitest";
import { evaluate } from "../evaluation/evaluate.js";
import { makeSlo, NOW_MS, readerByLength, SLICE_MS, DAY_MS } from "../evaluation/evaluation.fixture.js";
import type { Slo } from "../slo/slo.js";
import { DEFAULT_BUDGET_POLICY } from "./default-budget-policy.js";
import type { BudgetRule } from "./budget-policy.js";
import { decidePolicyNotices, notifyingRules } from "./policy-notice.js";

const QUARTER: BudgetRule = { name: "alert at 25 % burned", atConsumedRatio: 0.25, effect: "notify" };
const HALF: BudgetRule = { name: "alert at 50 % burned", atConsumedRatio: 0.5, effect: "notify" };
const HALT: BudgetRule = { name: "halt", atConsumedRatio: 0.1, effect: "halt" };
const sloWith = (rules: readonly BudgetRule[], different: Partial<Slo> = {}) =>
  makeSlo({ policy: { ...DEFAULT_BUDGET_POLICY, rules }, rules: [], ...different });

/** What is said of an SLO of which so many of a thousand bad events that are allowed happened. */
function said(bad: number, held: readonly string[], options: { readonly slo?: Slo; readonly lateMs?: number } = {}) {
  const { lateMs = 0, slo = sloWith([QUARTER, HALF, HALT]) } = options;
  const read = readerByLength({ [30 * DAY_MS]: { bad, total: 1_000_000 } });
  const evaluation = evaluate(slo, read, { nowMs: NOW_MS, sliceMs: SLICE_MS, watermarkMs: NOW_MS - lateMs });
  return decidePolicyNotices(slo, evaluation, new Set(held));
}
const told = (...given: Parameters<typeof said>) => said(...given).map(({ type, data }) => [type, data.rule]);

describe("a rule of a budget policy that is to be told of", () => {
  test("begins once its share is burned", () => {
    expect(told(249, [])).toEqual([]);
    expect(told(250, [])).toEqual([["budget-rule.began", QUARTER.name]]);
    expect(told(500, [QUARTER.name])).toEqual([["budget-rule.began", HALF.name]]);
    expect(told(500, [])).toHaveLength(2);
    expect(told(900, [QUARTER.name, HALF.name])).toEqual([]);
  });

  test("ends a little below, so that a budget that hovers about it is told of once", () => {
    expect(told(238, [QUARTER.name])).toEqual([]);
    expect(told(237, [QUARTER.name])).toEqual([["budget-rule.ended", QUARTER.name]]);
    expect(told(240, [QUARTER.name, HALF.name])).toEqual([["budget-rule.ended", HALF.name]]);
  });

  test("says what is burned, and what is left", () => {
    expect(said(250, [])[0]).toEqual({
      type: "budget-rule.began",
      data: {
        sloId: "payments-availability",
        service: "payments",
        rule: "alert at 25 % burned",
        consumedRatio: 0.25,
        atMs: NOW_MS,
        explanation:
          'payments-availability: "alert at 25 % burned" holds: 25 % of 30 days\' budget is burned, 75 % is left',
      },
    });
    expect(said(100, [QUARTER.name])[0]?.data.explanation).toBe(
      'payments-availability: "alert at 25 % burned" no longer holds: 10 % of 30 days\' budget is burned, 90 % is left',
    );
  });

  test("neither begins nor ends while data are missing", () => {
    const late = { lateMs: 4 * SLICE_MS };
    expect(told(900, [], late)).toEqual([]);
    expect(told(0, [QUARTER.name], late)).toEqual([]);
  });

  test("ends when the policy no longer has it, data or not", () => {
    expect(said(900, ["gone"], { slo: sloWith([]), lateMs: 4 * SLICE_MS })).toMatchObject([
      {
        type: "budget-rule.ended",
        data: { rule: "gone", explanation: 'payments-availability: its policy no longer has the rule "gone"' },
      },
    ]);
  });

  test("is no rule that halts, and none of a shadow objective", () => {
    expect([...notifyingRules(sloWith([QUARTER, HALT])).keys()]).toEqual([QUARTER.name]);
    expect(notifyingRules(sloWith([QUARTER], { mode: "shadow" })).size).toBe(0);
    expect(told(900, [QUARTER.name], { slo: sloWith([QUARTER], { mode: "shadow" }) })).toEqual([
      ["budget-rule.ended", QUARTER.name],
    ]);
  });
});
