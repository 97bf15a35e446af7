import { createMaintenanceCalendar, type MaintenanceCalendar } from "../routing/maintenance-window.js";
import { failure } from "../errors/result.js";
import type { SloEvaluation } from "../evaluation/evaluation.js";
import type { GateAnswer, GateQuestion } from "../gate/gate.js";
import type { IncidentRound } from "../incident/incident.js";
import type { Unsubscribe } from "../ports/event-bus.js";
import { fittingRunbooks, indexRunbooks } from "../runbook/runbook-index.js";
import type { StoredEvent } from "../ports/event-store.js";
import { DEFAULT_AUTOMATION } from "../runbook/automatic-run.js";
import type { Rehearsal } from "../runbook/rehearse-runbook.js";
import { ENGINE_ACTOR } from "../access/principal.js";
import type { Runbook } from "../runbook/runbook.js";
import { createAlertIntake } from "./alert-intake.js";
import { createAutomaticRunDesk, type AutomaticRunDesk } from "./automatic-run-desk.js";
import { createDeliveredNotices } from "./delivered-notices.js";
import { notifiersOf, type DeliveryDesk } from "./delivery-desk.js";
import type { EnginePorts, EngineSettings } from "./engine-settings.js";
import { createEscalationAuditor } from "./escalation-auditor.js";
import { createEscalationDesk, type EscalationDesk } from "./escalation-desk.js";
import type { IncidentBook } from "./incident-book.js";
import { createExternalRepeats } from "./external-repeats.js";
import { createIncidentCalls } from "./incident-calls.js";
import { entriesFor, unknownIncident } from "./incident-entries.js";
import type { IncidentDesk } from "./incident-desk.js";
import type { IncidentResponse } from "./incident-response.js";
import type { Journal } from "./journal.js";
import { createOnCallDesk, NOBODY_ON_CALL, type OnCallDesk } from "./on-call-desk.js";
import { createOutsideAlerts } from "./outside-alerts.js";
import { createPageRefusals, type PageRefusals, type PageRefusalsOptions } from "./page-refusals.js";
import { pageSubject, plannedWork } from "./page-subject.js";
import { createKillSwitch, type KillSwitch } from "./kill-switch.js";
import type { Relay } from "./relay.js";
import type { ResponseBooks } from "./response-books.js";
import type { RoutingSettings } from "./response-settings.js";
import { createRoutingDesk, ROUTING_TIMER } from "./routing-desk.js";
import { createRunGuard, NO_STEP_RUNNER, sloVerdict } from "./run-circumstances.js";
import { createRunbookDesk } from "./runbook-desk.js";
import { hasMoved } from "./runbook-runner.js";
import { incidentSymptoms } from "./runbook-fit.js";
import { createSilenceDesk } from "./silence-desk.js";

/** What answering needs of the engine. */
export type RespondingParts = {
  readonly ports: EnginePorts;
  readonly settings: EngineSettings;
  readonly routing: RoutingSettings;
  readonly journal: Journal;
  readonly books: ResponseBooks;
  readonly incidents: IncidentBook;
  readonly incidentDesk: IncidentDesk;
  readonly deliveryDesk: DeliveryDesk;
  readonly evaluation: (sloId: string) => SloEvaluation | undefined;
  readonly gate: (question: GateQuestion) => Promise<GateAnswer>;
  readonly react: Relay["react"];
  readonly relay: () => Promise<unknown>;
  readonly nowMs: () => number;
};

/** The part of the engine that answers incidents. */
export type Responding = {
  readonly response: IncidentResponse;
  /** Listens to the timers. Once every reactor of the engine has subscribed: what a timer brings about is for all of them. */
  start(): Promise<void>;
  readonly close: Unsubscribe;
};

