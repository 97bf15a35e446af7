import type { Compensation, DirectAction, RetryPolicy, RunbookCheck, StepRisk, TimedCheck } from "./runbook.js";

/** What a planned step does: sub-runbooks are resolved into their steps. */
export type PlannedAction = DirectAction | { readonly kind: "wait-until"; readonly until: TimedCheck };

/** One step as it will be run. */
export type PlannedStep = {
  /** The step's id, after those of the sub-runbooks that it is in: `fail-over/switch`. */
  readonly id: string;
  readonly title: string;
  readonly action: PlannedAction;
  /** All of these have to hold, or the step is skipped: its own, and those of the sub-runbooks that it is in. */
  readonly preconditions: readonly RunbookCheck[];
  /** The step is skipped where one of these holds: the health checks of the sub-runbooks that it is in. */
  readonly skipWhen: readonly RunbookCheck[];
  /** Ids of the approvals that it needs: its own, and those of the sub-runbooks that it is in. */
  readonly approvals: readonly string[];
  readonly timeoutMs: number;
  readonly retry: RetryPolicy;
  readonly verify?: TimedCheck;
  readonly compensation?: Compensation;
  readonly risk: StepRisk;
};

/** Everything that a run will do, fixed when it is asked for; approvals are bound to its hash. Plain data. */
export type RunbookPlan = {
  readonly runbookId: string;
  readonly title: string;
  readonly level: number;
  readonly parameters: Readonly<Record<string, string>>;
  readonly health?: TimedCheck;
  readonly steps: readonly PlannedStep[];
};

/** What has to turn true before a step counts as done; undefined where its action alone decides. */
export function verificationOf({ action, verify }: PlannedStep): TimedCheck | undefined {
  return action.kind === "wait-until" ? action.until : verify;
}
