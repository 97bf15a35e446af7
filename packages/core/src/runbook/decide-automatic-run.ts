import { ENGINE_ACTOR } from "../access/principal.js";
import type { GateAnswer } from "../gate/gate.js";
import { isOpenStatus } from "../incident/incident-lifecycle.js";
import { incidentSignals } from "../incident/incident-signal.js";
import type { IncidentState } from "../incident/incident.js";
import {
  against,
  automaticRunId,
  type AutomaticRunDecision,
  type AutomaticRunReason,
  type AutomationSettings,
  type KillSwitchState,
} from "./automatic-run.js";
import { withGateApprovals } from "./gate-approvals.js";
import type { RunbookPlan } from "./runbook-plan.js";
import { isFinalRunStatus } from "./runbook-run-lifecycle.js";
import type { RunbookRun } from "./runbook-run.js";
import type { CheckVerdict, Runbook } from "./runbook.js";

/** A runbook of level 4 that fits an incident. */
export type AutomaticCandidate = {
  readonly runbook: Runbook;
  /** Which of its symptoms are seen, as it names them. */
  readonly symptoms: readonly string[];
  /** What of the runbook itself stands against it; see `automaticReadiness`. */
  readonly readiness: readonly AutomaticRunReason[];
  /** Absent: it cannot be planned. */
  readonly plan?: RunbookPlan;
};

/** All that a decision on a run that nobody asked for looks at. */
export type AutomaticRunScene = {
  readonly nowMs: number;
  readonly automation: AutomationSettings;
  readonly killSwitch: KillSwitchState;
  readonly incident: IncidentState;
  /** The reason of the planned work that the incident falls into, where it does. */
  readonly plannedWork?: string;
  readonly services: ReadonlySet<string>;
  /** Those that fit. */
  readonly candidates: readonly AutomaticCandidate[];
  /** How each SLO stands that the incident is about, or that a candidate's health check looks at. */
  readonly slos: readonly { readonly sloId: string; readonly standing: CheckVerdict }[];
  /** Every run there was, with the service of its incident where it has one. */
  readonly runs: readonly { readonly run: RunbookRun; readonly service?: string }[];
  /** What the gate says to automation at the incident's service. */
  readonly gate: GateAnswer;
};

/** A decision, and the plan of the run that it starts. */
export type DecidedAutomaticRun = { readonly decision: AutomaticRunDecision; readonly plan?: RunbookPlan };

const DAY_MS = 86_400_000;

/**
 * Decides whether the engine starts a run for an incident by itself; undefined where no runbook of level 4 fits.
 *
 * Everything is looked at, whatever was found before, so that whoever reads the answer knows all that stands in the way.
 * What is not known stands against it. A gate that is closed to automation does not: each step that may do harm then
 * waits for a person, and what is safe may heal.
 */
export function decideAutomaticRun(scene: AutomaticRunScene): DecidedAutomaticRun | undefined {
  const { candidates, incident } = scene;
  const [candidate] = candidates;
  if (candidate === undefined) return undefined;
  const reasons = [
    ...permissionReasons(scene),
    ...incidentReasons(scene),
    ...choiceReasons(candidates),
    ...candidates.flatMap(({ readiness, runbook }) => [...readiness, ...attemptReasons(runbook.id, scene)]),
    ...otherRunReasons(incident.service, scene.runs),
  ];
  const runbookIds = candidates.map(({ runbook }) => runbook.id);
  const about = { incidentId: incident.id, service: incident.service, runbookIds };
  const { plan } = candidate;
  if (reasons.length > 0 || plan === undefined) {
    return { decision: { ...about, starts: false, approvals: [], reasons } };
  }
  const guarded = scene.gate.decision === "allow" ? { plan, approvals: [] } : withGateApprovals(plan);
  const { approvals } = guarded;
  return {
    plan: guarded.plan,
    decision: {
      ...about,
      starts: true,
      runId: automaticRunId(incident.id, candidate.runbook.id),
      approvals,
      reasons: [fitReason(candidate), gateReason(scene.gate, approvals)],
    },
  };
}

/** Says why nothing may be started, whatever it is for; empty where it may. */
export function permissionReasons({
  automation,
  killSwitch,
}: Pick<AutomaticRunScene, "automation" | "killSwitch">): readonly AutomaticRunReason[] {
  return [
    ...(automation.mode === "observe"
      ? [against("observing", "It only observes: automation.mode is observe, and nothing acts then.")]
      : []),
    ...killSwitchReasons(killSwitch),
  ];
}

