import { failure, success, type Result } from "../../errors/result.js";
import type { ExternalAlert } from "../../alert/external-alert.js";
import { ESCALATION_PREFIX } from "../../on-call/escalation/escalation.js";
import { runPath } from "../../runbook/run-path.js";
import { RUNBOOK_RUN_PREFIX } from "../../runbook/runbook-run.js";
import type { Correction } from "../../slo/correction.js";
import type { Service, Slo } from "../../slo/slo.js";
import { externalKey, receiverSaid, type ExternalFacts } from "../external/external-facts.js";
import type { IncidentEvent } from "../incident-event.js";
import { isOpenStatus } from "../incident-lifecycle.js";
import type { IncidentState } from "../incident.js";
import { caseOutcome } from "./case-outcome.js";
import {
  CASE_FORMAT,
  CASE_FORMAT_VERSION,
  type CaseAlert,
  type CaseCommand,
  type CaseRun,
  type RegressionCase,
  type SliceRun,
} from "./regression-case.js";

/** One slice of counts as the history keeps it. */
export type CaseSlice = {
  readonly sloId: string;
  readonly sliceMs: number;
  readonly good: number;
  readonly total: number;
  readonly slices: number;
};

/** What a case is made from: the incident's course, and what was recorded of what the engine was told. */
export type CaseSource = {
  readonly state: IncidentState;
  readonly events: readonly IncidentEvent[];
  readonly settings: RegressionCase["settings"];
  readonly services: readonly Service[];
  readonly slos: readonly Slo[];
  readonly corrections?: readonly Correction[];
  /** From far enough back for the longest window, up to the end; in any order. */
  readonly slices: readonly CaseSlice[];
  /** Runs of runbooks that were for the incident, in the order in which they were asked for. */
  readonly runs?: readonly CaseRun[];
  readonly exportedAtMs: number;
};

/** Why an incident gives no case. */
export type CaseProblem = {
  readonly code: "still-open" | "merged" | "no-inputs";
  readonly message: string;
};

/** Makes a case from a resolved incident and what was recorded. The same input gives the same case. */
export function exportCase(source: CaseSource): Result<RegressionCase, CaseProblem> {
  const { corrections = [], events, exportedAtMs, runs = [], services, settings, slos, state } = source;
  const alerts = heardAlerts(events);
  const { id, mergedInto, status, title } = state;
  if (isOpenStatus(status)) {
    return failure({ code: "still-open", message: `${id} is still ${status}. Export it once it is resolved.` });
  }
  if (mergedInto !== undefined) {
    return failure({ code: "merged", message: `${id} was merged into ${mergedInto}. Export that one.` });
  }
  const commands = peopleCommands(events);
  const { sliceMs } = settings;
  const instants = [
    ...source.slices.flatMap((slice) => [slice.sliceMs, slice.sliceMs + sliceMs]),
    ...alerts.map(({ receivedAtMs }) => receivedAtMs),
  ];
  if (instants.length === 0) {
    const message = `Nothing that the engine was told about ${id} is recorded: neither slices nor alerts. Export it from where they are kept.`;
    return failure({ code: "no-inputs", message });
  }
  const ends = [...commands.map(({ atMs }) => atMs), state.rounds.at(-1)?.resolvedAtMs ?? state.lastAtMs];
  const [fromMs, toMs] = [least(instants), -least([...instants, ...ends].map((one) => -one))];
  return success({
    format: CASE_FORMAT,
    formatVersion: CASE_FORMAT_VERSION,
    name: `regression-${id}`,
    title,
    exportedAtMs,
    settings,
    services,
    slos,
    corrections,
    inputs: { fromMs, toMs, slices: sliceRuns(source.slices, sliceMs), alerts, commands, runs },
    expected: caseOutcome(state, events, casePath(runs)),
  });
}

// Not Math.min(...instants): a month of slices is more arguments than a call may have.
function least(numbers: readonly number[]): number {
  return numbers.reduce((one, other) => Math.min(one, other), Infinity);
}

/** Writes equal slices that follow one another as one, by SLO and time. */
export function sliceRuns(slices: readonly CaseSlice[], sliceMs: number): readonly SliceRun[] {
  const sorted = slices.toSorted((one, other) =>
    one.sloId === other.sloId ? one.sliceMs - other.sliceMs : one.sloId < other.sloId ? -1 : 1,
  );
  const runs: SliceRun[] = [];
  for (const { good, sliceMs: fromMs, slices: length, sloId, total } of sorted) {
    const last = runs.at(-1);
    const goesOn =
      last !== undefined &&
      last.sloId === sloId &&
      last.good === good &&
      last.total === total &&
      last.slices === length &&
      last.fromMs + last.repeats * length * sliceMs === fromMs;
    if (goesOn) runs[runs.length - 1] = { ...last, repeats: last.repeats + 1 };
    else runs.push({ sloId, fromMs, good, total, slices: length, repeats: 1 });
  }
  return runs;
}

