import { DateTime } from "luxon";
import { describe, expect, test } from "vitest";
import { at, layer, rotation, schedule } from "../on-call.fixture.js";
import { rotationTurns } from "./rotation-turns.js";
import { shiftsBetween, whoIsOnCall } from "./resolve-schedule.js";
import type { Rotation } from "./schedule.js";

const HOUR = 3_600_000;
const iso = (ms: number) => new Date(ms).toISOString().slice(0, 16);

/** The shift at an instant: its start, its length in hours, and whose it is. */
const shiftAt = (changes: Partial<Rotation>, text: string) => {
  const { shift } = rotationTurns(rotation(changes))(at(text));
  return shift === undefined ? undefined : [iso(shift.fromMs), (shift.toMs - shift.fromMs) / HOUR, shift.personId];
};
const who = (changes: Partial<Rotation>, ...texts: readonly string[]) =>
  texts.map((text) =>
    whoIsOnCall(schedule([layer("one", changes)]), at(text))
      .map(({ personId }) => personId)
      .join("+"),
  );
/** Every shift of a range: its start, and whose it is. */
const shifts = (changes: Partial<Rotation>, from: string, to: string) =>
  shiftsBetween(schedule([layer("one", changes)]), at(from), at(to)).map(({ fromMs, people }) => [
    iso(fromMs),
    people.map(({ personId }) => personId).join("+"),
  ]);

describe("a rotation", () => {
  test("hands off to the next in turn at its clock time, summer and winter", () => {
    expect(shiftAt({}, "2026-01-05T08:00Z")).toEqual(["2026-01-05T08:00", 168, "ada"]);
    expect(shiftAt({}, "2026-01-12T07:59:59.999Z")).toEqual(["2026-01-05T08:00", 168, "ada"]);
    expect(shiftAt({}, "2026-01-12T08:00Z")).toEqual(["2026-01-12T08:00", 168, "ben"]);
    expect(shiftAt({}, "2026-01-19T08:00Z")).toEqual(["2026-01-19T08:00", 168, "cy"]);
    expect(shiftAt({}, "2026-01-26T08:00Z")).toEqual(["2026-01-26T08:00", 168, "ada"]);
    expect(shiftAt({}, "2026-07-01T00:00Z")).toEqual(["2026-06-29T07:00", 168, "ben"]);
  });

  test("is valid before its start, backwards in the same order", () => {
    expect(shiftAt({}, "2026-01-05T07:59Z")).toEqual(["2025-12-29T08:00", 168, "cy"]);
    expect(shiftAt({}, "2025-12-29T07:59Z")).toEqual(["2025-12-22T08:00", 168, "ben"]);
    expect(shiftAt({}, "2025-12-22T07:59Z")).toEqual(["2025-12-15T08:00", 168, "ada"]);
    expect(shiftAt({ every: "monthly" }, "2025-12-31T12:00Z")).toEqual(["2025-12-05T08:00", 744, "cy"]);
  });

  test("lasts as many units as its length says", () => {
    expect(shiftAt({ every: "daily", length: 3 }, "2026-01-08T07:59Z")).toEqual(["2026-01-05T08:00", 72, "ada"]);
    expect(shiftAt({ every: "daily", length: 3 }, "2026-01-08T08:00Z")).toEqual(["2026-01-08T08:00", 72, "ben"]);
    expect(shiftAt({ every: "weekly", length: 2 }, "2026-01-20T00:00Z")).toEqual(["2026-01-19T08:00", 336, "ben"]);
    expect(shiftAt({ every: "hourly", length: 6 }, "2026-01-05T14:00Z")).toEqual(["2026-01-05T14:00", 6, "ben"]);
    expect(shiftAt({ every: "monthly", length: 2 }, "2026-04-01T00:00Z")).toEqual(["2026-03-05T08:00", 1463, "ben"]);
    expect(shiftAt({ every: "yearly", length: 2 }, "2028-01-05T08:00Z")).toEqual(["2028-01-05T08:00", 17_544, "ben"]);
    expect(shiftAt({ every: "yearly" }, "2027-01-05T07:59Z")).toEqual(["2026-01-05T08:00", 8_760, "ada"]);
  });

  test("may name a person more than once", () => {
    expect(
      who({ participants: ["ada", "ben", "ada"] }, "2026-01-06", "2026-01-13", "2026-01-20", "2026-01-27"),
    ).toEqual(["ada", "ben", "ada", "ada"]);
  });
});

