import { heldRules, policyLevel } from "../budget/policy-level.js";
import { explain } from "../evaluation/explain.js";
import { WATERMARK_SLICES } from "../evaluation/judgement.js";
import { longestWindowMs } from "../evaluation/longest-window.js";
import { incidentBudgetShare } from "../incident/incident-budget-share.js";
import { isOpenStatus } from "../incident/incident-lifecycle.js";
import { incidentStream } from "../incident/incident.js";
import { summariseIncidents } from "../incident/incident-summary.js";
import { incidentTimeline } from "../incident/incident-timeline.js";
import { replayIncident } from "../incident/parse-incident-event.js";
import { renderPostmortem } from "../incident/postmortem.js";
import { ALERT_PREFIX, createAlertBook } from "./alert-book.js";
import { createAlertDesk } from "./alert-desk.js";
import { createAuditDesk } from "./audit-desk.js";
import { createCollector } from "./collector.js";
import { createCompositeCollector } from "./composite-collector.js";
import { createDecisionBook } from "./decision-book.js";
import { createDecisionDesk } from "./decision-desk.js";
import { createDeliveryBook } from "./delivery-book.js";
import { createDeliveryDesk } from "./delivery-desk.js";
import type { EnginePorts, EngineSettings } from "./engine-settings.js";
import { createFleetWatch } from "./fleet-watch.js";
import { createIncidentBook } from "./incident-book.js";
import { createIncidentDesk } from "./incident-desk.js";
import { createJournal } from "./journal.js";
import { createObjectiveBook } from "./objective-book.js";
import type { IncidentView, Plimsoll, RoundReport, SloView } from "./plimsoll.js";
import { presentEvaluation } from "./present-evaluation.js";
import { createRelay } from "./relay.js";
import { createReporting } from "./reporting.js";
import { createSerialQueue } from "./serial-queue.js";
import { openSliceKeeper } from "./slice-keeper.js";
import { sloHistory } from "./slo-history.js";
import { createSourceWatch } from "./source-watch.js";

const INCIDENT_PREFIX = "incident/";

