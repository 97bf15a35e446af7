import { PlimsollError } from "../errors/plimsoll-error.js";
import { parseIncidentEvent } from "../incident/parse-incident-event.js";
import type { StoredEvent } from "../ports/event-store.js";
import type { Notification, NotificationOutcome, Notifier } from "../ports/notifier.js";
import { deliveryStream, type Delivery, type DeliveryBook } from "./delivery-book.js";
import type { IncidentBook } from "./incident-book.js";
import { incidentNotification } from "./incident-notification.js";
import type { Journal } from "./journal.js";

/** Which notifiers hear of what, by name. */
export type NotifyRoutes = {
  readonly pages: readonly string[];
  readonly tickets: readonly string[];
  /** Hear of every incident's course, whatever its tier. */
  readonly incidents: readonly string[];
};

/** Tells people about incidents, and goes on trying until the channel has taken the message or refused it for good. */
export type DeliveryDesk = {
  /** Notes down what an incident's event owes to whom; the same event again changes nothing. */
  react(event: StoredEvent): Promise<void>;
  /** Asks for one message to one notifier, such as a report. */
  request(id: string, notifier: string, notification: Notification, atMs: number): Promise<void>;
  /** Tries everything that is due, each notifier on its own; answers how many were sent. */
  deliver(nowMs: number): Promise<number>;
};

// Half a minute at first, as most outages of a chat service are short; then an hour apart for a day.
const RETRY_AFTER_MS = [5_000, 15_000, 60_000, 300_000, 900_000, ...Array.from({ length: 24 }, () => 3_600_000)];

export function createDeliveryDesk(options: {
  readonly journal: Journal;
  readonly book: DeliveryBook;
  readonly incidents: IncidentBook;
  readonly notifiers: ReadonlyMap<string, Notifier>;
  readonly routes: NotifyRoutes;
  /** Makes the address of an incident's page; absent when the service has none. */
  readonly incidentUrl?: (incidentId: string) => string;
}): DeliveryDesk {
  const { journal, book, notifiers, routes } = options;

  const request: DeliveryDesk["request"] = async (id, notifier, notification, atMs) => {
    await journal.commit(() => {
      if (book.known(id)) return [];
      const data = JSON.parse(JSON.stringify({ id, notifier, notification })) as { id: string };
      return [{ stream: deliveryStream(id), entries: [{ type: "delivery.requested", atMs, actor: "engine", data }] }];
    });
  };

  const attempt = async (delivery: Delivery, nowMs: number): Promise<boolean> => {
    const outcome = await sendTo(notifiers.get(delivery.notifier), delivery);
    const { id } = delivery;
    const base = { atMs: nowMs, actor: "engine" };
    if (outcome.kind === "sent") {
      await journal.commit(() => [{ stream: deliveryStream(id), entries: [{ ...base, type: "delivery.sent", data: { id } }] }]);
      return true;
    }
    const waitMs = outcome.retryable ? RETRY_AFTER_MS[delivery.attempts] : undefined;
    const again = waitMs === undefined ? {} : { notBeforeMs: nowMs + Math.max(waitMs, outcome.retryAfterMs ?? 0) };
    const data = { id, reason: outcome.reason, ...again };
    await journal.commit(() => [{ stream: deliveryStream(id), entries: [{ ...base, type: "delivery.failed", data }] }]);
    return false;
  };

  return {
    request,
    async react(event) {
      const parsed = parseIncidentEvent(event);
      if (!parsed.ok) throw new PlimsollError({ code: "unreadable-event", message: parsed.error.message, retryable: false });
      const state = options.incidents.get(event.stream.slice("incident/".length));
      if (state === undefined) return;
      const url = options.incidentUrl?.(state.id);
      const notification = incidentNotification(parsed.value, state, { eventId: event.id, ...(url === undefined ? {} : { url }) });
      if (notification === undefined) return;
      // By severity, so that whoever was paged hears of the end too.
      const paged = state.severity === "SEV1" || state.severity === "SEV2";
      const loud = paged ? routes.pages : routes.tickets;
      for (const notifier of new Set([...loud, ...routes.incidents])) {
        const key = `${event.id}/${notifier}`;
        await request(key, notifier, { ...notification, idempotencyKey: key }, event.atMs);
      }
    },
    async deliver(nowMs) {
      const due = book.due(nowMs);
      const names = [...new Set(due.map(({ notifier }) => notifier))];
      const sent = await Promise.all(
        names.map(async (name) => {
          let count = 0;
          for (const delivery of due) {
            if (delivery.notifier === name && (await attempt(delivery, nowMs))) count += 1;
          }
          return count;
        }),
      );
      return sent.reduce((sum, count) => sum + count, 0);
    },
  };
}

async function sendTo(notifier: Notifier | undefined, delivery: Delivery): Promise<NotificationOutcome> {
  if (notifier === undefined) {
    return { kind: "failed", retryable: false, reason: `there is no notifier named ${delivery.notifier} any more` };
  }
  try {
    return await notifier.send(delivery.notification);
  } catch {
    // A notifier that throws breaks its contract; what it threw may hold a secret.
    return { kind: "failed", retryable: true, reason: `the notifier ${delivery.notifier} threw an error` };
  }
}
