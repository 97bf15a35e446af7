import { verificationOf, type PlannedStep } from "./runbook-plan.js";
import type { TimedCheck } from "./runbook.js";
import { isFinalRunStatus } from "./runbook-run-lifecycle.js";
import type { RunApproval, RunbookRun, StepProgress } from "./runbook-run.js";

/** What comes next in a run. Between two of these it can be paused, cancelled, or taken over by another runner. */
export type RunBoundary =
  | { readonly kind: "ended" }
  | { readonly kind: "wait"; readonly for: "start" | "person" | "retry"; readonly untilMs?: number }
  | { readonly kind: "start" }
  /** Whether the step is needed and allowed has to be found out before it begins. */
  | { readonly kind: "judge"; readonly step: PlannedStep; readonly notBeforeMs?: number }
  /** An action has begun, and no result of it is recorded. */
  | { readonly kind: "act"; readonly step: PlannedStep; readonly attempt: number }
  | { readonly kind: "verify"; readonly step: PlannedStep; readonly timed: TimedCheck; readonly deadlineMs: number }
  | { readonly kind: "health"; readonly timed: TimedCheck; readonly deadlineMs: number }
  | { readonly kind: "begin-undo"; readonly step: PlannedStep; readonly attempt: number }
  | { readonly kind: "undo"; readonly step: PlannedStep; readonly attempt: number }
  /** Nothing is to be done in the world: the run goes to where it has come. */
  | { readonly kind: "settle" };

/** Tells what comes next in a run at an instant. */
export function nextBoundary(run: RunbookRun, nowMs: number): RunBoundary {
  if (isFinalRunStatus(run.status)) return { kind: "ended" };
  if (run.status === "requested" || run.status === "scheduled") {
    const { startAtMs } = run;
    return startAtMs === undefined || startAtMs <= nowMs
      ? { kind: "start" }
      : { kind: "wait", for: "start", untilMs: startAtMs };
  }
  if (run.status === "paused") return { kind: "wait", for: "person" };
  const underWay = actionUnderWay(run);
  if (underWay !== undefined) return underWay;
  switch (run.status) {
    case "running":
      return nextStep(run);
    case "compensating":
      return nextUndoBoundary(run, nowMs);
    default:
      return { kind: "settle" };
  }
}

/** The machine's action that has begun and has no recorded result; undefined at a boundary. */
export function actionUnderWay(run: RunbookRun): Extract<RunBoundary, { readonly kind: "act" | "undo" }> | undefined {
  for (const { planned, progress } of pairs(run)) {
    if (progress.status === "acting" && planned.action.kind !== "manual") {
      return { kind: "act", step: planned, attempt: progress.attempts };
    }
    if (isUndoing(progress) && planned.compensation?.kind !== "manual") {
      return { kind: "undo", step: planned, attempt: progress.undoAttempts };
    }
  }
  return undefined;
}

/** The step that the run is at; undefined after the last. */
export function currentStep(
  run: RunbookRun,
): { readonly planned: PlannedStep; readonly progress: StepProgress } | undefined {
  return pairs(run).find(({ progress }) => progress.status !== "succeeded" && progress.status !== "skipped");
}

/** The step whose action is taken back next, in reverse order; undefined when there is none, or one could not be. */
export function nextUndo(
  run: RunbookRun,
): { readonly planned: PlannedStep; readonly progress: StepProgress } | undefined {
  if (run.steps.some(({ status }) => status === "undo-failed")) return undefined;
  return pairs(run).findLast(
    ({ planned, progress }) =>
      planned.compensation !== undefined && progress.mayHaveActed && progress.status !== "undone",
  );
}

/** The approvals that a step needs and does not have at an instant. */
export function missingApprovals(run: RunbookRun, step: PlannedStep, nowMs: number): readonly string[] {
  const holds = ({ expiresAtMs, planHash }: RunApproval) => planHash === run.planHash && expiresAtMs > nowMs;
  return step.approvals.filter((id) => !run.approvals.some((one) => one.approvalId === id && holds(one)));
}

function nextStep(run: RunbookRun): RunBoundary {
  const current = currentStep(run);
  if (current === undefined) {
    const { healthFromMs } = run;
    const { health } = run.plan;
    return health === undefined || healthFromMs === undefined
      ? { kind: "settle" }
      : { kind: "health", timed: health, deadlineMs: healthFromMs + health.withinMs };
  }
  const { planned, progress } = current;
  const { notBeforeMs, verifyFromMs } = progress;
  const timed = verificationOf(planned);
  if (progress.status === "pending") {
    return { kind: "judge", step: planned, ...(notBeforeMs === undefined ? {} : { notBeforeMs }) };
  }
  if (timed !== undefined && verifyFromMs !== undefined && progress.status === "acted") {
    return { kind: "verify", step: planned, timed, deadlineMs: verifyFromMs + timed.withinMs };
  }
  return { kind: "settle" };
}

function nextUndoBoundary(run: RunbookRun, nowMs: number): RunBoundary {
  const undo = nextUndo(run);
  if (undo === undefined) return { kind: "settle" };
  const { planned, progress } = undo;
  if (isUndoing(progress)) return { kind: "wait", for: "person" };
  const { notBeforeMs } = progress;
  return notBeforeMs === undefined || notBeforeMs <= nowMs
    ? { kind: "begin-undo", step: planned, attempt: progress.undoAttempts + 1 }
    : { kind: "wait", for: "retry", untilMs: notBeforeMs };
}

/** Begun, and not waiting for another attempt. */
function isUndoing({ notBeforeMs, status }: StepProgress): boolean {
  return status === "undoing" && notBeforeMs === undefined;
}

function pairs(run: RunbookRun): readonly { readonly planned: PlannedStep; readonly progress: StepProgress }[] {
  return run.plan.steps.flatMap((planned) =>
    run.steps.filter(({ id }) => id === planned.id).map((progress) => ({ planned, progress })),
  );
}
