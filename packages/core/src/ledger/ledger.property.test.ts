import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLedger, createWindowSums, type Ledger, type RecordOutcome } from "./ledger.js";
import { restoreLedger } from "./restore-ledger.js";
import { planTiers, type Tier } from "./tier.js";

type Slice = { bad: number; total: number; measured: number };

/** Knows every slice of every SLO by itself and adds them up one by one: what the ledger must agree with. */
class BruteForce {
  readonly slos = new Map<string, { birthMs: number; slices: Map<number, Slice> }>();
  readonly #sliceMs: number;

  constructor(sliceMs: number) {
    this.#sliceMs = sliceMs;
  }

  add(key: string, birthMs: number): void {
    this.slos.set(key, { birthMs: Math.ceil(birthMs / this.#sliceMs) * this.#sliceMs, slices: new Map() });
  }

  record(key: string, startMs: number, sample: { bad: number; total: number; slices: number }): void {
    const last = this.#slice(key, startMs);
    last.bad += sample.bad;
    last.total += sample.total;
    for (let i = 0; i < Math.abs(sample.slices); i += 1) {
      this.#slice(key, startMs - i * this.#sliceMs).measured += Math.sign(sample.slices);
    }
    const slo = this.slos.get(key);
    if (slo !== undefined && sample.slices > 0) {
      slo.birthMs = Math.min(slo.birthMs, startMs - (sample.slices - 1) * this.#sliceMs);
    }
  }

  sum(key: string, fromMs: number, toMs: number): Slice {
    const sum = { bad: 0, total: 0, measured: 0 };
    for (const [startMs, slice] of this.slos.get(key)?.slices ?? []) {
      if (startMs < fromMs || startMs >= toMs) continue;
      sum.bad += slice.bad;
      sum.total += slice.total;
      sum.measured += slice.measured;
    }
    return sum;
  }

  expected(key: string, fromMs: number, toMs: number): number {
    let expected = 0;
    for (let startMs = fromMs; startMs < toMs; startMs += this.#sliceMs) {
      if (startMs >= (this.slos.get(key)?.birthMs ?? Infinity)) expected += 1;
    }
    return expected;
  }

  #slice(key: string, startMs: number): Slice {
    const slices = this.slos.get(key)?.slices ?? new Map<number, Slice>();
    const slice = slices.get(startMs) ?? { bad: 0, total: 0, measured: 0 };
    slices.set(startMs, slice);
    return slice;
  }
}

// 10 slices of 1 s, 7 cells of 4 s, 5 of 12 s: a minute in all, so that rings turn over many times in one run.
const SMALL_TIERS: readonly Tier[] = [
  { cellMs: 1_000, cells: 10 },
  { cellMs: 4_000, cells: 7 },
  { cellMs: 12_000, cells: 5 },
];

// Rings so short that a coarse cell reaches to the head, and a fine one starts inside a coarse one.
const SHORT_TIERS: readonly Tier[] = [
  { cellMs: 1_000, cells: 1 },
  { cellMs: 4_000, cells: 2 },
  { cellMs: 12_000, cells: 3 },
];

type Step =
  | { readonly kind: "advance"; readonly slices: number; readonly restMs: number }
  | {
      readonly kind: "record";
      readonly pick: number;
      readonly back: number;
      readonly bad: number;
      readonly good: number;
      readonly slices: number;
    }
  | { readonly kind: "record-slice"; readonly back: number; readonly seed: number }
  | { readonly kind: "retract"; readonly pick: number }
  | { readonly kind: "add"; readonly many: number; readonly bornBack: number }
  | { readonly kind: "remove"; readonly pick: number }
  | { readonly kind: "restore" };

const natural = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max });

function steps(reach: number): fc.Arbitrary<readonly Step[]> {
  // Mostly the next slice or a few; sometimes a pause that outlasts every ring.
  const pause = fc.oneof(
    { weight: 8, arbitrary: natural(3) },
    { weight: 2, arbitrary: natural(reach) },
    { weight: 1, arbitrary: natural(3 * reach) },
  );
  const back = fc.oneof(
    { weight: 3, arbitrary: natural(2) },
    { weight: 3, arbitrary: natural(Math.ceil(reach * 1.1)) },
    { weight: 1, arbitrary: fc.constant(-1) },
  );
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("advance" as const), slices: pause, restMs: natural(999) }) },
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant("record" as const),
        pick: natural(1_000),
        back,
        bad: natural(50),
        good: fc.oneof(natural(1_000), natural(2 ** 40)),
        slices: fc.oneof(fc.constant(1), natural(8)),
      }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("record-slice" as const), back, seed: natural(1_000) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("retract" as const), pick: natural(1_000) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("add" as const),
        many: fc.constantFrom(1, 1, 2, 20),
        bornBack: natural(reach),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("remove" as const), pick: natural(1_000) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("restore" as const) }) },
  );
  return fc.array(step, { minLength: 1, maxLength: 60 });
}

