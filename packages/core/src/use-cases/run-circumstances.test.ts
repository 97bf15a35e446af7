import { describe, expect, it } from "vitest";
import type { SloEvaluation, Verdict } from "../evaluation/evaluation.js";
import type { GateAnswer, GateQuestion } from "../gate/gate.js";
import { declareFromAlert, incidentAfter } from "../incident/alert.fixture.js";
import type { IncidentState } from "../incident/incident.js";
import { fallback, gateThat, runOf } from "../runbook/automatic-run.fixture.js";
import type { PlannedStep } from "../runbook/runbook-plan.js";
import { step } from "../runbook/runbook.fixture.js";
import { createRunGuard, NO_STEP_RUNNER, sloVerdict, type RunGuardParts } from "./run-circumstances.js";

const judged = (verdict: Verdict) => ({ verdict }) as SloEvaluation;

describe("how an SLO stands for a runbook", () => {
  it("is yes or no only where it was measured", () => {
    expect(sloVerdict("a", judged({ kind: "healthy" }))).toEqual({ verdict: "holds", saw: "a is healthy" });
    expect(sloVerdict("a", judged({ kind: "firing", tier: "page", ruleId: "r" }))).toEqual({
      verdict: "fails",
      saw: "a burns",
    });
    expect(sloVerdict("a", judged({ kind: "frozen", reasons: [] }))).toEqual({
      verdict: "unknown",
      saw: "a is frozen",
    });
    expect(sloVerdict("a", judged({ kind: "no-data", reasons: [] }))).toEqual({
      verdict: "unknown",
      saw: "a is without data",
    });
    expect(sloVerdict("a", undefined)).toEqual({ verdict: "unknown", saw: "a has not been evaluated" });
  });
});

describe("without a step runner", () => {
  it("nothing runs, nothing is known, and it is said what is missing", async () => {
    const words = "nothing here can call or run anything for runbooks; give the engine a step runner";
    expect(await NO_STEP_RUNNER.run({} as never)).toEqual({
      kind: "failed",
      reason: words,
      retryable: false,
      mayHaveActed: false,
    });
    expect(await NO_STEP_RUNNER.check({} as never)).toEqual({ verdict: "unknown", saw: words });
  });
});

describe("the guard of a run", () => {
  const risky = step("switch") as unknown as PlannedStep;
  const alone = { ...risky, approvals: [] };
  const declared = incidentAfter(declareFromAlert()).state;
  const byEngine = runOf(fallback, { id: "R1", requestedBy: "engine", incidentId: "INC-001" });

  function guardWith(
    decision: GateAnswer["decision"],
    change: Partial<RunGuardParts> & { readonly incidentState?: Partial<IncidentState> } = {},
  ) {
    const asked: GateQuestion[] = [];
    const { incidentState = {}, ...parts } = change;
    const guard = createRunGuard({
      automation: { mode: "act", attemptsPerDay: 1 },
      killSwitch: { read: async () => ({ kind: "released" }) },
      gate: async (question) => {
        asked.push(question);
        return gateThat(decision, "the budget is spent;", "it burns");
      },
      incident: (id) => (id === "INC-001" ? { ...declared, ...incidentState } : undefined),
      openRuns: () => [byEngine],
      ...parts,
    });
    return { guard, asked };
  }

  it("asks nobody about what a person asked for", async () => {
    const { asked, guard } = guardWith("deny", { automation: { mode: "observe", attemptsPerDay: 1 } });
    expect(await guard(alone, { ...byEngine, requestedBy: "ann" })).toEqual({ allowed: true });
    expect(asked).toEqual([]);
  });

  it("asks the gate for automation, at the incident's service or at all of them", async () => {
    const { asked, guard } = guardWith("allow");
    expect(await guard(alone, byEngine)).toEqual({ allowed: true });
    const { incidentId: _none, ...free } = byEngine;
    expect(await guard(alone, free)).toEqual({ allowed: true });
    expect(await guard(alone, { ...byEngine, incidentId: "INC-404" })).toEqual({ allowed: true });
    const question = { risk: "automation", requestedBy: "engine" };
    expect(asked).toEqual([
      { ...question, services: ["payments"] },
      { ...question, services: [] },
      { ...question, services: [] },
    ]);
  });

  it.each(["deny", "unknown"] as const)(
    "stops by %s what may do harm and nobody approves, and nothing else",
    async (said) => {
      const { asked, guard } = guardWith(said);
      expect(await guard(alone, byEngine)).toEqual({ allowed: false, reason: "the budget is spent; it burns" });
      expect(asked).toHaveLength(1);
      expect(await guard({ ...alone, risk: "safe" }, byEngine)).toEqual({ allowed: true });
      expect(await guard({ ...alone, approvals: ["switch"] }, byEngine)).toEqual({ allowed: true });
      expect(asked).toHaveLength(1);
    },
  );

  it("stops what is safe and approved, too, once what allowed the start does not hold any more", async () => {
    const stopped = async (...parts: Parameters<typeof guardWith>) => {
      const safe = { ...alone, risk: "safe", approvals: ["switch"] } as const;
      const verdict = await guardWith(...parts).guard(safe, byEngine);
      return verdict.allowed ? "allowed" : verdict.reason;
    };
    expect(await stopped("allow")).toBe("allowed");
    expect(await stopped("allow", { automation: { mode: "observe", attemptsPerDay: 1 } })).toBe(
      "It only observes: automation.mode is observe, and nothing acts then.",
    );
    const engaged = { kind: "engaged", by: "ann", atMs: 1, reason: "stop" } as const;
    expect(await stopped("allow", { killSwitch: { read: async () => engaged } })).toBe(
      "The kill switch is engaged, by ann: stop.",
    );
    expect(await stopped("allow", { incidentState: { status: "mitigated" } })).toBe("allowed");
    expect(await stopped("allow", { incidentState: { status: "resolved" } })).toBe("INC-001 is resolved.");
    const other = { ...byEngine, id: "R2", requestedBy: "ann" };
    expect(await stopped("allow", { openRuns: () => [byEngine, other] })).toBe(
      "The run R2 of fallback goes on for the same service.",
    );
    const { incidentId: _none, ...free } = other;
    expect(await stopped("allow", { openRuns: () => [free], incidentState: { status: "closed" } })).toBe(
      "INC-001 is closed. The run R2 of fallback goes on, and for which service is not known.",
    );
  });
});
