import { describe, expect, it } from "vitest";
import { alertAt, declareFromAlert, incidentAfter, MINUTE_MS, START_MS } from "../alert.fixture.js";
import { declareFromExternal, externalAlertOf, externalAt } from "../external/external.fixture.js";
import type { IncidentCommand } from "../incident-command.js";
import type { CaseOnCall, CaseRouting } from "./case-answering.js";
import { compareCase } from "./compare-case.js";
import { exportCase, type CaseSource } from "./export-case.js";

const at = (minutes: number) => START_MS + minutes * MINUTE_MS;
const asked = (minutes: number, actor = "ada") => ({ atMs: at(minutes), actor, causeId: `c-${minutes}-${actor}` });
const settings = { sliceMs: 15_000, cooldownMs: 1_800_000, autoCloseAfterMs: 86_400_000 };
const over: IncidentCommand = {
  type: "update-alert",
  ...asked(42, "engine"),
  alert: alertAt("alert.resolved", at(42)),
};
const routing: CaseRouting = {
  routes: { receiver: "r" },
  receivers: [],
  timeIntervals: {},
  inhibitRules: [],
  maintenance: [],
};
const onCall: CaseOnCall = {
  policy: { id: "p", steps: [], repeat: 0, fallback: [] },
  schedules: [],
  teams: [],
  people: [],
};

function madeOf(commands: readonly IncidentCommand[], changes: Partial<CaseSource> = {}) {
  return exportCase({ ...incidentAfter(...commands), settings, services: [], slos: [], slices: [], ...changes });
}

function exported(commands: readonly IncidentCommand[], changes?: Partial<CaseSource>) {
  const made = madeOf(commands, changes);
  if (!made.ok) throw new Error(made.error.message);
  return made.value;
}

describe("a case of an incident that a person declared", () => {
  const declare: IncidentCommand = {
    type: "declare",
    ...asked(0),
    incidentId: "INC-001",
    origin: { kind: "person", title: "Slow", severity: "SEV3", service: "payments", detectedAtMs: at(-3) },
  };
  const rest: readonly IncidentCommand[] = [
    { type: "acknowledge", ...asked(2) },
    { type: "resolve", ...asked(5), reason: "well" },
  ];

  it("begins with their word", () => {
    const made = exported([declare, ...rest]);
    expect(made.inputs.commands).toEqual([
      {
        type: "declare",
        atMs: at(0),
        actor: "ada",
        title: "Slow",
        service: "payments",
        severity: "SEV3",
        detectedAtMs: at(-3),
      },
      { type: "acknowledge", atMs: at(2), actor: "ada" },
      { type: "resolve", atMs: at(5), actor: "ada", reason: "well" },
    ]);
    expect([made.inputs.fromMs, made.inputs.toMs]).toEqual([at(0), at(5)]);
    expect(made.expected).toMatchObject({ alert: { kind: "person" }, openingSeverity: "SEV3" });
    const early = exported([{ ...declare, startedAtMs: at(-9) }, ...rest]);
    expect(early.inputs.commands[0]).toMatchObject({ startedAtMs: at(-9) });
  });

  it("is not made where its course is shared with another's", () => {
    const refused = (commands: readonly IncidentCommand[]) => madeOf(commands);
    const absorb: IncidentCommand = { type: "absorb", ...asked(1), from: "INC-002", reason: "same", alerts: [] };
    const split: IncidentCommand = { type: "split", ...asked(1), into: "INC-003", reason: "other", keys: [] };
    const words = (id: string) =>
      `INC-001 shares its course with ${id}, by a merge or a split: a case has the inputs of one incident only. Export one that went its course alone.`;
    expect(refused([declare, absorb, ...rest])).toEqual({
      ok: false,
      error: { code: "joined", message: words("INC-002") },
    });
    expect(refused([declare, split, ...rest])).toMatchObject({ error: { message: words("INC-003") } });
    const origin = {
      kind: "person",
      title: "Slow",
      severity: "SEV3",
      service: "payments",
      splitFrom: "INC-004",
    } as const;
    expect(refused([{ ...declare, origin }, ...rest])).toMatchObject({ error: { message: words("INC-004") } });
  });
});

