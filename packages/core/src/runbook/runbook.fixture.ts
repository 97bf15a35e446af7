import { decideRunbookRun } from "./decide-runbook-run.js";
import { evolveRunbookRun } from "./evolve-runbook-run.js";
import { planRunbook } from "./plan-runbook.js";
import type { RunbookPlan } from "./runbook-plan.js";
import type { RunbookRunCommand, RunFinding } from "./runbook-run-command.js";
import type { RunbookRunEvent } from "./runbook-run-event.js";
import type { RunbookRun } from "./runbook-run.js";
import type { HttpCall, Runbook, RunbookCheck, RunbookStep, TimedCheck } from "./runbook.js";

export const START_MS = Date.UTC(2026, 10, 21, 12);
export const MINUTE_MS = 60_000;
export const HASH = "plan-hash";

/** A GET that has to answer 200. */
export const GET: HttpCall = {
  method: "GET",
  url: "http://shop.example/healthz",
  headers: {},
  status: [{ from: 200, to: 200 }],
};

export const HEALTH_CHECK: RunbookCheck = { kind: "http", call: GET };
export const HEALTH: TimedCheck = { check: HEALTH_CHECK, withinMs: MINUTE_MS, everyMs: 5_000 };

/** A check that a test can tell from others by its SLO's id. */
export function sloCheck(slo: string): RunbookCheck {
  return { kind: "slo", slo };
}

/** A step that rolls something back, with an undo and nothing else. */
export function step(id: string, change: Partial<RunbookStep> = {}): RunbookStep {
  return {
    id,
    title: `Do ${id}`,
    action: { kind: "remedy", call: { remediator: "platform", remedy: id, target: "payments", parameters: {} } },
    approval: false,
    timeoutMs: MINUTE_MS,
    retry: { attempts: 1, delayMs: 10_000 },
    compensation: { kind: "undo" },
    risk: "caution",
    ...change,
  };
}

/** The same without a compensation. */
export function withoutUndo({ compensation: _compensation, ...rest }: RunbookStep): RunbookStep {
  return rest;
}

/** A runbook of level 4 with a health check. */
export function runbook(steps: readonly RunbookStep[], change: Partial<Runbook> = {}): Runbook {
  return {
    id: "bad-deploy",
    title: "A deploy broke it",
    level: 4,
    owner: "payments team",
    symptoms: ["error-surge"],
    links: [],
    lastRehearsedMs: START_MS,
    maximumAgeMs: 90 * 86_400_000,
    parameters: {},
    health: HEALTH,
    steps,
    ...change,
  };
}

/** The same without a health check. */
export function withoutHealth({ health: _health, ...rest }: Runbook): Runbook {
  return rest;
}

export function planOf(book: Runbook, others: readonly Runbook[] = []): RunbookPlan {
  const library = new Map([book, ...others].map((one) => [one.id, one]));
  const plan = planRunbook(book, { library });
  if (!plan.ok) throw new Error(plan.error.map(({ message }) => message).join("\n"));
  return plan.value;
}

/** A run and all that happened to it, moved by commands that have to be accepted. */
export type Course = { readonly run: RunbookRun; readonly events: readonly RunbookRunEvent[] };

export function requested(plan: RunbookPlan, change: Partial<RunbookRunCommand> = {}): Course {
  const command = {
    type: "request",
    atMs: START_MS,
    actor: "ada",
    causeId: "ask",
    runId: "R1",
    plan,
    planHash: HASH,
    reason: "payments fails",
    ...change,
  } as RunbookRunCommand;
  return after(undefined, command);
}

/** Requested, started, and leased by a runner for ten minutes. */
export function running(book: Runbook, others: readonly Runbook[] = []): Course {
  return after(
    requested(planOf(book, others)),
    { type: "start", atMs: START_MS, actor: "engine" },
    { type: "lease", atMs: START_MS, actor: "engine", runner: "runner-1", forMs: 10 * MINUTE_MS },
  );
}

export function after(course: Course | undefined, ...commands: readonly RunbookRunCommand[]): Course {
  let run = course?.run;
  const events = [...(course?.events ?? [])];
  for (const command of commands) {
    const decided = decideRunbookRun(run, command);
    if (!decided.ok) throw new Error(`${command.type}: ${decided.error.message}`);
    for (const event of decided.value) {
      run = evolveRunbookRun(run, event);
      events.push(event);
    }
  }
  if (run === undefined) throw new Error("nothing happened");
  return { run, events };
}

/** A runner's finding under its lease, at an instant. */
export function find(finding: RunFinding, atMs = START_MS, token = 1): RunbookRunCommand {
  return { type: "find", atMs, actor: "engine", token, finding };
}

/** Findings of one step whose action succeeds. */
export function did(stepId: string, attempt = 1): readonly RunbookRunCommand[] {
  return [
    find({ kind: "begin", stepId }),
    find({ kind: "acted", stepId, attempt, outcome: { kind: "succeeded", summary: `${stepId} is done` } }),
  ];
}

/** An attempt that failed. */
export function failedOutcome(change: { readonly retryable?: boolean; readonly mayHaveActed?: boolean } = {}) {
  return { kind: "failed", reason: "it refused", retryable: false, mayHaveActed: false, ...change } as const;
}

/** What a person asks; each with a cause of its own. */
export function person<Command extends object>(command: Command, causeId = JSON.stringify(command)) {
  return { atMs: START_MS, actor: "grace", causeId, ...command };
}
