import { DateTime } from "luxon";
import { describe, expect, it } from "vitest";
import { createLedger, createWindowSums, type Ledger } from "./ledger.js";
import { planTiers } from "./tier.js";

const SLICE_MS = 15_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MONTH_TIERS = planTiers({ sliceMs: SLICE_MS, longestWindowMs: 30 * DAY_MS });
// 10 slices of 1 s, 6 cells of 4 s, 5 cells of 12 s.
const SMALL_TIERS = [
  { cellMs: 1_000, cells: 10 },
  { cellMs: 4_000, cells: 7 },
  { cellMs: 12_000, cells: 5 },
];

function smallLedger(nowMs = 120_000): { ledger: Ledger; column: number } {
  const ledger = createLedger({ tiers: SMALL_TIERS, nowMs });
  return { ledger, column: ledger.addColumn("payments", 0) };
}

describe("recording", () => {
  it("takes the newest slice, the past within its rings, and nothing else", () => {
    const { ledger, column } = smallLedger(120_500);
    const sample = { bad: 1, total: 2 };
    expect(ledger.headMs).toBe(120_000);
    expect(ledger.oldestMs).toBe(60_000);
    expect(ledger.record(column, 119_000, sample)).toBe("recorded");
    expect(ledger.record(column, 118_000, sample)).toBe("late");
    expect(ledger.record(column, 60_000, sample)).toBe("late");
    expect(ledger.record(column, 59_000, sample)).toBe("too-late");
    expect(ledger.record(column, 120_000, sample)).toBe("future");
    expect(ledger.sum(column, 60_000, 130_000)).toMatchObject({ bad: 3, total: 6, measured: 3, toMs: 120_000 });
  });

  it("lets the head pass before a slice is taken, and never moves it back", () => {
    const { ledger, column } = smallLedger();
    expect(ledger.record(column, 120_000, { bad: 0, total: 1 })).toBe("future");
    ledger.advanceTo(121_999);
    expect(ledger.record(column, 120_000, { bad: 0, total: 1 })).toBe("recorded");
    const { revision } = ledger;
    ledger.advanceTo(100_000);
    expect(ledger.headMs).toBe(121_000);
    expect(ledger.revision).toBe(revision);
  });

  it("lands a sample's events in its last slice and its coverage in every slice it spans", () => {
    const { ledger, column } = smallLedger();
    expect(ledger.record(column, 119_000, { bad: 3, total: 9, slices: 4 })).toBe("recorded");
    expect(ledger.sum(column, 115_000, 120_000)).toMatchObject({ bad: 3, total: 9, measured: 4 });
    expect(ledger.sum(column, 116_000, 119_000)).toMatchObject({ bad: 0, total: 0, measured: 3 });
    expect(ledger.sum(column, 119_000, 120_000)).toMatchObject({ bad: 3, total: 9, measured: 1 });
  });

  it("takes events back, and coverage with them, as a correction that drops slices does", () => {
    const { ledger, column } = smallLedger();
    ledger.record(column, 112_000, { bad: 5, total: 9, slices: 3 });
    expect(ledger.record(column, 112_000, { bad: -5, total: -9, slices: -3 })).toBe("late");
    expect(ledger.sum(column, 100_000, 120_000)).toMatchObject({ bad: 0, total: 0, measured: 0 });
  });

  it("adds events without coverage when a sample says that it measured no further slice", () => {
    const { ledger, column } = smallLedger();
    ledger.record(column, 119_000, { bad: 1, total: 1 });
    ledger.record(column, 119_000, { bad: -1, total: 0, slices: 0 });
    expect(ledger.sum(column, 119_000, 120_000)).toMatchObject({ bad: 0, total: 1, measured: 1 });
  });

  it("takes one slice of all columns at once, late or not, and leaves gaps where nothing was measured", () => {
    const { ledger } = smallLedger();
    const second = ledger.addColumn("search", 0);
    const counts = { bad: Float64Array.of(1, 0), total: Float64Array.of(4, 0), measured: Uint8Array.of(1, 0) };
    expect(ledger.recordSlice(119_000, counts)).toBe("recorded");
    expect(ledger.recordSlice(110_000, counts)).toBe("late");
    expect(ledger.recordSlice(120_000, counts)).toBe("future");
    expect(ledger.recordSlice(59_000, counts)).toBe("too-late");
    expect(ledger.sum(0, 110_000, 120_000)).toMatchObject({ bad: 2, total: 8, measured: 2 });
    expect(ledger.sum(second, 110_000, 120_000)).toMatchObject({ bad: 0, total: 0, measured: 0, expected: 10 });
  });

  it("keeps a month of events whole across a pause of weeks", () => {
    const ledger = createLedger({ tiers: MONTH_TIERS, nowMs: DAY_MS });
    const column = ledger.addColumn("payments", 0);
    ledger.record(column, DAY_MS - SLICE_MS, { bad: 7, total: 11 });
    ledger.advanceTo(DAY_MS + 29 * DAY_MS);
    expect(ledger.sum(column, 0, 30 * DAY_MS)).toMatchObject({ bad: 7, total: 11, measured: 1 });
    ledger.advanceTo(400 * DAY_MS);
    expect(ledger.sum(column, 370 * DAY_MS, 400 * DAY_MS)).toMatchObject({ bad: 0, total: 0, measured: 0 });
  });
});

