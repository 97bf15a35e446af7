import { toJson } from "../errors/json.js";
import type { Severity } from "../incident/severity.js";
import type { EventStore, StoredEvent } from "../ports/event-store.js";
import type { Notification, Notifier } from "../ports/notifier.js";
import { attemptDelivery, type AttemptOutcome, type MakeActions, type Pause } from "./delivery-attempt.js";
import type { DeliveryBook } from "./delivery-book.js";
import { deliveryDigest } from "./delivery-digest.js";
import { deliveryStream } from "./delivery-event.js";
import { contactOf, type WaitingDelivery } from "./delivery-owed.js";
import {
  capabilitiesOf,
  DEFAULT_THROTTLE,
  deliveryMode,
  planDeliveries,
  type DeliveryThrottle,
} from "./delivery-plan.js";
import { retryWaitMs } from "./delivery-retry.js";
import { gathering } from "./gathering.js";
import { incidentCourses } from "./incident-courses.js";
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
  /**
   * Asks for one message to one notifier, such as a report or a step of an escalation; the same id again changes nothing.
   * Actions are not taken along: they are made when the message goes, by the `actions` that the desk was made with.
   */
  request(id: string, notifier: string, notification: Omit<Notification, "actions">, atMs: number): Promise<void>;
  /** Whether a message was asked for under this id. */
  wasRequested(id: string): boolean;
  /** Whether it was given up, and so was what went in its place: a digest, or what a person had tried. */
  wasGivenUp(id: string): boolean;
  /**
   * Tries everything that is due, each contact on its own; answers how many messages have arrived since it last answered.
   * It waits for slow channels only so long, where it has a `pause`: they go on, and the next call does not ask them twice.
   * Throws when a receipt could not be stored; that message goes again under the same key.
   */
  deliver(nowMs: number): Promise<number>;
};

/** When a message is tried again, after so many attempts. */
export type DeliveryAgain = { readonly attempts: number; readonly notBeforeMs: number };

/** What may be said about deliveries beyond the routes; everything has a default. */
export type DeliveryOptions = {
  /** Without one nothing has a deadline, and `deliver` waits for the slowest channel. */
  readonly pause?: Pause;
  /** How long one attempt may take at most. */
  readonly deadlineMs?: number;
  /** How long one call of `deliver` waits for slow channels. */
  readonly patienceMs?: number;
  readonly throttle?: DeliveryThrottle;
  readonly actions?: MakeActions;
};

// Adapters give up after 10 s by themselves; this is for those that do not.
const DEADLINE_MS = 20_000;
const PATIENCE_MS = 2_000;
/** Contacts of one notifier that are told at a time by one call. */
const LANES = 8;
/** Why a page is not tried again. */
const ANSWERED = "somebody has answered, or it is over";
/** The most messages that one transaction asks for. */
const MOST_AT_ONCE = 256;

