import { failure, success } from "../errors/result.js";
import type { EventStore, StoredEvent } from "../ports/event-store.js";
import type { Notification, NotificationOutcome, Notifier } from "../ports/notifier.js";
import { createDeliveryBook } from "./delivery-book.js";
import { createDeliveryDesk, type DeliveryDesk, type DeliveryOptions } from "./delivery-desk.js";
import type { WaitingDelivery } from "./delivery-owed.js";
import { createJournal } from "./journal.js";

export const AT_MS = Date.UTC(2026, 10, 21, 3, 0);

/** An incident's first message. */
export function message(different: Partial<Notification> = {}): Notification {
  return {
    idempotencyKey: "key",
    threadKey: "INC-001",
    urgency: "ticket",
    title: "INC-001 SEV3: payments",
    text: "6.2x over 6 h against 6x",
    fields: [],
    ...different,
  };
}

/** A delivery that was asked for in this place and not yet tried. */
export function waiting(order: number, different: Partial<Notification> = {}): WaitingDelivery {
  return {
    id: `d${order}`,
    notifier: "chat",
    notification: message({ idempotencyKey: `d${order}`, ...different }),
    requestedAtMs: AT_MS,
    order,
    status: "waiting",
    attempts: 0,
    notBeforeMs: AT_MS,
  };
}

/** Events in memory, in order. */
export function memoryStore(): EventStore & { readonly stored: StoredEvent[] } {
  const stored: StoredEvent[] = [];
  return {
    stored,
    async append(writes) {
      for (const { stream, expectedVersion } of writes) {
        const actualVersion = stored.filter((event) => event.stream === stream).length;
        if (actualVersion !== expectedVersion)
          return failure({ code: "version-conflict", stream, expectedVersion, actualVersion });
      }
      const added = writes.flatMap(({ stream, expectedVersion, events }) =>
        events.map((event, index) => ({ ...event, stream, version: expectedVersion + index + 1, position: 0 })),
      );
      const placed = added.map((event, index) => ({ ...event, position: stored.length + index + 1 }));
      stored.push(...placed);
      return success(placed);
    },
    read: async (stream, afterVersion = 0) =>
      stored.filter((event) => event.stream === stream && event.version > afterVersion),
    readAll: async ({ afterPosition }) => stored.filter(({ position }) => position > afterPosition),
    outbox: { pending: async () => [], settle: async () => undefined },
  };
}

/** A notifier that remembers what it was handed; edits only where it is told how. */
export type Recorder = Notifier & { readonly got: (Notification & { readonly editOf?: string })[] };

export function recorder(
  options: {
    readonly answer?: (notification: Notification, count: number) => NotificationOutcome | Promise<NotificationOutcome>;
    readonly edit?: (messageId: string) => NotificationOutcome;
    readonly tracksStatus?: boolean;
  } = {},
): Recorder {
  const got: Recorder["got"] = [];
  const { answer = () => ({ kind: "sent" }), edit, tracksStatus } = options;
  return {
    got,
    ...(tracksStatus === undefined ? {} : { tracksStatus }),
    send: async (notification) => answer(notification, got.push(notification)),
    ...(edit === undefined
      ? {}
      : {
          async update(messageId: string, notification: Notification) {
            got.push({ ...notification, editOf: messageId });
            return edit(messageId);
          },
        }),
  };
}

/** Pauses that end when a test says so. */
export function manualPauses(): {
  readonly pause: (ms: number) => Promise<void>;
  /** Ends every pause of this length that is under way. */
  end(ms: number): void;
} {
  const open: { readonly ms: number; readonly done: () => void }[] = [];
  return {
    pause: (ms) => new Promise((done) => void open.push({ ms, done })),
    end(ms) {
      for (const one of open) if (one.ms === ms) one.done();
    },
  };
}

/** Lets everything go on that waits for nothing but its turn. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 200; turn += 1) await Promise.resolve();
}

/** A desk on a store in memory; `again` opens another on the same store, as after a crash. */
export async function deliveryWorld(
  notifiers: Readonly<Record<string, Notifier>>,
  options: DeliveryOptions &
    Pick<Parameters<typeof createDeliveryDesk>[0], "isStillWanted" | "onFailed"> & {
      readonly store?: ReturnType<typeof memoryStore>;
    } = {},
) {
  const { store = memoryStore(), ...asked } = options;
  const book = createDeliveryBook();
  const journal = createJournal(store, [book.projection]);
  await journal.replay();
  const desk: DeliveryDesk = createDeliveryDesk({
    journal,
    book,
    events: store,
    notifiers: new Map(Object.entries(notifiers)),
    routes: { pages: ["chat"], tickets: [], incidents: [] },
    ...asked,
  });
  return {
    book,
    desk,
    store,
    types: () => store.stored.map(({ type }) => type.replace("delivery.", "")),
    ask: (id: string, different: Partial<Notification> = {}, notifier = "chat", atMs = AT_MS) =>
      desk.request(id, notifier, message({ idempotencyKey: id, ...different }), atMs),
    again: () => deliveryWorld(notifiers, { ...asked, store }),
  };
}
