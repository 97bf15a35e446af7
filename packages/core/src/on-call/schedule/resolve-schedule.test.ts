import { describe, expect, test } from "vitest";
import { at, layer, schedule } from "../on-call.fixture.js";
import { shiftsBetween, whoIsOnCall } from "./resolve-schedule.js";
import type { Layer, Override, OverrideChange, OnCallSchedule, TemporarySchedule } from "./schedule.js";
import { swapOverrides } from "./swap.js";

const iso = (ms: number) => new Date(ms).toISOString().slice(0, 16);
const ids = (asked: OnCallSchedule, text: string) => whoIsOnCall(asked, at(text)).map(({ personId }) => personId);
const rows = (asked: OnCallSchedule, from: string, to: string) =>
  shiftsBetween(asked, at(from), at(to)).map(({ fromMs, people }) => [
    iso(fromMs),
    people.map(({ personId }) => personId).join("+"),
  ]);
const always = (id: string, person: string, rest: Omit<Partial<Layer>, "rotation"> = {}) =>
  layer(id, { participants: [person] }, rest);
const override = (
  id: string,
  change: OverrideChange,
  from = "2026-01-07T00:00Z",
  to = "2026-01-08T00:00Z",
): Override => ({
  id,
  fromMs: at(from),
  toMs: at(to),
  ...change,
});

describe("a schedule", () => {
  test("of no layers is a gap", () => {
    expect(shiftsBetween(schedule([]), 0, 10)).toEqual([{ fromMs: 0, toMs: 10, people: [] }]);
    expect(whoIsOnCall(schedule([]), 5)).toEqual([]);
  });

  test("says why, with the whole shift", () => {
    const reason = {
      kind: "layer",
      layerId: "main",
      shiftFromMs: at("2026-01-05T08:00Z"),
      shiftToMs: at("2026-01-12T08:00Z"),
    };
    expect(shiftsBetween(schedule([layer("main")]), at("2026-01-06"), at("2026-01-07"))).toEqual([
      { fromMs: at("2026-01-06"), toMs: at("2026-01-07"), people: [{ personId: "ada", because: [reason] }] },
    ]);
  });

  test("has nothing to say of an empty range", () => {
    expect(shiftsBetween(schedule([layer("main")]), 10, 10)).toEqual([]);
    expect(shiftsBetween(schedule([layer("main")]), 10, 9)).toEqual([]);
  });

  test("keeps one person's shifts apart where a shift ends", () => {
    expect(rows(schedule([always("main", "ada")]), "2026-01-05T08:00Z", "2026-01-26T08:00Z")).toEqual([
      ["2026-01-05T08:00", "ada"],
      ["2026-01-12T08:00", "ada"],
      ["2026-01-19T08:00", "ada"],
    ]);
  });

  test("that cannot be resolved is named, with the place", () => {
    const broken = schedule([layer("main", { zone: "Mars/Olympus" })]);
    const error = new RangeError(
      'schedule "payments", layers[0].rotation.zone: there is no time zone "Mars/Olympus"; use an IANA name, such as Europe/Berlin',
    );
    expect(() => whoIsOnCall(broken, 0)).toThrow(error);
    expect(() => shiftsBetween(broken, 0, 1)).toThrow(error);
    // A warning is no reason to leave a pager unanswered.
    expect(whoIsOnCall(schedule([layer("main", { participants: [] })]), 0)).toEqual([]);
  });

  test("answers for the years 1 to 9999", () => {
    const main = schedule([layer("main", { every: "yearly", length: 1_000 })]);
    const [first, last] = [at("0001-01-01T00:00Z"), at("9999-12-31T23:59:59.999Z")];
    for (const ms of [first, last]) expect(whoIsOnCall(main, ms)).toHaveLength(1);
    for (const ms of [first - 1, last + 1, NaN, Infinity]) {
      expect(() => whoIsOnCall(main, ms)).toThrow(
        new RangeError(`${ms} is no instant of the years 1 to 9999; give milliseconds since 1970`),
      );
    }
    expect(() => shiftsBetween(main, 0, Infinity)).toThrow(RangeError);
    expect(() => shiftsBetween(main, NaN, 0)).toThrow(RangeError);
  });
});

