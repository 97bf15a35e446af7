import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLedger } from "./ledger.js";
import { DEFAULT_SLICE_MS, EDGE_SHARE, assertTiers, planTiers, rowsOf } from "./tier.js";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const BYTES_PER_ROW = 8 + 8 + 4;

describe("planTiers", () => {
  it("plans a month of 15 s slices in at most 40 KB per SLO", () => {
    const tiers = planTiers({ sliceMs: DEFAULT_SLICE_MS, longestWindowMs: 30 * DAY_MS });
    expect(tiers).toEqual([
      { cellMs: 15_000, cells: 309 },
      { cellMs: MINUTE_MS, cells: 366 },
      { cellMs: 5 * MINUTE_MS, cells: 218 },
      { cellMs: 15 * MINUTE_MS, cells: 290 },
      { cellMs: HOUR_MS, cells: 722 },
    ]);
    expect(rowsOf(tiers) * BYTES_PER_ROW).toBeLessThanOrEqual(40_000);
  });

  it("keeps hours through the longest calendar month, so that months that start on the hour are exact", () => {
    const tiers = planTiers({ sliceMs: DEFAULT_SLICE_MS, longestWindowMs: 31 * DAY_MS + HOUR_MS });
    expect(tiers.at(-1)?.cellMs).toBe(HOUR_MS);
    expect(rowsOf(tiers) * BYTES_PER_ROW).toBeLessThanOrEqual(40_000);
  });

  it("adds cells of 6 h for a quarter and of a day for a year", () => {
    const cells = (days: number): number | undefined =>
      planTiers({ sliceMs: DEFAULT_SLICE_MS, longestWindowMs: days * DAY_MS }).at(-1)?.cellMs;
    expect(cells(92)).toBe(6 * HOUR_MS);
    expect(cells(366)).toBe(DAY_MS);
  });

  it("holds days beyond the longest window, as far as is asked for, for little", () => {
    const month = { sliceMs: DEFAULT_SLICE_MS, longestWindowMs: 30 * DAY_MS };
    const alone = planTiers(month);
    expect(planTiers({ ...month, reachMs: 30 * DAY_MS })).toEqual(alone);
    expect(planTiers({ ...month, reachMs: 60 * DAY_MS })).toEqual([...alone, { cellMs: DAY_MS, cells: 63 }]);
    expect(rowsOf(planTiers({ ...month, reachMs: 61 * DAY_MS })) * BYTES_PER_ROW).toBeLessThanOrEqual(40_000);
    const nowMs = Date.UTC(2026, 10, 21, 23, 59);
    const tiers = planTiers({ sliceMs: DEFAULT_SLICE_MS, longestWindowMs: HOUR_MS, reachMs: HOUR_MS + 1 });
    expect(tiers).toEqual([
      { cellMs: 15_000, cells: 261 },
      { cellMs: DAY_MS, cells: 3 },
    ]);
    expect(createLedger({ tiers, nowMs }).oldestMs).toBeLessThanOrEqual(nowMs - HOUR_MS - 1);
  });

  it("makes its days more where it ends with days anyway", () => {
    const tiers = planTiers({ sliceMs: DEFAULT_SLICE_MS, longestWindowMs: 366 * DAY_MS, reachMs: 400 * DAY_MS });
    expect(tiers.at(-1)).toEqual({ cellMs: DAY_MS, cells: 402 });
    expect(tiers.at(-2)?.cellMs).toBe(6 * HOUR_MS);
  });

  it("keeps slices alone when no window is long enough to need more", () => {
    expect(planTiers({ sliceMs: 1_000, longestWindowMs: MINUTE_MS, lagMs: 0 })).toEqual([{ cellMs: 1_000, cells: 61 }]);
  });

  it("leaves out the steps that the slice does not divide", () => {
    const tiers = planTiers({ sliceMs: 20_000, longestWindowMs: DAY_MS });
    expect(tiers.map(({ cellMs }) => cellMs)).toEqual([20_000, MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS]);
  });

  it("never lets a window's start land in a cell longer than 1/72 of the window", () => {
    const slices = fc.constantFrom(1_000, 10_000, 15_000, 20_000, 30_000, 60_000, 300_000, HOUR_MS);
    const days = fc.constantFrom(1 / 24, 1, 3, 7, 30, 31, 92, 366);
    fc.assert(
      fc.property(
        fc.record({
          sliceMs: slices,
          longestDays: days,
          share: fc.double({ min: 0, max: 1, noNaN: true }),
          lagMs: fc.integer({ min: 0, max: 5 * MINUTE_MS }),
          nowMs: fc.integer({ min: -(2 ** 41), max: 2 ** 41 }),
        }),
        ({ sliceMs, longestDays, share, lagMs, nowMs }) => {
          const longestWindowMs = longestDays * DAY_MS;
          const ledger = createLedger({ tiers: planTiers({ sliceMs, longestWindowMs }), nowMs });
          const windowMs = Math.max(1, Math.round(longestWindowMs * share));
          const toMs = ledger.headMs - lagMs;
          const { fromMs, edges } = ledger.intervalFor(toMs - windowMs, toMs);
          const longestCellMs = Math.max(sliceMs, windowMs / EDGE_SHARE);
          expect(fromMs).toBeLessThanOrEqual(toMs - windowMs);
          for (const edge of edges) expect(edge.toMs - edge.fromMs).toBeLessThanOrEqual(longestCellMs);
        },
      ),
    );
  });

  it.each([
    { sliceMs: 0, longestWindowMs: DAY_MS },
    { sliceMs: 1_500, longestWindowMs: DAY_MS },
    { sliceMs: 7_000, longestWindowMs: DAY_MS },
    { sliceMs: 2 * HOUR_MS, longestWindowMs: DAY_MS },
    { sliceMs: Number.NaN, longestWindowMs: DAY_MS },
    { sliceMs: 15_000, longestWindowMs: 14_999 },
    { sliceMs: 15_000, longestWindowMs: Infinity },
    { sliceMs: 15_000, longestWindowMs: DAY_MS, lagMs: -1 },
    { sliceMs: 15_000, longestWindowMs: DAY_MS, lagMs: 0.5 },
  ])("refuses $sliceMs ms slices with a window of $longestWindowMs ms and a lag of $lagMs", (request) => {
    expect(() => planTiers(request)).toThrow(RangeError);
  });
});

