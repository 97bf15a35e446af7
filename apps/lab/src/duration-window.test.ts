import { expect, it } from "vitest";
import { DurationWindow } from "./duration-window.js";

it("knows the quantiles of the last ten seconds, and nothing older", () => {
  const window = new DurationWindow();
  expect(window.quantile(0, 0.95)).toBeUndefined();
  for (let ms = 1; ms <= 100; ms += 1) window.record(1_000, ms);
  expect([window.quantile(1_000, 0.95), window.quantile(1_000, 0.5), window.quantile(1_000, 0)]).toEqual([95, 50, 1]);
  expect(window.quantile(10_999, 0.95)).toBe(95);
  expect(window.quantile(11_000, 0.95)).toBeUndefined();
});

it("holds little of much", () => {
  const window = new DurationWindow();
  for (let count = 0; count <= 20_000; count += 1) window.record(0, 1);
  for (let count = 0; count <= 20_000; count += 1) window.record(60_000, 2);
  expect(window.quantile(60_000, 0)).toBe(2);
});
