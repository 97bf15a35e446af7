import { incidentStream } from "../incident/incident.js";
import { createAccessBook } from "./access-book.js";
import { createAccessDesk } from "./access-desk.js";
import { createAccessWriter } from "./access-writer.js";
import { ALERT_PREFIX, createAlertBook } from "./alert-book.js";
import { createAlertDesk } from "./alert-desk.js";
import { createAuditDesk } from "./audit-desk.js";
import { createCaseRecorder } from "./case-recorder.js";
import { createDecisionBook } from "./decision-book.js";
import { createDecisionDesk } from "./decision-desk.js";
import { createDeadLetterDesk } from "./delivery-dead-letters.js";
import { createDeliveryBook } from "./delivery-book.js";
import { createDeliveryDesk, type DeliveryAgain } from "./delivery-desk.js";
import { deliveryOf } from "./delivery-event.js";
import type { Delivery } from "./delivery-owed.js";
import type { EnginePorts, EngineSettings } from "./engine-settings.js";
import { isMessageWanted } from "./escalation-page.js";
import { createCostRecorder } from "./cost-recorder.js";
import { createIncidentAnswers } from "./incident-answers.js";
import { createIncidentBook } from "./incident-book.js";
import { createIncidentDesk } from "./incident-desk.js";
import { createIncidentShares } from "./incident-shares.js";
import { createIncidentWork } from "./incident-work.js";
import { createJournal } from "./journal.js";
import { knownGatherers } from "./known-gatherers.js";
import { createListeners } from "./listeners.js";
import { openMeasuring } from "./measuring.js";
import { createObjectiveBook } from "./objective-book.js";
import type { Plimsoll } from "./plimsoll.js";
import { createPolicyBook, POLICY_PREFIX } from "./policy-book.js";
import { createPolicyDesk } from "./policy-desk.js";
import { createOwnerReminders } from "./owner-reminders.js";
import { openResponding } from "./responding.js";
import { createResponseBooks } from "./response-books.js";
import { defaultRouting } from "./response-settings.js";
import { createRelay } from "./relay.js";
import { createReporting } from "./reporting.js";
import { createRound } from "./round.js";
import { createSerialQueue } from "./serial-queue.js";
import { createSignInDesk } from "./sign-in-desk.js";
import { createSloViews } from "./slo-views.js";
import { sloHistory } from "./slo-history.js";

const INCIDENT_PREFIX = incidentStream("");
/** Begins the keys of the timers by which messages are tried again. */
const RETRY_TIMER = "delivery-retry/";

/**
 * Opens the engine on its ports: replays what was stored, restores the ledger, and takes up where it stopped.
 *
 * One engine per store. Throws what the adapters throw when storage can not be opened.
 */