/** Does the same things to a ledger and to brute force. */
class SideBySide {
  ledger: Ledger;
  readonly truth: BruteForce;
  readonly #recorded: { key: string; startMs: number; bad: number; total: number; slices: number }[] = [];
  #made = 0;

  constructor(tiers: readonly Tier[], nowMs: number) {
    this.ledger = createLedger({ tiers, nowMs });
    this.truth = new BruteForce(this.ledger.sliceMs);
    this.apply({ kind: "add", many: 2, bornBack: 3 });
  }

  apply(step: Step): void {
    const { ledger, truth } = this;
    switch (step.kind) {
      case "advance":
        return ledger.advanceTo(ledger.headMs + step.slices * ledger.sliceMs + (step.restMs % ledger.sliceMs));
      case "record":
        return this.#record(step);
      case "record-slice":
        return this.#recordSlice(step.back, step.seed);
      case "retract": {
        const [taken] = this.#recorded.splice(step.pick % Math.max(1, this.#recorded.length), 1);
        const column = taken === undefined ? undefined : ledger.columnOf(taken.key);
        if (taken === undefined || column === undefined) return;
        const back = { bad: -taken.bad, total: -taken.total, slices: -taken.slices };
        const outcome = ledger.record(column, taken.startMs, back);
        if (outcome === "recorded" || outcome === "late") truth.record(taken.key, taken.startMs, back);
        return;
      }
      case "add":
        for (let i = 0; i < step.many; i += 1) {
          const key = `slo-${(this.#made += 1)}`;
          const birthMs = ledger.headMs - step.bornBack * ledger.sliceMs - 1;
          ledger.addColumn(key, birthMs);
          truth.add(key, birthMs);
        }
        return;
      case "remove": {
        const key = this.#keyAt(step.pick);
        const column = key === undefined ? undefined : ledger.columnOf(key);
        if (key === undefined || column === undefined) return;
        ledger.removeColumn(column);
        truth.slos.delete(key);
        return;
      }
      case "restore": {
        const restored = restoreLedger([...ledger.snapshot()], { tiers: ledger.tiers });
        if (!restored.ok) throw new Error(restored.error.message);
        this.ledger = restored.value;
        expect([...this.ledger.snapshot()]).toEqual([...ledger.snapshot()]);
        return;
      }
    }
  }

