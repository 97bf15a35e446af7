import { expect, test } from "vitest";
import { budgetRatio } from "./target.js";

test("the budget is one minus the target, without the noise of binary fractions", () => {
  expect(budgetRatio(0.9)).toBe(0.1);
  expect(budgetRatio(0.999)).toBe(0.001);
  expect(budgetRatio(0.99999)).toBe(0.00001);
});

test("a target nearer to 1 than the noise still leaves a budget", () => {
  expect(budgetRatio(1 - 2 ** -52)).toBe(2 ** -52);
});
