import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { BurnRateRule } from "../burn-rate/burn-rate-rule.js";
import { createLedger, planTiers, type Ledger } from "../ledger/index.js";
import type { Slo } from "../slo/slo.js";
import { evaluateWithCode } from "./evaluate.js";
import { DAY_MS, HOUR_MS, makeSlo, MINUTE_MS, NOW_MS } from "./evaluation.fixture.js";
import { createFleetEvaluator, VERDICT_UNSEEN, type FleetInputs } from "./fleet-evaluator.js";
import { FLEET_BLOCK } from "./fleet-plan.js";
import {
  unpackVerdict,
  verdictKind,
  VERDICT_FIRING,
  VERDICT_FROZEN,
  VERDICT_HEALTHY,
  VERDICT_NO_DATA,
} from "./judgement.js";
import { columnReader } from "./window-reader.js";

const SLICE = MINUTE_MS;
const RULES: readonly BurnRateRule[] = [
  { id: "ticket", tier: "ticket", longMs: HOUR_MS, shortMs: 5 * SLICE, factor: 1, budgetShare: 0.1, comparison: ">=" },
  { id: "page", tier: "page", longMs: 10 * SLICE, shortMs: 2 * SLICE, factor: 3, budgetShare: 0.1, comparison: ">" },
];
const MONTH = { kind: "calendar", unit: "month", zone: "Europe/Berlin", fiscalYearStart: 1 } as const;

function emptyLedger(): Ledger {
  return createLedger({
    tiers: planTiers({ sliceMs: SLICE, longestWindowMs: 32 * DAY_MS }),
    nowMs: NOW_MS - 3 * HOUR_MS,
  });
}

const inputsFor = (ledger: Ledger, part: Partial<FleetInputs> = {}): FleetInputs => ({
  nowMs: ledger.headMs,
  watermarkMs: new Float64Array(ledger.columns).fill(ledger.headMs),
  failed: new Uint8Array(ledger.columns),
  ...part,
});