export function createDeliveryDesk(
  options: {
    readonly journal: Journal;
    readonly book: DeliveryBook;
    readonly events: Pick<EventStore, "read">;
    readonly notifiers: ReadonlyMap<string, Notifier>;
    readonly routes: NotifyRoutes;
    /** Makes the address of an incident's page; absent when the service has none. */
    readonly incidentUrl?: (incidentId: string) => string;
    /** Whether a message that could not be told yet is still wanted; asked before each further attempt. Absent: it is. */
    readonly isStillWanted?: (id: string) => boolean;
    /** Hears of a failed attempt: when the message is tried again, or that it was given up, where there is no `again`. */
    readonly onFailed?: (id: string, again?: DeliveryAgain) => Promise<unknown>;
  } & DeliveryOptions,
): DeliveryDesk {
  const { journal, book, notifiers, pause, routes } = options;
  const { deadlineMs = DEADLINE_MS, patienceMs = PATIENCE_MS, throttle = DEFAULT_THROTTLE } = options;
  // Contacts that an earlier call is still at work on: they would be told the same twice.
  const busy = new Set<string>();
  const failures: unknown[] = [];
  const momentOf = incidentCourses(options.events);
  let arrived = 0;
  let latestMs = Number.NEGATIVE_INFINITY;

  const settle = (delivery: WaitingDelivery, entry: Entry): Promise<unknown> =>
    journal.commit(() => {
      const now = book.get(delivery.id);
      // Another process may have brought it there meanwhile; one receipt is enough.
      const stillOwed = now?.status === "waiting" && now.attempts === delivery.attempts;
      return stillOwed ? [{ stream: deliveryStream(delivery.id), entries: [entry] }] : [];
    });

  /** A first attempt is always made: what was asked for is told. */
  const isUnwanted = ({ attempts, id }: WaitingDelivery): boolean =>
    attempts > 0 && options.isStillWanted?.(id) === false;
  const overtake = ({ id, ...delivery }: WaitingDelivery, reason?: string): Promise<unknown> => {
    const data = reason === undefined ? { id } : { id, reason };
    return settle({ id, ...delivery }, { ...by(latestMs), type: "delivery.overtaken", data });
  };

  const attempt = async (delivery: WaitingDelivery): Promise<void> => {
    if (isUnwanted(delivery)) return void (await overtake(delivery, ANSWERED));
    const notifier = notifiers.get(delivery.notifier);
    const mode = deliveryMode(book, delivery, capabilitiesOf(notifier));
    if (mode.kind === "overtaken") return void (await overtake(delivery));
    const { actions } = options;
    const made = await attemptDelivery(notifier, delivery, {
      deadlineMs,
      mode,
      ...(pause === undefined ? {} : { pause }),
      ...(actions === undefined ? {} : { actions }),
    });
    const waitMs = made.outcome.kind === "sent" ? undefined : retryWaitMs(made.outcome, delivery);
    const notBeforeMs = waitMs === undefined ? undefined : latestMs + waitMs;
    await settle(delivery, receipt(delivery, made, { atMs: latestMs, notBeforeMs }));
    if (made.outcome.kind === "sent") arrived += 1;
    else await failed(delivery, notBeforeMs);
  };

  /** Where nobody hears of it, the next round does what is to be done; what else is owed goes on. */
  const failed = async ({ attempts, id }: WaitingDelivery, notBeforeMs: number | undefined): Promise<void> => {
    try {
      await options.onFailed?.(id, notBeforeMs === undefined ? undefined : { attempts: attempts + 1, notBeforeMs });
    } catch (error) {
      failures.push(error);
    }
  };

  const collapse = (deliveries: readonly [WaitingDelivery, ...WaitingDelivery[]]): Promise<unknown> =>
    journal.commit(() => {
      const owed = deliveries.map(({ id }) => book.get(id));
      // What another process has told or collapsed meanwhile is left to it, and the rest is planned anew.
      if (owed.some((one) => one?.status !== "waiting")) return [];
      const { id, ...digest } = deliveryDigest(deliveries);
      return [{ stream: deliveryStream(id), entries: [asked({ id, ...digest }, latestMs)] }];
    });

  /** Tells one contact all that is due, and what becomes due meanwhile. */
  const serve = async (contact: string, notifier: string): Promise<void> => {
    const capabilities = capabilitiesOf(notifiers.get(notifier));
    const tried = new Set<string>();
    for (;;) {
      // Before its time too: what comes after it in its thread would wait for it.
      for (const delivery of book.owedTo(contact).filter(isUnwanted)) await overtake(delivery, ANSWERED);
      const plan = planDeliveries(book, { contact, nowMs: latestMs, throttle, capabilities });
      if (plan.kind === "collapse") {
        await collapse(plan.deliveries);
        continue;
      }
      const fresh = plan.deliveries.filter(({ id }) => !tried.has(id));
      if (fresh.length === 0) return;
      const planned = book.requests();
      const heldUp = new Set<string>();
      for (const delivery of fresh) {
        const { threadKey, urgency } = delivery.notification;
        if (urgency !== "page" && heldUp.has(threadKey)) continue;
        tried.add(delivery.id);
        await attempt(delivery);
        if (urgency === "page" && book.get(delivery.id) !== undefined) heldUp.add(threadKey);
        // What was asked for meanwhile may be more urgent than the rest.
        if (book.requests() !== planned) break;
      }
    }
  };

  const work = async (contacts: string[], notifier: string): Promise<void> => {
    for (let contact = contacts.shift(); contact !== undefined; contact = contacts.shift()) {
      try {
        await serve(contact, notifier);
      } catch (error) {
        failures.push(error);
      } finally {
        busy.delete(contact);
      }
    }
  };

  // Many people are called in one moment, and each asks for messages of their own.
  const note = gathering(
    async (wanted: readonly (readonly Wanted[])[]) => {
      const once = new Map(wanted.flat().map((one) => [one.id, one]));
      await journal.commit(() => [...once.values()].flatMap(({ atMs, ...one }) => requested(book, one, atMs)));
      return wanted.map(() => undefined);
    },
    { most: MOST_AT_ONCE, weight: ({ length }) => length },
  );

  return {
    request: (id, notifier, notification, atMs) => note([{ id, notifier, notification, atMs }]),
    wasRequested: book.known,
    wasGivenUp: (id) => isDead(book, id),
    async react(event) {
      // As the incident stood with this event, not as it stands now: the same event must owe the same messages again.
      const moment = await momentOf(event);
      if (moment === undefined) return;
      const { state } = moment;
      const url = options.incidentUrl?.(state.id);
      const notification = incidentNotification(moment.event, state, {
        eventId: event.id,
        ...(url === undefined ? {} : { url }),
      });
      if (notification === undefined) return;
      // By severity, so that whoever was paged hears of the end too.
      await note(
        [...notifiersOf(routes, state.severity)].map((notifier) => {
          const id = `${event.id}/${notifier}`;
          return { id, notifier, notification: { ...notification, idempotencyKey: id }, atMs: event.atMs };
        }),
      );
    },
    async deliver(nowMs) {
      latestMs = Math.max(latestMs, nowMs);
      const lanes = [...freeContacts(book.due(nowMs), busy)].flatMap(([notifier, contacts]) => {
        for (const contact of contacts) busy.add(contact);
        return Array.from({ length: Math.min(LANES, contacts.length) }, () => work(contacts, notifier));
      });
      const all = Promise.all(lanes);
      await (pause === undefined ? all : Promise.race([all, pause(patienceMs)]));
      const count = arrived;
      arrived = 0;
      const failed = failures.splice(0);
      if (failed.length > 0) throw failed[0];
      return count;
    },
  };
}

