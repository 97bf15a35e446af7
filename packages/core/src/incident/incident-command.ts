import type { AlertEvent } from "../alert/alert.js";
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

/** What every command carries. */
type Asked<Type extends string, Rest> = Rest & {
  readonly type: Type;
  /** The clock's time; where it is before the incident's last event, that event's time is recorded instead. */
  readonly atMs: number;
  /** Who asks: a person's name, or `engine`. */
  readonly actor: string;
  /** The id of what caused this: an event's id, or a request's. The same cause is handled once. */
  readonly causeId: string;
  /** The version that whoever asks has seen; at any other the command is refused. Absent: any. */
  readonly expectedVersion?: number;
  /** What was observed at this transition. */
  readonly evidence?: readonly Evidence[];
};

/** What began an incident. */
export type IncidentOrigin =
  | {
      readonly kind: "alert";
      readonly alert: AlertEvent;
      readonly serviceTier?: ServiceTier;
      readonly title?: string;
    }
  | {
      readonly kind: "external";
      readonly external: ExternalFacts;
      /** Its group, where the incident is for all of it. */
      readonly group?: IncidentGroup;
      readonly serviceTier?: ServiceTier;
      readonly title?: string;
    }
  | {
      readonly kind: "person";
      readonly title: string;
      readonly severity: Severity;
      readonly service: string;
      readonly serviceTier?: ServiceTier;
      readonly detectedAtMs?: number;
      /** The incident that it is split from. */
      readonly splitFrom?: string;
    };

/** What moves an incident on, or tells of its alerts. */
export type LifecycleCommand =
  | Asked<
      "declare",
      {
        readonly incidentId: string;
        readonly origin: IncidentOrigin;
        /** When users began to be affected, where that is known. */
        readonly startedAtMs?: number;
      }
    >
  | Asked<"acknowledge", object>
  /** Takes an answer back, by hand or because a reminder of it went unanswered: escalation goes on. */
  | Asked<"unacknowledge", { readonly reason: string }>
  /** `text` says what is being done. */
  | Asked<"start-mitigation", { readonly text: string }>
  /** The impact on users has ended; `text` says by what. */
  | Asked<"confirm-mitigation", { readonly text: string }>
  | Asked<"change-severity", { readonly severity: Severity; readonly reason: string }>
  | Asked<"note", { readonly text: string }>
  | Asked<"attach-evidence", { readonly evidence: readonly Evidence[] }>
  /** The alert escalated, eased, resolved, froze, thawed, …; when every alert is over, an open incident resolves. */
  | Asked<"update-alert", { readonly alert: AlertEvent }>
  /** With its group an alert joins that the incident does not know. */
  | Asked<"update-external", { readonly external: ExternalFacts; readonly group?: IncidentGroup }>
  | Asked<"trace-alert", { readonly key: string; readonly trace: Json }>
  | Asked<"resolve", { readonly reason: string; readonly evaluation?: SloEvaluation }>
  /** With the alert when a flap or a worse tier reopens it. */
  | Asked<
      "reopen",
      {
        readonly reason: string;
        readonly alert?: AlertEvent;
        readonly external?: ExternalFacts;
        readonly group?: IncidentGroup;
      }
    >
  | Asked<"close", { readonly how: "person"; readonly reason?: string }>
  | Asked<"close", { readonly how: "auto"; readonly ttlMs?: number }>;

/** What people do in the course of an incident beside moving it on. */
export type PeopleCommand =
  /** Records that people were called, such as by a page. `step` counts from 1. */
  | Asked<
      "escalate",
      { readonly step: number; readonly to: readonly string[]; readonly channel: string; readonly reason: string }
    >
  | Asked<"assign-role", { readonly role: IncidentRole; readonly person: string }>
  /** `handedOver` names what the next one takes over: what is under way, what is promised, what to watch. */
  | Asked<
      "hand-over",
      {
        readonly role: IncidentRole;
        /** Needed where several people have the role. */
        readonly from?: string;
        readonly to: string;
        readonly handedOver: string;
      }
    >
  | Asked<"release-role", { readonly role: IncidentRole; readonly person: string; readonly reason: string }>
  | Asked<"update-status", { readonly audience: Audience; readonly text: string }>
  /** Records that a message in which the engine tells a stakeholder of it has arrived; once for each `causeId`. */
  | Asked<"record-notice", { readonly person: string; readonly channel: string }>
  /** The engine's word that a target was missed; the same one is recorded once. */
  | Asked<"record-breach", { readonly breach: TargetBreach }>;

/** How an incident comes to belong with others. */
export type RelationCommand =
  | Asked<"link", { readonly link: IncidentLink }>
  | Asked<"unlink", { readonly kind: IncidentLink["kind"]; readonly id: string }>
  /** Closes it in favour of another, which `absorb`s its alerts in the same transaction. */
  | Asked<"merge", { readonly into: string; readonly reason: string }>
  | Asked<
      "absorb",
      {
        readonly from: string;
        readonly reason: string;
        readonly alerts: readonly FollowedAlert[];
        readonly groups?: readonly IncidentGroup[];
      }
    >
  /** Gives a part of it, with the alerts of these keys, to an incident that is declared in the same transaction. */
  | Asked<"split", { readonly into: string; readonly reason: string; readonly keys: readonly string[] }>;

/** What is learnt from an incident, also after it closed. */
export type FollowUpCommand =
  | Asked<
      "add-action",
      {
        readonly title: string;
        readonly owner: string;
        readonly priority: ActionPriority;
        readonly dueAtMs: number;
      }
    >
  | Asked<
      "change-action",
      {
        readonly actionId: string;
        readonly title?: string;
        readonly owner?: string;
        readonly priority?: ActionPriority;
        readonly dueAtMs?: number;
        readonly reason: string;
      }
    >
  | Asked<"complete-action", { readonly actionId: string; readonly outcome: string }>
  | Asked<"drop-action", { readonly actionId: string; readonly reason: string }>
  /** Writes a section in Markdown in the generated one's place; both are kept. */
  | Asked<"edit-postmortem", { readonly section: PostmortemSectionId; readonly text: string }>
  | Asked<"restore-postmortem", { readonly section: PostmortemSectionId }>
  | Asked<"review-postmortem", { readonly status: ReviewState["status"]; readonly comment?: string }>
  /** The engine's word on what the opening that ended took of the budget; `round` counts openings from 0. */
  | Asked<"record-cost", { readonly round: number; readonly share: MeasuredShare }>;

/** What can be asked of an incident. */
export type IncidentCommand = LifecycleCommand | PeopleCommand | RelationCommand | FollowUpCommand;

/** The command of one type. */
export type CommandOf<Type extends IncidentCommand["type"]> = Extract<IncidentCommand, { readonly type: Type }>;
