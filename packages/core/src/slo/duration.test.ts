import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatDuration, formatShortDuration, parseDuration } from "./duration.js";

describe("reading a duration", () => {
  test.each([
    ["1h30m", 5_400_000],
    ["30d", 2_592_000_000],
    ["4w", 2_419_200_000],
    [" 15s ", 15_000],
    ["250ms", 250],
    ["1w2d3h4m5s6ms", 788_645_006],
  ])("%s", (text, ms) => {
    expect(parseDuration(text)).toEqual({ ok: true, value: ms });
  });

  test.each(["", "1", "h", "1.5h", "30m1h", "1h 30m", "-1h", "1y", "1h1h"])(
    "refuses %o and says what to write",
    (text) => {
      expect(parseDuration(text)).toEqual({
        ok: false,
        error: {
          code: "not-a-duration",
          message: `"${text}" is not a duration: write whole numbers with w, d, h, m, s or ms, longest first, such as 1h30m, 30d or 4w`,
        },
      });
    },
  );

  test("refuses none at all, and what cannot be counted", () => {
    expect(parseDuration("0s")).toMatchObject({
      error: { code: "zero-duration", message: '"0s" is no time at all: write a duration longer than zero' },
    });
    expect(parseDuration("99999999999999w")).toMatchObject({
      error: { code: "duration-too-long", message: expect.stringContaining("too long to be counted") },
    });
  });

  test("reads what the short form writes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e12 }), (ms) => {
        expect(parseDuration(formatShortDuration(ms))).toEqual({ ok: true, value: ms });
      }),
    );
  });
});

describe("writing a duration", () => {
  test.each([
    [171_396_000, "1 d 23 h 36 min"],
    [171_360_000 + 59_999, "1 d 23 h 36 min"],
    [3_470_400, "57 min 50 s"],
    [51_840, "51.84 s"],
    [2_592_000, "43 min 12 s"],
    [3_600_000, "1 h"],
    [3_599_999, "59 min 59 s"],
    [60_000, "1 min"],
    [259_200_000, "3 d"],
    [0, "0 s"],
    [59_999, "59.99 s"],
    [-5_400_000, "-1 h 30 min"],
    [Infinity, "for ever"],
  ])("%d ms", (ms, words) => {
    expect(formatDuration(ms)).toBe(words);
  });

  test("in short", () => {
    expect([0, 3_600_000, 5_400_000, 259_200_000, 604_800_000, 1_500].map(formatShortDuration)).toEqual([
      "0s",
      "1h",
      "1h30m",
      "3d",
      "7d",
      "1s500ms",
    ]);
  });
});
