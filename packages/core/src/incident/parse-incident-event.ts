import { z } from "zod";
import type { Json } from "../errors/json.js";
import { failure, success, type Result } from "../errors/result.js";
import { alertFactsSchema, sloEvaluationSchema } from "./alert-facts-schema.js";
import { EVIDENCE_KINDS, type Evidence } from "./evidence.js";
import { evolveIncident } from "./evolve-incident.js";
import type { IncidentEvent } from "./incident-event.js";
import { incidentStream, type IncidentState } from "./incident.js";
import type { KeyRegisterEvent } from "./key-register.js";
import { SEVERITIES } from "./severity.js";

/** What is needed of an event as the store gives it. */
export type RecordedEvent = {
  readonly stream: string;
  readonly version: number;
  readonly type: string;
  readonly atMs: number;
  readonly actor: string;
  readonly data: Json;
};

/** A stored event that does not say what its type promises: written by other software, or by an older version. */
export type UnreadableEvent = {
  readonly code: "unreadable-event";
  readonly stream: string;
  readonly version: number;
  /** The places in the event that are not as they should be, such as `data.alert.tier`. */
  readonly paths: readonly string[];
  readonly message: string;
};

const severity = z.enum(SEVERITIES);
const serviceTier = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]);
const causeId = z.string();
const reason = z.string();

const evidence: z.ZodType<Evidence> = z.object({
  id: z.string(),
  kind: z.enum(EVIDENCE_KINDS),
  source: z.string(),
  fromMs: z.number(),
  toMs: z.number(),
  hash: z.string(),
  summary: z.string(),
  data: z.json(),
});

function recorded<Type extends string, Data extends z.ZodType>(type: Type, data: Data) {
  return z.object({ type: z.literal(type), atMs: z.number(), actor: z.string(), data });
}

const incidentEvent: z.ZodType<IncidentEvent> = z.discriminatedUnion("type", [
  recorded(
    "incident.declared",
    z.object({
      causeId,
      incidentId: z.string(),
      title: z.string(),
      severity,
      severityReason: z.string(),
      service: z.string(),
      serviceTier: serviceTier.exactOptional(),
      startedAtMs: z.number().exactOptional(),
      detectedAtMs: z.number(),
      alert: alertFactsSchema.exactOptional(),
    }),
  ),
  recorded("incident.acknowledged", z.object({ causeId })),
  recorded("incident.severity-changed", z.object({ causeId, from: severity, to: severity, reason })),
  recorded("incident.noted", z.object({ causeId, text: z.string() })),
  recorded("incident.evidence-attached", z.object({ causeId, evidence })),
  recorded(
    "incident.alert-updated",
    z.object({
      causeId,
      change: z.enum(["fired", "escalated", "eased", "resolved", "frozen", "thawed", "suppressed", "unsuppressed"]),
      alert: alertFactsSchema,
      suppressedBy: z.string().exactOptional(),
    }),
  ),
  recorded(
    "incident.resolved",
    z.object({ causeId, how: z.enum(["alert", "person"]), reason, evaluation: sloEvaluationSchema.exactOptional() }),
  ),
  recorded("incident.reopened", z.object({ causeId, reason })),
  recorded("incident.closed", z.object({ causeId, how: z.enum(["auto", "person"]), reason })),
]);

const keyRegisterEvent: z.ZodType<KeyRegisterEvent> = z.object({
  type: z.enum(["incident-key.opened", "incident-key.reopened", "incident-key.released", "incident-key.closed"]),
  atMs: z.number(),
  actor: z.string(),
  data: z.object({ key: z.string(), incidentId: z.string(), alertId: z.string(), alertAtMs: z.number(), causeId }),
});

/** Reads an incident's event back from the store; an event that is not one is an error that names its place. */
export function parseIncidentEvent(stored: RecordedEvent): Result<IncidentEvent, UnreadableEvent> {
  return read(incidentEvent, stored);
}

/** Reads a key register's event back from the store. */
export function parseKeyRegisterEvent(stored: RecordedEvent): Result<KeyRegisterEvent, UnreadableEvent> {
  return read(keyRegisterEvent, stored);
}

/** An incident as its stored events make it. */
export type ReplayedIncident = { readonly state: IncidentState; readonly events: readonly IncidentEvent[] };

/**
 * Makes an incident from its stored stream, in version order from the first. An empty stream is `undefined`; an event
 * that cannot be read, or a stream that does not begin with its own declaration, is an error: never half an incident.
 */
export function replayIncident(
  stored: readonly RecordedEvent[],
): Result<ReplayedIncident | undefined, UnreadableEvent> {
  let state: IncidentState | undefined;
  const events: IncidentEvent[] = [];
  for (const record of stored) {
    const parsed = parseIncidentEvent(record);
    if (!parsed.ok) return parsed;
    const event = parsed.value;
    const declares = event.type === "incident.declared";
    if (declares !== (state === undefined)) {
      const problem = { path: "type", found: `found ${event.type}` };
      return failure(unreadable(record, [problem], "one declaration, first in the stream"));
    }
    if (declares && record.stream !== incidentStream(event.data.incidentId)) {
      const problem = { path: "data.incidentId", found: `found the declaration of ${event.data.incidentId}` };
      return failure(unreadable(record, [problem], "the incident that the stream is named after"));
    }
    state = evolveIncident(state, event);
    events.push(event);
  }
  return success(state === undefined ? undefined : { state, events });
}

function read<Event>(schema: z.ZodType<Event>, stored: RecordedEvent): Result<Event, UnreadableEvent> {
  const { type, atMs, actor, data } = stored;
  const parsed = schema.safeParse({ type, atMs, actor, data });
  if (parsed.success) return success(parsed.data);
  const problems = parsed.error.issues.map((issue) => ({ path: issue.path.join("."), found: issue.message }));
  return failure(unreadable(stored, problems, `what an event of type ${type} holds there`));
}

function unreadable(
  { stream, version }: RecordedEvent,
  problems: readonly { readonly path: string; readonly found: string }[],
  expected: string,
): UnreadableEvent {
  return {
    code: "unreadable-event",
    stream,
    version,
    paths: problems.map((problem) => problem.path),
    message:
      `Event ${version} of the stream ${stream} cannot be read: ` +
      `${problems.map(({ path, found }) => `at ${path}, ${found}`).join("; ")}; expected ${expected}. ` +
      "Nothing of the stream was used. Read it with the version that wrote it, or repair the event.",
  };
}