export async function createPlimsoll(options: {
  readonly ports: EnginePorts;
  readonly settings: EngineSettings;
}): Promise<Plimsoll> {
  const { ports, settings } = options;
  const { bus, clock, events } = ports;
  const { sliceMs, services } = settings;
  const nowMs = (): number => clock.now().toMillis();

  const objectives = createObjectiveBook();
  const alerts = createAlertBook();
  const incidents = createIncidentBook();
  const decisions = createDecisionBook();
  const deliveries = createDeliveryBook();
  const policies = createPolicyBook();
  const access = createAccessBook();
  const routing = settings.routing ?? defaultRouting();
  const responses = createResponseBooks(routing);
  const journal = createJournal(events, [
    objectives.projection,
    alerts.projection,
    ...incidents.projections,
    decisions.projection,
    deliveries.projection,
    policies.projection,
    access.projection,
    ...responses.projections,
  ]);
  await journal.replay();
  const known = await objectives.reconcile(journal, settings.slos, nowMs());
  const slos = known.map(({ slo }) => slo);
  const byId = new Map(slos.map((slo) => [slo.id, slo]));

  const measuring = await openMeasuring({
    ports,
    settings,
    objectives: known,
    corrections: [...settings.corrections, ...decisions.corrections()],
  });
  const { collector, fleet, keeper } = measuring;
  const { react, relay } = createRelay(events, bus, journal);
  // What a person asked for is done once it is stored; where relaying fails now, the next round relays, and says so.
  const relayAsked = (): Promise<unknown> => relay().catch(() => undefined);
  const alertDesk = createAlertDesk({ journal, book: alerts, events });
  const { evaluation } = fleet;
  /** Of these services' SLOs; of all where none is named. */
  const evaluations = (asked: readonly string[]) =>
    slos
      .filter(({ service }) => asked.length === 0 || asked.includes(service))
      .map(({ id }) => evaluation(id))
      .filter((one) => one !== undefined);
  const knownWorld = { incidents: incidents.all, runs: responses.runs.all, services, slos, evaluation };
  const { impactStart, shares } = createIncidentShares({ slos, ledger: keeper.ledger, evaluation, nowMs });
  const incidentDesk = createIncidentDesk({
    journal,
    book: incidents,
    digest: ports.digest,
    services: new Map(services.map((service) => [service.id, service])),
    evaluation,
    evaluations: (service) => evaluations([service]),
    impactStart,
    recordsCalls: settings.onCall !== undefined,
    gatherers: [...(settings.gathersKnown === true ? knownGatherers(knownWorld) : []), ...(ports.gatherers ?? [])],
    ...settings.incidents,
  });
  const wakeForRetry = (id: string, { attempts, notBeforeMs }: DeliveryAgain): Promise<void> =>
    ports.timer.schedule({ key: `${RETRY_TIMER}${id}`, atMs: notBeforeMs, fence: attempts });
  const deliveryDesk = createDeliveryDesk({
    journal,
    book: deliveries,
    events,
    notifiers: new Map(Object.entries(ports.notifiers)),
    routes: settings.notify,
    isStillWanted: (id) => isMessageWanted(id, responses.escalations.get),
    // What follows from a message that was given up, such as another contact, is not for the next round either.
    onFailed: (id, again) => (again === undefined ? relayAsked() : wakeForRetry(id, again)),
    ...(settings.incidentUrl === undefined ? {} : { incidentUrl: settings.incidentUrl }),
    ...settings.delivery,
  });
  const policyDesk = createPolicyDesk({
    slos,
    fleet,
    journal,
    book: policies,
    deliveries: deliveryDesk,
    notifiers: settings.notify.tickets,
  });
  const { settleCorrections, ...decisionAnswers } = createDecisionDesk({
    clock,
    ids: ports.ids,
    audit: ports.audit,
    journal,
    relay: relayAsked,
    book: decisions,
    keeper,
    slos,
    services,
    freezeWindows: settings.freezeWindows,
    configured: settings.corrections,
    evaluations,
  });
  const auditDesk = createAuditDesk(ports.audit);
  const accessParts = {
    clock,
    ids: ports.ids,
    credentials: ports.credentials,
    book: access,
    write: createAccessWriter({ journal, book: access, relay: relayAsked }),
    hashing: createSerialQueue(),
  };

  const responding = await openResponding({
    ports,
    settings,
    routing,
    journal,
    books: responses,
    incidents,
    incidentDesk,
    deliveryDesk,
    evaluation,
    gate: decisionAnswers.gate,
    react,
    relay: relayAsked,
    nowMs,
  });
  const changes = createListeners<string>();
  const owed = createListeners<void>();
  const givenUp = createListeners<Delivery>();
  const subscriptions = [
    await react("incidents", async (event) => {
      if (event.stream.startsWith(ALERT_PREFIX)) await incidentDesk.react(event);
    }),
    await react("deliveries", async (event) => {
      if (event.stream.startsWith(INCIDENT_PREFIX)) await deliveryDesk.react(event);
      if (event.stream.startsWith(POLICY_PREFIX)) await policyDesk.react(event);
    }),
    await react("audit", auditDesk.react),
    await react("live", async (event) => {
      if (event.stream.startsWith(INCIDENT_PREFIX)) changes.tell(event.stream.slice(INCIDENT_PREFIX.length));
      if (event.type === "delivery.requested") owed.tell();
      const delivery = event.type === "delivery.failed" ? deliveries.get(deliveryOf(event.stream)) : undefined;
      if (delivery?.status === "dead") givenUp.tell(delivery);
    }),
  ];
  // What an earlier run stored and had not yet published.
  if ((await events.outbox.pending(1)).length > 0) await auditDesk.recall();
  await alertDesk.retire(new Set(byId.keys()), nowMs());
  await relay();
  if (settings.timers !== "leave") {
    await responding.start();
    subscriptions.push(await ports.timer.consume(RETRY_TIMER, async () => owed.tell()));
    const again = deliveries.due(Number.POSITIVE_INFINITY).filter(({ attempts }) => attempts > 0);
    await Promise.all(again.map((delivery) => wakeForRetry(delivery.id, delivery)));
  }

  const incidentParts = {
    book: incidents,
    desk: incidentDesk,
    events,
    fleet,
    shares,
    people: responding.response.onCall.people,
    recorded: createCaseRecorder({
      history: ports.history,
      events,
      settings: { sliceMs, ...settings.incidents },
      services,
      slos,
      corrections: () => decisionAnswers.corrections().map(({ correction }) => correction),
      runs: () => responses.runs.all(),
      routing,
      silences: () => responses.silences.all(),
      onCall: responding.response.onCall,
    }),
    nowMs,
    nextId: () => ports.ids.next(),
    relay: relayAsked,
  };
  const view = createSloViews({ slos: byId, fleet, alerts });
  let closed = false;
  return {
    slos,
    services,
    async collect(sloId, cancel) {
      const slo = byId.get(sloId);
      if (slo === undefined) throw new RangeError(`there is no SLO ${sloId}`);
      return collector.collect(slo, cancel);
    },
    round: createRound({
      measuring,
      alerts,
      alertDesk,
      incidentDesk,
      recordCosts: createCostRecorder({ journal, book: incidents, shares }),
      policyDesk,
      reminders: createOwnerReminders({
        book: incidents,
        people: responding.response.onCall.people,
        request: deliveryDesk.request,
        notifiers: settings.notify.tickets,
        urlOf: settings.incidentUrl,
      }),
      settleCorrections,
      relay,
      nowMs,
      sliceMs,
      evaluated: slos.length,
    }),
    deliver: () => deliveryDesk.deliver(nowMs()),
    checkpoint: () => keeper.checkpoint(),
    prune: measuring.prune,

    slo: view,
    views: () => slos.map(({ id }) => view(id)).filter((one) => one !== undefined),
    history(sloId, { fromMs, toMs, points }) {
      const slo = byId.get(sloId);
      const period = evaluation(sloId)?.period;
      if (slo === undefined || period === undefined) return undefined;
      return sloHistory(keeper.ledger, slo, {
        fromMs: fromMs ?? period.fromMs,
        toMs: toMs ?? keeper.ledger.headMs,
        points,
      });
    },

    ...createIncidentAnswers(incidentParts),
    ...createIncidentWork(incidentParts),
    ...decisionAnswers,
    ...createReporting({ slos, keeper, collector, incidents: () => incidents.all(), shares }),

    ...responding.response,
    access: { ...createAccessDesk(accessParts), ...createSignInDesk(accessParts) },
    announce: (id, notifier, notification) => deliveryDesk.request(id, notifier, notification, nowMs()),
    retryDelivery: createDeadLetterDesk({ journal, book: deliveries, nowMs, relay: relayAsked }).retry,
    audit: (query) => ports.audit.read(query),
    verifyAudit: () => ports.audit.verify(),
    health: async () => ({
      restored: keeper.restored,
      sources: measuring.watch.health(),
      poisoned: await bus.poisoned(),
      deadDeliveries: deliveries.dead(),
      unreadableEvents: [
        ...alerts.unreadable(),
        ...incidents.unreadable(),
        ...decisions.unreadable(),
        ...deliveries.unreadable(),
        ...policies.unreadable(),
        ...access.unreadable(),
        ...responses.unreadable(),
      ],
      lastRoundMs: fleet.lastRoundMs,
      ledger: keeper.ledger.memory,
    }),
    onIncident: changes.listen,
    onOwed: owed.listen,
    onGivenUp: givenUp.listen,
    async close() {
      if (closed) return;
      closed = true;
      await responding.close();
      await Promise.all(subscriptions.map((unsubscribe) => unsubscribe()));
      await Promise.all(Object.values(ports.sources).map(async (source) => source.close?.()));
    },
  };
}
