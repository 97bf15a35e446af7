import type { Severity } from "../../incident/severity.js";
import type { AskedFor } from "./escalation.js";
import type { EscalationPolicy } from "./escalation-policy.js";
import type { PagedPerson } from "./notification-rules.js";

type Happened<Type extends string, Data> = {
  readonly type: Type;
  /** Never before the event that precedes it in the stream. */
  readonly atMs: number;
  /** A person's id or name, or `engine`. */
  readonly actor: string;
  readonly data: Data;
};

/** People were called. */
export type Calling = {
  /** Names this call within the escalation: `<round>/<pass>/<step>` and the like. Messages are keyed by it. */
  readonly page: string;
  readonly people: readonly PagedPerson[];
  /** Teams whose turn this took. */
  readonly turns: readonly string[];
};

/** Present where a person asked for the next people: they are called for that, and not because time has passed. */
type Wish = { readonly asked?: AskedFor };

/** Why a step called nobody: its conditions, nobody is on call, or nobody who is can be reached. */
export type SkipReason = "condition" | "nobody" | "unreachable";

export type EscalationStarted = Happened<
  "escalation.started",
  {
    readonly incidentId: string;
    /** 1, and one more each time that the incident is reopened. */
    readonly round: number;
    readonly service: string;
    readonly severity: Severity;
    /** As it was then; what is changed later is for the next round. */
    readonly policy: EscalationPolicy;
    readonly causeId: string;
  }
>;
export type EscalationStepFired = Happened<
  "escalation.step-fired",
  Calling & Wish & { readonly pass: number; readonly step: number }
>;
export type EscalationStepSkipped = Happened<
  "escalation.step-skipped",
  { readonly pass: number; readonly step: number; readonly reason: SkipReason }
>;
/** A pass reached nobody. `people` is empty where the fallback can not be reached either. */
export type EscalationFallbackPaged = Happened<"escalation.fallback-paged", Calling & Wish & { readonly pass: number }>;
/** Every message of a call was given up: it reached nobody, so that nobody waits for an answer to it. */
export type EscalationCallUndelivered = Happened<
  "escalation.call-undelivered",
  { readonly page: string; readonly causeId: string }
>;
/** Every pass is over, and nobody has acknowledged. */
export type EscalationExhausted = Happened<"escalation.exhausted", Wish & { readonly passes: number }>;
export type EscalationAcknowledged = Happened<"escalation.acknowledged", { readonly causeId: string }>;
/** Whoever acknowledged is asked whether they are still on it. */
export type EscalationReminded = Happened<"escalation.reminded", Calling>;
/** They are. */
export type EscalationConfirmed = Happened<"escalation.confirmed", { readonly causeId: string }>;
export type EscalationUnacknowledged = Happened<
  "escalation.unacknowledged",
  { readonly how: "person" | "no-answer"; readonly reason: string; readonly causeId: string }
>;
/** Somebody asked for the next step at once. */
export type EscalationHastened = Happened<"escalation.hastened", { readonly reason: string; readonly causeId: string }>;
export type EscalationSeverityChanged = Happened<
  "escalation.severity-changed",
  { readonly from: Severity; readonly to: Severity; readonly causeId: string }
>;
export type EscalationPaused = Happened<
  "escalation.paused",
  { readonly untilMs: number; readonly reason: string; readonly causeId: string }
>;
export type EscalationResumed = Happened<"escalation.resumed", { readonly causeId: string }>;
/** `people` is empty where nobody is there to be told. */
export type EscalationStakeholdersTold = Happened<
  "escalation.stakeholders-told",
  Calling & { readonly notice: number }
>;
/** What a person wrote for the stakeholders, whoever they are at this severity, and how the incident stands with it. */
export type EscalationStakeholdersUpdated = Happened<
  "escalation.stakeholders-updated",
  Calling & {
    readonly text: string;
    readonly status: "firing" | "acknowledged" | "resolved";
    readonly causeId: string;
  }
>;
/** Something was heard that changed nothing, and is not to be handled later either. */
export type EscalationHeard = Happened<"escalation.heard", { readonly causeId: string }>;
export type EscalationEnded = Happened<"escalation.ended", { readonly reason: string; readonly causeId: string }>;

/** What happened to an escalation. */
export type EscalationEvent =
  | EscalationStarted
  | EscalationStepFired
  | EscalationStepSkipped
  | EscalationFallbackPaged
  | EscalationCallUndelivered
  | EscalationExhausted
  | EscalationAcknowledged
  | EscalationReminded
  | EscalationConfirmed
  | EscalationUnacknowledged
  | EscalationHastened
  | EscalationSeverityChanged
  | EscalationPaused
  | EscalationResumed
  | EscalationStakeholdersTold
  | EscalationStakeholdersUpdated
  | EscalationHeard
  | EscalationEnded;
