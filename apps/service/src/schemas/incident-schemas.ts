import {
  ACTION_PRIORITIES,
  CLOCK_KINDS,
  INCIDENT_ROLES,
  LINK_KINDS,
  REHEARSAL_STANDINGS,
  SEVERITIES,
} from "@plimsoll/core";
import { z } from "zod";
import { runbookLevelSchema } from "./runbook-schemas.js";
import { instant } from "./slo-schemas.js";

export const severitySchema = z.enum(SEVERITIES);
export const incidentStatusSchema = z.enum([
  "declared",
  "acknowledged",
  "mitigating",
  "mitigated",
  "resolved",
  "closed",
]);

/** What an incident can be tied to. */
const linkKind = z.enum(LINK_KINDS);

export const incidentSummarySchema = z.object({
  id: z.string(),
  version: z.number().int().describe("grows with everything that happens to it; also its ETag"),
  title: z.string(),
  service: z.string(),
  sloId: z.string().optional(),
  severity: severitySchema,
  status: incidentStatusSchema,
  burning: z.boolean().describe("whether its alert still fires"),
  declaredAt: instant,
  acknowledgedAt: instant.optional(),
  mitigatedAt: instant.optional(),
  resolvedAt: instant.optional(),
  closedAt: instant.optional(),
  durationMs: z.number().describe("from declared to resolved, or to now while open"),
  budgetShareRatio: z.number().optional().describe("share of the period's budget that it spent"),
  budgetShareOf: z
    .string()
    .optional()
    .describe(
      "where no alert of the engine opened it: the SLO of its service that lost that share while it lasted, which is the most that it spent",
    ),
  mergedInto: z.string().optional().describe("the incident that goes on in its place"),
});
export type IncidentSummary = z.infer<typeof incidentSummarySchema>;

export const incidentWrittenSchema = incidentSummarySchema.extend({
  splitInto: z.string().optional().describe("the incident that a split made"),
});

export const incidentListSchema = z.object({
  incidents: z.array(incidentSummarySchema),
  metrics: z.object({
    open: z.number().int(),
    total: z.number().int(),
    meanTimeToAcknowledgeMs: z.number().optional(),
    meanTimeToResolveMs: z.number().optional(),
  }),
});
export type IncidentList = z.infer<typeof incidentListSchema>;

export const actionItemSchema = z.object({
  id: z.string(),
  title: z.string(),
  owner: z.string(),
  priority: z.enum(ACTION_PRIORITIES),
  due: instant,
  addedAt: instant,
  status: z.enum(["open", "done", "dropped"]),
  overdueMs: z.number().optional().describe("how long it has been overdue, while it is open"),
  settledAt: instant.optional(),
  outcome: z.string().optional().describe("what came of it, or why it was dropped"),
});
export type ActionItemBody = z.infer<typeof actionItemSchema>;

const clockSchema = z.object({
  kind: z.enum(CLOCK_KINDS),
  round: z.number().int().describe("which opening of the incident it belongs to, from 0"),
  severity: severitySchema,
  startedAt: instant,
  due: instant,
  outcome: z
    .enum(["met", "breached", "moot", "running"])
    .describe("moot: the severity changed or the incident ended before it came due"),
  lateMs: z.number().describe("how late it was, or is so far"),
});

const callSchema = z.object({ at: instant, step: z.number().int(), to: z.array(z.string()), channel: z.string() });

const escalationSchema = z.object({
  status: z.enum(["escalating", "acknowledged", "exhausted", "ended"]),
  policy: z.string(),
  startedAt: instant,
  pass: z.number().int(),
  passes: z.number().int(),
  acknowledged: z
    .object({ by: z.string(), at: instant, saidAt: instant.describe("when they last said that they are on it") })
    .optional(),
  paused: z.object({ until: instant, reason: z.string() }).optional(),
  waits: z
    .object({ kind: z.enum(["step", "reminder", "no-answer", "resume", "stakeholders"]), due: instant })
    .optional()
    .describe("what happens next by itself"),
  next: z
    .object({
      step: z.number().int().describe("from 1"),
      pass: z.number().int(),
      due: instant.optional().describe("absent while it waits for people"),
      people: z.array(z.string()).describe("whom the step would call if it fired now"),
    })
    .optional()
    .describe("who is called next, and when, while nobody acknowledges"),
});
export type EscalationBody = z.infer<typeof escalationSchema>;

