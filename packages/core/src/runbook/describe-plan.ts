import { formatShortDuration } from "../slo/duration.js";
import type { CommandCall, Compensation, HttpCall, RunbookCheck, TimedCheck } from "./runbook.js";
import type { PlannedAction, PlannedStep, RunbookPlan } from "./runbook-plan.js";

/** Says what a run of a plan would do, one line for each thing, in its order. Plain text: escape it for where it is shown. */
export function describePlan(plan: RunbookPlan): readonly string[] {
  const { health, steps } = plan;
  return [
    ...(health === undefined
      ? ["No health check: the run ends after its last step."]
      : [`Stops as soon as ${checkWords(health.check)}.`]),
    ...steps.flatMap((step, index) =>
      describeStep(step).map((line, at) => (at === 0 ? `${index + 1}. ${line}` : `   ${line}`)),
    ),
    ...(health === undefined
      ? []
      : [`At the end: wait ${timedWords(health)}; if it does not come true, take everything back.`]),
  ];
}

function describeStep(step: PlannedStep): readonly string[] {
  const { action, approvals, compensation, preconditions, retry, risk, skipWhen, timeoutMs, verify } = step;
  return [
    `${step.id}: ${step.title} (${risk})`,
    ...preconditions.map((check) => `only if ${checkWords(check)}`),
    ...skipWhen.map((check) => `not if ${checkWords(check)}`),
    ...(approvals.length === 0 ? [] : [`waits for approval: ${approvals.join(", ")}`]),
    `does: ${actionWords(action)}${limitWords(action, { timeoutMs, retry })}`,
    ...(verify === undefined ? [] : [`then waits ${timedWords(verify)}`]),
    `undo: ${compensation === undefined ? "none" : compensationWords(compensation)}`,
  ];
}

function limitWords(action: PlannedAction, { timeoutMs, retry }: Pick<PlannedStep, "timeoutMs" | "retry">): string {
  if (action.kind === "manual" || action.kind === "wait-until") return "";
  return `; at most ${formatShortDuration(timeoutMs)}, tried ${againWords(action, retry)}`;
}

function againWords(action: PlannedAction, { attempts, delayMs }: PlannedStep["retry"]): string {
  const times = `${attempts} times, ${formatShortDuration(delayMs)} apart`;
  if (attempts === 1) return "once";
  if (action.kind !== "command") return times;
  const { retryOn = [] } = action.call;
  return retryOn.length === 0 ? "once" : `${times}, as long as it ends with ${retryOn.join(" or ")}`;
}

/** Says an action as an order. */
export function actionWords(action: PlannedAction): string {
  switch (action.kind) {
    case "http":
      return `send ${callWords(action.call)}${action.call.body === undefined ? "" : ` with ${JSON.stringify(action.call.body)}`}`;
    case "command":
      return `run ${commandWords(action.call)}`;
    case "remedy": {
      const { parameters, remediator, remedy, target } = action.call;
      const details = Object.entries(parameters).map(([name, value]) => ` ${name}=${JSON.stringify(value)}`);
      return `have ${remediator} ${remedy} ${target}${details.join("")}`;
    }
    case "manual":
      return `ask a person: ${action.instruction}`;
    case "wait-until":
      return `wait ${timedWords(action.until)}`;
  }
}

function compensationWords(compensation: Compensation): string {
  return compensation.kind === "undo" ? "the remediator's own" : actionWords(compensation);
}

function timedWords({ check, everyMs, withinMs }: TimedCheck): string {
  return `up to ${formatShortDuration(withinMs)} until ${checkWords(check)}, looking every ${formatShortDuration(everyMs)}`;
}

/** Says a check as a condition. */
export function checkWords(check: RunbookCheck): string {
  switch (check.kind) {
    case "http": {
      const { call, includes, json } = check;
      const parts = [
        `${callWords(call)} answers ${statusWords(call)}`,
        ...(includes === undefined ? [] : [`with ${JSON.stringify(includes)} in it`]),
        ...(json?.below === undefined ? [] : [`${json.path} below ${json.below}`]),
        ...(json?.above === undefined ? [] : [`${json.path} above ${json.above}`]),
        ...(json?.equals === undefined ? [] : [`${json.path} equal to ${JSON.stringify(json.equals)}`]),
      ];
      return parts.join(", ");
    }
    case "command":
      return `${commandWords(check.call)} ends with 0`;
    case "slo":
      return `the SLO ${check.slo} is healthy`;
    case "instances":
      return `${check.target} has at least ${check.atLeast} healthy instances in ${check.fleet}`;
    case "not":
      return `not (${checkWords(check.check)})`;
  }
}

function callWords({ method, url }: HttpCall): string {
  return `${method} ${url}`;
}

function statusWords({ status }: HttpCall): string {
  return status.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`)).join(" or ");
}

/** As a person would type it: arguments that need quotes have them. */
function commandWords({ arguments: words, shell }: CommandCall): string {
  const typed = words.map((word) => (/^[A-Za-z0-9._:/@%+=,~-]+$/.test(word) ? word : JSON.stringify(word))).join(" ");
  return shell ? `in a shell: ${typed}` : typed;
}
