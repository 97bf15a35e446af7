import { failure, success, type Result } from "../errors/result.js";
import { applyRunCommand } from "./apply-run-command.js";
import {
  courseOfBoundary,
  type AskingBoundary,
  type BoundaryOutcome,
  type GuardVerdict,
  type RunQuestion,
} from "./course-of-boundary.js";
import { evolveRunbookRun } from "./evolve-runbook-run.js";
import { nextBoundary } from "./next-boundary.js";
import { planRunbook, type PlanProblem } from "./plan-runbook.js";
import { runPath } from "./run-path.js";
import type { CheckVerdict, Runbook } from "./runbook.js";
import type { RunbookRunCommand } from "./runbook-run-command.js";
import type { RunbookRunStatus } from "./runbook-run-lifecycle.js";
import type { RunbookRun } from "./runbook-run.js";
import type { StepOutcome } from "./step-outcome.js";

/** What a check finds in a rehearsal, in order; the last stays. */
export type MockedVerdicts = readonly CheckVerdict["verdict"][];

/** How an attempt goes in a rehearsal. `lost`: it fails, and may have acted. */
export type MockedOutcome = "succeeded" | "failed" | "retry" | "lost";

/** What one step meets in a rehearsal; all is well where nothing is said. */
export type MockedStep = {
  readonly precondition?: MockedVerdicts;
  readonly skipWhen?: MockedVerdicts;
  readonly guardrail?: "allowed" | "denied";
  readonly approval?: "given" | "refused";
  readonly outcomes?: readonly MockedOutcome[];
  readonly verify?: MockedVerdicts;
  readonly undo?: readonly MockedOutcome[];
};

/** One course that a runbook has to take. */
export type Rehearsal = {
  readonly name: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** What the health check finds, each time that it is asked. */
  readonly health: MockedVerdicts;
  /** By the planned step's id. */
  readonly steps: Readonly<Record<string, MockedStep>>;
  readonly expect: {
    /** Such as `roll-back: succeeded`, `scale-out: skipped`, `undo roll-back: succeeded`. */
    readonly path: readonly string[];
    readonly ends: RunbookRunStatus;
  };
};

/** How a rehearsal went. */
export type RehearsalOutcome = {
  readonly name: string;
  readonly passed: boolean;
  readonly path: readonly string[];
  readonly ends: RunbookRunStatus;
  /** How it ended, or what it waits for, in words. */
  readonly words: string;
  /** Where it is not as expected; empty when it passed. */
  readonly differences: readonly string[];
};

const RUN = "rehearsal";
const RUNNER = "rehearsal";

/**
 * Runs a runbook against mocked results, through the same decisions as a real run and on a clock of its own, and holds the
 * path against the expected one. Nothing is asked of the world.
 */
export function rehearseRunbook(
  runbook: Runbook,
  rehearsal: Rehearsal,
  library: ReadonlyMap<string, Runbook>,
): Result<RehearsalOutcome, readonly PlanProblem[]> {
  const plan = planRunbook(runbook, { library, parameters: rehearsal.parameters });
  if (!plan.ok) return plan;
  const known = new Set(plan.value.steps.map(({ id }) => id));
  const strangers = Object.keys(rehearsal.steps).filter((id) => !known.has(id));
  if (strangers.length > 0) {
    const message = `The rehearsal ${rehearsal.name} tells of ${strangers.join(", ")}; ${runbook.id} has the steps ${[...known].join(", ")}.`;
    return failure([{ code: "unknown-step", runbookId: runbook.id, message }]);
  }
  const data = { runId: RUN, plan: plan.value, planHash: RUN, reason: rehearsal.name };
  const run = evolveRunbookRun(undefined, { type: "runbook-run.requested", atMs: 0, actor: "requester", data });
  return success(new Stage(rehearsal, run).play());
}

/** One run on a stage: its state, its clock, and what is left of the mocked answers. */
class Stage {
  readonly #rehearsal: Rehearsal;
  readonly #asked = new Map<string, number>();
  readonly #path: string[] = [];
  #run: RunbookRun;
  #nowMs = 0;
  #causes = 0;

  constructor(rehearsal: Rehearsal, run: RunbookRun) {
    this.#rehearsal = rehearsal;
    this.#run = run;
  }

  play(): RehearsalOutcome {
    let goesOn = true;
    while (goesOn) goesOn = this.#once();
    return this.#outcomeOfAll();
  }

  #tell(command: RunbookRunCommand): boolean {
    const { accepted, events, run } = applyRunCommand(this.#run, command);
    this.#run = run;
    this.#path.push(...events.flatMap(runPath));
    return accepted;
  }

