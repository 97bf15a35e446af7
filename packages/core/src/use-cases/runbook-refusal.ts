import { failure } from "../errors/result.js";
import type { PlanProblem } from "../runbook/plan-runbook.js";
import type { RunbookRunRejection } from "../runbook/runbook-run-command.js";

/** Why something about a run was refused. */
export type RunbookRefusal =
  | RunbookRunRejection
  | { readonly code: "unknown-runbook"; readonly runbookId: string; readonly message: string }
  | { readonly code: "unplannable"; readonly problems: readonly PlanProblem[]; readonly message: string }
  | { readonly code: "unknown-run"; readonly runId: string; readonly message: string };

/** Refuses what is asked of a run that there is not. */
export function unknownRun(runId: string) {
  const message = `there is no run ${runId}; list them to see which there are`;
  return failure({ code: "unknown-run", runId, message } as const);
}
