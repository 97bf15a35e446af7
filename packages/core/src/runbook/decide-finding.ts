import { failure, success, type Result } from "../errors/result.js";
import { currentStep, missingApprovals, nextBoundary, nextUndo } from "./next-boundary.js";
import type { PlannedStep } from "./runbook-plan.js";
import type { RunbookRunCommand, RunbookRunRejection } from "./runbook-run-command.js";
import type { RunbookRunEvent } from "./runbook-run-event.js";
import { notApproved, outOfStep, staleLease } from "./runbook-run-rejection.js";
import { stepKey, undoKey, type RunbookRun } from "./runbook-run.js";
import { stamped } from "./stamped.js";

type Decision = Result<readonly RunbookRunEvent[], RunbookRunRejection>;
type Find = Extract<RunbookRunCommand, { readonly type: "find" }>;
type FindingOf<Kind extends Find["finding"]["kind"]> = Extract<Find["finding"], { readonly kind: Kind }>;
type By = { readonly atMs: number; readonly actor: string };

/** A lease outlives the action that it covers by this: the result has to be written down under it. */
const LEASE_MARGIN_MS = 30_000;

/** Decides what a runner's finding does to a run; what does not fit the place that the run is at does nothing. */
export function decideFinding(run: RunbookRun, command: Find): Decision {
  const { finding } = command;
  const atMs = Math.max(command.atMs, run.lastAtMs);
  const boundary = nextBoundary(run, atMs);
  const stands = "step" in boundary ? boundary.step.id : undefined;
  const fits = (...kinds: readonly (typeof boundary.kind)[]): boolean =>
    kinds.includes(boundary.kind) && (!("stepId" in finding) || finding.stepId === stands);
  const amiss = failure(outOfStep(run, finding.kind));
  switch (finding.kind) {
    case "healthy":
      return fits("judge", "verify", "health")
        ? success(decideHealth(run, command, { healthy: true, saw: finding.saw }))
        : amiss;
    case "unhealthy":
      return fits("health") ? success(decideHealth(run, command, { healthy: false, saw: finding.saw })) : amiss;
    case "skip":
      return fits("judge") ? success([stamped(run, command, "step-skipped", reasonOf(finding))]) : amiss;
    case "hold":
      return fits("judge", "verify", "health") && finding.hold.stepId === stands
        ? success([stamped(run, command, "held", { hold: finding.hold })])
        : amiss;
    case "begin":
      return boundary.kind === "judge" && fits("judge") ? decideBegin(run, command, boundary.step) : amiss;
    case "acted":
      return boundary.kind === "act" && fits("act") && boundary.attempt === finding.attempt
        ? success([actedEvent(run, command, { finding, step: boundary.step })])
        : amiss;
    case "verified":
      return fits("verify") ? success([stamped(run, command, "step-verified", sawOf(finding))]) : amiss;
    case "unverified":
      return fits("verify") ? success([stamped(run, command, "verification-failed", sawOf(finding))]) : amiss;
    case "begin-undo":
      return boundary.kind === "begin-undo" && fits("begin-undo") ? decideUndo(run, command, boundary) : amiss;
    case "undone":
      return boundary.kind === "undo" && fits("undo") && boundary.attempt === finding.attempt
        ? success([undoneEvent(run, command, { finding, step: boundary.step })])
        : amiss;
    case "settle":
      return fits("settle") ? success(decideSettle(run, command)) : amiss;
  }
}

/** What follows where a run stands at a boundary with nothing to do in the world. */
export function decideSettle(run: RunbookRun, by: By): readonly RunbookRunEvent[] {
  switch (run.status) {
    case "pausing":
      return [stamped(run, by, "paused", {})];
    case "cancelling":
      return run.undoOnCancel && nextUndo(run) !== undefined
        ? [stamped(run, by, "compensation-started", { reason: `cancelled: ${run.words}` })]
        : [stamped(run, by, "cancelled", { words: `cancelled: ${run.words}${leftWords(run)}` })];
    case "compensating":
      return [compensationEnd(run, by)];
    default:
      return decideEnd(run, by);
  }
}

/** What follows from the health check's answer, or a person's. */
export function decideHealth(
  run: RunbookRun,
  by: By,
  { healthy, saw }: { readonly healthy: boolean; readonly saw: string },
): readonly RunbookRunEvent[] {
  return healthy
    ? [stamped(run, by, "succeeded", { words: `healthy: ${saw}` })]
    : failEvents(run, by, `all steps are done, and it is not healthy: ${saw}`);
}

