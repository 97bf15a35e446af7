import type { SloEvaluation } from "../evaluation/evaluation.js";
import type { GateAnswer, GateQuestion } from "../gate/gate.js";
import { isOpenStatus } from "../incident/incident-lifecycle.js";
import type { IncidentRound } from "../incident/incident.js";
import type { EscalationState } from "../on-call/escalation/escalation.js";
import type { Labels } from "../alert/labels.js";
import type { ExternalAlert } from "../alert/external-alert.js";
import type { Unsubscribe } from "../ports/event-bus.js";
import { createMaintenanceCalendar } from "../routing/maintenance-window.js";
import type { CompiledMatcher } from "../routing/label-matcher.js";
import type { Silence } from "../routing/silence.js";
import { ENGINE_ACTOR, type RunbookRun } from "../runbook/runbook-run.js";
import type { Runbook } from "../runbook/runbook.js";
import { createAlertIntake, type AlertIntake, type AlertReceipt } from "./alert-intake.js";
import type { DeliveryDesk } from "./delivery-desk.js";
import type { EnginePorts, EngineSettings } from "./engine-settings.js";
import { createEscalationAuditor, type EscalationAudit } from "./escalation-auditor.js";
import { createEscalationDesk, type EscalationDesk } from "./escalation-desk.js";
import { pageSubject, plannedWork } from "./page-subject.js";
import type { IncidentBook } from "./incident-book.js";
import { createIncidentCalls } from "./incident-calls.js";
import type { IncidentDesk } from "./incident-desk.js";
import type { Journal } from "./journal.js";
import { createOnCallDesk, NOBODY_ON_CALL, type OnCallDesk } from "./on-call-desk.js";
import { createOutsideAlerts } from "./outside-alerts.js";
import type { Relay } from "./relay.js";
import type { ResponseBooks } from "./response-books.js";
import type { RoutingSettings } from "./response-settings.js";
import { createRoutingDesk, ROUTING_TIMER, type AlertExplanation } from "./routing-desk.js";
import { createRunbookDesk, type RunbookDesk } from "./runbook-desk.js";
import { createRunGuard, NO_STEP_RUNNER, sloVerdict } from "./run-circumstances.js";
import { createSilenceDesk, type SilenceDesk } from "./silence-desk.js";