describe("layers", () => {
  const night = [{ start: "22:00", end: "06:00" }];

  test("of higher priority hide lower ones for exactly their time", () => {
    const both = schedule([always("low", "ada"), always("high", "ben", { priority: 1, restrictions: night })]);
    expect(rows(both, "2026-01-06T12:00Z", "2026-01-07T12:00Z")).toEqual([
      ["2026-01-06T12:00", "ada"],
      ["2026-01-06T21:00", "ben"],
      ["2026-01-07T05:00", "ada"],
    ]);
  });

  test("of equal priority are on call together, in the order of ids", () => {
    const both = schedule([always("one", "zoe"), always("two", "ada", { restrictions: night })]);
    expect(rows(both, "2026-01-06T12:00Z", "2026-01-07T12:00Z")).toEqual([
      ["2026-01-06T12:00", "zoe"],
      ["2026-01-06T21:00", "ada+zoe"],
      ["2026-01-07T05:00", "zoe"],
    ]);
  });

  test("name a person once, with both reasons", () => {
    const [ada, ...others] = whoIsOnCall(schedule([always("one", "ada"), always("two", "ada")]), at("2026-01-06"));
    expect(others).toEqual([]);
    expect(ada?.because.map((reason) => reason.kind === "layer" && reason.layerId)).toEqual(["one", "two"]);
  });

  test("hide nothing while they have nobody on call", () => {
    const holiday = layer("high", { every: "daily", excluded: { dates: ["2026-01-06"] } }, { priority: 5 });
    const both = schedule([
      always("low", "zoe", { priority: -1 }),
      holiday,
      layer("none", { participants: [] }, { priority: 9 }),
    ]);
    expect(rows(both, "2026-01-05T08:00Z", "2026-01-08T08:00Z")).toEqual([
      ["2026-01-05T08:00", "ada"],
      ["2026-01-06T08:00", "zoe"],
      ["2026-01-07T08:00", "ben"],
    ]);
    const never = layer("high", { excluded: { weekdays: [1, 2, 3, 4, 5, 6, 7] } }, { priority: 5 });
    expect(ids(schedule([always("low", "zoe"), never]), "2026-01-06")).toEqual(["zoe"]);
  });

  test("follow the sun with zones and hours of their own", () => {
    const sun = schedule([
      layer("berlin", { participants: ["ada"] }, { restrictions: [{ start: "08:00", end: "16:00" }] }),
      layer(
        "newyork",
        { participants: ["ben"], zone: "America/New_York" },
        { restrictions: [{ start: "10:00", end: "18:00" }] },
      ),
      layer(
        "sydney",
        { participants: ["cy"], zone: "Australia/Sydney" },
        { restrictions: [{ start: "10:00", end: "18:00" }] },
      ),
    ]);
    expect(rows(sun, "2026-01-06T00:00Z", "2026-01-07T00:00Z")).toEqual([
      ["2026-01-06T00:00", "cy"],
      ["2026-01-06T07:00", "ada"],
      ["2026-01-06T15:00", "ben"],
      ["2026-01-06T23:00", "cy"],
    ]);
  });
});

