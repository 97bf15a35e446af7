import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { instantOf } from "../../slo/local-time.js";
import { civilDate, DAY_MS, parseCivilDate } from "../../calendar/civil-date.js";
import { affordable } from "../on-call.fixture.js";
import { zoneClock } from "../../calendar/zone-clock.js";
import { rotationTurns } from "./rotation-turns.js";
import { shiftsBetween, whoIsOnCall } from "./resolve-schedule.js";
import type {
  Layer,
  OnCallInterval,
  Override,
  Restriction,
  Rotation,
  OnCallSchedule,
  TemporarySchedule,
} from "./schedule.js";

// Each a rotation, an instant and a length, spread over every zone that the platform knows: all four properties hold of each.
const ROTATION_RUNS = affordable(100_000);
// With excluded days, layers, restrictions, temporary schedules and overrides, which cost ten times as much.
const SCHEDULE_RUNS = affordable(8_000);
const EQUAL_RUNS = affordable(5_000);
const FORMULA_RUNS = affordable(3_000);
const PLAIN_RUNS = affordable(3_000);

const HANGING_MS = 300_000; // on a busy machine all of it may take a minute

const HOUR_MS = 3_600_000;
const zones = [...Intl.supportedValuesOf("timeZone"), "UTC"];
const START_MS = Date.UTC(2024, 0, 1);
// Two years with every kind of change, and the days around the changes of 2011, when Samoa skipped one.
const instant = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: START_MS, max: START_MS + 730 * DAY_MS }) },
  { weight: 1, arbitrary: fc.integer({ min: Date.UTC(2011, 8, 1), max: Date.UTC(2012, 4, 1) }) },
);
const zone = fc.constantFrom(...zones);
const clockTime = fc.oneof(
  fc.constantFrom("00:00", "00:30", "01:00", "02:00", "02:30", "03:00", "23:30"),
  fc.nat({ max: 1_439 }).map(clockText),
);
const date = fc.integer({ min: -400, max: 400 }).map((days) => dateText(START_MS / DAY_MS + days));
// Lengths that keep hand-offs within a few years: the first question about a year is by far the slowest.
const MOST_UNITS = { hourly: 100, daily: 30, weekly: 10, monthly: 5, yearly: 1 } as const;
const shiftLength = fc
  .constantFrom("hourly" as const, "daily" as const, "weekly" as const, "monthly" as const, "yearly" as const)
  .chain((every) => fc.integer({ min: 1, max: MOST_UNITS[every] }).map((length) => ({ every, length })));
const participants = fc.integer({ min: 1, max: 5 }).map((count) => ["ada", "ben", "cy", "dee", "eli"].slice(0, count));
const weekdays = fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { maxLength: 4 });
const excluded = fc.record(
  {
    weekdays,
    dates: fc.array(
      fc.integer({ min: 0, max: 730 }).map((days) => dateText(START_MS / DAY_MS + days)),
      { maxLength: 3 },
    ),
    turns: fc.constantFrom("skip" as const, "consume" as const),
  },
  { requiredKeys: [] },
);
const plainRotation: fc.Arbitrary<Rotation> = fc
  .tuple(shiftLength, fc.record({ start: date, handOff: clockTime, zone, participants }))
  .map(([shift, rest]) => ({ ...shift, ...rest }));
const rotation: fc.Arbitrary<Rotation> = fc
  .tuple(plainRotation, fc.option(excluded, { freq: 2, nil: undefined }))
  .map(([plain, days]) => (days === undefined ? plain : { ...plain, excluded: days }));