export const traceSchema = z.object({
  key: z.string(),
  at: instant,
  change: z.string(),
  explanation: z.string(),
  steps: z.array(z.object({ kind: z.string(), rule: z.string(), outcome: z.string(), because: z.string() })),
});

export const reviewSchema = z.object({
  status: z.enum(["draft", "in-review", "approved"]),
  by: z.string().optional(),
  at: instant.optional(),
});

export const evidenceSchema = z.object({
  id: z.string(),
  kind: z.string(),
  source: z.string(),
  from: instant,
  to: instant,
  hash: z.string().describe("SHA-256 of the data as canonical JSON: keys sorted, no white space"),
  summary: z.string(),
});
export type EvidenceBody = z.infer<typeof evidenceSchema>;

export const evidenceDetailSchema = evidenceSchema.extend({
  incidentId: z.string(),
  data: z.unknown().describe("what was seen, as it was stored: any JSON"),
});
export type EvidenceDetail = z.infer<typeof evidenceDetailSchema>;

export const incidentDetailSchema = incidentSummarySchema.extend({
  summary: z.string(),
  declaredBy: z.string(),
  splitFrom: z.string().optional(),
  moves: z.array(z.string()).describe("what its status allows"),
  timeline: z.array(z.object({ at: instant, actor: z.string(), kind: z.string(), text: z.string() })),
  evidence: z.array(evidenceSchema).describe("without what was seen, which each has at an address of its own"),
  roles: z.array(
    z.object({
      role: z.enum(INCIDENT_ROLES),
      person: z.string(),
      from: instant,
      to: instant.optional().describe("absent while they have it"),
    }),
  ),
  clocks: z.array(clockSchema).describe("what its severities ask for, timed"),
  cost: z.object({
    totalMs: z.number().describe("people's time, added up"),
    people: z.array(z.object({ person: z.string(), durationMs: z.number() })),
    badEvents: z.number().optional().describe("what it took of the budget, in bad events"),
  }),
  links: z.array(z.object({ kind: linkKind, id: z.string(), relation: z.string() })),
  similar: z.array(
    z.object({
      id: z.string(),
      score: z.number().describe("0..1"),
      because: z.array(z.string()),
      title: z.string(),
      status: incidentStatusSchema,
      declaredAt: instant,
    }),
  ),
  runbooks: z
    .array(
      z.object({
        id: z.string(),
        title: z.string(),
        level: runbookLevelSchema,
        symptoms: z.array(z.string()).describe("which of its symptoms the incident shows"),
        lastRehearsedAt: instant.optional().describe("absent when it never was"),
        rehearsal: z
          .enum(REHEARSAL_STANDINGS)
          .describe("fresh; stale: longer ago than it allows; never; ahead: noted for a day that is yet to come"),
      }),
    )
    .optional()
    .describe("the runbooks that fit it, the most fitting first; absent where none does"),
  alerts: z
    .array(z.object({ key: z.string(), status: z.string(), from: z.string().optional() }))
    .describe("the alerts that it hears of; those `from` another incident came by a merge, and may be split off"),
  updates: z.array(z.object({ at: instant, author: z.string(), audience: z.string(), text: z.string() })),
  actions: z.array(actionItemSchema),
  calls: z.array(callSchema).describe("who was called, oldest first"),
  escalation: escalationSchema.optional().describe("absent where nobody is called about it"),
  explanation: traceSchema.optional().describe("the newest word of its alerts, and the rules that it met"),
  review: reviewSchema,
  postmortem: z.string().optional().describe("Markdown draft; there once the incident is resolved"),
});
export type IncidentDetail = z.infer<typeof incidentDetailSchema>;
