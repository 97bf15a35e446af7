import { ENGINE_ACTOR } from "../access/principal.js";
import { success, type Result } from "../errors/result.js";
import { courseOfBoundary, type AskingBoundary, type BoundaryOutcome } from "../runbook/course-of-boundary.js";
import { nextBoundary } from "../runbook/next-boundary.js";
import type { RunbookRunCommand, RunFinding } from "../runbook/runbook-run-command.js";
import type { RunbookRunStatus } from "../runbook/runbook-run-lifecycle.js";
import type { RunbookRun } from "../runbook/runbook-run.js";
import type { RunbookBook } from "./runbook-book.js";
import { unknownRun, type RunbookRefusal } from "./runbook-refusal.js";
import { createRunbookTrigger } from "./runbook-trigger.js";
import { createRunbookWorld, type RunbookWorld, type RunbookWorldPorts } from "./runbook-world.js";

/** What came of one try to bring a run forward. */
export type AdvanceReport = { readonly runId: string } & (
  | { readonly kind: "advanced"; readonly status: RunbookRunStatus }
  | { readonly kind: "waiting"; readonly for: "start" | "person" | "retry" | "check"; readonly untilMs?: number }
  | { readonly kind: "ended"; readonly status: RunbookRunStatus }
  /** This process is at it already. */
  | { readonly kind: "busy" }
  /** This process stops: it stands where it is, for whoever comes next. */
  | { readonly kind: "stopped" }
  /** Another runner has it, or somebody was faster. */
  | { readonly kind: "refused"; readonly refusal: RunbookRefusal }
);

/** A stop that has begun: no action begins any more. Idempotent in all that it does. */
export type RunbookStop = {
  /** Tells the actions that are under way to end at once. */
  cancel(): void;
  /** Waits for no action any more: one without an answer is recorded as failed, and as something that may have acted. */
  giveUp(): void;
  /** Resolves once nothing is under way, and what came of it is recorded and told. */
  readonly settled: Promise<void>;
};

/** Brings runs forward, each on its own, under a lease. */
export type RunbookRunner = {
  advance(runId: string): Promise<AdvanceReport>;
  stop(): RunbookStop;
  readonly isStopping: () => boolean;
};

/** What a runner needs. */
export type RunbookRunnerParts = {
  readonly ports: RunbookWorldPorts;
  readonly book: RunbookBook;
  readonly tell: (
    runId: string,
    command: (atMs: number) => RunbookRunCommand,
  ) => Promise<Result<RunbookRun, RunbookRefusal>>;
  /** Brings what was recorded to whoever reacts to it. */
  readonly relay: () => Promise<unknown>;
  readonly nowMs: () => number;
  readonly runner: string;
  readonly leaseMs: number;
};

type Found = { readonly token: number; readonly finding: RunFinding };

export function createRunbookRunner(parts: RunbookRunnerParts): RunbookRunner {
  const { relay } = parts;
  const busy = new Map<string, Promise<AdvanceReport>>();
  const cancelling = createRunbookTrigger();
  const givingUp = createRunbookTrigger();
  let stopping: RunbookStop | undefined;
  const isStopping = (): boolean => stopping !== undefined;
  const world = createRunbookWorld(parts.ports, { cancel: cancelling.signal, giveUp: givingUp.signal });
  const findings = createFindings(parts);
  const once = createBoundaryRunner(parts, { world, findings, isStopping });

  /** What a run comes to is told at once, whatever other runs are at. */
  const brought = async (runId: string): Promise<AdvanceReport> => {
    const report = await once(runId);
    if (hasMoved(report)) await relay();
    return report;
  };

  const leave = async (): Promise<void> => {
    await Promise.allSettled(busy.values());
    await findings.leave();
    await relay();
  };

  return {
    async advance(runId) {
      if (busy.has(runId)) return { runId, kind: "busy" };
      if (isStopping()) return { runId, kind: "stopped" };
      const work = brought(runId).finally(() => busy.delete(runId));
      busy.set(runId, work);
      return work;
    },
    stop: () => (stopping ??= { cancel: cancelling.fire, giveUp: givingUp.fire, settled: leave() }),
    isStopping,
  };
}

type Findings = {
  /** What storage did not take before, and is recorded before anything is done again. */
  owed(runId: string): Found | undefined;
  record(runId: string, found: Found): Promise<Result<RunbookRun, RunbookRefusal>>;
  /** Records what is owed, and leaves the runs to whoever comes next, who need not wait for the lease then. */
  leave(): Promise<void>;
};

