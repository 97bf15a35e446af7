import { describe, expect, test } from "vitest";
import { at, layer, schedule } from "../on-call.fixture.js";
import type { Person } from "../person.js";
import { shiftsBetween } from "../schedule/resolve-schedule.js";
import type { OnCallInterval } from "../schedule/schedule.js";
import { fairness } from "./fairness.js";
import { gapsBetween } from "./gaps.js";
import { lintSchedule } from "./lint-schedule.js";
import { onCallLoad } from "./on-call-load.js";
import { previewEdit } from "./preview-edit.js";
import { unreachableBetween, unreachableReason, unreachableWords } from "./reachability.js";

const HOUR = 3_600_000;
const MINUTE = 60_000;
const person = (id: string, contacts: Person["contacts"] = [{ notifier: "slack" }]): Person => ({
  id,
  name: id,
  zone: "Europe/Berlin",
  contacts,
});
const workdays = [{ weekdays: [1, 2, 3, 4, 5], start: "09:00", end: "17:00" }];
const office = schedule([layer("main", {}, { restrictions: workdays })]);
/** Intervals of an hour each: who is on call in each hour. */
const hours = (...people: readonly (readonly string[])[]): readonly OnCallInterval[] =>
  people.map((ids, index) => ({
    fromMs: index * HOUR,
    toMs: (index + 1) * HOUR,
    people: ids.map((personId) => ({ personId, because: [] })),
  }));

describe("gaps", () => {
  test("are found ahead, cut to the range", () => {
    expect(gapsBetween(office, at("2026-01-06T12:00Z"), at("2026-01-07T12:00Z"))).toEqual([
      { fromMs: at("2026-01-06T16:00Z"), toMs: at("2026-01-07T08:00Z") },
    ]);
    expect(gapsBetween(schedule([layer("main")]), 0, 1_000)).toEqual([]);
  });
});

describe("people with no reachable channel", () => {
  const directory = {
    people: [
      person("ada"),
      person("ben", []),
      person("cy", [{ notifier: "pager" }, { notifier: "fax", address: "1" }, { notifier: "pager" }]),
      person("dee", [{ notifier: "fax" }, { notifier: "slack" }]),
    ],
    notifiers: ["slack"],
  };

  test("are those whom nobody knows, who have no contact, or whose notifiers do not exist", () => {
    expect(["ada", "ben", "cy", "dee", "eve"].map((id) => unreachableReason(id, directory))).toEqual([
      undefined,
      { kind: "no-contact" },
      { kind: "unknown-notifiers", notifiers: ["pager", "fax"] },
      undefined,
      { kind: "unknown-person" },
    ]);
  });

  test("are told what to do", () => {
    expect(unreachableWords({ kind: "unknown-person" })).toBe(
      "no such person is known; add the person, or correct the id",
    );
    expect(unreachableWords({ kind: "no-contact" })).toBe("the person has no contact; add one");
    expect(unreachableWords({ kind: "unknown-notifiers", notifiers: ["pager", "fax"] })).toBe(
      'no notifier is called "pager" or "fax"; configure it, or add another contact',
    );
  });

  test("are found before they are on call, soonest first", () => {
    const main = schedule([layer("main")]);
    expect(unreachableBetween(main, directory, at("2026-01-06T00:00Z"), at("2026-02-10T00:00Z"))).toEqual([
      { personId: "ben", reason: { kind: "no-contact" }, firstOnCallMs: at("2026-01-12T08:00Z") },
      {
        personId: "cy",
        reason: { kind: "unknown-notifiers", notifiers: ["pager", "fax"] },
        firstOnCallMs: at("2026-01-19T08:00Z"),
      },
    ]);
    expect(unreachableBetween(main, directory, at("2026-01-06T00:00Z"), at("2026-01-07T00:00Z"))).toEqual([]);
  });
});

