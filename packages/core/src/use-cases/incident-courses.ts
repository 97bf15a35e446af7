import { PlimsollError } from "../errors/plimsoll-error.js";
import type { IncidentEvent } from "../incident/incident-event.js";
import { replayIncident } from "../incident/parse-incident-event.js";
import type { IncidentState } from "../incident/incident.js";
import type { EventStore, StoredEvent } from "../ports/event-store.js";

/** An incident as it stood with one of its events. */
export type IncidentMoment = { readonly state: IncidentState; readonly event: IncidentEvent };

/** How many incidents are remembered as they stood last; more are read from their beginning. */
const MOST_REMEMBERED = 256;

/**
 * Makes an incident as it stood with an event, not as it stands now; undefined when nothing of it is stored. The events
 * of an incident mostly come in their order, so each begins from where the last one ended: what is stored never changes.
 */
export function incidentCourses(
  events: Pick<EventStore, "read">,
): (event: Pick<StoredEvent, "stream" | "version">) => Promise<IncidentMoment | undefined> {
  const remembered = new Map<string, IncidentState>();

  return async ({ stream, version }) => {
    const known = remembered.get(stream);
    const before = known !== undefined && known.version < version ? known : undefined;
    const course = await events.read(stream, before?.version);
    const replayed = replayIncident(
      course.filter((event) => event.version <= version),
      before,
    );
    if (!replayed.ok)
      throw new PlimsollError({ code: "unreadable-event", message: replayed.error.message, retryable: false });
    const event = replayed.value?.events.at(-1);
    if (replayed.value === undefined || event === undefined) return undefined;
    const { state } = replayed.value;
    remembered.delete(stream);
    remembered.set(stream, state);
    for (const oldest of remembered.keys()) {
      if (remembered.size <= MOST_REMEMBERED) break;
      remembered.delete(oldest);
    }
    return { state, event };
  };
}
