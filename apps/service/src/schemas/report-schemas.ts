import { z } from "zod";
import { freezeReasonSchema } from "./slo-schemas.js";

const period = z.object({ fromMs: z.number(), toMs: z.number() }).describe("half-open, epoch milliseconds");

/** One SLO's part of a report. */
const reportSloSchema = z.object({
  sloId: z.string(),
  title: z.string(),
  service: z.string(),
  mode: z.enum(["active", "shadow"]),
  coveredFromMs: z
    .number()
    .describe("from when on its figures are; after the period's start where they cover a part of it"),
  targetRatio: z.number(),
  sliRatio: z.number().optional().describe("absent when nothing happened"),
  previousSliRatio: z.number().optional(),
  trend: z.enum(["better", "worse", "steady", "new"]),
  remainingRatio: z.number().describe("what is left of the compliance period's budget, signed"),
  spentRatio: z.number().describe("what the report's period spent of it"),
  worstBurn: z
    .object({ burnRate: z.number(), atMs: z.number(), lengthMs: z.number() })
    .optional()
    .describe("the hour that burned fastest, or the part of one that the period has"),
  coverageRatio: z.number(),
  thinHours: z.number().describe("hours in which less than 0.9 was measured"),
  frozenBecause: z.array(z.looseObject({ kind: freezeReasonSchema.shape.kind })),
  incidents: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      sloId: z.string(),
      openedMs: z.number(),
      resolvedMs: z.number().optional(),
      bad: z.number().optional().describe("bad events that it cost; absent where that is not known"),
      budgetShare: z.number().optional(),
      needsPostmortemWithP0: z.boolean(),
    }),
  ),
  outageClasses: z
    .array(
      z.object({
        outageClass: z.string(),
        incidents: z.number(),
        budgetShare: z.number(),
        needsP0InPlan: z.boolean().describe("it spent over 20 % of the quarter's budget"),
      }),
    )
    .describe("what incidents of one title spent of the quarter's budget, the greatest first"),
});

/** A report as data; instants are epoch milliseconds. */
export const reportSchema = z.object({
  period,
  quarter: period.describe("the 90 days up to the period's end, as far as they are held"),
  slos: z.array(reportSloSchema),
  totals: z.object({
    slos: z.number(),
    missed: z.number(),
    overspent: z.number(),
    incidents: z.number(),
    meanTimeToResolveMs: z.number().optional(),
  }),
});
export type ReportBody = z.infer<typeof reportSchema>;
