import type { AnswerTo, GuardVerdict, RunQuestion } from "../runbook/course-of-boundary.js";
import type { PlannedStep } from "../runbook/runbook-plan.js";
import { runbookRunStream, stepKey, undoKey, type RunbookRun } from "../runbook/runbook-run.js";
import type { CheckVerdict, DirectAction, RunbookCheck } from "../runbook/runbook.js";
import type { StepOutcome } from "../runbook/step-outcome.js";
import type { Fleet } from "../ports/fleet.js";
import type { Remediator, RemedyOrder } from "../ports/remediator.js";
import type { CancelSignal } from "../ports/sli-source.js";
import type { StepRunner } from "../ports/step-runner.js";
import { unlessFired } from "./runbook-trigger.js";

/** What runs reach the world through. */
export type RunbookWorldPorts = {
  readonly stepRunner: StepRunner;
  /** By the names that runbooks use. */
  readonly remediators: ReadonlyMap<string, Remediator>;
  readonly fleets: ReadonlyMap<string, Fleet>;
  /** How the engine judges an SLO now. */
  readonly slo: (sloId: string) => CheckVerdict;
  /** Whether guardrails allow a step now. */
  readonly guard: (step: PlannedStep, run: RunbookRun) => Promise<GuardVerdict>;
};

/** Answers what a run asks of the world. Never throws: an adapter that does breaks its contract, and is an answer all the same. */
export type RunbookWorld = (run: RunbookRun, question: RunQuestion) => Promise<AnswerTo<RunQuestion>>;

/** How long a look at the world may take. */
const CHECK_TIMEOUT_MS = 10_000;

/** What ends a question before its time: `cancel` is handed on to what is asked; after `giveUp` no answer is waited for. */
export type RunbookWorldEnds = { readonly cancel: CancelSignal; readonly giveUp: CancelSignal };

/** How a step is carried out, whatever it asks for. */
type Order = Omit<RemedyOrder, "remedy" | "cancel">;

export function createRunbookWorld(ports: RunbookWorldPorts, { cancel, giveUp }: RunbookWorldEnds): RunbookWorld {
  const { fleets, remediators, stepRunner } = ports;

  const check = async (asked: RunbookCheck): Promise<CheckVerdict> => {
    switch (asked.kind) {
      case "http":
      case "command":
        return stepRunner.check({ check: asked, timeoutMs: CHECK_TIMEOUT_MS, cancel });
      case "slo":
        return ports.slo(asked.slo);
      case "instances":
        return countHealthy(asked, fleets.get(asked.fleet));
      case "not":
        return inverted(await check(asked.check));
    }
  };

  const act = async (action: DirectAction, order: Order): Promise<StepOutcome> => {
    switch (action.kind) {
      case "http":
      case "command":
        return stepRunner.run({ action, idempotencyKey: order.idempotencyKey, timeoutMs: order.timeoutMs, cancel });
      case "remedy": {
        const { remediator, ...remedy } = action.call;
        return remediatorNamed(remediators, remediator).execute({ ...order, remedy, cancel });
      }
      case "manual":
        return refused("this is for a person to do");
    }
  };

  const undo = async (step: PlannedStep, run: RunbookRun): Promise<StepOutcome> => {
    const { action, compensation } = step;
    if (compensation === undefined) return refused("there is no compensation");
    if (compensation.kind !== "undo") return act(compensation, orderOf(run, step, undoKey(run.id, step.id)));
    if (action.kind !== "remedy") return refused("only what a remediator did has an undo of its own");
    const { remediator, ...remedy } = action.call;
    const order = orderOf(run, step, stepKey(run.id, step.id));
    return remediatorNamed(remediators, remediator).undo({ ...order, remedy, cancel });
  };

  const answer: RunbookWorld = async (run, question) => {
    switch (question.kind) {
      case "check":
        return check(question.check);
      case "guard":
        return ports.guard(question.step, run);
      case "act": {
        const { step } = question;
        if (step.action.kind === "wait-until") return refused("there is nothing to do but wait");
        return act(step.action, orderOf(run, step, stepKey(run.id, step.id)));
      }
      case "undo":
        return undo(question.step, run);
    }
  };

  return async (run, question) => {
    try {
      return withStop(await unlessFired(giveUp, () => answer(run, question), unanswered(question)), cancel);
    } catch {
      // What it threw may hold a secret.
      return thrown(question);
    }
  };
}

/** The remediator of a name; where there is none, one that refuses everything and says so. */
export function remediatorNamed(remediators: ReadonlyMap<string, Remediator>, name: string): Remediator {
  const reason = `there is no remediator ${name}`;
  const refuse = async (): Promise<StepOutcome> => refused(reason);
  return remediators.get(name) ?? { prepare: async () => ({ kind: "refused", reason }), execute: refuse, undo: refuse };
}

function orderOf(run: RunbookRun, step: PlannedStep, idempotencyKey: string): Order {
  const fencing = { key: runbookRunStream(run.id), token: run.lastToken };
  return { idempotencyKey, fencing, timeoutMs: step.timeoutMs };
}

async function countHealthy(
  { atLeast, fleet: name, target }: Extract<RunbookCheck, { readonly kind: "instances" }>,
  fleet: Fleet | undefined,
): Promise<CheckVerdict> {
  if (fleet === undefined) return { verdict: "unknown", saw: `there is no fleet ${name}` };
  const reading = await fleet.instances(target);
  if (reading.kind === "unknown") return { verdict: "unknown", saw: reading.reason };
  const healthy = reading.instances.filter(({ health }) => health === "healthy").length;
  const saw = `${healthy} of ${reading.instances.length} instances of ${target} are healthy`;
  return { verdict: healthy >= atLeast ? "holds" : "fails", saw };
}

function inverted({ saw, verdict }: CheckVerdict): CheckVerdict {
  const turned = { holds: "fails", fails: "holds", unknown: "unknown" } as const;
  return { verdict: turned[verdict], saw };
}

function refused(reason: string): StepOutcome {
  return { kind: "failed", reason, retryable: false, mayHaveActed: false };
}

/** A failure says that it may be the stop's doing; a success is one all the same. */
function withStop(answer: AnswerTo<RunQuestion>, cancel: CancelSignal): AnswerTo<RunQuestion> {
  return cancel.aborted && "kind" in answer && answer.kind === "failed"
    ? { ...answer, reason: `the engine stopped meanwhile: ${answer.reason}` }
    : answer;
}

function thrown(question: RunQuestion): AnswerTo<RunQuestion> {
  return without(question, `what was asked (${question.kind}) threw an error`, { retryable: true });
}

/** As after a timeout: whether it acted is not known, so that it is not simply done again. */
function unanswered(question: RunQuestion): AnswerTo<RunQuestion> {
  return without(question, "there was no answer", { retryable: false });
}

function without(
  { kind }: RunQuestion,
  reason: string,
  { retryable }: { readonly retryable: boolean },
): AnswerTo<RunQuestion> {
  switch (kind) {
    case "check":
      return { verdict: "unknown", saw: reason };
    case "guard":
      return { allowed: false, reason };
    case "act":
    case "undo":
      return { kind: "failed", reason, retryable, mayHaveActed: true };
  }
}
