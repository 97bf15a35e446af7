import { ENGINE_ACTOR } from "../access/principal.js";
import { failure, success, type Result } from "../errors/result.js";
import { versionMismatch } from "../errors/version-mismatch.js";
import { decideApproval } from "./decide-approval.js";
import { decideFinding, decideSettle } from "./decide-finding.js";
import { decideReport } from "./decide-report.js";
import { evolveRunbookRun } from "./evolve-runbook-run.js";
import { actionUnderWay } from "./next-boundary.js";
import type { RunbookRunCommand, RunbookRunRejection } from "./runbook-run-command.js";
import type { RunbookRunEvent } from "./runbook-run-event.js";
import { isRunnerStatus, runStatusAfter, type RunbookRunMove } from "./runbook-run-lifecycle.js";
import {
  alreadyRequested,
  emptyRunText,
  leasedElsewhere,
  levelTooLow,
  notRequested,
  reportFirst,
  runMoveNotAllowed,
  staleLease,
} from "./runbook-run-rejection.js";
import type { RunbookRun } from "./runbook-run.js";
import { LEVEL_STARTED_BY_ENGINE } from "./runbook.js";
import { stamped } from "./stamped.js";

type Decision = Result<readonly RunbookRunEvent[], RunbookRunRejection>;
type CommandOf<Type extends RunbookRunCommand["type"]> = Extract<RunbookRunCommand, { readonly type: Type }>;

/**
 * Decides what a command does to a run: the events to append, or why not.
 *
 * What people ask is idempotent by `causeId`. What a runner finds counts only under the newest lease and where it fits
 * the place that the run is at, so that no result is recorded twice. Events are never earlier than the run's last one.
 */
export function decideRunbookRun(run: RunbookRun | undefined, command: RunbookRunCommand): Decision {
  if ("causeId" in command && run?.causes.includes(command.causeId)) return success([]);
  const blank = blankField(command);
  if (blank !== undefined) return failure(emptyRunText(command.type, blank));
  if (command.type === "request") return run === undefined ? decideRequest(command) : failure(alreadyRequested(run.id));
  if (run === undefined) return failure(notRequested(command.type));
  const seen = "expectedVersion" in command ? command.expectedVersion : undefined;
  const other = versionMismatch(`The run ${run.id}`, run.version, seen);
  if (other !== undefined) return failure(other);
  switch (command.type) {
    case "approve":
      return decideApproval(run, command);
    case "pause":
      return decidePause(run, command);
    case "resume":
      if (run.hold?.kind === "manual") return failure(reportFirst(run.id, run.hold.stepId));
      return decideMove(run, command, "resume", [stamped(run, command, "resumed", asked(command))]);
    case "cancel":
      return decideCancel(run, command);
    case "report":
      return decideReport(run, command);
    case "abandon":
      return decideMove(run, command, "abandon", [stamped(run, command, "abandoned", { words: command.reason })]);
    case "start":
      return decideMove(run, command, "start", [stamped(run, command, "started", {})]);
    case "lease":
      return decideLease(run, command);
    case "release":
      return decideRelease(run, command);
    case "find":
      if (!isRunnerStatus(run.status)) return failure(runMoveNotAllowed(run, command.type));
      if (run.lease?.token !== command.token) return failure(staleLease(run, command.token));
      return decideFinding(run, command);
  }
}

function decideRequest(command: CommandOf<"request">): Decision {
  const { actor, atMs, causeId, incidentId, plan, planHash, reason, runId, startAtMs } = command;
  if (actor === ENGINE_ACTOR && plan.level < LEVEL_STARTED_BY_ENGINE) return failure(levelTooLow(plan));
  const data = { causeId, runId, plan, planHash, reason, ...(incidentId === undefined ? {} : { incidentId }) };
  return success([
    { type: "runbook-run.requested", atMs, actor, data },
    ...(startAtMs === undefined
      ? []
      : [{ type: "runbook-run.scheduled", atMs, actor, data: { causeId, startAtMs } } as const]),
  ]);
}

function decidePause(run: RunbookRun, command: CommandOf<"pause">): Decision {
  return decideMove(run, command, "pause", [
    stamped(run, command, "pause-requested", asked(command)),
    ...(actionUnderWay(run) === undefined ? [stamped(run, command, "paused", {})] : []),
  ]);
}

function decideCancel(run: RunbookRun, command: CommandOf<"cancel">): Decision {
  const data = { causeId: command.causeId, reason: command.reason, undo: command.undo };
  const requested = stamped(run, command, "cancel-requested", data);
  const next = evolveRunbookRun(run, requested);
  const atBoundary = next.status === "cancelling" && actionUnderWay(next) === undefined;
  return decideMove(run, command, "cancel", [requested, ...(atBoundary ? decideSettle(next, command) : [])]);
}

function decideLease(run: RunbookRun, command: CommandOf<"lease">): Decision {
  if (!isRunnerStatus(run.status)) return failure(runMoveNotAllowed(run, command.type));
  const { atMs, forMs, runner } = command;
  const { lease } = run;
  const held = lease !== undefined && lease.expiresAtMs > atMs;
  if (held && lease.runner !== runner) return failure(leasedElsewhere(lease.runner, lease.expiresAtMs));
  const token = held ? lease.token : run.lastToken + 1;
  // Renewing never shortens what an action was given.
  const expiresAtMs = Math.max(atMs + forMs, held ? lease.expiresAtMs : 0);
  return success([stamped(run, command, "leased", { runner, token, expiresAtMs })]);
}

function decideRelease(run: RunbookRun, command: CommandOf<"release">): Decision {
  const { lease } = run;
  if (lease?.token !== command.token) return failure(staleLease(run, command.token));
  const { runner, token } = lease;
  return success([stamped(run, command, "leased", { runner, token, expiresAtMs: command.atMs })]);
}

function decideMove(
  run: RunbookRun,
  command: RunbookRunCommand,
  move: RunbookRunMove,
  events: readonly RunbookRunEvent[],
): Decision {
  return runStatusAfter(run.status, move) === undefined
    ? failure(runMoveNotAllowed(run, command.type))
    : success(events);
}

function asked(command: { readonly causeId: string; readonly reason: string }) {
  return { causeId: command.causeId, reason: command.reason };
}

function blankField(command: RunbookRunCommand): string | undefined {
  const { actor } = command;
  const fields = { actor, ...("causeId" in command ? { causeId: command.causeId } : {}), ...textFields(command) };
  return Object.entries(fields).find(([, text]) => text.trim() === "")?.[0];
}

function textFields(command: RunbookRunCommand): Readonly<Record<string, string>> {
  switch (command.type) {
    case "request":
      return { runId: command.runId, planHash: command.planHash, reason: command.reason };
    case "pause":
    case "resume":
    case "cancel":
    case "abandon":
      return { reason: command.reason };
    case "report":
      return { note: command.note };
    case "lease":
      return { runner: command.runner };
    case "approve":
    case "start":
    case "release":
    case "find":
      return {};
  }
}
