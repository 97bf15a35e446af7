import fc from "fast-check";
import { IANAZone } from "luxon";
import { describe, expect, test } from "vitest";
import { affordable } from "../on-call/on-call.fixture.js";
import { isZone, zoneClock, type ZoneClock } from "./zone-clock.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const at = (text: string) => Date.parse(text);
const iso = (ms: number) => new Date(ms).toISOString().slice(0, 16);
const everyZone = [...Intl.supportedValuesOf("timeZone"), "UTC"];
const stride = Math.round(everyZone.length / affordable(everyZone.length));
const zones = everyZone.filter((_, index) => index % stride === 0);

describe("the clock of a zone", () => {
  test("shows the time that the platform shows, in every zone", () => {
    for (const [index, zone] of zones.entries()) {
      const oracle = new IANAZone(zone);
      const clock = zoneClock(zone);
      for (let probe = 0; probe < 20; probe += 1) {
        const ms = at("2000-01-01T00:00Z") + (((index * 20 + probe) * 7_919_000_003) % (3 * 365 * DAY));
        expect(clock.clockAt(ms)).toBe(ms + oracle.offset(ms) * MINUTE);
      }
    }
  });

  test("shows local mean time to the second", () => {
    const before = at("1850-01-01T00:00Z");
    expect(zoneClock("America/New_York").clockAt(before) - before).toBe(-(4 * HOUR + 56 * MINUTE + 2_000));
  });

  test("changes at the very second", () => {
    const berlin = zoneClock("Europe/Berlin");
    const spring = at("2026-03-29T01:00:00Z");
    expect([spring - 1, spring].map((ms) => iso(berlin.clockAt(ms)))).toEqual(["2026-03-29T01:59", "2026-03-29T03:00"]);
    const autumn = at("2026-10-25T01:00:00Z");
    expect([autumn - 1, autumn].map((ms) => iso(berlin.clockAt(ms)))).toEqual(["2026-10-25T02:59", "2026-10-25T02:00"]);
  });

  test("keeps changes apart that are a week from each other", () => {
    const recife = zoneClock("America/Recife");
    expect(
      ["2000-10-08T02:59Z", "2000-10-08T03:00Z", "2000-10-15T01:59Z", "2000-10-15T02:00Z"].map((text) =>
        iso(recife.clockAt(at(text))),
      ),
    ).toEqual(["2000-10-07T23:59", "2000-10-08T01:00", "2000-10-14T23:59", "2000-10-14T23:00"]);
  });

  test("is the same object for the same zone, and asks for a zone that exists", () => {
    expect(zoneClock("Europe/Berlin")).toBe(zoneClock("Europe/Berlin"));
    expect(() => zoneClock("Mars/Olympus")).toThrow(
      new RangeError('there is no time zone "Mars/Olympus"; use an IANA name, such as Europe/Berlin'),
    );
    expect(isZone("Asia/Beirut")).toBe(true);
    expect(isZone("Mars/Olympus")).toBe(false);
    expect(isZone("")).toBe(false);
  });
});

describe("the instant of a clock time", () => {
  const both = (zone: string, text: string) => {
    const clock = zoneClock(zone);
    return [iso(clock.firstInstantOf(at(`${text}Z`))), iso(clock.lastInstantOf(at(`${text}Z`)))];
  };

  test("is the first instant after the gap when it is skipped", () => {
    expect(both("Europe/Berlin", "2026-03-29T02:00")).toEqual(["2026-03-29T01:00", "2026-03-29T01:00"]);
    expect(both("Europe/Berlin", "2026-03-29T02:59")).toEqual(["2026-03-29T01:00", "2026-03-29T01:00"]);
    expect(both("Europe/Berlin", "2026-03-29T01:59")).toEqual(["2026-03-29T00:59", "2026-03-29T00:59"]);
    expect(both("Europe/Berlin", "2026-03-29T03:00")).toEqual(["2026-03-29T01:00", "2026-03-29T01:00"]);
    expect(both("Europe/Berlin", "2026-03-29T03:01")).toEqual(["2026-03-29T01:01", "2026-03-29T01:01"]);
  });

  test("is the first or the last when it comes twice", () => {
    expect(both("Europe/Berlin", "2026-10-25T01:59")).toEqual(["2026-10-24T23:59", "2026-10-24T23:59"]);
    expect(both("Europe/Berlin", "2026-10-25T02:00")).toEqual(["2026-10-25T00:00", "2026-10-25T01:00"]);
    expect(both("Europe/Berlin", "2026-10-25T02:59")).toEqual(["2026-10-25T00:59", "2026-10-25T01:59"]);
    // Three o'clock itself comes once: after the repeat.
    expect(both("Europe/Berlin", "2026-10-25T03:00")).toEqual(["2026-10-25T02:00", "2026-10-25T02:00"]);
  });

  test("is right where midnight is skipped or repeated", () => {
    expect(both("Asia/Beirut", "2026-03-29T00:00")).toEqual(["2026-03-28T22:00", "2026-03-28T22:00"]);
    expect(both("Africa/Cairo", "2026-04-24T00:00")).toEqual(["2026-04-23T22:00", "2026-04-23T22:00"]);
    expect(both("America/Havana", "2026-03-08T00:00")).toEqual(["2026-03-08T05:00", "2026-03-08T05:00"]);
    expect(both("America/Havana", "2026-11-01T00:00")).toEqual(["2026-11-01T04:00", "2026-11-01T05:00"]);
    expect(both("Asia/Beirut", "2026-10-24T23:00")).toEqual(["2026-10-24T20:00", "2026-10-24T21:00"]);
    expect(both("Africa/Cairo", "2026-10-29T23:30")).toEqual(["2026-10-29T20:30", "2026-10-29T21:30"]);
  });

  test("is right where a whole day is skipped or repeated, and far from UTC", () => {
    expect(both("Pacific/Apia", "2011-12-30T12:00")).toEqual(["2011-12-30T10:00", "2011-12-30T10:00"]);
    expect(both("Pacific/Kiritimati", "2026-01-01T00:00")).toEqual(["2025-12-31T10:00", "2025-12-31T10:00"]);
    expect(both("Pacific/Pago_Pago", "2026-01-01T00:00")).toEqual(["2026-01-01T11:00", "2026-01-01T11:00"]);
    expect(both("Australia/Lord_Howe", "2026-04-05T01:45")).toEqual(["2026-04-04T14:45", "2026-04-04T15:15"]);
  });

  test("is where the clock first reaches it and where it is never before it again, minute by minute around every change", () => {
    const start = at("2024-01-01T00:00Z");
    for (const zone of zones) {
      const clock = zoneClock(zone);
      for (const changeMs of changes(clock, start)) {
        const minutes = Array.from({ length: 601 }, (_, index) => changeMs + (index - 300) * MINUTE);
        for (let offset = -90; offset <= 90; offset += 15) {
          const wanted = clock.clockAt(changeMs) + offset * MINUTE;
          expect(clock.firstInstantOf(wanted)).toBe(minutes.find((ms) => clock.clockAt(ms) >= wanted));
          const last = minutes.findLast((ms) => clock.clockAt(ms) <= wanted)!;
          expect(clock.lastInstantOf(wanted)).toBe(clock.clockAt(last) === wanted ? last : last + MINUTE);
        }
      }
    }
  });
});

