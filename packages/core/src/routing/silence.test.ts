import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchesAll } from "./label-matcher.js";
import { createMaintenanceCalendar } from "./maintenance-window.js";
import { parseMatchers } from "./parse-matchers.js";
import {
  createSilenceIndex,
  decideSilence,
  evolveSilence,
  LONGEST_SILENCE_MS,
  silencesAt,
  silenceStatus,
  type Silence,
  type SilenceCommand,
} from "./silence.js";

const who = { actor: "ada", nowMs: 1_000 };
const asked: SilenceCommand = {
  type: "create",
  id: "s1",
  matchers: 'job="web", zone!="a"',
  schedule: { startsAtMs: 2_000, endsAtMs: 3_000 },
  reason: "deploy",
};
const silence: Silence = {
  id: "s1",
  matchers: [
    { name: "job", operator: "=", value: "web" },
    { name: "zone", operator: "!=", value: "a" },
  ],
  startsAtMs: 2_000,
  endsAtMs: 3_000,
  author: "ada",
  reason: "deploy",
  createdAtMs: 1_000,
};
const code = (state: Silence | undefined, command: SilenceCommand, by = who): unknown => {
  const decided = decideSilence(state, command, by);
  return decided.ok ? decided.value.type : decided.error.code;
};
const create = (part: Partial<Extract<SilenceCommand, { type: "create" }>>): SilenceCommand => ({ ...asked, ...part });

