import { ENGINE_ACTOR } from "../access/principal.js";
import type { SloEvaluation } from "../evaluation/evaluation.js";
import type { GateAnswer, GateQuestion } from "../gate/gate.js";
import { isOpenStatus } from "../incident/incident-lifecycle.js";
import type { IncidentState } from "../incident/incident.js";
import type { StepRunner } from "../ports/step-runner.js";
import { against, type AutomationSettings } from "../runbook/automatic-run.js";
import { otherRunReasons, permissionReasons, type AutomaticRunScene } from "../runbook/decide-automatic-run.js";
import { isAlone } from "../runbook/gate-approvals.js";
import type { RunbookRun } from "../runbook/runbook-run.js";
import type { CheckVerdict } from "../runbook/runbook.js";
import type { KillSwitch } from "./kill-switch.js";
import type { RunbookWorldPorts } from "./runbook-world.js";

const NOTHING_RUNS = "nothing here can call or run anything for runbooks; give the engine a step runner";

/** Stands where there is no step runner: it refuses, and can tell nothing. */
export const NO_STEP_RUNNER: StepRunner = {
  run: async () => ({ kind: "failed", reason: NOTHING_RUNS, retryable: false, mayHaveActed: false }),
  check: async () => ({ verdict: "unknown", saw: NOTHING_RUNS }),
};

/** Says for a runbook's check how an SLO stands: data that are missing are neither yes nor no. */
export function sloVerdict(sloId: string, evaluation: SloEvaluation | undefined): CheckVerdict {
  if (evaluation === undefined) return { verdict: "unknown", saw: `${sloId} has not been evaluated` };
  const { kind } = evaluation.verdict;
  switch (kind) {
    case "healthy":
      return { verdict: "holds", saw: `${sloId} is healthy` };
    case "firing":
      return { verdict: "fails", saw: `${sloId} burns` };
    default:
      return { verdict: "unknown", saw: `${sloId} is ${kind === "frozen" ? "frozen" : "without data"}` };
  }
}

/** What the guard of a run looks at. */
export type RunGuardParts = {
  readonly automation: AutomationSettings;
  readonly killSwitch: Pick<KillSwitch, "read">;
  readonly gate: (question: GateQuestion) => Promise<GateAnswer>;
  readonly incident: (incidentId: string) => IncidentState | undefined;
  /** Those that are not over. */
  readonly openRuns: () => readonly RunbookRun[];
};

/**
 * Judges each step of a run that the engine itself started: what allowed the start has to hold still, and a step that may
 * do harm and that nobody approves has to pass the gate, as automation does. What a person asked for is theirs to answer
 * for, step by step where a step needs approval.
 */
export function createRunGuard(parts: RunGuardParts): RunbookWorldPorts["guard"] {
  return async (step, run) => {
    if (run.requestedBy !== ENGINE_ACTOR) return { allowed: true };
    const incident = parts.incident(run.incidentId ?? "");
    const reasons = [
      ...permissionReasons({ automation: parts.automation, killSwitch: await parts.killSwitch.read() }),
      ...(incident === undefined ? [] : standingReasons(parts, run, incident)),
    ];
    if (reasons.length > 0) return { allowed: false, reason: reasons.map(({ message }) => message).join(" ") };
    if (!isAlone(step)) return { allowed: true };
    const services = incident === undefined ? [] : [incident.service];
    const answer = await parts.gate({ services, risk: "automation", requestedBy: ENGINE_ACTOR });
    if (answer.decision === "allow") return { allowed: true };
    return { allowed: false, reason: answer.reasons.map(({ message }) => message).join(" ") };
  };
}

function standingReasons(
  { incident, openRuns }: RunGuardParts,
  run: RunbookRun,
  { service, status, id }: IncidentState,
) {
  const others = openRuns()
    .filter((other) => other.id !== run.id)
    .map((other) => withService(other, incident(other.incidentId ?? "")));
  return [
    ...(isOpenStatus(status) ? [] : [against("incident-over", `${id} is ${status}.`)]),
    ...otherRunReasons(service, others),
  ];
}

/** A run, with the service of its incident where it has one. */
export function withService(run: RunbookRun, incident: IncidentState | undefined): AutomaticRunScene["runs"][number] {
  return incident === undefined ? { run } : { run, service: incident.service };
}
