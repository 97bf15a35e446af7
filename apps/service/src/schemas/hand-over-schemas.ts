import { z } from "zod";
import { scheduleOverrideSchema } from "./on-call-schemas.js";
import { instant } from "./slo-schemas.js";

export const handOverSchema = z.object({
  schedule: z.object({ id: z.string(), name: z.string() }),
  at: instant.describe("when the shift ends and the next begins"),
  nextUntil: instant,
  outgoing: z.array(z.string()),
  incoming: z.array(z.string()),
  openIncidents: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      severity: z.string(),
      status: z.string(),
      service: z.string(),
      declaredAt: instant,
    }),
  ),
  expiringSilences: z.array(z.object({ id: z.string(), reason: z.string(), author: z.string(), expires: instant })),
  expiringOverrides: z.array(scheduleOverrideSchema),
  changesShipped: z
    .array(
      z.object({
        kind: z.enum(["change", "runbook-run"]),
        id: z.string(),
        what: z.string(),
        by: z.string().describe("whoever tied it to an incident, or asked for the run"),
        at: instant.describe("when it was tied to an incident, or when the run ended"),
        services: z.array(z.string()),
        see: z.array(z.object({ kind: z.enum(["incident", "runbook-run"]), id: z.string(), path: z.string() })),
      }),
    )
    .describe("during the shift that ends, newest first: changes that incidents are tied to, and runs of runbooks"),
  actionItems: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      priority: z.string(),
      owner: z.string().optional(),
      due: instant.optional(),
      overdue: z.boolean(),
    }),
  ),
  markdown: z.string(),
});
export type HandOverBody = z.infer<typeof handOverSchema>;

const targetSchema = z.object({
  kind: z.enum(["person", "schedule", "team"]),
  id: z.string(),
  members: z.enum(["all", "in-turn"]).optional(),
});
export type EscalationTargetBody = z.infer<typeof targetSchema>;

export const escalationPolicyListSchema = z.object({
  policies: z.array(
    z.object({
      id: z.string(),
      steps: z.array(
        z.object({
          targets: z.array(targetSchema),
          delayMs: z.number().describe("to the next step, or the next pass, while nobody acknowledges"),
          onlyWhen: z.array(z.string()).describe("in words; all must hold"),
        }),
      ),
      passes: z.number().int(),
      fallback: z.array(targetSchema),
      stakeholders: z.array(
        z.object({ targets: z.array(targetSchema), afterMs: z.number(), severities: z.array(z.string()).optional() }),
      ),
      acknowledgement: z.object({ remindAfterMs: z.number(), answerWithinMs: z.number() }).optional(),
    }),
  ),
  services: z.record(z.string(), z.string()).describe("the policy of each service that has one"),
});
export type EscalationPolicyList = z.infer<typeof escalationPolicyListSchema>;