  #keyAt(pick: number): string | undefined {
    const keys = [...this.truth.slos.keys()];
    return keys[pick % Math.max(1, keys.length)];
  }

  #expectedOutcome(startMs: number): RecordOutcome {
    const { headMs, sliceMs, tiers } = this.ledger;
    const { cellMs = 0, cells = 0 } = tiers.at(-1) ?? {};
    if (startMs >= headMs) return "future";
    if (startMs < Math.ceil(headMs / cellMs) * cellMs - cells * cellMs) return "too-late";
    return startMs === headMs - sliceMs ? "recorded" : "late";
  }

  #record(step: Extract<Step, { kind: "record" }>): void {
    const key = this.#keyAt(step.pick);
    const column = key === undefined ? undefined : this.ledger.columnOf(key);
    if (key === undefined || column === undefined) return;
    const startMs = this.ledger.headMs - (step.back + 1) * this.ledger.sliceMs;
    const sample = { bad: step.bad, total: step.bad + step.good, slices: step.slices };
    const outcome = this.ledger.record(column, startMs, sample);
    expect(outcome).toBe(this.#expectedOutcome(startMs));
    if (outcome === "future" || outcome === "too-late") return;
    this.truth.record(key, startMs, sample);
    this.#recorded.push({ key, startMs, ...sample });
  }

  #recordSlice(back: number, seed: number): void {
    const { ledger } = this;
    const startMs = ledger.headMs - (back + 1) * ledger.sliceMs;
    const counts = {
      bad: new Float64Array(ledger.columns),
      total: new Float64Array(ledger.columns),
      measured: new Uint8Array(ledger.columns),
    };
    const samples: { key: string; bad: number; total: number; slices: number }[] = [];
    for (const key of this.truth.slos.keys()) {
      const column = ledger.columnOf(key) ?? 0;
      const slices = (seed + column) % 3 === 0 ? 0 : 1;
      const bad = slices * ((seed * (column + 1)) % 7);
      const total = slices * (bad + ((seed + column) % 11));
      counts.bad[column] = bad;
      counts.total[column] = total;
      counts.measured[column] = slices;
      samples.push({ key, bad, total, slices });
    }
    const outcome = ledger.recordSlice(startMs, counts);
    expect(outcome).toBe(this.#expectedOutcome(startMs));
    if (outcome === "future" || outcome === "too-late") return;
    for (const { key, ...sample } of samples) this.truth.record(key, startMs, sample);
  }
}

function expectSameSums({ ledger, truth }: SideBySide, fromMs: number, toMs: number): void {
  const all = createWindowSums(ledger.columns);
  const expected = new Uint32Array(ledger.columns);
  const interval = ledger.sumAll(fromMs, toMs, all);
  expect(ledger.expectedAll(fromMs, toMs, expected)).toEqual(interval);
  expect(interval.fromMs).toBeLessThanOrEqual(fromMs);
  expect(interval.toMs).toBeGreaterThanOrEqual(Math.min(toMs, Math.max(ledger.headMs, fromMs)));
  for (const key of truth.slos.keys()) {
    const column = ledger.columnOf(key) ?? -1;
    const sum = ledger.sum(column, fromMs, toMs);
    const summed = truth.sum(key, sum.fromMs, sum.toMs);
    expect(sum).toMatchObject({ ...interval, ...summed });
    expect(sum.expected).toBe(truth.expected(key, sum.fromMs, sum.toMs));
    expect({ bad: all.bad[column], total: all.total[column], measured: all.measured[column] }).toEqual(summed);
    expect(expected[column]).toBe(sum.expected);
    expect(ledger.expectedSlices(column, fromMs, toMs)).toBe(sum.expected);

    // The edge is the counts of the cells cut through, and so bounds what lies outside the window asked for.
    const asked = truth.sum(key, fromMs, toMs);
    const cut = { bad: 0, total: 0 };
    for (const edge of sum.edges) {
      const counts = truth.sum(key, edge.fromMs, edge.toMs);
      cut.bad += counts.bad;
      cut.total += counts.total;
    }
    expect(sum.edge).toEqual(cut);
    expect(sum.bad - asked.bad).toBeGreaterThanOrEqual(0);
    expect(sum.bad - asked.bad).toBeLessThanOrEqual(sum.edge.bad);
    expect(sum.total - asked.total).toBeGreaterThanOrEqual(0);
    expect(sum.total - asked.total).toBeLessThanOrEqual(sum.edge.total);
  }
}

const share = fc.double({ min: 0, max: 1, noNaN: true });

