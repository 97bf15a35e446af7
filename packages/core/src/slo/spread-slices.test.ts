import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { combineMembers } from "./combine-members.js";
import { spreadSlices, type SpanningSlice } from "./spread-slices.js";

const SLICE_MS = 5_000;
const at = (slice: number): number => slice * SLICE_MS;
const span = (last: number, slices: number, good: number, total: number): SpanningSlice => ({
  sliceMs: at(last),
  slices,
  good,
  total,
});

describe("what was measured over spans", () => {
  test("gives every slice of a span an equal share, and what none covers is missing", () => {
    expect([...spreadSlices([span(0, 1, 1, 2), span(5, 4, 2, 8)], SLICE_MS)]).toEqual([
      [at(0), { good: 1, total: 2 }],
      [at(2), { good: 0.5, total: 2 }],
      [at(3), { good: 0.5, total: 2 }],
      [at(4), { good: 0.5, total: 2 }],
      [at(5), { good: 0.5, total: 2 }],
    ]);
  });

  test("a slice's own measurement beats that of a longer span, whichever comes first; of two spans the earlier one stays", () => {
    const own = span(1, 1, 0, 9);
    const long = span(2, 3, 3, 3);
    for (const order of [
      [own, long],
      [long, own],
    ])
      expect(spreadSlices(order, SLICE_MS).get(at(1))).toEqual({ good: 0, total: 9 });
    expect(spreadSlices([span(3, 3, 0, 3), span(5, 5, 5, 5)], SLICE_MS).get(at(2))).toEqual({ good: 0, total: 1 });
  });
});

type Cadence = { readonly every: number; readonly phase: number; readonly missed: ReadonlySet<number> };

/** Whether each try of a probe in turn is good, from a list that is gone round. */
type Tries = readonly boolean[];

const SLICES = 48;

/** The tries that end in slices phase, phase + every, ...; each speaks back to the one before, one that was missed for nobody. */
function spansOf({ every, missed, phase }: Cadence, tries: Tries): readonly SpanningSlice[] {
  const spans: SpanningSlice[] = [];
  for (let last = phase, nth = 0; last < SLICES; last += every, nth += 1) {
    if (missed.has(nth)) continue;
    spans.push(span(last, Math.min(every, last + 1), tries[nth % tries.length] === true ? 1 : 0, 1));
  }
  return spans;
}

/** By brute force: the next try at or after a slice that is still to come within its interval. */
function stateAt(slice: number, { every, missed, phase }: Cadence, tries: Tries): boolean | undefined {
  for (let later = slice; later < slice + every && later < SLICES; later += 1) {
    if (later < phase || (later - phase) % every !== 0) continue;
    const nth = (later - phase) / every;
    return missed.has(nth) ? undefined : tries[nth % tries.length];
  }
  return undefined;
}

const member = fc.record({
  cadence: fc
    .record({ every: fc.integer({ min: 1, max: 12 }), phase: fc.nat(11), missed: fc.uniqueArray(fc.nat(12)) })
    .map(({ every, missed, phase }) => ({ every, phase: phase % every, missed: new Set(missed) })),
  tries: fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }),
});

describe("a composite of members that speak unequally often", () => {
  test.each(["all-of", "any-of"] as const)(
    "%s is good, bad or missing in each slice as its members stand there",
    (rule) => {
      fc.assert(
        fc.property(fc.array(member, { minLength: 1, maxLength: 4 }), (members) => {
          const spread = members.map(({ cadence, tries }) => spreadSlices(spansOf(cadence, tries), SLICE_MS));
          for (let slice = 0; slice < SLICES; slice += 1) {
            const found = combineMembers(
              rule,
              spread.map((one) => ({ weight: 1, events: one.get(at(slice)) })),
            );
            const states = new Set(members.map(({ cadence, tries }) => stateAt(slice, cadence, tries)));
            if (states.has(undefined)) {
              expect(found).toBeUndefined();
              continue;
            }
            const isGood = rule === "all-of" ? !states.has(false) : states.has(true);
            const total = Math.max(...members.map(({ cadence }) => 1 / shareOf(slice, cadence)));
            expect(found?.total).toBeCloseTo(total, 9);
            expect(found?.good).toBeCloseTo(isGood ? total : 0, 9);
          }
        }),
      );
    },
  );
});

/** How many slices share the try that speaks for one: fewer at the very first, which begins with what is known. */
function shareOf(slice: number, { every, phase }: Cadence): number {
  return slice <= phase ? phase + 1 : every;
}
