import { z } from "zod";
import type { Json } from "../errors/json.js";
import { failure, success, type Result } from "../errors/result.js";
import { runbookPlanSchema } from "./runbook-plan-schema.js";
import type { RunbookRunEvent } from "./runbook-run-event.js";

const causeId = z.string().exactOptional();
const stepId = z.string();
const attempt = z.number();
const reason = z.string();
const begun = { causeId, stepId, attempt, key: z.string(), token: z.number(), leaseUntilMs: z.number() };

const hold = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("approval"), stepId, approvalIds: z.array(z.string()) }),
  z.object({ kind: z.literal("guardrail"), stepId, reason }),
  z.object({ kind: z.literal("unknown-precondition"), stepId, saw: z.string() }),
  z.object({ kind: z.literal("manual"), stepId, instruction: z.string() }),
  z.object({ kind: z.literal("inconclusive"), stepId: stepId.exactOptional(), saw: z.string() }),
]);

function recorded<Name extends string, Shape extends z.ZodRawShape>(name: Name, data: Shape) {
  return z.object({
    type: z.literal(`runbook-run.${name}`),
    atMs: z.number(),
    actor: z.string(),
    data: z.object({ causeId, ...data }),
  });
}

const ending = { words: z.string() };

/** What one event of a run holds, wherever it is kept. */
export const runbookRunEventSchema: z.ZodType<RunbookRunEvent> = z.discriminatedUnion("type", [
  recorded("requested", {
    runId: z.string(),
    plan: runbookPlanSchema,
    planHash: z.string(),
    reason,
    incidentId: z.string().exactOptional(),
  }),
  recorded("scheduled", { startAtMs: z.number() }),
  recorded("started", {}),
  recorded("leased", { runner: z.string(), token: z.number(), expiresAtMs: z.number() }),
  recorded("approved", { approvalId: z.string(), planHash: z.string(), expiresAtMs: z.number() }),
  recorded("held", { hold }),
  recorded("pause-requested", { reason }),
  recorded("paused", {}),
  recorded("resumed", { reason }),
  recorded("cancel-requested", { reason, undo: z.boolean() }),
  recorded("step-skipped", { stepId, reason }),
  recorded("action-started", begun),
  recorded("action-succeeded", { stepId, attempt, summary: z.string(), data: z.json().exactOptional() }),
  recorded("action-failed", {
    stepId,
    attempt,
    reason,
    mayHaveActed: z.boolean(),
    retryAtMs: z.number().exactOptional(),
  }),
  recorded("step-verified", { stepId, saw: z.string() }),
  recorded("verification-failed", { stepId, saw: z.string() }),
  recorded("steps-finished", {}),
  recorded("compensation-started", { reason }),
  recorded("undo-started", begun),
  recorded("undo-succeeded", { stepId, attempt, summary: z.string() }),
  recorded("undo-failed", { stepId, attempt, reason, retryAtMs: z.number().exactOptional() }),
  recorded("succeeded", ending),
  recorded("failed", ending),
  recorded("compensated", ending),
  recorded("cancelled", ending),
  recorded("abandoned", ending),
]);

/** Reads a run's event back from the store; one that is none is an error that names its place. */
export function parseRunbookRunEvent(stored: {
  readonly stream: string;
  readonly version: number;
  readonly type: string;
  readonly atMs: number;
  readonly actor: string;
  readonly data: Json;
}): Result<RunbookRunEvent, { readonly code: "unreadable-event"; readonly message: string }> {
  const { actor, atMs, data, stream, type, version } = stored;
  const parsed = runbookRunEventSchema.safeParse({ type, atMs, actor, data });
  if (parsed.success) return success(parsed.data);
  const found = parsed.error.issues.map(({ message, path }) => `at ${path.join(".")}, ${message}`).join("; ");
  const message = `Event ${version} of the stream ${stream} cannot be read: ${found}. Read it with the version that wrote it, or repair the event.`;
  return failure({ code: "unreadable-event", message });
}
