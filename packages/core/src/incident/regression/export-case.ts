import { failure, success, type Result } from "../../errors/result.js";
import type { ExternalAlert } from "../../alert/external-alert.js";
import type { EscalationEvent } from "../../on-call/escalation/escalation-event.js";
import { runPath } from "../../runbook/run-path.js";
import type { Correction } from "../../slo/correction.js";
import type { Service, Slo } from "../../slo/slo.js";
import { externalKey, receiverSaid, type ExternalFacts } from "../external/external-facts.js";
import type { IncidentEvent } from "../incident-event.js";
import { isOpenStatus } from "../incident-lifecycle.js";
import type { IncidentState } from "../incident.js";
import type { CaseOnCall, CaseRouting, CaseSilenceChange } from "./case-answering.js";
import { peopleCommands } from "./case-commands.js";
import { caseOutcome } from "./case-outcome.js";
import { escalationCommands } from "./case-pages.js";
import {
  CASE_FORMAT,
  CASE_FORMAT_VERSION,
  type CaseAlert,
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
  /** Absent: alerts are told as the incident heard of them. */
  readonly routed?: RoutedSource;
  /** Who was called, and the course of that; absent where nobody was. */
  readonly onCall?: CaseOnCall;
  readonly escalation?: readonly EscalationEvent[];
};

/** The routing of the alerts of an incident, and what was recorded of what it was told. */
export type RoutedSource = {
  readonly routing: CaseRouting;
  /** As they came in, in order. */
  readonly alerts: readonly CaseAlert[];
  readonly silences: readonly CaseSilenceChange[];
};

/** Why an incident gives no case. */
export type CaseProblem = {
  readonly code: "still-open" | "merged" | "joined" | "no-inputs";
  readonly message: string;
};

/** Makes a case from a resolved incident and what was recorded. The same input gives the same case. */
export function exportCase(source: CaseSource): Result<RegressionCase, CaseProblem> {
  const {
    corrections = [],
    escalation = [],
    events,
    onCall,
    routed,
    runs = [],
    services,
    settings,
    slos,
    state,
  } = source;
  const problem = whyNoCase(state, events);
  if (problem !== undefined) return failure(problem);
  const alerts = routed === undefined ? heardAlerts(events) : routedAlerts(routed, events);
  const commands = peopleCommands(events, { told: onCall === undefined ? "all" : "people" });
  const asked = escalationCommands(escalation);
  const { sliceMs } = settings;
  const instants = [
    ...source.slices.flatMap((slice) => [slice.sliceMs, slice.sliceMs + sliceMs]),
    ...alerts.map(({ receivedAtMs }) => receivedAtMs),
    ...commands.flatMap(({ atMs, type }) => (type === "declare" ? [atMs] : [])),
  ];
  if (instants.length === 0) {
    const message = `Nothing that the engine was told about ${state.id} is recorded: neither slices nor alerts. Export it from where they are kept.`;
    return failure({ code: "no-inputs", message });
  }
  const ends = [
    ...[...commands, ...asked].map(({ atMs }) => atMs),
    state.rounds.at(-1)?.resolvedAtMs ?? state.lastAtMs,
  ];
  const [fromMs, toMs] = [least(instants), -least([...instants, ...ends].map((one) => -one))];
  const slices = sliceRuns(source.slices, sliceMs);
  const silences = routed === undefined ? {} : { silences: routed.silences };
  const answered = onCall === undefined ? {} : { escalation };
  return success({
    format: CASE_FORMAT,
    formatVersion: CASE_FORMAT_VERSION,
    name: `regression-${state.id}`,
    title: state.title,
    settings,
    services,
    slos,
    corrections,
    ...(routed === undefined ? {} : { routing: routed.routing }),
    ...(onCall === undefined ? {} : { onCall }),
    inputs: {
      fromMs,
      toMs,
      slices,
      alerts,
      ...silences,
      commands,
      ...(onCall === undefined ? {} : { escalation: asked }),
      runs,
    },
    expected: caseOutcome(state, events, { runbook: casePath(runs), routed: routed !== undefined, ...answered }),
  });
}

/** A replay has the inputs of one incident, and brings it to its end. */
function whyNoCase(
  { id, mergedInto, splitFrom, status }: IncidentState,
  events: readonly IncidentEvent[],
): CaseProblem | undefined {
  if (isOpenStatus(status)) {
    return { code: "still-open", message: `${id} is still ${status}. Export it once it is resolved.` };
  }
  if (mergedInto !== undefined) {
    return { code: "merged", message: `${id} was merged into ${mergedInto}. Export that one.` };
  }
  const absorbed = events.find((event) => event.type === "incident.absorbed")?.data.from;
  const splitOff = events.find((event) => event.type === "incident.split-off")?.data.into;
  const other = absorbed ?? splitOff ?? splitFrom;
  if (other === undefined) return undefined;
  const message = `${id} shares its course with ${other}, by a merge or a split: a case has the inputs of one incident only. Export one that went its course alone.`;
  return { code: "joined", message };
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

/** What came in, with the repeats that reopened what people had resolved: of those nothing else is stored. */
function routedAlerts({ alerts }: RoutedSource, events: readonly IncidentEvent[]): readonly CaseAlert[] {
  const repeats = hearings(events).flatMap(({ heard: { alert, receivedAtMs }, isRepeat }) =>
    isRepeat ? [{ receivedAtMs, alert }] : [],
  );
  return [...alerts, ...repeats].toSorted((one, other) => one.receivedAtMs - other.receivedAtMs);
}

/** Finds what was heard of alerts from elsewhere, when the incident heard it: routing may have held it back before. */
function heardAlerts(events: readonly IncidentEvent[]): readonly CaseAlert[] {
  return hearings(events).map(({ heard }) => heard);
}

/** A repeat that reopened what people had resolved told nothing new, and stands in the course as the reopening alone. */
function hearings(events: readonly IncidentEvent[]) {
  const last = new Map<string, CaseAlert>();
  const heardBy = new Set(events.flatMap(({ data, type }) => (type === UPDATED ? [data.causeId] : [])));
  return events.flatMap((event) => {
    if (event.type === "incident.reopened" && event.actor === "engine" && !heardBy.has(event.data.causeId)) {
      const firing = [...last.values()].filter(({ alert }) => alert.status === "firing");
      return firing.map((heard) => ({ heard: { ...heard, receivedAtMs: event.atMs }, isRepeat: true }));
    }
    if (event.type !== "incident.declared" && event.type !== UPDATED) return [];
    const { external } = event.data;
    if (external === undefined) return [];
    const heard: CaseAlert = {
      receivedAtMs: event.atMs,
      alert: alertOf(external, event.atMs),
      ...receiverSaid(external),
    };
    last.set(external.key, heard);
    return [{ heard, isRepeat: false }];
  });
}

const UPDATED = "incident.external-updated";

/** The alert as it came. An end is told as its source's word, for a replay hears of it at its own instant. */
function alertOf(facts: ExternalFacts, heardAtMs: number): ExternalAlert {
  const { annotations, endsAtMs, key, labels, source, startsAtMs, status } = facts;
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