/** How incidents are answered: by whom, by which alerts, and with which runbooks. */
export type IncidentResponse = {
  readonly onCall: OnCallDesk;
  readonly escalations: Pick<EscalationDesk, "command"> & {
    get(incidentId: string): EscalationState | undefined;
    open(): readonly EscalationState[];
    /** Checks that no page is stuck, mends what is, and lets the dead-man ping go out when nothing was. */
    audit(): Promise<EscalationAudit>;
  };
  /** Alerts from elsewhere. */
  readonly alerts: {
    /** One receipt for each alert, in their order, once they are stored; incidents and messages follow at once. */
    take(batch: readonly ExternalAlert[]): Promise<readonly AlertReceipt[]>;
    active(matchers?: readonly CompiledMatcher[]): readonly ExternalAlert[];
    /** Why an alert told somebody, or why not; undefined when it is not known. */
    explain(alertKey: string): AlertExplanation | undefined;
  };
  readonly silences: SilenceDesk & {
    all(): readonly Silence[];
    get(id: string): Silence | undefined;
    matching(labels: Labels): readonly Silence[];
  };
  readonly runbooks: Omit<RunbookDesk, "advanceDue" | "abandonDue" | "advance"> & {
    readonly library: ReadonlyMap<string, Runbook>;
    all(): readonly RunbookRun[];
    open(): readonly RunbookRun[];
    get(runId: string): RunbookRun | undefined;
    /** Brings every open run forward by what can be done now; answers how many went on. To be called every second or so. */
    advance(): Promise<number>;
  };
};

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
  const { books, incidents, journal, nowMs, ports, react, relay, routing, settings } = parts;
  const { clock, ids, timer } = ports;

  const maintenance = createMaintenanceCalendar(routing.maintenance);
  const onCall = createOnCallDesk({
    settings: settings.onCall ?? NOBODY_ON_CALL,
    book: books.onCall,
    journal,
    ids,
    nowMs,
    relay,
  });
  const escalations = createEscalationDesk({
    journal,
    book: books.escalations,
    events: ports.events,
    timer,
    nowMs,
    request: parts.deliveryDesk.request,
    policyFor: ({ service }) => onCall.policyFor(service),
    directory: onCall,
    subject: (incidentId) => pageSubject(incidents.get(incidentId), settings.incidentUrl),
    pausedFor: (incidentId, atMs) => plannedWork(incidents.get(incidentId), maintenance, atMs),
    relay,
    onNoAnswer: async (incidentId, told) => {
      await parts.incidentDesk.command(incidentId, {
        type: "unacknowledge",
        actor: ENGINE_ACTOR,
        atMs: nowMs(),
        ...told,
      });
    },
  });
  const runbooks = createRunbookDesk({
    clock,
    ids,
    digest: ports.digest,
    journal,
    book: books.runs,
    runbooks: settings.runbooks ?? new Map(),
    runner: settings.runner ?? ENGINE_ACTOR,
    stepRunner: ports.stepRunner ?? NO_STEP_RUNNER,
    remediators: new Map(Object.entries(ports.remediators ?? {})),
    fleets: new Map(Object.entries(ports.fleets ?? {})),
    slo: (sloId) => sloVerdict(sloId, parts.evaluation(sloId)),
    guard: createRunGuard(parts.gate, (incidentId) => incidents.get(incidentId)?.service),
  });
  const rules = { root: routing.root, silences: books.silences, inhibitor: books.routing.inhibitor, maintenance };
  const routingDesk = createRoutingDesk({ clock, journal, book: books.routing, rules, timer });
  const intake = createAlertIntake({ clock, journal, book: books.routing, rules, desk: routingDesk });
  const outside = createOutsideAlerts({
    book: books.routing,
    receivers: routing.receivers,
    incidents: parts.incidentDesk,
    request: parts.deliveryDesk.request,
  });
  const calls = createIncidentCalls({ desk: parts.incidentDesk, run: (runId) => books.runs.get(runId) });
  const auditor = createEscalationAuditor({
    book: books.escalations,
    nowMs,
    mend: escalations.mend,
    expected: () =>
      incidents
        .all()
        .filter(({ service, status }) => isOpenStatus(status) && onCall.policyFor(service) !== undefined)
        .map(({ id, rounds }) => ({ incidentId: id, sinceMs: (rounds.at(-1) as IncidentRound).openedAtMs })),
    ...(ports.deadMan === undefined ? {} : { deadMan: ports.deadMan }),
  });

  const subscriptions: Unsubscribe[] = [
    await react("escalations", escalations.react),
    await react("calls", calls.react),
    await react("outside-alerts", outside.react),
  ];
  const start = async (): Promise<void> => {
    const settle = async (): Promise<void> => {
      await intake.endDue();
      await routingDesk.settle();
      await relay();
    };
    subscriptions.push(await timer.consume(ROUTING_TIMER, settle), await escalations.open());
    await routingDesk.open(routing.graceMs);
  };

  const published = async <Answer>(answer: Promise<Answer>): Promise<Answer> => {
    const given = await answer;
    await relay();
    return given;
  };
  const response: IncidentResponse = {
    onCall,
    escalations: {
      command: escalations.command,
      get: (incidentId) => books.escalations.get(incidentId),
      open: () => books.escalations.open(),
      audit: auditor.audit,
    },
    alerts: {
      take: (batch) => published(intake.take(batch)),
      active: (matchers) => books.routing.active(nowMs(), matchers),
      explain: routingDesk.explain,
    },
    silences: {
      ...createSilenceDesk({ clock, ids, journal, book: books.silences, relay }),
      all: () => books.silences.all(),
      get: (id) => books.silences.get(id),
      matching: (labels) => books.silences.matching(labels, nowMs()),
    },
    runbooks: {
      library: settings.runbooks ?? new Map(),
      preview: runbooks.preview,
      request: (asked) => published(runbooks.request(asked)),
      command: (runId, command) => published(runbooks.command(runId, command)),
      all: () => books.runs.all(),
      open: () => books.runs.open(),
      get: (runId) => books.runs.get(runId),
      async advance() {
        const reports = await runbooks.advanceDue();
        const abandoned = await runbooks.abandonDue();
        const moved = reports.filter(({ kind }) => kind === "advanced" || kind === "ended").length + abandoned.length;
        if (moved > 0) await relay();
        return moved;
      },
    },
  };
  return { response, start, close: async () => void (await Promise.all(subscriptions.map((leave) => leave()))) };
}
