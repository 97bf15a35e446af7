import { createTimerRunner, type Timer, type TimerEntry, type TimerRunner } from "@plimsoll/core";

/** Timers' entries that outlive every process, by key. */
export type LastingEntries = Map<string, TimerEntry>;

/** A process's timer over entries that are there after a crash, as the port promises. */
export type LastingTimer = { readonly timer: Timer; readonly runner: TimerRunner };

/** Opens a process's timer: its agenda begins with all that is stored. */
export function openLastingTimer(entries: LastingEntries, nowMs: () => number): LastingTimer {
  const runner = createTimerRunner({
    nowMs,
    isOwed: async ({ fence, key }) => entries.get(key)?.fence === fence,
    settle: async ({ fence, key }) => void (entries.get(key)?.fence === fence && entries.delete(key)),
  });
  for (const entry of entries.values()) runner.put(entry);
  const timer: Timer = {
    async schedule(entry) {
      const known = entries.get(entry.key);
      const kept = known === undefined || known.fence < entry.fence ? entry : known;
      entries.set(entry.key, kept);
      // Also where it is stored already: a process that has ended since may have stored it, and hands nothing out.
      runner.put(kept);
    },
    async cancel(key, fence) {
      const known = entries.get(key);
      if (known !== undefined && known.fence <= fence) entries.delete(key);
      runner.drop(key, fence);
    },
    consume: runner.consume,
  };
  return { timer, runner };
}
