import { verificationOf, type PlannedStep } from "./runbook-plan.js";
import type { RunbookRun, StepProgress } from "./runbook-run.js";
import type { RunbookRunEvent, RunbookRunEventOf, RunbookRunRequested } from "./runbook-run-event.js";
import { runStatusAfter, type RunbookRunMove } from "./runbook-run-lifecycle.js";

/**
 * Applies an event to a run. Pure and total: the same events give the same state.
 *
 * A stream begins with its request: other events before it leave `undefined`, and a second request changes nothing.
 */
export function evolveRunbookRun(run: RunbookRun | undefined, event: RunbookRunRequested): RunbookRun;
export function evolveRunbookRun(run: RunbookRun, event: RunbookRunEvent): RunbookRun;
export function evolveRunbookRun(run: RunbookRun | undefined, event: RunbookRunEvent): RunbookRun | undefined;
export function evolveRunbookRun(run: RunbookRun | undefined, event: RunbookRunEvent): RunbookRun | undefined {
  if (run === undefined) return event.type === "runbook-run.requested" ? begin(event) : undefined;
  if (event.type === "runbook-run.requested") return run;
  const { causeId } = event.data;
  return {
    ...change(run, event),
    causes: causeId === undefined || run.causes.includes(causeId) ? run.causes : [...run.causes, causeId],
    lastAtMs: event.atMs,
    version: run.version + 1,
  };
}

function begin({ actor, atMs, data }: RunbookRunRequested): RunbookRun {
  const { causeId, incidentId, plan, planHash, reason, runId } = data;
  return {
    id: runId,
    status: "requested",
    plan,
    planHash,
    requestedBy: actor,
    requestedAtMs: atMs,
    reason,
    ...(incidentId === undefined ? {} : { incidentId }),
    steps: plan.steps.map(({ id }) => ({
      id,
      status: "pending",
      attempts: 0,
      undoAttempts: 0,
      mayHaveActed: false,
      words: "",
    })),
    approvals: [],
    lastToken: 0,
    undoOnCancel: false,
    words: "",
    causes: causeId === undefined ? [] : [causeId],
    lastAtMs: atMs,
    version: 1,
  };
}

type Change = Exclude<RunbookRunEvent, RunbookRunRequested>;

function change(run: RunbookRun, event: Change): RunbookRun {
  switch (event.type) {
    case "runbook-run.scheduled":
      return { ...moved(run, "schedule"), startAtMs: event.data.startAtMs };
    case "runbook-run.started":
      return moved(run, "start");
    case "runbook-run.leased": {
      const { expiresAtMs, runner, token } = event.data;
      return { ...run, lease: { runner, token, expiresAtMs }, lastToken: token };
    }
    case "runbook-run.approved": {
      const { approvalId, expiresAtMs, planHash } = event.data;
      const approval = { approvalId, planHash, by: event.actor, atMs: event.atMs, expiresAtMs };
      return { ...run, approvals: [...run.approvals, approval] };
    }
    case "runbook-run.held":
      return { ...unleased(moved(run, "hold")), hold: event.data.hold };
    case "runbook-run.pause-requested":
      return { ...moved(run, "pause"), hold: { kind: "person", by: event.actor, reason: event.data.reason } };
    case "runbook-run.paused":
      return unleased(moved(run, "settle"));
    case "runbook-run.resumed":
      return resumed(run, event.atMs);
    case "runbook-run.cancel-requested":
      return cancelled(run, event);
    case "runbook-run.steps-finished":
      return { ...run, healthFromMs: event.atMs };
    case "runbook-run.compensation-started":
      return { ...moved(run, "compensate"), words: event.data.reason };
    case "runbook-run.succeeded":
      return ended(run, "succeed", event);
    case "runbook-run.failed":
      return ended(run, "fail", event);
    case "runbook-run.compensated":
      return ended(run, "restore", event);
    case "runbook-run.cancelled":
      return ended(run, "settle", event);
    case "runbook-run.abandoned":
      return ended(run, "abandon", event);
    case "runbook-run.step-skipped":
    case "runbook-run.action-started":
    case "runbook-run.action-succeeded":
    case "runbook-run.action-failed":
    case "runbook-run.step-verified":
    case "runbook-run.verification-failed":
    case "runbook-run.undo-started":
    case "runbook-run.undo-succeeded":
    case "runbook-run.undo-failed":
      return stepChange(run, event);
  }
}

