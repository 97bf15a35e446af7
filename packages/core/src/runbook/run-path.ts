import type { RunbookRunEvent } from "./runbook-run-event.js";

/** Says what a person would tell of a run's event, such as `roll-back: succeeded`; most tell nothing. */
export function runPath(event: RunbookRunEvent): readonly string[] {
  switch (event.type) {
    case "runbook-run.step-skipped":
      return [`${event.data.stepId}: skipped`];
    case "runbook-run.action-succeeded":
      return [`${event.data.stepId}: succeeded`];
    case "runbook-run.action-failed":
      return [`${event.data.stepId}: ${event.data.retryAtMs === undefined ? "failed" : "tried again"}`];
    case "runbook-run.step-verified":
      return [`${event.data.stepId}: verified`];
    case "runbook-run.verification-failed":
      return [`${event.data.stepId}: not verified`];
    case "runbook-run.held":
      return [`held: ${event.data.hold.kind}`];
    case "runbook-run.undo-succeeded":
      return [`undo ${event.data.stepId}: succeeded`];
    case "runbook-run.undo-failed":
      return [`undo ${event.data.stepId}: ${event.data.retryAtMs === undefined ? "failed" : "tried again"}`];
    default:
      return [];
  }
}