describe("lint", () => {
  const everybody = { people: ["ada", "ben", "cy"].map((id) => person(id)), notifiers: ["slack"] };
  const ahead = { fromMs: at("2026-01-05T08:00Z"), toMs: at("2026-01-26T08:00Z") };
  const codes = (...args: Parameters<typeof lintSchedule>) =>
    lintSchedule(...args).map(({ code, path }) => `${code} ${path}`);

  test("finds nothing wrong with a sound schedule of people who can be reached", () => {
    expect(lintSchedule(schedule([layer("main")]), { directory: everybody, ahead })).toEqual([]);
    expect(lintSchedule(schedule([layer("main")]))).toEqual([]);
  });

  test("looks ahead only when there is something to look at, and to look with", () => {
    const broken = schedule([layer("main", { zone: "Mars/Olympus", participants: ["eve"] })]);
    expect(codes(broken, { directory: everybody, ahead })).toEqual([
      "unknown-zone layers[0].rotation.zone",
      "unknown-person layers[0].rotation.participants[0]",
    ]);
    expect(codes(office, { directory: everybody })).toEqual([]);
    // A warning does not stop the look ahead.
    expect(codes(schedule([layer("none", { participants: [] })]), { ahead })).toEqual([
      "never-on-call layers[0]",
      "gap layers",
    ]);
  });

  test("names gaps ahead", () => {
    expect(lintSchedule(office, { ahead: { fromMs: at("2026-01-06T12:00Z"), toMs: at("2026-01-07T12:00Z") } })).toEqual(
      [
        {
          severity: "warning",
          code: "gap",
          path: "layers",
          message:
            "nobody is on call from 2026-01-06 16:00:00 UTC to 2026-01-07 08:00:00 UTC; add a layer or an override",
        },
      ],
    );
  });

  test("names a layer that is hidden all the time, whatever overrides and temporary schedules do", () => {
    const hidden = schedule([layer("low"), layer("high", {}, { priority: 1 })], {
      temporary: [{ id: "t", ...ahead, shifts: [{ personId: "ada", ...ahead }] }],
      overrides: [{ id: "o", ...ahead, kind: "add", personId: "ada" }],
    });
    expect(lintSchedule(hidden, { ahead })).toEqual([
      {
        severity: "warning",
        code: "never-on-call",
        path: "layers[0]",
        message:
          'layer "low" has nobody on call in the time ahead: its hours never come, or layers of higher priority hide it; widen it, or remove it',
      },
    ]);
  });

  test("names people whom nobody knows, wherever they are named", () => {
    const strangers = schedule([layer("main", { participants: ["ada", "eve"] })], {
      temporary: [{ id: "t", fromMs: 0, toMs: 1, shifts: [{ personId: "fay", fromMs: 0, toMs: 1 }] }],
      overrides: [
        { id: "o", fromMs: 0, toMs: 1, kind: "replace", personId: "gil", withPersonId: "hal" },
        { id: "p", fromMs: 0, toMs: 1, kind: "remove", personId: "ivy" },
      ],
    });
    expect(codes(strangers, { directory: everybody, ahead })).toEqual([
      "unknown-person layers[0].rotation.participants[1]",
      "unknown-person temporary[0].shifts[0].personId",
      "unknown-person overrides[0].personId",
      "unknown-person overrides[0].withPersonId",
      "unknown-person overrides[1].personId",
    ]);
    expect(lintSchedule(strangers, { directory: everybody })[0]?.message).toBe(
      '"eve": no such person is known; add the person, or correct the id',
    );
  });

  test("names people who come on call and cannot be reached", () => {
    const directory = { people: [person("ada"), person("ben", []), person("cy")], notifiers: ["slack"] };
    expect(lintSchedule(schedule([layer("main")]), { directory, ahead })).toEqual([
      {
        severity: "warning",
        code: "unreachable-person",
        path: "layers",
        message:
          '"ben" is on call from 2026-01-12 08:00:00 UTC and cannot be reached: the person has no contact; add one',
      },
    ]);
  });
});

