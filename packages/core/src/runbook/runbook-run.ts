import type { Json } from "../errors/json.js";
import type { RunbookPlan } from "./runbook-plan.js";
import type { RunbookRunStatus } from "./runbook-run-lifecycle.js";

/** How far one step has come. `acted`: its action succeeded, and what it should bring about has not been seen yet. */
export type StepStatus =
  | "pending"
  | "skipped"
  | "acting"
  | "acted"
  | "succeeded"
  | "failed"
  | "undoing"
  | "undone"
  | "undo-failed";

/** One step of a run as it stands. */
export type StepProgress = {
  readonly id: string;
  readonly status: StepStatus;
  /** Attempts at its action that were begun. */
  readonly attempts: number;
  /** Attempts at its compensation that were begun. */
  readonly undoAttempts: number;
  /** Not tried again before this. */
  readonly notBeforeMs?: number;
  /** Since when its verification has had time. */
  readonly verifyFromMs?: number;
  /** Whether the world may have changed through it. */
  readonly mayHaveActed: boolean;
  /** What came of it, in words; empty before. */
  readonly words: string;
  /** What its action answered. */
  readonly data?: Json;
};

/** Why a run is paused. All but `person` are the engine's: it needs a person before it goes on. */
export type RunHold =
  | { readonly kind: "person"; readonly by: string; readonly reason: string }
  | { readonly kind: "approval"; readonly stepId: string; readonly approvalIds: readonly string[] }
  | { readonly kind: "guardrail"; readonly stepId: string; readonly reason: string }
  /** A precondition cannot be told: nothing is done on what is not known. */
  | { readonly kind: "unknown-precondition"; readonly stepId: string; readonly saw: string }
  /** A person has to do this, and to say how it went. */
  | { readonly kind: "manual"; readonly stepId: string; readonly instruction: string }
  /** Whether the step, or without one the whole run, brought about what it should cannot be told. */
  | { readonly kind: "inconclusive"; readonly stepId?: string; readonly saw: string };

/** A person's agreement that a step may run, for one plan and until an instant. */
export type RunApproval = {
  readonly approvalId: string;
  readonly planHash: string;
  readonly by: string;
  readonly atMs: number;
  readonly expiresAtMs: number;
};

/** Who runs a run, until when. The token grows with every new holder and fences out those before. */
export type RunLease = { readonly runner: string; readonly token: number; readonly expiresAtMs: number };

/** A run of a runbook as it stands: what `evolveRunbookRun` makes of its events, and nothing else. */
export type RunbookRun = {
  readonly id: string;
  readonly status: RunbookRunStatus;
  readonly plan: RunbookPlan;
  readonly planHash: string;
  readonly requestedBy: string;
  readonly requestedAtMs: number;
  readonly reason: string;
  readonly incidentId?: string;
  readonly startAtMs?: number;
  /** In the order of the plan. */
  readonly steps: readonly StepProgress[];
  readonly approvals: readonly RunApproval[];
  readonly hold?: RunHold;
  readonly lease?: RunLease;
  /** The token of the newest lease; 0 before the first. */
  readonly lastToken: number;
  /** Whether cancelling also takes back what was done. */
  readonly undoOnCancel: boolean;
  /** Since when the health check has had time to come true after the last step. */
  readonly healthFromMs?: number;
  /** How it ended, or why it is being undone, in words; empty before. */
  readonly words: string;
  readonly endedAtMs?: number;
  /** The ids of the requests that were handled. */
  readonly causes: readonly string[];
  readonly lastAtMs: number;
  /** How many events made it: the version its stream has. */
  readonly version: number;
};

/** Streams of runs begin with this. */
export const RUNBOOK_RUN_PREFIX = "runbook-run/";

/** Names the stream that a run's events are in. */
export function runbookRunStream(runId: string): string {
  return `${RUNBOOK_RUN_PREFIX}${runId}`;
}

/** The idempotency key of a step's action: the same for every attempt, and for whoever runs it. */
export function stepKey(runId: string, stepId: string): string {
  return `${runbookRunStream(runId)}/${stepId}`;
}

/** The idempotency key of a step's compensation. */
export function undoKey(runId: string, stepId: string): string {
  return `${stepKey(runId, stepId)}/undo`;
}
