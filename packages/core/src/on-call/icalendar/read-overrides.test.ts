import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { at } from "../on-call.fixture.js";
import type { Person } from "../person.js";
import { readOverrides, type OverrideImportOptions } from "./read-overrides.js";

const person = (id: string, name: string): Person => ({ id, name, zone: "UTC", contacts: [] });
const people = [person("ada", "Ada Lovelace"), person("ben", "Ben"), person("cy", "Cy for Short"), person("b2", "Ben")];
const options: OverrideImportOptions = {
  people,
  zone: "Europe/Berlin",
  fromMs: at("2026-01-01T00:00Z"),
  toMs: at("2027-01-01T00:00Z"),
};
const calendar = (...lines: readonly string[]) => ["BEGIN:VCALENDAR", ...lines, "END:VCALENDAR"].join("\r\n");
const event = (...lines: readonly string[]) => ["BEGIN:VEVENT", "UID:1", "SUMMARY:ada", ...lines, "END:VEVENT"];
const read = (lines: readonly string[], rest: Partial<OverrideImportOptions> = {}) =>
  readOverrides(calendar(...lines), { ...options, ...rest });
const minute = (ms: number) => new Date(ms).toISOString().slice(0, 16);
/** The spans of an event with these lines; it must have no problems. */
const spans = (lines: readonly string[], rest: Partial<OverrideImportOptions> = {}) => {
  const { overrides, problems } = read(event(...lines), rest);
  expect(problems).toEqual([]);
  return overrides.map(({ fromMs, toMs }) => `${minute(fromMs)} ${minute(toMs)}`);
};
/** The days on which an event of one hour with this rule begins. */
const days = (start: string, rule: string, ...more: readonly string[]) =>
  spans([`DTSTART:${start}T100000Z`, "DURATION:PT1H", `RRULE:${rule}`, ...more]).map((span) => span.slice(5, 10));
/** The only problem of an event with these lines. */
const problem = (...lines: readonly string[]) => {
  const { overrides, problems } = read(event(...lines));
  expect(overrides).toEqual([]);
  expect(problems).toHaveLength(1);
  return `${problems[0]?.line}: ${problems[0]?.message}`;
};