type StepChange = Extract<Change, { readonly data: { readonly stepId: string } }>;

function stepChange(run: RunbookRun, event: StepChange): RunbookRun {
  const planned = run.plan.steps.find(({ id }) => id === event.data.stepId);
  if (planned === undefined) return run;
  const steps = run.steps.map((step) => (step.id === planned.id ? progressed(step, event, planned) : step));
  if (event.type !== "runbook-run.action-started" && event.type !== "runbook-run.undo-started")
    return { ...run, steps };
  // The action has its time, and so has whoever runs it.
  const { lease } = run;
  if (lease?.token !== event.data.token) return { ...run, steps };
  return { ...run, steps, lease: { ...lease, expiresAtMs: Math.max(lease.expiresAtMs, event.data.leaseUntilMs) } };
}

function progressed(step: StepProgress, event: StepChange, planned: PlannedStep): StepProgress {
  const { notBeforeMs: _notBeforeMs, ...rest } = step;
  switch (event.type) {
    case "runbook-run.step-skipped":
      return { ...rest, status: "skipped", words: event.data.reason };
    case "runbook-run.action-started":
      return { ...rest, status: "acting", attempts: event.data.attempt };
    case "runbook-run.action-succeeded": {
      const { data, summary } = event.data;
      const mayHaveActed = planned.action.kind !== "wait-until";
      const done = { ...rest, mayHaveActed, words: summary, ...(data === undefined ? {} : { data }) };
      return verificationOf(planned) !== undefined
        ? { ...done, status: "acted", verifyFromMs: event.atMs }
        : { ...done, status: "succeeded" };
    }
    case "runbook-run.action-failed": {
      const { mayHaveActed, reason, retryAtMs } = event.data;
      const tried = { ...rest, mayHaveActed: rest.mayHaveActed || mayHaveActed, words: reason };
      return retryAtMs === undefined
        ? { ...tried, status: "failed" }
        : { ...tried, status: "pending", notBeforeMs: retryAtMs };
    }
    case "runbook-run.step-verified":
      return { ...rest, status: "succeeded", words: event.data.saw };
    case "runbook-run.verification-failed":
      return { ...rest, status: "failed", words: event.data.saw };
    case "runbook-run.undo-started":
      return { ...rest, status: "undoing", undoAttempts: event.data.attempt };
    case "runbook-run.undo-succeeded":
      return { ...rest, status: "undone", words: event.data.summary };
    case "runbook-run.undo-failed": {
      const { reason, retryAtMs } = event.data;
      return retryAtMs === undefined
        ? { ...rest, status: "undo-failed", words: reason }
        : { ...rest, status: "undoing", words: reason, notBeforeMs: retryAtMs };
    }
  }
}

/** What could not be told has its time again. */
function resumed(run: RunbookRun, atMs: number): RunbookRun {
  const next = unheld(moved(run, "resume"));
  return {
    ...next,
    ...(next.healthFromMs === undefined ? {} : { healthFromMs: atMs }),
    steps: next.steps.map((step) => (step.status === "acted" ? { ...step, verifyFromMs: atMs } : step)),
  };
}

function cancelled(run: RunbookRun, { atMs, data }: RunbookRunEventOf<"cancel-requested">): RunbookRun {
  const next = { ...unheld(moved(run, "cancel")), undoOnCancel: data.undo, words: data.reason };
  // One that never began has nothing to end first.
  return next.status === "cancelled" ? { ...next, endedAtMs: atMs } : next;
}

function ended(
  run: RunbookRun,
  move: RunbookRunMove,
  { atMs, data }: { readonly atMs: number; readonly data: { readonly words: string } },
): RunbookRun {
  return { ...unleased(unheld(moved(run, move))), words: data.words, endedAtMs: atMs };
}

// Events are facts: where the table did not foresee one, what was recorded still stands, and the status stays.
function moved(run: RunbookRun, move: RunbookRunMove): RunbookRun {
  return { ...run, status: runStatusAfter(run.status, move) ?? run.status };
}

function unheld(run: RunbookRun): RunbookRun {
  const { hold: _hold, ...rest } = run;
  return rest;
}

function unleased(run: RunbookRun): RunbookRun {
  const { lease: _lease, ...rest } = run;
  return rest;
}
