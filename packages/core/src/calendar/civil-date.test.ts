import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { civilDate, DAY_MS, dayNumber, daysInMonth, firstOfMonth, isoWeekday, parseCivilDate } from "./civil-date.js";

const days = fc.integer({ min: -800_000, max: 3_000_000 });

describe("days and dates", () => {
  test("agree with the platform's calendar for every year", () => {
    fc.assert(
      fc.property(days, (day) => {
        const date = new Date(day * DAY_MS);
        expect(civilDate(day)).toEqual({
          year: date.getUTCFullYear(),
          month: date.getUTCMonth() + 1,
          day: date.getUTCDate(),
        });
        expect(dayNumber(civilDate(day))).toBe(day);
        expect(isoWeekday(day)).toBe(date.getUTCDay() === 0 ? 7 : date.getUTCDay());
      }),
      { numRuns: 5_000 },
    );
  });

  test("agree at the edges of months, years and centuries", () => {
    expect(dayNumber({ year: 1970, month: 1, day: 1 })).toBe(0);
    expect(dayNumber({ year: 1, month: 1, day: 1 })).toBe(-719_162);
    expect(civilDate(dayNumber({ year: 2000, month: 2, day: 29 }))).toEqual({ year: 2000, month: 2, day: 29 });
    expect(civilDate(dayNumber({ year: 2000, month: 2, day: 29 }) + 1)).toEqual({ year: 2000, month: 3, day: 1 });
    expect(civilDate(dayNumber({ year: 2100, month: 2, day: 28 }) + 1)).toEqual({ year: 2100, month: 3, day: 1 });
    expect(civilDate(dayNumber({ year: 1999, month: 12, day: 31 }) + 1)).toEqual({ year: 2000, month: 1, day: 1 });
  });

  test("know how long a month is, also one counted from another year", () => {
    expect([1, 2, 3, 4, 12].map((month) => daysInMonth(2026, month))).toEqual([31, 28, 31, 30, 31]);
    expect(daysInMonth(2024, 2)).toBe(29);
    expect(daysInMonth(2026, 14)).toBe(28);
    expect(daysInMonth(2025, -10)).toBe(29);
    expect(civilDate(firstOfMonth(2026, 13))).toEqual({ year: 2027, month: 1, day: 1 });
    expect(civilDate(firstOfMonth(2026, 0))).toEqual({ year: 2025, month: 12, day: 1 });
  });
});

describe("a written date", () => {
  test("is read as its day", () => {
    expect(parseCivilDate("1970-01-01")).toBe(0);
    expect(parseCivilDate("2026-01-05")).toBe(20_458);
    expect(parseCivilDate("2024-02-29")).toBe(19_782);
    expect(parseCivilDate("0001-01-01")).toBe(-719_162);
    expect(parseCivilDate("2026-12-31")).toBe(parseCivilDate("2027-01-01")! - 1);
  });

  test.each([
    "2026-02-29",
    "2026-13-01",
    "2026-00-10",
    "2026-01-00",
    "2026-01-32",
    "0000-01-01",
    "2026-1-5",
    "26-01-05",
    "12026-01-05",
    "2026-01-05T09:00",
    "",
  ])("%s is none", (text) => {
    expect(parseCivilDate(text)).toBeUndefined();
  });
});
