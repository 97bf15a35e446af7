import { z } from "zod";
import { instant } from "./slo-schemas.js";
import { expectedVersion, version, words } from "./written-by.js";

const reasonSchema = z.object({
  code: z.string(),
  against: z.boolean().describe("whether it stands against a start"),
  message: z.string(),
  about: z.array(z.string()).describe("ids of what it is about: runbooks, rehearsals, steps, runs, SLOs"),
});

/** Whether the engine may start a runbook by itself. */
export const automaticStandingSchema = z
  .object({ starts: z.boolean(), reasons: z.array(reasonSchema).describe("why not; empty where it may") })
  .describe("whether the engine may start it by itself, were an incident to need it now; only for level 4");
export type AutomaticStandingBody = z.infer<typeof automaticStandingSchema>;

/** One decision on a run for an incident that nobody asked for. */
export const automaticDecisionSchema = z.object({
  at: instant,
  starts: z.boolean(),
  runbooks: z.array(z.string()).describe("those of level 4 that fit"),
  runId: z.string().optional(),
  approvals: z.array(z.string()).describe("steps that wait for a person only as the gate is closed to automation"),
  words: z.string(),
  reasons: z.array(reasonSchema),
});
export type AutomaticDecisionBody = z.infer<typeof automaticDecisionSchema>;

export const automationSchema = z.object({
  killSwitch: z.object({
    state: z.enum(["released", "engaged", "unreadable"]).describe("unreadable is as good as engaged"),
    by: z.string().optional(),
    at: instant.optional(),
    reason: z.string().optional(),
    version: version.optional(),
  }),
  runbooks: z.array(automaticStandingSchema.extend({ id: z.string(), title: z.string() })).describe("those of level 4"),
});
export type AutomationBody = z.infer<typeof automationSchema>;

export const switchInputSchema = z.strictObject({ reason: words(2_000).describe("why; it is audited") });

export const releaseInputSchema = switchInputSchema.extend({ expectedVersion });
