import { alertKey } from "../alert/decide-alert.js";
import type { IncidentState } from "../incident/incident.js";
import { incidentSignals } from "../incident/incident-signal.js";
import type { ReplayedIncident } from "../incident/parse-incident-event.js";
import { peopleCommands } from "../incident/regression/case-commands.js";
import type { CaseSlice, CaseSource, RoutedSource } from "../incident/regression/export-case.js";
import type { CaseRun, RegressionCase } from "../incident/regression/regression-case.js";
import { escalationStream } from "../on-call/escalation/escalation.js";
import { parseEscalationEvent } from "../on-call/escalation/parse-escalation-event.js";
import type { EventStore } from "../ports/event-store.js";
import type { SliHistory } from "../ports/sli-history.js";
import type { Silence } from "../routing/silence.js";
import { parseRunbookRunEvent } from "../runbook/parse-runbook-run-event.js";
import { runbookRunStream, type RunbookRun } from "../runbook/runbook-run.js";
import { coveredIntervals } from "../slo/covered-time.js";
import type { Correction } from "../slo/correction.js";
import type { Service, Slo } from "../slo/slo.js";
import { caseAlerts } from "./case-alerts.js";
import { caseOnCall } from "./case-on-call.js";
import { caseRouting, type CaseTime } from "./case-routing.js";
import { caseSilences } from "./case-silences.js";
import type { OnCallDesk } from "./on-call-desk.js";
import type { RoutingSettings } from "./response-settings.js";

/** What was recorded of what the engine was told about an incident. */
export type RecordedInputs = Omit<CaseSource, "state" | "events">;

/** Gathers from storage what an incident's regression case is made from. */
export type CaseRecorder = (course: ReplayedIncident) => Promise<RecordedInputs>;

/** What a recorder works with. */
export type CaseRecorderOptions = {
  readonly history: Pick<SliHistory, "load">;
  readonly events: Pick<EventStore, "read">;
  readonly settings: RegressionCase["settings"];
  readonly services: readonly Service[];
  readonly slos: readonly Slo[];
  readonly corrections: () => readonly Correction[];
  /** Every run, newest first. */
  readonly runs: () => readonly RunbookRun[];
  readonly routing: RoutingSettings;
  readonly silences: () => readonly Silence[];
  readonly onCall: Pick<OnCallDesk, "people" | "teams" | "schedules">;
};

export function createCaseRecorder(options: CaseRecorderOptions): CaseRecorder {
  const { history, settings } = options;

  const slicesOf = async (slos: readonly Slo[], fromMs: number, toMs: number): Promise<readonly CaseSlice[]> => {
    const sloIds = slos.filter(({ sli }) => sli.kind !== "composite").map(({ id }) => id);
    const slices: CaseSlice[] = [];
    for await (const page of history.load({ sloIds, fromMs, toMs })) {
      for (const { good, sliceMs, slices: length, sloId, total } of page) {
        slices.push({ sloId, sliceMs, good, total, slices: length });
      }
    }
    return slices;
  };

  const runOf = async ({ id }: RunbookRun): Promise<CaseRun> => {
    const stored = await options.events.read(runbookRunStream(id));
    return { events: stored.flatMap((one) => readable(parseRunbookRunEvent(one))) };
  };

  return async (course) => {
    const { state } = course;
    const slos = involvedSlos(state, options.slos);
    const services = new Set([state.service, ...slos.map(({ service }) => service)]);
    const openedAtMs = Math.min(...state.rounds.map((round) => round.openedAtMs));
    const windows = slos.flatMap(({ alerting }) => alerting.rules.map(({ longMs }) => longMs));
    const fromMs = openedAtMs - Math.max(0, ...windows);
    const toMs = state.rounds.at(-1)?.resolvedAtMs ?? state.lastAtMs;
    const ids = new Set(slos.map(({ id }) => id));
    return {
      settings,
      services: options.services.filter(({ id }) => services.has(id)),
      slos: slos.map(withoutQuery),
      corrections: options
        .corrections()
        .filter(({ sloIds }) => sloIds === "all" || sloIds.some((id) => ids.has(id)))
        .filter(({ covers }) => coveredIntervals(covers, fromMs, toMs).length > 0),
      slices: slos.length === 0 ? [] : await slicesOf(slos, fromMs, toMs),
      routed: await routedOf(options, course, toMs),
      ...(await calledOf(options, course, { fromMs: openedAtMs, toMs })),
      runs: await Promise.all(
        options
          .runs()
          .filter(({ incidentId }) => incidentId === state.id)
          .toReversed()
          .map(runOf),
      ),
    };
  };
}

/** Where its alerts from elsewhere went, and what they met. */
async function routedOf(
  { events, routing, silences }: CaseRecorderOptions,
  course: ReplayedIncident,
  toMs: number,
): Promise<RoutedSource> {
  const alerts = await caseAlerts(events, course, toMs);
  const met = alerts.map(({ alert }) => alert.labels);
  const time = { fromMs: alerts[0]?.receivedAtMs ?? course.state.declaredAtMs, toMs };
  return {
    routing: caseRouting(routing, met, time),
    alerts,
    silences: await caseSilences(events, silences(), { met, time }),
  };
}

/** Who was called about it; what was said to stakeholders after its end was asked by a command of the case. */
async function calledOf(
  options: CaseRecorderOptions,
  { events, state }: ReplayedIncident,
  time: CaseTime,
): Promise<Pick<CaseSource, "escalation" | "onCall">> {
  const toMs = Math.max(time.toMs, ...peopleCommands(events).map(({ atMs }) => atMs));
  const stored = await options.events.read(escalationStream(state.id));
  const escalation = stored.filter(({ atMs }) => atMs <= toMs).flatMap((one) => readable(parseEscalationEvent(one)));
  const onCall = caseOnCall(options.onCall, escalation, { fromMs: time.fromMs, toMs });
  return onCall === undefined ? {} : { onCall, escalation };
}

/** The SLOs that an incident's alerts are about, with those that they are made from and those that hold them back. */
function involvedSlos(state: IncidentState, slos: readonly Slo[]): readonly Slo[] {
  const byId = new Map(slos.map((slo) => [slo.id, slo]));
  const keys = new Set(incidentSignals(state).map(({ key }) => key));
  const involved = new Set<string>();
  const add = (id: string): void => {
    const slo = byId.get(id);
    if (slo === undefined || involved.has(id)) return;
    involved.add(id);
    slo.alerting.suppressedBy.forEach(add);
    if (slo.sli.kind === "composite") slo.sli.members.forEach((member) => add(member.slo));
  };
  for (const { id } of slos) if (keys.has(alertKey(id, "burn")) || keys.has(alertKey(id, "data-loss"))) add(id);
  return slos.filter(({ id }) => involved.has(id));
}

/** A case is told its slices and asks nobody for them; and a file that is shown around has no addresses in it. */
function withoutQuery(slo: Slo): Slo {
  const { sli } = slo;
  return sli.kind === "composite" ? slo : { ...slo, sli: { ...sli, selector: { ...sli.selector, query: {} } } };
}

function readable<Value>(
  read: { readonly ok: true; readonly value: Value } | { readonly ok: false },
): readonly Value[] {
  return read.ok ? [read.value] : [];
}