describe("restrictions", () => {
  const within = (restrictions: Layer["restrictions"], from: string, to: string, zone = "Europe/Berlin") =>
    rows(
      schedule([layer("one", { participants: ["ada"], every: "yearly", zone }, { restrictions: restrictions! })]),
      from,
      to,
    );

  test("speak on their weekdays, start in and end out", () => {
    const rule = [{ weekdays: [2, 3], start: "09:00", end: "17:00" }];
    expect(within(rule, "2026-01-05T00:00Z", "2026-01-09T00:00Z")).toEqual([
      ["2026-01-05T00:00", ""],
      ["2026-01-06T08:00", "ada"],
      ["2026-01-06T16:00", ""],
      ["2026-01-07T08:00", "ada"],
      ["2026-01-07T16:00", ""],
    ]);
    const main = schedule([layer("one", {}, { restrictions: rule })]);
    expect(
      ["2026-01-06T07:59:59.999Z", "2026-01-06T08:00Z", "2026-01-06T15:59:59.999Z", "2026-01-06T16:00Z"].map(
        (text) => ids(main, text).length,
      ),
    ).toEqual([0, 1, 1, 0]);
  });

  test("with start = end speak all day long, whatever the clock time", () => {
    const rule = [{ weekdays: [2], start: "09:00", end: "09:00" }];
    expect(within(rule, "2026-01-05T12:00Z", "2026-01-07T12:00Z")).toEqual([
      ["2026-01-05T12:00", ""],
      ["2026-01-05T23:00", "ada"],
      ["2026-01-06T23:00", ""],
    ]);
  });

  test("with start > end run overnight, from the day that matches", () => {
    const rule = [{ weekdays: [5], start: "22:00", end: "06:00" }];
    expect(within(rule, "2026-01-08T12:00Z", "2026-01-12T12:00Z")).toEqual([
      ["2026-01-08T12:00", ""],
      ["2026-01-09T21:00", "ada"],
      ["2026-01-10T05:00", ""],
    ]);
    // Also over the week's end, where the night is asked for from its second day on.
    const sunday = [{ weekdays: [7], start: "22:00", end: "06:00" }];
    for (const text of ["2026-01-11T21:00Z", "2026-01-12T04:59Z", "2026-01-08T00:00Z", "2026-01-07T23:59Z"]) {
      expect(ids(schedule([layer("one", {}, { restrictions: sunday })]), text).length).toBe(
        text < "2026-01-11" ? 0 : 1,
      );
    }
  });

  test("that overlap or touch are one", () => {
    const rules = [
      { weekdays: [2], start: "09:00", end: "17:00" },
      { weekdays: [2], start: "08:00", end: "20:00" },
      { weekdays: [2], start: "10:00", end: "11:00" },
      { weekdays: [2], start: "20:00", end: "24:00" },
      { weekdays: [3], start: "00:00", end: "01:00" },
    ];
    expect(within(rules, "2026-01-05T12:00Z", "2026-01-08T12:00Z")).toEqual([
      ["2026-01-05T12:00", ""],
      ["2026-01-06T07:00", "ada"],
      ["2026-01-07T00:00", ""],
    ]);
  });

  test("of every day leave no seam", () => {
    expect(within([{ start: "00:00", end: "00:00" }], "2026-03-01T00:00Z", "2026-04-30T00:00Z")).toEqual([
      ["2026-03-01T00:00", "ada"],
    ]);
    expect(within([], "2026-03-01T00:00Z", "2026-04-30T00:00Z")).toEqual([["2026-03-01T00:00", "ada"]]);
  });

  test("whose clock time is skipped begin or end after the gap; within the gap they never come", () => {
    expect(within([{ start: "02:30", end: "04:00" }], "2026-03-29T00:00Z", "2026-03-29T12:00Z")[1]).toEqual([
      "2026-03-29T01:00",
      "ada",
    ]);
    expect(within([{ start: "01:00", end: "02:30" }], "2026-03-29T00:00Z", "2026-03-29T12:00Z")[1]).toEqual([
      "2026-03-29T01:00",
      "",
    ]);
    expect(within([{ start: "02:15", end: "02:45" }], "2026-03-29T00:00Z", "2026-03-29T12:00Z")).toEqual([
      ["2026-03-29T00:00", ""],
    ]);
  });

  test("begin at the first of a repeated clock time and end at its last", () => {
    expect(within([{ start: "02:30", end: "04:00" }], "2026-10-25T00:00Z", "2026-10-25T12:00Z")).toEqual([
      ["2026-10-25T00:00", ""],
      ["2026-10-25T00:30", "ada"],
      ["2026-10-25T03:00", ""],
    ]);
    expect(within([{ start: "01:00", end: "02:30" }], "2026-10-24T12:00Z", "2026-10-25T12:00Z")).toEqual([
      ["2026-10-24T12:00", ""],
      ["2026-10-24T23:00", "ada"],
      ["2026-10-25T01:30", ""],
    ]);
  });

  test("end a day where the next begins, also where midnight comes twice", () => {
    const saturday = [{ weekdays: [6], start: "20:00", end: "24:00" }];
    expect(within(saturday, "2026-10-31T12:00Z", "2026-11-01T12:00Z", "America/Havana")).toEqual([
      ["2026-10-31T12:00", ""],
      ["2026-11-01T00:00", "ada"],
      ["2026-11-01T04:00", ""],
    ]);
    const allDay = [{ weekdays: [7], start: "00:00", end: "00:00" }];
    expect(within(allDay, "2026-10-31T12:00Z", "2026-11-02T12:00Z", "America/Havana")).toEqual([
      ["2026-10-31T12:00", ""],
      ["2026-11-01T04:00", "ada"],
      ["2026-11-02T05:00", ""],
    ]);
  });
});