function killSwitchReasons(state: KillSwitchState): readonly AutomaticRunReason[] {
  switch (state.kind) {
    case "released":
      return [];
    case "engaged":
      return [against("kill-switch", `The kill switch is engaged, by ${state.by}: ${state.reason}.`)];
    case "unreadable":
      return [against("kill-switch", `The kill switch counts as engaged, as it cannot be read: ${state.reason}.`)];
  }
}

function incidentReasons({ incident, plannedWork, services, slos }: AutomaticRunScene): readonly AutomaticRunReason[] {
  const { alert, external, id, mergedInto, service, status } = incident;
  const signals = incidentSignals(incident);
  const unknown = slos.filter(({ standing }) => standing.verdict === "unknown");
  return [
    ...(alert === undefined && external === undefined
      ? [against("not-from-alert", `A person declared ${id}; the engine answers alerts alone.`)]
      : []),
    ...(isOpenStatus(status) && status !== "mitigated"
      ? []
      : [
          against(
            "incident-over",
            `${id} is ${status}${mergedInto === undefined ? "" : `, as it was merged into ${mergedInto}`}.`,
          ),
        ]),
    ...(signals.length > 0 && !signals.some((signal) => signal.status === "firing")
      ? [against("alert-quiet", `None of the alerts of ${id} fires now.`)]
      : []),
    ...(plannedWork === undefined ? [] : [against("planned-work", `${id} falls into ${plannedWork}.`)]),
    // What labels say a service is called is not repeated: it may be anything.
    ...(services.has(service)
      ? []
      : [against("unknown-service", `The service of ${id} is none that is configured, so nothing is known of it.`)]),
    ...unknown.map(({ sloId, standing }) =>
      against("unknown-data", `How ${sloId} stands is not known: ${standing.saw}.`, [sloId]),
    ),
  ];
}

function choiceReasons(candidates: readonly AutomaticCandidate[]): readonly AutomaticRunReason[] {
  const ids = candidates.map(({ runbook }) => runbook.id);
  const message = `Several runbooks of level 4 fit: ${ids.join(", ")}. A person chooses.`;
  return ids.length > 1 ? [against("ambiguous", message, ids)] : [];
}

function attemptReasons(
  runbookId: string,
  { automation, incident, nowMs, runs }: AutomaticRunScene,
): readonly AutomaticRunReason[] {
  const ofRunbook = runs.filter(({ run }) => run.plan.runbookId === runbookId);
  const before = ofRunbook.filter(({ run }) => run.incidentId === incident.id).map(({ run }) => run.id);
  const today = ofRunbook
    .filter(({ run, service }) => run.requestedBy === ENGINE_ACTOR && service === incident.service)
    .filter(({ run }) => nowMs - run.requestedAtMs < DAY_MS)
    .map(({ run }) => run.id);
  const most = automation.attemptsPerDay;
  return [
    ...(before.length === 0
      ? []
      : [
          against(
            "tried-before",
            `${runbookId} was run for ${incident.id} already (${before.join(", ")}); what did not hold is not repeated.`,
            [runbookId, ...before],
          ),
        ]),
    ...(today.length < most
      ? []
      : [
          against(
            "attempts-spent",
            `The engine started ${runbookId} ${times(today.length)} within 24 h for this service; ${most} is the most.`,
            [runbookId, ...today],
          ),
        ]),
  ];
}

function times(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}

/** Names the runs that go on for a service, or may: of a run without an incident nobody knows what it is for. */
export function otherRunReasons(service: string, runs: AutomaticRunScene["runs"]): readonly AutomaticRunReason[] {
  return runs
    .filter((one) => !isFinalRunStatus(one.run.status) && (one.service ?? service) === service)
    .map((one) => {
      const { id, plan } = one.run;
      const whom = one.service === undefined ? ", and for which service is not known" : " for the same service";
      return against("run-going-on", `The run ${id} of ${plan.runbookId} goes on${whom}.`, [id]);
    });
}

function fitReason({ runbook, symptoms }: AutomaticCandidate): AutomaticRunReason {
  const message = `It fits ${symptoms.join(", ")}, and its rehearsals pass.`;
  return { code: "fits", against: false, message, about: [runbook.id] };
}

function gateReason({ decision, reasons }: GateAnswer, approvals: readonly string[]): AutomaticRunReason {
  if (decision === "allow") {
    return { code: "gate-open", against: false, message: "The gate is open to automation.", about: [] };
  }
  const why = reasons.map(({ message }) => message).join("; ");
  const terms =
    approvals.length === 0
      ? "no step needs a person more than the runbook says"
      : `a person has to approve ${approvals.join(", ")}`;
  const message = `The gate is closed to automation (${why}), so ${terms}.`;
  return { code: "gate-closed", against: false, message, about: approvals };
}
