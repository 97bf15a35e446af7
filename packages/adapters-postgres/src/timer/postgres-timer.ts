import { createTimerRunner, type Clock, type Timer, type TimerEntry, type TimerRunner } from "@plimsoll/core";

import type { SqlConnection } from "../sql/sql.js";
import { startBoss, stopBoss } from "./boss.js";
import { createTimerRows, type TimerRows } from "./timer-rows.js";

/** What durable timers go by. */
export type PostgresTimerSettings = {
  readonly clock: Clock;
  /**
   * `clock`: due entries are handed out by themselves, as time passes. `manual`: only by `runDue`, for a clock that a
   * test moves. Default `clock`.
   */
  readonly fires?: "clock" | "manual";
  /** How many entries are handled at a time; default 256. */
  readonly concurrency?: number;
  /** On a server: how often to look for due entries of other processes that have ended; default 5 s. */
  readonly adoptEveryMs?: number;
  /** Hears of each refusal of a consumer. */
  readonly onFailure?: (entry: TimerEntry, error: unknown, attempts: number) => void;
};

/** Timers that outlive the process. */
export type PostgresTimer = Timer & {
  readonly pending: number;
  /** Hands out what is due now; resolves when each of these was handled or refused. */
  runDue(): Promise<void>;
  /** Takes over what is due, and was scheduled by a process that has not handed it out. By itself on a server. */
  adopt(): Promise<void>;
  /** Hands out nothing more; resolves when every consumer is idle. What is not handled comes again. */
  close(): Promise<void>;
};

/** Each waits for storage to forget it, and storage forgets many in one statement. */
const DEFAULT_CONCURRENCY = 256;
const DEFAULT_ADOPT_EVERY_MS = 5_000;
/** How long an entry of another process is left to that process. */
const GRACE_MS = 1_000;

/**
 * Opens timers whose entries are jobs of pg-boss. pg-boss keeps them; a heap in this process fires them.
 *
 * pg-boss's own workers find due jobs by polling, at most twice a second, by the database's clock, and each look goes
 * through the index of all that is pending. The heap fires to the millisecond by the engine's clock and asks nothing
 * while nothing is due; after a restart it is filled from pg-boss.
 */
export async function openPostgresTimer(sql: SqlConnection, settings: PostgresTimerSettings): Promise<PostgresTimer> {
  const { clock, fires = "clock", concurrency = DEFAULT_CONCURRENCY, onFailure } = settings;
  const nowMs = (): number => clock.now().toMillis();
  const boss = await startBoss(sql);
  const rows = createTimerRows(sql, boss);
  // Entries that another process scheduled, and may hand out itself.
  const foreign = new Set<string>();
  const runner = createTimerRunner({
    nowMs,
    settle: (entry) => rows.remove(entry),
    isOwed: async (entry) => !foreign.delete(nameOf(entry)) || rows.has(entry),
    ...(fires === "manual" ? {} : { alarm: wakeAfter }),
    concurrency,
    ...(onFailure === undefined ? {} : { onFailure }),
  });

  const adopt = async (): Promise<void> => {
    for (const entry of await rows.dueBy(nowMs() + GRACE_MS)) {
      if (runner.get(entry.key)?.fence === entry.fence) continue;
      foreign.add(nameOf(entry));
      await keep(rows, runner, entry, Math.max(entry.atMs, nowMs()) + GRACE_MS);
    }
  };

  try {
    for await (const page of rows.all()) for (const entry of page) await keep(rows, runner, entry);
  } catch (error) {
    await stopBoss(boss);
    throw error;
  }
  const adopting =
    fires === "clock" && sql.backend === "server"
      ? setInterval(() => void adopt().catch(() => undefined), settings.adoptEveryMs ?? DEFAULT_ADOPT_EVERY_MS).unref()
      : undefined;

  return {
    get pending() {
      return runner.pending;
    },
    async schedule({ key, atMs, fence }) {
      if ((runner.get(key)?.fence ?? -Infinity) >= fence) return;
      const entry = { key, atMs, fence };
      await rows.insert(entry);
      await keep(rows, runner, entry);
    },
    async cancel(key, fence) {
      const entry = runner.get(key);
      if (entry === undefined || entry.fence > fence) return;
      // Gone from storage first: a cancellation that failed can be asked for again.
      await rows.remove(entry);
      runner.drop(key, fence);
    },
    consume: runner.consume,
    runDue: () => runner.runDue(),
    adopt,
    async close() {
      clearInterval(adopting);
      await runner.close();
      await stopBoss(boss);
    },
  };
}

/** Puts a stored entry on the agenda, and removes from storage whichever of its key is the older. */
async function keep(rows: TimerRows, runner: TimerRunner, entry: TimerEntry, tryAtMs?: number): Promise<void> {
  const put = runner.put(entry, tryAtMs);
  if (put.kind === "taken") {
    if (put.replaced !== undefined) await rows.remove(put.replaced);
    return;
  }
  if (runner.get(entry.key)?.fence !== entry.fence) await rows.remove(entry);
}

function nameOf({ key, fence }: TimerEntry): string {
  return `${fence}/${key}`;
}

function wakeAfter(ms: number, wake: () => void): () => void {
  const timeout = setTimeout(wake, ms);
  timeout.unref();
  return () => clearTimeout(timeout);
}
