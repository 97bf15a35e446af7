import fc from "fast-check";
import { DateTime } from "luxon";
import { describe, expect, test } from "vitest";
import { applyCorrections } from "./apply-corrections.js";
import type { Correction, CoveredTime, RecurringInterval } from "./correction.js";
import { coveredAt, coveredIntervals } from "./covered-time.js";
import { instantOf, parseClockTime } from "./local-time.js";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const at = (text: string) => Date.parse(text);
const recurring = (
  interval: Partial<RecurringInterval>,
  bounds: { fromMs?: number; toMs?: number } = {},
): CoveredTime => ({
  kind: "recurring",
  interval: { zone: "UTC", ...interval },
  ...bounds,
});
const spans = (covers: CoveredTime, from: string, to: string) =>
  coveredIntervals(covers, at(from), at(to)).map(({ fromMs, toMs }) => [
    new Date(fromMs).toISOString().slice(0, 16),
    new Date(toMs).toISOString().slice(0, 16),
  ]);

describe("time covered once", () => {
  const once: CoveredTime = { kind: "once", fromMs: 100, toMs: 200 };

  test("is half-open", () => {
    expect([99, 100, 199, 200].map((ms) => coveredAt(once, ms))).toEqual([false, true, true, false]);
  });

  test("is cut to what is asked for", () => {
    expect(coveredIntervals(once, 150, 300)).toEqual([{ fromMs: 150, toMs: 200 }]);
    expect(coveredIntervals(once, 0, 120)).toEqual([{ fromMs: 100, toMs: 120 }]);
    expect(coveredIntervals(once, 200, 300)).toEqual([]);
    expect(coveredIntervals(once, 0, 100)).toEqual([]);
  });
});

describe("time covered again and again", () => {
  test("by weekday and clock time", () => {
    expect(
      spans(recurring({ weekdays: [2], times: [{ start: "02:00", end: "04:00" }] }), "2026-11-01", "2026-11-15"),
    ).toEqual([
      ["2026-11-03T02:00", "2026-11-03T04:00"],
      ["2026-11-10T02:00", "2026-11-10T04:00"],
    ]);
    expect(spans(recurring({ weekdays: [7] }), "2026-11-01", "2026-11-08")).toEqual([
      ["2026-11-01T00:00", "2026-11-02T00:00"],
    ]);
    expect(spans(recurring({ weekdays: [1] }), "1969-12-20", "1969-12-30")).toEqual([
      ["1969-12-22T00:00", "1969-12-23T00:00"],
      ["1969-12-29T00:00", "1969-12-30T00:00"],
    ]);
  });

  test("by day of the month, also from its end, and by month", () => {
    expect(spans(recurring({ daysOfMonth: [-1] }), "2026-02-01", "2026-04-02")).toEqual([
      ["2026-02-28T00:00", "2026-03-01T00:00"],
      ["2026-03-31T00:00", "2026-04-01T00:00"],
    ]);
    expect(spans(recurring({ daysOfMonth: [15], months: [12] }), "2026-01-01", "2027-01-01")).toEqual([
      ["2026-12-15T00:00", "2026-12-16T00:00"],
    ]);
    expect(spans(recurring({ daysOfMonth: [-29] }), "2028-02-01", "2028-03-01")).toEqual([
      ["2028-02-01T00:00", "2028-02-02T00:00"],
    ]);
    expect(spans(recurring({ daysOfMonth: [1, -28] }), "2026-02-01", "2026-02-10")).toEqual([
      ["2026-02-01T00:00", "2026-02-02T00:00"],
    ]);
  });

  test("overnight from a matching day, and to the day's end by 24:00", () => {
    const night = recurring({ weekdays: [5], times: [{ start: "22:00", end: "06:00" }] });
    expect(spans(night, "2026-11-19", "2026-11-23")).toEqual([["2026-11-20T22:00", "2026-11-21T06:00"]]);
    expect(coveredAt(night, at("2026-11-21T05:59Z"))).toBe(true);
    expect(coveredAt(night, at("2026-11-21T06:00Z"))).toBe(false);
    expect(coveredAt(night, at("2026-11-22T03:00Z"))).toBe(false);
    expect(
      spans(recurring({ weekdays: [5], times: [{ start: "22:00", end: "24:00" }] }), "2026-11-19", "2026-11-23"),
    ).toEqual([["2026-11-20T22:00", "2026-11-21T00:00"]]);
    expect(
      spans(recurring({ weekdays: [5], times: [{ start: "08:00", end: "08:00" }] }), "2026-11-19", "2026-11-23"),
    ).toEqual([["2026-11-20T08:00", "2026-11-21T08:00"]]);
  });

  test("spans that touch or overlap are one", () => {
    expect(spans(recurring({}), "2026-11-01", "2026-11-04")).toEqual([["2026-11-01T00:00", "2026-11-04T00:00"]]);
    const times = [
      { start: "01:00", end: "03:00" },
      { start: "02:00", end: "02:30" },
      { start: "05:00", end: "06:00" },
    ];
    expect(spans(recurring({ times }), "2026-11-01", "2026-11-02")).toEqual([
      ["2026-11-01T01:00", "2026-11-01T03:00"],
      ["2026-11-01T05:00", "2026-11-01T06:00"],
    ]);
  });

  test("only between its own bounds", () => {
    const bounded = recurring({}, { fromMs: at("2026-11-02T12:00Z"), toMs: at("2026-11-03T12:00Z") });
    expect(spans(bounded, "2026-11-01", "2026-11-10")).toEqual([["2026-11-02T12:00", "2026-11-03T12:00"]]);
    expect(
      ["2026-11-02T11:59Z", "2026-11-02T12:00Z", "2026-11-03T11:59Z", "2026-11-03T12:00Z"].map((text) =>
        coveredAt(bounded, at(text)),
      ),
    ).toEqual([false, true, true, false]);
  });

  test("in its zone, near the date line too", () => {
    expect(spans(recurring({ weekdays: [1], zone: "Pacific/Kiritimati" }), "2026-11-01", "2026-11-04")).toEqual([
      ["2026-11-01T10:00", "2026-11-02T10:00"],
    ]);
    expect(spans(recurring({ weekdays: [1], zone: "Pacific/Pago_Pago" }), "2026-11-01", "2026-11-05")).toEqual([
      ["2026-11-02T11:00", "2026-11-03T11:00"],
    ]);
  });

  test("names what is no clock time and no zone", () => {
    expect(() => coveredAt(recurring({ times: [{ start: "25:00", end: "26:00" }] }), 0)).toThrow(
      new RangeError('"25:00" is not a clock time; write HH:mm from 00:00 to 24:00'),
    );
    expect(() => coveredAt(recurring({ zone: "Mars/Base" }), 0)).toThrow(
      new RangeError('there is no time zone "Mars/Base"; use an IANA name, such as Europe/Berlin'),
    );
  });
});