describe("over the autumn change", () => {
  test("the hourly shift lasts two hours", () => {
    const hourly = { every: "hourly", handOff: "02:00", start: "2026-10-25" } as const;
    expect(shiftAt(hourly, "2026-10-25T00:00Z")).toEqual(["2026-10-25T00:00", 2, "ada"]);
    expect(shiftAt(hourly, "2026-10-25T01:59Z")).toEqual(["2026-10-25T00:00", 2, "ada"]);
    expect(shiftAt(hourly, "2026-10-25T02:00Z")).toEqual(["2026-10-25T02:00", 1, "ben"]);
    expect(shiftAt(hourly, "2026-10-24T23:59Z")).toEqual(["2026-10-24T23:00", 1, "cy"]);
  });

  test("an hourly shift that hands off within the repeated hour lasts two hours, and never ends before the instant", () => {
    const half = { every: "hourly", handOff: "02:30", start: "2026-10-25" } as const;
    expect(shiftAt(half, "2026-10-25T00:29Z")).toEqual(["2026-10-24T23:30", 1, "cy"]);
    // 02:15 comes again after 02:30: the hand-off was at its first occurrence, and is not taken back.
    for (const text of ["2026-10-25T00:30Z", "2026-10-25T01:15Z", "2026-10-25T01:30Z", "2026-10-25T02:29Z"]) {
      expect(shiftAt(half, text)).toEqual(["2026-10-25T00:30", 2, "ada"]);
    }
    expect(shiftAt(half, "2026-10-25T02:30Z")).toEqual(["2026-10-25T02:30", 1, "ben"]);
  });

  test("the daily shift lasts 25 hours, the weekly 169", () => {
    expect(shiftAt({ every: "daily" }, "2026-10-25T00:30Z")?.[1]).toBe(25);
    expect(shiftAt({ every: "daily" }, "2026-10-26T12:00Z")?.[1]).toBe(24);
    expect(shiftAt({ every: "weekly" }, "2026-10-25T00:30Z")?.[1]).toBe(169);
    expect(shiftAt({ every: "weekly" }, "2026-10-26T12:00Z")?.[1]).toBe(168);
  });
});

describe("over the spring change", () => {
  test("the daily shift lasts 23 hours, the weekly 167", () => {
    expect(shiftAt({ every: "daily" }, "2026-03-29T00:30Z")?.[1]).toBe(23);
    expect(shiftAt({ every: "weekly" }, "2026-03-29T00:30Z")?.[1]).toBe(167);
  });

  test("the shift of the skipped hour lasts no time, and its turn is taken", () => {
    const hourly = { every: "hourly", handOff: "00:00", start: "2026-03-29" } as const;
    expect(shifts(hourly, "2026-03-28T23:00Z", "2026-03-29T03:00Z")).toEqual([
      ["2026-03-28T23:00", "ada"],
      ["2026-03-29T00:00", "ben"],
      ["2026-03-29T01:00", "ada"],
      ["2026-03-29T02:00", "ben"],
    ]);
  });

  test("a hand-off in the skipped hour is at the first instant after it, on that day only", () => {
    const daily = { every: "daily", handOff: "02:30" } as const;
    expect(shiftAt(daily, "2026-03-28T12:00Z")).toEqual(["2026-03-28T01:30", 23.5, "ben"]);
    expect(shiftAt(daily, "2026-03-29T01:00Z")).toEqual(["2026-03-29T01:00", 23.5, "cy"]);
    expect(shiftAt(daily, "2026-03-30T00:30Z")).toEqual(["2026-03-30T00:30", 24, "ada"]);
    // Also when the rotation starts with such a hand-off.
    expect(shiftAt({ ...daily, start: "2026-03-29" }, "2026-03-30T12:00Z")).toEqual(["2026-03-30T00:30", 24, "ben"]);
  });
});

describe("in zones that change at midnight", () => {
  const midnight = { every: "daily", handOff: "00:00", start: "2026-01-01" } as const;

  test.each([
    { zone: "Asia/Beirut", spring: ["2026-03-28T22:00", 23], autumn: ["2026-10-23T21:00", 25] },
    { zone: "Africa/Cairo", spring: ["2026-04-23T22:00", 23], autumn: ["2026-10-28T21:00", 25] },
    { zone: "America/Havana", spring: ["2026-03-08T05:00", 23], autumn: ["2026-11-01T04:00", 25] },
  ])("$zone: days of 23 and 25 hours begin where the day does", ({ zone, spring, autumn }) => {
    for (const day of [spring, autumn]) {
      expect(shiftAt({ ...midnight, zone }, `${day[0]}Z`)?.slice(0, 2)).toEqual(day);
      expect(shiftAt({ ...midnight, zone }, `${String(day[0]).slice(0, 14)}59Z`)?.slice(0, 2)).toEqual(day);
    }
  });

  test("Apia skips a whole day: its shift lasts no time", () => {
    const apia = { ...midnight, zone: "Pacific/Apia", start: "2011-12-29" };
    expect(shifts(apia, "2011-12-29T10:00Z", "2012-01-01T10:00Z")).toEqual([
      ["2011-12-29T10:00", "ada"],
      ["2011-12-30T10:00", "cy"],
      ["2011-12-31T10:00", "ada"],
    ]);
  });
});

