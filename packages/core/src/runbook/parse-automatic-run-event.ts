import { z } from "zod";
import type { Json } from "../errors/json.js";
import { failure, success, type Result } from "../errors/result.js";
import type { AutomaticRunDecision, AutomaticRunReason } from "./automatic-run.js";

/** What the stream of a service's decisions holds. */
export const AUTOMATIC_RUN_DECIDED = "automatic-run.decided";

const reason: z.ZodType<AutomaticRunReason> = z.object({
  code: z.enum([
    "observing",
    "kill-switch",
    "not-from-alert",
    "incident-over",
    "alert-quiet",
    "planned-work",
    "unknown-service",
    "unknown-data",
    "ambiguous",
    "rehearsal-missing",
    "rehearsal-stale",
    "rehearsal-failed",
    "unplannable",
    "unsound",
    "run-going-on",
    "tried-before",
    "attempts-spent",
    "fits",
    "gate-open",
    "gate-closed",
  ]),
  against: z.boolean(),
  message: z.string(),
  about: z.array(z.string()),
});

/** What a decision holds, wherever it is kept. */
export const automaticRunDecisionSchema: z.ZodType<AutomaticRunDecision> = z.object({
  incidentId: z.string(),
  service: z.string(),
  runbookIds: z.array(z.string()),
  starts: z.boolean(),
  runId: z.string().exactOptional(),
  approvals: z.array(z.string()),
  reasons: z.array(reason),
});

/** Reads a decision back from the store; one that is none is an error that names its place. */
export function parseAutomaticRunEvent(stored: {
  readonly stream: string;
  readonly version: number;
  readonly type: string;
  readonly data: Json;
}): Result<AutomaticRunDecision, { readonly code: "unreadable-event"; readonly message: string }> {
  const { data, stream, type, version } = stored;
  const parsed = automaticRunDecisionSchema.safeParse(data);
  if (type === AUTOMATIC_RUN_DECIDED && parsed.success) return success(parsed.data);
  const message = `Event ${version} of the stream ${stream}, ${type}, cannot be read. Read it with the version that wrote it, or repair the event.`;
  return failure({ code: "unreadable-event", message });
}
