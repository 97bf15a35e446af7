import type { SeenVersion, VersionMismatch } from "../errors/version-mismatch.js";
import type { RunbookPlan } from "./runbook-plan.js";
import type { RunbookRunMove, RunbookRunStatus } from "./runbook-run-lifecycle.js";
import type { RunHold } from "./runbook-run.js";
import type { StepOutcome } from "./step-outcome.js";

/** What every command carries. */
type Asked<Type extends string, Rest> = Rest & {
  readonly type: Type;
  /** The clock's time; where it is before the run's last event, that event's time is recorded instead. */
  readonly atMs: number;
  /** Who asks: a person's name, or `engine`. */
  readonly actor: string;
};

/** As `Asked`, once for each cause. */
type AskedOnce<Type extends string, Rest> = Asked<Type, Rest & { readonly causeId: string }>;

/** As `AskedOnce`, of a run that is there: at the version that was seen of it, where one was. */
type AskedOfRun<Type extends string, Rest> = AskedOnce<Type, Rest & SeenVersion>;

/** What a runner found out or did at a boundary. */
export type RunFinding =
  | { readonly kind: "healthy"; readonly saw: string }
  | { readonly kind: "unhealthy"; readonly saw: string }
  | { readonly kind: "skip"; readonly stepId: string; readonly reason: string }
  | { readonly kind: "hold"; readonly hold: Exclude<RunHold, { readonly kind: "person" | "manual" }> }
  /** The step is needed and allowed: its action begins. */
  | { readonly kind: "begin"; readonly stepId: string }
  | { readonly kind: "acted"; readonly stepId: string; readonly attempt: number; readonly outcome: StepOutcome }
  | { readonly kind: "verified"; readonly stepId: string; readonly saw: string }
  | { readonly kind: "unverified"; readonly stepId: string; readonly saw: string }
  | { readonly kind: "begin-undo"; readonly stepId: string }
  | { readonly kind: "undone"; readonly stepId: string; readonly attempt: number; readonly outcome: StepOutcome }
  | { readonly kind: "settle" };

/** What can be asked of a run. */
export type RunbookRunCommand =
  | AskedOnce<
      "request",
      {
        readonly runId: string;
        readonly plan: RunbookPlan;
        /** The Digest port's answer for the plan. */
        readonly planHash: string;
        readonly reason: string;
        readonly incidentId?: string;
        /** When to begin; at once when absent. */
        readonly startAtMs?: number;
      }
    >
  | AskedOfRun<
      "approve",
      {
        /** The step, or the step with the sub-runbook, that may run. */
        readonly approvalId: string;
        /** Of the plan that was read. */
        readonly planHash: string;
        readonly expiresAtMs: number;
      }
    >
  | AskedOfRun<"pause", { readonly reason: string }>
  | AskedOfRun<"resume", { readonly reason: string }>
  | AskedOfRun<"cancel", { readonly reason: string; readonly undo: boolean }>
  /** A person says how a manual step went, or what cannot be told by a check. Without a step: whether the service is healthy. */
  | AskedOfRun<"report", { readonly stepId?: string; readonly succeeded: boolean; readonly note: string }>
  | Asked<"abandon", { readonly reason: string }>
  | Asked<"start", object>
  | Asked<"lease", { readonly runner: string; readonly forMs: number }>
  /** A runner that stops in good order leaves a run to whoever comes next. */
  | Asked<"release", { readonly token: number }>
  | Asked<"find", { readonly token: number; readonly finding: RunFinding }>;

/** Why a command gave nothing: a value, never a throw. `message` says what was found, expected, and what to do. */
export type RunbookRunRejection = { readonly message: string } & (
  | VersionMismatch
  | { readonly code: "not-requested"; readonly command: RunbookRunCommand["type"] }
  | { readonly code: "already-requested"; readonly runId: string }
  | {
      readonly code: "move-not-allowed";
      readonly runId: string;
      readonly status: RunbookRunStatus;
      readonly command: RunbookRunCommand["type"];
      readonly allowed: readonly RunbookRunMove[];
    }
  | { readonly code: "empty-text"; readonly field: string }
  | { readonly code: "level-too-low"; readonly level: number }
  | { readonly code: "unknown-approval"; readonly approvalId: string; readonly known: readonly string[] }
  | { readonly code: "own-approval"; readonly requestedBy: string }
  | { readonly code: "engine-approval" }
  | { readonly code: "other-plan"; readonly expectedHash: string; readonly foundHash: string }
  | { readonly code: "approval-expiry"; readonly expiresAtMs: number }
  | { readonly code: "not-approved"; readonly missing: readonly string[] }
  | { readonly code: "nothing-to-report"; readonly runId: string }
  | { readonly code: "report-first"; readonly stepId: string }
  | { readonly code: "leased-elsewhere"; readonly runner: string; readonly untilMs: number }
  | { readonly code: "stale-lease"; readonly foundToken: number; readonly currentToken: number }
  /** What was found does not fit where the run stands: somebody was faster. */
  | { readonly code: "out-of-step"; readonly finding: RunFinding["kind"] }
);