describe("windows", () => {
  it("states a coarse start: the interval summed, and the events by which it may exceed the true one", () => {
    const { ledger, column } = smallLedger();
    ledger.record(column, 96_000, { bad: 2, total: 20 });
    ledger.record(column, 100_000, { bad: 1, total: 10 });
    // 97 s is past the 10 slices held: it lies in the cell of 4 s that starts at 96 s.
    expect(ledger.sum(column, 97_000, 120_000)).toMatchObject({
      fromMs: 96_000,
      toMs: 120_000,
      edges: [{ fromMs: 96_000, toMs: 100_000 }],
      bad: 3,
      edge: { bad: 2, total: 20 },
    });
  });

  it("has no edge where a window starts and ends on boundaries, or on slices that are still held", () => {
    const { ledger } = smallLedger();
    expect(ledger.intervalFor(96_000, 119_000)).toEqual({ fromMs: 96_000, toMs: 119_000, edges: [] });
    expect(ledger.intervalFor(111_000, 120_000).edges).toEqual([]);
  });

  it("states a coarse end in the past as well, and one edge for both when they share a cell", () => {
    const { ledger } = smallLedger();
    expect(ledger.intervalFor(61_000, 97_000)).toEqual({
      fromMs: 60_000,
      toMs: 100_000,
      edges: [
        { fromMs: 60_000, toMs: 72_000 },
        { fromMs: 96_000, toMs: 100_000 },
      ],
    });
    expect(ledger.intervalFor(61_000, 63_000)).toEqual({
      fromMs: 60_000,
      toMs: 72_000,
      edges: [{ fromMs: 60_000, toMs: 72_000 }],
    });
    expect(ledger.intervalFor(60_000, 63_000).edges).toEqual([{ fromMs: 60_000, toMs: 72_000 }]);
  });

  it("cuts a start's cell where the window ends before the cell does", () => {
    const { ledger, column } = smallLedger(108_000);
    ledger.record(column, 72_000, { bad: 1, total: 1 });
    ledger.record(column, 81_000, { bad: 10, total: 10 });
    // Cells of 4 s reach back to 80 s, so 73 s lies in the cell of 12 s from 72 s, and 80 s is exact.
    expect(ledger.sum(column, 73_000, 80_000)).toMatchObject({
      fromMs: 72_000,
      toMs: 80_000,
      edges: [{ fromMs: 72_000, toMs: 80_000 }],
      bad: 1,
      edge: { bad: 1, total: 1 },
    });
  });

  it("cuts a cell at the head where finer tiers do not reach back to it", () => {
    const ledger = createLedger({
      tiers: [
        { cellMs: 1_000, cells: 1 },
        { cellMs: 12_000, cells: 5 },
      ],
      nowMs: 125_000,
    });
    const column = ledger.addColumn("payments", 0);
    ledger.record(column, 121_000, { bad: 1, total: 2 });
    expect(ledger.sum(column, 122_000, 123_000)).toEqual({
      fromMs: 120_000,
      toMs: 125_000,
      bad: 1,
      total: 2,
      measured: 1,
      expected: 5,
      edges: [{ fromMs: 120_000, toMs: 125_000 }],
      edge: { bad: 1, total: 2 },
    });
  });

  it("has an edge for each of two neighbouring cells that a window cuts", () => {
    const { ledger } = smallLedger();
    expect(ledger.intervalFor(97_000, 101_000).edges).toEqual([
      { fromMs: 96_000, toMs: 100_000 },
      { fromMs: 100_000, toMs: 104_000 },
    ]);
  });

  it("sums nothing over nothing, and nothing beyond the head", () => {
    const { ledger, column } = smallLedger();
    const nothing = { bad: 0, total: 0, measured: 0, expected: 0, edges: [], edge: { bad: 0, total: 0 } };
    expect(ledger.sum(column, 110_000, 110_000)).toEqual({ ...nothing, fromMs: 110_000, toMs: 110_000 });
    expect(ledger.sum(column, 130_000, 140_000)).toEqual({ ...nothing, fromMs: 130_000, toMs: 130_000 });
  });

  it("ends at the head when asked for now, in the middle of a slice", () => {
    const { ledger, column } = smallLedger();
    expect(ledger.sum(column, 115_000, 120_700)).toMatchObject({ fromMs: 115_000, toMs: 120_000, expected: 5 });
  });

  it.each([
    ["2026-03-29", 23],
    ["2026-10-25", 25],
  ])("sums %s in Berlin as the %i hours that it has", (date, hours) => {
    const from = DateTime.fromISO(date, { zone: "Europe/Berlin" });
    const fromMs = from.toMillis();
    const toMs = from.plus({ days: 1 }).toMillis();
    const ledger = createLedger({ tiers: MONTH_TIERS, nowMs: fromMs - HOUR_MS });
    const column = ledger.addColumn("payments", fromMs - HOUR_MS);
    while (ledger.headMs < toMs + HOUR_MS) {
      ledger.advanceTo(ledger.headMs + SLICE_MS);
      ledger.record(column, ledger.headMs - SLICE_MS, { bad: 1, total: 2 });
    }
    const slices = (hours * HOUR_MS) / SLICE_MS;
    for (const days of [0, 1, 20]) {
      ledger.advanceTo(toMs + HOUR_MS + days * DAY_MS);
      expect(ledger.sum(column, fromMs, toMs)).toEqual({
        fromMs,
        toMs,
        bad: slices,
        total: 2 * slices,
        measured: slices,
        expected: slices,
        edges: [],
        edge: { bad: 0, total: 0 },
      });
    }
  });
});