describe("every sum equals brute force over the same slices", () => {
  it("through gaps, late data, pauses, spans, retractions, growth, removal and restores, at every tier", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(SMALL_TIERS, SMALL_TIERS, SHORT_TIERS),
        steps(60),
        fc.constantFrom(0, 120_000, -50_000, 1_790_000_000_500),
        fc.array(fc.tuple(share, share), { minLength: 10, maxLength: 10 }),
        (tiers, script, nowMs, windows) => {
          const both = new SideBySide(tiers, nowMs);
          for (const step of script) both.apply(step);
          const { oldestMs, headMs } = both.ledger;
          for (const [at, length] of windows) {
            const fromMs = oldestMs + Math.floor(at * (headMs - oldestMs));
            expectSameSums(both, fromMs, fromMs + Math.floor(length * (headMs + 2_000 - fromMs)));
          }
          for (const seconds of [0, 1, 9, 10, 11, 24, 30, 47]) {
            expectSameSums(both, Math.max(oldestMs, headMs - seconds * 1_000), headMs);
          }
          expectSameSums(both, oldestMs, headMs);
        },
      ),
      { numRuns: 250 },
    );
  });

  it("with the tiers planned for a month, across its whole length", () => {
    const tiers = planTiers({ sliceMs: 15_000, longestWindowMs: 30 * 86_400_000 });
    const windows = [5, 30, 60, 72, 73, 120, 360, 1_440, 4_320, 10_080, 43_200].map((minutes) => minutes * 60_000);
    fc.assert(
      fc.property(steps(172_800), natural(86_400_000), (script, offsetMs) => {
        const both = new SideBySide(tiers, 1_790_000_000_000 + offsetMs);
        for (const step of script) if (step.kind !== "remove") both.apply(step);
        for (const windowMs of windows) expectSameSums(both, both.ledger.headMs - windowMs, both.ledger.headMs);
      }),
      { numRuns: 25 },
    );
  });

  it("tightly: all events of a cut cell before the window make the sum exceed the true one by the whole edge", () => {
    fc.assert(
      fc.property(natural(59), natural(999), fc.integer({ min: 1, max: 1_000 }), (seconds, restMs, bad) => {
        const both = new SideBySide(SMALL_TIERS, 120_000);
        const fromMs = 60_000 + seconds * 1_000 + restMs;
        const [edge] = both.ledger.intervalFor(fromMs, 120_000).edges;
        fc.pre(edge !== undefined);
        const startMs = edge?.fromMs ?? 0;
        both.ledger.record(0, startMs, { bad, total: 2 * bad });
        both.truth.record("slo-1", startMs, { bad, total: 2 * bad, slices: 1 });
        const sum = both.ledger.sum(0, fromMs, 120_000);
        expect(both.truth.sum("slo-1", fromMs, 120_000)).toMatchObject({ bad: 0, total: 0 });
        expect(sum).toMatchObject({ bad, total: 2 * bad, edge: { bad, total: 2 * bad } });
      }),
    );
  });

  it("sums a range of columns as it sums all of them, wherever blocks end", () => {
    const ledger = createLedger({ tiers: SMALL_TIERS, nowMs: 120_000 });
    for (let i = 0; i < 1_100; i += 1)
      ledger.record(ledger.addColumn(`slo-${i}`, 0), 115_000, { bad: i, total: 2 * i });
    const all = createWindowSums(1_100);
    ledger.sumAll(110_000, 120_000, all);
    fc.assert(
      fc.property(natural(1_099), share, (first, part) => {
        const count = Math.floor((1_100 - first) * part);
        const some = createWindowSums(count);
        ledger.sumAll(110_000, 120_000, some, { first, count });
        expect(some.bad).toEqual(all.bad.slice(first, first + count));
        expect(some.total).toEqual(all.total.slice(first, first + count));
        expect(some.measured).toEqual(all.measured.slice(first, first + count));
      }),
    );
  });
});