  #outcomeOfAll(): RehearsalOutcome {
    const { expect, name } = this.#rehearsal;
    const { hold, status: ends, words: said } = this.#run;
    const path = this.#path;
    const differences = [
      ...(ends === expect.ends ? [] : [`ends: expected ${expect.ends}, found ${ends}`]),
      ...pathDifferences(expect.path, path),
    ];
    const words = hold === undefined ? said : `waits for a person: ${hold.kind}`;
    return { name, passed: differences.length === 0, path, ends, words, differences };
  }

  #once(): boolean {
    const run = this.#run;
    const boundary = nextBoundary(run, this.#nowMs);
    switch (boundary.kind) {
      case "ended":
        return false;
      case "start":
        return this.#tell({ type: "start", ...this.#engine() });
      case "wait":
        if (boundary.untilMs === undefined) return this.#answerHold(run);
        this.#nowMs = boundary.untilMs;
        return true;
      default:
        return this.#askWorld(boundary);
    }
  }

  #askWorld(boundary: AskingBoundary): boolean {
    const course = courseOfBoundary(this.#run, boundary, this.#nowMs);
    let step = course.next();
    while (step.done !== true) step = course.next(this.#answer(step.value));
    return this.#follow(step.value);
  }

  #follow(outcome: BoundaryOutcome): boolean {
    if (outcome.kind === "wait") {
      this.#nowMs = outcome.untilMs;
      return true;
    }
    // Mocked time passes only where the run waits, so that the lease never runs out between these two.
    this.#tell({ type: "lease", ...this.#engine(), runner: RUNNER, forMs: 1 });
    return this.#tell({ type: "find", ...this.#engine(), token: this.#run.lastToken, finding: outcome.finding });
  }

  /** A person's part: approvals are given, manual steps done, unless the rehearsal says otherwise. */
  #answerHold(run: RunbookRun): boolean {
    const person = { atMs: this.#nowMs, actor: "somebody else", causeId: `person-${(this.#causes += 1)}` };
    const undoing = run.steps.find(({ status }) => status === "undoing")?.id;
    if (undoing !== undefined) {
      const succeeded = this.#outcome(undoing, "undo") === "succeeded";
      return this.#tell({ type: "report", ...person, stepId: undoing, succeeded, note: "by hand" });
    }
    const { hold } = run;
    if (hold?.kind === "approval") {
      if (this.#rehearsal.steps[hold.stepId]?.approval === "refused") return false;
      const given = hold.approvalIds.map((approvalId, index) =>
        this.#tell({
          type: "approve",
          ...person,
          causeId: `${person.causeId}/${index}`,
          approvalId,
          planHash: RUN,
          expiresAtMs: this.#nowMs + 3_600_000,
        }),
      );
      return given.every(Boolean);
    }
    if (hold?.kind !== "manual") return false;
    const succeeded = this.#outcome(hold.stepId, "outcomes") === "succeeded";
    return this.#tell({ type: "report", ...person, stepId: hold.stepId, succeeded, note: "by hand" });
  }

  #answer(question: RunQuestion): CheckVerdict | GuardVerdict | StepOutcome {
    const { steps } = this.#rehearsal;
    switch (question.kind) {
      case "guard":
        return steps[question.step.id]?.guardrail === "denied"
          ? { allowed: false, reason: "denied in the rehearsal" }
          : { allowed: true };
      case "act":
        return mocked(this.#outcome(question.step.id, "outcomes"));
      case "undo":
        return mocked(this.#outcome(question.step.id, "undo"));
      case "check":
        return { verdict: this.#verdict(question.about), saw: "mocked" };
    }
  }

  #verdict(about: Extract<RunQuestion, { readonly kind: "check" }>["about"]): CheckVerdict["verdict"] {
    if (about.kind === "health") return this.#nth("health", this.#rehearsal.health) ?? "fails";
    const step = this.#rehearsal.steps[about.stepId];
    switch (about.kind) {
      case "precondition":
        return this.#nth(`precondition ${about.stepId}`, step?.precondition) ?? "holds";
      case "skip-when":
        return this.#nth(`skip ${about.stepId}`, step?.skipWhen) ?? "fails";
      case "verification":
        return this.#nth(`verify ${about.stepId}`, step?.verify) ?? "holds";
    }
  }

  #outcome(stepId: string, kind: "outcomes" | "undo"): MockedOutcome {
    return this.#nth(`${kind} ${stepId}`, this.#rehearsal.steps[stepId]?.[kind]) ?? "succeeded";
  }

  /** The next of a list; the last stays. */
  #nth<Value>(key: string, list: readonly Value[] | undefined): Value | undefined {
    const index = this.#asked.get(key) ?? 0;
    this.#asked.set(key, index + 1);
    return list?.[Math.min(index, list.length - 1)];
  }

  #engine(): { readonly atMs: number; readonly actor: string } {
    return { atMs: this.#nowMs, actor: "engine" };
  }
}

function mocked(outcome: MockedOutcome): StepOutcome {
  if (outcome === "succeeded") return { kind: "succeeded", summary: "mocked" };
  return {
    kind: "failed",
    reason: `mocked: ${outcome}`,
    retryable: outcome === "retry",
    mayHaveActed: outcome === "lost",
  };
}

function pathDifferences(expected: readonly string[], found: readonly string[]): readonly string[] {
  const length = Math.max(expected.length, found.length);
  return Array.from({ length }, (_, index) => {
    const [wanted, was] = [expected[index] ?? "the end", found[index] ?? "the end"];
    return wanted === was ? [] : [`${index + 1}: expected ${wanted}, found ${was}`];
  }).flat();
}
