import {
  allowedRunMoves,
  checkWords,
  isFinalRunStatus,
  missingApprovals,
  type PlannedStep,
  type RunbookRun,
  type RunHold,
  type StepProgress,
} from "@plimsoll/core";
import type { RunDetail, RunStepBody, RunSummary } from "../schemas/runbook-schemas.js";
import { plannedStepBody, planWords } from "./runbook-body.js";
import { defined, iso } from "./slo-body.js";

/** Writes a run as lists give it. */
export function runSummaryBody(run: RunbookRun): RunSummary {
  const { endedAtMs, hold, id, incidentId, plan, reason, requestedAtMs, requestedBy, startAtMs, status, words } = run;
  return {
    id,
    runbookId: plan.runbookId,
    title: plan.title,
    status,
    over: isFinalRunStatus(status),
    requestedBy,
    requestedAt: iso(requestedAtMs),
    reason,
    ...defined({
      incidentId,
      startAt: startAtMs === undefined ? undefined : iso(startAtMs),
      endedAt: endedAtMs === undefined ? undefined : iso(endedAtMs),
      waitsFor: hold === undefined ? manualUndo(run)?.instruction : holdWords(hold),
    }),
    words,
    stepsDone: run.steps.filter((step) => step.status === "succeeded" || step.status === "skipped").length,
    stepCount: run.steps.length,
  };
}

/** Writes a run with its steps, approvals and what it needs. */
export function runDetailBody(run: RunbookRun, nowMs: number): RunDetail {
  const { approvals, hold, lease, plan, planHash, version } = run;
  return {
    ...runSummaryBody(run),
    version,
    planHash,
    planWords: planWords(plan),
    parameters: { ...plan.parameters },
    ...defined({
      health: plan.health === undefined ? undefined : checkWords(plan.health.check),
      hold: hold === undefined ? undefined : holdBody(run, hold, nowMs),
      asksFor: asksFor(run),
      runner: lease !== undefined && lease.expiresAtMs > nowMs ? lease.runner : undefined,
    }),
    steps: plan.steps.flatMap((planned) =>
      run.steps.filter(({ id }) => id === planned.id).map((progress) => stepBody(planned, progress)),
    ),
    approvals: approvals.map(({ approvalId, atMs, by, expiresAtMs }) => ({
      approvalId,
      by,
      at: iso(atMs),
      expiresAt: iso(expiresAtMs),
    })),
    allowed: allowedBody(run),
  };
}

/** The approvals that a run waits for now. */
export function awaitedApprovals(run: RunbookRun, nowMs: number): readonly string[] {
  const { hold } = run;
  const step = hold?.kind === "approval" ? run.plan.steps.find(({ id }) => id === hold.stepId) : undefined;
  return step === undefined ? [] : missingApprovals(run, step, nowMs);
}

/** The step that a run asks a person to report on; undefined when that is the whole run, or nothing. */
export function awaitedReport(run: RunbookRun): string | undefined {
  return asksFor(run)?.stepId;
}

function stepBody(planned: PlannedStep, progress: StepProgress): RunStepBody {
  const { attempts, data, status, undoAttempts, words } = progress;
  return { ...plannedStepBody(planned), status, attempts, undoAttempts, words, ...defined({ data }) };
}

function holdBody(run: RunbookRun, hold: RunHold, nowMs: number): RunDetail["hold"] {
  const stepId = hold.kind === "person" ? undefined : hold.stepId;
  const missing = hold.kind === "approval" ? [...awaitedApprovals(run, nowMs)] : undefined;
  return { kind: hold.kind, words: holdWords(hold), ...defined({ stepId, approvalIds: missing }) };
}

function holdWords(hold: RunHold): string {
  switch (hold.kind) {
    case "person":
      return `${hold.by} paused it: ${hold.reason}`;
    case "approval":
      return `approval of ${hold.approvalIds.join(", ")}`;
    case "guardrail":
      return `guardrails stop ${hold.stepId}: ${hold.reason}`;
    case "unknown-precondition":
      return `whether ${hold.stepId} is needed cannot be told: ${hold.saw}`;
    case "manual":
      return `a person, for ${hold.stepId}: ${hold.instruction}`;
    case "inconclusive":
      return `somebody's word on ${hold.stepId ?? "whether the service is healthy"}, as no check can tell: ${hold.saw}`;
  }
}

function asksFor(run: RunbookRun): RunDetail["asksFor"] {
  const { hold } = run;
  if (hold?.kind === "manual") return { stepId: hold.stepId, instruction: hold.instruction };
  if (hold?.kind === "inconclusive") {
    return {
      ...defined({ stepId: hold.stepId }),
      instruction: `Look, and say whether it is as it should be: ${hold.saw}`,
    };
  }
  return manualUndo(run);
}

/** What a person has to take back by hand, where a run waits for that. */
function manualUndo(run: RunbookRun): { readonly stepId: string; readonly instruction: string } | undefined {
  if (run.status !== "compensating") return undefined;
  const undoing = run.steps.find(({ notBeforeMs, status }) => status === "undoing" && notBeforeMs === undefined);
  const compensation = run.plan.steps.find(({ id }) => id === undoing?.id)?.compensation;
  if (undoing === undefined || compensation?.kind !== "manual") return undefined;
  return { stepId: undoing.id, instruction: `Take it back: ${compensation.instruction}` };
}

function allowedBody(run: RunbookRun): RunDetail["allowed"] {
  const moves = allowedRunMoves(run.status);
  const needsApproval = run.plan.steps.some(({ approvals }) => approvals.length > 0);
  return [
    ...(needsApproval && moves.length > 0 ? (["approve"] as const) : []),
    ...(moves.includes("pause") ? (["pause"] as const) : []),
    ...(moves.includes("resume") && run.hold?.kind !== "manual" ? (["resume"] as const) : []),
    ...(moves.includes("cancel") ? (["cancel"] as const) : []),
    ...(asksFor(run) === undefined ? [] : (["report"] as const)),
  ];
}
