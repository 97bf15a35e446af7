import type { AlertEvent, AlertFacts } from "../alert/alert.js";
import type { Json } from "../errors/json.js";
import type { SloEvaluation } from "../evaluation/evaluation.js";
import type { ServiceTier } from "../slo/slo.js";
import type { ActionPriority } from "./actions/action-item.js";
import type { Evidence } from "./evidence.js";
import type { ExternalFacts } from "./external/external-facts.js";
import type { IncidentGroup } from "./external/incident-group.js";
import type { MeasuredShare } from "./measured-share.js";
import type { IncidentRole } from "./people/role.js";
import type { Audience } from "./people/status-update.js";
import type { TargetBreach } from "./people/target-breach.js";
import type { PostmortemSectionId, ReviewState } from "./postmortem/postmortem-section.js";
import type { FollowedAlert } from "./relations/followed-alert.js";
import type { IncidentLink } from "./relations/incident-link.js";
import type { Severity } from "./severity.js";

/** What happened to the alert that an incident is about: the alert event's type without its prefix. */
export type AlertChange = AlertEvent["type"] extends `alert.${infer Change}` ? Change : never;

/**
 * What happened to an alert from elsewhere. `changed` is other words or another severity while it goes on; `joined` is one
 * that the incident did not know, of a group that it is for.
 */
export type ExternalChange = "fired" | "changed" | "resolved" | "joined";

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
    /** The engine's alert that opened it. */
    readonly alert?: AlertFacts;
    /** The alert from elsewhere that opened it. Absent, as `alert` is, when a person declared it. */
    readonly external?: ExternalFacts;
    /** The group of that alert, where the incident is for all of it. */
    readonly group?: IncidentGroup;
    /** The incident that it was split from. */
    readonly splitFrom?: string;
  }
>;
export type IncidentAcknowledged = Happened<"incident.acknowledged", object>;
/** Whoever answered does not after all: it needs an answer again. */
export type IncidentUnacknowledged = Happened<"incident.unacknowledged", { readonly reason: string }>;
export type IncidentMitigationStarted = Happened<"incident.mitigation-started", { readonly text: string }>;
/** The impact on users has ended, though the cause may not have. */
export type IncidentMitigated = Happened<"incident.mitigated", { readonly text: string }>;
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
export type IncidentExternalUpdated = Happened<
  "incident.external-updated",
  {
    readonly change: ExternalChange;
    readonly external: ExternalFacts;
    /** The group that it joined with. */
    readonly group?: IncidentGroup;
  }
>;
/** Which rules an alert met on its way here, in the words of whoever routed it. */
export type IncidentAlertTraced = Happened<"incident.alert-traced", { readonly key: string; readonly trace: Json }>;
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
/** What it took of the budget, kept for when its slices are held no more; `round` is the opening that ended, from 0. */
export type IncidentCostRecorded = Happened<
  "incident.cost-recorded",
  { readonly round: number; readonly share: MeasuredShare }
>;

/** People were called to it. */
export type IncidentEscalated = Happened<
  "incident.escalated",
  { readonly step: number; readonly to: readonly string[]; readonly channel: string; readonly reason: string }
>;
export type IncidentRoleAssigned = Happened<
  "incident.role-assigned",
  { readonly role: IncidentRole; readonly person: string }
>;
export type IncidentRoleHandedOver = Happened<
  "incident.role-handed-over",
  { readonly role: IncidentRole; readonly from: string; readonly to: string; readonly handedOver: string }
>;
export type IncidentRoleReleased = Happened<
  "incident.role-released",
  { readonly role: IncidentRole; readonly person: string; readonly reason: string }
>;
export type IncidentStatusUpdated = Happened<
  "incident.status-updated",
  { readonly audience: Audience; readonly text: string }
>;
/** A message in which the engine tells stakeholders of it has arrived. */
export type IncidentStakeholdersTold = Happened<
  "incident.stakeholders-told",
  { readonly person: string; readonly channel: string }
