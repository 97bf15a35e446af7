import { expect, test } from "vitest";
import { formatAge, formatDuration } from "./duration.js";

const MIN = 60_000;
const HOUR = 60 * MIN;
const DAY = 24 * HOUR;

test.each([
  [DAY + 23 * HOUR + 36 * MIN, "1 d 23 h 36 min"],
  [43 * MIN + 12_000, "43 min 12 s"],
  [HOUR + 59_999, "1 h"],
  [30 * DAY, "30 d"],
  [6400, "6 s"],
  [300, "0 s"],
  [-90_000, "-1 min 30 s"],
  [Infinity, "for ever"],
])("writes %d ms as %s", (ms, words) => {
  expect(formatDuration(ms)).toBe(words);
});

test("an age has two units and is never in the future", () => {
  expect(formatAge(DAY + 23 * HOUR + 36 * MIN)).toBe("1 d 23 h");
  expect(formatAge(-5000)).toBe("0 s");
});
