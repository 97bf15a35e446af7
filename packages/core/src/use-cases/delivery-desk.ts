import type { Json } from "../errors/json.js";
import { PlimsollError } from "../errors/plimsoll-error.js";
import { replayIncident } from "../incident/parse-incident-event.js";
import type { EventStore, StoredEvent } from "../ports/event-store.js";
import type { Notification, NotificationOutcome, Notifier } from "../ports/notifier.js";
import { deliveryStream, type Delivery, type DeliveryBook } from "./delivery-book.js";
import { incidentNotification } from "./incident-notification.js";
import type { Entry, Journal, StreamEntries } from "./journal.js";

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
  readonly events: Pick<EventStore, "read">;
  readonly notifiers: ReadonlyMap<string, Notifier>;
  readonly routes: NotifyRoutes;
  /** Makes the address of an incident's page; absent when the service has none. */
  readonly incidentUrl?: (incidentId: string) => string;
}): DeliveryDesk {
  const { journal, book, events, notifiers, routes } = options;
  const busy = new Set<string>();

  const requested = (
    id: string,
    notifier: string,
    asked: { notification: Notification; atMs: number },
  ): readonly StreamEntries[] => {
    if (book.known(id)) return [];
    const data = JSON.parse(JSON.stringify({ id, notifier, notification: asked.notification })) as Json;
    const entry = { type: "delivery.requested", atMs: asked.atMs, actor: "engine", data };
    return [{ stream: deliveryStream(id), entries: [entry] }];
  };

  const attempt = async (delivery: Delivery, nowMs: number): Promise<boolean> => {
    const outcome = await sendTo(notifiers.get(delivery.notifier), delivery);
    const entry = receipt(delivery, outcome, nowMs);
    await journal.commit(() => {
      const now = book.get(delivery.id);
      // Another process may have brought it there meanwhile; one receipt is enough.
      const stillOwed = now?.status === "waiting" && now.attempts === delivery.attempts;
      return stillOwed ? [{ stream: deliveryStream(delivery.id), entries: [entry] }] : [];
    });
    return outcome.kind === "sent";
  };

  const deliverTo = async (notifier: string, nowMs: number): Promise<number> => {
    let sent = 0;
    busy.add(notifier);
    try {
      for (const delivery of book.due(nowMs)) {
        if (delivery.notifier === notifier && (await attempt(delivery, nowMs))) sent += 1;
      }
    } finally {
      busy.delete(notifier);
    }
    return sent;
  };

  return {
    async request(id, notifier, notification, atMs) {
      await journal.commit(() => requested(id, notifier, { notification, atMs }));
    },
    async react(event) {
      // As the incident stood with this event, not as it stands now: the same event must owe the same messages again.
      const course = await events.read(event.stream);
      const replayed = replayIncident(course.filter(({ version }) => version <= event.version));
      if (!replayed.ok)
        throw new PlimsollError({ code: "unreadable-event", message: replayed.error.message, retryable: false });
      const state = replayed.value?.state;
      const told = replayed.value?.events.at(-1);
      if (state === undefined || told === undefined) return;
      const url = options.incidentUrl?.(state.id);
      const notification = incidentNotification(told, state, {
        eventId: event.id,
        ...(url === undefined ? {} : { url }),
      });
      if (notification === undefined) return;
      // By severity, so that whoever was paged hears of the end too.
      const paged = state.severity === "SEV1" || state.severity === "SEV2";
      const loud = paged ? routes.pages : routes.tickets;
      const keys = [...new Set([...loud, ...routes.incidents])].map((notifier) => ({
        notifier,
        key: `${event.id}/${notifier}`,
      }));
      await journal.commit(() =>
        keys.flatMap(({ notifier, key }) =>
          requested(key, notifier, { notification: { ...notification, idempotencyKey: key }, atMs: event.atMs }),
        ),
      );
    },
    async deliver(nowMs) {
      // A notifier that is still at work on an earlier call is left to it: it would be told the same twice.
      const names = new Set(
        book
          .due(nowMs)
          .map(({ notifier }) => notifier)
          .filter((name) => !busy.has(name)),
      );
      const outcomes = await Promise.allSettled([...names].map((name) => deliverTo(name, nowMs)));
      let sent = 0;
      for (const outcome of outcomes) {
        if (outcome.status === "rejected") throw outcome.reason;
        sent += outcome.value;
      }
      return sent;
    },
  };
}

function receipt(delivery: Delivery, outcome: NotificationOutcome, nowMs: number): Entry {
  const { id, attempts } = delivery;
  const base = { atMs: nowMs, actor: "engine" };
  if (outcome.kind === "sent") return { ...base, type: "delivery.sent", data: { id } };
  const waitMs = outcome.retryable ? RETRY_AFTER_MS[attempts] : undefined;
  const again = waitMs === undefined ? {} : { notBeforeMs: nowMs + Math.max(waitMs, outcome.retryAfterMs ?? 0) };
  return { ...base, type: "delivery.failed", data: { id, reason: outcome.reason, ...again } };
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