describe("by months and years", () => {
  const start = (changes: Partial<Rotation>, text: string) =>
    shiftAt({ handOff: "00:00", zone: "UTC", ...changes }, text)?.[0];

  test("clamps to the month's end, anchored on the start, and never drifts", () => {
    const monthly = { every: "monthly", start: "2026-01-31" } as const;
    expect(
      ["2026-02-27", "2026-02-28", "2026-03-30", "2026-03-31", "2026-04-30", "2026-05-31", "2027-01-31"].map((text) =>
        start(monthly, text),
      ),
    ).toEqual([
      "2026-01-31T00:00",
      "2026-02-28T00:00",
      "2026-02-28T00:00",
      "2026-03-31T00:00",
      "2026-04-30T00:00",
      "2026-05-31T00:00",
      "2027-01-31T00:00",
    ]);
    expect(start(monthly, "2028-02-29")).toBe("2028-02-29T00:00");
    expect(start(monthly, "2025-11-30")).toBe("2025-11-30T00:00");
    expect(start(monthly, "2025-12-30")).toBe("2025-11-30T00:00");
    expect(start({ ...monthly, length: 13 }, "2027-03-01")).toBe("2027-02-28T00:00");
  });

  test("a leap day's year begins on 28 February, and on the 29th again when there is one", () => {
    const yearly = { every: "yearly", start: "2024-02-29" } as const;
    expect(["2025-02-27", "2025-02-28", "2028-02-28", "2028-02-29"].map((text) => start(yearly, text))).toEqual([
      "2024-02-29T00:00",
      "2025-02-28T00:00",
      "2027-02-28T00:00",
      "2028-02-29T00:00",
    ]);
  });

  test("agrees with luxon's calendar for 600 months either way, from every day of the month", () => {
    for (let day = 1; day <= 31; day += 1) {
      const first = DateTime.fromISO(`2024-01-${String(day).padStart(2, "0")}T09:00Z`, { zone: "utc" });
      const turnAt = rotationTurns(rotation({ every: "monthly", start: first.toISODate()!, zone: "UTC" }));
      for (let month = -600; month <= 600; month += 7) {
        const fromMs = first.plus({ months: month }).toMillis();
        const toMs = first.plus({ months: month + 1 }).toMillis();
        expect(turnAt(fromMs).shift).toMatchObject({ fromMs, toMs });
        expect(turnAt(toMs - 1).shift).toMatchObject({ fromMs, toMs });
      }
    }
  });
});