function isDead(book: DeliveryBook, id: string): boolean {
  const instead = book.retryOf(id)?.id ?? book.digestOf(id);
  return instead === undefined ? book.get(id)?.status === "dead" : isDead(book, instead);
}

/** The notifiers that hear of the course of incidents of a severity. */
export function notifiersOf(routes: NotifyRoutes, severity: Severity): ReadonlySet<string> {
  const loud = severity === "SEV1" || severity === "SEV2" ? routes.pages : routes.tickets;
  return new Set([...loud, ...routes.incidents]);
}

/** Contacts that something is due for and nobody is at work on, by notifier; those with a page first. */
function freeContacts(due: readonly WaitingDelivery[], busy: ReadonlySet<string>): ReadonlyMap<string, string[]> {
  const byNotifier = new Map<string, Set<string>>();
  for (const urgency of ["page", "ticket", "info"] as const) {
    for (const delivery of due) {
      const contact = contactOf(delivery);
      if (delivery.notification.urgency !== urgency || busy.has(contact)) continue;
      byNotifier.set(delivery.notifier, (byNotifier.get(delivery.notifier) ?? new Set()).add(contact));
    }
  }
  return new Map([...byNotifier].map(([notifier, contacts]) => [notifier, [...contacts]]));
}

type Asked = Pick<WaitingDelivery, "id" | "notifier" | "notification" | "collapses">;
type Wanted = Asked & { readonly atMs: number };

function requested(book: DeliveryBook, wanted: Asked, atMs: number): readonly StreamEntries[] {
  return book.known(wanted.id) ? [] : [{ stream: deliveryStream(wanted.id), entries: [asked(wanted, atMs)] }];
}

function asked({ notification, ...delivery }: Asked, atMs: number): Entry {
  const { actions: _, ...kept } = notification;
  const data = toJson({ ...delivery, notification: kept });
  return { ...by(atMs), type: "delivery.requested", data };
}

function receipt(
  { id }: WaitingDelivery,
  { edited, outcome }: AttemptOutcome,
  { atMs, notBeforeMs }: { readonly atMs: number; readonly notBeforeMs: number | undefined },
): Entry {
  if (outcome.kind === "sent") {
    const { messageId } = outcome;
    const data = { id, ...(messageId === undefined ? {} : { messageId }), ...(edited ? { edited } : {}) };
    return { ...by(atMs), type: "delivery.sent", data };
  }
  const doubt = outcome.failure === "doubtful" ? { doubtful: true } : {};
  const again = notBeforeMs === undefined ? {} : { notBeforeMs };
  return { ...by(atMs), type: "delivery.failed", data: { id, reason: outcome.reason, ...doubt, ...again } };
}

function by(atMs: number): { readonly atMs: number; readonly actor: string } {
  return { atMs, actor: "engine" };
}
