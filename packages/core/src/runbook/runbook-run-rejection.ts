import { utcWords } from "../incident/instant-words.js";
import type { RunbookRunCommand, RunbookRunRejection, RunFinding } from "./runbook-run-command.js";
import { allowedRunMoves } from "./runbook-run-lifecycle.js";
import type { RunbookRun } from "./runbook-run.js";
import { LEVEL_STARTED_BY_ENGINE } from "./runbook.js";

/** How far ahead an approval may reach: a shift and the next; what was right yesterday may be wrong today. */
export const LONGEST_APPROVAL_MS = 24 * 3_600_000;

export function notRequested(command: RunbookRunCommand["type"]): RunbookRunRejection {
  const message = `There is no run to ${command}: its stream is empty. Request one, or check the id.`;
  return { code: "not-requested", command, message };
}

export function alreadyRequested(runId: string): RunbookRunRejection {
  return { code: "already-requested", runId, message: `The run ${runId} is there already. Take another id.` };
}

export function runMoveNotAllowed(run: RunbookRun, command: RunbookRunCommand["type"]): RunbookRunRejection {
  const allowed = allowedRunMoves(run.status);
  const words = allowed.length === 0 ? "nothing, it is over: request a new run" : allowed.join(", ");
  return {
    code: "move-not-allowed",
    runId: run.id,
    status: run.status,
    command,
    allowed,
    message: `The run ${run.id} is ${run.status}, which does not allow ${command}. Allowed: ${words}.`,
  };
}

export function emptyRunText(command: RunbookRunCommand["type"], field: string): RunbookRunRejection {
  return { code: "empty-text", field, message: `The ${field} of ${command} is empty. Say something in it.` };
}

export function levelTooLow({ level, runbookId }: RunbookRun["plan"]): RunbookRunRejection {
  const message = `${runbookId} is of level ${level}; the engine starts runbooks of level ${LEVEL_STARTED_BY_ENGINE} alone. Have a person start it.`;
  return { code: "level-too-low", level, message };
}

export function unknownApproval(run: RunbookRun, approvalId: string): RunbookRunRejection {
  const known = [...new Set(run.plan.steps.flatMap(({ approvals }) => approvals))];
  const words = known.length === 0 ? "nothing in it needs one" : `these do: ${known.join(", ")}`;
  const message = `Nothing in the run ${run.id} needs the approval ${approvalId}: ${words}.`;
  return { code: "unknown-approval", approvalId, known, message };
}

export function ownApproval(run: RunbookRun): RunbookRunRejection {
  const message = `${run.requestedBy} asked for the run ${run.id} and cannot approve it too. Ask somebody else.`;
  return { code: "own-approval", requestedBy: run.requestedBy, message };
}

export function engineApproval(): RunbookRunRejection {
  return { code: "engine-approval", message: "The engine approves nothing. Approvals are people's." };
}

export function otherPlan(run: RunbookRun, foundHash: string): RunbookRunRejection {
  return {
    code: "other-plan",
    expectedHash: run.planHash,
    foundHash,
    message: `The approval is for the plan ${foundHash}; the run ${run.id} has the plan ${run.planHash}. Read the plan of the run, and approve that.`,
  };
}

export function approvalExpiry(expiresAtMs: number): RunbookRunRejection {
  return {
    code: "approval-expiry",
    expiresAtMs,
    message: "An approval expires after now, and within 24 h. Give such an instant.",
  };
}

export function notApproved(missing: readonly string[]): RunbookRunRejection {
  return { code: "not-approved", missing, message: `Not approved: ${missing.join(", ")}. Nothing was begun.` };
}

export function nothingToReport(runId: string): RunbookRunRejection {
  return {
    code: "nothing-to-report",
    runId,
    message: `The run ${runId} does not wait for a report on that. Look what it waits for.`,
  };
}

export function reportFirst(runId: string, stepId: string): RunbookRunRejection {
  const message = `The run ${runId} waits for a person to do ${stepId}. Report how it went; that resumes the run.`;
  return { code: "report-first", stepId, message };
}

export function leasedElsewhere(runner: string, untilMs: number): RunbookRunRejection {
  const message = `${runner} runs it until ${utcWords(untilMs)} at least. Leave it to that runner, or try again after.`;
  return { code: "leased-elsewhere", runner, untilMs, message };
}

export function staleLease(run: RunbookRun, foundToken: number): RunbookRunRejection {
  return {
    code: "stale-lease",
    foundToken,
    currentToken: run.lastToken,
    message: `The lease ${foundToken} of the run ${run.id} does not hold any more. Nothing was recorded.`,
  };
}

export function outOfStep(run: RunbookRun, finding: RunFinding["kind"]): RunbookRunRejection {
  const message = `The run ${run.id} is ${run.status}, and ${finding} does not fit where it stands. Look again.`;
  return { code: "out-of-step", finding, message };
}
