import { z } from "zod";
import { instant } from "./slo-schemas.js";

export const severitySchema = z.enum(["SEV1", "SEV2", "SEV3", "SEV4"]);
export const incidentStatusSchema = z.enum([
  "declared",
  "acknowledged",
  "mitigating",
  "mitigated",
  "resolved",
  "closed",
]);

export const incidentSummarySchema = z.object({
  id: z.string(),
  title: z.string(),
  service: z.string(),
  sloId: z.string().optional(),
  severity: severitySchema,
  status: incidentStatusSchema,
  burning: z.boolean().describe("whether its alert still fires"),
  declaredAt: instant,
  acknowledgedAt: instant.optional(),
  resolvedAt: instant.optional(),
  closedAt: instant.optional(),
  durationMs: z.number().describe("from declared to resolved, or to now while open"),
  budgetShareRatio: z.number().optional().describe("share of the period's budget that it spent"),
});
export type IncidentSummary = z.infer<typeof incidentSummarySchema>;

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

export const incidentDetailSchema = incidentSummarySchema.extend({
  summary: z.string(),
  timeline: z.array(z.object({ at: instant, actor: z.string(), kind: z.string(), text: z.string() })),
  evidence: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      source: z.string(),
      from: instant,
      to: instant,
      hash: z.string(),
      summary: z.string(),
    }),
  ),
  targets: z.array(
    z.object({
      name: z.string(),
      due: instant,
      met: z.boolean().optional().describe("absent while still open and not yet due"),
    }),
  ),
  postmortem: z.string().optional().describe("Markdown draft; there once the incident is resolved"),
});
export type IncidentDetail = z.infer<typeof incidentDetailSchema>;
