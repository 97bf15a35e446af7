import { z } from "zod";
import { instant } from "./slo-schemas.js";
import { nameOfAuthor, version, words } from "./written-by.js";

export const riskSchema = z.enum(["routine", "risky", "chaos", "automation", "emergency"]);

export const gateQuerySchema = z.object({
  risk: riskSchema.default("routine"),
  service: z
    .union([z.string().max(200), z.array(z.string().max(200)).max(1000)])
    .optional()
    .describe("may be given several times; none means every service"),
  reason: z.string().max(500).optional().describe("needed for emergency; audited"),
});

export const gateAnswerSchema = z.object({
  decision: z.enum(["allow", "deny", "unknown"]),
  risk: riskSchema,
  services: z.array(z.string()),
  at: instant,
  reasons: z.array(z.object({ code: z.string(), sloId: z.string().optional(), message: z.string() })),
});
export type GateAnswerBody = z.infer<typeof gateAnswerSchema>;

const scope = z.union([z.literal("all"), z.array(z.string().max(200)).min(1).max(1000)]);

export const overrideInputSchema = z.strictObject({
  author: nameOfAuthor,
  reason: words(500),
  services: scope,
  risks: z.array(riskSchema).min(1).max(riskSchema.options.length),
  expires: instant,
});
export const overrideSchema = z.object({
  ...overrideInputSchema.shape,
  author: z.string(),
  reason: z.string(),
  id: z.string(),
  version,
  from: instant,
});
export const overrideListSchema = z.object({ overrides: z.array(overrideSchema) });

export const correctionInputSchema = z.strictObject({
  slos: scope,
  effect: z.enum(["drop", "count-good"]),
  author: nameOfAuthor,
  reason: words(500),
  from: instant,
  to: instant,
});
export const correctionSchema = z.object({
  id: z.string(),
  slos: scope,
  effect: z.enum(["drop", "count-good"]),
  author: z.string(),
  reason: z.string(),
  covers: z.string().describe("in words"),
  from: instant.optional(),
  to: instant.optional(),
  origin: z.enum(["configuration", "api"]),
  version: version.describe("0 of one of the configuration, which is changed there"),
});
export const correctionListSchema = z.object({ corrections: z.array(correctionSchema) });
