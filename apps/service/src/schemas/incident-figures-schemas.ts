import { POSTMORTEM_SECTION_IDS } from "@plimsoll/core";
import { z } from "zod";
import { automaticDecisionSchema } from "./automation-schemas.js";
import { actionItemSchema, reviewSchema, severitySchema, traceSchema } from "./incident-schemas.js";
import { instant } from "./slo-schemas.js";

/** Asks for figures over incidents; `limit` of periods is checked by the route. */
export const incidentMetricsQuery = z.object({
  from: instant.optional().describe("declared at or after; 90 days ago when absent"),
  to: instant.optional().describe("declared before; now when absent"),
  period: z.enum(["day", "week", "month", "quarter"]).default("month"),
  service: z
    .union([z.string().max(200), z.array(z.string().max(200)).max(100)])
    .optional()
    .describe("may be repeated; every service when absent"),
  severity: z
    .union([severitySchema, z.array(severitySchema).max(4)])
    .optional()
    .describe("may be repeated"),
});

const durationFiguresSchema = z.object({
  count: z.number().int(),
  meanMs: z.number().optional(),
  medianMs: z.number().optional(),
  p90Ms: z.number().optional(),
});

const figuresSchema = z.object({
  count: z.number().int(),
  bySeverity: z.record(severitySchema, z.number().int()),
  timeToDetect: durationFiguresSchema,
  timeToAcknowledge: durationFiguresSchema,
  timeToMitigate: durationFiguresSchema,
  timeToResolve: durationFiguresSchema,
});

export const incidentMetricsSchema = z.object({
  from: instant,
  to: instant,
  total: figuresSchema,
  merged: z.number().int().describe("merged into others, and in no other figure"),
  byService: z.array(z.object({ service: z.string(), figures: figuresSchema })),
  bySeverity: z.array(z.object({ severity: severitySchema, figures: figuresSchema })),
  byPeriod: z.array(z.object({ from: instant, to: instant, figures: figuresSchema })).describe("in UTC"),
});
export type IncidentMetricsBody = z.infer<typeof incidentMetricsSchema>;
export type IncidentFiguresBody = z.infer<typeof figuresSchema>;

export const incidentExplanationSchema = z.object({
  id: z.string(),
  traces: z.array(traceSchema).describe("every word of its alerts, and every rule that it met, in order"),
  routing: z
    .array(
      z.object({
        key: z.string(),
        at: instant,
        lines: z.array(z.string()).describe("the rules that it met, in words, oldest first"),
        trace: z.unknown().describe("the same as data"),
      }),
    )
    .describe("why its alerts from elsewhere told whom they told, each time that there was something new to it"),
  cameFrom: z
    .array(z.object({ incidentId: z.string(), at: instant, keys: z.array(z.string()) }))
    .optional()
    .describe(
      "its alerts that came from other incidents, by a merge or a split: what they met before is explained there",
    ),
  automaticRuns: z
    .array(automaticDecisionSchema)
    .optional()
    .describe("whether the engine started a run by itself, and why, each time that the answer changed"),
});
export type IncidentExplanationBody = z.infer<typeof incidentExplanationSchema>;

export const postmortemSchema = z.object({
  title: z.string(),
  version: z.number().int(),
  review: reviewSchema,
  sections: z.array(
    z.object({
      id: z.enum(POSTMORTEM_SECTION_IDS),
      heading: z.string(),
      generated: z.string().describe("Markdown that is safe to render, made anew from the timeline"),
      edit: z
        .object({
          text: z.string().describe("as it was written"),
          markdown: z.string().describe("as it may be rendered"),
          author: z.string(),
          at: instant,
        })
        .optional(),
    }),
  ),
});
export type PostmortemBody = z.infer<typeof postmortemSchema>;

export const actionListSchema = z.object({
  at: instant,
  items: z
    .array(
      actionItemSchema.extend({
        incidentId: z.string(),
        service: z.string(),
        blocksReadiness: z.boolean().describe("an overdue P0"),
      }),
    )
    .describe("the one that is due first comes first"),
});
export type ActionListBody = z.infer<typeof actionListSchema>;
