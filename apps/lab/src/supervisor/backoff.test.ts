import { expect, it } from "vitest";
import { backoffMs } from "./backoff.js";

it("waits twice as long before each restart, up to ten seconds", () => {
  expect([0, 1, 2, 3, 4, 5, 6, 50].map(backoffMs)).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
});