describe("temporary schedules", () => {
  const temporary: TemporarySchedule = {
    id: "moving",
    fromMs: at("2026-01-06T00:00Z"),
    toMs: at("2026-01-07T00:00Z"),
    shifts: [
      { personId: "zoe", fromMs: at("2026-01-05T20:00Z"), toMs: at("2026-01-06T12:00Z") },
      { personId: "yan", fromMs: at("2026-01-06T10:00Z"), toMs: at("2026-01-06T18:00Z") },
    ],
  };

  test("replace all layers for exactly their time, and leave gaps where they name nobody", () => {
    expect(
      rows(schedule([layer("main")], { temporary: [temporary] }), "2026-01-05T12:00Z", "2026-01-07T12:00Z"),
    ).toEqual([
      ["2026-01-05T12:00", "ada"],
      ["2026-01-06T00:00", "zoe"],
      ["2026-01-06T10:00", "yan+zoe"],
      ["2026-01-06T12:00", "yan"],
      ["2026-01-06T18:00", ""],
      ["2026-01-07T00:00", "ada"],
    ]);
  });

  test("say so, and are both heard where they overlap", () => {
    const other: TemporarySchedule = {
      id: "other",
      fromMs: at("2026-01-06T11:00Z"),
      toMs: at("2026-01-06T13:00Z"),
      shifts: [{ personId: "zoe", fromMs: at("2026-01-06T11:00Z"), toMs: at("2026-01-06T13:00Z") }],
    };
    const both = schedule([layer("main")], { temporary: [temporary, other] });
    expect(whoIsOnCall(both, at("2026-01-06T11:00Z"))).toEqual([
      {
        personId: "yan",
        because: [
          {
            kind: "temporary",
            temporaryId: "moving",
            shiftFromMs: at("2026-01-06T10:00Z"),
            shiftToMs: at("2026-01-06T18:00Z"),
          },
        ],
      },
      {
        personId: "zoe",
        because: [
          {
            kind: "temporary",
            temporaryId: "moving",
            shiftFromMs: at("2026-01-05T20:00Z"),
            shiftToMs: at("2026-01-06T12:00Z"),
          },
          {
            kind: "temporary",
            temporaryId: "other",
            shiftFromMs: at("2026-01-06T11:00Z"),
            shiftToMs: at("2026-01-06T13:00Z"),
          },
        ],
      },
    ]);
  });

  test("that end together with a person's shift begin a new one with the next", () => {
    const shift = { personId: "zoe", fromMs: 0, toMs: 10 };
    const two = schedule([], {
      temporary: [
        { id: "a", fromMs: 0, toMs: 10, shifts: [shift] },
        {
          id: "b",
          fromMs: 10,
          toMs: 20,
          shifts: [
            { ...shift, fromMs: 10, toMs: 15 },
            { ...shift, fromMs: 15, toMs: 20 },
          ],
        },
      ],
    });
    expect(shiftsBetween(two, 0, 20).map(({ fromMs }) => fromMs)).toEqual([0, 10, 15]);
  });
});

