import { evolveRunbookRun } from "../runbook/evolve-runbook-run.js";
import { parseRunbookRunEvent } from "../runbook/parse-runbook-run-event.js";
import { isFinalRunStatus } from "../runbook/runbook-run-lifecycle.js";
import { RUNBOOK_RUN_PREFIX, type RunbookRun } from "../runbook/runbook-run.js";
import type { Projection } from "./journal.js";

/** Knows every run of a runbook, made from events only. */
export type RunbookBook = {
  readonly projection: Projection;
  /** Newest first. */
  all(): readonly RunbookRun[];
  /** Those that are not over, oldest first. */
  open(): readonly RunbookRun[];
  get(runId: string): RunbookRun | undefined;
  /** The run that a request asked for. */
  ofCause(causeId: string): RunbookRun | undefined;
  /** Stored events that could not be read; shown by the service's health, never fatal. */
  unreadable(): readonly string[];
};

export function createRunbookBook(): RunbookBook {
  const runs = new Map<string, RunbookRun>();
  const causes = new Map<string, string>();
  const open = new Map<string, RunbookRun>();
  const unreadable: string[] = [];
  // A run of which an event is missing may look as if nothing had been done: it is not gone on with.
  const broken = new Set<string>();
  const drop = (id: string): void => {
    broken.add(id);
    open.delete(id);
  };
  return {
    projection: {
      prefix: RUNBOOK_RUN_PREFIX,
      apply(stored) {
        const id = stored.stream.slice(RUNBOOK_RUN_PREFIX.length);
        const event = parseRunbookRunEvent(stored);
        if (!event.ok) {
          unreadable.push(event.error.message);
          drop(id);
          return;
        }
        const next = evolveRunbookRun(runs.get(id), event.value);
        if (next === undefined) return;
        runs.set(id, next);
        for (const causeId of next.causes.slice(0, 1)) causes.set(causeId, id);
        if (isFinalRunStatus(next.status) || broken.has(id)) open.delete(id);
        else open.set(id, next);
      },
    },
    all: () => [...runs.values()].reverse(),
    open: () => [...open.values()],
    get: (runId) => (broken.has(runId) ? undefined : runs.get(runId)),
    ofCause: (causeId) => runs.get(causes.get(causeId) ?? ""),
    unreadable: () => unreadable,
  };
}
