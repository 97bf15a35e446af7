import { missingApprovals, type RunBoundary } from "./next-boundary.js";
import type { PlannedStep } from "./runbook-plan.js";
import type { CheckVerdict, RunbookCheck } from "./runbook.js";
import type { RunFinding } from "./runbook-run-command.js";
import type { RunbookRun } from "./runbook-run.js";
import type { StepOutcome } from "./step-outcome.js";
import { checkWords } from "./describe-plan.js";

/** Whether guardrails allow a step now. */
export type GuardVerdict = { readonly allowed: true } | { readonly allowed: false; readonly reason: string };

/** What a run asks of the world. */
export type RunQuestion =
  | { readonly kind: "check"; readonly check: RunbookCheck; readonly about: CheckSubject }
  | { readonly kind: "guard"; readonly step: PlannedStep }
  | { readonly kind: "act"; readonly step: PlannedStep; readonly attempt: number }
  | { readonly kind: "undo"; readonly step: PlannedStep; readonly attempt: number };

/** What a check is asked for. */
export type CheckSubject =
  | { readonly kind: "health" }
  | { readonly kind: "precondition" | "skip-when" | "verification"; readonly stepId: string };

/** What the world answers to a question. */
export type AnswerTo<Question extends RunQuestion> = Question extends { readonly kind: "check" }
  ? CheckVerdict
  : Question extends { readonly kind: "guard" }
    ? GuardVerdict
    : StepOutcome;

/** What came of a boundary: something to record, or a time to come again. */
export type BoundaryOutcome =
  | { readonly kind: "found"; readonly finding: RunFinding }
  | { readonly kind: "wait"; readonly untilMs: number };

/** A course of questions that ends with what came of them. Who drives it answers each question with its own kind of answer. */
export type BoundaryCourse = Asking<BoundaryOutcome>;

/** Yields questions, is sent their answers, and returns a value. */
type Asking<Value> = Generator<RunQuestion, Value, CheckVerdict | GuardVerdict | StepOutcome>;

/** The boundaries at which the world is asked. */
export type AskingBoundary = Extract<
  RunBoundary,
  { readonly kind: "judge" | "act" | "verify" | "health" | "begin-undo" | "undo" | "settle" }
>;

/**
 * Goes through one boundary of a run: asks the world in the order precondition, guardrails, approval, action,
 * verification, the health check before all of them, and tells what was found. Pure: a driver asks for it.
 */
export function* courseOfBoundary(run: RunbookRun, boundary: AskingBoundary, nowMs: number): BoundaryCourse {
  switch (boundary.kind) {
    case "judge":
      return yield* judgeCourse(run, boundary, nowMs);
    case "act":
      return yield* actCourse(boundary);
    case "verify":
      return yield* verifyCourse(run, boundary, nowMs);
    case "health":
      return yield* healthCourse(boundary, nowMs);
    case "undo":
      return yield* undoCourse(boundary);
    case "begin-undo":
      return found({ kind: "begin-undo", stepId: boundary.step.id });
    case "settle":
      return found({ kind: "settle" });
  }
}

type Of<Kind extends AskingBoundary["kind"]> = Extract<AskingBoundary, { readonly kind: Kind }>;

function* judgeCourse(run: RunbookRun, { notBeforeMs, step }: Of<"judge">, nowMs: number): BoundaryCourse {
  const healthy = yield* askHealth(run);
  if (healthy !== undefined) return healthy;
  if (notBeforeMs !== undefined && notBeforeMs > nowMs) return { kind: "wait", untilMs: notBeforeMs };
  for (const check of step.skipWhen) {
    const { saw, verdict } = yield* ask({ kind: "check", check, about: { kind: "skip-when", stepId: step.id } });
    if (verdict === "holds") return found({ kind: "skip", stepId: step.id, reason: `not needed any more: ${saw}` });
  }
  for (const check of step.preconditions) {
    const { saw, verdict } = yield* ask({ kind: "check", check, about: { kind: "precondition", stepId: step.id } });
    const words = `${checkWords(check)}: ${saw}`;
    if (verdict === "fails") return found({ kind: "skip", stepId: step.id, reason: `does not hold: ${words}` });
    if (verdict === "unknown") {
      return found({ kind: "hold", hold: { kind: "unknown-precondition", stepId: step.id, saw: words } });
    }
  }
  if (step.action.kind !== "manual" && step.action.kind !== "wait-until") {
    const guard = yield* ask({ kind: "guard", step });
    if (!guard.allowed) {
      return found({ kind: "hold", hold: { kind: "guardrail", stepId: step.id, reason: guard.reason } });
    }
  }
  const approvalIds = missingApprovals(run, step, nowMs);
  if (approvalIds.length > 0) {
    return found({ kind: "hold", hold: { kind: "approval", stepId: step.id, approvalIds } });
  }
  return found({ kind: "begin", stepId: step.id });
}

function* actCourse({ attempt, step }: Of<"act">): BoundaryCourse {
  const outcome = yield* ask({ kind: "act", step, attempt });
  return found({ kind: "acted", stepId: step.id, attempt, outcome });
}

function* undoCourse({ attempt, step }: Of<"undo">): BoundaryCourse {
  const outcome = yield* ask({ kind: "undo", step, attempt });
  return found({ kind: "undone", stepId: step.id, attempt, outcome });
}

function* verifyCourse(run: RunbookRun, { deadlineMs, step, timed }: Of<"verify">, nowMs: number): BoundaryCourse {
  const healthy = yield* askHealth(run);
  if (healthy !== undefined) return healthy;
  const { saw, verdict } = yield* ask({
    kind: "check",
    check: timed.check,
    about: { kind: "verification", stepId: step.id },
  });
  if (verdict === "holds") return found({ kind: "verified", stepId: step.id, saw });
  if (nowMs < deadlineMs) return { kind: "wait", untilMs: Math.min(nowMs + timed.everyMs, deadlineMs) };
  return verdict === "unknown"
    ? found({ kind: "hold", hold: { kind: "inconclusive", stepId: step.id, saw } })
    : found({ kind: "unverified", stepId: step.id, saw });
}

function* healthCourse({ deadlineMs, timed }: Of<"health">, nowMs: number): BoundaryCourse {
  const { saw, verdict } = yield* ask({ kind: "check", check: timed.check, about: { kind: "health" } });
  if (verdict === "holds") return found({ kind: "healthy", saw });
  if (nowMs < deadlineMs) return { kind: "wait", untilMs: Math.min(nowMs + timed.everyMs, deadlineMs) };
  return verdict === "unknown"
    ? found({ kind: "hold", hold: { kind: "inconclusive", saw } })
    : found({ kind: "unhealthy", saw });
}

function* askHealth(run: RunbookRun): Asking<BoundaryOutcome | undefined> {
  const { health } = run.plan;
  if (health === undefined) return undefined;
  const { saw, verdict } = yield* ask({ kind: "check", check: health.check, about: { kind: "health" } });
  return verdict === "holds" ? found({ kind: "healthy", saw }) : undefined;
}

function* ask<Question extends RunQuestion>(question: Question): Asking<AnswerTo<Question>> {
  return (yield question) as AnswerTo<Question>;
}

function found(finding: RunFinding): BoundaryOutcome {
  return { kind: "found", finding };
}
