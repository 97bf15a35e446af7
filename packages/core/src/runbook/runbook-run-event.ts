import type { Json } from "../errors/json.js";
import type { RunbookPlan } from "./runbook-plan.js";
import type { RunHold } from "./runbook-run.js";

/** What every event of a run tells beside its own data. */
type Happened<Type extends string, Data> = {
  readonly type: `runbook-run.${Type}`;
  /** Never before the event that precedes it in the stream. */
  readonly atMs: number;
  /** A person's name, or `engine`. */
  readonly actor: string;
  /** `causeId` is the id of the request that caused it, where a person asked; one cause is handled once. */
  readonly data: Data & { readonly causeId?: string };
};

type OfStep<Data = object> = Data & { readonly stepId: string };
type OfAttempt<Data = object> = OfStep<Data & { readonly attempt: number }>;

export type RunbookRunRequested = Happened<
  "requested",
  {
    readonly runId: string;
    readonly plan: RunbookPlan;
    readonly planHash: string;
    readonly reason: string;
    readonly incidentId?: string;
  }
>;

/** What happened to a run, in order; its timeline is these. */
export type RunbookRunEvent =
  | RunbookRunRequested
  | Happened<"scheduled", { readonly startAtMs: number }>
  | Happened<"started", object>
  /** A runner has it, or has it for longer; it loses it when the run pauses or ends. */
  | Happened<"leased", { readonly runner: string; readonly token: number; readonly expiresAtMs: number }>
  | Happened<"approved", { readonly approvalId: string; readonly planHash: string; readonly expiresAtMs: number }>
  | Happened<"held", { readonly hold: Exclude<RunHold, { readonly kind: "person" }> }>
  | Happened<"pause-requested", { readonly reason: string }>
  | Happened<"paused", object>
  | Happened<"resumed", { readonly reason: string }>
  | Happened<"cancel-requested", { readonly reason: string; readonly undo: boolean }>
  | Happened<"step-skipped", OfStep<{ readonly reason: string }>>
  /** It is certain that the action has not begun before this is stored. */
  | Happened<
      "action-started",
      OfAttempt<{ readonly key: string; readonly token: number; readonly leaseUntilMs: number }>
    >
  | Happened<"action-succeeded", OfAttempt<{ readonly summary: string; readonly data?: Json }>>
  | Happened<
      "action-failed",
      OfAttempt<{ readonly reason: string; readonly mayHaveActed: boolean; readonly retryAtMs?: number }>
    >
  | Happened<"step-verified", OfStep<{ readonly saw: string }>>
  | Happened<"verification-failed", OfStep<{ readonly saw: string }>>
  /** All steps are done: the health check has its time. */
  | Happened<"steps-finished", object>
  | Happened<"compensation-started", { readonly reason: string }>
  | Happened<"undo-started", OfAttempt<{ readonly key: string; readonly token: number; readonly leaseUntilMs: number }>>
  | Happened<"undo-succeeded", OfAttempt<{ readonly summary: string }>>
  | Happened<"undo-failed", OfAttempt<{ readonly reason: string; readonly retryAtMs?: number }>>
  | Happened<"succeeded", { readonly words: string }>
  | Happened<"failed", { readonly words: string }>
  | Happened<"compensated", { readonly words: string }>
  | Happened<"cancelled", { readonly words: string }>
  | Happened<"abandoned", { readonly words: string }>;

/** The event of a type, named without its prefix. */
export type RunbookRunEventOf<Type extends string> = Extract<RunbookRunEvent, { readonly type: `runbook-run.${Type}` }>;
