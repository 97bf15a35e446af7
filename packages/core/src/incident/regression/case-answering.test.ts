import { describe, expect, it } from "vitest";
import { MINUTE_MS, START_MS } from "../alert.fixture.js";
import { buildCaseRouting } from "./build-case-routing.js";
import type { CaseOnCall, CaseRouting } from "./case-answering.js";
import type { CaseOutcome } from "./case-outcome.js";
import { parseCase } from "./case-schema.js";
import { compareCase } from "./compare-case.js";
import type { RegressionCase } from "./regression-case.js";

const schedule = { startsAtMs: 1, endsAtMs: 9, recurring: [{ weekdays: [[1, 5]], location: "UTC" }] } as const;
const routing: CaseRouting = {
  routes: { receiver: "r", routes: [{ matchers: ['a="1"'], incident: "per-group", muteTimeIntervals: ["nights"] }] },
  receivers: [{ name: "r", opens: "incident", service: "s", severity: "SEV1" }],
  timeIntervals: { nights: [{ times: [[0, 360]] }] },
  inhibitRules: [{ name: "i", sourceMatchers: ['a="1"'], targetMatchers: ['b="1"'], equal: ["c"] }],
  maintenance: [{ id: "w", matchers: 'a="1"', reason: "move", ...schedule }],
};
const weekly = { every: "weekly", start: "2026-11-02", handOff: "09:00", zone: "UTC", participants: ["ann"] } as const;
const onCall: CaseOnCall = {
  policy: {
    id: "p",
    steps: [{ targets: [{ kind: "person", personId: "ann" }], delayMs: 1, conditions: [{ kind: "pass", from: 1 }] }],
    repeat: 0,
    fallback: [{ kind: "team", teamId: "t", members: "in-turn" }],
    stakeholders: [{ targets: [{ kind: "schedule", scheduleId: "s" }], afterMs: 1 }],
  },
  schedules: [
    {
      id: "s",
      name: "S",
      layers: [{ id: "l", rotation: weekly }],
      temporary: [{ id: "t", fromMs: 1, toMs: 2, shifts: [{ personId: "ann", fromMs: 1, toMs: 2 }] }],
      overrides: [{ id: "o", fromMs: 1, toMs: 2, kind: "replace", personId: "ann", withPersonId: "bob" }],
    },
  ],
  teams: [{ id: "t", members: ["ann"] }],
  people: [
    {
      id: "ann",
      zone: "UTC",
      contacts: [{ notifier: "phone" }],
      rules: [{ urgency: "page", notifier: "phone", afterMs: 0 }],
    },
  ],
};
const by = { atMs: 5, actor: "ann" };
const expected: CaseOutcome = {
  alert: { kind: "person" },
  declaredAtMs: START_MS,
  openingSeverity: "SEV1",
  severity: "SEV1",
  status: "resolved",
  timeline: [{ kind: "declared", by: "person", afterMs: 0 }],
  runbook: [],
  routing: [{ alert: "external/a", rules: ["route-taken {} r"], told: ["r"] }],
  pages: [
    { call: "step 1 of pass 1", afterMs: 0, people: ["ann by phone"] },
    { call: "step 2 of pass 1", afterMs: MINUTE_MS, people: ["bob by phone", "cy by phone"] },
  ],
};
const whole: RegressionCase = {
  format: "plimsoll-regression-case",
  formatVersion: 2,
  name: "regression-INC-001",
  title: "Slow",
  settings: { sliceMs: 15_000, cooldownMs: 0, autoCloseAfterMs: 0 },
  services: [],
  slos: [],
  corrections: [],
  routing,
  onCall,
  inputs: {
    fromMs: START_MS,
    toMs: START_MS,
    slices: [],
    alerts: [],
    silences: [
      { type: "create", id: "s", matchers: 'a="1"', reason: "r", schedule, ...by },
      { type: "expire", id: "s", ...by },
    ],
    commands: [
      { type: "declare", title: "Slow", service: "s", severity: "SEV1", detectedAtMs: 4, startedAtMs: 3, ...by },
    ],
    escalation: [
      { type: "confirm", ...by },
      { type: "escalate", reason: "r", ...by },
      { type: "pause", reason: "r", untilMs: 9, ...by },
    ],
    runs: [],
  },
  expected,
};

