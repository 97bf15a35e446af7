import {
  actionWords,
  checkWords,
  describePlan,
  rehearsalStanding,
  type AutomaticStanding,
  type FittingRunbook,
  type PlannedStep,
  type Runbook,
  type RunbookFinding,
  type RunbookPlan,
  type RunbookPreview,
} from "@plimsoll/core";
import type { IncidentDetail } from "../schemas/incident-schemas.js";
import type { PlannedStepBody, RunbookDetail, RunbookPreviewBody, RunbookSummary } from "../schemas/runbook-schemas.js";
import { automaticStandingBody } from "./automation-body.js";
import { defined, iso, isoOf } from "./slo-body.js";

/** Writes a runbook as lists give it. */
export function runbookSummaryBody(
  runbook: Runbook,
  findings: readonly RunbookFinding[],
  automatic: AutomaticStanding | undefined,
): RunbookSummary {
  const { id, lastRehearsedMs, level, owner, symptoms, title } = runbook;
  return {
    id,
    title,
    level,
    ...defined({ owner }),
    symptoms: [...symptoms],
    ...defined({ lastRehearsedAt: lastRehearsedMs === undefined ? undefined : iso(lastRehearsedMs) }),
    findings: findings.map(({ code, message, stepId }) => ({ code, ...defined({ stepId }), message })),
    ...defined({ automatic: automatic === undefined ? undefined : automaticStandingBody(automatic) }),
  };
}

/** Writes the runbooks that fit an incident. */
export function fittingRunbooksBody(fitting: readonly FittingRunbook[], nowMs: number): IncidentDetail["runbooks"] {
  if (fitting.length === 0) return undefined;
  return fitting.map(({ runbook, symptoms }) => ({
    id: runbook.id,
    title: runbook.title,
    level: runbook.level,
    symptoms: [...symptoms],
    ...defined({ lastRehearsedAt: isoOf(runbook.lastRehearsedMs) }),
    rehearsal: rehearsalStanding(runbook, nowMs),
  }));
}

/** Writes a runbook with its parameters and steps. */
export function runbookDetailBody(
  runbook: Runbook,
  findings: readonly RunbookFinding[],
  automatic: AutomaticStanding | undefined,
): RunbookDetail {
  const { health, links, maximumAgeMs, parameters, steps } = runbook;
  return {
    ...runbookSummaryBody(runbook, findings, automatic),
    maximumAgeMs,
    links: links.map((link) => ({ ...link })),
    parameters: Object.entries(parameters).map(([name, { default: standard, description }]) => ({
      name,
      description,
      ...defined({ default: standard }),
    })),
    ...defined({ health: health === undefined ? undefined : checkWords(health.check) }),
    steps: steps.map(({ approval, id, risk, title }) => ({ id, title, risk, approval })),
  };
}

/** Writes what a run would do. */
export function runbookPreviewBody({ plan, planHash, preparations, words }: RunbookPreview): RunbookPreviewBody {
  return {
    runbookId: plan.runbookId,
    title: plan.title,
    planHash,
    words: [...words],
    steps: plan.steps.map(plannedStepBody),
    preparations: preparations.map(({ preparation, stepId }) =>
      preparation.kind === "ready"
        ? {
            stepId,
            kind: preparation.kind,
            words: preparation.would,
            touches: [...preparation.touches],
            undoable: preparation.undoable,
          }
        : { stepId, kind: preparation.kind, words: preparation.reason, touches: [] },
    ),
  };
}

/** Writes a step of a plan in words. */
export function plannedStepBody(step: PlannedStep): PlannedStepBody {
  const { action, approvals, compensation, id, preconditions, risk, skipWhen, title, verify } = step;
  return {
    id,
    title,
    kind: action.kind,
    does: actionWords(action),
    onlyIf: preconditions.map(checkWords),
    notIf: skipWhen.map(checkWords),
    approvals: [...approvals],
    ...defined({
      verify: verify === undefined ? undefined : checkWords(verify.check),
      undo: compensation === undefined ? undefined : undoWords(compensation),
    }),
    risk,
  };
}

/** Writes a plan, one line for each thing that it does. */
export function planWords(plan: RunbookPlan): string[] {
  return [...describePlan(plan)];
}

function undoWords(compensation: NonNullable<PlannedStep["compensation"]>): string {
  return compensation.kind === "undo" ? "the remediator's own" : actionWords(compensation);
}
