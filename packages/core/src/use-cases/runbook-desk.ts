import { ENGINE_ACTOR } from "../access/principal.js";
import { toJson } from "../errors/json.js";
import { failure, success, type Result } from "../errors/result.js";
import type { Clock } from "../ports/clock.js";
import type { Digest } from "../ports/digest.js";
import type { IdSource } from "../ports/id-source.js";
import type { RemedyPreparation } from "../ports/remediator.js";
import { decideRunbookRun } from "../runbook/decide-runbook-run.js";
import { describePlan } from "../runbook/describe-plan.js";
import { planRunbook } from "../runbook/plan-runbook.js";
import type { RunbookPlan } from "../runbook/runbook-plan.js";
import type { RunbookRunCommand } from "../runbook/runbook-run-command.js";
import { runbookRunStream, type RunbookRun } from "../runbook/runbook-run.js";
import type { Runbook } from "../runbook/runbook.js";
import { commitDecided } from "./commit-decided.js";
import type { Journal } from "./journal.js";
import type { RunbookBook } from "./runbook-book.js";
import { unknownRun, type RunbookRefusal } from "./runbook-refusal.js";
import { createRunbookRunner, type AdvanceReport, type RunbookStop } from "./runbook-runner.js";
import { remediatorNamed, type RunbookWorldPorts } from "./runbook-world.js";

export type { AdvanceReport, RunbookRefusal, RunbookStop };

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
  /**
   * Advances every open run once, each on its own, and tells at once what each has come to. Resolves when the last is
   * through, which may be at a long action: call it again meanwhile, and the others go on.
   */
  advanceDue(): Promise<readonly AdvanceReport[]>;
  /** Gives up runs that have waited for a person for too long; answers the ids. */
  abandonDue(): Promise<readonly string[]>;
  /** Begins no action any more, for good, and says how to bring what is under way to its end. Idempotent. */
  stop(): RunbookStop;
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
    /** Brings what was recorded to whoever reacts to it. */
    readonly relay: () => Promise<unknown>;
    /** Unique for each process. */
    readonly runner: string;
    readonly leaseMs?: number;
    readonly abandonAfterMs?: number;
  },
): RunbookDesk {
  const { book, digest, ids, journal, relay, remediators, runbooks } = options;
  const abandonAfterMs = options.abandonAfterMs ?? ABANDON_AFTER_MS;
  const nowMs = (): number => options.clock.now().toMillis();
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

  const { advance, isStopping, stop } = createRunbookRunner({
    ports: options,
    book,
    tell,
    relay,
    nowMs,
    runner: options.runner,
    leaseMs: options.leaseMs ?? LEASE_MS,
  });

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
        .filter(({ lastAtMs, status }) => !isStopping() && status === "paused" && nowMs() - lastAtMs >= abandonAfterMs);
      for (const { id, version } of due) {
        const reason = "nobody came back to it";
        const told = await tell(id, (atMs) => ({ type: "abandon", atMs, actor: ENGINE_ACTOR, reason }));
        if (told.ok && told.value.version > version && told.value.status === "abandoned") abandoned.push(id);
      }
      if (abandoned.length > 0) await relay();
      return abandoned;
    },
    stop,
  };
}

function toEntry(event: {
  readonly type: string;
  readonly atMs: number;
  readonly actor: string;
  readonly data: unknown;
}) {
  return { type: event.type, atMs: event.atMs, actor: event.actor, data: toJson(event.data) };
}
