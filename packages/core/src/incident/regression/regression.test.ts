import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_BUDGET_POLICY } from "../../budget/default-budget-policy.js";
import type { RunbookPlan } from "../../runbook/runbook-plan.js";
import type { Slo } from "../../slo/slo.js";
import { alertAt, declareFromAlert, evidenceNamed, incidentAfter, MINUTE_MS, START_MS } from "../alert.fixture.js";
import { declareFromExternal, externalAlertOf, externalAt } from "../external/external.fixture.js";
import { externalFacts } from "../external/external-facts.js";
import type { IncidentCommand } from "../incident-command.js";
import { caseOutcome, type CaseOutcome } from "./case-outcome.js";
import { parseCase } from "./case-schema.js";
import { compareCase, differenceWords } from "./compare-case.js";
import { peopleCommands } from "./case-commands.js";
import { caseSlices, exportCase, sliceRuns, type CaseSlice, type CaseSource } from "./export-case.js";
import type { CaseRun } from "./regression-case.js";

const SLICE_MS = 15_000;
const at = (minutes: number) => START_MS + minutes * MINUTE_MS;
const asked = (minutes: number, actor = "ada") => ({ atMs: at(minutes), actor, causeId: `c-${minutes}-${actor}` });
const slo: Slo = {
  id: "payments-availability",
  service: "payments",
  version: 1,
  target: 0.999,
  window: { kind: "rolling", lengthMs: 30 * 86_400_000 },
  sli: { kind: "events", selector: { source: "fake", query: { deep: [1, null] } } },
  mode: "active",
  gapIs: "gap",
  alerting: {
    rules: [
      {
        id: "page-1h",
        tier: "page",
        longMs: 3_600_000,
        shortMs: 300_000,
        factor: 14.4,
        budgetShare: 0.02,
        comparison: ">",
      },
    ],
    minBadEvents: 3,
    suppressedBy: [],
  },
  policy: DEFAULT_BUDGET_POLICY,
};
const over: IncidentCommand = {
  type: "update-alert",
  ...asked(42, "engine"),
  alert: alertAt("alert.resolved", at(42)),
};
const life: readonly IncidentCommand[] = [
  { ...declareFromAlert(), evidence: [evidenceNamed("a")] },
  { type: "acknowledge", ...asked(4) },
  { type: "note", ...asked(6), text: "Rolled back" },
  over,
];
const slice = (index: number, good = 100): CaseSlice => ({
  sloId: slo.id,
  sliceMs: START_MS + index * SLICE_MS,
  good,
  total: 100,
  slices: 1,
});
function sourceOf(commands: readonly IncidentCommand[] = life, changes: Partial<CaseSource> = {}): CaseSource {
  return {
    ...incidentAfter(...commands),
    settings: { sliceMs: SLICE_MS, cooldownMs: 1_800_000, autoCloseAfterMs: 86_400_000 },
    services: [{ id: "payments", tier: 1, dependsOn: [] }],
    slos: [slo],
    slices: [slice(-2), slice(-1), slice(0, 50)],
    ...changes,
  };
}
const exported = (commands?: readonly IncidentCommand[], changes?: Partial<CaseSource>) => {
  const made = exportCase(sourceOf(commands, changes));
  if (!made.ok) throw new Error(made.error.message);
  return made.value;
};

/** The end of the alert from elsewhere, of which nobody said when it was. */
const quiet: IncidentCommand = {
  type: "update-external",
  ...asked(42, "engine"),
  external: externalAt(at(42), { status: "resolved" }),
};
const plan: RunbookPlan = { runbookId: "bad-deploy", title: "Roll back", level: 3, parameters: {}, steps: [] };
const run: CaseRun = {
  events: [
    {
      type: "runbook-run.requested",
      atMs: at(5),
      actor: "ada",
      data: { causeId: "c", runId: "r", plan, planHash: "h", reason: "it fails", incidentId: "INC-001" },
    },
    { type: "runbook-run.started", atMs: at(5), actor: "engine", data: {} },
    {
      type: "runbook-run.held",
      atMs: at(5),
      actor: "engine",
      data: { hold: { kind: "approval", stepId: "roll-back", approvalIds: ["roll-back"] } },
    },
    {
      type: "runbook-run.action-succeeded",
      atMs: at(6),
      actor: "engine",
      data: { stepId: "roll-back", attempt: 1, summary: "done" },
    },
    { type: "runbook-run.succeeded", atMs: at(7), actor: "engine", data: { words: "healthy" } },
  ],
};

