import { describe, expect, test } from "vitest";
import { counterIncrease, type CounterPast } from "./counter-increase.js";

const SINCE = 100;
const past = (value: number, atMs = 150): CounterPast => ({ kind: "reading", reading: { atMs, value } });
const now = (value: number, createdMs?: number) =>
  createdMs === undefined ? { atMs: 200, value } : { atMs: 200, value, createdMs };
const counted = (increase: number, because: string) => ({ kind: "counted", increase, because });
const uncounted = (because: string) => ({ kind: "uncounted", because });

describe("a counter's increase", () => {
  test("is the difference, zero too", () => {
    expect(counterIncrease(past(7), now(10), SINCE)).toEqual(counted(3, "grew"));
    expect(counterIncrease(past(7), now(7), SINCE)).toEqual(counted(0, "grew"));
  });

  test("counts from zero after a reset, told by a lower value or by a new beginning", () => {
    expect(counterIncrease(past(7), now(2), SINCE)).toEqual(counted(2, "reset"));
    expect(counterIncrease(past(7), now(9, 180), SINCE)).toEqual(counted(9, "reset"));
    expect(counterIncrease(past(7), now(9, 200), SINCE)).toEqual(counted(9, "reset"));
    expect(counterIncrease(past(7), now(9, 150), SINCE)).toEqual(counted(2, "grew"));
    expect(counterIncrease(past(7), now(9, 201), SINCE)).toEqual(counted(2, "grew"));
  });

  test("of a first value counts in full when the series is known to have begun inside the interval", () => {
    expect(counterIncrease({ kind: "unknown" }, now(9, 100), SINCE)).toEqual(counted(9, "started"));
    expect(counterIncrease({ kind: "unknown" }, now(9, 200), SINCE)).toEqual(counted(9, "started"));
    expect(counterIncrease({ kind: "absent", atMs: 100 }, now(9), SINCE)).toEqual(counted(9, "started"));
    expect(counterIncrease({ kind: "absent", atMs: 199 }, now(9, 5), SINCE)).toEqual(counted(9, "started"));
  });

  test("of a first value without proof is not counted, and that is said", () => {
    for (const [before, created] of [
      [{ kind: "unknown" }, undefined],
      [{ kind: "unknown" }, 99],
      [{ kind: "unknown" }, 201],
      [{ kind: "absent", atMs: 99 }, undefined],
      [{ kind: "absent", atMs: 200 }, undefined],
    ] as const) {
      expect(counterIncrease(before, now(9, created), SINCE)).toEqual(uncounted("first-reading"));
    }
  });

  test("of what is no count, or not later, is none", () => {
    for (const value of [-1, Number.NaN, Infinity])
      expect(counterIncrease(past(7), now(value), SINCE)).toEqual(uncounted("not-a-count"));
    expect(counterIncrease(past(7, 200), now(9), SINCE)).toEqual(uncounted("out-of-order"));
    expect(counterIncrease(past(7, 199), now(9), SINCE)).toEqual(counted(2, "grew"));
    expect(counterIncrease({ kind: "absent", atMs: 150 }, now(0), SINCE)).toEqual(counted(0, "started"));
  });
});
