import { describe, expect, it } from "vitest";
import type { SloEvaluation, Verdict } from "../evaluation/evaluation.js";
import type { GateAnswer, GateQuestion } from "../gate/gate.js";
import type { PlannedStep } from "../runbook/runbook-plan.js";
import type { RunbookRun } from "../runbook/runbook-run.js";
import { createRunGuard, NO_STEP_RUNNER, sloVerdict } from "./run-circumstances.js";

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
  const step = {} as PlannedStep;
  const run = (part: Partial<RunbookRun>) => part as RunbookRun;
  const guardWith = (decision: "allow" | "deny", asked: GateQuestion[] = []) =>
    createRunGuard(
      async (question) => {
        asked.push(question);
        const reasons = [{ message: "the budget is spent;" }, { message: "it burns" }];
        return { decision, reasons } as unknown as GateAnswer;
      },
      (incidentId) => (incidentId === "INC-001" ? "payments" : undefined),
    );

  it("asks nobody about what a person asked for", async () => {
    const asked: GateQuestion[] = [];
    expect(await guardWith("deny", asked)(step, run({ requestedBy: "ann" }))).toEqual({ allowed: true });
    expect(asked).toEqual([]);
  });

  it("asks the gate for automation, at the incident's service or at all of them", async () => {
    const asked: GateQuestion[] = [];
    const guard = guardWith("allow", asked);
    for (const incidentId of ["INC-001", "INC-404"])
      expect(await guard(step, run({ requestedBy: "engine", incidentId }))).toEqual({ allowed: true });
    expect(await guard(step, run({ requestedBy: "engine" }))).toEqual({ allowed: true });
    expect(asked).toEqual([
      { services: ["payments"], risk: "automation" },
      { services: [], risk: "automation" },
      { services: [], risk: "automation" },
    ]);
  });

  it("says why the gate is closed", async () => {
    expect(await guardWith("deny")(step, run({ requestedBy: "engine" }))).toEqual({
      allowed: false,
      reason: "the budget is spent; it burns",
    });
  });
});