/** Kept beyond the longest window, so that a correction at its far end still finds its slices. */
const PRUNE_MARGIN_MS = 7 * 86_400_000;

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
  const { bus, clock, digest, events, history } = ports;
  const { sliceMs, services } = settings;
  const nowMs = (): number => clock.now().toMillis();

  const objectives = createObjectiveBook();
  const alerts = createAlertBook();
  const incidents = createIncidentBook();
  const decisions = createDecisionBook();
  const deliveries = createDeliveryBook();
  const journal = createJournal(events, [
    objectives.projection,
    alerts.projection,
    ...incidents.projections,
    decisions.projection,
    deliveries.projection,
  ]);
  await journal.replay();
  const known = await objectives.reconcile(journal, settings.slos, nowMs());
  const slos = known.map(({ slo }) => slo);
  const byId = new Map(slos.map((slo) => [slo.id, slo]));
  const births = new Map(known.map(({ slo, sinceMs }) => [slo.id, sinceMs]));

  const reach = longestWindowMs(slos, sliceMs);
  const keeper = await openSliceKeeper(
    history,
    { sliceMs, longestWindowMs: reach, births, corrections: [...settings.corrections, ...decisions.corrections()] },
    nowMs(),
  );
  const watch = createSourceWatch(Object.keys(ports.sources));
  const collector = createCollector({
    clock,
    keeper,
    sources: ports.sources,
    reading: settings.reading,
    births,
    watch,
    sliceMs,
  });
  const latenessMs = Object.values(settings.reading).reduce((most, one) => Math.max(most, one.latenessMs), 0);
  const composites = createCompositeCollector({ history, keeper, collector, sliceMs, latenessMs });
  const fleet = createFleetWatch({ slos, keeper, collector, nowMs: nowMs() });
  const { react, relay } = createRelay(events, bus);
  // What a person asked for is done once it is stored; where relaying fails now, the next round relays, and says so.
  const relayAsked = (): Promise<unknown> => relay().catch(() => undefined);
  const alertDesk = createAlertDesk({ journal, book: alerts, events });
  const incidentDesk = createIncidentDesk({
    journal,
    book: incidents,
    digest,
    services: new Map(services.map((service) => [service.id, service])),
    ...settings.incidents,
  });
  const deliveryDesk = createDeliveryDesk({
    journal,
    book: deliveries,
    events,
    notifiers: new Map(Object.entries(ports.notifiers)),
    routes: settings.notify,
    ...(settings.incidentUrl === undefined ? {} : { incidentUrl: settings.incidentUrl }),
  });
  const { settleCorrections, ...decisionDesk } = createDecisionDesk({
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
    evaluations: (asked) =>
      slos
        .filter(({ service }) => asked.length === 0 || asked.includes(service))
        .map(({ id }) => fleet.evaluation(id))
        .filter((evaluation) => evaluation !== undefined),
  });

  const auditDesk = createAuditDesk(ports.audit);
  const listeners = new Set<(incidentId: string) => void>();
  const subscriptions = [
    await react("incidents", async (event) => {
      if (event.stream.startsWith(ALERT_PREFIX)) await incidentDesk.react(event);
    }),
    await react("deliveries", async (event) => {
      if (event.stream.startsWith(INCIDENT_PREFIX)) await deliveryDesk.react(event);
    }),
    await react("audit", auditDesk.react),
    await react("live", async (event) => {
      if (event.stream.startsWith(INCIDENT_PREFIX))
        for (const tell of listeners) tell(event.stream.slice(INCIDENT_PREFIX.length));
    }),
  ];
  // What an earlier run stored and had not yet published.
  if ((await events.outbox.pending(1)).length > 0) await auditDesk.recall();
  await alertDesk.retire(new Set(byId.keys()), nowMs());
  await relay();

  // A view stays what it is until its evaluation or its alerts change.
  const views = new Map<string, SloView>();
  const view = (sloId: string): SloView | undefined => {
    const slo = byId.get(sloId);
    const evaluation = fleet.evaluation(sloId);
    const birthMs = fleet.birthMs(sloId);
    if (slo === undefined || evaluation === undefined || birthMs === undefined) return undefined;
    const standing = alerts.of(sloId);
    const known = views.get(sloId);
    if (known?.evaluation === evaluation && known.alerts === standing) return known;
    const suppressed = standing.burn.status === "suppressed" ? { suppressedBy: standing.burn.suppressedBy } : {};
    const made: SloView = {
      slo,
      evaluation,
      alerts: standing,
      level: policyLevel(slo.policy, evaluation.budget),
      heldRules: heldRules(slo.policy, evaluation.budget),
      explanation: explain(evaluation, slo, suppressed),
      birthMs,
    };
    views.set(sloId, made);
    return made;
  };

  const incidentView = async (incidentId: string): Promise<IncidentView | undefined> => {
    if (incidents.get(incidentId) === undefined) return undefined;
    const replayed = replayIncident(await events.read(incidentStream(incidentId)));
    if (!replayed.ok || replayed.value === undefined) return undefined;
    const { state, events: course } = replayed.value;
    const evaluation = presentEvaluation(state, fleet.evaluation);
    const options = { atMs: nowMs(), ...(evaluation === undefined ? {} : { evaluation }) };
    return {
      state,
      budgetShare: incidentBudgetShare(state, evaluation),
      timeline: incidentTimeline(course),
      evidence: course.flatMap((event) => (event.type === "incident.evidence-attached" ? [event.data.evidence] : [])),
      ...(isOpenStatus(state.status) ? {} : { postmortem: renderPostmortem(state, course, options) }),
    };
  };

  const commandIncident = async (
    incidentId: string,
    command: Parameters<typeof incidentDesk.command>[1],
  ): ReturnType<typeof incidentDesk.command> => {
    const outcome = await incidentDesk.command(incidentId, command);
    if (outcome.ok) await relayAsked();
    return outcome;
  };
  /** How its SLO stands, for an incident that a person ends before its alert does. */
  const standing = (incidentId: string) => {
    const state = incidents.get(incidentId);
    const evaluation = state === undefined ? undefined : presentEvaluation(state, fleet.evaluation);
    return evaluation === undefined ? {} : { evaluation };
  };
  const asked = (actor: string) => ({ atMs: nowMs(), actor, causeId: ports.ids.next() });

  const openedMs = nowMs();
  const rounds = createSerialQueue();
  const composed = slos.flatMap(({ id, sli }) => (sli.kind === "composite" ? [{ id, sli }] : []));
  // SLOs whose change no alert has followed yet; they stay here until it is stored that one did.
  const unheard = new Set<string>();
  const round = async (): Promise<RoundReport> => {
    await settleCorrections();
    const collected = await Promise.allSettled(composed.map((slo) => composites.collect(slo)));
    const atMs = nowMs();
    const changed = fleet.round(atMs);
    for (const id of changed) unheard.add(id);
    // Just opened, what is missing may only not have been read yet; alerts wait for the first read, and not for long.
    const opening = atMs - openedMs <= WATERMARK_SLICES * sliceMs;
    const heard = [...unheard, ...alerts.active()].filter((id) => !opening || collector.wasRead(id));
    const happened = await alertDesk.round(fleet.judged(new Set(heard)));
    for (const id of heard) unheard.delete(id);
    // Incidents hear of their alerts first, so that none is closed over one that has just come again.
    await relay();
    const closedIncidents = await incidentDesk.closeDue(atMs);
    if (closedIncidents.length > 0) await relay();
    // A composite that could not be made holds nothing up; its failure is told once all else is done.
    for (const outcome of collected) if (outcome.status === "rejected") throw outcome.reason;
    return { atMs, evaluated: slos.length, changed, alertEvents: happened.length, closedIncidents };
  };
  let closed = false;
  return {
    slos,
    services,
    async collect(sloId, cancel) {
      const slo = byId.get(sloId);
      if (slo === undefined) throw new RangeError(`there is no SLO ${sloId}`);
      return collector.collect(slo, cancel);
    },
    round: () => rounds(round),
    deliver: () => deliveryDesk.deliver(nowMs()),
    checkpoint: () => keeper.checkpoint(),
    prune: () => history.prune(Math.floor((nowMs() - reach - PRUNE_MARGIN_MS) / sliceMs) * sliceMs),

    slo: view,
    views: () => slos.map(({ id }) => view(id)).filter((one) => one !== undefined),
    history(sloId, { fromMs, toMs, points }) {
      const slo = byId.get(sloId);
      const period = fleet.evaluation(sloId)?.period;
      if (slo === undefined || period === undefined) return undefined;
      return sloHistory(keeper.ledger, slo, {
        fromMs: fromMs ?? period.fromMs,
        toMs: toMs ?? keeper.ledger.headMs,
        points,
      });
    },

    incidents: () => incidents.all(),
    incidentSummary: (fromMs, toMs) => summariseIncidents(incidents.all(), fromMs, toMs),
    incident: incidentView,
    acknowledge: (id, { actor }) => commandIncident(id, { type: "acknowledge", ...asked(actor) }),
    resolve: (id, { actor, reason }) =>
      commandIncident(id, { type: "resolve", reason, ...standing(id), ...asked(actor) }),
    note: (id, { actor, text }) => commandIncident(id, { type: "note", text, ...asked(actor) }),

    ...decisionDesk,
    ...createReporting({ slos, keeper, collector, incidents: () => incidents.all(), evaluation: fleet.evaluation }),

    announce: (id, notifier, notification) => deliveryDesk.request(id, notifier, notification, nowMs()),
    audit: (query) => ports.audit.read(query),
    verifyAudit: () => ports.audit.verify(),
    health: async () => ({
      restored: keeper.restored,
      sources: watch.health(),
      poisoned: await bus.poisoned(),
      deadDeliveries: deliveries.dead(),
      unreadableEvents: [
        ...alerts.unreadable(),
        ...incidents.unreadable(),
        ...decisions.unreadable(),
        ...deliveries.unreadable(),
      ],
      lastRoundMs: fleet.lastRoundMs,
      ledger: keeper.ledger.memory,
    }),
    onIncident(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      if (closed) return;
      closed = true;
      await Promise.all(subscriptions.map((unsubscribe) => unsubscribe()));
      await Promise.all(Object.values(ports.sources).map(async (source) => source.close?.()));
    },
  };
}
