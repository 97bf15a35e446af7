import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { binomialUpperTail } from "./binomial-tail.js";
import { chanceOfBad, PAGE_HOLDS, PAGE_MAY_BE_CHANCE, PAGE_TOO_FEW, pageEvidence } from "./low-traffic.js";

describe("low traffic", () => {
  test("one failure of ten requests wakes nobody", () => {
    expect(pageEvidence(1, 10, 0.001, 3)).toBe(PAGE_TOO_FEW);
  });

  test("three failures are enough once they cannot be chance", () => {
    expect(pageEvidence(3, 10, 0.001, 3)).toBe(PAGE_HOLDS);
    expect(pageEvidence(2, 10, 0.001, 3)).toBe(PAGE_TOO_FEW);
  });

  test("as many as the budget lets expect may be chance", () => {
    expect(pageEvidence(10, 10_000, 0.001, 3)).toBe(PAGE_MAY_BE_CHANCE);
    expect(pageEvidence(15, 10_000, 0.001, 3)).toBe(PAGE_MAY_BE_CHANCE); // 8.3 %
    expect(pageEvidence(16, 10_000, 0.001, 3)).toBe(PAGE_HOLDS); // 4.9 %
  });

  test("a probability of exactly 5 % is not under it", () => {
    expect(chanceOfBad(1, 1, 0.05)).toBeCloseTo(0.05, 15);
    expect(pageEvidence(1, 1, 0.0499, 1)).toBe(PAGE_HOLDS);
    expect(pageEvidence(1, 1, 0.0501, 1)).toBe(PAGE_MAY_BE_CHANCE);
  });

  test("sums of fractions count as the whole numbers they stand for", () => {
    expect(pageEvidence(2.9999999, 10, 0.001, 3)).toBe(PAGE_HOLDS);
    expect(pageEvidence(2.99, 10, 0.001, 3)).toBe(PAGE_TOO_FEW);
    expect(chanceOfBad(2.9999999, 10.0000001, 0.01)).toBe(binomialUpperTail(3, 10, 0.01));
  });

  test("fractional counts are taken the careful way", () => {
    expect(chanceOfBad(3.5, 10.5, 0.01)).toBe(binomialUpperTail(3, 11, 0.01));
    expect(chanceOfBad(4, 2, 0.01)).toBe(binomialUpperTail(4, 4, 0.01));
  });

  test("more bad events never turn a page back into a ticket", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5_000 }),
        fc.nat(),
        fc.constantFrom(0.0001, 0.001, 0.01, 0.1),
        (total, pick, budget) => {
          const bad = pick % total;
          if (pageEvidence(bad, total, budget, 3) === PAGE_HOLDS) {
            expect(pageEvidence(bad + 1, total, budget, 3)).toBe(PAGE_HOLDS);
          }
        },
      ),
    );
  });
});
