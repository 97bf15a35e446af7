import type { ExternalAlert } from "../alert/external-alert.js";
import { PlimsollError } from "../errors/plimsoll-error.js";
import { toJson } from "../errors/json.js";
import { externalFacts, type ExternalFacts } from "../incident/external/external-facts.js";
import { groupTitle } from "../incident/external/incident-group.js";
import { SEVERITIES } from "../incident/severity.js";
import type { StoredEvent } from "../ports/event-store.js";
import type { Notification } from "../ports/notifier.js";
import { ownTraceId, type TracedRule } from "../routing/routing-trace.js";
import type { DeliveryDesk } from "./delivery-desk.js";
import type { ExternalIntake } from "./external-desk.js";
import type { IncidentDesk } from "./incident-desk.js";
import type { Receiver } from "./response-settings.js";
import type { RoutingBook } from "./routing-book.js";
import { ALERT_GROUP_PREFIX, EXTERNAL_ALERT_PREFIX, parseRoutingEvent, type GroupNotified } from "./routing-event.js";

/** Makes incidents and messages of what routing tells its receivers. */
export type OutsideAlerts = {
  /** Handles one stored event of an alert or a group; the same event again changes nothing. */
  react(event: StoredEvent): Promise<void>;
};

export function createOutsideAlerts(options: {
  readonly book: Pick<RoutingBook, "get" | "silentMs" | "trace">;
  readonly receivers: ReadonlyMap<string, Receiver>;
  readonly incidents: Pick<IncidentDesk, "takeExternal">;
  readonly request: DeliveryDesk["request"];
}): OutsideAlerts {
  const { book, incidents, receivers, request } = options;

  const open = async ({ atMs, id }: StoredEvent, told: GroupNotified, receiver: Receiver): Promise<void> => {
    const said = { atMs, ...receiverWord(receiver) };
    // Long over, and forgotten: there is nothing left to open an incident about.
    const alerts = told.firing.flatMap((key) => book.get(key) ?? []);
    const facts = alerts.map((alert) => externalFacts(alert, said));
    const group = told.incident === "per-group" ? { id: told.groupId, labels: told.labels } : undefined;
    const title = group && groupTitle(group, facts);
    for (const alert of worstFirst(alerts, facts)) {
      await incidents.takeExternal(alert, {
        ...said,
        causeId: `${id}/${alert.key}`,
        trace: traceWord(book.trace(alert.key)),
        ...(group === undefined ? {} : { group }),
        ...(title === undefined ? {} : { title }),
      });
    }
  };

  return {
    async react(stored) {
      if (!stored.stream.startsWith(ALERT_GROUP_PREFIX) && !stored.stream.startsWith(EXTERNAL_ALERT_PREFIX)) return;
      const event = parseRoutingEvent(stored);
      if (!event.ok)
        throw new PlimsollError({ code: "unreadable-event", message: event.error.message, retryable: false });
      const { data, type } = event.value;
      // Heard of late, or again, an end is none of the firing that was stored after it and may be known already: that one's
      // own end will be told.
      if (type === "external-alert.resolved" && book.get(data.alert.key)?.status !== "firing") {
        // An incident hears of the end at once; whom a group tells of it, and when, is the group's matter.
        const silent = data.silentMs === undefined ? {} : { silentMs: data.silentMs };
        await incidents.takeExternal(data.alert, { atMs: stored.atMs, causeId: stored.id, ...silent });
      }
      if (type !== "alert-group.notified") return;
      const receiver = receivers.get(data.receiver);
      if (receiver === undefined) return;
      if (receiver.opens === "incident") await open(stored, data, receiver);
      const silent = data.resolved.filter((key) => book.silentMs(key) !== undefined).length;
      for (const notifier of receiver.notifiers) {
        const id = `${stored.id}/${notifier}`;
        const told = groupNotification(id, data, { atMs: stored.atMs, silent });
        await request(id, notifier, told, stored.atMs);
      }
    },
  };
}

/** The worst one opens the incident of a group, so that it is answered at once as what it is. */
function worstFirst(alerts: readonly ExternalAlert[], facts: readonly ExternalFacts[]): readonly ExternalAlert[] {
  const rank = (index: number): number => SEVERITIES.indexOf((facts[index] as ExternalFacts).severity);
  return alerts
    .map((alert, index) => ({ alert, rank: rank(index) }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ alert }) => alert);
}

/** What a receiver knows better than an alert's labels. */
export function receiverWord({ service, severity }: Receiver): Pick<ExternalIntake, "service" | "severity"> {
  return { ...(service === undefined ? {} : { service }), ...(severity === undefined ? {} : { severity }) };
}

/** The rules that an alert met, for its incident to keep. */
export function traceWord(trace: readonly TracedRule[]): NonNullable<ExternalIntake["trace"]> {
  return { id: ownTraceId(trace), rules: toJson(trace) };
}

/** Words a group of alerts. Its receivers were chosen by people, so that it is no page: an incident is. */
function groupNotification(
  id: string,
  told: GroupNotified,
  { atMs, silent }: { readonly atMs: number; readonly silent: number },
): Notification {
  const { firing, groupId, labels, resolved, why } = told;
  const counts = [
    ...(firing.length === 0 ? [] : [`${firing.length} firing`]),
    ...(resolved.length === 0 ? [] : [`${resolved.length} resolved`]),
  ].join(", ");
  return {
    idempotencyKey: id,
    threadKey: groupId,
    urgency: firing.length === 0 ? "info" : "ticket",
    title: `Alerts: ${counts}`,
    text: `${counts} (${why})${silent === 0 ? "" : `. Not sent again, and not said to be over: ${silent}.`}`,
    fields: Object.entries(labels).map(([name, value]) => ({ name, value })),
    status: firing.length === 0 ? "resolved" : "firing",
    atMs,
  };
}