describe("a fleet", () => {
  const slo = fc.record({
    target: fc.constantFrom(0.5, 0.9, 0.99),
    gapIs: fc.constantFrom("gap" as const, "bad" as const),
    window: fc.constantFrom<Slo["window"]>(
      { kind: "rolling", lengthMs: 2 * HOUR_MS },
      { kind: "rolling", lengthMs: HOUR_MS },
      MONTH,
    ),
    rules: fc.constantFrom(RULES, RULES.slice(0, 1), RULES.toReversed(), []),
    minBadEvents: fc.integer({ min: 0, max: 20 }),
    bornSlices: fc.integer({ min: 0, max: 180 }),
    lag: fc.constantFrom(0, 1, 3, 4, 14, 15, 16, 40, Number.NaN),
    sampleEverySlices: fc.constantFrom(undefined, undefined, 0.5, 5, 13),
    failed: fc.constantFrom(0, 0, 0, 1),
    errorRatio: fc.constantFrom(0, 0.005, 0.02, 0.4, 1),
    gapEvery: fc.constantFrom(0, 0, 3, 20, 1),
    total: fc.constantFrom(0, 1, 20, 500),
  });

  test("says of every SLO what evaluating it alone says", () => {
    const kinds = new Set<number>();
    fc.assert(
      fc.property(fc.array(slo, { minLength: 1, maxLength: 12 }), (given) => {
        const ledger = emptyLedger();
        const slos = given.map(({ target, gapIs, window, rules, minBadEvents, sampleEverySlices: every }, index) =>
          makeSlo({
            id: `slo-${index}`,
            target,
            gapIs,
            window,
            rules,
            minBadEvents,
            ...(every === undefined ? {} : { sampleEveryMs: every * SLICE }),
          }),
        );
        slos.forEach(({ id }, index) => ledger.addColumn(id, NOW_MS - (given[index]?.bornSlices ?? 0) * SLICE));
        ledger.advanceTo(NOW_MS);
        given.forEach(({ errorRatio, gapEvery, total, bornSlices }, column) => {
          for (let slice = 1; slice <= bornSlices; slice += 1) {
            if (gapEvery > 0 && slice % gapEvery === 0) continue;
            ledger.record(column, NOW_MS - slice * SLICE, { bad: Math.round(total * errorRatio), total });
          }
        });
        const inputs = inputsFor(ledger, {
          nowMs: NOW_MS + 30_000,
          watermarkMs: Float64Array.from(given, ({ lag }) => NOW_MS + 30_000 - lag * SLICE),
          failed: Uint8Array.from(given, ({ failed }) => failed),
        });
        const fleet = createFleetEvaluator(
          ledger,
          slos.map((one, column) => ({ slo: one, column })),
        );
        expect([...fleet.evaluate(inputs)].sort((a, b) => a - b)).toEqual(slos.map((_, column) => column));
        const failure = { source: "s", code: "c", message: "m" };
        slos.forEach((one, column) => {
          const watermarkMs = inputs.watermarkMs[column] ?? Number.NaN;
          const alone = evaluateWithCode(one, columnReader(ledger, column), {
            nowMs: inputs.nowMs,
            sliceMs: SLICE,
            watermarkMs: Number.isNaN(watermarkMs) ? undefined : watermarkMs,
            ...(inputs.failed[column] === 1 ? { failure } : { trouble: failure }),
          });
          expect(unpackVerdict(fleet.codes[column] ?? -1)).toEqual(unpackVerdict(alone.code));
          expect(fleet.remainingRatio[column]).toBe(alone.evaluation.budget.remainingRatio);
          expect(fleet.evaluationOf(column, inputs, failure)).toEqual(alone.evaluation);
          kinds.add(verdictKind(fleet.codes[column] ?? -1));
        });
        expect([...fleet.evaluate(inputs)]).toEqual([]);
      }),
      { numRuns: 150 },
    );
    expect(kinds).toEqual(new Set([VERDICT_HEALTHY, VERDICT_FROZEN, VERDICT_NO_DATA, VERDICT_FIRING]));
  });

  test("names what changed, over many blocks and with columns that hold nothing", () => {
    const ledger = emptyLedger();
    const count = 2 * FLEET_BLOCK + 3;
    for (let column = 0; column < count; column += 1) ledger.addColumn(`slo-${column}`, NOW_MS);
    const columns = [FLEET_BLOCK + 1, 0, 7, FLEET_BLOCK, 2 * FLEET_BLOCK + 2];
    const members = columns.map((column) => ({
      column,
      slo: makeSlo({ id: `slo-${column}`, target: 0.9, rules: RULES }),
    }));
    const fleet = createFleetEvaluator(ledger, members);
    expect([...fleet.codes].every((code) => code === VERDICT_UNSEEN)).toBe(true);
    expect([...fleet.remainingRatio].every(Number.isNaN)).toBe(true);
    ledger.advanceTo(NOW_MS + 20 * SLICE);
    const fill = (bad: number, only?: number) => {
      for (const column of columns) {
        if (only !== undefined && column !== only) continue;
        for (let slice = 1; slice <= 20; slice += 1)
          ledger.record(column, NOW_MS + (20 - slice) * SLICE, { bad, total: 100, slices: only === undefined ? 1 : 0 });
      }
    };
    fill(0);
    expect([...fleet.evaluate(inputsFor(ledger))].sort((a, b) => a - b)).toEqual([
      0,
      7,
      FLEET_BLOCK,
      FLEET_BLOCK + 1,
      2 * FLEET_BLOCK + 2,
    ]);
    expect([...fleet.evaluate(inputsFor(ledger))]).toEqual([]);
    fill(90, FLEET_BLOCK);
    expect([...fleet.evaluate(inputsFor(ledger))]).toEqual([FLEET_BLOCK]);
    expect(unpackVerdict(fleet.codes[FLEET_BLOCK] ?? 0)).toMatchObject({
      kind: VERDICT_FIRING,
      pages: true,
      ruleIndex: 1,
    });
    expect(fleet.remainingRatio[FLEET_BLOCK]).toBeCloseTo(1 - 0.45 / 0.1, 9);
    expect(fleet.remainingRatio[7]).toBe(1);
    expect(fleet.codes[3]).toBe(VERDICT_UNSEEN);
  });

  test("says who is asked for an SLO that it does not hold", () => {
    const fleet = createFleetEvaluator(emptyLedger(), []);
    expect([...fleet.evaluate(inputsFor(emptyLedger()))]).toEqual([]);
    expect(() => fleet.evaluationOf(4, inputsFor(emptyLedger()))).toThrow(
      new RangeError("column 4 holds none of the SLOs that are evaluated"),
    );
  });

  test("a column beyond the watermarks given was never answered", () => {
    const ledger = emptyLedger();
    ledger.addColumn("slo", NOW_MS - 3 * HOUR_MS);
    ledger.advanceTo(NOW_MS);
    const fleet = createFleetEvaluator(ledger, [
      { column: 0, slo: makeSlo({ rules: RULES, window: { kind: "rolling", lengthMs: HOUR_MS } }) },
    ]);
    const inputs = inputsFor(ledger, { watermarkMs: new Float64Array(0) });
    fleet.evaluate(inputs);
    expect(unpackVerdict(fleet.codes[0] ?? 0)).toMatchObject({ kind: VERDICT_NO_DATA, dataLoss: true });
    expect(fleet.evaluationOf(0, inputs)).toMatchObject({ verdict: { kind: "no-data" }, dataLoss: true });
  });

  test("a failed source without a name is a failed source", () => {
    const ledger = emptyLedger();
    ledger.addColumn("slo", NOW_MS - 3 * HOUR_MS);
    ledger.advanceTo(NOW_MS);
    for (let slice = 1; slice <= 180; slice += 1) ledger.record(0, NOW_MS - slice * SLICE, { bad: 0, total: 1 });
    const member = { column: 0, slo: makeSlo({ rules: RULES, window: { kind: "rolling", lengthMs: HOUR_MS } }) };
    const inputs = inputsFor(ledger, { failed: Uint8Array.of(1) });
    expect(createFleetEvaluator(ledger, [member]).evaluationOf(0, inputs).verdict).toEqual({
      kind: "frozen",
      reasons: [{ kind: "source", source: "unnamed", code: "failed", message: "the source failed" }],
    });
  });
});
