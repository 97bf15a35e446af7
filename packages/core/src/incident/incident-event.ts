import type { AlertEvent, AlertFacts } from "../alert/alert.js";
import type { SloEvaluation } from "../evaluation/evaluation.js";
import type { ServiceTier } from "../slo/slo.js";
import type { Evidence } from "./evidence.js";
import type { Severity } from "./severity.js";

/** What happened to the alert that an incident is about: the alert event's type without its prefix. */
export type AlertChange = AlertEvent["type"] extends `alert.${infer Change}` ? Change : never;

/** What every incident event tells beside its own data. */
type Happened<Type extends string, Data> = {
  readonly type: Type;
  /** Never before the event that precedes it in the stream. */
  readonly atMs: number;
  /** A person's name, or `engine`. */
  readonly actor: string;
  /** `causeId` is the id of what caused it; one cause is handled once. */
  readonly data: Data & { readonly causeId: string };
};

export type IncidentDeclared = Happened<
  "incident.declared",
  {
    readonly incidentId: string;
    readonly title: string;
    readonly severity: Severity;
    readonly severityReason: string;
    readonly service: string;
    /** Absent when unknown; an unknown tier is treated as 1. */
    readonly serviceTier?: ServiceTier;
    /** When users began to be affected, where that is known. */
    readonly startedAtMs?: number;
    readonly detectedAtMs: number;
    /** The alert that opened it; absent when a person declared it. */
    readonly alert?: AlertFacts;
  }
>;
export type IncidentAcknowledged = Happened<"incident.acknowledged", object>;
export type IncidentSeverityChanged = Happened<
  "incident.severity-changed",
  { readonly from: Severity; readonly to: Severity; readonly reason: string }
>;
export type IncidentNoted = Happened<"incident.noted", { readonly text: string }>;
export type IncidentEvidenceAttached = Happened<"incident.evidence-attached", { readonly evidence: Evidence }>;
export type IncidentAlertUpdated = Happened<
  "incident.alert-updated",
  { readonly change: AlertChange; readonly alert: AlertFacts; readonly suppressedBy?: string }
>;
export type IncidentResolved = Happened<
  "incident.resolved",
  {
    /** `alert`: the alert resolved. `person`: somebody said so, whatever the alert says. */
    readonly how: "alert" | "person";
    readonly reason: string;
    /** How the SLO stood then, where the alert's own evaluation does not tell. */
    readonly evaluation?: SloEvaluation;
  }
>;
export type IncidentReopened = Happened<"incident.reopened", { readonly reason: string }>;
export type IncidentClosed = Happened<"incident.closed", { readonly how: "auto" | "person"; readonly reason: string }>;

/** What happened to an incident; the timeline is these, in order. */
export type IncidentEvent =
  | IncidentDeclared
  | IncidentAcknowledged
  | IncidentSeverityChanged
  | IncidentNoted
  | IncidentEvidenceAttached
  | IncidentAlertUpdated
  | IncidentResolved
  | IncidentReopened
  | IncidentClosed;
