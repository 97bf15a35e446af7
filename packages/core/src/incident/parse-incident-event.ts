import type { z } from "zod";
import type { Json } from "../errors/json.js";
import { failure, success, type Result } from "../errors/result.js";
import { evolveIncident } from "./evolve-incident.js";
import { incidentEventSchema, keyRegisterEventSchema } from "./incident-event-schema.js";
import type { IncidentEvent } from "./incident-event.js";
import { incidentStream, type IncidentState } from "./incident.js";
import type { KeyRegisterEvent } from "./key-register.js";

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

/** Reads an incident's event back from the store; an event that is not one is an error that names its place. */
export function parseIncidentEvent(stored: RecordedEvent): Result<IncidentEvent, UnreadableEvent> {
  return read(incidentEventSchema, stored);
}

/** Reads a key register's event back from the store. */
export function parseKeyRegisterEvent(stored: RecordedEvent): Result<KeyRegisterEvent, UnreadableEvent> {
  return read(keyRegisterEventSchema, stored);
}

/** An incident as its stored events make it, and the events that were replayed. */
export type ReplayedIncident = { readonly state: IncidentState; readonly events: readonly IncidentEvent[] };

/**
 * Makes an incident from its stored stream, in version order from the first, or from the one after `before`. An empty
 * stream is `undefined`; an event that cannot be read, or a stream that does not begin with its own declaration, is an
 * error: never half an incident.
 */
export function replayIncident(
  stored: readonly RecordedEvent[],
  before?: IncidentState,
): Result<ReplayedIncident | undefined, UnreadableEvent> {
  let state = before;
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