describe("a rotation, in every zone", { timeout: HANGING_MS }, () => {
  test("100,000 times: its shifts follow each other without gap, end after the instant, and over a range are those of each instant, however it is cut", () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(plainRotation, instant, share, share, (anyRotation, ms, length, cut) => {
        const turnAt = rotationTurns(anyRotation);
        const { fromMs, toMs, shift } = turnAt(ms);
        if (!(fromMs <= ms && ms < toMs)) throw new Error(`[${fromMs}, ${toMs}) does not hold ${ms}`);
        const next = turnAt(toMs);
        if (next.fromMs !== toMs) throw new Error(`the shift after ${toMs} begins at ${next.fromMs}`);
        const previous = turnAt(fromMs - 1);
        if (previous.toMs !== fromMs) throw new Error(`the shift before ${fromMs} ends at ${previous.toMs}`);
        // Asked from any of its instants, afresh, it is the same shift.
        const again = rotationTurns(anyRotation)(toMs - 1);
        if (again.fromMs !== fromMs || again.shift?.personId !== shift?.personId) {
          throw new Error(`at its end the shift began at ${again.fromMs}, at ${ms} it began at ${fromMs}`);
        }
        // A range of up to three shifts from the instant on.
        const endMs = ms + 1 + Math.floor(length * 3 * (toMs - fromMs));
        const cutMs = ms + Math.floor(cut * (endMs - ms - 1));
        holdsOverRange(oneLayer(anyRotation), { fromMs: ms, toMs: endMs, cutMs, probes: [ms, cutMs, endMs - 1] });
      }),
      { numRuns: ROTATION_RUNS },
    );
  });

  test("24 hours are a day and 7 days a week, across every change", () => {
    const pair = fc.constantFrom(["hourly", 24, "daily"] as const, ["daily", 7, "weekly"] as const);
    fc.assert(
      fc.property(
        rotation,
        pair,
        fc.integer({ min: 1, max: 4 }),
        instant,
        (anyRotation, [unit, times, larger], length, ms) => {
          const one = rotationTurns({ ...anyRotation, every: unit, length: length * times })(ms);
          const other = rotationTurns({ ...anyRotation, every: larger, length })(ms);
          isEqual(JSON.stringify(one), JSON.stringify(other));
        },
      ),
      { numRuns: EQUAL_RUNS },
    );
  });

  test("its hand-offs are those of the formula: start = AddClock(t, -rem), end = AddClock(t, shift - rem)", () => {
    const unit = fc.constantFrom(["hourly", 1] as const, ["daily", 24] as const, ["weekly", 168] as const);
    fc.assert(
      fc.property(
        plainRotation,
        unit,
        fc.integer({ min: 1, max: 30 }),
        instant,
        (anyRotation, [every, hours], length, ms) => {
          const clock = zoneClock(anyRotation.zone);
          // While time repeats the formula could end a shift before the instant; see the examples.
          fc.pre(clock.highestClockAt(ms) === clock.clockAt(ms));
          const [hour, minute] = anyRotation.handOff.split(":").map(Number) as [number, number];
          const startClock = parseCivilDate(anyRotation.start)! * DAY_MS + hour * HOUR_MS + minute * 60_000;
          const shiftMs = length * hours * HOUR_MS;
          const difference = clock.clockAt(ms) - startClock;
          const remainder = difference - Math.floor(difference / shiftMs) * shiftMs;
          const { shift } = rotationTurns({ ...anyRotation, every, length })(ms);
          const count = anyRotation.participants.length;
          const position = ((Math.floor(difference / shiftMs) % count) + count) % count;
          expect(shift).toEqual({
            fromMs: instantOf(clock.clockAt(ms) - remainder, anyRotation.zone, "first"),
            toMs: instantOf(clock.clockAt(ms) - remainder + shiftMs, anyRotation.zone, "first"),
            personId: anyRotation.participants[position],
          });
        },
      ),
      { numRuns: FORMULA_RUNS },
    );
  });
});

const restriction: fc.Arbitrary<Restriction> = fc.record(
  { weekdays, start: clockTime, end: fc.oneof(clockTime, fc.constant("24:00")) },
  { requiredKeys: ["start", "end"] },
);
const layer: fc.Arbitrary<Layer> = fc.record(
  {
    id: fc.constantFrom("one", "two", "three"),
    priority: fc.integer({ min: 0, max: 2 }),
    rotation,
    restrictions: fc.array(restriction, { maxLength: 3 }),
  },
  { requiredKeys: ["id", "rotation"] },
);
const person = fc.constantFrom("ada", "ben", "cy", "fay");
const span = fc
  .tuple(fc.integer({ min: -48, max: 40 }), fc.integer({ min: 1, max: 60 }))
  .map(([from, hours]) => ({ from, hours }));
