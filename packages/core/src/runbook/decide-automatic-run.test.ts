import { describe, expect, it, test } from "vitest";
import { alertAt, declareFromAlert, incidentAfter, MINUTE_MS, START_MS } from "../incident/alert.fixture.js";
import { declareFromExternal, externalAt } from "../incident/external/external.fixture.js";
import type { IncidentState } from "../incident/incident.js";
import { candidateOf, fallback, gateThat, runOf, sceneOf } from "./automatic-run.fixture.js";
import { against, automaticRunWords } from "./automatic-run.js";
import { decideAutomaticRun, type AutomaticRunScene } from "./decide-automatic-run.js";
import { planOf, runbook, step, withoutUndo } from "./runbook.fixture.js";

const DAY_MS = 86_400_000;
const declared = incidentAfter(declareFromAlert()).state;

function decisionOf(change: Partial<AutomaticRunScene> = {}) {
  const decided = decideAutomaticRun(sceneOf(change));
  if (decided === undefined) throw new Error("there was nothing to decide");
  return decided.decision;
}

/** What stands against a start, by code. */
const codes = (change: Partial<AutomaticRunScene>) => decisionOf(change).reasons.map(({ code }) => code);
const messages = (change: Partial<AutomaticRunScene>) => decisionOf(change).reasons.map(({ message }) => message);

describe("a run that nobody asked for", () => {
  it("starts where nothing stands against it, and says what speaks for it", () => {
    expect(decideAutomaticRun(sceneOf())).toEqual({
      plan: planOf(fallback),
      decision: {
        incidentId: "INC-001",
        service: "payments",
        runbookIds: ["fallback"],
        starts: true,
        runId: "INC-001.fallback",
        approvals: [],
        reasons: [
          {
            code: "fits",
            against: false,
            message: "It fits payments, and its rehearsals pass.",
            about: ["fallback"],
          },
          { code: "gate-open", against: false, message: "The gate is open to automation.", about: [] },
        ],
      },
    });
  });

  it("is nothing to decide on where no runbook of level 4 fits", () => {
    expect(decideAutomaticRun(sceneOf({ candidates: [] }))).toBeUndefined();
  });

  it("starts nothing in observe, and not by a switch that is engaged or cannot be read", () => {
    const observe = { mode: "observe", attemptsPerDay: 2 } as const;
    expect(decisionOf({ automation: observe })).toEqual({
      incidentId: "INC-001",
      service: "payments",
      runbookIds: ["fallback"],
      starts: false,
      approvals: [],
      reasons: [
        {
          code: "observing",
          against: true,
          message: "It only observes: automation.mode is observe, and nothing acts then.",
          about: [],
        },
      ],
    });
    expect(decideAutomaticRun(sceneOf({ automation: observe }))).not.toHaveProperty("plan");
    const engaged = { kind: "engaged", by: "ann", atMs: START_MS, reason: "it ran wild" } as const;
    expect(messages({ killSwitch: engaged })).toEqual(["The kill switch is engaged, by ann: it ran wild."]);
    expect(codes({ killSwitch: engaged })).toEqual(["kill-switch"]);
    expect(messages({ killSwitch: { kind: "unreadable", reason: "no storage" } })).toEqual([
      "The kill switch counts as engaged, as it cannot be read: no storage.",
    ]);
  });

  it("tells every reason at once", () => {
    expect(
      codes({
        automation: { mode: "observe", attemptsPerDay: 0 },
        killSwitch: { kind: "unreadable", reason: "no storage" },
        plannedWork: "planned work: the move",
        services: new Set(),
        slos: [{ sloId: "a", standing: { verdict: "unknown", saw: "a is frozen" } }],
        candidates: [
          candidateOf(fallback, { readiness: [against("rehearsal-stale", "old", ["fallback"])] }),
          candidateOf(runbook([step("x")])),
        ],
        runs: [{ run: runOf(fallback, { incidentId: "INC-001" }), service: "payments" }],
      }),
    ).toEqual([
      "observing",
      "kill-switch",
      "planned-work",
      "unknown-service",
      "unknown-data",
      "ambiguous",
      "rehearsal-stale",
      "tried-before",
      "attempts-spent",
      "attempts-spent",
      "run-going-on",
    ]);
  });
});

