import { RUNBOOK_RUN_STATUSES } from "@plimsoll/core";
import { z } from "zod";
import { automaticStandingSchema } from "./automation-schemas.js";
import { instant } from "./slo-schemas.js";
import { expectedVersion, version, words } from "./written-by.js";

const findingSchema = z.object({
  code: z.string(),
  stepId: z.string().optional(),
  message: z.string().describe("what was found, and what to do"),
});

const runStatusSchema = z.enum(RUNBOOK_RUN_STATUSES);

export const runbookLevelSchema = z
  .number()
  .int()
  .describe("0 tribal, 1 documented, 2 scripted, 3 started by a person and run by the engine, 4 run by the engine");

export const runbookSummarySchema = z.object({
  id: z.string(),
  title: z.string(),
  level: runbookLevelSchema,
  owner: z.string().optional(),
  symptoms: z.array(z.string()),
  lastRehearsedAt: instant.optional().describe("absent when it never was"),
  findings: z.array(findingSchema).describe("what would let it down when it is needed"),
  automatic: automaticStandingSchema.optional(),
});
export type RunbookSummary = z.infer<typeof runbookSummarySchema>;

export const runbookListSchema = z.object({ runbooks: z.array(runbookSummarySchema) });
export type RunbookList = z.infer<typeof runbookListSchema>;

const riskSchema = z.enum(["safe", "caution", "dangerous"]);

export const runbookDetailSchema = runbookSummarySchema.extend({
  maximumAgeMs: z.number().describe("how old a rehearsal may be"),
  links: z.array(z.object({ title: z.string(), url: z.string() })),
  parameters: z.array(z.object({ name: z.string(), description: z.string(), default: z.string().optional() })),
  health: z.string().optional().describe("the run stops as soon as this holds"),
  steps: z.array(z.object({ id: z.string(), title: z.string(), risk: riskSchema, approval: z.boolean() })),
});
export type RunbookDetail = z.infer<typeof runbookDetailSchema>;

const parametersSchema = z
  .record(z.string().max(100), z.string().max(2_000))
  .optional()
  .describe("values for the runbook's parameters, by name");

export const runbookPreviewInputSchema = z.strictObject({ parameters: parametersSchema });

export const plannedStepSchema = z.object({
  id: z.string().describe("after those of the sub-runbooks that it is in: fail-over/switch"),
  title: z.string(),
  kind: z.enum(["http", "command", "remedy", "manual", "wait-until"]),
  does: z.string(),
  onlyIf: z.array(z.string()),
  notIf: z.array(z.string()),
  approvals: z.array(z.string()).describe("ids of the approvals that it waits for"),
  verify: z.string().optional(),
  undo: z.string().optional().describe("absent: it cannot be taken back"),
  risk: riskSchema,
});
export type PlannedStepBody = z.infer<typeof plannedStepSchema>;

export const runbookPreviewSchema = z.object({
  runbookId: z.string(),
  title: z.string(),
  planHash: z.string(),
  words: z.array(z.string()).describe("what a run would do, one line for each thing, in its order"),
  steps: z.array(plannedStepSchema),
  preparations: z
    .array(
      z.object({
        stepId: z.string(),
        kind: z.enum(["ready", "nothing-to-do", "refused"]),
        words: z.string().describe("what it would do now, or why nothing"),
        touches: z.array(z.string()),
        undoable: z.boolean().optional(),
      }),
    )
    .describe("what each remediator says that it would do now"),
});
export type RunbookPreviewBody = z.infer<typeof runbookPreviewSchema>;

export const runRequestSchema = z.strictObject({
  parameters: parametersSchema,
  reason: words(2_000).describe("why it is run"),
  incidentId: z.string().max(100).optional().describe("the incident that it is run for"),
  startAt: z.iso.datetime({ offset: true }).optional().describe("when to begin; at once when absent"),
});

const holdSchema = z.object({
  kind: z.enum(["person", "approval", "guardrail", "unknown-precondition", "manual", "inconclusive"]),
  stepId: z.string().optional(),
  words: z.string(),
  approvalIds: z.array(z.string()).optional().describe("those that are missing now"),
});

export const runStepSchema = plannedStepSchema.extend({
  status: z.enum(["pending", "skipped", "acting", "acted", "succeeded", "failed", "undoing", "undone", "undo-failed"]),
  attempts: z.number().int(),
  undoAttempts: z.number().int(),
  words: z.string().describe("what it did and saw; empty before"),
  data: z.unknown().optional().describe("what its action answered"),
});
export type RunStepBody = z.infer<typeof runStepSchema>;

export const runSummarySchema = z.object({
  id: z.string(),
  runbookId: z.string(),
  title: z.string(),
  status: runStatusSchema,
  over: z.boolean(),
  requestedBy: z.string(),
  requestedAt: instant,
  reason: z.string(),
  incidentId: z.string().optional(),
  startAt: instant.optional(),
  endedAt: instant.optional(),
  words: z.string().describe("how it ended, or why it is being taken back; empty before"),
  waitsFor: z.string().optional().describe("what it needs before it goes on"),
  stepsDone: z.number().int(),
  stepCount: z.number().int(),
});
export type RunSummary = z.infer<typeof runSummarySchema>;

export const runListSchema = z.object({ total: z.number().int(), runs: z.array(runSummarySchema) });
export type RunList = z.infer<typeof runListSchema>;

export const runDetailSchema = runSummarySchema.extend({
  version,
  planHash: z.string(),
  planWords: z.array(z.string()),
  parameters: z.record(z.string(), z.string()),
  health: z.string().optional(),
  hold: holdSchema.optional().describe("why it is paused"),
  asksFor: z
    .object({ stepId: z.string().optional(), instruction: z.string() })
    .optional()
    .describe("what a person has to do or to tell, by a report"),
  steps: z.array(runStepSchema),
  approvals: z.array(
    z.object({
      approvalId: z.string(),
      by: z.string(),
      at: instant,
      expiresAt: instant,
    }),
  ),
  runner: z.string().optional().describe("the process that has it"),
  allowed: z
    .array(z.enum(["approve", "pause", "resume", "cancel", "report"]))
    .describe("what a person may ask of it now"),
});
export type RunDetail = z.infer<typeof runDetailSchema>;

const reason = words(2_000);

export const runApproveInputSchema = z.strictObject({
  planHash: z.string().min(1).max(200).describe("of the plan that was read"),
  approvalId: z.string().max(300).optional().describe("absent: all that the run waits for now"),
  expiresInMs: z
    .number()
    .int()
    .min(1_000)
    .max(86_400_000)
    .default(3_600_000)
    .describe("how long the agreement holds; an hour when absent, a day at most"),
  expectedVersion,
});
export const runReasonInputSchema = z.strictObject({ reason, expectedVersion });
export const runCancelInputSchema = z.strictObject({
  reason,
  undo: z.boolean().default(false).describe("whether to take back what was done"),
  expectedVersion,
});
export const runReportInputSchema = z.strictObject({
  stepId: z.string().max(300).optional().describe("absent: what the run asks for now"),
  succeeded: z.boolean(),
  note: words(10_000).describe("what was done and seen"),
  expectedVersion,
});
