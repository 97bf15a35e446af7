import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { longestPeriodMs, nominalPeriodMs, periodAt } from "./period.js";
import type { SloWindow } from "./slo-window.js";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const calendar = (unit: "week" | "month" | "quarter" | "year", zone = "UTC", fiscalYearStart = 1): SloWindow => ({
  kind: "calendar",
  unit,
  zone,
  fiscalYearStart,
});
const span = (window: SloWindow, at: string) => {
  const { fromMs, toMs, lengthMs } = periodAt(window, Date.parse(at));
  expect(toMs - fromMs).toBe(lengthMs);
  return [new Date(fromMs).toISOString().slice(0, 16), new Date(toMs).toISOString().slice(0, 16)];
};

describe("a period", () => {
  test("that rolls ends now", () => {
    expect(periodAt({ kind: "rolling", lengthMs: 30 * DAY }, 100 * DAY)).toEqual({
      fromMs: 70 * DAY,
      toMs: 100 * DAY,
      lengthMs: 30 * DAY,
    });
  });

  test("of a week starts on Monday", () => {
    expect(span(calendar("week"), "2026-11-22T23:59:59Z")).toEqual(["2026-11-16T00:00", "2026-11-23T00:00"]);
    expect(span(calendar("week"), "2026-11-23T00:00:00Z")).toEqual(["2026-11-23T00:00", "2026-11-30T00:00"]);
  });

  test("of a month, a quarter, a year", () => {
    expect(span(calendar("month"), "2026-02-14T00:00Z")).toEqual(["2026-02-01T00:00", "2026-03-01T00:00"]);
    expect(span(calendar("quarter"), "2026-11-20T00:00Z")).toEqual(["2026-10-01T00:00", "2027-01-01T00:00"]);
    expect(span(calendar("year"), "2026-11-20T00:00Z")).toEqual(["2026-01-01T00:00", "2027-01-01T00:00"]);
  });

  test("follows the fiscal year", () => {
    expect(span(calendar("year", "UTC", 4), "2026-03-31T23:59Z")).toEqual(["2025-04-01T00:00", "2026-04-01T00:00"]);
    expect(span(calendar("year", "UTC", 4), "2026-04-01T00:00Z")).toEqual(["2026-04-01T00:00", "2027-04-01T00:00"]);
    expect(span(calendar("quarter", "UTC", 2), "2026-01-15T00:00Z")).toEqual(["2025-11-01T00:00", "2026-02-01T00:00"]);
    expect(span(calendar("month", "UTC", 4), "2026-01-15T00:00Z")).toEqual(["2026-01-01T00:00", "2026-02-01T00:00"]);
  });

  test("is of true elapsed time across clock changes", () => {
    expect(periodAt(calendar("month", "Europe/Berlin"), Date.parse("2026-03-15T00:00Z")).lengthMs).toBe(
      31 * DAY - HOUR,
    );
    expect(periodAt(calendar("month", "Europe/Berlin"), Date.parse("2026-10-15T00:00Z")).lengthMs).toBe(
      31 * DAY + HOUR,
    );
    expect(periodAt(calendar("week", "Europe/Berlin"), Date.parse("2026-03-29T12:00Z")).lengthMs).toBe(7 * DAY - HOUR);
    expect(span(calendar("week", "Europe/Berlin"), "2026-10-25T12:00Z")).toEqual([
      "2026-10-18T22:00",
      "2026-10-25T23:00",
    ]);
  });

  test("begins after the gap where its midnight is skipped", () => {
    const havana = calendar("month", "America/Havana");
    expect(span(havana, "2012-03-31T12:00Z")).toEqual(["2012-03-01T05:00", "2012-04-01T05:00"]);
    expect(span(havana, "2012-04-01T05:00Z")).toEqual(["2012-04-01T05:00", "2012-05-01T04:00"]);
  });

  test("has begun when its midnight was shown, though the clock goes back into the day before", () => {
    const november = ["2009-11-01T02:30", "2009-12-01T03:30"];
    const stJohns = calendar("month", "America/St_Johns");
    expect(span(stJohns, "2009-11-01T02:29Z")).toEqual(["2009-10-01T02:30", november[0]]);
    expect(span(stJohns, "2009-11-01T02:30Z")).toEqual(november);
    expect(span(stJohns, "2009-11-01T02:45Z")).toEqual(november);
  });

  test("is as long as three repeated hours make it", () => {
    const { lengthMs } = periodAt(calendar("week", "Antarctica/Casey"), Date.parse("2010-03-05T00:00Z"));
    expect(lengthMs).toBe(longestPeriodMs(calendar("week", "Antarctica/Casey")));
  });

  test("holds the instant it was asked for, and the next begins where it ends", () => {
    const zones = fc.constantFrom(
      "Europe/Berlin",
      "America/Havana",
      "America/St_Johns",
      "Antarctica/Casey",
      "Asia/Beirut",
      "Africa/Cairo",
      "Pacific/Apia",
      "Australia/Lord_Howe",
    );
    const units = fc.constantFrom("week" as const, "month" as const, "quarter" as const, "year" as const);
    fc.assert(
      fc.property(
        zones,
        units,
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: Date.UTC(2005), max: Date.UTC(2035) }),
        (zone, unit, start, atMs) => {
          const window = calendar(unit, zone, start);
          const period = periodAt(window, atMs);
          expect(period.fromMs).toBeLessThanOrEqual(atMs);
          expect(period.toMs).toBeGreaterThan(atMs);
          expect(periodAt(window, period.toMs).fromMs).toBe(period.toMs);
          expect(periodAt(window, period.toMs - 1)).toEqual(period);
          expect(period.lengthMs).toBeLessThanOrEqual(longestPeriodMs(window));
        },
      ),
    );
  });

  test("needs a zone that exists", () => {
    expect(() => periodAt(calendar("month", "Europe/Nowhere"), 0)).toThrow(/no time zone "Europe\/Nowhere"/);
  });

  test("has a nominal and a longest length", () => {
    const rolling: SloWindow = { kind: "rolling", lengthMs: 5 * DAY };
    const windows = [rolling, calendar("week"), calendar("month"), calendar("quarter"), calendar("year")];
    expect(windows.map((window) => nominalPeriodMs(window) / DAY)).toEqual([5, 7, 30, 90, 365]);
    expect(windows.map((window) => longestPeriodMs(window) / HOUR)).toEqual([
      120,
      171,
      31 * 24 + 3,
      92 * 24 + 3,
      366 * 24 + 3,
    ]);
  });
});