describe("the incident of a run that nobody asked for", () => {
  const inState = (status: IncidentState["status"], change: Partial<IncidentState> = {}) => ({
    incident: { ...declared, status, ...change },
  });

  test.each(["declared", "acknowledged", "mitigating"] as const)("may be %s", (status) => {
    expect(decisionOf(inState(status)).starts).toBe(true);
  });

  test.each(["mitigated", "resolved", "closed"] as const)("may not be %s", (status) => {
    expect(codes(inState(status))).toEqual(["incident-over"]);
    expect(messages(inState(status))).toEqual([`INC-001 is ${status}.`]);
  });

  it("may not have been merged, and it is said into which", () => {
    expect(messages(inState("closed", { mergedInto: "INC-007" }))).toEqual([
      "INC-001 is closed, as it was merged into INC-007.",
    ]);
  });

  it("has to come from an alert, of the engine or from elsewhere, and not from a person", () => {
    const person = incidentAfter({
      type: "declare",
      atMs: START_MS,
      actor: "ada",
      causeId: "c",
      incidentId: "INC-001",
      origin: { kind: "person", title: "T", severity: "SEV3", service: "payments" },
    }).state;
    expect(decisionOf({ incident: person }).reasons).toEqual([
      against("not-from-alert", "A person declared INC-001; the engine answers alerts alone."),
    ]);
    expect(decisionOf({ incident: incidentAfter(declareFromExternal()).state, slos: [] }).starts).toBe(true);
  });

  it("has an alert that fires: one that resolved, or that another hides, calls for nothing", () => {
    const quiet = (type: "alert.suppressed" | "alert.fired") => {
      const alert = alertAt(type, START_MS + MINUTE_MS);
      const heard = { type: "update-alert", atMs: START_MS + MINUTE_MS, actor: "engine", causeId: "c", alert } as const;
      return { incident: incidentAfter(declareFromAlert(), heard).state };
    };
    expect(decisionOf(quiet("alert.suppressed")).reasons).toEqual([
      against("alert-quiet", "None of the alerts of INC-001 fires now."),
    ]);
    const over = { ...externalAt(START_MS), status: "resolved" } as const;
    const { alert: _alert, ...bare } = declared;
    expect(codes({ incident: { ...bare, external: over } })).toEqual(["alert-quiet"]);
    expect(codes({ incident: { ...declared, external: over } })).toEqual(["fits", "gate-open"]);
  });

  it("is not in planned work, and is of a service that is known; what a label says of one is not repeated", () => {
    expect(messages({ plannedWork: "planned work: the move" })).toEqual(["INC-001 falls into planned work: the move."]);
    expect(decisionOf({ services: new Set(["search"]) }).reasons).toEqual([
      against("unknown-service", "The service of INC-001 is none that is configured, so nothing is known of it."),
    ]);
  });

  it("has data that are known: unknown is never yes, while healthy and burning are both known", () => {
    const standing = (verdict: "holds" | "fails" | "unknown") => [
      { sloId: "a", standing: { verdict, saw: "a is so" } },
    ];
    expect(decisionOf({ slos: standing("unknown") }).reasons).toEqual([
      against("unknown-data", "How a stands is not known: a is so.", ["a"]),
    ]);
    expect(decisionOf({ slos: standing("holds") }).starts).toBe(true);
    expect(decisionOf({ slos: standing("fails") }).starts).toBe(true);
  });
});

describe("the runbook of a run that nobody asked for", () => {
  it("is the only one of level 4 that fits; several are named for a person to choose", () => {
    const candidates = [candidateOf(fallback), candidateOf(runbook([step("x")]))];
    expect(decisionOf({ candidates })).toMatchObject({ starts: false, runbookIds: ["fallback", "bad-deploy"] });
    expect(decisionOf({ candidates }).reasons).toEqual([
      against("ambiguous", "Several runbooks of level 4 fit: fallback, bad-deploy. A person chooses.", [
        "fallback",
        "bad-deploy",
      ]),
    ]);
  });

  it("has nothing in it that stands against it, and can be planned", () => {
    const readiness = [against("unsound", "It has no health check.", ["fallback"])];
    expect(decisionOf({ candidates: [candidateOf(fallback, { readiness })] })).toMatchObject({
      starts: false,
      reasons: readiness,
    });
    const { plan: _plan, ...unplanned } = candidateOf(fallback, { readiness });
    expect(decisionOf({ candidates: [unplanned] }).starts).toBe(false);
    expect(decisionOf({ candidates: [{ ...unplanned, readiness: [] }] }).starts).toBe(false);
  });
});

