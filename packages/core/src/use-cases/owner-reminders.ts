import { remindersDue, type ActionReminder } from "../incident/actions/action-reminders.js";
import { utcWords } from "../incident/instant-words.js";
import type { Notification } from "../ports/notifier.js";
import type { DeliveryDesk } from "./delivery-desk.js";
import type { IncidentBook } from "./incident-book.js";
import type { OnCallDesk, OnCallMember } from "./on-call-desk.js";

/** Reminds the owners of action items, each time once. */
export type OwnerReminders = {
  /** Asks for the reminders that are owed at an instant and were not asked for; answers how many messages those are. */
  remind(nowMs: number): Promise<number>;
};

export function createOwnerReminders(options: {
  readonly book: Pick<IncidentBook, "all">;
  readonly people: OnCallDesk["people"];
  readonly request: DeliveryDesk["request"];
  /** Told where an owner is nobody who can be reached, by name. */
  readonly notifiers: readonly string[];
  readonly urlOf?: ((incidentId: string) => string) | undefined;
}): OwnerReminders {
  const { book, notifiers, people, request, urlOf } = options;
  // Who was asked before a restart is known by the message's id; this only spares asking each round.
  const asked = new Set<string>();

  const contactsOf = (owner: string): readonly { readonly notifier: string; readonly address?: string }[] => {
    const [first] = personNamed(people, owner)?.contacts ?? [];
    return first === undefined ? notifiers.map((notifier) => ({ notifier })) : [first];
  };

  return {
    async remind(nowMs) {
      let count = 0;
      for (const reminder of book.all().flatMap((state) => remindersDue(state, nowMs))) {
        if (asked.has(reminder.id)) continue;
        for (const { address, notifier } of contactsOf(reminder.item.owner)) {
          const id = `action-reminder/${reminder.id}/${notifier}`;
          const words = notification(id, reminder, urlOf?.(reminder.incidentId));
          await request(id, notifier, address === undefined ? words : { ...words, address }, nowMs);
          count += 1;
        }
        asked.add(reminder.id);
      }
      return count;
    },
  };
}

/** An owner is written by a person: by id or by name, in any case. */
function personNamed(people: readonly OnCallMember[], owner: string): OnCallMember | undefined {
  const wanted = owner.trim().toLowerCase();
  return people.find(({ id, name }) => id.toLowerCase() === wanted || name.toLowerCase() === wanted);
}

function notification(
  id: string,
  { atMs, incidentId, item, kind }: ActionReminder,
  url: string | undefined,
): Omit<Notification, "actions"> {
  const when = kind === "overdue" ? `was due at ${utcWords(item.dueAtMs)}` : `is due at ${utcWords(item.dueAtMs)}`;
  return {
    idempotencyKey: id,
    threadKey: `${incidentId}/${item.id}`,
    urgency: kind === "overdue" && item.priority === "P0" ? "ticket" : "info",
    title: `${incidentId} ${item.priority}: ${item.title}`,
    text: `This action item of ${item.owner} ${when}.`,
    fields: [
      { name: "Owner", value: item.owner },
      { name: "Priority", value: item.priority },
    ],
    atMs,
    ...(url === undefined ? {} : { url }),
  };
}