describe("across clock changes", () => {
  const berlin = (start: string, end: string) => recurring({ zone: "Europe/Berlin", times: [{ start, end }] });

  test("a clock time that is skipped means the first instant after the gap", () => {
    expect(spans(berlin("02:30", "05:00"), "2026-03-29", "2026-03-30")).toEqual([
      ["2026-03-29T01:00", "2026-03-29T03:00"],
    ]);
    expect(spans(berlin("01:00", "02:30"), "2026-03-29", "2026-03-29T12:00Z")).toEqual([
      ["2026-03-29T00:00", "2026-03-29T01:00"],
    ]);
    expect(spans(berlin("02:10", "02:50"), "2026-03-29", "2026-03-30")).toEqual([]);
  });

  test("a repeated one starts at its first and ends at its last occurrence", () => {
    expect(spans(berlin("02:30", "04:00"), "2026-10-25", "2026-10-26")).toEqual([
      ["2026-10-25T00:30", "2026-10-25T03:00"],
    ]);
    expect(spans(berlin("01:00", "02:30"), "2026-10-24T12:00Z", "2026-10-25T12:00Z")).toEqual([
      ["2026-10-24T23:00", "2026-10-25T01:30"],
    ]);
  });

  test("days of 23 and 25 hours are covered whole", () => {
    const sunday = recurring({ zone: "Europe/Berlin", weekdays: [7] });
    expect(spans(sunday, "2026-03-28", "2026-03-31")).toEqual([["2026-03-28T23:00", "2026-03-29T22:00"]]);
    expect(spans(sunday, "2026-10-24", "2026-10-27")).toEqual([["2026-10-24T22:00", "2026-10-25T23:00"]]);
  });

  test("zones that change at midnight have days that begin late, or end twice", () => {
    // Havana skips 00:00-01:00 on 8 March 2026 and repeats 00:00-01:00 on 1 November 2026.
    expect(
      spans(recurring({ zone: "America/Havana", daysOfMonth: [8], months: [3] }), "2026-03-01", "2026-04-01"),
    ).toEqual([["2026-03-08T05:00", "2026-03-09T04:00"]]);
    expect(
      spans(recurring({ zone: "America/Havana", daysOfMonth: [31], months: [10] }), "2026-10-01", "2026-12-01"),
    ).toEqual([["2026-10-31T04:00", "2026-11-01T04:00"]]);
    expect(
      spans(recurring({ zone: "America/Havana", daysOfMonth: [1], months: [11] }), "2026-10-01", "2026-12-01"),
    ).toEqual([["2026-11-01T04:00", "2026-11-02T05:00"]]);
  });

  test("every instant found shows its clock time, and the gap's end where there is none", () => {
    const zones = fc.constantFrom(
      "Europe/Berlin",
      "America/Havana",
      "Asia/Beirut",
      "Africa/Cairo",
      "Australia/Lord_Howe",
      "America/St_Johns",
    );
    fc.assert(
      fc.property(
        zones,
        fc.integer({ min: Date.UTC(2015) / 900_000, max: Date.UTC(2030) / 900_000 }),
        fc.constantFrom("first" as const, "last" as const),
        (zone, quarter, occurrence) => {
          const wallMs = quarter * 900_000;
          const found = instantOf(wallMs, zone, occurrence);
          const shown = (ms: number) => ms + DateTime.fromMillis(ms, { zone }).offset * 60_000;
          if (shown(found) === wallMs) {
            const other = occurrence === "first" ? found - HOUR : found + HOUR;
            expect(shown(other)).not.toBe(wallMs);
          } else {
            expect(shown(found)).toBeGreaterThan(wallMs);
            expect(shown(found - 1)).toBeLessThan(wallMs);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test("intervals and instants agree", () => {
    const hour = fc.integer({ min: 0, max: 24 }).map((h) => `${String(h).padStart(2, "0")}:00`);
    const interval = fc.record({
      weekdays: fc.option(fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), { nil: undefined }),
      times: fc.option(fc.array(fc.record({ start: hour, end: hour }), { minLength: 1, maxLength: 2 }), {
        nil: undefined,
      }),
      zone: fc.constantFrom("Europe/Berlin", "America/Havana", "Asia/Kolkata"),
    });
    fc.assert(
      fc.property(
        interval,
        fc.constantFrom(at("2026-03-06"), at("2026-03-27"), at("2026-10-23"), at("2026-10-30")),
        ({ weekdays, times, zone }, fromMs) => {
          const covers = recurring({
            zone,
            ...(weekdays === undefined ? {} : { weekdays }),
            ...(times === undefined ? {} : { times }),
          });
          const found = coveredIntervals(covers, fromMs, fromMs + 5 * DAY);
          for (let ms = fromMs; ms < fromMs + 5 * DAY; ms += HOUR / 2) {
            expect(coveredAt(covers, ms)).toBe(found.some((span) => span.fromMs <= ms && ms < span.toMs));
          }
          found.forEach((span, index) => expect(span.fromMs).toBeGreaterThan(found[index - 1]?.toMs ?? -Infinity));
        },
      ),
      { numRuns: 100 },
    );
  });

  test("a thousand days and more are remembered without end", () => {
    const covers = recurring({ daysOfMonth: [1], zone: "Asia/Kolkata" });
    expect(coveredIntervals(covers, at("2020-01-01"), at("2025-12-31"))).toHaveLength(72);
    expect(coveredAt(covers, at("2020-02-01T00:00Z"))).toBe(true);
  });
});

test("clock times are HH:mm up to 24:00", () => {
  expect(["00:00", "09:30", "24:00", "24:01", "9:30", "12:60", "12:30:00", ""].map(parseClockTime)).toEqual([
    0,
    570,
    1440,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

describe("corrections", () => {
  const correction = (part: Partial<Correction>): Correction => ({
    id: "c",
    sloIds: "all",
    effect: "drop",
    author: "Ada",
    reason: "maintenance",
    covers: { kind: "once", fromMs: 0, toMs: 100 },
    ...part,
  });
  const applied = (corrections: readonly Correction[], atMs = 50) =>
    applyCorrections({ sloId: "a", atMs }, corrections);

  test("drop or count good what they cover", () => {
    expect(applied([])).toEqual({ kind: "none" });
    expect(applied([correction({})])).toEqual({ kind: "dropped", correctionId: "c" });
    expect(applied([correction({ effect: "count-good" })])).toEqual({ kind: "counted-good", correctionId: "c" });
    expect(applied([correction({})], 100)).toEqual({ kind: "none" });
    expect(applied([correction({ sloIds: ["b"] })])).toEqual({ kind: "none" });
    expect(applied([correction({ sloIds: ["b", "a"] })])).toEqual({ kind: "dropped", correctionId: "c" });
  });

  test("dropping beats counting good; of equals the first is named", () => {
    const good = correction({ id: "g", effect: "count-good" });
    expect(applied([good, correction({ id: "d" })])).toEqual({ kind: "dropped", correctionId: "d" });
    expect(applied([correction({ id: "d" }), good, correction({ id: "e" })])).toEqual({
      kind: "dropped",
      correctionId: "d",
    });
    expect(applied([good, correction({ id: "h", effect: "count-good" })])).toEqual({
      kind: "counted-good",
      correctionId: "g",
    });
  });
});
