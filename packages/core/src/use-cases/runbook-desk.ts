import { ENGINE_ACTOR } from "../access/principal.js";
import { toJson } from "../errors/json.js";
import { failure, success, type Result } from "../errors/result.js";
import type { Clock } from "../ports/clock.js";
import type { Digest } from "../ports/digest.js";
import type { IdSource } from "../ports/id-source.js";
import type { RemedyPreparation } from "../ports/remediator.js";
import { courseOfBoundary, type AskingBoundary, type BoundaryOutcome } from "../runbook/course-of-boundary.js";
import { decideRunbookRun } from "../runbook/decide-runbook-run.js";
import { describePlan } from "../runbook/describe-plan.js";
import { nextBoundary } from "../runbook/next-boundary.js";
import { planRunbook, type PlanProblem } from "../runbook/plan-runbook.js";
import type { RunbookPlan } from "../runbook/runbook-plan.js";
import type { RunbookRunCommand, RunbookRunRejection, RunFinding } from "../runbook/runbook-run-command.js";
import type { RunbookRunStatus } from "../runbook/runbook-run-lifecycle.js";
import { runbookRunStream, type RunbookRun } from "../runbook/runbook-run.js";
import type { Runbook } from "../runbook/runbook.js";
import { commitDecided } from "./commit-decided.js";
import type { Journal } from "./journal.js";
import type { RunbookBook } from "./runbook-book.js";
import { createRunbookWorld, remediatorNamed, type RunbookWorldPorts } from "./runbook-world.js";

/** Why something about a run was refused. */
export type RunbookRefusal =
  | RunbookRunRejection
  | { readonly code: "unknown-runbook"; readonly runbookId: string; readonly message: string }
  | { readonly code: "unplannable"; readonly problems: readonly PlanProblem[]; readonly message: string }
  | { readonly code: "unknown-run"; readonly runId: string; readonly message: string };

/** What a run of a runbook would do: the dry run. */
export type RunbookPreview = {
  readonly plan: RunbookPlan;
  readonly planHash: string;
  readonly words: readonly string[];
  /** What each remediator says that it would do now, by step. */
  readonly preparations: readonly { readonly stepId: string; readonly preparation: RemedyPreparation }[];
};

/** A request to run a runbook. */
export type RunbookRequest = {
  readonly runbookId: string;
  readonly parameters?: Readonly<Record<string, string>>;
  /** A person's name, or `engine`. */
  readonly actor: string;
  /** The request's id: the same request gives the same run. */
  readonly causeId: string;
  readonly reason: string;
  readonly incidentId?: string;
  readonly startAtMs?: number;
};

/** What a person may ask of a run that is there. */
export type RunPersonCommand = Without<
  Extract<RunbookRunCommand, { readonly type: "approve" | "pause" | "resume" | "cancel" | "report" }>,
  "atMs"
>;
type Without<Command, Key extends string> = Command extends unknown ? Omit<Command, Key> : never;

/** What came of one try to bring a run forward. */
export type AdvanceReport = { readonly runId: string } & (
  | { readonly kind: "advanced"; readonly status: RunbookRunStatus }
  | { readonly kind: "waiting"; readonly for: "start" | "person" | "retry" | "check"; readonly untilMs?: number }
  | { readonly kind: "ended"; readonly status: RunbookRunStatus }
  /** This process is at it already. */
  | { readonly kind: "busy" }
  /** Another runner has it, or somebody was faster. */
  | { readonly kind: "refused"; readonly refusal: RunbookRefusal }
);

/** Takes runs of runbooks from request to end, one boundary at a time; whatever dies on the way, another runner goes on. */
export type RunbookDesk = {
  /** Says what a run would do, and asks the remediators; changes nothing. */
  preview(
    runbookId: string,
    parameters?: Readonly<Record<string, string>>,
  ): Promise<Result<RunbookPreview, RunbookRefusal>>;
  request(request: RunbookRequest): Promise<Result<RunbookRun, RunbookRefusal>>;
  command(runId: string, command: RunPersonCommand): Promise<Result<RunbookRun, RunbookRefusal>>;
  /** Does what comes next in a run. Safe to call at any time, from several processes, and again after any crash. */
  advance(runId: string): Promise<AdvanceReport>;
  /** Advances every open run once, each on its own. */
  advanceDue(): Promise<readonly AdvanceReport[]>;
  /** Gives up runs that have waited for a person for too long; answers the ids. */
  abandonDue(): Promise<readonly string[]>;
};