function createFindings({ book, runner, tell }: RunbookRunnerParts): Findings {
  const unrecorded = new Map<string, Found>();
  const record: Findings["record"] = async (runId, { finding, token }) => {
    if (isResult(finding)) unrecorded.set(runId, { finding, token });
    const told = await tell(runId, (atMs) => ({ type: "find", atMs, actor: ENGINE_ACTOR, token, finding }));
    unrecorded.delete(runId);
    return told;
  };
  return {
    owed: (runId) => unrecorded.get(runId),
    record,
    async leave() {
      await Promise.allSettled([...unrecorded].map(([runId, owed]) => record(runId, owed)));
      const held = book.open().filter(({ id, lease }) => lease?.runner === runner && !unrecorded.has(id));
      await Promise.allSettled(
        held.map(({ id, lastToken: token }) =>
          tell(id, (atMs) => ({ type: "release", atMs, actor: ENGINE_ACTOR, token })),
        ),
      );
    },
  };
}

type BoundaryRunnerParts = {
  readonly world: RunbookWorld;
  readonly findings: Findings;
  readonly isStopping: () => boolean;
};

/** Makes what takes a run through the boundary that it is at, and from an action's beginning through the action. */
function createBoundaryRunner(
  parts: RunbookRunnerParts,
  { findings, isStopping, world }: BoundaryRunnerParts,
): (runId: string) => Promise<AdvanceReport> {
  const { book, nowMs, tell } = parts;
  /** Nothing where the engine stops before the last question: what is looked at can be looked at again. */
  const course = async (run: RunbookRun, boundary: AskingBoundary): Promise<BoundaryOutcome | undefined> => {
    const questions = courseOfBoundary(run, boundary, nowMs());
    let step = questions.next();
    while (step.done !== true) {
      step = questions.next(await world(run, step.value));
      if (isStopping() && step.done !== true) return undefined;
    }
    return step.value;
  };

  const found = async (runId: string, { finding, token }: Found): Promise<AdvanceReport> => {
    const told = await findings.record(runId, { finding, token });
    if (!told.ok) return { runId, kind: "refused", refusal: told.error };
    const begun = finding.kind === "begin" || finding.kind === "begin-undo";
    return begun ? once(runId) : { runId, kind: "advanced", status: told.value.status };
  };

  const asked = async (run: RunbookRun, boundary: AskingBoundary): Promise<AdvanceReport> => {
    const runId = run.id;
    const leased = await withLease(parts, run, boundary);
    if (!leased.ok) return { runId, kind: "refused", refusal: leased.error };
    const current = nextBoundary(leased.value, nowMs());
    if (!asks(current)) return { runId, kind: "advanced", status: leased.value.status };
    if (isStopping()) return { runId, kind: "stopped" };
    const outcome = await course(leased.value, current);
    if (outcome === undefined) return { runId, kind: "stopped" };
    if (outcome.kind === "wait") return { runId, kind: "waiting", for: "check", untilMs: outcome.untilMs };
    // What was looked at may have been cut short by the stop, and can be looked at again; what was done can not.
    if (isStopping() && !isResult(outcome.finding)) return { runId, kind: "stopped" };
    return found(runId, { token: leased.value.lastToken, finding: outcome.finding });
  };

  const once = async (runId: string): Promise<AdvanceReport> => {
    const owed = findings.owed(runId);
    if (owed !== undefined) return found(runId, owed);
    const run = book.get(runId);
    if (run === undefined) return { runId, kind: "refused", refusal: unknownRun(runId).error };
    const boundary = nextBoundary(run, nowMs());
    switch (boundary.kind) {
      case "ended":
        return { runId, kind: "ended", status: run.status };
      case "wait":
        return { ...boundary, runId, kind: "waiting" };
      case "start": {
        const started = await tell(runId, (atMs) => ({ type: "start", atMs, actor: ENGINE_ACTOR }));
        return started.ok
          ? { runId, kind: "advanced", status: started.value.status }
          : { runId, kind: "refused", refusal: started.error };
      }
      default:
        return asked(run, boundary);
    }
  };
  return once;
}

/** Takes or renews the lease; before an action always, so that nobody acts on what another process has overtaken. */
async function withLease(
  { leaseMs, nowMs, runner, tell }: RunbookRunnerParts,
  run: RunbookRun,
  boundary: AskingBoundary,
): Promise<Result<RunbookRun, RunbookRefusal>> {
  const { lease } = run;
  const acts = boundary.kind === "act" || boundary.kind === "undo";
  const fresh = lease?.runner === runner && lease.expiresAtMs > nowMs() + leaseMs / 2;
  if (fresh && !acts) return success(run);
  return tell(run.id, (atMs) => ({ type: "lease", atMs, actor: ENGINE_ACTOR, runner, forMs: leaseMs }));
}

function isResult({ kind }: RunFinding): boolean {
  return kind === "acted" || kind === "undone";
}

/** Whether something was recorded about a run, or had been by another process. */
export function hasMoved({ kind }: AdvanceReport): boolean {
  return kind === "advanced" || kind === "ended";
}

function asks(boundary: ReturnType<typeof nextBoundary>): boundary is AskingBoundary {
  return boundary.kind !== "ended" && boundary.kind !== "wait" && boundary.kind !== "start";
}