describe("a silence", () => {
  it.each([
    // As one is asked for that names no start: it begins now.
    [
      { startsAtMs: 1_000, endsAtMs: 999 },
      "the silence's end 1970-01-01T00:00:00.999Z is past; give one that is to come",
    ],
    [
      { startsAtMs: 0, endsAtMs: 1_000 },
      "the silence's end 1970-01-01T00:00:01.000Z is past; give one that is to come",
    ],
    [
      { startsAtMs: 0, endsAtMs: -Infinity },
      "the silence's end -271821-04-20T00:00:00.000Z is past; give one that is to come",
    ],
    [{ startsAtMs: 3_000, endsAtMs: 2_999 }, "the silence ends before it begins; give from < to"],
    [{ startsAtMs: 2_000, endsAtMs: Number.NaN }, "the silence ends before it begins; give from < to"],
    [{ startsAtMs: 0, endsAtMs: LONGEST_SILENCE_MS + 1 }, "a silence lasts 366 days at most; give an earlier end"],
  ])("%j says what is wrong with when it is", (schedule, message) => {
    expect(decideSilence(undefined, create({ schedule }), who)).toEqual({
      ok: false,
      error: { code: "bad-interval", message },
    });
  });

  it("is created with its author, and is what its event says", () => {
    const decided = decideSilence(undefined, asked, who);
    expect(decided).toEqual({ ok: true, value: { type: "silence.created", atMs: 1_000, actor: "ada", data: silence } });
    expect(decided.ok ? evolveSilence(undefined, decided.value) : undefined).toEqual(silence);
  });

  it.each([
    [create({ matchers: "job" }), "bad-matchers"],
    [create({ matchers: "" }), "matches-everything"],
    [create({ matchers: 'job=~".*", zone!="a"' }), "matches-everything"],
    [create({ matchers: 'job=~".+"' }), "silence.created"],
    [create({ reason: " " }), "no-reason"],
    [create({ schedule: { startsAtMs: 3_000, endsAtMs: 3_000 } }), "bad-interval"],
    [create({ schedule: { startsAtMs: 0, endsAtMs: 1_000 } }), "bad-interval"],
    [create({ schedule: { startsAtMs: 0, endsAtMs: 1_001 } }), "silence.created"],
    [create({ schedule: { startsAtMs: Number.NaN, endsAtMs: 2_000 } }), "bad-interval"],
    [create({ schedule: { startsAtMs: 0, endsAtMs: LONGEST_SILENCE_MS } }), "silence.created"],
    [create({ schedule: { startsAtMs: 0, endsAtMs: LONGEST_SILENCE_MS + 1 } }), "bad-interval"],
  ] as const)("asked for as %j: %s", (command, expected) => {
    expect(code(undefined, command)).toBe(expected);
  });

  it.each([
    [silence, { type: "extend", endsAtMs: 4_000, reason: "longer" }, 1_000, "silence.extended"],
    [silence, { type: "extend", endsAtMs: 3_000, reason: "longer" }, 1_000, "not-longer"],
    [silence, { type: "extend", endsAtMs: 4_000, reason: "" }, 1_000, "no-reason"],
    [silence, { type: "extend", endsAtMs: 2_500 + LONGEST_SILENCE_MS, reason: "x" }, 2_500, "silence.extended"],
    [silence, { type: "extend", endsAtMs: 2_501 + LONGEST_SILENCE_MS, reason: "x" }, 2_500, "bad-interval"],
    [silence, { type: "extend", endsAtMs: 4_000, reason: "x" }, 3_000, "already-expired"],
    [silence, { type: "expire" }, 2_999, "silence.expired"],
    [silence, { type: "expire" }, 3_000, "already-expired"],
    [undefined, { type: "expire" }, 0, "unknown-silence"],
  ] as const)("%j, %j at %d: %s", (state, command, nowMs, expected) => {
    expect(code(state, command, { actor: "ada", nowMs })).toBe(expected);
  });

  it("is nobody's without a name", () => {
    expect(code(undefined, asked, { actor: " ", nowMs: 1_000 })).toBe("no-reason");
    expect(code(silence, { type: "expire" }, { actor: "", nowMs: 1_000 })).toBe("no-reason");
  });

  it("says why it was refused", () => {
    expect(decideSilence(undefined, create({ matchers: "job" }), who)).toMatchObject({
      error: { message: "the matchers, column 4: found the end; expected one of =, !=, =~ and !~" },
    });
    expect(decideSilence(silence, { type: "expire" }, { ...who, nowMs: 9_000 })).toMatchObject({
      error: { message: "the silence s1 is over; make a new one" },
    });
  });

  it("goes on longer when extended, and not at all when expired", () => {
    const extended = decideSilence(
      silence,
      { type: "extend", endsAtMs: 9_000, reason: "more" },
      { actor: "bo", nowMs: 2_500 },
    );
    const expired = decideSilence(silence, { type: "expire" }, { actor: "bo", nowMs: 2_500 });
    if (!extended.ok || !expired.ok) throw new Error("refused");
    expect(extended.value).toEqual({
      type: "silence.extended",
      atMs: 2_500,
      actor: "bo",
      data: { id: "s1", endsAtMs: 9_000, reason: "more" },
    });
    expect(evolveSilence(silence, extended.value)).toEqual({ ...silence, endsAtMs: 9_000 });
    const over = evolveSilence(silence, expired.value);
    expect(over).toEqual({ ...silence, expired: { by: "bo", atMs: 2_500 } });
    expect(over === undefined ? [] : [silenceStatus(over, 2_600), silencesAt(over, 2_600)]).toEqual(["expired", false]);
    expect([evolveSilence(undefined, extended.value), evolveSilence(undefined, expired.value)]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it("is pending, active and expired by the clock", () => {
    expect(
      [1_999, 2_000, 2_999, 3_000].map((atMs) => [silenceStatus(silence, atMs), silencesAt(silence, atMs)]),
    ).toEqual([
      ["pending", false],
      ["active", true],
      ["active", true],
      ["expired", false],
    ]);
  });

  it("that recurs is active between its times, and silences nothing then", () => {
    const mondays: Silence = {
      ...silence,
      startsAtMs: 0,
      endsAtMs: 10 * 86_400_000,
      recurring: [{ weekdays: [[1, 1]] }],
    };
    // 1 January 1970 was a Thursday.
    expect(
      [3, 4, 5].map((day) => [silenceStatus(mondays, day * 86_400_000), silencesAt(mondays, day * 86_400_000)]),
    ).toEqual([
      ["active", false],
      ["active", true],
      ["active", false],
    ]);
  });
});

describe("an index of silences", () => {
  it("finds what asking each of them finds", () => {
    const name = fc.constantFrom("a", "b");
    const matcher = fc.record({
      name,
      operator: fc.constantFrom("=", "!=", "=~", "!~"),
      value: fc.constantFrom("", "x", "y", "x|y", "x.*"),
    });
    const one = fc.record({
      matchers: fc.array(matcher, { minLength: 1, maxLength: 3 }),
      startsAtMs: fc.nat(5),
      endsAtMs: fc.integer({ min: 6, max: 10 }),
    });
    const labels = fc.dictionary(name, fc.constantFrom("x", "y", "xz"));
    fc.assert(
      fc.property(fc.array(one, { maxLength: 12 }), labels, fc.nat(11), (silences, alert, atMs) => {
        const index = createSilenceIndex();
        const all = silences.map((part, at): Silence => ({ ...silence, ...part, id: String(at) }));
        for (const each of all) index.put(each);
        index.drop("0");
        const expected = all.slice(1).filter((each) => {
          const parsed = parseMatchers(each.matchers.map((m) => `${m.name}${m.operator}"${m.value}"`).join(","));
          return parsed.ok && matchesAll(parsed.value, alert) && each.startsAtMs <= atMs && atMs < each.endsAtMs;
        });
        expect(index.matching(alert, atMs)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it("takes a silence anew when it changed, and leaves out one whose stored pattern can not be read any more", () => {
    const index = createSilenceIndex();
    index.put(silence);
    expect(index.matching({ job: "web" }, 2_000)).toEqual([silence]);
    index.put({ ...silence, endsAtMs: 2_000 });
    expect(index.matching({ job: "web" }, 2_000)).toEqual([]);
    index.put(silence);
    index.put({ ...silence, matchers: [{ name: "job", operator: "=~", value: "(" }] });
    expect(index.matching({ job: "web" }, 2_000)).toEqual([]);
  });
});

describe("a maintenance window", () => {
  it("pauses the escalation of alerts that match while it is on", () => {
    const parsed = parseMatchers("job=web");
    const window = {
      id: "m1",
      matchers: parsed.ok ? parsed.value : [],
      startsAtMs: 10,
      endsAtMs: 20,
      author: "ada",
      reason: "move",
    };
    const calendar = createMaintenanceCalendar([window, { ...window, id: "m2", startsAtMs: 15 }]);
    expect(calendar.pausing({ job: "web" }, 10)).toEqual([window]);
    expect(calendar.pausing({ job: "web" }, 15).map(({ id }) => id)).toEqual(["m1", "m2"]);
    expect(calendar.pausing({ job: "web" }, 20)).toEqual([]);
    expect(calendar.pausing({ job: "db" }, 10)).toEqual([]);
  });
});
