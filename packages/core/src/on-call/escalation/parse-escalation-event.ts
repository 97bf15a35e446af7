import { z } from "zod";
import type { Json } from "../../errors/json.js";
import { failure, success, type Result } from "../../errors/result.js";
import { SEVERITIES } from "../../incident/severity.js";
import type { EscalationEvent } from "./escalation-event.js";
import type { EscalationPolicy } from "./escalation-policy.js";

const severity = z.enum(SEVERITIES);
const causeId = z.string();
const reason = z.string();
const numbers = z.array(z.number()).exactOptional();

const interval = z.object({
  weekdays: numbers,
  daysOfMonth: numbers,
  months: numbers,
  times: z.array(z.object({ start: z.string(), end: z.string() })).exactOptional(),
  zone: z.string(),
});

const targets = z.array(
  z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("person"), personId: z.string() }),
    z.object({ kind: z.literal("schedule"), scheduleId: z.string() }),
    z.object({ kind: z.literal("team"), teamId: z.string(), members: z.enum(["all", "in-turn"]) }),
  ]),
);

const condition = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("severity"), anyOf: z.array(severity) }),
  z.object({ kind: z.literal("time"), within: interval }),
  z.object({ kind: z.literal("pass"), from: z.number(), to: z.number().exactOptional() }),
]);

const policy: z.ZodType<EscalationPolicy> = z.object({
  id: z.string(),
  steps: z.array(z.object({ targets, delayMs: z.number(), conditions: z.array(condition).exactOptional() })),
  repeat: z.number(),
  fallback: targets,
  stakeholders: z
    .array(z.object({ targets, afterMs: z.number(), severities: z.array(severity).exactOptional() }))
    .exactOptional(),
  acknowledgement: z.object({ remindAfterMs: z.number(), answerWithinMs: z.number() }).exactOptional(),
});

const calling = {
  page: z.string(),
  people: z.array(
    z.object({
      personId: z.string(),
      sends: z.array(z.object({ notifier: z.string(), address: z.string().exactOptional(), afterMs: z.number() })),
    }),
  ),
  turns: z.array(z.string()),
};

function recorded<Type extends string, Data extends z.ZodRawShape>(type: Type, data: Data) {
  return z.object({ type: z.literal(type), atMs: z.number(), actor: z.string(), data: z.object(data) });
}

const asked = z.object({ by: z.string(), reason }).exactOptional();

const escalationEvent: z.ZodType<EscalationEvent> = z.discriminatedUnion("type", [
  recorded("escalation.started", {
    incidentId: z.string(),
    round: z.number(),
    service: z.string(),
    severity,
    policy,
    causeId,
  }),
  recorded("escalation.step-fired", { ...calling, asked, pass: z.number(), step: z.number() }),
  recorded("escalation.step-skipped", {
    pass: z.number(),
    step: z.number(),
    reason: z.enum(["condition", "nobody", "unreachable"]),
  }),
  recorded("escalation.fallback-paged", { ...calling, asked, pass: z.number() }),
  recorded("escalation.call-undelivered", { page: z.string(), causeId }),
  recorded("escalation.exhausted", { asked, passes: z.number() }),
  recorded("escalation.acknowledged", { causeId }),
  recorded("escalation.reminded", calling),
  recorded("escalation.confirmed", { causeId }),
  recorded("escalation.unacknowledged", { how: z.enum(["person", "no-answer"]), reason, causeId }),
  recorded("escalation.hastened", { reason, causeId }),
  recorded("escalation.severity-changed", { from: severity, to: severity, causeId }),
  recorded("escalation.paused", { untilMs: z.number(), reason, causeId }),
  recorded("escalation.resumed", { causeId }),
  recorded("escalation.stakeholders-told", { ...calling, notice: z.number() }),
  recorded("escalation.stakeholders-updated", {
    ...calling,
    text: z.string(),
    status: z.enum(["firing", "acknowledged", "resolved"]),
    causeId,
  }),
  recorded("escalation.heard", { causeId }),
  recorded("escalation.ended", { reason, causeId }),
]);

/** Reads an escalation's event back from the store; what is none is an error that names its place. */
export function parseEscalationEvent(stored: {
  readonly stream: string;
  readonly version: number;
  readonly type: string;
  readonly atMs: number;
  readonly actor: string;
  readonly data: Json;
}): Result<EscalationEvent, { readonly code: "unreadable-event"; readonly message: string }> {
  const parsed = escalationEvent.safeParse(stored);
  if (parsed.success) return success(parsed.data);
  const places = parsed.error.issues.map(({ path, message }) => `at ${path.join(".")}, ${message}`).join("; ");
  const message =
    `Event ${stored.version} of the stream ${stored.stream} cannot be read as ${stored.type}: ${places}. ` +
    "Read it with the version that wrote it, or repair the event.";
  return failure({ code: "unreadable-event", message });
}
