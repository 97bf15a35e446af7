import type { Json } from "../errors/json.js";
import { failure, success, type Result } from "../errors/result.js";
import { strayValues } from "./address-parameters.js";
import { actionWords } from "./describe-plan.js";
import { PLACEHOLDER, placeholderName } from "./placeholder.js";
import { LEVEL_RUN_BY_ENGINE, type Runbook, type RunbookCheck, type RunbookStep } from "./runbook.js";
import type { PlannedAction, PlannedStep, RunbookPlan } from "./runbook-plan.js";

/** Why a runbook cannot be planned. `message` says what was found and what to do. */
export type PlanProblem = {
  readonly code:
    | "unknown-runbook"
    | "runbook-cycle"
    | "unknown-parameter"
    | "missing-parameter"
    | "unsafe-parameter"
    | "too-many-steps"
    /** A rehearsal tells of a step that the plan has not. */
    | "unknown-step";
  readonly runbookId: string;
  readonly stepId?: string;
  readonly message: string;
};

/** What a plan is made with. */
export type PlanOptions = {
  /** Runbooks by id; sub-runbooks are looked up here. */
  readonly library: ReadonlyMap<string, Runbook>;
  readonly parameters?: Readonly<Record<string, string>>;
};

/** A person reads the plan before approving it; nobody reads more than this. */
const MOST_STEPS = 200;
/** Values go into addresses and argument lists: nothing that a shell would read, and nothing that begins like an option. */
const SAFE_VALUE = /^[A-Za-z0-9._:/@%+=,][A-Za-z0-9._:/@%+=,-]{0,199}$/;

type Inherited = Pick<PlannedStep, "preconditions" | "skipWhen" | "approvals"> & {
  readonly path: readonly string[];
  readonly level: number;
};

/**
 * Resolves a runbook into what a run would do, step by step: the dry run. Changes nothing and asks nothing.
 *
 * Sub-runbooks are laid out flat. A step that is not safe and has no compensation waits for approval in any case. Where a runbook's level, or that of one around it, is below 3, its actions become
 * instructions to a person. A failure holds every problem.
 */
export function planRunbook(runbook: Runbook, options: PlanOptions): Result<RunbookPlan, readonly PlanProblem[]> {
  const problems: PlanProblem[] = [];
  const values = parameterValues(runbook, options.parameters ?? {}, problems);
  const top: Inherited = { preconditions: [], skipWhen: [], approvals: [], path: [], level: runbook.level };
  const steps = flatten(runbook, { inherited: top, values, options, problems, ancestors: [runbook.id] });
  if (steps.length > MOST_STEPS) {
    const message = `${runbook.id} comes to ${steps.length} steps with its sub-runbooks; ${MOST_STEPS} is the most. Split it.`;
    problems.push({ code: "too-many-steps", runbookId: runbook.id, message });
  }
  if (problems.length > 0) return failure(problems);
  return success({
    runbookId: runbook.id,
    title: runbook.title,
    level: runbook.level,
    parameters: values,
    ...(runbook.health === undefined ? {} : { health: filled(runbook.health, values) }),
    steps,
  });
}

type Flattening = {
  readonly inherited: Inherited;
  readonly values: Readonly<Record<string, string>>;
  readonly options: PlanOptions;
  readonly problems: PlanProblem[];
  readonly ancestors: readonly string[];
};

type SubStep = {
  readonly runbook: Runbook;
  readonly step: RunbookStep;
  readonly action: Extract<RunbookStep["action"], { readonly kind: "runbook" }>;
};

function flatten(runbook: Runbook, context: Flattening): readonly PlannedStep[] {
  reportUnknown(runbook, context.problems);
  reportStray(runbook, context);
  return runbook.steps.flatMap((raw) => {
    const step = filled(raw, context.values);
    return step.action.kind === "runbook"
      ? subSteps({ runbook, step, action: step.action }, context)
      : [planned(step, step.action, context.inherited)];
  });
}

function subSteps({ action, runbook, step }: SubStep, context: Flattening): readonly PlannedStep[] {
  const { inherited, options, problems, ancestors } = context;
  const { runbook: id, parameters } = action;
  const sub = options.library.get(id);
  const place = { runbookId: runbook.id, stepId: step.id };
  if (sub === undefined) {
    const message = `The step ${step.id} of ${runbook.id} runs ${id}, which there is not. Correct its name, or write it.`;
    problems.push({ code: "unknown-runbook", ...place, message });
    return [];
  }
  if (ancestors.includes(id)) {
    const message = `The step ${step.id} of ${runbook.id} runs ${id} again: ${[...ancestors, id].join(" -> ")}. Break the circle.`;
    problems.push({ code: "runbook-cycle", ...place, message });
    return [];
  }
  const values = parameterValues(sub, parameters, problems);
  const path = [...inherited.path, step.id];
  return flatten(sub, {
    ...context,
    values,
    ancestors: [...ancestors, id],
    inherited: {
      path,
      level: Math.min(inherited.level, sub.level),
      preconditions: [...inherited.preconditions, ...(step.precondition === undefined ? [] : [step.precondition])],
      skipWhen: [...inherited.skipWhen, ...(sub.health === undefined ? [] : [filled(sub.health.check, values)])],
      approvals: step.approval ? [...inherited.approvals, path.join("/")] : inherited.approvals,
    },
  });
}

