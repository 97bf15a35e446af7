import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { budgetWords, formatBudget, formatRatio, formatShare, formatTarget } from "./percent.js";

describe("a budget's remainder", () => {
  test.each([
    [0.412, "41.2 % left"],
    [-12.4, "overspent 12.4 times"],
    [1, "100 % left"],
    [0.9999, "99.9 % left"],
    [0.0931, "9.31 % left"],
    [0, "0 % left (all spent)"],
    [-0.0031, "overspent by 0.31 %"],
    [-0.000_03, "overspent by 0.003 %"],
    [-1e-12, "overspent by 0.000001 %"],
    [1e-12, "under 0.000001 % left"],
    [-1.389, "overspent by 139 %"],
    [-1.999, "overspent by 200 %"],
    [-2, "overspent 2 times"],
    [-74.63, "overspent 74.6 times"],
    [-1240.4, "overspent 1,240 times"],
  ])("writes %d as %s", (ratio, words) => {
    expect(budgetWords(ratio)).toBe(words);
  });

  test("never rounds what is below zero to zero, nor promises more than there is", () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1, noNaN: true }), (ratio) => {
        const written = formatBudget(ratio);
        if (written.startsWith("under")) return ratio > 0 && ratio < 1e-8;
        const percent = Number(written.replace(" %", "").replaceAll(",", ""));
        const promisesNoMore = percent <= ratio * 100 + 1e-6 * Math.max(1, Math.abs(ratio * 100));
        return promisesNoMore && (ratio >= 0 || percent < 0);
      }),
    );
  });

  test("says 100 % only when nothing was spent", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.9, max: 0.999_999, noNaN: true }), (ratio) => formatBudget(ratio) !== "100 %"),
    );
  });
});

test("a ratio is cut, so that 100 % means that nothing was bad", () => {
  expect(formatRatio(0.999_999_9)).toBe("99.9999 %");
  expect(formatRatio(1)).toBe("100 %");
  expect(formatRatio(0.999_312_34)).toBe("99.9312 %");
});

test("a target is written as it was set", () => {
  expect([0.9, 0.999, 0.9995, 0.99999].map(formatTarget)).toEqual(["90 %", "99.9 %", "99.95 %", "99.999 %"]);
});

test("a share keeps the digits that matter", () => {
  expect([0.02, 0.0002, 11.87, 0.0812, 0.000_001, 0].map(formatShare)).toEqual([
    "2 %",
    "0.02 %",
    "1,187 %",
    "8.12 %",
    "under 0.01 %",
    "0 %",
  ]);
});
