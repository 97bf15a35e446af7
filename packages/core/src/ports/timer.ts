import type { Unsubscribe } from "./event-bus.js";

/** Something that has to be done later. */
export type TimerEntry = {
  /** Names what it is for; a key has one entry. */
  readonly key: string;
  /** Epoch milliseconds, by the engine's clock. */
  readonly atMs: number;
  /**
   * Grows with each entry of a key: the version of the stream that asked for it. Whoever is woken compares it with
   * what it waits for, so that an entry that was replaced or cancelled and fires all the same is known as stale.
   */
  readonly fence: number;
};

/**
 * Wakes whoever asked to be woken later.
 *
 * Durable: once `schedule` or `cancel` has resolved, it holds after a crash. Never before its time by the engine's clock;
 * at least once, and again until a consumer has handled it without a throw. One entry per key: a greater fence replaces,
 * the same fence is the same entry and changes nothing, and a smaller one comes too late and changes nothing.
 */
export interface Timer {
  schedule(entry: TimerEntry): Promise<void>;
  /** Takes back the key's entry where its fence is this one or smaller. It may be under way already: see `fence`. */
  cancel(key: string, fence: number): Promise<void>;
  /** Hands over due entries whose key starts with the prefix, oldest first. Those of no consumer wait for one. */
  consume(prefix: string, handler: (entry: TimerEntry) => Promise<void>): Promise<Unsubscribe>;
}
