import type { AlertKind } from "../../alert/alert.js";
import type { EscalationEvent } from "../../on-call/escalation/escalation-event.js";
import { ESCALATION_PREFIX } from "../../on-call/escalation/escalation.js";
import type { AlertTier } from "../../burn-rate/burn-rate-rule.js";
import type { IncidentEvent } from "../incident-event.js";
import type { IncidentStatus } from "../incident-lifecycle.js";
import type { IncidentState } from "../incident.js";
import type { TimelineEntry } from "../incident-timeline.js";
import type { Severity } from "../severity.js";
import { outcomePages, type OutcomePage } from "./case-pages.js";
import { outcomeRouting, type OutcomeRouting, type RecordedTrace } from "./case-verdict.js";

/** What opened an incident, without what differs from one replay to the next. */
export type OutcomeAlert =
  | {
      readonly kind: "alert";
      readonly key: string;
      readonly alert: AlertKind;
      readonly tier: AlertTier;
      readonly ruleId?: string;
    }
  | { readonly kind: "external"; readonly key: string }
  | { readonly kind: "person" };

/** One step of a timeline's shape. */
export type OutcomeStep = {
  readonly kind: TimelineEntry["kind"];
  readonly by: "engine" | "person";
  /** Since the declaration. */
  readonly afterMs: number;
};

/** What became of an incident, as far as a replay must give the same. */
export type CaseOutcome = {
  readonly alert: OutcomeAlert;
  readonly declaredAtMs: number;
  /** Whose incident it is, and so who is called; absent in a case that was written before this was looked at. */
  readonly service?: string;
  readonly openingSeverity: Severity;
  readonly severity: Severity;
  readonly status: IncidentStatus;
  readonly timeline: readonly OutcomeStep[];
  /** The steps that runbooks took, in order; empty where none ran. */
  readonly runbook: readonly string[];
  /** What the routing of each alert from elsewhere came to; absent where the case has no routing. */
  readonly routing?: readonly OutcomeRouting[];
  /** Whom the escalation called, in order; absent where the case knows nobody who is on call. */
  readonly pages?: readonly OutcomePage[];
};

/** What depends on the moment it was looked at, or on people's afterthoughts, and so is no part of the shape. */
const SHAPELESS: ReadonlySet<TimelineEntry["kind"]> = new Set([
  "evidence-attached",
  "alert-traced",
  "escalated",
  // Whether a channel takes a message is for no replay to say.
  "stakeholders-told",
  "target-breached",
  "linked",
  "unlinked",
  "closed",
  "action-added",
  "action-changed",
  "action-done",
  "action-dropped",
  "postmortem-edited",
  "postmortem-restored",
  "postmortem-reviewed",
  "cost-recorded",
]);

/** Begins the ids of what became of messages: whether a provider took one is for no replay to say. */
const DELIVERY_PREFIX = "delivery/";

/** What is noted of calls and of their messages is no step: whom an escalation called stands apart. */
function isShapeless({ data: { causeId }, type }: IncidentEvent): boolean {
  if (type === "incident.noted") return causeId.startsWith(ESCALATION_PREFIX) || causeId.startsWith(DELIVERY_PREFIX);
  return SHAPELESS.has(kindOf(type));
}

function kindOf(type: IncidentEvent["type"]): TimelineEntry["kind"] {
  return type.slice("incident.".length) as TimelineEntry["kind"];
}

/** What is looked at beside the course of the incident itself. */
export type BesideOutcome = {
  readonly runbook?: readonly string[];
  /** The course of its escalation; absent: whom it called is not looked at. */
  readonly escalation?: readonly EscalationEvent[];
  /** Whether the verdict of routing is looked at. */
  readonly routed?: boolean;
};

/** Takes from an incident what a replay must give the same. Its closing is left out: it comes a day later. */
export function caseOutcome(
  state: IncidentState,
  events: readonly IncidentEvent[],
  { escalation, routed, runbook = [] }: BesideOutcome = {},
): CaseOutcome {
  const { declaredAtMs, service, severities, severity, status } = state;
  return {
    alert: outcomeAlert(events),
    declaredAtMs,
    service,
    openingSeverity: severities[0]?.severity ?? severity,
    severity,
    status: status === "closed" ? "resolved" : status,
    timeline: events
      .filter((event) => !isShapeless(event))
      .map(({ actor, atMs, type }): OutcomeStep => ({
        kind: kindOf(type),
        by: actor === "engine" ? "engine" : "person",
        afterMs: atMs - declaredAtMs,
      })),
    runbook,
    ...(routed === true ? { routing: outcomeRouting(tracesOf(events)) } : {}),
    ...(escalation === undefined ? {} : { pages: outcomePages(escalation, declaredAtMs) }),
  };
}

function tracesOf(events: readonly IncidentEvent[]): readonly RecordedTrace[] {
  return events.flatMap(({ data, type }) => (type === "incident.alert-traced" ? [data] : []));
}

function outcomeAlert(events: readonly IncidentEvent[]): OutcomeAlert {
  const declared = events.find((event) => event.type === "incident.declared")?.data;
  if (declared?.alert !== undefined) {
    const { key, kind, ruleId, tier } = declared.alert;
    return { kind: "alert", key, alert: kind, tier, ...(ruleId === undefined ? {} : { ruleId }) };
  }
  return declared?.external === undefined ? { kind: "person" } : { kind: "external", key: declared.external.key };
}
