import type { Unsubscribe } from "../ports/event-bus.js";
import type { Timer, TimerEntry } from "../ports/timer.js";
import { createTimerAgenda, type AgendaItem, type AgendaPut } from "./timer-agenda.js";

/** What an adapter of the `Timer` port brings to a runner. */
export type TimerRunnerOptions = {
  /** The engine's clock, epoch milliseconds. */
  readonly nowMs: () => number;
  /** Forgets an entry that was handled, for good; while it throws, the entry comes again. */
  readonly settle: (entry: TimerEntry) => Promise<void>;
  /** Tells, just before an entry is handed over, whether it is still owed. Absent: it is. */
  readonly isOwed?: (entry: TimerEntry) => Promise<boolean>;
  /** Calls back once after so many milliseconds; answers how to take it back. Absent: only `runDue` hands out. */
  readonly alarm?: (ms: number, wake: () => void) => () => void;
  /** How many entries are handled at a time; default 16. */
  readonly concurrency?: number;
  /** Hears of each refusal of a consumer and each failure of `settle`; what is thrown here is lost. */
  readonly onFailure?: (entry: TimerEntry, error: unknown, attempts: number) => void;
};

/** Hands due entries to their consumers, each key on its own: the half of a `Timer` that is the same in every adapter. */
export type TimerRunner = {
  readonly pending: number;
  get(key: string): TimerEntry | undefined;
  put(entry: TimerEntry, tryAtMs?: number): AgendaPut;
  drop(key: string, fence: number): TimerEntry | undefined;
  readonly consume: Timer["consume"];
  /** Hands out what is due now; resolves when each of these was handled or refused. */
  runDue(): Promise<void>;
  /** Hands out nothing more; resolves when every consumer is idle. */
  close(): Promise<void>;
};

type Consumer = {
  readonly prefix: string;
  readonly handler: (entry: TimerEntry) => Promise<void>;
  readonly running: Set<Promise<void>>;
};

const DEFAULT_CONCURRENCY = 16;
// Timers of a runtime stop while a machine sleeps and know nothing of a clock that is set: this often, look again.
const LONGEST_ALARM_MS = 500;
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 30_000;

export function createTimerRunner(options: TimerRunnerOptions): TimerRunner {
  const { nowMs, settle, isOwed, alarm, concurrency = DEFAULT_CONCURRENCY, onFailure } = options;
  const agenda = createTimerAgenda();
  const consumers: Consumer[] = [];
  /** Due, and waiting for a consumer, or for an earlier entry of their key to be handled. */
  const parked = new Map<string, AgendaItem>();
  const running = new Map<string, Promise<void>>();
  let armed: { readonly atMs: number; readonly disarm: () => void } | undefined;
  let closed = false;

  const consumerOf = ({ key }: TimerEntry): Consumer | undefined =>
    consumers.find(({ prefix }) => key.startsWith(prefix));

  const handle = async (item: AgendaItem, consumer: Consumer): Promise<void> => {
    const { entry } = item;
    try {
      if (isOwed === undefined || (await isOwed(entry))) {
        await consumer.handler(entry);
        await settle(entry);
      }
      agenda.drop(entry.key, entry.fence);
    } catch (error) {
      const attempts = item.attempts + 1;
      agenda.retry(item, nowMs() + Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempts - 1)), attempts);
      try {
        onFailure?.(entry, error, attempts);
      } catch {
        // Whoever only listens must not stop the timers.
      }
    }
  };

  const start = (item: AgendaItem, consumer: Consumer): void => {
    const { key } = item.entry;
    const work = handle(item, consumer).then(() => {
      running.delete(key);
      consumer.running.delete(work);
      unpark((parkedKey) => parkedKey === key);
      pump();
    });
    running.set(key, work);
    consumer.running.add(work);
  };

  const unpark = (chosen: (key: string) => boolean): void => {
    for (const [key, item] of parked) {
      if (!chosen(key)) continue;
      parked.delete(key);
      agenda.retry(item, item.tryAtMs, item.attempts);
    }
  };

  const pump = (): void => {
    while (running.size < concurrency) {
      const item = closed ? undefined : agenda.next(nowMs());
      if (item === undefined) break;
      const consumer = consumerOf(item.entry);
      if (consumer === undefined || running.has(item.entry.key)) parked.set(item.entry.key, item);
      else start(item, consumer);
    }
    arm();
  };

  const arm = (): void => {
    const nextAtMs = agenda.nextAtMs();
    if (alarm === undefined || closed || nextAtMs === undefined || running.size >= concurrency) return;
    const now = nowMs();
    const atMs = Math.min(Math.max(nextAtMs, now), now + LONGEST_ALARM_MS);
    if (armed !== undefined && armed.atMs <= atMs) return;
    armed?.disarm();
    const disarm = alarm(atMs - now, () => {
      armed = undefined;
      pump();
    });
    armed = { atMs, disarm };
  };

  const consume = async (prefix: string, handler: Consumer["handler"]): Promise<Unsubscribe> => {
    const consumer: Consumer = { prefix, handler, running: new Set() };
    consumers.push(consumer);
    unpark((key) => key.startsWith(prefix));
    arm();
    return async () => {
      const index = consumers.indexOf(consumer);
      if (index >= 0) consumers.splice(index, 1);
      await Promise.all(consumer.running);
    };
  };

  return {
    get pending() {
      return agenda.size;
    },
    get: (key) => agenda.get(key),
    put(entry, tryAtMs) {
      const outcome = agenda.put(entry, tryAtMs);
      arm();
      return outcome;
    },
    drop: (key, fence) => agenda.drop(key, fence),
    consume,
    async runDue() {
      pump();
      while (running.size > 0) await Promise.all(running.values());
    },
    async close() {
      closed = true;
      armed?.disarm();
      armed = undefined;
      await Promise.all(running.values());
    },
  };
}