describe("coverage", () => {
  it("expects slices since a column's birth only, from the first whole one", () => {
    const ledger = createLedger({ tiers: SMALL_TIERS, nowMs: 120_000 });
    const column = ledger.addColumn("payments", 116_400);
    expect(ledger.birthOf(column)).toBe(117_000);
    expect(ledger.expectedSlices(column, 111_000, 120_000)).toBe(3);
    expect(ledger.expectedSlices(column, 118_000, 119_000)).toBe(1);
    expect(ledger.expectedSlices(column, 111_000, 116_000)).toBe(0);
  });

  it("moves a birth back to the first slice that was measured, however it was recorded", () => {
    const ledger = createLedger({ tiers: SMALL_TIERS, nowMs: 120_000 });
    const column = ledger.addColumn("payments", 119_000);
    ledger.record(column, 116_000, { bad: 0, total: 1, slices: 2 });
    expect(ledger.birthOf(column)).toBe(115_000);
    ledger.record(column, 112_000, { bad: 0, total: 1, slices: 0 });
    ledger.record(column, 112_000, { bad: 0, total: -1, slices: -1 });
    ledger.record(column, 59_000, { bad: 0, total: 1 });
    expect(ledger.birthOf(column)).toBe(115_000);
    const gap = { bad: Float64Array.of(0), total: Float64Array.of(0), measured: Uint8Array.of(0) };
    ledger.recordSlice(110_000, gap);
    expect(ledger.birthOf(column)).toBe(115_000);
    ledger.recordSlice(111_000, { ...gap, measured: Uint8Array.of(1) });
    expect(ledger.birthOf(column)).toBe(111_000);
  });

  it("counts for all columns at once, and expects nothing of one that is not in use", () => {
    const { ledger, column } = smallLedger();
    ledger.addColumn("search", 118_000);
    ledger.addColumn("checkout", 0);
    ledger.removeColumn(column);
    const into = new Uint32Array(3);
    expect(ledger.expectedAll(97_000, 120_000, into)).toMatchObject({ fromMs: 96_000 });
    expect([...into]).toEqual([0, 2, 24]);
    ledger.expectedAll(97_000, 120_000, into, { first: 1, count: 1 });
    expect(into[0]).toBe(2);
  });
});

