import { DateTime } from "luxon";
import type { ExternalAlert, ReceivedAlert } from "../alert/external-alert.js";
import { externalAlert } from "../alert/external-alert.js";
import { failure, success } from "../errors/result.js";
import type { EventStore, StoredEvent } from "../ports/event-store.js";
import type { TimerEntry } from "../ports/timer.js";
import { buildRoutes } from "../routing/build-routes.js";
import { buildInhibitRules } from "../routing/inhibition.js";
import { createMaintenanceCalendar } from "../routing/maintenance-window.js";
import type { RouteSpec } from "../routing/route.js";
import type { TimeInterval } from "../routing/time-interval.js";
import { createAlertIntake } from "./alert-intake.js";
import { createJournal } from "./journal.js";
import { createRoutingBook } from "./routing-book.js";
import { createRoutingDesk } from "./routing-desk.js";
import { createSilenceBook } from "./silence-book.js";
import { createSilenceDesk } from "./silence-desk.js";

export const START_MS = Date.parse("2026-03-02T12:00:00Z");

/** A store that outlives the processes of a test. */
export function createTestStore(): EventStore & { readonly log: StoredEvent[]; appends: number; away: boolean } {
  const log: StoredEvent[] = [];
  const store = {
    log,
    appends: 0,
    away: false,
    async append(writes: Parameters<EventStore["append"]>[0]) {
      if (store.away) throw new Error("storage is away");
      for (const { expectedVersion, stream } of writes) {
        const actualVersion = log.filter((event) => event.stream === stream).length;
        if (actualVersion !== expectedVersion)
          return failure({ code: "version-conflict", stream, expectedVersion, actualVersion } as const);
      }
      store.appends += 1;
      const added = writes
        .flatMap(({ events, expectedVersion, stream }) =>
          events.map((event, index) => ({ ...event, stream, version: expectedVersion + index + 1 })),
        )
        .map((event, index) => ({ ...event, position: log.length + index + 1 }));
      log.push(...added);
      return success(added);
    },
    read: async (stream: string, afterVersion = 0) =>
      log.filter((event) => event.stream === stream && event.version > afterVersion),
    readAll: async ({ afterPosition }: { readonly afterPosition: number }) =>
      log.filter(({ position }) => position > afterPosition),
    outbox: { pending: async () => [], settle: async () => {} },
  };
  return store;
}

export const ROUTES: RouteSpec = {
  receiver: "ops",
  groupBy: ["job"],
  groupWaitMs: 30_000,
  groupIntervalMs: 300_000,
  routes: [{ matchers: ["urgent=yes"], receiver: "pager", groupWaitMs: 0 }],
};

/** One process over a store: what it knows ends with it. */
export async function startRouting(
  store: EventStore,
  now: { ms: number },
  routes: RouteSpec = ROUTES,
  timeIntervals: ReadonlyMap<string, readonly TimeInterval[]> = new Map(),
) {
  const root = buildRoutes(routes, { receivers: ["ops", "pager"], timeIntervals });
  const inhibit = buildInhibitRules([
    { name: "page", sourceMatchers: ["severity=page"], targetMatchers: ["severity=ticket"], equal: ["job"] },
  ]);
  if (!root.ok || !inhibit.ok) throw new Error("the routes of this test are wrong");
  const clock = { now: () => DateTime.fromMillis(now.ms, { zone: "utc" }) };
  const book = createRoutingBook(root.value, inhibit.value);
  const silences = createSilenceBook();
  const journal = createJournal(store, [...book.projections, silences.projection]);
  const rules = { root: root.value, silences, inhibitor: book.inhibitor, maintenance: createMaintenanceCalendar([]) };
  const timers: TimerEntry[] = [];
  const cancelled: Omit<TimerEntry, "atMs">[] = [];
  const timer = {
    schedule: async (entry: TimerEntry) => void timers.push(entry),
    cancel: async (key: string, fence: number) => void cancelled.push({ key, fence }),
  };
  const desk = createRoutingDesk({ clock, journal, book, events: store, rules, timer });
  const intake = createAlertIntake({ clock, journal, book, rules, desk });
  let ids = 0;
  let relayed = 0;
  const relay = async () => (relayed += 1);
  const silenceDesk = createSilenceDesk({
    clock,
    ids: { next: () => `s${(ids += 1)}` },
    journal,
    book: silences,
    relay,
  });
  await journal.replay();
  return { book, desk, intake, rules, silences, silenceDesk, timers, cancelled, relayed: () => relayed };
}

/** An alert as it comes from an edge. */
export function alertNow(
  now: { readonly ms: number },
  part: Partial<ReceivedAlert> = {},
  resolveTimeoutMs?: number,
): ExternalAlert {
  const made = externalAlert(
    { source: "am", fingerprint: "f1", labels: { alertname: "Down", job: "web" }, startsAtMs: now.ms, ...part },
    { nowMs: now.ms, ...(resolveTimeoutMs === undefined ? {} : { resolveTimeoutMs }) },
  );
  if (!made.ok) throw new Error(made.error.message);
  return made.value;
}
