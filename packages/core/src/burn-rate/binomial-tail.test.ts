import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { binomialUpperTail } from "./binomial-tail.js";

/** Sums the probabilities term by term in whole-number arithmetic: p is numerator / 2^10. */
function bruteForce(successes: number, trials: number, numerator: number): number {
  const q = 1024n - BigInt(numerator);
  let sum = 0n;
  let ways = 1n;
  for (let k = 0; k <= trials; k += 1) {
    if (k >= successes) sum += ways * BigInt(numerator) ** BigInt(k) * q ** BigInt(trials - k);
    ways = (ways * BigInt(trials - k)) / BigInt(k + 1);
  }
  const scale = 1024n ** BigInt(trials);
  return Number((sum * 10n ** 30n) / scale) / 1e30;
}

describe("binomial upper tail", () => {
  test("equals the sum in exact arithmetic", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 120 }),
        fc.integer({ min: 1, max: 1023 }),
        fc.nat(),
        (trials, numerator, pick) => {
          const successes = pick % (trials + 2);
          const exact = bruteForce(successes, trials, numerator);
          const found = binomialUpperTail(successes, trials, numerator / 1024);
          expect(Math.abs(found - exact)).toBeLessThanOrEqual(1e-11 * exact + 1e-15);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("is certain for none and impossible for more than there are", () => {
    expect(binomialUpperTail(0, 10, 0.5)).toBe(1);
    expect(binomialUpperTail(11, 10, 0.5)).toBe(0);
    expect(binomialUpperTail(1, 10, 0)).toBe(0);
    expect(binomialUpperTail(10, 10, 1)).toBe(1);
    expect(binomialUpperTail(10, 10, 0.5)).toBeCloseTo(2 ** -10, 15);
  });

  // Near the mean the tail follows the normal law with the first Edgeworth correction; its error is of the order 1/variance.
  test.each([
    [1e9, 1e-3],
    [1e12, 1e-3],
    [1e12, 1e-6],
    [1e10, 0.5],
  ])("is right for %d trials at %d", (trials, probability) => {
    const variance = trials * probability * (1 - probability);
    const deviation = Math.sqrt(variance);
    const skew = (1 - 2 * probability) / deviation;
    for (const z of [1, 1.6448536269514722, 3]) {
      const successes = Math.round(trials * probability + z * deviation);
      const x = (successes - 0.5 - trials * probability) / deviation;
      const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
      const expected = upperNormal(x) + (skew / 6) * (x * x - 1) * density;
      expect(binomialUpperTail(successes, trials, probability) / expected).toBeCloseTo(1, 5);
    }
  });

  test("falls as more successes are asked for, through the mean", () => {
    const tails = [990, 995, 1000, 1001, 1005, 1010].map((k) => binomialUpperTail(k, 1_000_000, 0.001));
    expect(tails).toEqual(tails.toSorted((a, b) => b - a));
    expect(new Set(tails).size).toBe(tails.length);
    expect(tails[2]).toBeCloseTo(0.5042, 3);
  });
});

/** 1 - the normal distribution function, by Simpson's rule. */
function upperNormal(x: number): number {
  const steps = 4000;
  const width = (x + 12 - x) / steps;
  let sum = 0;
  for (let i = 0; i <= steps; i += 1) {
    const at = x + i * width;
    sum += Math.exp((-at * at) / 2) * (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2);
  }
  return (sum * width) / 3 / Math.sqrt(2 * Math.PI);
}
