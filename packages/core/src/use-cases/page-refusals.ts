import type { EscalationState } from "../on-call/escalation/escalation.js";
import { escalationStream } from "../on-call/escalation/escalation.js";
import type { PlannedSend, ReachablePerson } from "../on-call/escalation/notification-rules.js";
import { parseEscalationEvent } from "../on-call/escalation/parse-escalation-event.js";
import type { EventStore, StoredEvent } from "../ports/event-store.js";
import type { Notification } from "../ports/notifier.js";
import type { EscalationDesk } from "./escalation-desk.js";
import { DELIVERY_PREFIX, deliveryEventSchema, deliveryStream } from "./delivery-event.js";
import {
  contactKey,
  isCalling,
  isStillWanted,
  owedPage,
  readAskedPage,
  type CallingEvent,
  type PageSubject,
} from "./escalation-page.js";

/**
 * Follows pages that were given up, as a provider refused them for good: tries the person's next contact, and says so. Where
 * a call has reached nobody by any contact, its escalation hears of it. A digest that was given up is each page that it told of.
 */
export type PageRefusals = {
  /** Handles one stored event of a delivery; the same event again changes nothing. */
  react(event: StoredEvent): Promise<void>;
};

/** What it works with. */
export type PageRefusalsOptions = {
  readonly events: Pick<EventStore, "read">;
  readonly escalation: (incidentId: string) => EscalationState | undefined;
  readonly person: (personId: string) => ReachablePerson | undefined;
  readonly subject: (incidentId: string) => PageSubject | undefined;
  readonly request: (id: string, notifier: string, notification: Notification, atMs: number) => Promise<void>;
  readonly wasRequested: (id: string) => boolean;
  readonly wasGivenUp: (id: string) => boolean;
  /** Hears that every message of a call was given up; the same again changes nothing. */
  readonly undelivered: EscalationDesk["undelivered"];
  /** Writes a line into an incident's course; the same cause again changes nothing. */
  readonly note: (
    incidentId: string,
    note: { readonly text: string; readonly atMs: number; readonly causeId: string },
  ) => Promise<void>;
};

export function createPageRefusals(options: PageRefusalsOptions): PageRefusals {
  const { escalation, events, note, person, request, subject, undelivered, wasGivenUp, wasRequested } = options;

  const callOf = async (incidentId: string, page: string): Promise<CallingEvent | undefined> => {
    const course = (await events.read(escalationStream(incidentId))).map(parseEscalationEvent);
    return course
      .flatMap((read) => (read.ok && isCalling(read.value) ? [read.value] : []))
      .find(({ data }) => data.page === page);
  };

  /** The pages that a message told of: one, or those that it was made of. */
  const pagesIn = async (id: string): Promise<readonly AskedPage[]> => {
    const asked = readAskedPage(id);
    if (asked !== undefined) return [asked];
    const [request] = await events.read(deliveryStream(id));
    const { data: read } = deliveryEventSchema.safeParse(request);
    if (read?.type !== "delivery.requested") return [];
    const { collapses = [], retries } = read.data;
    const told = retries === undefined ? collapses : [retries];
    return (await Promise.all(told.map(pagesIn))).flat();
  };

  const follow = async (
    { incidentId, messageId, page, personId }: AskedPage,
    { atMs, causeId, reason }: { readonly atMs: number; readonly causeId: string; readonly reason: string },
  ): Promise<void> => {
    const call = await callOf(incidentId, page);
    const state = escalation(incidentId);
    if (call === undefined || state === undefined) return;
    const about = subject(incidentId);
    const pagesTo = (called: string) =>
      contactsInOrder(call, called, person(called)).map((send) =>
        owedPage(incidentId, call, about, { personId: called, send }),
      );
    const pages = pagesTo(personId);
    const next = pages[pages.findIndex(({ id }) => id === messageId) + 1];
    // One that was asked for already is on its way, and has a next one of its own.
    const fresh = next === undefined || wasRequested(next.id) || !isStillWanted(state, page) ? undefined : next;
    if (fresh !== undefined) await request(fresh.id, fresh.notifier, fresh.notification, atMs);
    const instead = fresh === undefined ? "" : ` Their next contact is tried at once: ${fresh.notifier}.`;
    await note(incidentId, { text: `A page to ${personId} was given up: ${reason}.${instead}`, atMs, causeId });
    // What was put off until somebody answered is never asked for, also where the answer is taken back.
    const mayArrive = (id: string) => !wasGivenUp(id) && (wasRequested(id) || isStillWanted(state, page));
    const isOpen = call.data.people.some((one) => pagesTo(one.personId).some(({ id }) => mayArrive(id)));
    if (!isOpen) await undelivered(incidentId, { page, atMs, causeId });
  };

  return {
    async react(stored) {
      const failed = stored.stream.startsWith(DELIVERY_PREFIX) ? givenUp(stored) : undefined;
      if (failed === undefined) return;
      const pages = await pagesIn(failed.id);
      for (const page of pages) {
        // Several may be of one incident, and each is a cause of its own there.
        const causeId = pages.length === 1 ? stored.id : `${stored.id}/${page.messageId}`;
        await follow(page, { atMs: stored.atMs, causeId, reason: failed.reason });
      }
    },
  };
}

type AskedPage = NonNullable<ReturnType<typeof readAskedPage>>;

function givenUp(stored: StoredEvent): { readonly id: string; readonly reason: string } | undefined {
  const read = deliveryEventSchema.safeParse(stored);
  if (!read.success || read.data.type !== "delivery.failed") return undefined;
  return read.data.data.notBeforeMs === undefined ? read.data.data : undefined;
}

/** How the person is told by their rules, and after that on every contact that the rules leave out. */
function contactsInOrder(
  { data }: CallingEvent,
  personId: string,
  person: ReachablePerson | undefined,
): readonly PlannedSend[] {
  const planned = data.people.filter((one) => one.personId === personId).flatMap(({ sends }) => sends);
  const known = new Set(planned.map(contactKey));
  const others = (person?.contacts ?? []).filter((contact) => !known.has(contactKey(contact)));
  return [...planned, ...others.map((contact) => ({ ...contact, afterMs: 0 }))];
}
