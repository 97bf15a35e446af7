import fc from "fast-check";
import { DateTime } from "luxon";
import { describe, expect, it } from "vitest";
import { parseTimeInterval, type TimeIntervalText } from "./parse-time-interval.js";
import { coveredByAny, intervalCovers, scheduledAt, type TimeInterval } from "./time-interval.js";

function read(text: TimeIntervalText): TimeInterval {
  const parsed = parseTimeInterval(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value;
}

function problems(text: TimeIntervalText): unknown {
  const parsed = parseTimeInterval(text);
  return parsed.ok ? parsed.value : parsed.error.map(({ path, message }) => `${path}: ${message}`);
}

const at = (text: string): number => Date.parse(text);

describe("a time interval of Alertmanager's", () => {
  it("is read with every field", () => {
    expect(
      read({
        times: [
          { start_time: "09:00", end_time: "17:30" },
          { start_time: "00:00", end_time: "24:00" },
        ],
        weekdays: ["monday:friday", "Sunday"],
        days_of_month: ["1:5", "-3:-1", "31", "-31"],
        months: ["january:march", "5", "11:december"],
        years: ["2026", "2030:2031"],
        location: "Europe/Berlin",
      }),
    ).toEqual({
      times: [
        [540, 1050],
        [0, 1440],
      ],
      weekdays: [
        [1, 5],
        [0, 0],
      ],
      daysOfMonth: [
        [1, 5],
        [-3, -1],
        [31, 31],
        [-31, -31],
      ],
      months: [
        [1, 3],
        [5, 5],
        [11, 12],
      ],
      years: [
        [2026, 2026],
        [2030, 2031],
      ],
      location: "Europe/Berlin",
    });
    expect(read({})).toEqual({});
  });

  it("tells all that is wrong at once, each with its place", () => {
    expect(
      problems({
        times: [
          { start_time: "9:00", end_time: "17:00" },
          { start_time: "17:00", end_time: "17:00" },
        ],
        weekdays: ["friday:monday", "someday", "monday:tuesday:friday"],
        days_of_month: ["0", "32", "-32", "-1:1", "5:1", "-1:-3", "x"],
        months: ["13", "0", "may:january"],
        years: [],
        location: "Europe/Nowhere",
      }),
    ).toEqual([
      'times.0: found "9:00 to 17:00"; expected clock times from 00:00 to 24:00',
      'times.1: "17:00 to 17:00": it must end later than it starts; write two ranges for a night, one up to 24:00',
      'weekdays.0: "friday:monday": it runs backwards; write two',
      'weekdays.1: found "someday"; expected a weekday such as monday, or a range such as monday:friday',
      'weekdays.2: found "monday:tuesday:friday"; expected a weekday such as monday, or a range such as monday:friday',
      ...["0", "32", "-32"].map(
        (day, index) =>
          `days_of_month.${index}: found "${day}"; expected a day from 1 to 31 or from -31 to -1, or a range such as 1:5 or -3:-1`,
      ),
      'days_of_month.3: "-1:1": the end must count from the month\'s end too',
      'days_of_month.4: "5:1": it runs backwards',
      'days_of_month.5: "-1:-3": it runs backwards',
      'days_of_month.6: found "x"; expected a day from 1 to 31 or from -31 to -1, or a range such as 1:5 or -3:-1',
      'months.0: found "13"; expected a month such as january or 1, or a range such as may:august',
      'months.1: found "0"; expected a month such as january or 1, or a range such as may:august',
      'months.2: "may:january": it runs backwards; write two',
      "years: the list is empty, so that no time would be in it; leave it out",
      'location: there is no time zone "Europe/Nowhere"; use an IANA name, such as Europe/Berlin',
    ]);
  });

  it("takes ranges that run forwards in the shortest month only just", () => {
    expect(read({ days_of_month: ["27:-1", "1:-27", "-28:-1"] }).daysOfMonth).toEqual([
      [27, -1],
      [1, -27],
      [-28, -1],
    ]);
    expect(problems({ days_of_month: ["28:-1"] })).toEqual(['days_of_month.0: "28:-1": it runs backwards']);
    expect(read({ years: ["0:9999"] }).years).toEqual([[0, 9999]]);
    expect(problems({ years: ["-1"] })).toHaveLength(1);
    expect(read({ months: ["1", "12"] }).months).toEqual([
      [1, 1],
      [12, 12],
    ]);
  });

  it.each([
    [{ times: [{ start_time: "09:00", end_time: "17:00" }] }, "2026-03-02T09:00:00Z", true],
    [{ times: [{ start_time: "09:00", end_time: "17:00" }] }, "2026-03-02T08:59:59.999Z", false],
    [{ times: [{ start_time: "09:00", end_time: "17:00" }] }, "2026-03-02T16:59:59.999Z", true],
    [{ times: [{ start_time: "09:00", end_time: "17:00" }] }, "2026-03-02T17:00:00Z", false],
    [{ times: [{ start_time: "20:00", end_time: "24:00" }] }, "2026-03-02T23:59:59Z", true],
    [{ weekdays: ["monday"] }, "2026-03-02T00:00:00Z", true],
    [{ weekdays: ["monday"] }, "2026-03-01T23:59:59Z", false],
    [{ weekdays: ["saturday"] }, "2026-03-07T12:00:00Z", true],
    [{ weekdays: ["monday"], location: "Pacific/Auckland" }, "2026-03-01T12:00:00Z", true],
    [{ days_of_month: ["-1"] }, "2026-02-28T12:00:00Z", true],
    [{ days_of_month: ["-1"] }, "2028-02-28T12:00:00Z", false],
    [{ days_of_month: ["-1"] }, "2028-02-29T12:00:00Z", true],
    [{ days_of_month: ["29:31"] }, "2026-02-28T12:00:00Z", false],
    [{ days_of_month: ["25:31"] }, "2026-02-28T12:00:00Z", true],
    [{ days_of_month: ["-31:-30"] }, "2026-02-01T12:00:00Z", false],
    [{ days_of_month: ["-31:-28"] }, "2026-02-01T12:00:00Z", true],
    [{ days_of_month: ["-31"] }, "2026-03-01T00:00:00Z", true],
    [{ months: ["march"] }, "2026-02-28T23:59:59Z", false],
    [{ months: ["march"] }, "2026-03-01T00:00:00Z", true],
    [{ years: ["2026"] }, "2026-12-31T23:59:59Z", true],
    [{ years: ["2026"] }, "2027-01-01T00:00:00Z", false],
    [{ weekdays: ["monday"], months: ["may"] }, "2026-03-02T12:00:00Z", false],
    [{}, "2026-03-02T12:00:00Z", true],
    // Berlin's clocks: 02:30 does not exist on 29 March, and comes twice on 25 October.
    [{ times: [{ start_time: "02:00", end_time: "03:00" }], location: "Europe/Berlin" }, "2026-03-29T01:00:00Z", false],
    [{ times: [{ start_time: "02:00", end_time: "03:00" }], location: "Europe/Berlin" }, "2026-10-25T00:30:00Z", true],
    [{ times: [{ start_time: "02:00", end_time: "03:00" }], location: "Europe/Berlin" }, "2026-10-25T01:30:00Z", true],
    // Where clocks change within a month it still has all its days.
    [{ days_of_month: ["-1"], location: "Europe/Berlin" }, "2026-03-31T12:00:00Z", true],
    [{ days_of_month: ["-1"], location: "Europe/Berlin" }, "2026-03-30T12:00:00Z", false],
  ] as const)("%j covers %s: %s", (text, instant, expected) => {
    expect(intervalCovers(read(text), at(instant))).toBe(expected);
  });

  it("covers, minute by minute, what a calendar says that goes the other way round", () => {
    const range = (low: number, high: number) =>
      fc
        .tuple(fc.integer({ min: low, max: high }), fc.integer({ min: low, max: high }))
        .map(([a, b]): readonly [number, number] => [Math.min(a, b), Math.max(a, b)]);
    const days = fc.oneof(range(1, 31), range(-31, -1));
    const interval = fc.record(
      {
        times: fc.array(range(0, 1440), { minLength: 1, maxLength: 2 }),
        weekdays: fc.array(range(0, 6), { minLength: 1, maxLength: 2 }),
        daysOfMonth: fc.array(days, { minLength: 1, maxLength: 2 }),
        months: fc.array(range(1, 12), { minLength: 1, maxLength: 2 }),
        years: fc.array(range(2025, 2028), { minLength: 1, maxLength: 1 }),
        location: fc.constantFrom("Europe/Berlin", "America/Havana", "Asia/Kathmandu", "Pacific/Apia", "UTC"),
      },
      { requiredKeys: [] },
    );
    // Lists every day and minute of the ranges, where the code under test compares with their ends.
    const oracle = (given: TimeInterval, instantMs: number): boolean => {
      const local = DateTime.fromMillis(instantMs, { zone: given.location ?? "UTC" });
      const listed = (ranges: TimeInterval["times"], value: number, last?: number): boolean =>
        ranges?.some(([from, to]) => {
          const all = Array.from({ length: to - from + 1 }, (_, index) => from + index);
          return all.map((one) => (last !== undefined && one < 0 ? one + last + 1 : one)).includes(value);
        }) ?? true;
      const minute = local.hour * 60 + local.minute;
      const times = given.times?.map(([from, to]) => [from, to - 1] as const);
      return (
        listed(times, minute) &&
        listed(given.weekdays, local.weekday % 7) &&
        listed(given.daysOfMonth, local.day, local.daysInMonth ?? 0) &&
        listed(given.months, local.month) &&
        listed(given.years, local.year)
      );
    };
    const instant = fc.integer({ min: at("2025-12-01T00:00:00Z"), max: at("2027-03-01T00:00:00Z") });
    fc.assert(
      fc.property(interval, fc.array(instant, { minLength: 5, maxLength: 20 }), (given, instants) => {
        for (const instantMs of instants) {
          expect([given, instantMs, intervalCovers(given, instantMs)]).toEqual([
            given,
            instantMs,
            oracle(given, instantMs),
          ]);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("a schedule", () => {
  const monday = read({ weekdays: ["monday"] });
  it("is on from its start until just before its end", () => {
    const schedule = { startsAtMs: 100, endsAtMs: 200 };
    expect([99, 100, 199, 200].map((atMs) => scheduledAt(schedule, atMs))).toEqual([false, true, true, false]);
  });
  it("that recurs is on at its times only, between its start and its end", () => {
    const schedule = {
      startsAtMs: at("2026-03-02T12:00:00Z"),
      endsAtMs: at("2026-03-16T12:00:00Z"),
      recurring: [monday],
    };
    expect(
      [
        "2026-03-02T11:59:59Z",
        "2026-03-02T12:00:00Z",
        "2026-03-03T12:00:00Z",
        "2026-03-09T00:00:00Z",
        "2026-03-16T12:00:00Z",
      ].map((text) => scheduledAt(schedule, at(text))),
    ).toEqual([false, true, false, true, false]);
  });
  it("covers an instant when any of its intervals does", () => {
    const tuesday = read({ weekdays: ["tuesday"] });
    expect(coveredByAny([monday, tuesday], at("2026-03-03T12:00:00Z"))).toBe(true);
    expect(coveredByAny([monday, tuesday], at("2026-03-04T12:00:00Z"))).toBe(false);
    expect(coveredByAny([], 0)).toBe(false);
  });
});