type Span = { readonly from: number; readonly hours: number };
const change = fc.oneof(
  fc.record({ kind: fc.constant("add" as const), personId: person }),
  fc.record({ kind: fc.constant("remove" as const), personId: person }),
  fc.record({ kind: fc.constant("replace" as const), personId: person, withPersonId: person }),
);
const anySchedule = fc
  .record({
    layers: fc.uniqueArray(layer, { maxLength: 3, selector: ({ id }) => id }),
    temporary: fc.array(fc.tuple(span, fc.array(fc.tuple(span, person), { maxLength: 3 })), { maxLength: 2 }),
    overrides: fc.array(fc.tuple(span, change), { maxLength: 4 }),
    ms: instant,
  })
  .map(({ layers, temporary, overrides, ms }) => ({
    ms,
    schedule: scheduleAround(ms, { layers, temporary, overrides }),
  }));

describe("a schedule, in every zone", { timeout: HANGING_MS }, () => {
  test("over a range says at every instant what it says at that instant, however the range is cut", () => {
    const length = fc.integer({ min: 1, max: 80 * HOUR_MS });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        anySchedule,
        length,
        fc.array(share, { minLength: 3, maxLength: 3 }),
        ({ schedule, ms }, lengthMs, shares) => {
          const probes = shares.map((part) => ms + Math.floor(part * (lengthMs - 1)));
          holdsOverRange(schedule, { fromMs: ms, toMs: ms + lengthMs, cutMs: probes[0]!, probes });
        },
      ),
      { numRuns: SCHEDULE_RUNS },
    );
  });

  test("does not depend on the order in which overrides were written", () => {
    fc.assert(
      fc.property(anySchedule, ({ schedule, ms }) => {
        const reversed = { ...schedule, overrides: schedule.overrides!.toReversed() };
        expect(shiftsBetween(reversed, ms - DAY_MS, ms + DAY_MS)).toEqual(
          shiftsBetween(schedule, ms - DAY_MS, ms + DAY_MS),
        );
      }),
      { numRuns: PLAIN_RUNS },
    );
  });

  test("is what one gets by asking layers, temporary schedules and overrides one by one, the plain way", () => {
    fc.assert(
      fc.property(anySchedule, ({ schedule, ms }) => {
        expect(whoIsOnCall(schedule, ms).map(({ personId }) => personId)).toEqual(plainly(schedule, ms));
      }),
      { numRuns: PLAIN_RUNS },
    );
  });
});

/** What must hold of a range: it is filled, each instant of it says the same when asked alone, and no cut changes it. */
function holdsOverRange(
  schedule: OnCallSchedule,
  {
    cutMs,
    fromMs,
    probes,
    toMs,
  }: { readonly fromMs: number; readonly toMs: number; readonly cutMs: number; readonly probes: readonly number[] },
): void {
  const whole = shiftsBetween(schedule, fromMs, toMs);
  whole.forEach((interval, index) => isEqual(interval.fromMs, whole[index - 1]?.toMs ?? fromMs));
  isEqual(whole.at(-1)?.toMs, toMs);
  const edges = whole.slice(0, 10).flatMap((interval) => [interval.toMs - 1, interval.fromMs]);
  // Copies, so that nothing is remembered from the range.
  const copy = { ...schedule };
  for (const probe of [...probes, ...edges]) {
    isEqual(JSON.stringify(whoIsOnCall(copy, probe)), JSON.stringify(holding(whole, probe)?.people));
  }
  const halves = [...shiftsBetween(schedule, fromMs, cutMs), ...shiftsBetween(copy, cutMs, toMs)];
  isEqual(JSON.stringify(joined(halves)), JSON.stringify(whole));
}

function oneLayer(only: Rotation): OnCallSchedule {
  return { id: "one", name: "One", layers: [{ id: "only", rotation: only }] };
}

/** As `expect(a).toBe(b)`, which a hundred thousand runs would wait for. */
function isEqual(a: unknown, b: unknown): void {
  if (a !== b) throw new Error(`${String(a)} is not ${String(b)}`);
}