describe("a case of a resolved incident", () => {
  it("is what the engine was told and what it made of it", () => {
    expect(exported()).toEqual({
      format: "plimsoll-regression-case",
      formatVersion: 2,
      name: "regression-INC-001",
      title: "payments: payments-availability burns its error budget",
      settings: { sliceMs: SLICE_MS, cooldownMs: 1_800_000, autoCloseAfterMs: 86_400_000 },
      services: [{ id: "payments", tier: 1, dependsOn: [] }],
      slos: [slo],
      corrections: [],
      inputs: {
        fromMs: START_MS - 2 * SLICE_MS,
        toMs: at(42),
        slices: [
          { sloId: slo.id, fromMs: START_MS - 2 * SLICE_MS, good: 100, total: 100, slices: 1, repeats: 2 },
          { sloId: slo.id, fromMs: START_MS, good: 50, total: 100, slices: 1, repeats: 1 },
        ],
        alerts: [],
        runs: [],
        commands: [
          { type: "acknowledge", atMs: at(4), actor: "ada" },
          { type: "note", atMs: at(6), actor: "ada", text: "Rolled back" },
        ],
      },
      expected: {
        alert: { kind: "alert", key: "payments-availability/burn", alert: "burn", tier: "page", ruleId: "page-1h" },
        declaredAtMs: START_MS,
        service: "payments",
        openingSeverity: "SEV2",
        severity: "SEV2",
        status: "resolved",
        timeline: [
          { kind: "declared", by: "engine", afterMs: 0 },
          { kind: "acknowledged", by: "person", afterMs: 4 * MINUTE_MS },
          { kind: "noted", by: "person", afterMs: 6 * MINUTE_MS },
          { kind: "alert-updated", by: "engine", afterMs: 42 * MINUTE_MS },
          { kind: "resolved", by: "engine", afterMs: 42 * MINUTE_MS },
        ],
        runbook: [],
      },
    });
  });

  it("is not made of one that goes on, was merged, or of which nothing is recorded", () => {
    expect(exportCase(sourceOf(life.slice(0, 2)))).toEqual({
      ok: false,
      error: { code: "still-open", message: "INC-001 is still acknowledged. Export it once it is resolved." },
    });
    const merge: IncidentCommand = { type: "merge", ...asked(5), into: "INC-002", reason: "same" };
    expect(exportCase(sourceOf([declareFromAlert(), merge]))).toEqual({
      ok: false,
      error: { code: "merged", message: "INC-001 was merged into INC-002. Export that one." },
    });
    expect(exportCase(sourceOf(life, { slices: [] }))).toEqual({
      ok: false,
      error: {
        code: "no-inputs",
        message:
          "Nothing that the engine was told about INC-001 is recorded: neither slices nor alerts. Export it from where they are kept.",
      },
    });
  });

  it("reaches from the first input to the last, or to the resolution", () => {
    const heard: readonly IncidentCommand[] = [
      declareFromExternal(),
      {
        type: "update-external",
        ...asked(60, "engine"),
        external: externalAt(at(60), { status: "resolved", endsAtMs: at(59) }),
      },
    ];
    const { alerts, fromMs, toMs } = exported(heard, { slices: [] }).inputs;
    expect([fromMs, toMs]).toEqual([START_MS, at(60)]);
    expect(alerts.map(({ receivedAtMs }) => receivedAtMs)).toEqual([START_MS, at(60)]);
    expect(exported(life, { slices: [slice(400)] }).inputs.toMs).toBe(START_MS + 401 * SLICE_MS);
    const late: IncidentCommand = { type: "note", ...asked(70), text: "x" };
    expect(exported([...life, late]).inputs.toMs).toBe(at(70));
    const { state, ...rest } = sourceOf();
    const old = { ...state, rounds: [{ openedAtMs: START_MS }], lastAtMs: at(50) } as const;
    expect(exportCase({ ...rest, state: old })).toMatchObject({ value: { inputs: { toMs: at(50) } } });
  });

  it("keeps what corrections there were and the steps of runbooks", () => {
    const correction = {
      id: "c",
      sloIds: "all",
      effect: "drop",
      author: "ada",
      reason: "maintenance",
      covers: { kind: "once", fromMs: 0, toMs: 1 },
    } as const;
    const made = exported(life, { corrections: [correction], runs: [run] });
    expect(made.corrections).toEqual([correction]);
    expect(made.inputs.runs).toEqual([run]);
    expect(made.expected.runbook).toEqual([
      "bad-deploy: asked for",
      "held: approval",
      "roll-back: succeeded",
      "run: succeeded",
    ]);
  });
});

