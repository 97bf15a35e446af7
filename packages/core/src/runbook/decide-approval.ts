import { ENGINE_ACTOR, isSamePerson } from "../access/principal.js";
import { failure, success, type Result } from "../errors/result.js";
import { missingApprovals } from "./next-boundary.js";
import { evolveRunbookRun } from "./evolve-runbook-run.js";
import type { RunbookRunCommand, RunbookRunRejection } from "./runbook-run-command.js";
import type { RunbookRunEvent } from "./runbook-run-event.js";
import { isFinalRunStatus } from "./runbook-run-lifecycle.js";
import {
  approvalExpiry,
  engineApproval,
  LONGEST_APPROVAL_MS,
  otherPlan,
  ownApproval,
  runMoveNotAllowed,
  unknownApproval,
} from "./runbook-run-rejection.js";
import type { RunbookRun } from "./runbook-run.js";
import { stamped } from "./stamped.js";

type Approve = Extract<RunbookRunCommand, { readonly type: "approve" }>;

/** Decides on a person's agreement: bound to the plan's hash, not the requester's own, and of limited life. It goes on where it waited for just that. */
export function decideApproval(
  run: RunbookRun,
  command: Approve,
): Result<readonly RunbookRunEvent[], RunbookRunRejection> {
  const { actor, approvalId, causeId, expiresAtMs, planHash } = command;
  if (isFinalRunStatus(run.status)) return failure(runMoveNotAllowed(run, command.type));
  if (isSamePerson(actor, ENGINE_ACTOR)) return failure(engineApproval());
  if (isSamePerson(actor, run.requestedBy)) return failure(ownApproval(run));
  if (planHash !== run.planHash) return failure(otherPlan(run, planHash));
  if (!run.plan.steps.some(({ approvals }) => approvals.includes(approvalId))) {
    return failure(unknownApproval(run, approvalId));
  }
  const atMs = Math.max(command.atMs, run.lastAtMs);
  if (!(expiresAtMs > atMs && expiresAtMs <= atMs + LONGEST_APPROVAL_MS)) return failure(approvalExpiry(expiresAtMs));
  const approved = stamped(run, command, "approved", { causeId, approvalId, planHash, expiresAtMs });
  const { hold } = run;
  const awaited = hold?.kind === "approval" ? run.plan.steps.find(({ id }) => id === hold.stepId) : undefined;
  const goesOn = awaited !== undefined && missingApprovals(evolveRunbookRun(run, approved), awaited, atMs).length === 0;
  return success([
    approved,
    ...(goesOn ? [stamped(run, command, "resumed", { causeId, reason: `${approvalId} is approved` })] : []),
  ]);
}