/** A second, slow reading of the rules, that shares only the rotation. */
function plainly(schedule: OnCallSchedule, ms: number): readonly string[] {
  const temporary = schedule.temporary!.filter(({ fromMs, toMs }) => fromMs <= ms && ms < toMs);
  const shifts = temporary.flatMap((each) => each.shifts).filter(({ fromMs, toMs }) => fromMs <= ms && ms < toMs);
  const speaking = schedule.layers.flatMap(({ rotation: turns, priority = 0, restrictions = [] }) => {
    const { shift } = rotationTurns(turns)(ms);
    const isOpen = restrictions.length === 0 || restrictions.some((rule) => isWithin(rule, turns.zone, ms));
    return shift === undefined || !isOpen ? [] : [{ priority, personId: shift.personId }];
  });
  const highest = Math.max(...speaking.map(({ priority }) => priority));
  const base = new Set(
    temporary.length > 0
      ? shifts.map(({ personId }) => personId)
      : speaking.filter(({ priority }) => priority === highest).map(({ personId }) => personId),
  );
  const overrides = schedule.overrides!.filter(({ fromMs, toMs }) => fromMs <= ms && ms < toMs);
  const gone = new Set(overrides.flatMap((override) => (override.kind === "add" ? [] : [override.personId])));
  const come = overrides.flatMap((override) => {
    if (override.kind === "add") return [override.personId];
    return override.kind === "replace" && base.has(override.personId) ? [override.withPersonId] : [];
  });
  return [...new Set([...[...base].filter((personId) => !gone.has(personId)), ...come])].sort();
}

function isWithin({ weekdays: days, start, end }: Restriction, inZone: string, ms: number): boolean {
  const today = Math.floor(zoneClock(inZone).clockAt(ms) / DAY_MS);
  return [-2, -1, 0, 1].some((offset) => {
    const day = today + offset;
    const weekday = new Date(day * DAY_MS).getUTCDay() || 7;
    if (days !== undefined && !days.includes(weekday)) return false;
    const [startMs, endMs] = [start, end].map((text) => {
      const [hour, minute] = text.split(":").map(Number) as [number, number];
      return day * DAY_MS + hour * HOUR_MS + minute * 60_000;
    }) as [number, number];
    const [fromClock, toClock] =
      start === end ? [day * DAY_MS, (day + 1) * DAY_MS] : [startMs, endMs > startMs ? endMs : endMs + DAY_MS];
    const occurrence = start === end || end === "24:00" ? "first" : "last";
    return instantOf(fromClock, inZone, "first") <= ms && ms < instantOf(toClock, inZone, occurrence);
  });
}

function scheduleAround(
  ms: number,
  parts: {
    readonly layers: readonly Layer[];
    readonly temporary: readonly (readonly [Span, readonly (readonly [Span, string])[]])[];
    readonly overrides: readonly (readonly [
      Span,
      Override extends infer Each ? Pick<Each & Override, "kind"> : never,
    ])[];
  },
): OnCallSchedule {
  const around = ({ from, hours }: Span) => ({ fromMs: ms + from * HOUR_MS, toMs: ms + (from + hours) * HOUR_MS });
  return {
    id: "any",
    name: "Any",
    layers: parts.layers,
    temporary: parts.temporary.map(([each, shifts], index): TemporarySchedule => ({
      id: `temporary-${index}`,
      ...around(each),
      shifts: shifts.map(([shift, personId]) => ({ personId, ...around(shift) })),
    })),
    overrides: parts.overrides.map(
      ([each, what], index) => ({ id: `override-${index}`, ...around(each), ...what }) as Override,
    ),
  };
}

function holding(intervals: readonly OnCallInterval[], ms: number): OnCallInterval | undefined {
  return intervals.find(({ fromMs, toMs }) => fromMs <= ms && ms < toMs);
}

/** Joins neighbours that say the same, as they would be without the cut. */
function joined(intervals: readonly OnCallInterval[]): readonly OnCallInterval[] {
  const result: OnCallInterval[] = [];
  for (const interval of intervals) {
    const last = result.at(-1);
    if (last !== undefined && JSON.stringify(last.people) === JSON.stringify(interval.people)) {
      result[result.length - 1] = { ...last, toMs: interval.toMs };
    } else result.push(interval);
  }
  return result;
}

function clockText(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

function dateText(days: number): string {
  const { year, month, day } = civilDate(days);
  return `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}
