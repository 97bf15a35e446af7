import { z } from "zod";
import { ACTION_PRIORITIES } from "./actions/action-item.js";
import { alertFactsSchema, sloEvaluationSchema } from "./alert-facts-schema.js";
import { EVIDENCE_KINDS, type Evidence } from "./evidence.js";
import type { ExternalFacts } from "./external/external-facts.js";
import type { IncidentGroup } from "./external/incident-group.js";
import type { MeasuredShare } from "./measured-share.js";
import type { IncidentEvent } from "./incident-event.js";
import type { KeyRegisterEvent } from "./key-register.js";
import { INCIDENT_ROLES } from "./people/role.js";
import { AUDIENCES } from "./people/status-update.js";
import { CLOCK_KINDS, type TargetBreach } from "./people/target-breach.js";
import { POSTMORTEM_SECTION_IDS } from "./postmortem/postmortem-section.js";
import type { FollowedAlert } from "./relations/followed-alert.js";
import { LINK_KINDS } from "./relations/incident-link.js";
import { SEVERITIES } from "./severity.js";

const severity = z.enum(SEVERITIES);
const serviceTier = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]);
const causeId = z.string();
const reason = z.string();
const text = z.string();
const role = z.enum(INCIDENT_ROLES);
const section = z.enum(POSTMORTEM_SECTION_IDS);
const labels = z.record(z.string(), z.string());

const evidence: z.ZodType<Evidence> = z.object({
  id: z.string(),
  kind: z.enum(EVIDENCE_KINDS),
  source: z.string(),
  fromMs: z.number(),
  toMs: z.number(),
  hash: z.string(),
  summary: z.string(),
  data: z.json(),
});

/** Reads what an incident keeps of an alert from elsewhere back from an event. */
export const externalFactsSchema: z.ZodType<ExternalFacts> = z.object({
  key: z.string(),
  alertId: z.string(),
  source: z.string(),
  title: z.string(),
  explanation: z.string(),
  service: z.string(),
  severity,
  severityReason: z.string(),
  labels,
  annotations: labels,
  status: z.enum(["firing", "resolved"]),
  startsAtMs: z.number(),
  endsAtMs: z.number().exactOptional(),
  silentMs: z.number().exactOptional(),
  generatorUrl: z.string().exactOptional(),
  atMs: z.number(),
});

const group: z.ZodType<IncidentGroup> = z.object({ id: z.string(), labels });

const followedAlert: z.ZodType<FollowedAlert> = z.object({
  key: z.string(),
  alertId: z.string(),
  from: z.string().exactOptional(),
  status: z.enum(["firing", "suppressed", "resolved"]),
  frozen: z.boolean(),
  changedAtMs: z.number(),
  explanation: z.string(),
  external: externalFactsSchema.exactOptional(),
});

const breach: z.ZodType<TargetBreach> = z.object({
  kind: z.enum(CLOCK_KINDS),
  round: z.number(),
  severity,
  startedAtMs: z.number(),
  dueAtMs: z.number(),
});

const share: z.ZodType<MeasuredShare> = z.object({
  kind: z.literal("measured"),
  sloId: z.string(),
  basis: z.enum(["alert", "service"]),
  bad: z.number(),
  allowedBad: z.number(),
  shareRatio: z.number(),
  fromMs: z.number(),
  toMs: z.number(),
  reach: z.enum(["whole", "period-only"]),
  edgeBad: z.number(),
});

const action = {
  causeId,
  actionId: z.string(),
  title: z.string(),
  owner: z.string(),
  priority: z.enum(ACTION_PRIORITIES),
  dueAtMs: z.number(),
};

function recorded<Type extends string, Data extends z.ZodType>(type: Type, data: Data) {
  return z.object({ type: z.literal(type), atMs: z.number(), actor: z.string(), data });
}