/** A runner that dies is missed after this. */
const LEASE_MS = 60_000;
/** A run that nobody has come back to for a day starts from a world that is no more. */
const ABANDON_AFTER_MS = 24 * 3_600_000;

export function createRunbookDesk(
  options: RunbookWorldPorts & {
    readonly clock: Clock;
    readonly ids: IdSource;
    readonly digest: Digest;
    readonly journal: Journal;
    readonly book: RunbookBook;
    readonly runbooks: ReadonlyMap<string, Runbook>;
    /** Unique for each process. */
    readonly runner: string;
    readonly leaseMs?: number;
    readonly abandonAfterMs?: number;
  },
): RunbookDesk {
  const { book, digest, ids, journal, remediators, runbooks, runner } = options;
  const leaseMs = options.leaseMs ?? LEASE_MS;
  const abandonAfterMs = options.abandonAfterMs ?? ABANDON_AFTER_MS;
  const nowMs = (): number => options.clock.now().toMillis();
  const world = createRunbookWorld(options);
  const busy = new Set<string>();
  // Results that storage did not take: they are recorded before anything is done again.
  const unrecorded = new Map<string, { readonly token: number; readonly finding: RunFinding }>();

  const decide = (runId: string, command: (atMs: number) => RunbookRunCommand) => {
    const decided = decideRunbookRun(book.get(runId), command(nowMs()));
    if (!decided.ok) return decided;
    return success([{ stream: runbookRunStream(runId), entries: decided.value.map(toEntry) }]);
  };
  const tell = async (
    runId: string,
    command: (atMs: number) => RunbookRunCommand,
  ): Promise<Result<RunbookRun, RunbookRefusal>> => {
    const refusal = await commitDecided(journal, () => decide(runId, command));
    const run = book.get(runId);
    if (run === undefined) return unknownRun(runId);
    return refusal === undefined ? success(run) : failure(refusal);
  };

  const planned = async (
    runbookId: string,
    parameters: Readonly<Record<string, string>>,
  ): Promise<Result<{ readonly plan: RunbookPlan; readonly planHash: string }, RunbookRefusal>> => {
    const runbook = runbooks.get(runbookId);
    if (runbook === undefined) {
      const message = `there is no runbook ${runbookId}; list them to see which there are`;
      return failure({ code: "unknown-runbook", runbookId, message });
    }
    const plan = planRunbook(runbook, { library: runbooks, parameters });
    if (!plan.ok) {
      const message = plan.error.map((problem) => problem.message).join(" ");
      return failure({ code: "unplannable", problems: plan.error, message });
    }
    return success({ plan: plan.value, planHash: await digest.digest(toJson(plan.value)) });
  };

  /** Takes or renews the lease; before an action always, so that nobody acts on what another process has overtaken. */
  const withLease = async (run: RunbookRun, boundary: AskingBoundary): Promise<Result<RunbookRun, RunbookRefusal>> => {
    const { lease } = run;
    const acts = boundary.kind === "act" || boundary.kind === "undo";
    const fresh = lease?.runner === runner && lease.expiresAtMs > nowMs() + leaseMs / 2;
    if (fresh && !acts) return success(run);
    return tell(run.id, (atMs) => ({ type: "lease", atMs, actor: ENGINE_ACTOR, runner, forMs: leaseMs }));
  };

  const course = async (run: RunbookRun, boundary: AskingBoundary): Promise<BoundaryOutcome> => {
    const questions = courseOfBoundary(run, boundary, nowMs());
    let step = questions.next();
    while (step.done !== true) step = questions.next(await world(run, step.value));
    return step.value;
  };

  const record = async (run: RunbookRun, finding: RunFinding): Promise<AdvanceReport> => {
    const token = run.lastToken;
    if (finding.kind === "acted" || finding.kind === "undone") unrecorded.set(run.id, { token, finding });
    return found(run.id, { token, finding });
  };
  const found = async (
    runId: string,
    { finding, token }: { readonly token: number; readonly finding: RunFinding },
  ): Promise<AdvanceReport> => {
    const told = await tell(runId, (atMs) => ({ type: "find", atMs, actor: ENGINE_ACTOR, token, finding }));
    unrecorded.delete(runId);
    if (!told.ok) return { runId, kind: "refused", refusal: told.error };
    const begun = finding.kind === "begin" || finding.kind === "begin-undo";
    return begun ? once(runId) : { runId, kind: "advanced", status: told.value.status };
  };

  const once = async (runId: string): Promise<AdvanceReport> => {
    const owed = unrecorded.get(runId);
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
      default: {
        const leased = await withLease(run, boundary);
        if (!leased.ok) return { runId, kind: "refused", refusal: leased.error };
        const current = nextBoundary(leased.value, nowMs());
        if (!asks(current)) return { runId, kind: "advanced", status: leased.value.status };
        const outcome = await course(leased.value, current);
        return outcome.kind === "wait"
          ? { runId, kind: "waiting", for: "check", untilMs: outcome.untilMs }
          : record(leased.value, outcome.finding);
      }
    }
  };

  const advance = async (runId: string): Promise<AdvanceReport> => {
    if (busy.has(runId)) return { runId, kind: "busy" };
    busy.add(runId);
    try {
      return await once(runId);
    } finally {
      busy.delete(runId);
    }
  };

  return {
    async preview(runbookId, parameters = {}) {
      const made = await planned(runbookId, parameters);
      if (!made.ok) return made;
      const preparations = await Promise.all(
        made.value.plan.steps.flatMap(({ action, id: stepId }) => {
          if (action.kind !== "remedy") return [];
          const { remediator, ...remedy } = action.call;
          const asked = remediatorNamed(remediators, remediator).prepare(remedy);
          return [asked.then((preparation) => ({ stepId, preparation }))];
        }),
      );
      return success({ ...made.value, words: describePlan(made.value.plan), preparations });
    },

    async request({ actor, causeId, incidentId, parameters = {}, reason, runbookId, startAtMs }) {
      const known = book.ofCause(causeId);
      if (known !== undefined) return success(known);
      const made = await planned(runbookId, parameters);
      if (!made.ok) return made;
      const runId = ids.next();
      const asked = {
        causeId,
        reason,
        ...(incidentId === undefined ? {} : { incidentId }),
        ...(startAtMs === undefined ? {} : { startAtMs }),
      };
      // Two copies of one request may both have come here: the second finds the first one's run once it may write.
      const refusal = await commitDecided(journal, () =>
        book.ofCause(causeId) === undefined
          ? decide(runId, (atMs) => ({ type: "request", atMs, actor, runId, ...made.value, ...asked }))
          : success([]),
      );
      return refusal === undefined ? success(book.ofCause(causeId) as RunbookRun) : failure(refusal);
    },

    command: (runId, command) => tell(runId, (atMs) => ({ ...command, atMs })),
    advance,

    async advanceDue() {
      const outcomes = await Promise.allSettled(book.open().map(({ id }) => advance(id)));
      return outcomes.map((outcome) => {
        if (outcome.status === "rejected") throw outcome.reason;
        return outcome.value;
      });
    },

    async abandonDue() {
      const abandoned: string[] = [];
      const due = book
        .open()
        .filter(({ lastAtMs, status }) => status === "paused" && nowMs() - lastAtMs >= abandonAfterMs);
      for (const { id, version } of due) {
        const reason = "nobody came back to it";
        const told = await tell(id, (atMs) => ({ type: "abandon", atMs, actor: ENGINE_ACTOR, reason }));
        if (told.ok && told.value.version > version && told.value.status === "abandoned") abandoned.push(id);
      }
      return abandoned;
    },
  };
}

function asks(boundary: ReturnType<typeof nextBoundary>): boundary is AskingBoundary {
  return boundary.kind !== "ended" && boundary.kind !== "wait" && boundary.kind !== "start";
}

function unknownRun(runId: string) {
  const message = `there is no run ${runId}; list them to see which there are`;
  return failure({ code: "unknown-run", runId, message } as const);
}

function toEntry(event: {
  readonly type: string;
  readonly atMs: number;
  readonly actor: string;
  readonly data: unknown;
}) {
  return { type: event.type, atMs: event.atMs, actor: event.actor, data: toJson(event.data) };
}
