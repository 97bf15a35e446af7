import { describe, expect, test } from "vitest";
import { at } from "./on-call.fixture.js";
import { DEFAULT_NIGHT_HOURS, isAtNight, type NightHours } from "./person.js";

const berlin = (night?: NightHours) => ({ zone: "Europe/Berlin", ...(night !== undefined && { night }) });
const nights = (texts: readonly string[], night?: NightHours) =>
  texts.map((text) => isAtNight(berlin(night), at(text)));

describe("a person's night", () => {
  test("lasts from 22:00 to 07:00 on the person's own clock, start in and end out", () => {
    expect(DEFAULT_NIGHT_HOURS).toEqual({ start: "22:00", end: "07:00" });
    expect(
      nights(["2026-01-05T20:59:59.999Z", "2026-01-05T21:00Z", "2026-01-06T05:59:59.999Z", "2026-01-06T06:00Z"]),
    ).toEqual([false, true, true, false]);
    expect(nights(["2026-07-05T19:59Z", "2026-07-05T20:00Z", "2026-07-06T04:59Z", "2026-07-06T05:00Z"])).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  test("may lie within one day, end with it, or be none", () => {
    const day = [
      "2026-01-05T07:59Z",
      "2026-01-05T08:00Z",
      "2026-01-05T15:59Z",
      "2026-01-05T16:00Z",
      "2026-01-05T22:59Z",
    ];
    expect(nights(day, { start: "09:00", end: "17:00" })).toEqual([false, true, true, false, false]);
    expect(nights(day, { start: "17:00", end: "24:00" })).toEqual([false, false, false, true, true]);
    expect(nights(day, { start: "09:00", end: "09:00" })).toEqual([false, false, false, false, false]);
  });

  test("is counted right before 1970", () => {
    expect(nights(["1969-12-31T21:30Z", "1969-12-31T12:00Z"])).toEqual([true, false]);
  });

  test("names what is no zone and no clock time", () => {
    expect(() => isAtNight({ zone: "Mars/Olympus" }, 0)).toThrow('there is no time zone "Mars/Olympus"');
    expect(() => isAtNight(berlin({ start: "25:00", end: "07:00" }), 0)).toThrow(
      new RangeError('"25:00" is not a clock time; write HH:mm from 00:00 to 24:00'),
    );
  });
});