describe("overrides", () => {
  const main = (...overrides: readonly Override[]) => schedule([layer("main")], { overrides });
  const during = "2026-01-07T12:00Z";
  const replace = (personId: string, withPersonId: string) => ({ kind: "replace", personId, withPersonId }) as const;

  test("add somebody for exactly their time, and say so", () => {
    const asked = main(override("more", { kind: "add", personId: "zoe" }));
    expect(rows(asked, "2026-01-06T12:00Z", "2026-01-09T12:00Z")).toEqual([
      ["2026-01-06T12:00", "ada"],
      ["2026-01-07T00:00", "ada+zoe"],
      ["2026-01-08T00:00", "ada"],
    ]);
    expect(whoIsOnCall(asked, at(during))[1]).toEqual({
      personId: "zoe",
      because: [{ kind: "override", overrideId: "more" }],
    });
  });

  test("remove somebody who is there, and nobody else", () => {
    expect(ids(main(override("less", { kind: "remove", personId: "ada" })), during)).toEqual([]);
    expect(ids(main(override("less", { kind: "remove", personId: "ben" })), during)).toEqual(["ada"]);
  });

  test("replace somebody who is there; without a match they add nobody", () => {
    expect(whoIsOnCall(main(override("swap", replace("ada", "zoe"))), at(during))).toEqual([
      { personId: "zoe", because: [{ kind: "override", overrideId: "swap", insteadOf: "ada" }] },
    ]);
    expect(ids(main(override("swap", replace("ben", "zoe"))), during)).toEqual(["ada"]);
  });

  test("in a chain A -> B, B -> C give B, in either order", () => {
    const first = override("first", replace("ada", "ben"));
    const second = override("second", replace("ben", "cy"));
    expect(ids(main(first, second), during)).toEqual(["ben"]);
    expect(ids(main(second, first), during)).toEqual(["ben"]);
  });

  test("exchange two people who are both on call, without losing either", () => {
    const both = schedule([always("one", "ada"), always("two", "ben")], {
      overrides: [override("there", replace("ada", "ben")), override("back", replace("ben", "ada"))],
    });
    expect(ids(both, during)).toEqual(["ada", "ben"]);
  });

  test("rather page one too many: whom one adds another does not remove", () => {
    const add = override("add", { kind: "add", personId: "ada" });
    const remove = override("remove", { kind: "remove", personId: "ada" });
    for (const overrides of [
      [add, remove],
      [remove, add],
    ]) {
      expect(whoIsOnCall(main(...overrides), at(during))).toEqual([
        { personId: "ada", because: [{ kind: "override", overrideId: "add" }] },
      ]);
    }
  });

  test("give somebody who is on call anyway one more reason, in the order of their ids", () => {
    const asked = main(
      override("b", { kind: "add", personId: "ada" }),
      override("a", { kind: "add", personId: "ada" }),
    );
    const [ada] = whoIsOnCall(asked, at(during));
    expect(ada?.because.map((reason) => (reason.kind === "override" ? reason.overrideId : reason.kind))).toEqual([
      "layer",
      "a",
      "b",
    ]);
    // The reasons of the layer are not touched for later instants.
    expect(whoIsOnCall(asked, at("2026-01-09"))[0]?.because).toHaveLength(1);
  });

  test("apply to temporary schedules too", () => {
    const asked = schedule([], {
      temporary: [{ id: "t", fromMs: 0, toMs: 100, shifts: [{ personId: "ada", fromMs: 0, toMs: 100 }] }],
      overrides: [{ id: "o", fromMs: 20, toMs: 30, ...replace("ada", "ben") }],
    });
    expect(shiftsBetween(asked, 0, 100).map(({ fromMs, people }) => [fromMs, people[0]?.personId])).toEqual([
      [0, "ada"],
      [20, "ben"],
      [30, "ada"],
    ]);
  });

  test("that follow each other for the same person are shifts of their own", () => {
    const asked = schedule([], {
      overrides: [
        { id: "a", fromMs: 0, toMs: 10, kind: "add", personId: "ada" },
        { id: "b", fromMs: 10, toMs: 20, kind: "add", personId: "ada" },
      ],
    });
    expect(shiftsBetween(asked, 0, 20).map(({ fromMs }) => fromMs)).toEqual([0, 10]);
  });

  test("a swap is a pair of them", () => {
    const swap = {
      id: "swap-1",
      first: { personId: "ada", fromMs: at("2026-01-07T00:00Z"), toMs: at("2026-01-08T00:00Z") },
      second: { personId: "ben", fromMs: at("2026-01-14T00:00Z"), toMs: at("2026-01-15T00:00Z") },
    };
    expect(swapOverrides({ ...swap, author: "ada", reason: "a wedding" })).toEqual([
      { id: "swap-1/1", kind: "replace", ...swap.first, withPersonId: "ben", author: "ada", reason: "a wedding" },
      { id: "swap-1/2", kind: "replace", ...swap.second, withPersonId: "ada", author: "ada", reason: "a wedding" },
    ]);
    const asked = schedule([layer("main")], { overrides: swapOverrides(swap) });
    expect(rows(asked, "2026-01-06T00:00Z", "2026-01-16T00:00Z")).toEqual([
      ["2026-01-06T00:00", "ada"],
      ["2026-01-07T00:00", "ben"],
      ["2026-01-08T00:00", "ada"],
      ["2026-01-12T08:00", "ben"],
      ["2026-01-14T00:00", "ada"],
      ["2026-01-15T00:00", "ben"],
    ]);
    expect(Object.keys(swapOverrides(swap)[0])).not.toContain("author");
  });
});
