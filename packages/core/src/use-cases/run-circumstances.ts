import type { SloEvaluation } from "../evaluation/evaluation.js";
import type { GateAnswer, GateQuestion } from "../gate/gate.js";
import type { StepRunner } from "../ports/step-runner.js";
import { ENGINE_ACTOR } from "../runbook/runbook-run.js";
import type { CheckVerdict } from "../runbook/runbook.js";
import type { RunbookWorldPorts } from "./runbook-world.js";

const NOTHING_RUNS = "nothing here can call or run anything for runbooks; give the engine a step runner";

/** Stands where there is no step runner: it refuses, and can tell nothing. */
export const NO_STEP_RUNNER: StepRunner = {
  run: async () => ({ kind: "failed", reason: NOTHING_RUNS, retryable: false, mayHaveActed: false }),
  check: async () => ({ verdict: "unknown", saw: NOTHING_RUNS }),
};

/** Says for a runbook's check how an SLO stands: data that are missing are neither yes nor no. */
export function sloVerdict(sloId: string, evaluation: SloEvaluation | undefined): CheckVerdict {
  if (evaluation === undefined) return { verdict: "unknown", saw: `${sloId} has not been evaluated` };
  const { kind } = evaluation.verdict;
  switch (kind) {
    case "healthy":
      return { verdict: "holds", saw: `${sloId} is healthy` };
    case "firing":
      return { verdict: "fails", saw: `${sloId} burns` };
    default:
      return { verdict: "unknown", saw: `${sloId} is ${kind === "frozen" ? "frozen" : "without data"}` };
  }
}

/**
 * Asks the gate before each step of a run that the engine itself asked for: that is automation. What a person asked for is
 * theirs to answer for, step by step where a step needs approval.
 */
export function createRunGuard(
  gate: (question: GateQuestion) => Promise<GateAnswer>,
  serviceOf: (incidentId: string) => string | undefined,
): RunbookWorldPorts["guard"] {
  return async (_step, run) => {
    if (run.requestedBy !== ENGINE_ACTOR) return { allowed: true };
    const service = run.incidentId === undefined ? undefined : serviceOf(run.incidentId);
    const answer = await gate({ services: service === undefined ? [] : [service], risk: "automation" });
    if (answer.decision === "allow") return { allowed: true };
    return { allowed: false, reason: answer.reasons.map(({ message }) => message).join(" ") };
  };
}