describe("columns", () => {
  it("gives the lowest free column, empty", () => {
    const { ledger } = smallLedger();
    ledger.addColumn("search", 0);
    ledger.addColumn("checkout", 0);
    ledger.record(0, 119_000, { bad: 1, total: 1 });
    ledger.removeColumn(1);
    ledger.removeColumn(0);
    expect(ledger.columnOf("payments")).toBeUndefined();
    expect(ledger.memory.inUse).toBe(1);
    expect(ledger.addColumn("payments", 0)).toBe(0);
    expect(ledger.addColumn("profile", 0)).toBe(1);
    expect(ledger.columnOf("checkout")).toBe(2);
    expect(ledger.keyOf(1)).toBe("profile");
    expect(ledger.sum(0, 60_000, 120_000)).toMatchObject({ bad: 0, total: 0, measured: 0 });
  });

  it("keeps what was recorded while it grows over several blocks", () => {
    const { ledger } = smallLedger();
    for (let column = 1; column < 1_100; column += 1) {
      ledger.addColumn(`slo-${column}`, 0);
      ledger.record(column, 110_000, { bad: column, total: 2 * column });
    }
    const sums = createWindowSums(ledger.columns);
    ledger.sumAll(108_000, 120_000, sums);
    expect([...sums.bad]).toEqual(Array.from({ length: 1_100 }, (_, column) => column));
    expect(ledger.memory.capacity).toBe(512 + 512 + 128);
    expect(ledger.memory.bytes).toBe(ledger.memory.capacity * ledger.memory.bytesPerColumn);
    expect(ledger.memory.bytesPerColumn).toBe((10 + 7 + 5 + 1) * 20);
  });

  it("holds a month of 15 s slices in at most 40 KB per column", () => {
    expect(createLedger({ tiers: MONTH_TIERS, nowMs: 0 }).memory.bytesPerColumn).toBeLessThanOrEqual(40_000);
  });

  it("tells its tiers and slice length", () => {
    const { ledger } = smallLedger();
    expect(ledger.sliceMs).toBe(1_000);
    expect(ledger.tiers).toEqual(SMALL_TIERS);
  });
});

