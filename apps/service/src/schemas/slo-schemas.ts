import { z } from "zod";

/** An instant as it crosses the wire: ISO 8601 in UTC. */
export const instant = z.iso.datetime().describe("ISO 8601, UTC");

const ratio = z.number().describe("0..1 unless said otherwise");

export const windowBurnSchema = z.object({
  lengthMs: z.number(),
  from: instant,
  to: instant,
  bad: z.number(),
  total: z.number(),
  burnRate: z
    .number()
    .optional()
    .describe("multiple of the rate that spends exactly the budget; absent when nothing happened"),
  coverageRatio: ratio,
});

export const freezeReasonSchema = z.object({ kind: z.enum(["coverage", "watermark", "source"]), message: z.string() });

export const ruleSchema = z.object({
  id: z.string(),
  tier: z.enum(["page", "ticket"]),
  factor: z.number(),
  budgetShare: ratio,
  long: windowBurnSchema,
  short: windowBurnSchema,
  outcome: z.enum(["quiet", "firing", "frozen"]),
  firingTier: z.enum(["page", "ticket"]).optional(),
  demotedBecause: z.string().optional(),
  frozenBecause: z.array(freezeReasonSchema),
});

export const exhaustionSchema = z.object({
  kind: z.enum(["spent", "never", "in"]),
  durationMs: z.number().optional(),
  at: instant.optional(),
});

export const verdictSchema = z.object({
  kind: z.enum(["healthy", "firing", "frozen", "no-data"]),
  tier: z.enum(["page", "ticket"]).optional(),
  ruleId: z.string().optional(),
  reasons: z.array(freezeReasonSchema),
});

export const alertSchema = z.object({
  status: z.enum(["quiet", "firing", "suppressed"]),
  tier: z.enum(["page", "ticket"]).optional(),
  since: instant.optional(),
  frozen: z.boolean(),
  suppressedBy: z.string().optional(),
});

export const sloStatusSchema = z.object({
  id: z.string(),
  service: z.string(),
  title: z.string().optional(),
  description: z.string().optional(),
  owner: z.string().optional(),
  runbook: z.string().optional(),
  kind: z.enum(["events", "latency", "time-slices", "probe", "composite"]),
  mode: z.enum(["active", "shadow"]),
  version: z.number().int(),
  target: ratio,
  window: z.object({
    text: z.string(),
    kind: z.enum(["rolling", "calendar"]),
    from: instant,
    to: instant,
    lengthMs: z.number(),
  }),
  evaluatedAt: instant,
  sliRatio: ratio.optional().describe("absent when nothing was measured"),
  coverageRatio: ratio,
  measuredSince: instant.optional().describe("start of the first expected slice, when inside the period"),
  watermark: instant.optional().describe("everything before it is final; absent when never measured"),
  budget: z.object({
    remainingRatio: z.number().describe("signed, unbounded below"),
    consumedRatio: z.number(),
    bad: z.number(),
    total: z.number(),
    allowedBad: z.number(),
    edge: z.object({ bad: z.number(), total: z.number() }),
  }),
  rules: z.array(ruleSchema),
  exhaustion: exhaustionSchema,
  verdict: verdictSchema,
  alert: alertSchema,
  dataLoss: alertSchema,
  level: z.object({ name: z.string(), action: z.string() }),
  explanation: z.string(),
});
export type SloStatus = z.infer<typeof sloStatusSchema>;

export const sloListSchema = z.object({ at: instant, slos: z.array(sloStatusSchema) });
export type SloList = z.infer<typeof sloListSchema>;

export const sloHistorySchema = z.object({
  sloId: z.string(),
  from: instant,
  to: instant,
  stepMs: z.number(),
  points: z.array(
    z.object({
      at: instant.describe("end of the step"),
      bad: z.number(),
      total: z.number(),
      coverageRatio: ratio,
      remainingRatio: z
        .number()
        .describe(
          "share of the budget left after the events from the start of the range up to here, held against the whole range's traffic",
        ),
    }),
  ),
});
export type SloHistory = z.infer<typeof sloHistorySchema>;

export const serviceListSchema = z.object({
  services: z.array(
    z.object({
      id: z.string(),
      title: z.string().optional(),
      tier: z.number().int(),
      owner: z.string().optional(),
      dependsOn: z.array(z.string()),
      slos: z.array(z.string()),
      worstVerdict: z.enum(["healthy", "firing", "frozen", "no-data"]),
      lowestRemainingRatio: z.number().optional(),
      openIncidents: z.array(z.string()),
    }),
  ),
});
export type ServiceList = z.infer<typeof serviceListSchema>;
