/** Tells the service's time: ages are wrong by the difference when this machine's clock is. */
export type ServerClock = {
  /** The service's time now, or at an instant of this machine's clock. */
  nowMs(localMs?: number): number;
  /** Learns from an answer's Date header, which has whole seconds, and from when it was asked and read. */
  learn(dateHeader: string | null, askedAtMs: number, readAtMs: number): void;
};

// Below this the difference is the header's rounding and the way, not the clocks.
const NOTICEABLE_MS = 2000;

export function createServerClock(localNowMs: () => number = Date.now): ServerClock {
  let aheadMs = 0;
  return {
    nowMs: (localMs = localNowMs()) => localMs + aheadMs,
    learn(dateHeader, askedAtMs, readAtMs) {
      const servedAtMs = dateHeader === null ? Number.NaN : Date.parse(dateHeader);
      if (Number.isNaN(servedAtMs)) return;
      const difference = servedAtMs + 500 - (askedAtMs + readAtMs) / 2;
      aheadMs = Math.abs(difference) < NOTICEABLE_MS ? 0 : difference;
    },
  };
}