describe("a case with its routing and who was on call", () => {
  it("is read back as it was written", () => {
    expect(parseCase(JSON.parse(JSON.stringify(whole)))).toEqual({ ok: true, value: whole });
  });

  it("is read in the first form, and refused in words in one that is newer", () => {
    expect(parseCase({ ...whole, formatVersion: 1, exportedAtMs: 5 }).ok).toBe(true);
    expect(parseCase({ ...whole, formatVersion: 0 })).toMatchObject({ error: { paths: ["formatVersion"] } });
    expect(parseCase({ ...whole, formatVersion: 3, inputs: "of a form that is not known" })).toEqual({
      ok: false,
      error: {
        code: "unreadable-case",
        paths: ["formatVersion"],
        message:
          "This case is of format version 3; this version of plimsoll reads up to 2. Replay it with the version that wrote it, or a newer one.",
      },
    });
    expect(parseCase({ formatVersion: 3 })).toMatchObject({
      error: { message: expect.stringContaining("at format, ") },
    });
  });

  it("names the place of what can not be routed by", () => {
    const broken = {
      ...routing,
      routes: { receiver: "r", routes: [{ matchers: ["a"], receiver: "gone" }] },
      inhibitRules: [{ sourceMatchers: [], targetMatchers: ['b="1"'] }],
      maintenance: [{ ...routing.maintenance[0], matchers: "{" }],
    };
    const read = parseCase({ ...whole, routing: broken });
    expect(read).toMatchObject({
      error: {
        paths: [
          "routing.routes.routes.0.matchers.0",
          "routing.routes.routes.0.receiver",
          "routing.inhibitRules.0.sourceMatchers",
          "routing.maintenance.0.matchers",
        ],
      },
    });
  });

  it("does not keep a replay busy without end", () => {
    const { inputs } = whole;
    const until = (intervals: number, routes: CaseRouting["routes"]) =>
      parseCase({
        ...whole,
        inputs: { ...inputs, toMs: inputs.fromMs + intervals },
        routing: { ...routing, routes },
      });
    const quick = { receiver: "r", routes: [{ routes: [{ groupIntervalMs: 1_000 }] }] };
    expect(until(100_000_000, quick).ok).toBe(true);
    expect(until(100_000_001, quick)).toMatchObject({
      error: {
        paths: ["routing.routes"],
        message: expect.stringContaining("a group would be due more than 100000 times in the case's time"),
      },
    });
    expect(until(100_000_001, { receiver: "r" }).ok).toBe(true);
    const repeated = (repeat: number) =>
      parseCase({ ...whole, onCall: { ...onCall, policy: { ...onCall.policy, repeat } } });
    expect(repeated(10_000).ok).toBe(true);
    expect(repeated(10_001)).toMatchObject({ error: { paths: ["onCall.policy.repeat"] } });
  });

  it("has routing that can be used", () => {
    const built = buildCaseRouting(routing);
    if (!built.ok) throw new Error(JSON.stringify(built.error));
    const { inhibitRules, maintenance, receivers, root } = built.value;
    expect(receivers).toBe(routing.receivers);
    expect(root.routes[0]).toMatchObject({ incident: "per-group", muteTimeIntervals: [{ name: "nights" }] });
    expect(inhibitRules).toMatchObject([{ name: "i", equal: ["c"] }]);
    expect(maintenance).toMatchObject([
      { id: "w", author: "case", matchers: [{ name: "a", operator: "=", value: "1" }] },
    ]);
    const bad = buildCaseRouting({ ...routing, maintenance: [{ id: "w", matchers: "{", reason: "r", ...schedule }] });
    expect(bad).toMatchObject({ ok: false, error: [{ path: "maintenance.0.matchers" }] });
  });
});

