import { coveredAt } from "../../slo/covered-time.js";
import type { EscalationPolicy, EscalationPolicyProblem, EscalationStep, StepCondition } from "./escalation-policy.js";

const MINUTE_MS = 60_000;
const WEEK_MS = 7 * 24 * 60 * MINUTE_MS;
// Shorter, and one unanswered night would page thousands of times.
const SHORTEST_DELAY_MS = MINUTE_MS;
const MOST_REPEATS = 99;

/** Finds what would keep a policy from paging, or from coming to an end; none means that it can be used. */
export function validateEscalationPolicy(policy: EscalationPolicy): readonly EscalationPolicyProblem[] {
  const { steps, repeat, fallback, stakeholders = [], acknowledgement } = policy;
  const problems: EscalationPolicyProblem[] = [];
  const expect = (holds: boolean, path: string, message: string): void => {
    if (!holds) problems.push({ path, message });
  };
  expect(steps.length > 0, "steps", "there are none; name at least one step");
  expect(fallback.length > 0, "fallback", "nobody is named; name who is paged when a pass reaches nobody");
  expect(
    Number.isInteger(repeat) && repeat >= 0 && repeat <= MOST_REPEATS,
    "repeat",
    `found ${repeat}; give a whole number from 0 to ${MOST_REPEATS}`,
  );
  for (const [index, step] of steps.entries()) problems.push(...stepProblems(step, `steps[${index}]`, repeat + 1));
  let earlierMs = 0;
  for (const [index, { afterMs, targets, severities }] of stakeholders.entries()) {
    const path = `stakeholders[${index}]`;
    expect(targets.length > 0, `${path}.targets`, "nobody is named; name at least one target");
    expect(isWithin(afterMs, earlierMs, WEEK_MS), `${path}.afterMs`, outside(afterMs, earlierMs, WEEK_MS));
    expect(severities?.length !== 0, `${path}.severities`, "the list is empty; leave it out for any severity");
    earlierMs = Math.max(earlierMs, afterMs);
  }
  if (acknowledgement !== undefined) {
    for (const name of ["remindAfterMs", "answerWithinMs"] as const) {
      const found = acknowledgement[name];
      expect(
        isWithin(found, SHORTEST_DELAY_MS, WEEK_MS),
        `acknowledgement.${name}`,
        outside(found, SHORTEST_DELAY_MS, WEEK_MS),
      );
    }
  }
  return problems;
}

function stepProblems(step: EscalationStep, path: string, passes: number): readonly EscalationPolicyProblem[] {
  const { conditions = [], delayMs, targets } = step;
  const problems: EscalationPolicyProblem[] = [];
  if (targets.length === 0)
    problems.push({ path: `${path}.targets`, message: "nobody is named; name at least one target" });
  if (!isWithin(delayMs, SHORTEST_DELAY_MS, WEEK_MS))
    problems.push({ path: `${path}.delayMs`, message: outside(delayMs, SHORTEST_DELAY_MS, WEEK_MS) });
  for (const [index, condition] of conditions.entries()) {
    const message = conditionProblem(condition, passes);
    if (message !== undefined) problems.push({ path: `${path}.conditions[${index}]`, message });
  }
  return problems;
}

/** Why a condition can never hold. */
function conditionProblem(condition: StepCondition, passes: number): string | undefined {
  switch (condition.kind) {
    case "severity":
      return condition.anyOf.length > 0 ? undefined : "no severity is named; name at least one";
    case "pass": {
      const { from, to = passes } = condition;
      return Number.isInteger(from) && from >= 1 && from <= Math.min(to, passes)
        ? undefined
        : `passes ${from} to ${to} never come; there are ${passes}`;
    }
    case "time":
      return timeProblem(condition);
  }
}

function timeProblem({ within }: Extract<StepCondition, { readonly kind: "time" }>): string | undefined {
  try {
    coveredAt({ kind: "recurring", interval: within }, 0);
    return undefined;
  } catch (error) {
    return (error as RangeError).message;
  }
}

function isWithin(found: number, least: number, most: number): boolean {
  return found >= least && found <= most;
}

function outside(found: number, least: number, most: number): string {
  return `found ${found} ms; give ${least} to ${most} ms`;
}
