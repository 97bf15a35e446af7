import type { AlertChange, IncidentEvent } from "./incident-event.js";
import { utcWords } from "./instant-words.js";

/** One line of an incident's story. The text is plain and as people and tools wrote it: escape it for where it is shown. */
export type TimelineEntry = {
  readonly atMs: number;
  /** The instant in words, in UTC. */
  readonly at: string;
  readonly actor: string;
  /** The event's type without its prefix. */
  readonly kind: IncidentEvent["type"] extends `incident.${infer Kind}` ? Kind : never;
  readonly text: string;
};

const ALERT_WORDS: Readonly<Record<AlertChange, string>> = {
  fired: "The alert fired again",
  escalated: "The alert escalated",
  eased: "The alert eased",
  resolved: "The alert resolved",
  frozen: "The alert froze: its data are missing",
  thawed: "The alert thawed: its data are back",
  suppressed: "The alert is held back",
  unsuppressed: "The alert is no longer held back",
};

/** Tells an incident's events as a timeline, in their order, in UTC. */
export function incidentTimeline(events: readonly IncidentEvent[]): readonly TimelineEntry[] {
  return events.map((event) => ({
    atMs: event.atMs,
    at: utcWords(event.atMs),
    actor: event.actor,
    ...told(event),
  }));
}

function told(event: IncidentEvent): Pick<TimelineEntry, "kind" | "text"> {
  switch (event.type) {
    case "incident.declared": {
      const { severity, severityReason, title, alert } = event.data;
      const words = `${severity} declared (${severityReason}): ${title}`;
      return { kind: "declared", text: alert === undefined ? words : `${words}. ${alert.explanation}` };
    }
    case "incident.acknowledged":
      return { kind: "acknowledged", text: "Acknowledged" };
    case "incident.severity-changed": {
      const { from, to, reason } = event.data;
      return { kind: "severity-changed", text: `Severity changed from ${from} to ${to}: ${reason}` };
    }
    case "incident.noted":
      return { kind: "noted", text: event.data.text };
    case "incident.evidence-attached": {
      const { id, kind, source, fromMs, toMs, summary } = event.data.evidence;
      const interval = `${utcWords(fromMs)} to ${utcWords(toMs)}`;
      return { kind: "evidence-attached", text: `Evidence ${id} (${kind} from ${source}, ${interval}): ${summary}` };
    }
    case "incident.alert-updated": {
      const { change, alert, suppressedBy } = event.data;
      const by = suppressedBy === undefined ? "" : ` while ${suppressedBy} pages`;
      return { kind: "alert-updated", text: `${ALERT_WORDS[change]}${by} (${alert.tier}). ${alert.explanation}` };
    }
    case "incident.resolved": {
      const how = event.data.how === "alert" ? "Resolved, as its alert did" : "Resolved by hand";
      return { kind: "resolved", text: `${how}: ${event.data.reason}` };
    }
    case "incident.reopened":
      return { kind: "reopened", text: `Reopened: ${event.data.reason}` };
    case "incident.closed": {
      const how = event.data.how === "auto" ? "Closed by itself" : "Closed by hand";
      return { kind: "closed", text: event.data.reason === "" ? how : `${how}: ${event.data.reason}` };
    }
  }
}