describe("an event", () => {
  test("becomes an override with an id of its own", () => {
    expect(read(event("DTSTART:20260105T080000Z", "DTEND:20260105T160000Z"))).toEqual({
      overrides: [
        {
          id: "ical/1/2026-01-05T08:00:00.000Z",
          fromMs: at("2026-01-05T08:00Z"),
          toMs: at("2026-01-05T16:00Z"),
          kind: "add",
          personId: "ada",
        },
      ],
      problems: [],
    });
  });

  test.each([
    ["ada", { kind: "add", personId: "ada" }],
    ["  ADA   lovelace ", { kind: "add", personId: "ada" }],
    ["add Ada", { kind: "add", personId: "ada" }],
    ["Remove Ada", { kind: "remove", personId: "ada" }],
    ["b2 for Ada Lovelace", { kind: "replace", personId: "ada", withPersonId: "b2" }],
    ["b2 instead of ada", { kind: "replace", personId: "ada", withPersonId: "b2" }],
    ["ben", { kind: "add", personId: "ben" }],
    ["Cy for Short", { kind: "add", personId: "cy" }],
    ["ada instead of Cy for Short", { kind: "replace", personId: "cy", withPersonId: "ada" }],
  ])("called %j says what to do", (summary, change) => {
    const { overrides, problems } = read([
      "BEGIN:VEVENT",
      "UID:1",
      `SUMMARY:${summary}`,
      "DTSTART:20260105",
      "END:VEVENT",
    ]);
    expect(problems).toEqual([]);
    expect(overrides[0]).toMatchObject(change);
  });

  test("whose summary names nobody, or several, is named", () => {
    const how = "write a person, or add, remove, or one person for another, such as: Ben for Ada";
    const said = (summary: string, who = people) =>
      readOverrides(calendar("BEGIN:VEVENT", "UID:1", `SUMMARY:${summary}`, "DTSTART:20260105", "END:VEVENT"), {
        ...options,
        people: who,
      }).problems.map(({ line, message }) => `${line}: ${message}`);
    expect(said("eve")).toEqual([`4: SUMMARY "eve" names nobody who is known: "eve"; ${how}`]);
    expect(said("ada for eve")).toEqual([`4: SUMMARY "ada for eve" names nobody who is known: "eve"; ${how}`]);
    expect(said("remove ada for ben")).toEqual([
      `4: SUMMARY "remove ada for ben" names nobody who is known: "remove ada"; ${how}`,
    ]);
    expect(said("Ben", [person("b1", "Ben"), person("b2", "Ben")])).toEqual([
      `4: SUMMARY "Ben" fits several people, so use an id: "Ben"; ${how}`,
    ]);
  });

  test("may be in UTC, in a zone, or on the calendar's own clock", () => {
    expect(spans(["DTSTART:20260705T100000Z", "DTEND:20260705T110000Z"])).toEqual([
      "2026-07-05T10:00 2026-07-05T11:00",
    ]);
    expect(
      spans(["DTSTART;TZID=America/New_York:20260705T100000", "DTEND;TZID=America/New_York:20260705T110000"]),
    ).toEqual(["2026-07-05T14:00 2026-07-05T15:00"]);
    expect(spans(["DTSTART:20260705T100000", "DTEND:20260705T110000"])).toEqual(["2026-07-05T08:00 2026-07-05T09:00"]);
    expect(spans(["DTSTART;TZID=America/New_York:20260705T100000", "DTEND:20260705T150000Z"])).toEqual([
      "2026-07-05T14:00 2026-07-05T15:00",
    ]);
    expect(spans(["DTSTART:20260705T235960Z", "DURATION:PT1M"])).toEqual(["2026-07-05T23:59 2026-07-06T00:00"]);
  });

  test("may last whole days, of 23 and 25 hours too", () => {
    expect(spans(["DTSTART;VALUE=DATE:20260329"])).toEqual(["2026-03-28T23:00 2026-03-29T22:00"]);
    expect(spans(["DTSTART;VALUE=DATE:20261025", "DTEND;VALUE=DATE:20261027"])).toEqual([
      "2026-10-24T22:00 2026-10-26T23:00",
    ]);
  });

  test.each([
    ["P1D", 1_440],
    ["P2W", 20_160],
    ["PT8H", 480],
    ["PT1H30M", 90],
    ["+P1DT2H3M60S", 1_564],
  ])("may last %s", (duration, minutes) => {
    const { overrides } = read(event("DTSTART:20260105T080000Z", `DURATION:${duration}`));
    expect((overrides[0]!.toMs - overrides[0]!.fromMs) / 60_000).toBe(minutes);
  });

  test("with a time that does not exist begins after the gap; a repeated one is its first", () => {
    expect(spans(["DTSTART:20260329T023000", "DTEND:20260329T040000"])).toEqual(["2026-03-29T01:00 2026-03-29T02:00"]);
    expect(spans(["DTSTART:20261025T023000", "DTEND:20261025T040000"])).toEqual(["2026-10-25T00:30 2026-10-25T03:00"]);
    // Wholly within the gap it is no time at all.
    expect(spans(["DTSTART:20260329T021500", "DTEND:20260329T024500"])).toEqual([]);
  });

  test("outside the range, and one that is cancelled, is left out", () => {
    const bounds = { fromMs: at("2026-01-05T08:00Z"), toMs: at("2026-01-05T10:00Z") };
    const hour = (from: string) => spans([`DTSTART:20260105T${from}0000Z`, "DURATION:PT1H"], bounds).length;
    expect(["06", "07", "08", "09", "10"].map(hour)).toEqual([0, 0, 1, 1, 0]);
    expect(spans(["DTSTART:20260105T073000Z", "DURATION:PT1H"], bounds)).toHaveLength(1);
    expect(spans(["DTSTART:20260105T080000Z", "DURATION:PT1H", "STATUS:cancelled"])).toEqual([]);
    expect(spans(["DTSTART:20260105T080000Z", "DURATION:PT1H", "STATUS:CONFIRMED"])).toHaveLength(1);
  });

  test("that is broken is named, by its line", () => {
    expect(problem("DTSTART;TZID=W. Europe Standard Time:20260105T080000", "DURATION:PT1H")).toBe(
      '5: DTSTART "20260105T080000" is in the zone "W. Europe Standard Time", which is no IANA zone; write one such as TZID=Europe/Berlin',
    );
    const noTime = "is no date or time; write 20260105, 20260105T090000 or 20260105T080000Z";
    for (const text of [
      "tomorrow",
      "20260230",
      "20260230T080000Z",
      "20260105T240000Z",
      "20260105T086000Z",
      "20260105T080061Z",
      "x20260105",
      "2026-01-05",
      "20260105T080000+0100",
    ]) {
      expect(problem(`DTSTART:${text}`, "DURATION:PT1H")).toBe(`5: DTSTART "${text}" ${noTime}`);
    }
    expect(problem("DTSTART:20260105,20260106")).toBe('5: DTSTART "20260105,20260106" has several times; keep one');
    expect(problem("DTSTART:20260105T080000Z")).toBe(
      '5: DTSTART "20260105T080000Z" has no end; add a DTEND or a DURATION',
    );
    expect(problem("DTSTART:20260105T080000Z", "DTEND:20260105T080000Z")).toBe(
      '6: DTEND "20260105T080000Z" is not after DTSTART',
    );
    expect(problem("DTSTART:20260105T080000Z", "DTEND:soon")).toBe(`6: DTEND "soon" ${noTime}`);
    for (const text of ["PT0S", "-PT1H", "1H", "P", "PT", "P1W1D"]) {
      expect(problem("DTSTART:20260105T080000Z", `DURATION:${text}`)).toBe(
        `6: DURATION "${text}" is no length of time; write one such as PT8H or P1D`,
      );
    }
    expect(problem("COMMENT:x")).toBe("2: the event has no DTSTART; say when it begins");
    for (const name of ["RECURRENCE-ID", "RDATE", "EXRULE"]) {
      expect(problem("DTSTART:20260105", `${name}:20260106`)).toBe(
        `6: ${name} "20260106" is not supported; make it an event of its own`,
      );
    }
  });

  test("needs a UID of its own, and a summary", () => {
    const bare = (...lines: readonly string[]) =>
      read(["BEGIN:VEVENT", ...lines, "DTSTART:20260105", "END:VEVENT"]).problems;
    expect(bare("SUMMARY:ada")).toEqual([{ line: 2, message: "the event has no UID; give it one of its own" }]);
    expect(bare("SUMMARY:ada", "UID:")).toEqual([{ line: 2, message: "the event has no UID; give it one of its own" }]);
    expect(bare("UID:1")[0]?.message).toBe(
      "the event has no SUMMARY; write a person, or add, remove, or one person for another, such as: Ben for Ada",
    );
    const twice = read([...event("DTSTART:20260105"), ...event("DTSTART:20260106")]);
    expect(twice.overrides).toHaveLength(1);
    expect(twice.problems).toEqual([
      { line: 7, message: "has the UID of the event on line 2; give it one of its own" },
    ]);
  });
});

