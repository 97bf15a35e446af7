import { describe, expect, test } from "vitest";
import { burnRate, highestBurnRate } from "./burn-rate.js";

describe("burn rate", () => {
  test("is 0.30 for an SLI of 99.7 % against 99 %", () => {
    expect(burnRate({ bad: 3, total: 1000, target: 0.99 })).toBeCloseTo(0.3, 12);
  });

  test("is 50 when half of the events fail against 99 %", () => {
    expect(burnRate({ bad: 50, total: 100, target: 0.99 })).toBe(50);
  });

  test("of ten requests with one failure against 99.9 % is 100, not 1,000", () => {
    expect(burnRate({ bad: 1, total: 10, target: 0.999 })).toBe(100);
  });

  test("is undefined while nothing happened, and zero while nothing was bad", () => {
    expect(burnRate({ bad: 0, total: 0, target: 0.99 })).toBeUndefined();
    expect(burnRate({ bad: 0, total: 7, target: 0.99 })).toBe(0);
  });

  test("cannot exceed one over the budget", () => {
    expect(highestBurnRate(0.9)).toBe(10);
    expect(highestBurnRate(0.999)).toBe(1000);
  });
});