describe("the highest clock time so far", () => {
  test("stands still while time repeats", () => {
    const berlin = zoneClock("Europe/Berlin");
    const autumn = at("2026-10-25T01:00:00Z");
    expect(berlin.highestClockAt(autumn - 1)).toBe(at("2026-10-25T03:00Z") - 1);
    expect(berlin.highestClockAt(autumn)).toBe(at("2026-10-25T03:00Z") - 1);
    expect(berlin.highestClockAt(autumn + HOUR - 1)).toBe(at("2026-10-25T03:00Z") - 1);
    expect(berlin.highestClockAt(autumn + HOUR)).toBe(at("2026-10-25T03:00Z"));
    expect(berlin.highestClockAt(autumn + 3 * DAY)).toBe(berlin.clockAt(autumn + 3 * DAY));
  });

  test("stands still for a day that is repeated", () => {
    const alaska = zoneClock("America/Juneau"); // Alaska came to America in October 1867 and repeated a day
    const change = [...Array(400)]
      .map((_, day) => at("1867-01-01T00:00Z") + day * DAY)
      .find((ms) => alaska.clockAt(ms + DAY) - alaska.clockAt(ms) < 12 * HOUR)!;
    const noon = change + DAY;
    expect(alaska.highestClockAt(noon)).toBeGreaterThan(alaska.clockAt(noon));
    expect(alaska.highestClockAt(noon + 3 * DAY)).toBe(alaska.clockAt(noon + 3 * DAY));
  });

  test("tells exactly which clock times have been reached, in every zone", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: at("2005-01-01T00:00Z"), max: at("2008-01-01T00:00Z") }),
        fc.integer({ min: -3 * HOUR, max: 3 * HOUR }),
        (zone, ms, offset) => {
          const clock = zoneClock(zone);
          const wanted = clock.clockAt(ms) + offset;
          expect(clock.firstInstantOf(wanted) <= ms).toBe(clock.highestClockAt(ms) >= wanted);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe("what is remembered", () => {
  test("is bounded in zones and in years, and right after it was dropped", () => {
    const berlin = zoneClock("Europe/Berlin");
    const names = Array.from({ length: 2_100 }, (_, index) =>
      Array.from("berlineurope")
        .map((letter, place) => ((index >> place) & 1 ? letter.toUpperCase() : letter))
        .join(""),
    );
    const summer = at("2026-07-01T12:00Z");
    for (const name of names) zoneClock(`${name.slice(6)}/${name.slice(0, 6)}`);
    expect(zoneClock("Europe/Berlin")).not.toBe(berlin);
    expect(berlin.clockAt(summer)).toBe(summer + 2 * HOUR);
    for (let year = 0; year < 600; year += 1) berlin.clockAt(at("2026-07-01T12:00Z") + year * 400 * DAY);
    expect(berlin.clockAt(summer)).toBe(summer + 2 * HOUR);
  });
});

/** The changes of a zone within a year, found step by step. */
function changes(clock: ZoneClock, fromMs: number): readonly number[] {
  const offsetAt = (ms: number) => clock.clockAt(ms) - ms;
  const found: number[] = [];
  for (let ms = fromMs; ms < fromMs + 365 * DAY; ms += 12 * HOUR) {
    if (offsetAt(ms) === offsetAt(ms + 12 * HOUR)) continue;
    let minute = ms;
    while (offsetAt(minute) === offsetAt(ms)) minute += 15 * MINUTE;
    found.push(minute);
  }
  return found;
}
