import type { AlertKind } from "../alert/alert.js";
import type { AlertTier } from "../burn-rate/burn-rate-rule.js";
import type { SloEvaluation } from "../evaluation/evaluation.js";
import type { ServiceTier } from "../slo/slo.js";
import type { EvidenceEntry } from "./evidence.js";
import type { IncidentStatus } from "./incident-lifecycle.js";
import type { Severity } from "./severity.js";

/** The alert that an incident is about, as the incident last heard of it. */
export type IncidentAlert = {
  readonly key: string;
  readonly alertId: string;
  readonly sloId: string;
  readonly kind: AlertKind;
  readonly tier: AlertTier;
  readonly ruleId?: string;
  /** `suppressed` burns on while another SLO pages for it. */
  readonly status: "firing" | "suppressed" | "resolved";
  /** Its data are missing: it neither continues nor resolves. */
  readonly frozen: boolean;
  readonly changedAtMs: number;
  readonly explanation: string;
};

/** One stretch of being open; a reopened incident has several. */
export type IncidentRound = {
  readonly openedAtMs: number;
  readonly acknowledgedAtMs?: number;
  readonly resolvedAtMs?: number;
};

/** An incident as it stands: what `evolveIncident` makes of its events, and nothing else. */
export type IncidentState = {
  readonly id: string;
  readonly status: IncidentStatus;
  readonly title: string;
  readonly service: string;
  readonly serviceTier?: ServiceTier;
  readonly declaredBy: string;
  readonly severity: Severity;
  /** Since when each severity has held, oldest first; the last is the present one. */
  readonly severities: readonly { readonly atMs: number; readonly severity: Severity; readonly reason: string }[];
  /** Absent when a person declared it. */
  readonly alert?: IncidentAlert;
  readonly startedAtMs?: number;
  readonly detectedAtMs: number;
  readonly declaredAtMs: number;
  readonly closedAtMs?: number;
  /** Oldest first, never empty; the last is the present one. */
  readonly rounds: readonly [IncidentRound, ...IncidentRound[]];
  /** How the SLO stood when the incident was declared, and when it was last heard of. */
  readonly startEvaluation?: SloEvaluation;
  /** The rule that fired then. */
  readonly startRuleId?: string;
  readonly latestEvaluation?: SloEvaluation;
  readonly evidence: readonly EvidenceEntry[];
  /** The ids of the causes that were handled. */
  readonly causes: readonly string[];
  readonly lastAtMs: number;
  /** How many events made it: the version its stream has. */
  readonly version: number;
};

/** Names the stream that an incident's events are in. */
export function incidentStream(incidentId: string): string {
  return `incident/${incidentId}`;
}

/** Makes the id of the incident with this number: `INC-001`, `INC-1000`. */
export function incidentId(number: number): string {
  return `INC-${String(number).padStart(3, "0")}`;
}

/** Reads the number in an incident's id; undefined when it is not one. */
export function incidentNumber(id: string): number | undefined {
  const digits = /^INC-(\d{3,15})$/.exec(id)?.[1];
  const number = digits === undefined ? 0 : Number(digits);
  return number >= 1 && incidentId(number) === id ? number : undefined;
}