describe("a rule of recurrence", () => {
  test("is followed by days", () => {
    expect(days("20260105", "FREQ=DAILY;COUNT=3")).toEqual(["01-05", "01-06", "01-07"]);
    expect(days("20260105", "freq=daily;interval=2;until=20260109T100000Z")).toEqual(["01-05", "01-07", "01-09"]);
    expect(days("20260105", "FREQ=DAILY;INTERVAL=2;UNTIL=20260109T095959Z")).toEqual(["01-05", "01-07"]);
    expect(days("20260102", "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR;COUNT=3")).toEqual(["01-02", "01-05", "01-06"]);
  });

  test("is followed by weeks", () => {
    expect(days("20260105", "FREQ=WEEKLY;COUNT=3")).toEqual(["01-05", "01-12", "01-19"]);
    expect(days("20260107", "FREQ=WEEKLY;BYDAY=FR,MO;COUNT=3")).toEqual(["01-09", "01-12", "01-16"]);
    // RFC 5545 gives this as what WKST changes.
    expect(days("20260106", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO")).toEqual([
      "01-06",
      "01-11",
      "01-20",
      "01-25",
    ]);
    expect(days("20260106", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU")).toEqual([
      "01-06",
      "01-18",
      "01-20",
      "02-01",
    ]);
  });

  test("is followed by months and years; a day that is not there is left out", () => {
    expect(days("20260131", "FREQ=MONTHLY;COUNT=4")).toEqual(["01-31", "03-31", "05-31", "07-31"]);
    expect(days("20260110", "FREQ=MONTHLY;BYMONTHDAY=-1,+10,10;COUNT=4")).toEqual(["01-10", "01-31", "02-10", "02-28"]);
    expect(days("20260115", "FREQ=MONTHLY;BYMONTHDAY=10;INTERVAL=6;COUNT=1")).toEqual(["07-10"]);
    expect(days("20260115", "FREQ=MONTHLY;BYMONTHDAY=31,-31;INTERVAL=1;COUNT=3")).toEqual(["01-31", "03-01", "03-31"]);
    expect(days("20200229", "FREQ=YEARLY")).toEqual([]);
    expect(days("20200228", "FREQ=YEARLY")).toEqual(["02-28"]);
    expect(days("20230228", "FREQ=YEARLY;INTERVAL=2")).toEqual([]);
    expect(days("20240228", "FREQ=YEARLY;INTERVAL=2")).toEqual(["02-28"]);
  });

  test("counts its occurrences from the start, and is followed from there only when it has to be", () => {
    expect(days("20251230", "FREQ=DAILY;COUNT=4")).toEqual(["01-01", "01-02"]);
    expect(days("20251230", "FREQ=DAILY;COUNT=2")).toEqual([]);
    expect(days("19000101", "FREQ=DAILY;UNTIL=20260102T235959Z")).toEqual(["01-01", "01-02"]);
    expect(days("19000101", "FREQ=WEEKLY;UNTIL=20260112T100000Z")).toEqual(["01-05", "01-12"]);
    expect(days("19000131", "FREQ=MONTHLY;UNTIL=20260401")).toEqual(["01-31", "03-31"]);
  });

  test("keeps its clock time across changes, and reaches from before the range into it", () => {
    expect(
      spans([
        "DTSTART;TZID=Europe/Berlin:20260328T220000",
        "DTEND;TZID=Europe/Berlin:20260329T060000",
        "RRULE:FREQ=DAILY;COUNT=2",
      ]),
    ).toEqual(["2026-03-28T21:00 2026-03-29T04:00", "2026-03-29T20:00 2026-03-30T04:00"]);
    const bounds = { fromMs: at("2026-01-05T12:00Z"), toMs: at("2026-01-06T12:00Z") };
    expect(spans(["DTSTART:20260101T080000Z", "DURATION:P3D", "RRULE:FREQ=DAILY"], bounds)).toEqual([
      "2026-01-03T08:00 2026-01-06T08:00",
      "2026-01-04T08:00 2026-01-07T08:00",
      "2026-01-05T08:00 2026-01-08T08:00",
      "2026-01-06T08:00 2026-01-09T08:00",
    ]);
  });

  test("leaves out the dates excepted from it", () => {
    expect(
      days("20260105", "FREQ=DAILY;COUNT=4", "EXDATE:20260106T100000Z,20260107T100000Z", "EXDATE:20260108T100001Z"),
    ).toEqual(["01-05", "01-08"]);
    expect(spans(["DTSTART;VALUE=DATE:20260105", "RRULE:FREQ=DAILY;COUNT=2", "EXDATE;VALUE=DATE:20260105"])).toEqual([
      "2026-01-05T23:00 2026-01-06T23:00",
    ]);
    expect(problem("DTSTART:20260105", "RRULE:FREQ=DAILY;COUNT=2", "EXDATE:soon")).toContain(
      '7: EXDATE "soon" is no date or time',
    );
  });

  test("may end with a date: that day is in", () => {
    expect(spans(["DTSTART;VALUE=DATE:20260105", "RRULE:FREQ=DAILY;UNTIL=20260106"])).toHaveLength(2);
    expect(spans(["DTSTART:20260105T230000", "DURATION:PT1H", "RRULE:FREQ=DAILY;UNTIL=20260106"])).toHaveLength(2);
    expect(spans(["DTSTART:20260105T000000", "DURATION:PT1H", "RRULE:FREQ=DAILY;UNTIL=20260106T000000"])).toHaveLength(
      2,
    );
    expect(spans(["DTSTART:20260105T000000", "DURATION:PT1H", "RRULE:FREQ=DAILY;UNTIL=20260105T235959"])).toHaveLength(
      1,
    );
  });

  const cannot = (what: string) =>
    `cannot be followed: ${what} is not supported; write FREQ (DAILY, WEEKLY with BYDAY such as MO,TU, MONTHLY with BYMONTHDAY, YEARLY) with INTERVAL, and COUNT or UNTIL, or one event for each time`;
  test.each([
    ["FREQ=MONTHLY;BYSETPOS=1", cannot("the part BYSETPOS")],
    ["FREQ=DAILY;BYHOUR=9", cannot("the part BYHOUR")],
    ["FREQ=DAILY;", cannot("the part ")],
    ["FREQ=HOURLY", cannot("FREQ=HOURLY")],
    ["FREQ=constructor", cannot("FREQ=CONSTRUCTOR")],
    ["COUNT=2", cannot("FREQ=nothing")],
    ["FREQ=MONTHLY;BYDAY=MO", cannot("BYDAY with FREQ=MONTHLY")],
    ["FREQ=YEARLY;BYMONTHDAY=1", cannot("BYMONTHDAY with FREQ=YEARLY")],
    ["FREQ=WEEKLY;BYDAY=1MO", cannot("BYDAY=1MO")],
    ["FREQ=DAILY;COUNT=2;UNTIL=20260106", "has both COUNT and UNTIL; keep one of them"],
    ["FREQ=DAILY;INTERVAL=0", "needs an INTERVAL from 1 to 1000"],
    ["FREQ=DAILY;INTERVAL=1001", "needs an INTERVAL from 1 to 1000"],
    ["FREQ=DAILY;INTERVAL=-1", "needs an INTERVAL from 1 to 1000"],
    ["FREQ=DAILY;COUNT=0", "needs a COUNT from 1 to 10000"],
    ["FREQ=DAILY;COUNT=10001", "needs a COUNT from 1 to 10000"],
    ["FREQ=DAILY;COUNT", "needs a COUNT from 1 to 10000"],
    ["FREQ=DAILY;WKST=XX", "needs a WKST from MO to SU"],
    ["FREQ=DAILY;UNTIL=soon", "needs an UNTIL such as 20261231T235959Z"],
    ["FREQ=MONTHLY;BYMONTHDAY=0", "needs a BYMONTHDAY from 1 to 31, or from -31 to -1"],
    ["FREQ=MONTHLY;BYMONTHDAY=32", "needs a BYMONTHDAY from 1 to 31, or from -31 to -1"],
    ["FREQ=MONTHLY;BYMONTHDAY=1,x", "needs a BYMONTHDAY from 1 to 31, or from -31 to -1"],
  ])("%s is refused by name", (rule, message) => {
    const shown = rule.length > 40 ? `${rule.slice(0, 40)}...` : rule;
    expect(problem("DTSTART:20260105", `RRULE:${rule}`)).toBe(`6: RRULE "${shown}" ${message}`);
  });

  test("that is a second one, or is followed too long, is refused", () => {
    expect(problem("DTSTART:20260105", "RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY")).toBe(
      '7: RRULE "FREQ=WEEKLY" is a second rule; make it an event of its own',
    );
    expect(problem("DTSTART:19000105", "RRULE:FREQ=DAILY;BYDAY=MO;COUNT=9999")).toBe(
      '6: RRULE "FREQ=DAILY;BYDAY=MO;COUNT=9999" comes too often to be followed until then; start it later, or import a shorter time',
    );
  });

  test("takes the largest interval and count", () => {
    expect(days("20260105", "FREQ=DAILY;INTERVAL=1000;COUNT=10000")).toEqual(["01-05"]);
  });
});