describe("assertTiers", () => {
  it.each([
    ["no tier", [], "tiers is empty"],
    ["a cell of no length", [{ cellMs: 0, cells: 4 }], "tiers[0]"],
    ["half a millisecond", [{ cellMs: 0.5, cells: 4 }], "tiers[0]"],
    ["no cells", [{ cellMs: 1, cells: 0 }], "tiers[0]"],
    ["a fraction of a cell", [{ cellMs: 1, cells: 1.5 }], "tiers[0]"],
    [
      "a cell that does not nest",
      [
        { cellMs: 2, cells: 4 },
        { cellMs: 5, cells: 4 },
      ],
      "multiple of the finer 2",
    ],
    [
      "a cell as long as the one before",
      [
        { cellMs: 2, cells: 4 },
        { cellMs: 2, cells: 9 },
      ],
      "multiple of the finer 2",
    ],
    [
      "a tier that reaches less far",
      [
        { cellMs: 1, cells: 9 },
        { cellMs: 4, cells: 2 },
      ],
      "reaches less far back",
    ],
  ])("refuses %s", (_, tiers, words) => {
    expect(() => assertTiers(tiers)).toThrow(words);
  });

  it("takes tiers that nest", () => {
    expect(() =>
      assertTiers([
        { cellMs: 1, cells: 9 },
        { cellMs: 4, cells: 3 },
      ]),
    ).not.toThrow();
  });
});