/** Reads the slices of a case back, in order of time: as they were told. */
export function caseSlices({ inputs, settings }: Pick<RegressionCase, "inputs" | "settings">): readonly CaseSlice[] {
  return inputs.slices
    .flatMap(({ fromMs, good, repeats, slices, sloId, total }) =>
      Array.from({ length: repeats }, (_, index): CaseSlice => ({
        sloId,
        sliceMs: fromMs + index * slices * settings.sliceMs,
        good,
        total,
        slices,
      })),
    )
    .toSorted((one, other) => one.sliceMs - other.sliceMs);
}

/** Finds what people asked, in order; what the engine did it does again by itself. */
export function peopleCommands(events: readonly IncidentEvent[]): readonly CaseCommand[] {
  return events.filter(isAsked).flatMap(commandOf);
}

/**
 * A case knows runs of runbooks, which write their notes again, and nobody who is on call: that whoever acknowledged did not
 * answer is told again.
 */
function isAsked({ actor, data: { causeId }, type }: IncidentEvent): boolean {
  if (causeId.startsWith(RUNBOOK_RUN_PREFIX)) return false;
  return causeId.startsWith(ESCALATION_PREFIX) ? type === "incident.unacknowledged" : actor !== "engine";
}

/**
 * Finds what was heard of alerts from elsewhere, when the incident heard it: routing may have held it back before. A repeat
 * that reopened what people had resolved told nothing new, and stands in the course as the reopening alone.
 */
function heardAlerts(events: readonly IncidentEvent[]): readonly CaseAlert[] {
  const last = new Map<string, CaseAlert>();
  const heardBy = new Set(events.flatMap(({ data, type }) => (type === UPDATED ? [data.causeId] : [])));
  return events.flatMap((event) => {
    if (event.type === "incident.reopened" && event.actor === "engine" && !heardBy.has(event.data.causeId)) {
      const firing = [...last.values()].filter(({ alert }) => alert.status === "firing");
      return firing.map((heard) => ({ ...heard, receivedAtMs: event.atMs }));
    }
    if (event.type !== "incident.declared" && event.type !== UPDATED) return [];
    const { external } = event.data;
    if (external === undefined) return [];
    const heard = { receivedAtMs: event.atMs, alert: alertOf(external, event.atMs), ...receiverSaid(external) };
    last.set(external.key, heard);
    return [heard];
  });
}

const UPDATED = "incident.external-updated";

/** The alert as it came. An end is told as its source's word, for a replay hears of it at its own instant. */
function alertOf(facts: ExternalFacts, heardAtMs: number): ExternalAlert {
  const { annotations, endsAtMs, generatorUrl, key, labels, source, startsAtMs, status } = facts;
  return {
    key: key.slice(externalKey({ key: "" }).length),
    source,
    fingerprint: key.slice(externalKey({ key: `${source}/` }).length),
    labels,
    annotations,
    startsAtMs,
    ...(status === "firing" ? {} : { endsAtMs: endsAtMs ?? heardAtMs }),
    timesOut: false,
    status,
    ...(generatorUrl === undefined ? {} : { generatorUrl }),
  };
}

const RUN_TYPE = "runbook-run.";

/** The path that runs took, for people: `bad-deploy: asked for`, its steps, how it ended; one run after the other. */
export function casePath(runs: readonly CaseRun[]): readonly string[] {
  return runs.flatMap(runWords);
}

function runWords({ events }: CaseRun): readonly string[] {
  return events.flatMap((event) => {
    if (event.type === "runbook-run.requested") return [`${event.data.plan.runbookId}: asked for`];
    return "words" in event.data ? [`run: ${event.type.slice(RUN_TYPE.length)}`] : runPath(event);
  });
}

function commandOf(event: IncidentEvent): readonly CaseCommand[] {
  const { actor, atMs } = event;
  switch (event.type) {
    case "incident.acknowledged":
      return [{ type: "acknowledge", atMs, actor }];
    case "incident.unacknowledged":
      return [{ type: "unacknowledge", atMs, actor, reason: event.data.reason }];
    case "incident.mitigation-started":
      return [{ type: "start-mitigation", atMs, actor, text: event.data.text }];
    case "incident.mitigated":
      return [{ type: "confirm-mitigation", atMs, actor, text: event.data.text }];
    case "incident.severity-changed":
      return [{ type: "change-severity", atMs, actor, severity: event.data.to, reason: event.data.reason }];
    case "incident.noted":
      return [{ type: "note", atMs, actor, text: event.data.text }];
    case "incident.resolved":
      return [{ type: "resolve", atMs, actor, reason: event.data.reason }];
    case "incident.reopened":
      return [{ type: "reopen", atMs, actor, reason: event.data.reason }];
    case "incident.status-updated":
      return [{ type: "update-status", atMs, actor, audience: event.data.audience, text: event.data.text }];
    case "incident.role-assigned":
      return [{ type: "assign-role", atMs, actor, role: event.data.role, person: event.data.person }];
    case "incident.role-handed-over": {
      const { from, handedOver, role, to } = event.data;
      return [{ type: "hand-over", atMs, actor, role, from, to, handedOver }];
    }
    case "incident.role-released": {
      const { person, reason, role } = event.data;
      return [{ type: "release-role", atMs, actor, role, person, reason }];
    }
    default:
      return [];
  }
}