/** Joins escalation, routing, silences, on-call and runbooks to the engine; reacts from then on, until `close`. */
export async function openResponding(parts: RespondingParts): Promise<Responding> {
  const { books, incidentDesk, journal, nowMs, ports, react, relay, routing, settings } = parts;
  const { clock, ids } = ports;

  const maintenance = createMaintenanceCalendar(routing.maintenance);
  const onCall = createOnCallDesk({
    settings: settings.onCall ?? NOBODY_ON_CALL,
    book: books.onCall,
    journal,
    ids,
    nowMs,
    relay,
  });
  const escalation = openEscalation(parts, onCall, maintenance);
  const alerts = openAlerts(parts, maintenance);
  const killSwitch = createKillSwitch({ events: ports.events, journal, nowMs, relay });
  const automatic = openAutomaticRuns(parts, { killSwitch, maintenance });
  const calls = createIncidentCalls({ desk: incidentDesk, run: (runId) => books.runs.get(runId) });

  const notices = createDeliveredNotices({ desk: incidentDesk, events: ports.events });

  const runbooks = openRunbooks(parts, { automatic, killSwitch });

  const subscriptions: Unsubscribe[] = [
    await react("escalations", escalation.react),
    await react("calls", calls.react),
    await react("notices", notices.react),
    await react("outside-alerts", alerts.react),
    await react("automatic-runs", automatic.react),
  ];
  return {
    response: {
      onCall,
      escalations: escalation.answers,
      alerts: alerts.answers,
      silences: {
        ...createSilenceDesk({ clock, ids, journal, book: books.silences, relay }),
        all: () => books.silences.all(),
        get: (id) => books.silences.get(id),
        matching: (labels) => books.silences.matching(labels, nowMs()),
      },
      killSwitch,
      runbooks,
    },
    async start() {
      subscriptions.push(await escalation.open(), await alerts.open(), await automatic.open());
    },
    async close() {
      const stop = runbooks.stop();
      stop.cancel();
      // Who would rather wait for what is under way asks for `runbooks.stop()` first, and waits for it.
      stop.giveUp();
      await stop.settled;
      await Promise.all(subscriptions.map((leave) => leave()));
    },
  };
}

function openEscalation(parts: RespondingParts, onCall: OnCallDesk, maintenance: MaintenanceCalendar) {
  const { books, incidentDesk, incidents, journal, nowMs, ports, relay, settings } = parts;
  const subject = (incidentId: string) => pageSubject(incidents.get(incidentId), settings.incidentUrl);
  const desk = createEscalationDesk({
    journal,
    book: books.escalations,
    events: ports.events,
    timer: ports.timer,
    nowMs,
    request: parts.deliveryDesk.request,
    wasRequested: parts.deliveryDesk.wasRequested,
    followsCourse: (notifier, severity) => notifiersOf(settings.notify, severity).has(notifier),
    policyFor: ({ service }) => onCall.policyFor(service),
    directory: onCall,
    record: (incidentId, word) =>
      incidents.get(incidentId) === undefined
        ? failure(unknownIncident(incidentId))
        : entriesFor(incidents, incidentId, word),
    subject,
    pausedFor: (incidentId, atMs) => plannedWork(incidents.get(incidentId), maintenance, atMs),
    relay,
    onNoAnswer: async (incidentId, told) => {
      const by = { actor: ENGINE_ACTOR, atMs: nowMs() };
      await incidentDesk.command(incidentId, { type: "unacknowledge", ...by, ...told });
    },
  });
  const refusals = openRefusals(parts, { onCall, desk, subject });
  const { audit } = createEscalationAuditor({
    book: books.escalations,
    nowMs,
    mend: desk.mend,
    expected: () =>
      incidents
        .all()
        .filter(({ service, status }) => status === "declared" && onCall.policyFor(service) !== undefined)
        .map(({ id, rounds }) => ({ incidentId: id, sinceMs: (rounds.at(-1) as IncidentRound).openedAtMs })),
    ...(ports.deadMan === undefined ? {} : { deadMan: ports.deadMan }),
  });
  const answers: IncidentResponse["escalations"] = {
    command: desk.command,
    get: (incidentId) => books.escalations.get(incidentId),
    open: () => books.escalations.open(),
    audit,
  };
  const react = async (event: StoredEvent): Promise<void> => {
    await desk.react(event);
    await refusals.react(event);
  };
  return { react, open: desk.open, answers };
}

function openRefusals(
  { books, deliveryDesk, incidentDesk, ports }: RespondingParts,
  scene: Pick<PageRefusalsOptions, "subject"> & { readonly onCall: OnCallDesk; readonly desk: EscalationDesk },
): PageRefusals {
  const { desk, onCall, subject } = scene;
  return createPageRefusals({
    events: ports.events,
    escalation: books.escalations.get,
    person: onCall.person,
    subject,
    request: deliveryDesk.request,
    wasRequested: deliveryDesk.wasRequested,
    wasGivenUp: deliveryDesk.wasGivenUp,
    undelivered: desk.undelivered,
    note: async (incidentId, note) => {
      await incidentDesk.command(incidentId, { type: "note", actor: ENGINE_ACTOR, ...note });
    },
  });
}

