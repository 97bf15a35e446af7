import { describe, expect, test } from "vitest";
import { layer, schedule } from "../on-call.fixture.js";
import { scheduleProblems } from "./schedule-problems.js";
import type { OnCallSchedule } from "./schedule.js";

const found = (asked: OnCallSchedule) =>
  scheduleProblems(asked).map(({ severity, code, path, message }) => `${severity} ${code} ${path}: ${message}`);
const span = { fromMs: 0, toMs: 10 };

describe("a schedule", () => {
  test("that is sound has no problems", () => {
    expect(
      found(
        schedule(
          [
            layer(
              "a",
              { length: 1_000, excluded: { weekdays: [1, 2, 3, 4, 5, 6], dates: ["2026-12-25"], turns: "consume" } },
              {
                priority: -3,
                restrictions: [{ weekdays: [1, 7], start: "00:00", end: "24:00" }],
              },
            ),
            layer("b"),
          ],
          {
            temporary: [
              { id: "t", ...span, shifts: [{ personId: "ada", ...span }] },
              { id: "u", fromMs: 10, toMs: 20, shifts: [] },
            ],
            overrides: [
              { id: "o", ...span, kind: "replace", personId: "ada", withPersonId: "ben" },
              { id: "p", ...span, kind: "add", personId: "ada" },
            ],
          },
        ),
      ),
    ).toEqual([]);
  });

  test("is told all that is wrong with its rotations, with place, finding and remedy", () => {
    const broken = layer(
      "a",
      {
        length: 0,
        start: "2026-02-30",
        handOff: "24:00",
        zone: "Mars/Olympus",
        excluded: { weekdays: [3, 0, 8, 1.5], dates: ["2026-01-01", "tomorrow"] },
      },
      { priority: NaN, restrictions: [{ weekdays: [9], start: "24:00", end: "24:01" }] },
    );
    expect(found(schedule([layer("ok"), broken]))).toEqual([
      "error invalid-priority layers[1].priority: NaN orders nothing; write a number, such as 10",
      "error invalid-length layers[1].rotation.length: 0 is no length; write a whole number from 1 to 1000",
      'error invalid-date layers[1].rotation.start: "2026-02-30" is no date; write one that exists as YYYY-MM-DD, such as 2026-01-05',
      'error invalid-clock-time layers[1].rotation.handOff: "24:00" is no clock time; write HH:mm from 00:00 to 23:59',
      'error unknown-zone layers[1].rotation.zone: there is no time zone "Mars/Olympus"; use an IANA name, such as Europe/Berlin',
      "error invalid-weekday layers[1].rotation.excluded.weekdays[1]: 0 is no weekday; write 1 for Monday to 7 for Sunday",
      "error invalid-weekday layers[1].rotation.excluded.weekdays[2]: 8 is no weekday; write 1 for Monday to 7 for Sunday",
      "error invalid-weekday layers[1].rotation.excluded.weekdays[3]: 1.5 is no weekday; write 1 for Monday to 7 for Sunday",
      'error invalid-date layers[1].rotation.excluded.dates[1]: "tomorrow" is no date; write one that exists as YYYY-MM-DD, such as 2026-01-05',
      "error invalid-weekday layers[1].restrictions[0].weekdays[0]: 9 is no weekday; write 1 for Monday to 7 for Sunday",
      'error invalid-clock-time layers[1].restrictions[0].start: "24:00" is no clock time; write HH:mm from 00:00 to 23:59',
      'error invalid-clock-time layers[1].restrictions[0].end: "24:01" is no clock time; write HH:mm from 00:00 to 24:00',
    ]);
  });

  test.each([1_001, 1.5, -1, NaN, Infinity])("has no shifts of length %s", (length) => {
    expect(scheduleProblems(schedule([layer("a", { length })])).map(({ code }) => code)).toEqual(["invalid-length"]);
  });

  test("is warned of a layer that never speaks", () => {
    const silent = (id: string) =>
      `layer "${id}" never has anybody on call: it has no participants, or every weekday is excluded; name people, or remove the layer`;
    expect(
      found(
        schedule([
          layer("a", { participants: [] }),
          layer("b", { excluded: { weekdays: [1, 2, 3, 4, 5, 6, 7] } }),
          layer("c", { excluded: { weekdays: [1, 2, 3, 4, 5, 7] } }),
        ]),
      ),
    ).toEqual([`warning never-on-call layers[0]: ${silent("a")}`, `warning never-on-call layers[1]: ${silent("b")}`]);
  });

  test("needs ids of their own, and spans that end after they begin", () => {
    const bad = [
      { fromMs: 10, toMs: 10 },
      { fromMs: 0, toMs: Infinity },
      { fromMs: NaN, toMs: 1 },
      { fromMs: -Infinity, toMs: 1 },
    ];
    expect(
      found(
        schedule([layer("a"), layer("b"), layer("a")], {
          temporary: [
            { id: "t", ...span, shifts: [{ personId: "ada", fromMs: 2, toMs: 1 }] },
            { id: "t", fromMs: 20, toMs: 20, shifts: [] },
          ],
          overrides: bad.map((each, index) => ({
            id: `o${index % 3}`,
            kind: "add" as const,
            personId: "ada",
            ...each,
          })),
        }),
      ),
    ).toEqual([
      'error duplicate-id layers[2].id: "a" is used before; give each an id of its own',
      'error duplicate-id temporary[1].id: "t" is used before; give each an id of its own',
      "error invalid-interval temporary[0].shifts[0]: runs from 2 to 1; its end must be a finite instant after its start",
      "error invalid-interval temporary[1]: runs from 20 to 20; its end must be a finite instant after its start",
      'error duplicate-id overrides[3].id: "o0" is used before; give each an id of its own',
      "error invalid-interval overrides[0]: runs from 10 to 10; its end must be a finite instant after its start",
      "error invalid-interval overrides[1]: runs from 0 to Infinity; its end must be a finite instant after its start",
      "error invalid-interval overrides[2]: runs from NaN to 1; its end must be a finite instant after its start",
      "error invalid-interval overrides[3]: runs from -Infinity to 1; its end must be a finite instant after its start",
    ]);
  });

  test("is warned of temporary schedules that overlap, and of a replacement by the same person", () => {
    const temporary = [
      { id: "a", fromMs: 0, toMs: 10, shifts: [] },
      { id: "b", fromMs: 10, toMs: 20, shifts: [] },
      { id: "c", fromMs: 5, toMs: 10, shifts: [] },
      { id: "d", fromMs: -5, toMs: 0, shifts: [] },
    ];
    const overrides = [
      { id: "o", ...span, kind: "replace" as const, personId: "ada", withPersonId: "ada" },
      { id: "p", ...span, kind: "remove" as const, personId: "ada" },
    ];
    expect(found(schedule([], { temporary, overrides }))).toEqual([
      'warning overlapping-temporary temporary[2]: overlaps the temporary schedule "a", so the shifts of both are on call; end one before the other begins',
      'warning replaces-itself overrides[0]: replaces "ada" with the same person, which changes nothing; name somebody else',
    ]);
  });
});