describe("slices in a case", () => {
  it("come back as they were, whatever they are and in whatever order they came", () => {
    const any = fc.record({
      sloId: fc.constantFrom("a", "b"),
      index: fc.integer({ min: 0, max: 40 }),
      good: fc.integer({ min: 0, max: 2 }),
      total: fc.constantFrom(2, 3),
      slices: fc.constantFrom(1, 2),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(any, { selector: ({ index, sloId }) => `${sloId}${index}`, maxLength: 50 }),
        (given) => {
          const slices = given.map(({ index, ...rest }): CaseSlice => ({
            ...rest,
            sliceMs: START_MS + index * SLICE_MS,
          }));
          const runs = sliceRuns(slices, SLICE_MS);
          const settings = { sliceMs: SLICE_MS, cooldownMs: 0, autoCloseAfterMs: 0 };
          const inputs = { fromMs: 0, toMs: 0, slices: runs, alerts: [], commands: [], runs: [] };
          const expected = slices.toSorted((a, b) => a.sliceMs - b.sliceMs || (a.sloId < b.sloId ? -1 : 1));
          expect(caseSlices({ inputs, settings })).toEqual(expected);
          expect(runs.length).toBeLessThanOrEqual(slices.length);
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each([
    ["another SLO", { sloId: "other" }],
    ["another count", { good: 99 }],
    ["another total", { total: 101 }],
    ["another length", { slices: 2 }],
    ["a gap", { sliceMs: START_MS + 2 * SLICE_MS }],
  ])("begin another run with %s", (_, changes) => {
    expect(sliceRuns([slice(0), { ...slice(1), ...changes }], SLICE_MS)).toHaveLength(2);
    expect(sliceRuns([slice(0), slice(1)], SLICE_MS)).toHaveLength(1);
    const wide = (index: number): CaseSlice => ({ ...slice(index), slices: 4 });
    expect(sliceRuns([wide(0), wide(4), wide(8)], SLICE_MS)).toEqual([
      { sloId: slo.id, fromMs: START_MS, good: 100, total: 100, slices: 4, repeats: 3 },
    ]);
  });
});

describe("what people asked", () => {
  it("is asked again in their words, and nothing of what the engine did", () => {
    const commands: readonly IncidentCommand[] = [
      declareFromAlert(),
      { type: "acknowledge", ...asked(1) },
      { type: "unacknowledge", ...asked(2), reason: "r2" },
      { type: "acknowledge", ...asked(3) },
      { type: "start-mitigation", ...asked(4), text: "t4" },
      { type: "confirm-mitigation", ...asked(5), text: "t5" },
      { type: "change-severity", ...asked(6), severity: "SEV1", reason: "r6" },
      { type: "update-status", ...asked(7), audience: "public", text: "t7" },
      { type: "assign-role", ...asked(8), role: "scribe", person: "bob" },
      { type: "hand-over", ...asked(9), role: "scribe", to: "eve", handedOver: "h9" },
      { type: "release-role", ...asked(10), role: "scribe", person: "eve", reason: "r10" },
      { type: "resolve", ...asked(11), reason: "r11" },
      { type: "reopen", ...asked(12), reason: "r12" },
      { type: "note", ...asked(13), text: "t13" },
      { type: "edit-postmortem", ...asked(14), section: "why", text: "t14" },
    ];
    const { events } = incidentAfter(...commands);
    const base = (minutes: number) => ({ atMs: at(minutes), actor: "ada" });
    expect(peopleCommands(events)).toEqual([
      { type: "acknowledge", ...base(1) },
      { type: "unacknowledge", ...base(2), reason: "r2" },
      { type: "acknowledge", ...base(3) },
      { type: "start-mitigation", ...base(4), text: "t4" },
      { type: "confirm-mitigation", ...base(5), text: "t5" },
      { type: "change-severity", ...base(6), severity: "SEV1", reason: "r6" },
      { type: "update-status", ...base(7), audience: "public", text: "t7" },
      { type: "assign-role", ...base(8), role: "scribe", person: "bob" },
      { type: "hand-over", ...base(9), role: "scribe", from: "bob", to: "eve", handedOver: "h9" },
      { type: "release-role", ...base(10), role: "scribe", person: "eve", reason: "r10" },
      { type: "resolve", ...base(11), reason: "r11" },
      { type: "reopen", ...base(12), reason: "r12" },
      { type: "note", ...base(13), text: "t13" },
    ]);
    const made = exported([...commands, { ...over, causeId: "over", atMs: at(50) }]);
    expect(parseCase(JSON.parse(JSON.stringify(made)))).toEqual({ ok: true, value: made });
  });
});

describe("alerts from elsewhere", () => {
  const sent = externalAlertOf();
  const routedTo = (receiver: { readonly service?: string; readonly severity?: "SEV1" | "SEV2" }): IncidentCommand => ({
    type: "declare",
    ...asked(0, "engine"),
    incidentId: "INC-001",
    origin: {
      kind: "external",
      external: externalFacts(externalAlertOf({ generatorUrl: "https://prometheus/graph" }), {
        atMs: START_MS,
        ...receiver,
      }),
    },
  });

  it("are told as the incident heard them, with their own labels beside what their receiver said", () => {
    const routed = routedTo({ service: "cards", severity: "SEV1" });
    expect(exported([routed, quiet], { slices: [] }).inputs.alerts).toEqual([
      { receivedAtMs: START_MS, alert: sent, service: "cards", severity: "SEV1" },
      { receivedAtMs: at(42), alert: { ...sent, status: "resolved", endsAtMs: at(42) } },
    ]);
    const said = { ...quiet, external: externalAt(at(42), { status: "resolved", endsAtMs: at(41) }) };
    expect(exported([routed, said], { slices: [] }).inputs.alerts[1]?.alert.endsAtMs).toBe(at(41));
  });

  it("have what a receiver says only where it said it, though it be what the labels say too", () => {
    const first = (receiver: Parameters<typeof routedTo>[0]) => {
      const {
        alert: _,
        receivedAtMs: _at,
        ...said
      } = exported([routedTo(receiver), quiet], { slices: [] }).inputs.alerts[0] ?? { alert: sent, receivedAtMs: 0 };
      return said;
    };
    expect(first({})).toEqual({});
    expect(first({ severity: "SEV2" })).toEqual({ severity: "SEV2" });
    expect(first({ service: "cards" })).toEqual({ service: "cards" });
    expect(first({ service: "payments" })).toEqual({});
    const made = exported([routedTo({ service: "cards", severity: "SEV1" }), quiet], { slices: [] });
    expect(parseCase(JSON.parse(JSON.stringify(made)))).toEqual({ ok: true, value: made });
  });

  it("are told again where a repeat reopened what people had resolved", () => {
    const external = externalAt(at(40));
    const reopen = (minutes: number, actor: string): Extract<IncidentCommand, { type: "reopen" }> => ({
      type: "reopen",
      ...asked(minutes, actor),
      reason: "it goes on",
      ...(actor === "engine" ? { external } : {}),
    });
    const resolve = (minutes: number): IncidentCommand => ({ type: "resolve", ...asked(minutes), reason: "fixed" });
    const course: readonly IncidentCommand[] = [
      routedTo({ service: "cards" }),
      { type: "acknowledge", ...asked(1) },
      resolve(2),
      reopen(35, "engine"),
      { type: "acknowledge", ...asked(36) },
      resolve(37),
      reopen(38, "ada"),
      quiet,
      // It fires anew: that it was heard of is an event of its own.
      { ...reopen(45, "engine"), external: externalAt(at(45), { startsAtMs: at(44) }) },
      { ...quiet, ...asked(50, "engine"), external: externalAt(at(50), { status: "resolved", startsAtMs: at(44) }) },
    ];
    const { alerts } = exported(course, { slices: [] }).inputs;
    expect(alerts.map(({ alert, receivedAtMs }) => [(receivedAtMs - START_MS) / MINUTE_MS, alert.status])).toEqual([
      [0, "firing"],
      [35, "firing"],
      [42, "resolved"],
      [45, "firing"],
      [50, "resolved"],
    ]);
    expect(alerts[1]).toEqual({ ...alerts[0], receivedAtMs: at(35) });
  });
});

describe("what others wrote into an incident's course", () => {
  const noted = (causeId: string, text: string, actor = "engine"): IncidentCommand => ({
    type: "note",
    atMs: at(7),
    actor,
    causeId,
    text,
  });

  it("is asked of nobody again where runs and escalations write it, and forms no shape where the latter do", () => {
    const { events, state } = incidentAfter(
      declareFromAlert(),
      { type: "acknowledge", ...asked(4) },
      noted("runbook-run/r@1", "Asked for", "ada"),
      noted("escalation/INC-001@4", "Paused", "ada"),
      {
        type: "record-notice",
        atMs: at(7),
        actor: "engine",
        causeId: "stakeholders-told/1/stakeholders/1",
        person: "boss",
        channel: "mail",
      },
      { type: "unacknowledge", atMs: at(8), actor: "engine", causeId: "escalation/INC-001@5", reason: "no answer" },
      over,
    );
    expect(peopleCommands(events)).toEqual([
      { type: "acknowledge", atMs: at(4), actor: "ada" },
      { type: "unacknowledge", atMs: at(8), actor: "engine", reason: "no answer" },
    ]);
    expect(caseOutcome(state, events).timeline.map(({ by, kind }) => `${kind} ${by}`)).toEqual([
      "declared engine",
      "acknowledged person",
      "noted person",
      "unacknowledged engine",
      "alert-updated engine",
      "resolved engine",
    ]);
  });
});

describe("the outcome of an incident", () => {
  it("of an alert from elsewhere, and of a person, names no rule", () => {
    const external = incidentAfter(declareFromExternal());
    expect(caseOutcome(external.state, external.events).alert).toEqual({
      kind: "external",
      key: externalAt(START_MS).key,
    });
    const person = incidentAfter({
      type: "declare",
      ...asked(0),
      incidentId: "INC-001",
      origin: { kind: "person", title: "Slow", severity: "SEV3", service: "payments" },
    });
    expect(caseOutcome(person.state, person.events)).toMatchObject({ alert: { kind: "person" }, status: "declared" });
    const lost = alertAt("alert.fired", START_MS, { kind: "data-loss", tier: "ticket" });
    const { ruleId: _, ...facts } = lost.data;
    const blind = incidentAfter({
      type: "declare",
      ...asked(0),
      incidentId: "INC-001",
      origin: { kind: "alert", alert: { type: "alert.fired", data: facts } },
    });
    expect(caseOutcome(blind.state, blind.events).alert).toEqual({
      kind: "alert",
      key: "payments-availability/burn",
      alert: "data-loss",
      tier: "ticket",
    });
  });

  it("leaves out what comes later or depends on the moment, and tells the first severity from the last", () => {
    const close: IncidentCommand = { type: "close", ...asked(50), how: "person" };
    const severity: IncidentCommand = { type: "change-severity", ...asked(5), severity: "SEV1", reason: "all" };
    const { state, events } = incidentAfter(...life.slice(0, 2), severity, over, close, {
      type: "add-action",
      ...asked(60),
      title: "T",
      owner: "o",
      priority: "P0",
      dueAtMs: 0,
    });
    const found = caseOutcome(state, events);
    expect(found).toMatchObject({ openingSeverity: "SEV2", severity: "SEV1", status: "resolved" });
    expect(found.timeline.map(({ kind }) => kind)).toEqual([
      "declared",
      "acknowledged",
      "severity-changed",
      "alert-updated",
      "resolved",
    ]);
    expect(caseOutcome({ ...state, severities: [] }, events).openingSeverity).toBe("SEV1");
  });
});

describe("the comparison with what is expected", () => {
  const expected: CaseOutcome = { ...exported().expected, runbook: ["restart", "verify"] };
  const messages = (changes: Partial<CaseOutcome>, toleranceMs = 0) =>
    compareCase(expected, { ...expected, ...changes }, { toleranceMs }).map(({ message }) => message);

  it("finds nothing where all is the same", () => {
    expect(compareCase(expected, JSON.parse(JSON.stringify(expected)) as CaseOutcome)).toEqual([]);
  });

  it("says that no incident was opened", () => {
    expect(compareCase(expected, { alert: "none" })).toEqual([
      {
        path: "expected.alert",
        expected: "a page for payments-availability/burn by page-1h",
        actual: "no incident",
        message: "expected.alert: expected a page for payments-availability/burn by page-1h, found no incident",
      },
    ]);
  });

  it("is of the service too, where the case knows it", () => {
    const { service, ...unknown } = expected;
    expect(service).toBe("payments");
    expect(differenceWords(compareCase(expected, { ...expected, service: "cards" }))).toBe(
      "expected.service: expected payments, found cards",
    );
    expect(differenceWords(compareCase(expected, unknown))).toBe("expected.service: expected payments, found none");
    expect(compareCase(unknown, { ...expected, service: "cards" })).toEqual([]);
  });

  it("says what differs, in the order of importance", () => {
    const differences = compareCase(expected, {
      alert: { kind: "alert", key: "x/burn", alert: "burn", tier: "ticket" },
      declaredAtMs: START_MS + 90_000,
      service: "cards",
      openingSeverity: "SEV3",
      severity: "SEV4",
      status: "declared",
      timeline: [],
      runbook: [],
    });
    expect(differenceWords(differences)).toBe(
      [
        "expected.alert: expected a page for payments-availability/burn by page-1h, found a ticket for x/burn",
        "expected.declaredAtMs: expected 2026-11-21 10:00:00 UTC, found 2026-11-21 10:01:30 UTC (1 min 30 s off)",
        "expected.service: expected payments, found cards",
        "expected.openingSeverity: expected SEV2, found SEV3",
        "expected.severity: expected SEV2, found SEV4",
        "expected.status: expected resolved, found declared",
        "expected.timeline[0]: expected declared by the engine after 0 s, found its end",
        "expected.runbook[0]: expected restart, found its end",
      ].join("\n"),
    );
    expect(messages({ alert: { kind: "person" } })).toEqual([
      "expected.alert: expected a page for payments-availability/burn by page-1h, found a person's declaration",
    ]);
    expect(messages({ alert: { kind: "external", key: "k" } })[0]).toContain("found the alert k");
  });

  it("tells the first step that is another one, and no more", () => {
    const [first, second, ...rest] = expected.timeline;
    if (first === undefined || second === undefined) throw new Error("it has steps");
    const by = { ...second, by: "engine" } as const;
    expect(messages({ timeline: [first, by] })).toEqual([
      "expected.timeline[1]: expected acknowledged by a person after 4 min, found acknowledged by the engine after 4 min",
    ]);
    const late = { ...second, afterMs: 43 * MINUTE_MS };
    expect(messages({ timeline: [...expected.timeline, late] })).toEqual([
      "expected.timeline[5]: expected its end, found acknowledged by a person after 43 min",
    ]);
    expect(messages({ timeline: [first, ...rest] })[0]).toContain(
      "expected.timeline[1]: expected acknowledged by a person",
    );
    expect(messages({ runbook: ["restart", "scale"] })).toEqual(["expected.runbook[1]: expected verify, found scale"]);
    expect(messages({ runbook: ["restart", "verify", "scale"] })).toEqual([
      "expected.runbook[2]: expected its end, found scale",
    ]);
  });

  it("knows no order of what happened at one instant, and one of all else", () => {
    const [declared, acknowledged, noted, updated, resolved] = expected.timeline;
    if (!declared || !acknowledged || !noted || !updated || !resolved) throw new Error("it has steps");
    expect(messages({ timeline: [declared, acknowledged, noted, resolved, updated] })).toEqual([]);
    expect(messages({ timeline: [resolved, updated, noted, acknowledged, declared] })).toEqual([]);
    const earlier = { ...noted, afterMs: acknowledged.afterMs - 1 };
    expect(messages({ timeline: [declared, acknowledged, earlier, updated, resolved] })[0]).toContain(
      "expected.timeline[1]: expected acknowledged by a person after 4 min, found noted",
    );
  });

  it("lets instants be off as far as is allowed", () => {
    const timeline = expected.timeline.map((step, index) =>
      index === 1 ? { ...step, afterMs: step.afterMs + 30_000 } : step,
    );
    expect(messages({ timeline }, 30_000)).toEqual([]);
    expect(messages({ timeline }, 29_999)).toEqual([
      "expected.timeline[1]: expected acknowledged by a person after 4 min, found acknowledged by a person after 4 min 30 s (30 s off)",
    ]);
    expect(messages({ declaredAtMs: START_MS - 30_000 }, 30_000)).toEqual([]);
    expect(messages({ declaredAtMs: START_MS - 30_000 }, 29_999)).toHaveLength(1);
  });
});

describe("a case file", () => {
  const made = exported([declareFromExternal({ generatorUrl: "https://prometheus/graph" }), quiet], { runs: [run] });
  const plain = JSON.parse(JSON.stringify(made)) as Record<string, unknown>;

  it("is read back as it was written", () => {
    expect(parseCase(plain)).toEqual({ ok: true, value: made });
    const selector = { source: "s", query: {} };
    for (const sli of [
      { kind: "latency", selector, thresholdMs: 5 },
      { kind: "time-slices", selector, goodWhen: { of: "ratio", operator: ">=", limit: 0.5 } },
      { kind: "probe", selector },
      { kind: "composite", rule: "all-of", members: [{ slo: "a", weight: 1 }] },
    ]) {
      const window = { kind: "calendar", unit: "month", zone: "UTC", fiscalYearStart: 1 };
      expect(parseCase({ ...plain, slos: [{ ...slo, sli, window, runbook: "r" }] }).ok).toBe(true);
    }
    const recurring = { kind: "recurring", interval: { weekdays: [1], zone: "UTC" }, fromMs: 1 };
    const correction = { id: "c", sloIds: ["a"], effect: "drop", author: "a", reason: "r", covers: recurring };
    expect(parseCase({ ...plain, corrections: [correction] }).ok).toBe(true);
  });

  it("that is none names every place that is wrong", () => {
    const wrong = { ...plain, format: "x", expected: { ...made.expected, severity: "SEV9" } };
    const read = parseCase(wrong);
    expect(read).toMatchObject({
      ok: false,
      error: { code: "unreadable-case", paths: ["format", "expected.severity"] },
    });
    if (read.ok) return;
    expect(read.error.message).toMatch(
      /^This is no case of a resolved incident: at format, .*; at expected\.severity, .*\. Export it again, or repair what is named\.$/,
    );
    const nothing = parseCase(undefined);
    expect(nothing).toMatchObject({ error: { paths: [""], message: expect.stringContaining("at the top, ") } });
  });

  it("does not reach further than a replay may go, nor back", () => {
    const { fromMs } = made.inputs;
    const until = (toMs: number) => parseCase({ ...plain, inputs: { ...made.inputs, toMs } });
    expect(until(fromMs).ok).toBe(true);
    expect(until(fromMs - 1)).toMatchObject({ error: { paths: ["inputs.toMs"] } });
    expect(until(fromMs + 1_000_000 * SLICE_MS).ok).toBe(true);
    expect(until(fromMs + 1_000_000 * SLICE_MS + 1)).toMatchObject({
      error: { message: expect.stringContaining("more than 1000000 slices after it") },
    });
  });

  it("does not ask for more slices than a computer holds", () => {
    const run = { sloId: "a", fromMs: 0, good: 1, total: 1, slices: 1, repeats: 1_000_000 };
    const withRuns = (...slices: readonly object[]) => parseCase({ ...plain, inputs: { ...made.inputs, slices } });
    expect(withRuns(run).ok).toBe(true);
    expect(withRuns({ ...run, repeats: 1_000_001 }).ok).toBe(false);
    expect(withRuns(run, { ...run, repeats: 1 })).toMatchObject({
      error: { paths: ["inputs.slices"], message: expect.stringContaining("more than 1000000 slices in all") },
    });
  });
});
