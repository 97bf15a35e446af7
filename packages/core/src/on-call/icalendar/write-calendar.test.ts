import { describe, expect, test } from "vitest";
import { at, layer, schedule } from "../on-call.fixture.js";
import type { OnCallSchedule } from "../schedule/schedule.js";
import { readContentLines } from "./content-line.js";
import { writeCalendar, type CalendarInput } from "./write-calendar.js";

const atMs = at("2026-01-01T00:00:00Z");
const write = (asked: OnCallSchedule, from: string, to: string, rest: Partial<CalendarInput> = {}) =>
  writeCalendar({ schedule: asked, fromMs: at(from), toMs: at(to), atMs, people: [], ...rest });
const field = (text: string, name: string) =>
  readContentLines(text)
    .lines.filter((line) => line.name === name)
    .map(({ value }) => value);
const events = (text: string) => {
  const [starts, ends, summaries] = ["DTSTART", "DTEND", "SUMMARY"].map((name) => field(text, name)) as [
    string[],
    string[],
    string[],
  ];
  return starts.map((start, index) => [start, ends[index], summaries[index]?.split(" ")[0]]);
};
const ada = { id: "ada", name: "Ada Lovelace", zone: "UTC", contacts: [] };

describe("a schedule's calendar", () => {
  test("is written as RFC 5545 asks", () => {
    const payments = { ...schedule([layer("main")]), name: "Payments, Europe" };
    expect(write(payments, "2026-01-05T08:00Z", "2026-01-12T08:00Z", { people: [ada] })).toBe(
      [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Plimsoll//On-call//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "X-WR-CALNAME:On call: Payments\\, Europe",
        "BEGIN:VEVENT",
        "UID:payments/ada/20260105T080000Z@plimsoll",
        "DTSTAMP:20260101T000000Z",
        "DTSTART:20260105T080000Z",
        "DTEND:20260112T080000Z",
        "SUMMARY:Ada Lovelace on call: Payments\\, Europe",
        "DESCRIPTION:Layer: main",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
      ].join("\r\n"),
    );
  });

  test("has whole shifts, wherever the range cuts them, under the same UID", () => {
    const main = schedule([layer("main")]);
    const whole = write(main, "2026-01-05T08:00Z", "2026-01-26T08:00Z");
    expect(events(whole)).toEqual([
      ["20260105T080000Z", "20260112T080000Z", "ada"],
      ["20260112T080000Z", "20260119T080000Z", "ben"],
      ["20260119T080000Z", "20260126T080000Z", "cy"],
    ]);
    expect(write(main, "2026-01-06T00:00Z", "2026-01-20T00:00Z")).toBe(whole);
    expect(events(write(main, "2026-01-13T00:00Z", "2026-01-14T00:00Z"))).toEqual([
      ["20260112T080000Z", "20260119T080000Z", "ben"],
    ]);
  });

  test("cuts a shift where another layer or an override does, however the range lies", () => {
    const day = [{ start: "09:00", end: "17:00" }];
    const main = schedule([layer("low"), layer("high", { participants: ["zoe"] }, { priority: 1, restrictions: day })]);
    expect(events(write(main, "2026-01-06T20:00Z", "2026-01-07T01:00Z"))).toEqual([
      ["20260106T160000Z", "20260107T080000Z", "ada"],
    ]);
    const overridden = schedule([layer("main")], {
      overrides: [
        {
          id: "o",
          fromMs: at("2026-01-06T00:00Z"),
          toMs: at("2026-01-08T00:00Z"),
          kind: "replace",
          personId: "ada",
          withPersonId: "zoe",
        },
      ],
    });
    const text = write(overridden, "2026-01-07T00:00Z", "2026-01-07T01:00Z");
    expect(events(text)).toEqual([["20260106T000000Z", "20260108T000000Z", "zoe"]]);
    expect(field(text, "DESCRIPTION")).toEqual(["Override: o\\, instead of ada"]);
  });

  test("does not cut one person's shift when another's begins", () => {
    const both = schedule([layer("one"), layer("two", { every: "daily", participants: ["yan", "zoe"] })]);
    expect(events(write(both, "2026-01-05T08:00Z", "2026-01-08T08:00Z"))).toEqual([
      ["20260105T080000Z", "20260112T080000Z", "ada"],
      ["20260105T080000Z", "20260106T080000Z", "yan"],
      ["20260106T080000Z", "20260107T080000Z", "zoe"],
      ["20260107T080000Z", "20260108T080000Z", "yan"],
    ]);
  });

  test("sorts shifts that begin together by person", () => {
    const both = schedule([
      layer("one", { participants: ["zoe"] }),
      layer("two", { every: "daily", participants: ["ada"] }),
    ]);
    expect(events(write(both, "2026-01-05T08:00Z", "2026-01-06T09:00Z")).map(([start, , who]) => [start, who])).toEqual(
      [
        ["20260105T080000Z", "ada"],
        ["20260105T080000Z", "zoe"],
        ["20260106T080000Z", "ada"],
      ],
    );
  });

  test("may be one person's alone", () => {
    const main = schedule([layer("main")]);
    expect(events(write(main, "2026-01-05T08:00Z", "2026-02-05T08:00Z", { personId: "ben" }))).toEqual([
      ["20260112T080000Z", "20260119T080000Z", "ben"],
      ["20260202T080000Z", "20260209T080000Z", "ben"],
    ]);
  });

  test("gives every reason", () => {
    const asked = schedule([], {
      temporary: [{ id: "t", fromMs: 0, toMs: 60_000, shifts: [{ personId: "ada", fromMs: -60_000, toMs: 120_000 }] }],
      overrides: [{ id: "o", fromMs: 0, toMs: 60_000, kind: "add", personId: "ada" }],
    });
    const text = write(asked, "1970-01-01T00:00:10Z", "1970-01-01T00:00:20Z");
    expect(field(text, "DESCRIPTION")).toEqual(["Temporary schedule: t\\nOverride: o"]);
    expect(events(text)).toEqual([["19700101T000000Z", "19700101T000100Z", "ada"]]);
  });

  test("leaves out what lasts no second, and cuts to the second", () => {
    const override = (id: string, fromMs: number, toMs: number) => ({
      id,
      fromMs,
      toMs,
      kind: "add" as const,
      personId: id,
    });
    const asked = schedule([], { overrides: [override("short", 100, 900), override("long", 900, 2_100)] });
    expect(events(writeCalendar({ schedule: asked, fromMs: 0, toMs: 5_000, atMs: 999, people: [] }))).toEqual([
      ["19700101T000000Z", "19700101T000002Z", "long"],
    ]);
  });

  test("stays within the years that have a calendar", () => {
    const asked = schedule([layer("main", { every: "yearly", length: 1_000 })], {
      overrides: [{ id: "o", fromMs: -1e15, toMs: 1e15, kind: "add", personId: "zoe" }],
    });
    expect(events(write(asked, "9999-06-01T00:00Z", "9999-06-02T00:00Z"))).toEqual([
      ["00010101T000000Z", "99991231T235959Z", "zoe"],
      ["90260105T080000Z", "99991231T235959Z", "ben"],
    ]);
  });

  test("keeps foreign text from breaking out of its place", () => {
    const asked = {
      ...schedule([layer("main", { participants: ["a/b\r\nEND:VEVENT ü"] })]),
      id: "x@y",
      name: "n\r\nEND:VCALENDAR",
    };
    const text = write(asked, "2026-01-05T08:00Z", "2026-01-12T08:00Z");
    expect(field(text, "END")).toEqual(["VEVENT", "VCALENDAR"]);
    expect(field(text, "UID")).toEqual(["x~40~y/a~2f~b~d~~a~END~3a~VEVENT~20~~fc~/20260105T080000Z@plimsoll"]);
  });
});