describe("what would spoil the sums throws and changes nothing", () => {
  const counts = (bad: number, total: number, measured = 1) => ({
    bad: Float64Array.of(bad),
    total: Float64Array.of(total),
    measured: Uint8Array.of(measured),
  });

  it.each<[string, (ledger: Ledger) => unknown]>([
    ["bad is not a number", (ledger) => ledger.record(0, 119_000, { bad: NaN, total: 1 })],
    ["total is infinite", (ledger) => ledger.record(0, 119_000, { bad: 0, total: Infinity })],
    ["total passes 2^53", (ledger) => ledger.record(0, 119_000, { bad: 0, total: 2 ** 53 })],
    ["a sample too old is not sane either", (ledger) => ledger.record(0, 59_000, { bad: NaN, total: 1 })],
    ["half a slice was measured", (ledger) => ledger.record(0, 119_000, { bad: 0, total: 1, slices: 0.5 })],
    ["more slices than can be counted", (ledger) => ledger.record(0, 119_000, { bad: 0, total: 1, slices: 2 ** 32 })],
    ["a slice starts between slices", (ledger) => ledger.record(0, 118_500, { bad: 0, total: 1 })],
    ["a slice starts never", (ledger) => ledger.record(0, NaN, { bad: 0, total: 1 })],
    ["a column was never added", (ledger) => ledger.record(7, 119_000, { bad: 0, total: 1 })],
    ["a column is negative", (ledger) => ledger.sum(-1, 110_000, 120_000)],
    ["a key has a column already", (ledger) => ledger.addColumn("payments", 0)],
    ["a birth is no instant", (ledger) => ledger.addColumn("search", NaN)],
    ["a column is removed that is not there", (ledger) => ledger.removeColumn(1)],
    ["a slice's bad is not a number", (ledger) => ledger.recordSlice(119_000, counts(NaN, 1))],
    ["a slice's total is infinite", (ledger) => ledger.recordSlice(119_000, counts(0, -Infinity))],
    ["a slice was measured twice", (ledger) => ledger.recordSlice(119_000, counts(0, 1, 2))],
    [
      "a slice is short of columns",
      (ledger) => ledger.recordSlice(119_000, { ...counts(0, 1), measured: new Uint8Array(0) }),
    ],
    ["a window is reversed", (ledger) => ledger.sum(0, 120_000, 119_000)],
    ["a window starts never", (ledger) => ledger.sum(0, NaN, 119_000)],
    ["a window ends never", (ledger) => ledger.sum(0, 110_000, Infinity)],
    ["a window starts before what is held", (ledger) => ledger.sum(0, 59_999, 120_000)],
    ["a buffer is too short", (ledger) => ledger.sumAll(110_000, 120_000, createWindowSums(0))],
    [
      "a range is fractional",
      (ledger) => ledger.sumAll(110_000, 120_000, createWindowSums(9), { first: 0.5, count: 0 }),
    ],
    [
      "a range has no count",
      (ledger) => ledger.sumAll(110_000, 120_000, createWindowSums(9), { first: 0, count: NaN }),
    ],
    [
      "a range starts before the first",
      (ledger) => ledger.sumAll(110_000, 120_000, createWindowSums(9), { first: -1, count: 1 }),
    ],
    [
      "a range counts backwards",
      (ledger) => ledger.sumAll(110_000, 120_000, createWindowSums(9), { first: 1, count: -1 }),
    ],
    [
      "a range ends after the last",
      (ledger) => ledger.sumAll(110_000, 120_000, createWindowSums(9), { first: 0, count: 2 }),
    ],
    ["the clock is no number", (ledger) => ledger.advanceTo(NaN)],
    ["the clock is infinite", (ledger) => ledger.advanceTo(Infinity)],
  ])("%s", (_, act) => {
    const { ledger, column } = smallLedger();
    ledger.record(column, 119_000, { bad: 1, total: 2 });
    const before = { revision: ledger.revision, sum: ledger.sum(column, 60_000, 120_000) };
    expect(() => act(ledger)).toThrow(RangeError);
    expect({ revision: ledger.revision, sum: ledger.sum(column, 60_000, 120_000) }).toEqual(before);
  });

  it.each([
    { bad: 1, total: 0, measured: 0 },
    { bad: 0, total: 1, measured: 0 },
    { bad: 0, total: 0, measured: 1 },
  ])("a slice holds counts for a column that is not in use", ({ bad, total, measured }) => {
    const { ledger, column } = smallLedger();
    ledger.removeColumn(column);
    expect(() => ledger.recordSlice(119_000, counts(bad, total, measured))).toThrow("column 0 is not in use");
    expect(ledger.recordSlice(119_000, counts(0, 0, 0))).toBe("recorded");
  });

  it("names the column, what was found and what was expected", () => {
    const { ledger } = smallLedger();
    expect(() => ledger.record(0, 119_000, { bad: NaN, total: 1 })).toThrow(
      "bad is NaN for column 0; counts are finite and add up to less than 2^53",
    );
  });
});
