import type { EventBus, PoisonEvent, StoredEvent, Unsubscribe } from "@plimsoll/core";

/** How stubborn a bus is. */
export type MemoryEventBusSettings = {
  /** How often a handler is tried before its event is set aside; default 5. */
  readonly attempts?: number;
  /** How long to wait after that many failed attempts; default 50 ms, doubling, at most 1 s. */
  readonly pauseMs?: (failedAttempts: number) => number;
};

type Handler = (event: StoredEvent) => Promise<void>;
type Subscriber = { readonly handler: Handler; readonly running: Set<Promise<void>> };
type Group = {
  readonly name: string;
  readonly subscribers: Subscriber[];
  /** The last work of each stream; the next event of the stream waits for it. */
  readonly lanes: Map<string, Promise<void>>;
  turn: number;
};

const DEFAULT_ATTEMPTS = 5;
const LONGEST_PAUSE_MS = 1_000;

/**
 * Makes a bus inside one process. Streams run side by side, the events of one stream one after the other. A handler must not
 * wait for a publish to the stream that it is handling, nor for its own leaving.
 */
export function createMemoryEventBus(settings: MemoryEventBusSettings = {}): EventBus {
  const { attempts = DEFAULT_ATTEMPTS, pauseMs = doublingPauseMs } = settings;
  const groups = new Map<string, Group>();
  const poison: PoisonEvent[] = [];

  const handle = async (group: Group, event: StoredEvent): Promise<void> => {
    for (let attempt = 1; ; attempt += 1) {
      const subscriber = nextSubscriber(group);
      if (subscriber === undefined) return;
      try {
        await run(subscriber, event);
        return;
      } catch (error) {
        if (attempt >= attempts) {
          poison.push({ group: group.name, event, attempts: attempt, reason: reasonOf(error) });
          return;
        }
        await pause(pauseMs(attempt));
      }
    }
  };

  const enqueue = (group: Group, event: StoredEvent): Promise<void> => {
    const before = group.lanes.get(event.stream) ?? Promise.resolve();
    const work = before.then(() => handle(group, event));
    group.lanes.set(event.stream, work);
    return work.finally(() => {
      if (group.lanes.get(event.stream) === work) group.lanes.delete(event.stream);
    });
  };

  return {
    async publish(events) {
      const work: Promise<void>[] = [];
      for (const event of events) for (const group of groups.values()) work.push(enqueue(group, event));
      await Promise.all(work);
    },
    async subscribe(name, handler): Promise<Unsubscribe> {
      const group: Group = groups.get(name) ?? { name, subscribers: [], lanes: new Map(), turn: 0 };
      groups.set(name, group);
      const subscriber: Subscriber = { handler, running: new Set() };
      group.subscribers.push(subscriber);
      return () => leave(group, subscriber);
    },
    poisoned: async () => [...poison],
  };
}

function nextSubscriber(group: Group): Subscriber | undefined {
  group.turn += 1;
  return group.subscribers[group.turn % group.subscribers.length];
}

async function run(subscriber: Subscriber, event: StoredEvent): Promise<void> {
  // The wrapper makes a rejection of a synchronous throw.
  const work = (async () => subscriber.handler(event))();
  subscriber.running.add(work);
  try {
    await work;
  } finally {
    subscriber.running.delete(work);
  }
}

async function leave(group: Group, subscriber: Subscriber): Promise<void> {
  const index = group.subscribers.indexOf(subscriber);
  if (index >= 0) group.subscribers.splice(index, 1);
  await Promise.allSettled(subscriber.running);
}

function doublingPauseMs(failedAttempts: number): number {
  return Math.min(LONGEST_PAUSE_MS, 50 * 2 ** (failedAttempts - 1));
}

async function pause(ms: number): Promise<void> {
  if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
