import type { EventStore, StoredEvent } from "../ports/event-store.js";
import { DELIVERY_PREFIX, deliveryEventSchema, deliveryStream } from "./delivery-event.js";
import { readPageId } from "./escalation-page.js";
import type { IncidentDesk } from "./incident-desk.js";

/** Notices, in an incident's course, that a stakeholder was really told: a message that was only planned is no word to anybody. */
export type DeliveredNotices = {
  /** Handles one stored event of a delivery; the same event again changes nothing. */
  react(event: StoredEvent): Promise<void>;
};

export function createDeliveredNotices(options: {
  readonly events: Pick<EventStore, "read">;
  readonly desk: Pick<IncidentDesk, "command">;
}): DeliveredNotices {
  const { desk, events } = options;

  /** The messages that arrive with a delivery: its own, and those that it collapses, or is a further try of. */
  const messagesOf = async (id: string): Promise<readonly { readonly id: string; readonly notifier: string }[]> => {
    const [requested] = await events.read(deliveryStream(id));
    const read = deliveryEventSchema.safeParse(requested);
    if (!read.success || read.data.type !== "delivery.requested") return [];
    const { collapses = [], notifier, retries } = read.data.data;
    const earlier = retries === undefined ? [] : await messagesOf(retries);
    return [id, ...collapses].map((one) => ({ id: one, notifier })).concat(earlier);
  };

  return {
    async react(stored) {
      if (!stored.stream.startsWith(DELIVERY_PREFIX)) return;
      const event = deliveryEventSchema.safeParse(stored);
      if (!event.success || event.data.type !== "delivery.sent") return;
      for (const { id, notifier } of await messagesOf(event.data.data.id)) {
        const asked = readPageId(id);
        if (asked === undefined || !isNotice(asked.page)) continue;
        const { incidentId, page, personId } = asked;
        // By the notice: it is one word, to however many people and on however many contacts, and counts from the first.
        const causeId = `stakeholders-told/${page}`;
        const by = { actor: stored.actor, atMs: stored.atMs, causeId };
        // An incident that is closed by now has nothing more to be told.
        await desk.command(incidentId, { type: "record-notice", person: personId, channel: notifier, ...by });
      }
    },
  };
}

/** An update that a person wrote has counted from when they wrote it. */
function isNotice(page: string): boolean {
  return page.split("/")[1] === "stakeholders";
}
