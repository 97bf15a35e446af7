import { z } from "zod";
import type { RunbookPlan } from "./runbook-plan.js";
import { HTTP_METHODS, STEP_RISKS, type CommandCall, type HttpCall, type RunbookCheck } from "./runbook.js";

const httpCall: z.ZodType<HttpCall> = z.object({
  method: z.enum(HTTP_METHODS),
  url: z.string(),
  headers: z.record(z.string(), z.string()),
  secretHeaders: z.string().exactOptional(),
  body: z.json().exactOptional(),
  status: z.array(z.object({ from: z.number(), to: z.number() })),
});

const commandCall: z.ZodType<CommandCall> = z.object({
  arguments: z.tuple([z.string()], z.string()),
  shell: z.boolean(),
  environment: z.array(z.string()),
  directory: z.string().exactOptional(),
  retryOn: z.array(z.number()).exactOptional(),
});

const remedyCall = z.object({
  remediator: z.string(),
  remedy: z.string(),
  target: z.string(),
  parameters: z.record(z.string(), z.json()),
});

const jsonTest = z.object({
  path: z.string(),
  below: z.number().exactOptional(),
  above: z.number().exactOptional(),
  equals: z.union([z.string(), z.number(), z.boolean(), z.null()]).exactOptional(),
});

const check: z.ZodType<RunbookCheck> = z.lazy(() =>
  z.discriminatedUnion("kind", [
    z.object({
      kind: z.literal("http"),
      call: httpCall,
      includes: z.string().exactOptional(),
      json: jsonTest.exactOptional(),
    }),
    z.object({ kind: z.literal("command"), call: commandCall }),
    z.object({ kind: z.literal("slo"), slo: z.string() }),
    z.object({ kind: z.literal("instances"), fleet: z.string(), target: z.string(), atLeast: z.number() }),
    z.object({ kind: z.literal("not"), check }),
  ]),
);

const timedCheck = z.object({ check, withinMs: z.number(), everyMs: z.number() });

const directActions = [
  z.object({ kind: z.literal("http"), call: httpCall }),
  z.object({ kind: z.literal("command"), call: commandCall }),
  z.object({ kind: z.literal("remedy"), call: remedyCall }),
  z.object({ kind: z.literal("manual"), instruction: z.string() }),
] as const;

const plannedStep = z.object({
  id: z.string(),
  title: z.string(),
  action: z.discriminatedUnion("kind", [
    ...directActions,
    z.object({ kind: z.literal("wait-until"), until: timedCheck }),
  ]),
  preconditions: z.array(check),
  skipWhen: z.array(check),
  approvals: z.array(z.string()),
  timeoutMs: z.number(),
  retry: z.object({ attempts: z.number(), delayMs: z.number() }),
  verify: timedCheck.exactOptional(),
  compensation: z.discriminatedUnion("kind", [...directActions, z.object({ kind: z.literal("undo") })]).exactOptional(),
  risk: z.enum(STEP_RISKS),
});

/** Reads a plan back from where it was stored. */
export const runbookPlanSchema: z.ZodType<RunbookPlan> = z.object({
  runbookId: z.string(),
  title: z.string(),
  level: z.number(),
  parameters: z.record(z.string(), z.string()),
  health: timedCheck.exactOptional(),
  steps: z.array(plannedStep),
});