describe("a calendar", () => {
  test("is read in spite of what is broken in it, and passes over what is no event", () => {
    const { overrides, problems } = read([
      "BEGIN:VTIMEZONE",
      "BEGIN:STANDARD",
      "DTSTART:16010101T030000",
      "END:STANDARD",
      "END:VTIMEZONE",
      "what is this",
      "BEGIN:VEVENT",
      "UID:1",
      "SUMMARY:eve",
      "DTSTART:20260105",
      "END:VEVENT",
      "BEGIN:VEVENT",
      "UID:3",
      "SUMMARY:ada",
      "DTSTART:20260107",
      "END:VEVENT",
      "BEGIN:VEVENT",
      "UID:2",
      "SUMMARY:ada",
      "DTSTART:20260106",
      "BEGIN:VALARM",
      "SUMMARY:eve",
      "END:VALARM",
      "END:VEVENT",
      "END:VTODO",
    ]);
    expect(overrides.map(({ id }) => id)).toEqual([
      "ical/2/2026-01-05T23:00:00.000Z",
      "ical/3/2026-01-06T23:00:00.000Z",
    ]);
    expect(problems.map(({ line, message }) => `${line}: ${message}`)).toEqual([
      '7: "what is this" is no property; write NAME:value',
      '10: SUMMARY "eve" names nobody who is known: "eve"; write a person, or add, remove, or one person for another, such as: Ben for Ada',
      "26: END:VTODO ends nothing that is open here; remove it",
    ]);
  });

  test("sorts events of one start by their ids", () => {
    const at8 = (uid: string) => ["BEGIN:VEVENT", `UID:${uid}`, "SUMMARY:ada", "DTSTART:20260105", "END:VEVENT"];
    expect(read([...at8("b"), ...at8("a")]).overrides.map(({ id }) => id.slice(0, 6))).toEqual(["ical/a", "ical/b"]);
  });

  test("that ends too early is named", () => {
    expect(readOverrides("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1", options).problems).toEqual([
      { line: 1, message: "BEGIN:VCALENDAR is never ended; add END:VCALENDAR" },
      { line: 2, message: "BEGIN:VEVENT is never ended; add END:VEVENT" },
    ]);
    expect(readOverrides("begin:vcalendar\nend:vcalendar\nX:1", options)).toEqual({ overrides: [], problems: [] });
  });

  test.each(["", "<html>", "BEGIN:VCARD\nEND:VCARD", "X:1\nBEGIN:VCALENDAR\nEND:VCALENDAR", "END:VCALENDAR"])(
    "is not %j",
    (text) => {
      expect(readOverrides(text, options)).toEqual({
        overrides: [],
        problems: [{ line: 1, message: "is no iCalendar file; it must begin with BEGIN:VCALENDAR" }],
      });
    },
  );

  test("is refused when it is too large", () => {
    const long = `${calendar()}\n${"X".repeat(2_000_000)}`;
    expect(readOverrides(long, options).problems).toEqual([
      { line: 1, message: `has ${long.length} characters, more than 2000000; export a shorter time` },
    ]);
    const many = Array.from({ length: 5_001 }, (_, index) => ["BEGIN:VEVENT", `UID:${index}`, "END:VEVENT"]);
    expect(read(many.flat()).problems).toEqual([
      { line: 1, message: "has 5001 events, more than 5000; export a shorter time" },
    ]);
    expect(read(many.slice(1).flat()).problems).toHaveLength(5_000);
  });

  test("is refused from the event on that would make too many overrides", () => {
    const daily = (uid: string) => [
      "BEGIN:VEVENT",
      `UID:${uid}`,
      "SUMMARY:ada",
      "DTSTART:20260101T100000Z",
      "DURATION:PT1H",
      "RRULE:FREQ=DAILY;COUNT=5000",
      "END:VEVENT",
    ];
    const { overrides, problems } = read([...daily("a"), ...daily("b"), ...daily("c")], {
      toMs: at("2046-01-01T00:00Z"),
    });
    expect(overrides).toHaveLength(10_000);
    expect(problems).toEqual([{ line: 16, message: "would make more than 10000 overrides; import a shorter time" }]);
  });

  test("never throws, whatever stands in it", () => {
    const line = fc.oneof(
      fc.constantFrom(
        "BEGIN:VEVENT",
        "END:VEVENT",
        "UID:1",
        "UID:2",
        "SUMMARY:ada",
        "DTSTART:20260105",
        "DTEND:20260106",
        "RRULE:FREQ=DAILY",
      ),
      fc
        .tuple(fc.constantFrom("DTSTART", "DTEND", "RRULE", "EXDATE", "SUMMARY", "DURATION"), fc.string())
        .map((parts) => parts.join(":")),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const { overrides, problems } = readOverrides(calendar(...lines), options);
        for (const { fromMs, toMs } of overrides) expect(fromMs).toBeLessThan(toMs);
        for (const { line: number } of problems) expect(number).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });
});
