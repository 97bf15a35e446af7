import { failure, success, type Result } from "../errors/result.js";
import { decideHealth } from "./decide-finding.js";
import { evolveRunbookRun } from "./evolve-runbook-run.js";
import type { RunbookRunCommand, RunbookRunRejection } from "./runbook-run-command.js";
import type { RunbookRunEvent } from "./runbook-run-event.js";
import { nothingToReport } from "./runbook-run-rejection.js";
import type { RunbookRun } from "./runbook-run.js";
import { stamped } from "./stamped.js";

type Report = Extract<RunbookRunCommand, { readonly type: "report" }>;

/** Decides on a person's word: on a step done by hand, on an undo by hand, or on what no check could tell. */
export function decideReport(
  run: RunbookRun,
  command: Report,
): Result<readonly RunbookRunEvent[], RunbookRunRejection> {
  const { causeId, note, stepId } = command;
  const resumed = stamped(run, command, "resumed", { causeId, reason: note });
  const { hold } = run;
  const heldFor = hold?.kind === "manual" || hold?.kind === "inconclusive" ? hold.stepId : undefined;
  if (hold?.kind === "inconclusive" && hold.stepId === undefined && stepId === undefined) {
    return success([resumed, ...decideHealth(evolveRunbookRun(run, resumed), command, healthWords(command))]);
  }
  if (stepId === undefined) return failure(nothingToReport(run.id));
  if (run.status === "paused" && hold !== undefined && heldFor === stepId) {
    const told = hold.kind === "manual" ? manualEvent(run, command, stepId) : checkEvent(run, command, stepId);
    return success([told, resumed]);
  }
  return run.status === "compensating" ? decideManualUndo(run, command, stepId) : failure(nothingToReport(run.id));
}

function decideManualUndo(
  run: RunbookRun,
  command: Report,
  stepId: string,
): Result<readonly RunbookRunEvent[], RunbookRunRejection> {
  const compensation = run.plan.steps.find(({ id }) => id === stepId)?.compensation;
  const progress = run.steps.find(({ id, status }) => id === stepId && status === "undoing");
  if (progress === undefined || compensation?.kind !== "manual") return failure(nothingToReport(run.id));
  const { causeId, note, succeeded } = command;
  const done = { causeId, stepId, attempt: progress.undoAttempts };
  return success([
    succeeded
      ? stamped(run, command, "undo-succeeded", { ...done, summary: note })
      : stamped(run, command, "undo-failed", { ...done, reason: note }),
  ]);
}

function manualEvent(run: RunbookRun, command: Report, stepId: string): RunbookRunEvent {
  const { causeId, note, succeeded } = command;
  const attempts = run.steps.filter(({ id }) => id === stepId).map(({ attempts }) => attempts);
  const done = { causeId, stepId, attempt: Math.max(...attempts) };
  return succeeded
    ? stamped(run, command, "action-succeeded", { ...done, summary: note })
    : stamped(run, command, "action-failed", { ...done, reason: note, mayHaveActed: true });
}

function checkEvent(run: RunbookRun, command: Report, stepId: string): RunbookRunEvent {
  const { causeId, note: saw, succeeded } = command;
  return succeeded
    ? stamped(run, command, "step-verified", { causeId, stepId, saw })
    : stamped(run, command, "verification-failed", { causeId, stepId, saw });
}

function healthWords({ note, succeeded }: Report): { readonly healthy: boolean; readonly saw: string } {
  return { healthy: succeeded, saw: note };
}