describe("a case with the routing of its alerts", () => {
  const sent = externalAlertOf();
  const course: readonly IncidentCommand[] = [
    declareFromExternal(),
    { type: "acknowledge", ...asked(1) },
    { type: "resolve", ...asked(2), reason: "fixed" },
    { type: "reopen", ...asked(35, "engine"), reason: "it goes on", external: externalAt(at(35)) },
    { type: "trace-alert", ...asked(36, "engine"), key: "k", trace: [{ rule: "notified", receiver: "r" }] },
    {
      type: "update-external",
      ...asked(42, "engine"),
      external: externalAt(at(42), { status: "resolved", endsAtMs: at(42) }),
    },
  ];
  const ended = { receivedAtMs: at(42), alert: { ...sent, status: "resolved", endsAtMs: at(42) } } as const;
  const silence = { type: "expire", atMs: at(0), actor: "ada", id: "s" } as const;

  it("tells what came in, and the repeats that reopened it, with what routing made of them", () => {
    const alerts = [{ receivedAtMs: at(-1), alert: sent }, ended];
    const made = exported(course, { routed: { routing, alerts, silences: [silence] } });
    expect(made.inputs.alerts).toEqual([
      { receivedAtMs: at(-1), alert: sent },
      { receivedAtMs: at(35), alert: sent },
      ended,
    ]);
    expect(made.inputs.silences).toEqual([silence]);
    expect(made.inputs.fromMs).toBe(at(-1));
    expect(made.routing).toBe(routing);
    expect(made.expected.routing).toEqual([{ alert: "k", rules: [], told: ["r"] }]);
  });

  it("is without where nothing of it is recorded", () => {
    const made = exported(course);
    expect(Object.keys(made)).not.toContain("routing");
    expect(Object.keys(made.inputs)).not.toContain("silences");
    expect(Object.keys(made.expected)).not.toContain("routing");
  });
});

describe("a case with whoever was called", () => {
  const course: readonly IncidentCommand[] = [
    declareFromAlert(),
    { type: "acknowledge", ...asked(1) },
    { type: "unacknowledge", atMs: at(8), actor: "engine", causeId: "escalation/INC-001@5", reason: "no answer" },
    { type: "note", atMs: at(9), actor: "engine", causeId: "delivery/page@2", text: "A page was given up." },
    over,
  ];
  const slices = [{ sloId: "a", sliceMs: at(0), good: 1, total: 2, slices: 1 }];
  const escalation = [
    {
      type: "escalation.step-fired",
      atMs: at(2),
      actor: "engine",
      data: { page: "1/1/1", pass: 1, step: 0, people: [], turns: [] },
    },
    { type: "escalation.paused", atMs: at(50), actor: "ada", data: { untilMs: 9, reason: "r", causeId: "c" } },
  ] as const;

  it("leaves it to the engine to say that nobody answered, and holds the calls and what was asked of them", () => {
    const made = exported(course, { slices, onCall, escalation });
    expect(made.inputs.commands.map(({ type }) => type)).toEqual(["acknowledge"]);
    expect(made.inputs.escalation).toEqual([{ type: "pause", atMs: at(50), actor: "ada", untilMs: 9, reason: "r" }]);
    expect(made.inputs.toMs).toBe(at(50));
    expect(made.onCall).toBe(onCall);
    expect(made.expected.pages).toEqual([{ call: "step 1 of pass 1", afterMs: 2 * MINUTE_MS, people: [] }]);
    expect(made.expected.timeline.map(({ kind }) => kind)).not.toContain("noted");
  });

  it("tells it again where nobody is known to have been called", () => {
    const made = exported(course, { slices });
    expect(made.inputs.commands.map(({ type }) => type)).toEqual(["acknowledge", "unacknowledge"]);
    expect(Object.keys(made)).not.toContain("onCall");
    expect(Object.keys(made.inputs)).not.toContain("escalation");
    expect(Object.keys(made.expected)).not.toContain("pages");
  });

  it("names the place in the file of a step that is another one, whatever the order at one instant", () => {
    const { expected } = exported(course, { slices });
    const [declared, acknowledged, ...rest] = expected.timeline;
    if (declared === undefined || acknowledged === undefined) throw new Error("it has steps");
    const swapped = { ...expected, timeline: [{ ...acknowledged, afterMs: 0 }, declared, ...rest] };
    const later = { ...expected, timeline: [{ ...declared, afterMs: 1 }, { ...acknowledged, afterMs: 0 }, ...rest] };
    expect(compareCase(swapped, later).map(({ path }) => path)).toEqual(["expected.timeline[1]"]);
  });
});