const lifecycleEvents = [
  recorded(
    "incident.declared",
    z.object({
      causeId,
      incidentId: z.string(),
      title: z.string(),
      severity,
      severityReason: z.string(),
      service: z.string(),
      serviceTier: serviceTier.exactOptional(),
      startedAtMs: z.number().exactOptional(),
      detectedAtMs: z.number(),
      alert: alertFactsSchema.exactOptional(),
      external: externalFactsSchema.exactOptional(),
      group: group.exactOptional(),
      splitFrom: z.string().exactOptional(),
    }),
  ),
  recorded("incident.acknowledged", z.object({ causeId })),
  recorded("incident.unacknowledged", z.object({ causeId, reason })),
  recorded("incident.mitigation-started", z.object({ causeId, text })),
  recorded("incident.mitigated", z.object({ causeId, text })),
  recorded("incident.severity-changed", z.object({ causeId, from: severity, to: severity, reason })),
  recorded("incident.noted", z.object({ causeId, text })),
  recorded("incident.evidence-attached", z.object({ causeId, evidence })),
  recorded(
    "incident.alert-updated",
    z.object({
      causeId,
      change: z.enum(["fired", "escalated", "eased", "resolved", "frozen", "thawed", "suppressed", "unsuppressed"]),
      alert: alertFactsSchema,
      suppressedBy: z.string().exactOptional(),
    }),
  ),
  recorded(
    "incident.external-updated",
    z.object({
      causeId,
      change: z.enum(["fired", "changed", "resolved", "joined"]),
      external: externalFactsSchema,
      group: group.exactOptional(),
    }),
  ),
  recorded("incident.alert-traced", z.object({ causeId, key: z.string(), trace: z.json() })),
  recorded(
    "incident.resolved",
    z.object({ causeId, how: z.enum(["alert", "person"]), reason, evaluation: sloEvaluationSchema.exactOptional() }),
  ),
  recorded("incident.reopened", z.object({ causeId, reason })),
  recorded("incident.closed", z.object({ causeId, how: z.enum(["auto", "person"]), reason })),
] as const;

const peopleEvents = [
  recorded(
    "incident.escalated",
    z.object({ causeId, step: z.number(), to: z.array(z.string()), channel: z.string(), reason }),
  ),
  recorded("incident.role-assigned", z.object({ causeId, role, person: z.string() })),
  recorded(
    "incident.role-handed-over",
    z.object({ causeId, role, from: z.string(), to: z.string(), handedOver: z.string() }),
  ),
  recorded("incident.role-released", z.object({ causeId, role, person: z.string(), reason })),
  recorded("incident.status-updated", z.object({ causeId, audience: z.enum(AUDIENCES), text })),
  recorded("incident.stakeholders-told", z.object({ causeId, person: z.string(), channel: z.string() })),
  recorded("incident.target-breached", z.object({ causeId, breach })),
] as const;

const linkKind = z.enum(LINK_KINDS);
const relationEvents = [
  recorded(
    "incident.linked",
    z.object({ causeId, link: z.object({ kind: linkKind, id: z.string(), relation: z.string() }) }),
  ),
  recorded("incident.unlinked", z.object({ causeId, kind: linkKind, id: z.string() })),
  recorded("incident.merged", z.object({ causeId, into: z.string(), reason })),
  recorded(
    "incident.absorbed",
    z.object({
      causeId,
      from: z.string(),
      reason,
      alerts: z.array(followedAlert),
      groups: z.array(group).exactOptional(),
    }),
  ),
  recorded("incident.split-off", z.object({ causeId, into: z.string(), reason, keys: z.array(z.string()) })),
] as const;

const followUpEvents = [
  recorded("incident.action-added", z.object(action)),
  recorded("incident.action-changed", z.object({ ...action, reason })),
  recorded("incident.action-done", z.object({ causeId, actionId: z.string(), outcome: z.string() })),
  recorded("incident.action-dropped", z.object({ causeId, actionId: z.string(), reason })),
  recorded("incident.postmortem-edited", z.object({ causeId, section, text })),
  recorded("incident.postmortem-restored", z.object({ causeId, section })),
  recorded(
    "incident.postmortem-reviewed",
    z.object({ causeId, status: z.enum(["draft", "in-review", "approved"]), comment: z.string() }),
  ),
  recorded("incident.cost-recorded", z.object({ causeId, round: z.number(), share })),
] as const;

/** Reads an incident's event. */
export const incidentEventSchema: z.ZodType<IncidentEvent> = z.discriminatedUnion("type", [
  ...lifecycleEvents,
  ...peopleEvents,
  ...relationEvents,
  ...followUpEvents,
]);

/** Reads a key register's event. */
export const keyRegisterEventSchema: z.ZodType<KeyRegisterEvent> = z.object({
  type: z.enum([
    "incident-key.opened",
    "incident-key.reopened",
    "incident-key.moved",
    "incident-key.released",
    "incident-key.closed",
  ]),
  atMs: z.number(),
  actor: z.string(),
  data: z.object({ key: z.string(), incidentId: z.string(), alertId: z.string(), alertAtMs: z.number(), causeId }),
});