describe("excluded days", () => {
  const workdays = { every: "daily", excluded: { weekdays: [6, 7] } } as const;

  test("have nobody on call, and use up no turn", () => {
    expect(shifts(workdays, "2026-01-08T08:00Z", "2026-01-14T08:00Z")).toEqual([
      ["2026-01-08T08:00", "ada"],
      ["2026-01-09T08:00", "ben"],
      ["2026-01-10T08:00", ""],
      ["2026-01-12T08:00", "cy"],
      ["2026-01-13T08:00", "ada"],
    ]);
  });

  test("use up turns when they are to be consumed", () => {
    const consumed = { every: "daily", excluded: { weekdays: [6, 7], turns: "consume" } } as const;
    expect(shifts(consumed, "2026-01-08T08:00Z", "2026-01-14T08:00Z")).toEqual([
      ["2026-01-08T08:00", "ada"],
      ["2026-01-09T08:00", "ben"],
      ["2026-01-10T08:00", ""],
      ["2026-01-12T08:00", "ben"],
      ["2026-01-13T08:00", "cy"],
    ]);
  });

  test("use up no turn before the start either", () => {
    expect(shifts(workdays, "2026-01-01T08:00Z", "2026-01-06T08:00Z")).toEqual([
      ["2026-01-01T08:00", "ben"],
      ["2026-01-02T08:00", "cy"],
      ["2026-01-03T08:00", ""],
      ["2026-01-05T08:00", "ada"],
    ]);
  });

  test("may be dates, and both together, once each", () => {
    const holidays = {
      every: "daily",
      excluded: { weekdays: [7], dates: ["2026-01-06", "2026-01-11", "2026-01-04"] },
    } as const;
    expect(shifts(holidays, "2026-01-02T08:00Z", "2026-01-13T08:00Z").map(([, person]) => person)).toEqual([
      "ben",
      "cy",
      "",
      "ada",
      "",
      "ben",
      "cy",
      "ada",
      "ben",
      "",
      "cy",
    ]);
    const before = { every: "daily", excluded: { dates: ["2026-01-03", "2026-01-04"] } } as const;
    expect(shifts(before, "2026-01-01T08:00Z", "2026-01-06T08:00Z")).toEqual([
      ["2026-01-01T08:00", "ben"],
      ["2026-01-02T08:00", "cy"],
      ["2026-01-03T08:00", ""],
      ["2026-01-05T08:00", "ada"],
    ]);
  });

  test("leave a hole in a longer shift, which keeps its turn", () => {
    expect(shifts({ excluded: { weekdays: [3] } }, "2026-01-05T08:00Z", "2026-01-13T08:00Z")).toEqual([
      ["2026-01-05T08:00", "ada"],
      ["2026-01-07T08:00", ""],
      ["2026-01-08T08:00", "ada"],
      ["2026-01-12T08:00", "ben"],
    ]);
    expect(who({ every: "monthly", excluded: { dates: ["2026-02-01"] } }, "2026-02-01T12:00Z", "2026-02-10")).toEqual([
      "",
      "ben",
    ]);
  });

  test("skip a week that they fill", () => {
    const dates = ["12", "13", "14", "15", "16", "17", "18"].map((day) => `2026-01-${day}`);
    expect(shifts({ excluded: { dates } }, "2026-01-05T08:00Z", "2026-01-27T08:00Z")).toEqual([
      ["2026-01-05T08:00", "ada"],
      ["2026-01-12T08:00", ""],
      ["2026-01-19T08:00", "ben"],
      ["2026-01-26T08:00", "cy"],
    ]);
  });

  test("skip the shifts of hours that lie wholly on them", () => {
    const half = { every: "hourly", length: 12, excluded: { weekdays: [2] } } as const;
    expect(shifts(half, "2026-01-05T08:00Z", "2026-01-08T08:00Z")).toEqual([
      ["2026-01-05T08:00", "ada"],
      ["2026-01-05T20:00", "ben"],
      ["2026-01-06T08:00", ""],
      ["2026-01-07T08:00", "cy"],
      ["2026-01-07T20:00", "ada"],
    ]);
    // A shift of 18 hours that only touches an excluded day keeps its turn.
    const uneven = { every: "hourly", length: 18, excluded: { weekdays: [2] } } as const;
    expect(shifts(uneven, "2026-01-05T08:00Z", "2026-01-08T08:00Z")).toEqual([
      ["2026-01-05T08:00", "ada"],
      ["2026-01-06T02:00", "ben"],
      ["2026-01-06T08:00", ""],
      ["2026-01-07T08:00", "cy"],
      ["2026-01-07T14:00", "ada"],
    ]);
  });

  test("count right however far from the start", () => {
    const excluded = { weekdays: [6, 7], dates: ["2026-01-06", "2025-12-25", "2026-01-10"] } as const;
    const turnAt = rotationTurns(rotation({ every: "daily", zone: "UTC", participants: people(11), excluded }));
    let turn = 0;
    for (let day = 0; day < 800; day += 1) {
      const ms = at("2026-01-05T09:00Z") + day * 24 * HOUR;
      const { shift } = turnAt(ms);
      if (isExcluded(ms, excluded)) expect(shift).toBeUndefined();
      else {
        expect(shift?.personId).toBe(`p${turn % 11}`);
        turn += 1;
      }
    }
    turn = 0;
    for (let day = -1; day > -800; day -= 1) {
      const ms = at("2026-01-05T09:00Z") + day * 24 * HOUR;
      const { shift } = turnAt(ms);
      if (isExcluded(ms, excluded)) expect(shift).toBeUndefined();
      else {
        turn += 1;
        expect(shift?.personId).toBe(`p${(1_100 - turn) % 11}`);
      }
    }
  });
});

function people(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `p${index}`);
}

function isExcluded(ms: number, excluded: { readonly weekdays: readonly number[]; readonly dates: readonly string[] }) {
  const date = DateTime.fromMillis(ms, { zone: "utc" });
  return excluded.weekdays.includes(date.weekday) || excluded.dates.includes(date.toISODate()!);
}
