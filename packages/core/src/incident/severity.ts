import type { AlertFacts, AlertKind } from "../alert/alert.js";
import type { AlertTier } from "../burn-rate/burn-rate-rule.js";
import type { ServiceTier } from "../slo/slo.js";

/** How bad an incident is for users; SEV1 is the worst. */
export type Severity = "SEV1" | "SEV2" | "SEV3" | "SEV4";

/** Every severity, worst first. */
export const SEVERITIES = ["SEV1", "SEV2", "SEV3", "SEV4"] as const satisfies readonly Severity[];

/** What a severity means, and how fast people answer it. `undefined` where nothing is timed. */
export type ResponseTarget = {
  readonly meaning: string;
  /** From opening to acknowledgement. Elapsed time; SEV3's business hours are the on-call schedule's concern. */
  readonly acknowledgeMs: number | undefined;
  /** From opening until people are called. */
  readonly escalateMs: number | undefined;
  /** From opening to the first word to stakeholders, and from each word to the next. */
  readonly stakeholdersMs: number | undefined;
  /**
   * How whoever is on call is to hear of it. `page` and `chat` go out as pages and the others as tickets; which contact
   * that is, a person's rules say, by severity where they want.
   */
  readonly channel: "page" | "chat" | "ticket" | "none";
};

const MINUTE_MS = 60_000;
const AT_ONCE_MS = MINUTE_MS; // one failed attempt and its retries on the way to a phone

/** Response targets per severity. */
export const RESPONSE_TARGETS: Readonly<Record<Severity, ResponseTarget>> = {
  SEV1: {
    meaning: "complete outage for all users",
    acknowledgeMs: 5 * MINUTE_MS,
    escalateMs: AT_ONCE_MS,
    stakeholdersMs: 15 * MINUTE_MS,
    channel: "page",
  },
  SEV2: {
    meaning: "more than 10 % of users affected",
    acknowledgeMs: 15 * MINUTE_MS,
    escalateMs: 15 * MINUTE_MS, // chat first; whoever is not seen there by then is called
    stakeholdersMs: 30 * MINUTE_MS,
    channel: "chat",
  },
  SEV3: {
    meaning: "fewer than 10 % of users affected",
    acknowledgeMs: 60 * MINUTE_MS,
    escalateMs: undefined, // a ticket waits for business hours
    stakeholdersMs: 120 * MINUTE_MS,
    channel: "ticket",
  },
  SEV4: {
    meaning: "no user impact",
    acknowledgeMs: undefined,
    escalateMs: undefined,
    stakeholdersMs: undefined,
    channel: "none",
  },
};

/** One row of the opening table: it matches when everything that it names holds. */
export type OpeningSeverity = {
  readonly kind: AlertKind;
  readonly tier: AlertTier;
  /** The service tiers it is for; absent means all. */
  readonly serviceTiers?: readonly ServiceTier[];
  /** Bad / total over the short window of the rule that fired, at least; absent means any, also unknown. */
  readonly minErrorRatio?: number;
  readonly severity: Severity;
  readonly because: string;
};

// Half of all requests failing is an outage to whoever meets it, and retries and fan-out make it nearly everyone.
const OUTAGE_ERROR_RATIO = 0.5;

/** The severity at which an alert opens an incident: the first row that matches. People may change it afterwards. */
export const OPENING_SEVERITIES: readonly OpeningSeverity[] = [
  {
    kind: "data-loss",
    tier: "page",
    severity: "SEV3",
    because: "data are missing, users are not known to be affected",
  },
  {
    kind: "data-loss",
    tier: "ticket",
    severity: "SEV3",
    because: "data are missing, users are not known to be affected",
  },
  {
    kind: "burn",
    tier: "page",
    serviceTiers: [1],
    minErrorRatio: OUTAGE_ERROR_RATIO,
    severity: "SEV1",
    because: "a page on a tier-1 service of which half or more of the events fail",
  },
  { kind: "burn", tier: "page", severity: "SEV2", because: "a page" },
  { kind: "burn", tier: "ticket", severity: "SEV3", because: "a ticket" },
];

/** Tells whether `one` is a worse severity than `other`. */
export function isWorseSeverity(one: Severity, other: Severity): boolean {
  return SEVERITIES.indexOf(one) < SEVERITIES.indexOf(other);
}

/** Bad / total over the short window of the rule that the alert names; undefined when that is not known. */
export function alertErrorRatio(facts: AlertFacts): number | undefined {
  const short = facts.evaluation.rules.find((rule) => rule.ruleId === facts.ruleId)?.short;
  return short === undefined || short.total <= 0 ? undefined : short.bad / short.total;
}

/**
 * Finds the severity at which an alert opens an incident, and why, in the opening table.
 * A service of unknown tier is treated as tier 1. A table without a matching row means SEV3 for a ticket and SEV2 for a page.
 */
export function openingSeverity(
  facts: AlertFacts,
  serviceTier: ServiceTier | undefined,
  table: readonly OpeningSeverity[] = OPENING_SEVERITIES,
): { readonly severity: Severity; readonly because: string } {
  const ratio = alertErrorRatio(facts) ?? 0;
  const row = table.find(
    (candidate) =>
      candidate.kind === facts.kind &&
      candidate.tier === facts.tier &&
      (candidate.serviceTiers?.includes(serviceTier ?? 1) ?? true) &&
      ratio >= (candidate.minErrorRatio ?? 0),
  );
  if (row !== undefined) return { severity: row.severity, because: row.because };
  return {
    severity: facts.tier === "page" ? "SEV2" : "SEV3",
    because: `a ${facts.tier} that no row of the table covers`,
  };
}
