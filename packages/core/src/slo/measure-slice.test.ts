import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SliSample } from "../ports/sli-source.js";
import { combineMembers } from "./combine-members.js";
import { measureSlice } from "./measure-slice.js";
import type { MeasuredSample, SampleMeasurement, SliceEvents } from "./measurement.js";
import type { Sli, SliceCondition } from "./sli.js";

const selector = { source: "s", query: {} };
const EVENTS = { kind: "events", selector } as const;
const PROBE = { kind: "probe", selector } as const;
const LATENCY = { kind: "latency", selector, thresholdMs: 250 } as const;
const slices = (of: SliceCondition["of"], operator: SliceCondition["operator"], limit: number) =>
  ({ kind: "time-slices", selector, goodWhen: { of, operator, limit } }) as const;
const measure = (sli: Exclude<Sli, { kind: "composite" }>, ...measurements: SampleMeasurement[]) =>
  measureSlice(
    sli,
    measurements.map((measurement): MeasuredSample => ({ fromMs: 0, toMs: 1, measurement })),
  );
const counts = (good: number, total: number): SampleMeasurement => ({ kind: "counts", good, total });
const value = (given: number): SampleMeasurement => ({ kind: "value", value: given });
const histogram = (...buckets: [number, number][]): SampleMeasurement => ({
  kind: "histogram",
  buckets: buckets.map(([upperMs, count]) => ({ upperMs, count })),
});

test("the port's samples are the domain's", () => {
  const sample: SliSample = { fromMs: 0, toMs: 1, measurement: { kind: "counts", good: 1, total: 1 } };
  const same: MeasuredSample = sample;
  const back: SliSample = same;
  expect(back).toBe(sample);
});

describe("events and probes", () => {
  test("add up", () => {
    expect(measure(EVENTS, counts(3, 4), counts(5, 5))).toEqual({
      events: { good: 8, total: 9 },
      setAside: [],
      notes: [],
    });
    expect(measure(PROBE, counts(0, 1))).toEqual({ events: { good: 0, total: 1 }, setAside: [], notes: [] });
    expect(measure(EVENTS, counts(0, 0)).events).toEqual({ good: 0, total: 0 });
  });

  test("without a sample are a gap, never a zero", () => {
    expect(measure(EVENTS)).toEqual({ events: undefined, setAside: [], notes: [] });
  });

  test("set aside what is not sane, and count the rest", () => {
    expect(
      measure(
        EVENTS,
        counts(5, 4),
        counts(-1, 4),
        counts(1, -4),
        counts(Number.NaN, 4),
        counts(1, Infinity),
        counts(6, 5),
        counts(1, 2),
      ),
    ).toEqual({
      events: { good: 1, total: 2 },
      setAside: [
        { reason: "good is more than total", count: 2, example: "good 5, total 4" },
        { reason: "a count is negative", count: 2, example: "good -1, total 4" },
        { reason: "a count is not finite", count: 2, example: "good NaN, total 4" },
      ],
      notes: [],
    });
    expect(measure(EVENTS, counts(5, 4)).events).toBeUndefined();
  });

  test("take counts and nothing else", () => {
    expect(measure(EVENTS, value(1))).toEqual({
      events: undefined,
      setAside: [{ reason: "an SLI of kind events takes counts, not value", count: 1, example: "value" }],
      notes: [],
    });
    expect(measure(PROBE, { kind: "durations", durationsMs: [1] }).setAside[0]?.reason).toBe(
      "an SLI of kind probe takes counts, not durations",
    );
    expect(measure(LATENCY, value(1)).setAside[0]?.reason).toBe(
      "an SLI of kind latency takes counts, durations, histogram, not value",
    );
    expect(measure(slices("value", "<", 1), counts(1, 1)).setAside[0]?.reason).toBe(
      "an SLI of kind time-slices takes value, not counts",
    );
    expect(measure(slices("ratio", "<", 1), value(1)).setAside[0]?.reason).toBe(
      "an SLI of kind time-slices takes counts, not value",
    );
  });
});

