import type { Notification, NotificationFailure, NotificationOutcome } from "../ports/notifier.js";

type Waits = Readonly<Record<"page" | "calm", readonly number[]>>;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A day of attempts: a page every five minutes, all else every hour. */
const EVERY_FIVE_MINUTES = Array.from({ length: 288 }, () => 5 * MINUTE_MS);
const EVERY_HOUR = Array.from({ length: 24 }, () => HOUR_MS);

/** What a provider or a notifier may ask for at most; beyond it the engine asks again sooner. */
const LONGEST_ASKED_WAIT_MS = HOUR_MS;

/**
 * How long to wait before each further attempt, by why the last one failed; when a row ends, the message is given up.
 * Half a minute at first where the provider failed, as most outages of a chat service are short; longer where it says that there
 * was too much; never where it does not want the message, as it will not want it later. A few times only where it is in doubt
 * whether the message was taken: either each attempt tells it once more, or none arrives and the next contact is waiting.
 */
export const RETRY_TABLE: Readonly<Record<NotificationFailure, Waits>> = {
  "rate-limited": {
    page: [5_000, 15_000, MINUTE_MS, ...EVERY_FIVE_MINUTES],
    calm: [30_000, 2 * MINUTE_MS, 10 * MINUTE_MS, ...EVERY_HOUR],
  },
  unavailable: {
    page: [5_000, 15_000, MINUTE_MS, ...EVERY_FIVE_MINUTES],
    calm: [5_000, 15_000, MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, ...EVERY_HOUR],
  },
  unreachable: {
    page: [2_000, 5_000, 15_000, MINUTE_MS, ...EVERY_FIVE_MINUTES],
    calm: [5_000, 15_000, MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, ...EVERY_HOUR],
  },
  doubtful: { page: [5_000, 15_000, MINUTE_MS], calm: [5_000, 15_000, MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS] },
  refused: { page: [], calm: [] },
};

/**
 * How long to wait before the next attempt, no less than the provider asks for; undefined gives the message up.
 * `attempts` counts those before the one that failed, and `doubts` those of them that left it in doubt: only these use up the row of
 * doubts. Where a notifier does not say why, its provider is held to have failed.
 */
export function retryWaitMs(
  outcome: Extract<NotificationOutcome, { readonly kind: "failed" }>,
  delivery: {
    readonly attempts: number;
    readonly doubts?: number;
    readonly notification: Pick<Notification, "urgency">;
  },
): number | undefined {
  const { failure = "unavailable", retryAfterMs: askedMs = 0, retryable } = outcome;
  const row = retryable ? (failure === "refused" ? "unavailable" : failure) : "refused";
  const { attempts, doubts = 0, notification } = delivery;
  const waits = RETRY_TABLE[row][notification.urgency === "page" ? "page" : "calm"];
  const waitMs = waits[row === "doubtful" ? doubts : attempts];
  if (waitMs === undefined) return undefined;
  return askedMs > waitMs ? Math.max(waitMs, Math.min(askedMs, LONGEST_ASKED_WAIT_MS)) : waitMs;
}
