import { heldRules, policyLevel } from "../budget/policy-level.js";
import { explain } from "../evaluation/explain.js";
import { WATERMARK_SLICES } from "../evaluation/judgement.js";
import { longestWindowMs } from "../evaluation/longest-window.js";
import { isOpenStatus } from "../incident/incident-lifecycle.js";
import { incidentStream } from "../incident/incident.js";
import { summariseIncidents } from "../incident/incident-summary.js";
import { incidentTimeline } from "../incident/incident-timeline.js";
import { replayIncident } from "../incident/parse-incident-event.js";
import { renderPostmortem } from "../incident/postmortem.js";
import { ALERT_PREFIX, createAlertBook } from "./alert-book.js";
import { createAlertDesk } from "./alert-desk.js";
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
import type { IncidentView, Plimsoll, SloView } from "./plimsoll.js";
import { relayOutbox } from "./relay.js";
import { createReporting } from "./reporting.js";
import { createSerialQueue } from "./serial-queue.js";
import { openSliceKeeper } from "./slice-keeper.js";
import { sloHistory } from "./slo-history.js";
import { createSourceWatch } from "./source-watch.js";

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
  const slos = await objectives.reconcile(journal, settings.slos, nowMs());
  const byId = new Map(slos.map((slo) => [slo.id, slo]));
  const births = new Map(slos.map(({ id }) => [id, objectives.sinceMs(id) ?? nowMs()]));

  const reach = longestWindowMs(slos, sliceMs);
  const keeper = await openSliceKeeper(
    history,
    { sliceMs, longestWindowMs: reach, births, corrections: [...settings.corrections, ...decisions.corrections()] },
    nowMs(),
  );
  const watch = createSourceWatch(Object.keys(ports.sources));
  const collector = createCollector({ clock, keeper, sources: ports.sources, reading: settings.reading, births, watch, sliceMs });
  const composites = createCompositeCollector({ history, keeper, collector, sliceMs });
  const fleet = createFleetWatch({ slos, keeper, collector, nowMs: nowMs() });
  const alertDesk = createAlertDesk(journal, alerts);
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
    incidents,
    notifiers: new Map(Object.entries(ports.notifiers)),
    routes: settings.notify,
    ...(settings.incidentUrl === undefined ? {} : { incidentUrl: settings.incidentUrl }),
  });
  const decisionDesk = createDecisionDesk({
    clock,
    ids: ports.ids,
    audit: ports.audit,
    journal,
    book: decisions,
    keeper,
    slos,
    services,
    freezeWindows: settings.freezeWindows,
    configured: settings.corrections,
    evaluations: () => slos.flatMap(({ id }) => fleet.evaluation(id) ?? []),
  });

  const listeners = new Set<(incidentId: string) => void>();
  const subscriptions = [
    await bus.subscribe("incidents", async (event) => {
      if (event.stream.startsWith(ALERT_PREFIX)) await incidentDesk.react(event);
    }),
    await bus.subscribe("deliveries", async (event) => {
      if (event.stream.startsWith("incident/")) await deliveryDesk.react(event);
    }),
    await bus.subscribe("live", async (event) => {
      if (event.stream.startsWith("incident/")) for (const tell of listeners) tell(event.stream.slice("incident/".length));
    }),
  ];
  const relaying = createSerialQueue();
  const relay = (): Promise<number> => relaying(() => relayOutbox(events, bus));
  // What an earlier run stored and had not yet published.
  await relay();

  const view = (sloId: string): SloView | undefined => {
    const slo = byId.get(sloId);
    const evaluation = fleet.evaluation(sloId);
    const column = keeper.ledger.columnOf(sloId);
    if (slo === undefined || evaluation === undefined || column === undefined) return undefined;
    const standing = alerts.of(sloId);
    const suppressed = standing.burn.status === "suppressed" ? { suppressedBy: standing.burn.suppressedBy } : {};
    return {
      slo,
      evaluation,
      alerts: standing,
      level: policyLevel(slo.policy, evaluation.budget),
      heldRules: heldRules(slo.policy, evaluation.budget),
      explanation: explain(evaluation, slo, suppressed),
      birthMs: keeper.ledger.birthOf(column),
    };
  };

  const incidentView = async (incidentId: string): Promise<IncidentView | undefined> => {
    if (incidents.get(incidentId) === undefined) return undefined;
    const replayed = replayIncident(await events.read(incidentStream(incidentId)));
    if (!replayed.ok || replayed.value === undefined) return undefined;
    const { state, events: course } = replayed.value;
    return {
      state,
      timeline: incidentTimeline(course),
      evidence: course.flatMap((event) => (event.type === "incident.evidence-attached" ? [event.data.evidence] : [])),
      ...(isOpenStatus(state.status) ? {} : { postmortem: renderPostmortem(state, course, { atMs: nowMs() }) }),
    };
  };

  const commandIncident = async (
    incidentId: string,
    command: Parameters<typeof incidentDesk.command>[1],
  ): ReturnType<typeof incidentDesk.command> => {
    const outcome = await incidentDesk.command(incidentId, command);
    if (outcome.ok) {
      const { atMs, actor, type } = command;
      await ports.audit.append({ atMs, actor, action: `incident.${type}`, subject: incidentId, details: {} });
      await relay();
    }
    return outcome;
  };
  const asked = (actor: string) => ({ atMs: nowMs(), actor, causeId: ports.ids.next() });

  const openedMs = nowMs();
  const deferred = new Set<string>();
  let closed = false;
  return {
    slos,
    services,
    async collect(sloId, cancel) {
      const slo = byId.get(sloId);
      if (slo === undefined) throw new RangeError(`there is no SLO ${sloId}`);
      return collector.collect(slo, cancel);
    },
    async round() {
      for (const slo of slos) if (slo.sli.kind === "composite") await composites.collect(slo);
      const atMs = nowMs();
      const changed = fleet.round(atMs);
      const concerned = [...deferred, ...changed, ...alerts.active()];
      deferred.clear();
      // Just opened, what is missing may only not have been read yet; alerts wait for the first read, and not for long.
      const opening = atMs - openedMs <= WATERMARK_SLICES * sliceMs;
      for (const id of concerned) if (opening && !collector.wasRead(id)) deferred.add(id);
      const happened = await alertDesk.round(fleet.judged(new Set(concerned.filter((id) => !deferred.has(id)))));
      const closedIncidents = await incidentDesk.closeDue(atMs);
      await relay();
      return { atMs, evaluated: slos.length, changed, alertEvents: happened.length, closedIncidents };
    },
    deliver: () => deliveryDesk.deliver(nowMs()),
    checkpoint: () => keeper.checkpoint(),
    prune: () => history.prune(Math.floor((nowMs() - reach - PRUNE_MARGIN_MS) / sliceMs) * sliceMs),

    slo: view,
    views: () => slos.flatMap(({ id }) => view(id) ?? []),
    history(sloId, { fromMs, toMs, points }) {
      const slo = byId.get(sloId);
      const period = fleet.evaluation(sloId)?.period;
      if (slo === undefined || period === undefined) return undefined;
      return sloHistory(keeper.ledger, slo, { fromMs: fromMs ?? period.fromMs, toMs: toMs ?? keeper.ledger.headMs, points });
    },

    incidents: () => incidents.all(),
    incidentSummary: (fromMs, toMs) => summariseIncidents(incidents.all(), fromMs, toMs),
    incident: incidentView,
    acknowledge: (id, { actor }) => commandIncident(id, { type: "acknowledge", ...asked(actor) }),
    resolve: (id, { actor, reason }) => commandIncident(id, { type: "resolve", reason, ...asked(actor) }),
    note: (id, { actor, text }) => commandIncident(id, { type: "note", text, ...asked(actor) }),

    ...decisionDesk,
    ...createReporting({ slos, keeper, collector, incidents: () => incidents.all() }),

    announce: (id, notifier, notification) => deliveryDesk.request(id, notifier, notification, nowMs()),
    audit: (query) => ports.audit.read(query),
    verifyAudit: () => ports.audit.verify(),
    health: async () => ({
      restored: keeper.restored,
      sources: watch.health(),
      poisoned: await bus.poisoned(),
      deadDeliveries: deliveries.dead(),
      unreadableEvents: [...alerts.unreadable(), ...incidents.unreadable(), ...decisions.unreadable()],
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
      await Promise.all(Object.values(ports.sources).map((source) => source.close?.()));
    },
  };
}