describe("the comparison of routing and of calls", () => {
  const messages = (changes: Partial<CaseOutcome>, toleranceMs = 0) =>
    compareCase(expected, { ...expected, ...changes }, { toleranceMs }).map(({ message }) => message);
  const [first, second] = expected.pages ?? [];
  if (first === undefined || second === undefined) throw new Error("it has pages");

  it("finds nothing where all is the same, and nothing of what is not expected", () => {
    expect(messages({})).toEqual([]);
    const { pages: _, routing: _routing, ...rest } = expected;
    expect(compareCase(rest, expected)).toEqual([]);
  });

  it("says where an alert went instead, also where no incident was opened", () => {
    const quiet = { alert: "external/a", rules: ["route-taken {} r", "silenced s"], told: [] };
    const words =
      "expected.routing[0]: expected external/a; route-taken {} r; r is told, found external/a; route-taken {} r; silenced s; nobody is told";
    expect(messages({ routing: [quiet] })).toEqual([words]);
    expect(compareCase(expected, { alert: "none", routing: [quiet] }).map(({ message }) => message)).toEqual([
      "expected.alert: expected a person's declaration, found no incident",
      words,
    ]);
    const { routing: _, ...unrouted } = expected;
    expect(compareCase(expected, unrouted)[0]?.actual).toBe("nothing that was recorded");
    expect(messages({ routing: [{ ...quiet, rules: ["route-taken {} r"], told: ["r", "s"] }] })[0]).toContain(
      "; r, s is told",
    );
  });

  it("says who was called instead, first, or later, and no more than the first call that is another", () => {
    expect(messages({ pages: [{ ...first, people: ["bob by phone"] }, second] })).toEqual([
      "expected.pages[0]: expected step 1 of pass 1 to ann by phone after 0 s, found step 1 of pass 1 to bob by phone after 0 s",
    ]);
    expect(messages({ pages: [{ ...first, call: "fallback of pass 1" }] })).toHaveLength(1);
    expect(messages({ pages: [first] })).toEqual([
      "expected.pages[1]: expected step 2 of pass 1 to bob by phone, cy by phone after 1 min, found nobody called",
    ]);
    expect(messages({ pages: [first, second, { ...first, people: [] }] })).toEqual([
      "expected.pages[2]: expected nobody called, found step 1 of pass 1 to nobody after 0 s",
    ]);
    const { pages: _, ...uncalled } = expected;
    expect(compareCase(expected, uncalled)[0]?.path).toBe("expected.pages[0]");
    const late = { ...second, people: ["eve by phone"], afterMs: 2 * MINUTE_MS };
    expect(messages({ pages: [first, late] })).toEqual([
      "expected.pages[1]: expected step 2 of pass 1 to bob by phone, cy by phone after 1 min, found step 2 of pass 1 to eve by phone after 2 min (1 min off)",
    ]);
  });

  it("lets a call be off as far as is allowed", () => {
    const pages = [first, { ...second, afterMs: second.afterMs - 30_000 }];
    expect(messages({ pages }, 30_000)).toEqual([]);
    expect(messages({ pages }, 29_999)).toEqual([
      "expected.pages[1]: expected step 2 of pass 1 to bob by phone, cy by phone after 1 min, found step 2 of pass 1 to bob by phone, cy by phone after 30 s (30 s off)",
    ]);
    // Late as the one before it, or in time again.
    const third = { ...first, afterMs: 3 * MINUTE_MS };
    const by = (...offMs: readonly number[]) =>
      compareCase(
        { ...expected, pages: [first, second, third] },
        {
          ...expected,
          pages: [first, second, third].map((page, at) => ({ ...page, afterMs: page.afterMs + (offMs[at] ?? 0) })),
        },
        { toleranceMs: 30_000 },
      ).map(({ path }) => path);
    expect(by(30_000, 60_000, 90_000)).toEqual([]);
    expect(by(-30_000, -60_000, 0)).toEqual([]);
    expect(by(30_000, 60_001)).toEqual(["expected.pages[1]"]);
    expect(by(30_000, 60_000, 90_001)).toEqual(["expected.pages[2]"]);
    const other = [first, { ...second, people: [] }];
    expect(messages({ pages: other }, 30_000)).toEqual([
      "expected.pages[1]: expected step 2 of pass 1 to bob by phone, cy by phone after 1 min, found step 2 of pass 1 to nobody after 1 min",
    ]);
  });
});
