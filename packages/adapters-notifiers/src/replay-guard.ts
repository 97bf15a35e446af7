/** Lets each callback through once. */
export type ReplayGuard = {
  /** Whether this id is new; remembers it until a copy could no longer pass the channel's own check. */
  admit(callback: { readonly callbackId: string; readonly replayableUntilMs: number }, nowMs: number): boolean;
};

/** Each id takes about 100 bytes; a flood of genuine callbacks beyond this is refused rather than remembered. */
const MOST_REMEMBERED = 100_000;

/**
 * Makes a guard that remembers in memory: for one process. After a restart a copy is let through again for as long as the
 * channel's window lasts; what it asks for is idempotent then, and the action's token may be spent.
 */
export function createReplayGuard(): ReplayGuard {
  const until = new Map<string, number>();
  let sweepAtMs = Number.NEGATIVE_INFINITY;
  return {
    admit({ callbackId, replayableUntilMs }, nowMs) {
      if (nowMs >= sweepAtMs) {
        for (const [id, untilMs] of until) if (untilMs < nowMs) until.delete(id);
        sweepAtMs = nowMs + 60_000;
      }
      if (until.has(callbackId) || until.size >= MOST_REMEMBERED) return false;
      until.set(callbackId, replayableUntilMs);
      return true;
    },
  };
}