function planned(step: RunbookStep, action: PlannedAction, inherited: Inherited): PlannedStep {
  const id = [...inherited.path, step.id].join("/");
  const byPerson = inherited.level < LEVEL_RUN_BY_ENGINE;
  const { compensation, precondition, retry, risk, timeoutMs, title, verify } = step;
  return {
    id,
    title,
    action: byPerson ? asInstruction(action) : action,
    preconditions: [...inherited.preconditions, ...(precondition === undefined ? [] : [precondition])],
    skipWhen: inherited.skipWhen,
    approvals: step.approval || isForGood(step, byPerson) ? [...inherited.approvals, id] : inherited.approvals,
    timeoutMs,
    retry,
    ...(verify === undefined ? {} : { verify }),
    ...(compensation === undefined ? {} : { compensation: byPerson ? undoInstruction(step) : compensation }),
    risk,
  };
}

/** What the engine would do and nothing takes back needs a person's word, whatever the runbook says. */
function isForGood({ action, compensation, risk }: RunbookStep, byPerson: boolean): boolean {
  const acts = !byPerson && action.kind !== "manual" && action.kind !== "wait-until";
  return acts && risk !== "safe" && compensation === undefined;
}

function asInstruction(action: PlannedAction): PlannedAction {
  if (action.kind === "manual" || action.kind === "wait-until") return action;
  return { kind: "manual", instruction: `${actionWords(action)}.` };
}

function undoInstruction({ compensation, title }: RunbookStep): NonNullable<PlannedStep["compensation"]> {
  if (compensation === undefined || compensation.kind === "undo") {
    return { kind: "manual", instruction: `Take back what was done in: ${title}.` };
  }
  return compensation.kind === "manual"
    ? compensation
    : { kind: "manual", instruction: `${actionWords(compensation)}.` };
}

function parameterValues(
  runbook: Runbook,
  given: Readonly<Record<string, string>>,
  problems: PlanProblem[],
): Readonly<Record<string, string>> {
  const report = (code: PlanProblem["code"], message: string) =>
    problems.push({ code, runbookId: runbook.id, message });
  const known = Object.keys(runbook.parameters);
  for (const name of Object.keys(given).filter((name) => !known.includes(name))) {
    const there = known.length === 0 ? "it has none" : `it has ${known.join(", ")}`;
    report("unknown-parameter", `${runbook.id} has no parameter ${name}: ${there}.`);
  }
  return Object.fromEntries(
    Object.entries(runbook.parameters).flatMap(([name, { default: standard }]) => {
      const value = Object.hasOwn(given, name) ? given[name] : standard;
      if (value === undefined) {
        report("missing-parameter", `${runbook.id} needs a value for its parameter ${name}. Give one.`);
        return [];
      }
      if (!SAFE_VALUE.test(value)) {
        const allowed = "letters, digits and . _ : / @ % + = , -, at most 200 of them, and not begin with -";
        report("unsafe-parameter", `The value of the parameter ${name} of ${runbook.id} may hold only ${allowed}.`);
        return [];
      }
      return [[name, value]];
    }),
  );
}

/** Reports each `{{name}}` in the steps and the health check that is no parameter. */
function reportUnknown(runbook: Runbook, problems: PlanProblem[]): void {
  const text = JSON.stringify([runbook.steps, runbook.health]);
  const used = new Set([...text.matchAll(PLACEHOLDER)].map(([whole]) => placeholderName(whole)));
  for (const name of [...used].filter((name) => !Object.hasOwn(runbook.parameters, name))) {
    const message = `${runbook.id} uses {{${name}}}, which is no parameter of it. Add it under parameters.`;
    problems.push({ code: "unknown-parameter", runbookId: runbook.id, message });
  }
}

/** Reports each value that would make an address of the runbook lead elsewhere. */
function reportStray(runbook: Runbook, { problems, values }: Pick<Flattening, "problems" | "values">): void {
  const { id: runbookId } = runbook;
  for (const { address, name, reason, stepId, value } of strayValues(runbook, values)) {
    // Who puts a password before a host shall not read it again in an error.
    const shown = value.replace(/[^/]*@/, "…@");
    const where = stepId === undefined ? `the health check of ${runbookId}` : `the step ${stepId} of ${runbookId}`;
    const message = `The parameter ${name} can not be ${shown} in the address ${address} of ${where}: it ${reason}.`;
    problems.push({ code: "unsafe-parameter", runbookId, ...(stepId === undefined ? {} : { stepId }), message });
  }
}

/** A copy with a value in the place of each `{{name}}`, in every text but keys. */
function filled<Value extends RunbookStep | RunbookCheck | NonNullable<Runbook["health"]>>(
  value: Value,
  values: Readonly<Record<string, string>>,
): Value {
  return fill(value, values) as unknown as Value;
}

function fill(value: Json | undefined, values: Readonly<Record<string, string>>): Json | undefined {
  if (typeof value === "string") return value.replace(PLACEHOLDER, (whole, name: string) => values[name] ?? whole);
  if (Array.isArray(value)) return value.map((item: Json) => fill(item, values) ?? null);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, values)]));
}
