/** How many failures are borne before somebody has to wait. */
export type SignInLimit = {
  /** What is counted together. */
  readonly per: "user-and-address" | "address" | "user";
  readonly failures: number;
  readonly withinMs: number;
  readonly lockMs: number;
};

const MINUTE_MS = 60_000;

/**
 * From one address nobody guesses for long; from many, a user is guarded all the same, though later, so that a stranger
 * can not lock somebody out with a handful of wrong passwords.
 */
export const SIGN_IN_LIMITS: readonly SignInLimit[] = [
  { per: "user-and-address", failures: 5, withinMs: 15 * MINUTE_MS, lockMs: 15 * MINUTE_MS },
  { per: "address", failures: 20, withinMs: 15 * MINUTE_MS, lockMs: 15 * MINUTE_MS },
  { per: "user", failures: 100, withinMs: 60 * MINUTE_MS, lockMs: 15 * MINUTE_MS },
];

/** Who tries to sign in, and from where. */
export type SignInAttempt = { readonly user: string; readonly address: string; readonly atMs: number };

/** Counts failures and says who has to wait; bounded, so that a flood of names costs no more than so much memory. */
export type SignInLimiter = {
  /** Until when this attempt is not heard; undefined when it is. */
  lockedUntilMs(attempt: SignInAttempt): number | undefined;
  failed(attempt: SignInAttempt): void;
  succeeded(attempt: SignInAttempt): void;
};

type Count = { readonly failuresAtMs: readonly number[]; readonly lockedUntilMs: number };

const MOST_KEYS = 10_000;

export function createSignInLimiter(limits: readonly SignInLimit[] = SIGN_IN_LIMITS): SignInLimiter {
  const counts = new Map<string, Count>();

  const keyOf = ({ per }: SignInLimit, { address, user }: SignInAttempt): string =>
    JSON.stringify([per, per === "address" ? "" : user, per === "user" ? "" : address]);

  const remember = (key: string, count: Count): void => {
    // The oldest go first: a Map keeps the order of insertion.
    counts.delete(key);
    counts.set(key, count);
    const [oldest] = counts.keys();
    if (counts.size > MOST_KEYS && oldest !== undefined) counts.delete(oldest);
  };

  return {
    lockedUntilMs(attempt) {
      const until = limits.map((limit) => counts.get(keyOf(limit, attempt))?.lockedUntilMs ?? 0);
      const latest = Math.max(0, ...until);
      return latest > attempt.atMs ? latest : undefined;
    },
    failed(attempt) {
      for (const limit of limits) {
        const key = keyOf(limit, attempt);
        const known = counts.get(key)?.failuresAtMs ?? [];
        const failuresAtMs = [...known.filter((atMs) => atMs > attempt.atMs - limit.withinMs), attempt.atMs];
        const locks = failuresAtMs.length >= limit.failures;
        remember(
          key,
          locks ? { failuresAtMs: [], lockedUntilMs: attempt.atMs + limit.lockMs } : { failuresAtMs, lockedUntilMs: 0 },
        );
      }
    },
    succeeded(attempt) {
      for (const limit of limits) if (limit.per === "user-and-address") counts.delete(keyOf(limit, attempt));
    },
  };
}
