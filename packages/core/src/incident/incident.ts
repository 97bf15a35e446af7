import type { AlertKind } from "../alert/alert.js";
import type { AlertTier } from "../burn-rate/burn-rate-rule.js";
import type { SloEvaluation } from "../evaluation/evaluation.js";
import type { ServiceTier } from "../slo/slo.js";
import type { ActionItem } from "./actions/action-item.js";
import type { EvidenceEntry } from "./evidence.js";
import type { ExternalFacts } from "./external/external-facts.js";
import type { IncidentGroup } from "./external/incident-group.js";
import type { MeasuredShare } from "./measured-share.js";
import type { IncidentStatus } from "./incident-lifecycle.js";
import type { Duty } from "./people/role.js";
import type { StakeholderWord, StatusUpdate } from "./people/status-update.js";
import type { TargetBreach } from "./people/target-breach.js";
import type { PostmortemState } from "./postmortem/postmortem-section.js";
import type { FollowedAlert } from "./relations/followed-alert.js";
import type { RecordedLink } from "./relations/incident-link.js";
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
  /** The first acknowledgement. */
  readonly acknowledgedAtMs?: number;
  /** When the impact on users first ended, where somebody said so. */
  readonly mitigatedAtMs?: number;
  readonly resolvedAtMs?: number;
};

/** Somebody's answer, as long as they stood by it. */
export type Answer = {
  readonly person: string;
  readonly fromMs: number;
  /** When it was taken back. */
  readonly takenBackAtMs?: number;
};

/** A call to people, such as a page. */
export type Call = {
  readonly atMs: number;
  readonly step: number;
  readonly to: readonly string[];
  readonly channel: string;
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
  /** The engine's alert that it is about; absent when a person or an alert from elsewhere opened it. */
  readonly alert?: IncidentAlert;
  /** The alert from elsewhere that it is about, as last heard of. */
  readonly external?: ExternalFacts;
  /** Alerts that joined with their group, and those of incidents that were merged into it. */
  readonly followed: readonly FollowedAlert[];
  /** The groups of alerts that it is for. */
  readonly groups: readonly IncidentGroup[];
  /** The incident that it was merged into; it is closed then. */
  readonly mergedInto?: string;
  readonly splitFrom?: string;
  readonly links: readonly RecordedLink[];
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
  /** Oldest first. */
  readonly answers: readonly Answer[];
  readonly duties: readonly Duty[];
  readonly calls: readonly Call[];
  readonly statusUpdates: readonly StatusUpdate[];
  /** What the engine told stakeholders, as far as it has arrived. */
  readonly notices: readonly StakeholderWord[];
  /** The targets that were missed, as far as that was recorded; `incidentClocks` knows them at any instant. */
  readonly breaches: readonly TargetBreach[];
  readonly actions: readonly ActionItem[];
  readonly postmortem: PostmortemState;
  /** What the opening with this number, from 0, took of the budget, as it was counted when it had ended. */
  readonly recordedCost?: { readonly round: number; readonly share: MeasuredShare };
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
