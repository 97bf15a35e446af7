import type {
  CaseRun,
  CheckVerdict,
  Json,
  Runbook,
  RunbookCheck,
  RunbookPlan,
  RunbookRunEvent,
  RunbookStep,
  StepOutcome,
  StepRunner,
} from "@plimsoll/core";
import { RUNBOOK_LEVELS } from "@plimsoll/core";

/** What is asked of the world in a replay, and what a recording answers. */
type Asked = "act" | "undo" | "health" | "precondition" | "verification";

/** How far the replay of a recorded run has come. */
export type RunProgress = { readonly run: CaseRun; readonly milestonesSoFar: () => Promise<number> };

const MARK = "recorded";

/** What a run comes to, in order; requests, leases and what only moves its status are left out. */
const MILESTONES: ReadonlySet<RunbookRunEvent["type"]> = new Set([
  "runbook-run.held",
  "runbook-run.step-skipped",
  "runbook-run.action-started",
  "runbook-run.action-succeeded",
  "runbook-run.action-failed",
  "runbook-run.step-verified",
  "runbook-run.verification-failed",
  "runbook-run.steps-finished",
  "runbook-run.compensation-started",
  "runbook-run.undo-started",
  "runbook-run.undo-succeeded",
  "runbook-run.undo-failed",
  "runbook-run.succeeded",
  "runbook-run.failed",
  "runbook-run.compensated",
  "runbook-run.cancelled",
  "runbook-run.abandoned",
]);

/** Finds what a run came to, in order. */
export function milestonesOf(events: readonly RunbookRunEvent[]): readonly RunbookRunEvent[] {
  return events.filter(({ type }) => MILESTONES.has(type));
}

/**
 * Makes of a recorded plan a runbook that does the same and asks the recording instead of the world. A health check that asks
 * for an SLO stays as it was: the engine judges the replayed slices itself.
 */
export function recordedRunbook(plan: RunbookPlan, index: number): Runbook {
  const { health, level, runbookId: id, steps, title } = plan;
  const given = new Set<string>();
  return {
    id,
    title,
    level: RUNBOOK_LEVELS.find((one) => one === level) ?? 3,
    symptoms: [],
    links: [],
    maximumAgeMs: 1,
    parameters: {},
    ...(health === undefined
      ? {}
      : { health: health.check.kind === "slo" ? health : { ...health, check: ask(index, "health", "") } }),
    steps: steps.map((step): RunbookStep => {
      const { action, compensation, preconditions, skipWhen, verify, ...rest } = step;
      const verification = ask(index, "verification", step.id);
      const known = preconditions.length + skipWhen.length > 0;
      // The approval of a sub-runbook is asked for once, before its first step.
      const approval = step.approvals.some((one) => !given.has(one));
      for (const one of step.approvals) given.add(one);
      return {
        id: rest.id,
        title: rest.title,
        timeoutMs: rest.timeoutMs,
        retry: rest.retry,
        risk: rest.risk,
        approval,
        action:
          action.kind === "wait-until"
            ? { kind: "wait-until", until: { ...action.until, check: verification } }
            : action.kind === "manual"
              ? action
              : ask(index, "act", step.id),
        ...(known ? { precondition: ask(index, "precondition", step.id) } : {}),
        ...(verify === undefined ? {} : { verify: { ...verify, check: verification } }),
        ...(compensation === undefined
          ? {}
          : { compensation: compensation.kind === "manual" ? compensation : ask(index, "undo", step.id) }),
      };
    }),
  };
}

/** Answers what recorded runs ask with what was recorded: what comes next in the recording is what the world said. */
export function createRecordedStepRunner(runs: readonly RunProgress[]): StepRunner {
  const next = async (words: readonly string[]) => {
    const [, index = "", asked = "", stepId = ""] = words;
    const progress = runs[Number(index)];
    const found =
      progress === undefined ? undefined : milestonesOf(progress.run.events)[await progress.milestonesSoFar()];
    return { asked, stepId, found };
  };
  return {
    async run({ action }) {
      const { asked, found } = await next(wordsOf(action));
      return outcomeOf(found, asked === "undo" ? "undo" : "act");
    },
    async check({ check }) {
      const { asked, found, stepId } = await next(wordsOf(check));
      return verdictOf(asked, stepId, found);
    },
  };
}

function ask(index: number, asked: Asked, stepId: string): Extract<RunbookCheck, { readonly kind: "command" }> {
  return {
    kind: "command",
    call: { arguments: [MARK, String(index), asked, stepId], shell: false, environment: [] },
  };
}

function wordsOf(
  asked:
    | { readonly kind: "http" }
    | { readonly kind: "command"; readonly call: { readonly arguments: readonly string[] } },
): readonly string[] {
  return asked.kind === "command" ? asked.call.arguments : [];
}

function outcomeOf(event: RunbookRunEvent | undefined, of: "act" | "undo"): StepOutcome {
  const [succeeded, failed] = of === "act" ? ACTED : UNDONE;
  if (event?.type === succeeded) return { kind: "succeeded", ...pick(event.data) };
  if (event?.type === failed) {
    const { reason, retryAtMs } = event.data;
    const mayHaveActed = "mayHaveActed" in event.data ? event.data.mayHaveActed : true;
    return { kind: "failed", reason, retryable: retryAtMs !== undefined, mayHaveActed };
  }
  return { kind: "failed", reason: "the recording has no answer to this", retryable: false, mayHaveActed: false };
}

const ACTED = ["runbook-run.action-succeeded", "runbook-run.action-failed"] as const;
const UNDONE = ["runbook-run.undo-succeeded", "runbook-run.undo-failed"] as const;

function pick({ data, summary }: { readonly summary: string; readonly data?: Json }) {
  return { summary, ...(data === undefined ? {} : { data }) };
}

function verdictOf(asked: string, stepId: string, event: RunbookRunEvent | undefined): CheckVerdict {
  const hold = event?.type === "runbook-run.held" ? event.data.hold : undefined;
  const verdict = (is: CheckVerdict["verdict"]): CheckVerdict => ({ verdict: is, saw: "as recorded" });
  switch (asked) {
    case "precondition":
      if (hold?.kind === "unknown-precondition") return verdict("unknown");
      return verdict(event?.type === "runbook-run.step-skipped" && event.data.stepId === stepId ? "fails" : "holds");
    case "verification":
      if (hold?.kind === "inconclusive" && hold.stepId === stepId) return verdict("unknown");
      return verdict(event?.type === "runbook-run.step-verified" && event.data.stepId === stepId ? "holds" : "fails");
    default:
      if (hold?.kind === "inconclusive" && hold.stepId === undefined) return verdict("unknown");
      return verdict(event?.type === "runbook-run.succeeded" ? "holds" : "fails");
  }
}
