import type { PlannedStep, RunbookPlan } from "./runbook-plan.js";

/** A plan in which every step that may do harm waits for a person, and the steps that do so only for that reason. */
export type GuardedPlan = { readonly plan: RunbookPlan; readonly approvals: readonly string[] };

/** Makes each step that acts and is not safe wait for a person, where the plan asks for none: the gate is closed to automation. */
export function withGateApprovals(plan: RunbookPlan): GuardedPlan {
  const approvals = plan.steps.filter(isAlone).map(({ id }) => id);
  const steps = plan.steps.map((step) => (isAlone(step) ? { ...step, approvals: [step.id] } : step));
  return { plan: { ...plan, steps }, approvals };
}

/** Tells whether the engine would do something in a step that may do harm, without anybody's word. */
export function isAlone({ action, approvals, risk }: PlannedStep): boolean {
  return risk !== "safe" && approvals.length === 0 && action.kind !== "manual" && action.kind !== "wait-until";
}
