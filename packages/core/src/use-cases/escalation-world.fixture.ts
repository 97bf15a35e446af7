import { PlimsollError } from "../errors/plimsoll-error.js";
import type { Json } from "../errors/json.js";
import { success } from "../errors/result.js";
import type { Severity } from "../incident/severity.js";
import type { EscalationPolicy } from "../on-call/escalation/escalation-policy.js";
import { TWO_STEPS } from "../on-call/escalation/escalation.fixture.js";
import type { EscalationDirectory } from "../on-call/escalation/resolve-targets.js";
import type { EventBus } from "../ports/event-bus.js";
import type { EventStore, StoredEvent } from "../ports/event-store.js";
import type { Notification } from "../ports/notifier.js";
import type { Timer, TimerEntry } from "../ports/timer.js";
import { createEscalationBook } from "./escalation-book.js";
import { createEscalationDesk, type EscalationDeskOptions } from "./escalation-desk.js";
import { createJournal } from "./journal.js";
import { createRelay } from "./relay.js";
import { createTimerRunner } from "./timer-runner.js";

/** What may happen at a call of a port: nothing, the process ends before or after it took effect, or it fails for now. */
export type Fault = "none" | "dies-before" | "dies-after" | "fails";

/** The end of a process; whatever it was at goes no further. */
export class ProcessEnded extends Error {}

/** What a world is made of; everything has a default. */
export type WorldOptions = {
  readonly policy?: EscalationPolicy;
  readonly directory?: Partial<EscalationDirectory>;
  readonly fault?: () => Fault;
  /** How many turns each call of a port takes, so that calls overlap in other orders. */
  readonly turns?: () => number;
  readonly desk?: Partial<EscalationDeskOptions>;
};

export type World = ReturnType<typeof createWorld>;

const START_MS = Date.UTC(2026, 0, 31, 12);