describe("the attempts at a remedy", () => {
  const over = { status: "succeeded" } as const;

  it("are one for an incident, whoever made it", () => {
    const run = runOf(fallback, { ...over, id: "R9", requestedBy: "ada", incidentId: "INC-001" });
    expect(decisionOf({ runs: [{ run, service: "payments" }] }).reasons).toEqual([
      against("tried-before", "fallback was run for INC-001 already (R9); what did not hold is not repeated.", [
        "fallback",
        "R9",
      ]),
    ]);
    const other = { ...run, plan: planOf(runbook([step("x")])) };
    expect(decisionOf({ runs: [{ run: other, service: "payments" }] }).starts).toBe(true);
    const elsewhere = { ...run, incidentId: "INC-002" };
    expect(decisionOf({ runs: [{ run: elsewhere, service: "payments" }] }).starts).toBe(true);
  });

  it("are so many within a day for a service, by the engine alone, and each leaves the day after exactly 24 h", () => {
    const by = (id: string, agoMs: number, requestedBy = "engine") => {
      const run = runOf(fallback, { ...over, id, requestedBy, incidentId: id, requestedAtMs: START_MS - agoMs });
      return { run, service: "payments" };
    };
    const two = [by("A", DAY_MS - 1), by("B", 0)];
    expect(decisionOf({ runs: two }).reasons).toEqual([
      against("attempts-spent", "The engine started fallback 2 times within 24 h for this service; 2 is the most.", [
        "fallback",
        "A",
        "B",
      ]),
    ]);
    expect(decisionOf({ runs: [by("A", DAY_MS), by("B", 0)] }).starts).toBe(true);
    expect(decisionOf({ runs: [by("A", 0, "ada"), by("B", 0)] }).starts).toBe(true);
    expect(decisionOf({ runs: two.map((one) => ({ ...one, service: "search" })) }).starts).toBe(true);
    // A clock that was ahead makes no attempt undone.
    expect(codes({ runs: [by("A", -DAY_MS), by("B", 0)] })).toEqual(["attempts-spent"]);
    const once = { mode: "act", attemptsPerDay: 1 } as const;
    expect(messages({ runs: [by("A", 0)], automation: once })).toEqual([
      "The engine started fallback once within 24 h for this service; 1 is the most.",
    ]);
  });

  it("wait for what goes on for the same service, or for one that nobody knows", () => {
    const run = runOf(runbook([step("x")]), { id: "R1", status: "paused" });
    expect(decisionOf({ runs: [{ run, service: "payments" }] }).reasons).toEqual([
      against("run-going-on", "The run R1 of bad-deploy goes on for the same service.", ["R1"]),
    ]);
    expect(messages({ runs: [{ run }] })).toEqual([
      "The run R1 of bad-deploy goes on, and for which service is not known.",
    ]);
    expect(decisionOf({ runs: [{ run, service: "search" }] }).starts).toBe(true);
    expect(decisionOf({ runs: [{ run: { ...run, status: "failed" }, service: "payments" }] }).starts).toBe(true);
  });
});

describe("a gate that is closed to automation", () => {
  const book = runbook(
    [
      step("look", { risk: "safe" }),
      step("some", { risk: "caution" }),
      step("all", { risk: "dangerous", approval: true }),
      step("ask", { action: { kind: "manual", instruction: "look" }, risk: "dangerous" }),
      step("wait", {
        action: { kind: "wait-until", until: { check: { kind: "slo", slo: "a" }, withinMs: 1, everyMs: 1 } },
        risk: "dangerous",
      }),
      withoutUndo(step("drop", { risk: "caution" })),
    ],
    { id: "fallback" },
  );
  const decided = (decision: "allow" | "deny" | "unknown") =>
    decideAutomaticRun(
      sceneOf({ candidates: [candidateOf(book)], gate: gateThat(decision, "it pages", "8 % is left") }),
    );

  it.each(["deny", "unknown"] as const)(
    "forbids no remedy by %s, and has a person approve what may do harm",
    (said) => {
      const { decision, plan } = decided(said) ?? {};
      expect(decision).toMatchObject({ starts: true, approvals: ["some"] });
      expect(decision?.reasons[1]).toEqual({
        code: "gate-closed",
        against: false,
        message: "The gate is closed to automation (it pages; 8 % is left), so a person has to approve some.",
        about: ["some"],
      });
      expect(plan?.steps.map(({ approvals, id }) => [id, approvals])).toEqual([
        ["look", []],
        ["some", ["some"]],
        ["all", ["all"]],
        ["ask", []],
        ["wait", []],
        ["drop", ["drop"]],
      ]);
    },
  );

  it("asks for nobody more where it is open, or where the runbook asks for everybody already", () => {
    const open = decided("allow");
    expect(open?.decision.approvals).toEqual([]);
    expect(open?.plan).toEqual(planOf(book));
    const asking = runbook([step("switch", { approval: true })]);
    const scene = sceneOf({ candidates: [candidateOf(asking)], gate: gateThat("deny", "it pages") });
    expect(decideAutomaticRun(scene)?.decision.reasons[1]?.message).toBe(
      "The gate is closed to automation (it pages), so no step needs a person more than the runbook says.",
    );
  });
});

describe("the words of a decision", () => {
  it("say what starts and why", () => {
    expect(automaticRunWords(decisionOf())).toBe(
      "The engine starts the runbook fallback by itself (INC-001.fallback). It fits payments, and its rehearsals pass. The gate is open to automation.",
    );
  });

  it("say what does not start and why not, and what would start were it let", () => {
    const candidates = [candidateOf(fallback), candidateOf(runbook([step("x")]))];
    expect(automaticRunWords(decisionOf({ candidates }))).toBe(
      "The engine does not start the runbook fallback or bad-deploy by itself. Several runbooks of level 4 fit: fallback, bad-deploy. A person chooses.",
    );
    const automation = { mode: "observe", attemptsPerDay: 1 } as const;
    expect(automaticRunWords(decisionOf({ automation }))).toBe(
      "The engine would start the runbook fallback by itself. It only observes: automation.mode is observe, and nothing acts then.",
    );
    expect(automaticRunWords(decisionOf({ automation, plannedWork: "the move" }))).toBe(
      "The engine does not start the runbook fallback by itself. It only observes: automation.mode is observe, and nothing acts then. INC-001 falls into the move.",
    );
  });
});