function openAlerts(parts: RespondingParts, maintenance: MaintenanceCalendar) {
  const { books, journal, nowMs, relay, routing } = parts;
  const { clock, timer } = parts.ports;
  const book = books.routing;
  const rules = { root: routing.root, silences: books.silences, inhibitor: book.inhibitor, maintenance };
  const desk = createRoutingDesk({ clock, journal, book, events: parts.ports.events, rules, timer });
  const intake = createAlertIntake({ clock, journal, book, rules, desk });
  const { incidentDesk: incidents, incidents: incidentBook } = parts;
  const { receivers } = routing;
  const { cooldownMs } = parts.settings.incidents;
  const { react } = createOutsideAlerts({ book, receivers, incidents, request: parts.deliveryDesk.request });
  const repeats = createExternalRepeats({ book, rules, receivers, incidents, incidentBook, cooldownMs });
  const answers: IncidentResponse["alerts"] = {
    async take(batch, handIn) {
      const receipts = await intake.take(batch, handIn);
      // What is owed comes first: an incident that has yet to hear of an end is not one that was resolved by hand.
      await relay();
      if ((await repeats.hear(receipts, nowMs())) > 0) await relay();
      return receipts;
    },
    active: (matchers) => book.active(nowMs(), matchers),
    over: (matchers) => book.over(nowMs(), matchers),
    explain: desk.explain,
    course: desk.course,
  };
  const settle = async (): Promise<void> => {
    await intake.endDue();
    await desk.settle();
    await relay();
  };
  const open = async (): Promise<Unsubscribe> => {
    const leave = await timer.consume(ROUTING_TIMER, settle);
    await desk.open(routing.graceMs);
    return leave;
  };
  return { react, open, answers };
}

function openAutomaticRuns(
  parts: RespondingParts,
  { killSwitch, maintenance }: { readonly killSwitch: KillSwitch; readonly maintenance: MaintenanceCalendar },
): AutomaticRunDesk {
  const { books, gate, incidents, journal, nowMs, ports, relay, settings } = parts;
  const { digest, events, timer } = ports;
  return createAutomaticRunDesk({
    automation: settings.automation ?? DEFAULT_AUTOMATION,
    killSwitch,
    library: settings.runbooks ?? new Map<string, Runbook>(),
    readiness: {
      remediators: new Set(Object.keys(ports.remediators ?? {})),
      fleets: new Set(Object.keys(ports.fleets ?? {})),
      rehearsals: settings.rehearsals ?? new Map<string, readonly Rehearsal[]>(),
    },
    services: new Set(settings.services.map(({ id }) => id)),
    incident: incidents.get,
    plannedWork: (incident, atMs) => plannedWork(incident, maintenance, atMs)?.reason,
    slo: (sloId) => sloVerdict(sloId, parts.evaluation(sloId)),
    runs: books.runs.all,
    gate,
    journal,
    events,
    book: books.automaticRuns,
    digest,
    timer,
    nowMs,
    relay,
  });
}

function openRunbooks(
  parts: RespondingParts,
  { automatic, killSwitch }: { readonly automatic: AutomaticRunDesk; readonly killSwitch: KillSwitch },
): IncidentResponse["runbooks"] {
  const { books, incidents, journal, ports, relay, settings } = parts;
  const library = settings.runbooks ?? new Map<string, Runbook>();
  const index = indexRunbooks(library.values());
  const desk = createRunbookDesk({
    clock: ports.clock,
    ids: ports.ids,
    digest: ports.digest,
    journal,
    book: books.runs,
    runbooks: library,
    relay,
    runner: settings.runner ?? ENGINE_ACTOR,
    stepRunner: ports.stepRunner ?? NO_STEP_RUNNER,
    remediators: new Map(Object.entries(ports.remediators ?? {})),
    fleets: new Map(Object.entries(ports.fleets ?? {})),
    slo: (sloId) => sloVerdict(sloId, parts.evaluation(sloId)),
    guard: createRunGuard({
      automation: settings.automation ?? DEFAULT_AUTOMATION,
      killSwitch,
      gate: parts.gate,
      incident: incidents.get,
      openRuns: books.runs.open,
    }),
  });
  const published = async <Answer>(answer: Promise<Answer>): Promise<Answer> => {
    const given = await answer;
    await relay();
    return given;
  };
  return {
    library,
    fitting: (state) => fittingRunbooks(index, incidentSymptoms(state)),
    automatic: automatic.standing,
    automaticDecisions: books.automaticRuns.of,
    preview: desk.preview,
    request: (asked) => published(desk.request(asked)),
    command: (runId, command) => published(desk.command(runId, command)),
    all: () => books.runs.all(),
    open: () => books.runs.open(),
    get: (runId) => books.runs.get(runId),
    async advance() {
      const reports = await desk.advanceDue();
      const abandoned = await desk.abandonDue();
      return reports.filter(hasMoved).length + abandoned.length;
    },
    stop: desk.stop,
  };
}