/** A world in which escalations run by the real use-cases: storage and timers outlive the processes that use them. */
export function createWorld(options: WorldOptions = {}) {
  const { policy = TWO_STEPS, turns = () => 0 } = options;
  let nowMs = START_MS;
  let fault = options.fault ?? (() => "none" as const);
  const stored: StoredEvent[] = [];
  const owed = new Set<string>();
  const timers = new Map<string, TimerEntry>();
  /** Every entry that was ever scheduled. */
  const scheduled: TimerEntry[] = [];
  const poison: string[] = [];

  const append: EventStore["append"] = async (writes) => {
    for (const { stream, expectedVersion } of writes) {
      const actualVersion = stored.filter((event) => event.stream === stream).length;
      if (actualVersion !== expectedVersion)
        return { ok: false, error: { code: "version-conflict", stream, expectedVersion, actualVersion } };
    }
    const added = writes.flatMap(({ stream, expectedVersion, events }) =>
      events.map((event, index) => ({ ...event, stream, version: expectedVersion + index + 1, position: 0 })),
    );
    const placed = added.map((event, index) => ({ ...event, position: stored.length + index + 1 }));
    for (const event of placed) {
      if (stored.some(({ id }) => id === event.id)) throw new Error(`the id ${event.id} is taken`);
      stored.push(event);
      owed.add(event.id);
    }
    return success(placed);
  };

  const startProcess = async () => {
    let alive = true;
    const call = async <Value>(effect: () => Value | Promise<Value>): Promise<Value> => {
      for (let turn = turns(); turn > 0; turn -= 1) await Promise.resolve();
      if (!alive) throw new ProcessEnded();
      const happens = fault();
      if (happens === "dies-before") alive = false;
      if (!alive) throw new ProcessEnded();
      if (happens === "fails")
        throw new PlimsollError({ code: "storage-away", message: "Storage is away.", retryable: true });
      const value = await effect();
      if (happens === "dies-after") alive = false;
      if (!alive) throw new ProcessEnded();
      return value;
    };
    const store: EventStore = {
      append: (writes) => call(() => append(writes)),
      read: (stream, afterVersion = 0) =>
        call(() => stored.filter((event) => event.stream === stream && event.version > afterVersion)),
      readAll: ({ afterPosition, limit }) => call(() => stored.slice(afterPosition, afterPosition + limit)),
      outbox: {
        pending: (limit) => call(() => stored.filter(({ id }) => owed.has(id)).slice(0, limit)),
        settle: (ids) =>
          call(() => {
            for (const id of ids) owed.delete(id);
          }),
      },
    };
    const runner = createTimerRunner({
      nowMs: () => nowMs,
      settle: (entry) =>
        call(() => {
          if (timers.get(entry.key) === entry) timers.delete(entry.key);
        }),
    });
    const handlers: { readonly prefix: string; readonly handler: (entry: TimerEntry) => Promise<void> }[] = [];
    const timer: Timer = {
      schedule: (entry) =>
        call(() => {
          const known = timers.get(entry.key);
          if (known !== undefined && known.fence >= entry.fence) return;
          timers.set(entry.key, entry);
          scheduled.push(entry);
          runner.put(entry);
        }),
      cancel: (key, fence) =>
        call(() => {
          if ((timers.get(key)?.fence ?? Infinity) <= fence) timers.delete(key);
          runner.drop(key, fence);
        }),
      consume(prefix, handler) {
        handlers.push({ prefix, handler });
        return runner.consume(prefix, handler);
      },
    };
    const bus: EventBus = simpleBus(poison);
    const book = createEscalationBook();
    const requested = new Map<string, Notification>();
    const severities = new Map<string, Severity>();
    const journal = createJournal(store, [
      book.projection,
      {
        prefix: "delivery/",
        apply: ({ data }) => {
          const { id, notification } = data as unknown as { readonly id: string; readonly notification: Notification };
          requested.set(id, notification);
        },
      },
      {
        prefix: "incident/",
        apply({ data, stream }) {
          const { severity, to } = data as { readonly severity?: Severity; readonly to?: Severity };
          const now = severity ?? to;
          if (now !== undefined) severities.set(stream.slice("incident/".length), now);
        },
      },
    ]);
    await journal.replay();
    const { react, relay } = createRelay(store, bus, journal);
    const directory: EscalationDirectory = {
      resolve: (target) =>
        target.kind === "person" ? [target.personId] : target.kind === "team" ? ["ada", "bob"] : ["ada"],
      person: (id) => ({ id, contacts: [{ notifier: "sms" }] }),
      turnsOf: book.turnsOf,
      ...options.directory,
    };
    const desk = createEscalationDesk({
      journal,
      book,
      events: store,
      timer,
      nowMs: () => nowMs,
      async request(id, notifier, notification, atMs) {
        await journal.commit(() => {
          if (requested.has(id)) return [];
          const data = JSON.parse(JSON.stringify({ id, notifier, notification })) as Json;
          return [{ stream: `delivery/${id}`, entries: [{ type: "delivery.requested", atMs, actor: "engine", data }] }];
        });
      },
      wasRequested: (id) => requested.has(id),
      followsCourse: () => false,
      policyFor: () => policy,
      directory,
      record: () => success([]),
      subject(incidentId) {
        const severity = severities.get(incidentId);
        return severity === undefined ? undefined : { title: "it burns", text: "", service: "checkout", severity };
      },
      relay: () => relay().catch(() => undefined),
      ...options.desk,
    });
    await react("escalations", async (event) => {
      await journal.replay();
      await desk.react(event);
    });
    for (const entry of timers.values()) runner.put(entry);
    const stop = await desk.open();
    return {
      desk,
      book,
      journal,
      relay,
      runner,
      stop,
      isAlive: () => alive,
      /** Hands an entry over that is not the one that is waited for, as a timer may that was replaced or cancelled. */
      async fireStale(entry: TimerEntry) {
        const found = handlers.find(({ prefix }) => entry.key.startsWith(prefix));
        await found?.handler(entry);
      },
    };
  };

  return {
    stored,
    timers,
    scheduled,
    owed,
    poison,
    startProcess,
    nowMs: () => nowMs,
    minutes: () => (nowMs - START_MS) / 60_000,
    advance: (ms: number) => void (nowMs += ms),
    heal: () => void (fault = () => "none"),
    /** What somebody else stores about an incident. */
    async incident(incidentId: string, type: string, data: Json = {}, actor = "bob") {
      const stream = `incident/${incidentId}`;
      const expectedVersion = stored.filter((event) => event.stream === stream).length;
      const id = `${stream}@${expectedVersion + 1}`;
      await append([{ stream, expectedVersion, events: [{ id, type: `incident.${type}`, atMs: nowMs, actor, data }] }]);
    },
    /** The messages that were asked for, in order. */
    requested: (): readonly { readonly id: string; readonly notifier: string; readonly notification: Notification }[] =>
      stored
        .filter(({ stream }) => stream.startsWith("delivery/"))
        .map(({ data }) => data as unknown as { id: string; notifier: string; notification: Notification }),
    escalation: (incidentId: string) => stored.filter(({ stream }) => stream === `escalation/${incidentId}`),
  };
}

/** Streams side by side, each in order. What is refused for good is set aside; the end of a process ends everything. */
function simpleBus(poison: string[]): EventBus {
  const handlers: ((event: StoredEvent) => Promise<void>)[] = [];
  return {
    async publish(events) {
      const streams = [...new Set(events.map(({ stream }) => stream))];
      await Promise.all(
        streams.map(async (stream) => {
          for (const event of events.filter((one) => one.stream === stream)) {
            for (const handler of handlers) {
              await handler(event).catch((error: unknown) => {
                if (error instanceof ProcessEnded) throw error;
                poison.push(`${event.id}: ${String(error)}`);
              });
            }
          }
        }),
      );
    },
    async subscribe(_group, handler) {
      handlers.push(handler);
      return async () => undefined;
    },
    poisoned: async () => [],
  };
}