function decideBegin(run: RunbookRun, command: Find, step: PlannedStep): Decision {
  const atMs = Math.max(command.atMs, run.lastAtMs);
  const progress = currentStep(run)?.progress;
  const { lease } = run;
  if (progress === undefined || (progress.notBeforeMs ?? atMs) > atMs) return failure(outOfStep(run, "begin"));
  if (lease === undefined || lease.expiresAtMs <= atMs) return failure(staleLease(run, command.token));
  const missing = missingApprovals(run, step, atMs);
  if (missing.length > 0) return failure(notApproved(missing));
  const attempt = progress.attempts + 1;
  const started = stamped(run, command, "action-started", {
    stepId: step.id,
    attempt,
    key: stepKey(run.id, step.id),
    token: command.token,
    leaseUntilMs: atMs + step.timeoutMs + LEASE_MARGIN_MS,
  });
  switch (step.action.kind) {
    case "manual": {
      const hold = { kind: "manual", stepId: step.id, instruction: step.action.instruction } as const;
      return success([started, stamped(run, command, "held", { hold })]);
    }
    case "wait-until":
      return success([
        started,
        stamped(run, command, "action-succeeded", { stepId: step.id, attempt, summary: "waiting" }),
      ]);
    default:
      return success([started]);
  }
}

function actedEvent(
  run: RunbookRun,
  command: Find,
  { finding, step }: { readonly finding: FindingOf<"acted">; readonly step: PlannedStep },
): RunbookRunEvent {
  const { attempt, outcome, stepId } = finding;
  if (outcome.kind === "succeeded") {
    const { data, summary } = outcome;
    const told = { stepId, attempt, summary, ...(data === undefined ? {} : { data }) };
    return stamped(run, command, "action-succeeded", told);
  }
  const { mayHaveActed, reason } = outcome;
  const again = retryAt(run, command, { step, attempt, retryable: outcome.retryable });
  return stamped(run, command, "action-failed", { stepId, attempt, reason, mayHaveActed, ...again });
}

function decideUndo(
  run: RunbookRun,
  command: Find,
  { attempt, step }: { readonly step: PlannedStep; readonly attempt: number },
): Decision {
  const atMs = Math.max(command.atMs, run.lastAtMs);
  const { lease } = run;
  if (lease === undefined || lease.expiresAtMs <= atMs) return failure(staleLease(run, command.token));
  return success([
    stamped(run, command, "undo-started", {
      stepId: step.id,
      attempt,
      key: undoKey(run.id, step.id),
      token: command.token,
      leaseUntilMs: atMs + step.timeoutMs + LEASE_MARGIN_MS,
    }),
  ]);
}

function undoneEvent(
  run: RunbookRun,
  command: Find,
  { finding, step }: { readonly finding: FindingOf<"undone">; readonly step: PlannedStep },
): RunbookRunEvent {
  const { attempt, outcome, stepId } = finding;
  if (outcome.kind === "succeeded") {
    return stamped(run, command, "undo-succeeded", { stepId, attempt, summary: outcome.summary });
  }
  const again = retryAt(run, command, { step, attempt, retryable: outcome.retryable });
  return stamped(run, command, "undo-failed", { stepId, attempt, reason: outcome.reason, ...again });
}

function retryAt(
  run: RunbookRun,
  command: Find,
  { attempt, retryable, step }: { readonly attempt: number; readonly retryable: boolean; readonly step: PlannedStep },
): { readonly retryAtMs?: number } {
  if (!retryable || attempt >= step.retry.attempts) return {};
  return { retryAtMs: Math.max(command.atMs, run.lastAtMs) + step.retry.delayMs };
}

function decideEnd(run: RunbookRun, by: By): readonly RunbookRunEvent[] {
  const current = currentStep(run);
  if (current !== undefined) return failEvents(run, by, `${current.planned.id} failed: ${current.progress.words}`);
  if (run.plan.health !== undefined) return [stamped(run, by, "steps-finished", {})];
  return [stamped(run, by, "succeeded", { words: "all steps are done" })];
}

function failEvents(run: RunbookRun, by: By, reason: string): readonly RunbookRunEvent[] {
  return nextUndo(run) === undefined
    ? [stamped(run, by, "failed", { words: `${reason}${leftWords(run)}` })]
    : [stamped(run, by, "compensation-started", { reason })];
}

function compensationEnd(run: RunbookRun, by: By): RunbookRunEvent {
  const stuck = run.steps.find(({ status }) => status === "undo-failed");
  return stuck === undefined
    ? stamped(run, by, "compensated", { words: `${run.words}${leftWords(run)}` })
    : stamped(run, by, "failed", {
        words: `${run.words}; ${stuck.id} could not be taken back: ${stuck.words}${leftWords(run)}`,
      });
}

/** What stays changed in the world, for a person to look after. */
function leftWords(run: RunbookRun): string {
  const left = run.steps.filter(({ mayHaveActed, status }) => mayHaveActed && status !== "undone").map(({ id }) => id);
  return left.length === 0 ? "" : `; still as changed by: ${left.join(", ")}`;
}

function reasonOf({ reason, stepId }: FindingOf<"skip">) {
  return { stepId, reason };
}

function sawOf({ saw, stepId }: FindingOf<"verified" | "unverified">) {
  return { stepId, saw };
}