describe("latency", () => {
  test("of durations counts those at or under the threshold", () => {
    expect(measure(LATENCY, { kind: "durations", durationsMs: [0, 250, 250.1, 900] }).events).toEqual({
      good: 2,
      total: 4,
    });
    expect(measure(LATENCY, { kind: "durations", durationsMs: [] }).events).toEqual({ good: 0, total: 0 });
    expect(measure(LATENCY, counts(1, 3)).events).toEqual({ good: 1, total: 3 });
  });

  test("sets aside durations that are none", () => {
    expect(measure(LATENCY, { kind: "durations", durationsMs: [1, -1, Number.NaN, Infinity, 300] })).toEqual({
      events: { good: 1, total: 2 },
      setAside: [{ reason: "a duration is negative or not finite", count: 3, example: "duration -1 ms" }],
      notes: [],
    });
    expect(measure(LATENCY, { kind: "durations", durationsMs: [-1] }).events).toBeUndefined();
  });

  test("of a histogram counts the bucket that ends at the threshold", () => {
    expect(measure(LATENCY, histogram([100, 5], [250, 8], [500, 9], [Infinity, 10]))).toEqual({
      events: { good: 8, total: 10 },
      setAside: [],
      notes: [],
    });
  });

  test("of a histogram whose buckets do not end there counts the next lower one, and says so once", () => {
    const sample = histogram([100, 5], [300, 8], [Infinity, 10]);
    expect(measure(LATENCY, sample, sample)).toEqual({
      events: { good: 10, total: 20 },
      setAside: [],
      notes: ["the threshold of 250 ms is not a bucket bound: the next lower one, 100 ms, is used"],
    });
    expect(measure(LATENCY, histogram([300, 8], [Infinity, 10]))).toEqual({
      events: { good: 0, total: 10 },
      setAside: [],
      notes: ["the threshold of 250 ms is not a bucket bound: none lies under it"],
    });
  });

  test.each([
    [histogram(), "a histogram has no last bucket without a bound", "0 buckets"],
    [histogram([100, 1]), "a histogram has no last bucket without a bound", "1 buckets"],
    [histogram([100, 5], [200, 4], [Infinity, 6]), "a histogram's counts are not cumulative", "bucket up to 200 ms: 4"],
    [histogram([200, 1], [200, 1], [Infinity, 2]), "histogram bounds do not ascend", "bucket up to 200 ms: 1"],
    [histogram([Number.NaN, 1], [Infinity, 2]), "histogram bounds do not ascend", "bucket up to NaN ms: 1"],
    [histogram([100, -1], [Infinity, 2]), "a bucket's count is negative or not finite", "bucket up to 100 ms: -1"],
    [
      histogram([100, 1], [Infinity, Number.NaN]),
      "a bucket's count is negative or not finite",
      "bucket up to Infinity ms: NaN",
    ],
  ])("sets aside a broken histogram: %#", (sample, reason, example) => {
    expect(measure(LATENCY, sample)).toEqual({
      events: undefined,
      setAside: [{ reason, count: 1, example }],
      notes: [],
    });
  });
});

