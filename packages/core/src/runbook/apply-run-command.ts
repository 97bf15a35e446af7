import { decideRunbookRun } from "./decide-runbook-run.js";
import { evolveRunbookRun } from "./evolve-runbook-run.js";
import type { RunbookRunCommand } from "./runbook-run-command.js";
import type { RunbookRunEvent } from "./runbook-run-event.js";
import type { RunbookRun } from "./runbook-run.js";

/** A run after a command, and what happened; a command that was refused changed nothing. */
export type AppliedCommand = {
  readonly accepted: boolean;
  readonly run: RunbookRun;
  readonly events: readonly RunbookRunEvent[];
};

/** Decides a command and applies what comes of it. */
export function applyRunCommand(run: RunbookRun, command: RunbookRunCommand): AppliedCommand {
  const decided = decideRunbookRun(run, command);
  if (!decided.ok) return { accepted: false, run, events: [] };
  return {
    accepted: true,
    run: decided.value.reduce<RunbookRun>((now, event) => evolveRunbookRun(now, event), run),
    events: decided.value,
  };
}
