/** Where a run of a runbook stands. */
export type RunbookRunStatus =
  | "requested"
  | "scheduled"
  | "running"
  | "pausing"
  | "paused"
  | "cancelling"
  | "cancelled"
  | "succeeded"
  | "failed"
  | "compensating"
  | "compensated"
  | "abandoned";

/** Every status. */
export const RUNBOOK_RUN_STATUSES = [
  "requested",
  "scheduled",
  "running",
  "pausing",
  "paused",
  "cancelling",
  "cancelled",
  "succeeded",
  "failed",
  "compensating",
  "compensated",
  "abandoned",
] as const satisfies readonly RunbookRunStatus[];

/** What changes a status. `hold` is the engine's: it needs a person before it goes on; `settle` comes at a boundary, with no action under way. */
export type RunbookRunMove =
  | "schedule"
  | "start"
  | "pause"
  | "settle"
  | "hold"
  | "resume"
  | "cancel"
  | "succeed"
  | "fail"
  | "compensate"
  | "restore"
  | "abandon";

/** From each status, the moves that are allowed and where they lead. Every other move is rejected. */
export const RUNBOOK_RUN_TRANSITIONS: Readonly<
  Record<RunbookRunStatus, Readonly<Partial<Record<RunbookRunMove, RunbookRunStatus>>>>
> = {
  requested: { schedule: "scheduled", start: "running", cancel: "cancelled", abandon: "abandoned" },
  scheduled: { start: "running", cancel: "cancelled", abandon: "abandoned" },
  running: {
    pause: "pausing",
    hold: "paused",
    cancel: "cancelling",
    succeed: "succeeded",
    fail: "failed",
    compensate: "compensating",
  },
  // An action under way ends first; what comes of it is dealt with after the pause.
  pausing: { settle: "paused", resume: "running", cancel: "cancelling" },
  paused: { resume: "running", cancel: "cancelling", abandon: "abandoned" },
  cancelling: { settle: "cancelled", compensate: "compensating" },
  // Half undone is the worst place to stop: only its end ends it.
  compensating: { restore: "compensated", fail: "failed" },
  cancelled: {},
  succeeded: {},
  failed: {},
  compensated: {},
  abandoned: {},
};

/** Where a move leads from a status; undefined when it is not allowed. */
export function runStatusAfter(from: RunbookRunStatus, move: RunbookRunMove): RunbookRunStatus | undefined {
  return RUNBOOK_RUN_TRANSITIONS[from][move];
}

/** The moves that are allowed from a status, in the table's order. */
export function allowedRunMoves(from: RunbookRunStatus): readonly RunbookRunMove[] {
  return Object.keys(RUNBOOK_RUN_TRANSITIONS[from]) as RunbookRunMove[];
}

/** Tells whether a run is over for good. */
export function isFinalRunStatus(status: RunbookRunStatus): boolean {
  return allowedRunMoves(status).length === 0;
}

/** Tells whether a runner has work with a run, and so needs its lease. */
export function isRunnerStatus(status: RunbookRunStatus): boolean {
  return status === "running" || status === "pausing" || status === "cancelling" || status === "compensating";
}