describe("time slices", () => {
  test.each([
    ["<", 0.9, true],
    ["<", 1, false],
    ["<=", 1, true],
    ["<=", 1.1, false],
    [">", 1.1, true],
    [">", 1, false],
    [">=", 1, true],
    [">=", 0.9, false],
  ] as const)("a value is held to %s 1", (operator, given, good) => {
    expect(measure(slices("value", operator, 1), value(given)).events).toEqual({ good: good ? 1 : 0, total: 1 });
  });

  test("take the mean of the slice's values", () => {
    expect(measure(slices("value", "<", 2), value(1), value(4)).events).toEqual({ good: 0, total: 1 });
    expect(measure(slices("value", "<", 2), value(1), value(2)).events).toEqual({ good: 1, total: 1 });
  });

  test("take the ratio of the slice's events; without any there is none to be judged", () => {
    expect(measure(slices("ratio", ">=", 0.9), counts(9, 10)).events).toEqual({ good: 1, total: 1 });
    expect(measure(slices("ratio", ">=", 0.9), counts(9, 10), counts(8, 10)).events).toEqual({ good: 0, total: 1 });
    expect(measure(slices("ratio", ">=", 0.9), counts(0, 0)).events).toEqual({ good: 0, total: 0 });
  });

  test("count every slice that a slow source's sample spans", () => {
    const sample = { fromMs: 0, toMs: 4, measurement: value(1) };
    expect(measureSlice(slices("value", "<", 2), [sample], 4).events).toEqual({ good: 4, total: 4 });
    expect(measureSlice(slices("value", ">", 2), [sample], 4).events).toEqual({ good: 0, total: 4 });
  });

  test("set aside a value that is not finite", () => {
    expect(measure(slices("value", "<", 2), value(Number.NaN), value(1))).toEqual({
      events: { good: 1, total: 1 },
      setAside: [{ reason: "the value is not finite", count: 1, example: "value NaN" }],
      notes: [],
    });
  });
});

describe("composites", () => {
  const member = (good: number, total: number, weight = 1) => ({ weight, events: { good, total } });
  const gap = { weight: 1, events: undefined };

  test("a chain fails unless all work", () => {
    expect(combineMembers("all-of", [member(90, 100), member(40, 50)])).toEqual({
      good: expect.closeTo(72, 9),
      total: 100,
    });
  });

  test("spares fail only when all do", () => {
    expect(combineMembers("any-of", [member(90, 100), member(40, 50)])).toEqual({
      good: expect.closeTo(98, 9),
      total: 100,
    });
  });

  test("a weighted mean counts by weight, and hides a dead member", () => {
    expect(combineMembers("weighted", [member(100, 100, 9), member(0, 10, 1)])).toEqual({
      good: expect.closeTo(90, 9),
      total: 100,
    });
    expect(combineMembers("weighted", [member(1, 1, 0)])).toBeUndefined();
  });

  test("a gap in any member is a gap, and no members are one", () => {
    for (const rule of ["all-of", "any-of", "weighted"] as const) {
      expect(combineMembers(rule, [member(1, 1), gap])).toBeUndefined();
      expect(combineMembers(rule, [])).toBeUndefined();
    }
  });

  test("a member in which nothing happened has failed nothing", () => {
    expect(combineMembers("all-of", [member(0, 0), member(5, 10)])).toEqual({ good: 5, total: 10 });
    expect(combineMembers("any-of", [member(0, 0), member(5, 10)])).toEqual({ good: 10, total: 10 });
    expect(combineMembers("all-of", [member(0, 0)])).toEqual({ good: 0, total: 0 });
  });

  test("a chain is never better than its worst member, spares never worse than their best", () => {
    const events = fc
      .record({ total: fc.integer({ min: 1, max: 100 }), share: fc.double({ min: 0, max: 1, noNaN: true }) })
      .map(({ total, share }): { weight: number; events: SliceEvents } => ({
        weight: 1,
        events: { good: Math.floor(total * share), total },
      }));
    fc.assert(
      fc.property(fc.array(events, { minLength: 1, maxLength: 6 }), (members) => {
        const ratios = members.map((one) => one.events.good / one.events.total);
        const ratioOf = (rule: "all-of" | "any-of" | "weighted") => {
          const found = combineMembers(rule, members);
          return (found?.good ?? Number.NaN) / (found?.total ?? Number.NaN);
        };
        expect(ratioOf("all-of")).toBeLessThanOrEqual(Math.min(...ratios) + 1e-9);
        expect(ratioOf("any-of")).toBeGreaterThanOrEqual(Math.max(...ratios) - 1e-9);
        expect(ratioOf("weighted")).toBeGreaterThanOrEqual(Math.min(...ratios) - 1e-9);
        expect(ratioOf("weighted")).toBeLessThanOrEqual(Math.max(...ratios) + 1e-9);
      }),
    );
  });
});
