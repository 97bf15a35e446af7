import type { Notification } from "../ports/notifier.js";

/** A thread as a contact sees it: the last message of it, and what that one says. */
export type ToldThread = {
  /** Place in the journal of the newest request of this thread that was told. */
  readonly order: number;
  readonly messageId?: string;
  readonly text: string;
  /** What was added to it by edits, oldest first. */
  readonly added: readonly string[];
};

/** One message that reached a contact. */
export type Told = {
  readonly contact: string;
  readonly order: number;
  readonly notification: Notification;
  readonly atMs: number;
  readonly messageId?: string;
  /** Whether an earlier message was edited, which makes no sound. */
  readonly edited: boolean;
};

/** Remembers what each contact was told, as far as the next message depends on it. */
export type DeliveryContacts = {
  tell(told: Told): void;
  /** How many messages made a sound at a contact after an instant, at most an hour ago. */
  heardSince(contact: string, sinceMs: number): number;
  thread(contact: string, threadKey: string): ToldThread | undefined;
  /** When a contact last heard of a service; undefined for never. */
  serviceToldMs(contact: string, service: string): number | undefined;
};

/** Instants older than this are forgotten: no throttle looks back further. */
export const LONGEST_THROTTLE_MS = 3_600_000;
/** An incident that goes to and fro adds a line each time; the last ones are shown. */
const LONGEST_ADDED = 8;

export function createDeliveryContacts(): DeliveryContacts {
  const heard = new Map<string, number[]>();
  // Until they end: what comes after an end begins a message of its own.
  const threads = new Map<string, ToldThread>();
  const services = new Map<string, number>();
  return {
    tell({ contact, order, notification, atMs, messageId, edited }) {
      const { service, status, text, threadKey } = notification;
      if (!edited) {
        const instants = heard.get(contact) ?? [];
        const kept = instants.findIndex((instant) => instant > atMs - LONGEST_THROTTLE_MS);
        instants.splice(0, kept < 0 ? instants.length : kept);
        instants.push(atMs);
        heard.set(contact, instants);
      }
      if (service !== undefined) services.set(keyOf(contact, service), atMs);
      const key = keyOf(contact, threadKey);
      const before = threads.get(key);
      if (before !== undefined && before.order > order) return;
      if (status === "resolved") {
        threads.delete(key);
        return;
      }
      const shown =
        edited && before !== undefined
          ? { text: before.text, added: [...before.added, text].slice(-LONGEST_ADDED) }
          : { text, added: [] };
      threads.set(key, { order, ...shown, ...(messageId === undefined ? {} : { messageId }) });
    },
    heardSince: (contact, sinceMs) => (heard.get(contact) ?? []).filter((instant) => instant > sinceMs).length,
    thread: (contact, threadKey) => threads.get(keyOf(contact, threadKey)),
    serviceToldMs: (contact, service) => services.get(keyOf(contact, service)),
  };
}

/** No name holds a line feed, so no two pairs have one key. */
function keyOf(contact: string, name: string): string {
  return `${contact}\n${name}`;
}