>;
export type IncidentTargetBreached = Happened<"incident.target-breached", { readonly breach: TargetBreach }>;

export type IncidentLinked = Happened<"incident.linked", { readonly link: IncidentLink }>;
export type IncidentUnlinked = Happened<
  "incident.unlinked",
  { readonly kind: IncidentLink["kind"]; readonly id: string }
>;
/** It turned out to be another one's: that one goes on, with this one's alerts. */
export type IncidentMerged = Happened<"incident.merged", { readonly into: string; readonly reason: string }>;
/** Another incident, or a part of one, goes on in this one, with its alerts. */
export type IncidentAbsorbed = Happened<
  "incident.absorbed",
  {
    readonly from: string;
    readonly reason: string;
    readonly alerts: readonly FollowedAlert[];
    /** The groups that came with them. */
    readonly groups?: readonly IncidentGroup[];
  }
>;
/** A part of it goes on as an incident of its own; the alerts with these keys went with it. */
export type IncidentSplitOff = Happened<
  "incident.split-off",
  { readonly into: string; readonly reason: string; readonly keys: readonly string[] }
>;

export type IncidentActionAdded = Happened<
  "incident.action-added",
  {
    readonly actionId: string;
    readonly title: string;
    readonly owner: string;
    readonly priority: ActionPriority;
    readonly dueAtMs: number;
  }
>;
export type IncidentActionChanged = Happened<
  "incident.action-changed",
  {
    readonly actionId: string;
    readonly title: string;
    readonly owner: string;
    readonly priority: ActionPriority;
    readonly dueAtMs: number;
    readonly reason: string;
  }
>;
export type IncidentActionDone = Happened<
  "incident.action-done",
  { readonly actionId: string; readonly outcome: string }
>;
export type IncidentActionDropped = Happened<
  "incident.action-dropped",
  { readonly actionId: string; readonly reason: string }
>;

export type IncidentPostmortemEdited = Happened<
  "incident.postmortem-edited",
  { readonly section: PostmortemSectionId; readonly text: string }
>;
/** An edit was taken back: the section is the generated one again. */
export type IncidentPostmortemRestored = Happened<
  "incident.postmortem-restored",
  { readonly section: PostmortemSectionId }
>;
export type IncidentPostmortemReviewed = Happened<
  "incident.postmortem-reviewed",
  { readonly status: ReviewState["status"]; readonly comment: string }
>;

/** What people do in the course of an incident beside moving it on. */
export type PeopleEvent =
  | IncidentEscalated
  | IncidentRoleAssigned
  | IncidentRoleHandedOver
  | IncidentRoleReleased
  | IncidentStatusUpdated
  | IncidentStakeholdersTold
  | IncidentTargetBreached;

/** How an incident comes to belong with others. */
export type RelationEvent = IncidentLinked | IncidentUnlinked | IncidentMerged | IncidentAbsorbed | IncidentSplitOff;

/** What is learnt from an incident, also after it closed. */
export type FollowUpEvent =
  | IncidentActionAdded
  | IncidentActionChanged
  | IncidentActionDone
  | IncidentActionDropped
  | IncidentPostmortemEdited
  | IncidentPostmortemRestored
  | IncidentPostmortemReviewed
  | IncidentCostRecorded;

/** What happened to an incident; the timeline is these, in order. */
export type IncidentEvent =
  | IncidentDeclared
  | IncidentAcknowledged
  | IncidentUnacknowledged
  | IncidentMitigationStarted
  | IncidentMitigated
  | IncidentSeverityChanged
  | IncidentNoted
  | IncidentEvidenceAttached
  | IncidentAlertUpdated
  | IncidentExternalUpdated
  | IncidentAlertTraced
  | IncidentResolved
  | IncidentReopened
  | IncidentClosed
  | PeopleEvent
  | RelationEvent
  | FollowUpEvent;
