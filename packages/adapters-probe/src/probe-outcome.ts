/** What one attempt of a probe found. */
export type ProbeOutcome =
  /** It held; `value` is what was measured: a duration in ms, a ratio, days, a count. */
  | { readonly kind: "good"; readonly value: number }
  | { readonly kind: "bad"; readonly reason: string; readonly value?: number }
  /** It could not be tried, and says nothing about the target: no event, a gap. */
  | { readonly kind: "unable"; readonly reason: string };

/** What an attempt gets: it must settle soon after `signal` fires. */
export type ProbeAttempt = (signal: AbortSignal) => Promise<ProbeOutcome>;

/** The prober's own shortages: they say nothing about what is probed. */
const OWN_SHORTAGES: ReadonlySet<string> = new Set([
  "EMFILE",
  "ENFILE",
  "ENOMEM",
  "ENOBUFS",
  "EADDRNOTAVAIL",
  "ENETDOWN",
  "EAGAIN",
]);

/** What an error means: the target's failure, or the prober's own. */
export function outcomeOfError(error: unknown): ProbeOutcome {
  const code = errorCode(error);
  const reason = wordsOf(error);
  if (code !== undefined && OWN_SHORTAGES.has(code))
    return { kind: "unable", reason: `the prober itself is short of something: ${reason}` };
  return { kind: "bad", reason };
}

function errorCode(error: unknown): string | undefined {
  const code = typeof error === "object" && error !== null ? (error as { code?: unknown }).code : undefined;
  return typeof code === "string" ? code : undefined;
}

function wordsOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return wordsOf(error.errors[0]);
  if (error instanceof Error) return error.message === "" ? (errorCode(error) ?? error.name) : error.message;
  return String(error);
}
