import { expect, test } from "vitest";
import { formatBurn, formatFactor } from "./burn.js";

test("writes burns as people say them", () => {
  expect([6.2, 0.312, 1000, 138.9, 14.44, 0, 0.001, undefined].map(formatBurn)).toEqual([
    "6.2x",
    "0.31x",
    "1,000x",
    "139x",
    "14.4x",
    "0x",
    "under 0.01x",
    "no events",
  ]);
});

test("writes a factor exactly, or with four digits where it has more", () => {
  expect([14.4, 6, 1, 0.933_333_3, 1000].map(formatFactor)).toEqual(["14.4x", "6x", "1x", "0.9333x", "1000x"]);
});