describe("the preview of an edit", () => {
  const main = schedule([layer("main")]);
  const range = [at("2026-01-06T00:00Z"), at("2026-01-19T00:00Z")] as const;

  test("is empty when the same people stay on call, for whatever reasons", () => {
    expect(previewEdit(main, { ...main }, ...range)).toEqual([]);
    expect(previewEdit(main, schedule([layer("renamed")]), ...range)).toEqual([]);
  });

  test("shows who comes and who goes, and when", () => {
    const edited = schedule([layer("main")], {
      overrides: [
        {
          id: "o",
          fromMs: at("2026-01-10T00:00Z"),
          toMs: at("2026-01-14T00:00Z"),
          kind: "replace",
          personId: "ben",
          withPersonId: "zoe",
        },
        { id: "p", fromMs: at("2026-01-07T00:00Z"), toMs: at("2026-01-08T00:00Z"), kind: "remove", personId: "ada" },
        { id: "q", fromMs: at("2026-01-08T00:00Z"), toMs: at("2026-01-09T00:00Z"), kind: "add", personId: "zoe" },
      ],
    });
    expect(previewEdit(main, edited, ...range)).toEqual([
      {
        fromMs: at("2026-01-07T00:00Z"),
        toMs: at("2026-01-08T00:00Z"),
        before: ["ada"],
        after: [],
        added: [],
        removed: ["ada"],
        opensGap: true,
      },
      {
        fromMs: at("2026-01-08T00:00Z"),
        toMs: at("2026-01-09T00:00Z"),
        before: ["ada"],
        after: ["ada", "zoe"],
        added: ["zoe"],
        removed: [],
        opensGap: false,
      },
      {
        fromMs: at("2026-01-12T08:00Z"),
        toMs: at("2026-01-14T00:00Z"),
        before: ["ben"],
        after: ["zoe"],
        added: ["zoe"],
        removed: ["ben"],
        opensGap: false,
      },
    ]);
  });

  test("joins neighbours with the same people, and keeps apart what comes again later", () => {
    const alone = schedule([layer("main", { participants: ["ada"] })]);
    const other = schedule([layer("main", { every: "daily", participants: ["zoe"] }, { restrictions: workdays })], {
      overrides: [
        {
          id: "o",
          fromMs: at("2026-01-07T10:00Z"),
          toMs: at("2026-01-07T11:00Z"),
          kind: "replace",
          personId: "zoe",
          withPersonId: "ada",
        },
      ],
    });
    const differences = previewEdit(alone, other, at("2026-01-06T12:00Z"), at("2026-01-07T16:00Z"));
    expect(differences.map(({ fromMs, toMs, after }) => [(toMs - fromMs) / HOUR, after])).toEqual([
      [4, ["zoe"]],
      [16, []],
      [2, ["zoe"]],
      [5, ["zoe"]],
    ]);
    const back = previewEdit(other, alone, at("2026-01-06T12:00Z"), at("2026-01-07T16:00Z"));
    expect(back.map(({ fromMs, toMs, before }) => [(toMs - fromMs) / HOUR, before])).toEqual(
      differences.map(({ fromMs, toMs, after }) => [(toMs - fromMs) / HOUR, after]),
    );
    const shifted = schedule([layer("main", { every: "daily", participants: ["zoe"] })]);
    expect(previewEdit(alone, shifted, ...range)).toHaveLength(1);
    expect(previewEdit(alone, shifted, ...range)[0]).toMatchObject({ fromMs: range[0], toMs: range[1] });
    // Ada for Ben for Ada: each changes who answers.
    const swapped = schedule([layer("main", { participants: ["ben", "ada"] })]);
    const both = schedule([layer("main", { participants: ["ada", "ben"] })]);
    expect(previewEdit(both, swapped, ...range).map(({ before, after }) => [...before, ...after])).toEqual([
      ["ada", "ben"],
      ["ben", "ada"],
    ]);
  });

  test("does not join what leaves the same people in place of others", () => {
    const before = schedule([layer("main", { participants: ["ada", "ben"] })]);
    const after = schedule([layer("main", { participants: ["zoe"] })]);
    expect(previewEdit(before, after, ...range).map(({ removed }) => removed)).toEqual([["ada"], ["ben"]]);
    expect(previewEdit(after, before, ...range).map(({ added }) => added)).toEqual([["ada"], ["ben"]]);
  });
});

describe("load", () => {
  test("counts hours, stretches, pages, nights, interrupts and rest for each person", () => {
    const shifts = hours(["ada"], ["ada", "ben"], ["ben"], ["ada"], [], [], ["ada"]);
    const night = at("2026-01-05T23:00Z");
    const pages = [
      { personId: "ada", atMs: night + 15 * MINUTE },
      { personId: "ada", atMs: night },
      { personId: "ada", atMs: night + 30 * MINUTE + 1 },
      { personId: "ada", atMs: at("2026-01-05T12:00Z") },
      { personId: "zoe", atMs: night },
    ];
    expect(onCallLoad({ shifts, people: [person("cy"), person("ada")], pages })).toEqual([
      {
        personId: "ada",
        onCallMs: 4 * HOUR,
        stretches: 3,
        pages: 4,
        pagesAtNight: 3,
        interrupts: 3,
        shortestRestMs: HOUR,
      },
      { personId: "ben", onCallMs: 2 * HOUR, stretches: 1, pages: 0, pagesAtNight: 0, interrupts: 0 },
      { personId: "cy", onCallMs: 0, stretches: 0, pages: 0, pagesAtNight: 0, interrupts: 0 },
      // Nobody knows when a stranger sleeps.
      { personId: "zoe", onCallMs: 0, stretches: 0, pages: 1, pagesAtNight: 0, interrupts: 1 },
    ]);
  });

  test("has no rest between shifts that touch", () => {
    const alone = schedule([layer("main", { participants: ["ada"] })]);
    const shifts = shiftsBetween(alone, at("2026-01-05T08:00Z"), at("2026-01-26T08:00Z"));
    expect(onCallLoad({ shifts, people: [], pages: [] })).toEqual([
      { personId: "ada", onCallMs: 21 * 24 * HOUR, stretches: 1, pages: 0, pagesAtNight: 0, interrupts: 0 },
    ]);
  });
});

describe("fairness", () => {
  test("is full when all is covered and all bear the same", () => {
    expect(fairness(hours(["ada"], ["ben"]))).toEqual({ coverageRatio: 1, balanceRatio: 1, score: 100 });
    expect(fairness(hours(["ada"], ["ada"]))).toEqual({ coverageRatio: 1, balanceRatio: 1, score: 100 });
    expect(fairness([])).toEqual({ coverageRatio: 1, balanceRatio: 1, score: 100 });
  });

  test("is the rounded mean of coverage and balance", () => {
    // Covered: 3 of 4 hours. Balance: 1 hour against 2.
    expect(fairness(hours(["ada"], ["ada"], ["ben"], []))).toEqual({
      coverageRatio: 0.75,
      balanceRatio: 0.5,
      score: 63,
    });
    expect(fairness(hours([], []))).toEqual({ coverageRatio: 0, balanceRatio: 1, score: 50 });
  });

  test("compares every pair", () => {
    // 1, 2 and 4 hours: (1/2 + 1/4 + 2/4) / 3.
    const shifts = hours(["ada"], ["ben"], ["ben"], ["cy"], ["cy"], ["cy"], ["cy"]);
    expect(fairness(shifts).balanceRatio).toBeCloseTo(1.25 / 3, 12);
    expect(fairness(shifts).score).toBe(71);
  });

  test("counts those who bear nothing when they are named, once each", () => {
    const shifts = hours(["ada"], ["ben"]);
    expect(fairness(shifts, ["ada", "ben", "cy"]).balanceRatio).toBeCloseTo(1 / 3, 12);
    expect(fairness(shifts, ["ada", "ada"]).balanceRatio).toBe(1);
    expect(fairness(shifts, ["cy", "dee"]).balanceRatio).toBe(1);
    expect(fairness(shifts, ["ada"]).balanceRatio).toBe(1);
  });
});
