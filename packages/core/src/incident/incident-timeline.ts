import { formatLabels } from "../alert/labels.js";
import { cutTitle, endWords } from "./external/external-facts.js";
import { groupWords } from "./external/incident-group.js";
import { formatDuration } from "../slo/duration.js";
import type { AlertChange, ExternalChange, IncidentEvent } from "./incident-event.js";
import { utcWords } from "./instant-words.js";
import { shareWords } from "./share-words.js";
import type { ClockKind } from "./people/target-breach.js";

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

const EXTERNAL_WORDS: Readonly<Record<ExternalChange, string>> = {
  fired: "fired again",
  changed: "changed",
  resolved: "resolved",
  joined: "joined",
};

const BREACH_WORDS: Readonly<Record<ClockKind, string>> = {
  acknowledge: "Not acknowledged",
  escalate: "Nobody called",
  stakeholders: "No word to stakeholders",
};

/** Tells an incident's events as a timeline, in their order, in UTC. */
export function incidentTimeline(events: readonly IncidentEvent[]): readonly TimelineEntry[] {
  return events.map((event) => ({
    atMs: event.atMs,
    at: utcWords(event.atMs),
    actor: event.actor,
    kind: event.type.slice("incident.".length) as TimelineEntry["kind"],
    text: WORDS[event.type](event as never),
  }));
}

type Words = {
  readonly [Type in IncidentEvent["type"]]: (event: Extract<IncidentEvent, { readonly type: Type }>) => string;
};

const WORDS: Words = {
  "incident.declared": ({ data }) => {
    const from = data.splitFrom === undefined ? "" : `, split from ${data.splitFrom}`;
    const words = `${data.severity} declared (${data.severityReason})${from}: ${data.title}`;
    const explanation = (data.alert ?? data.external)?.explanation;
    return explanation === undefined ? words : `${words}. ${explanation}`;
  },
  "incident.acknowledged": () => "Acknowledged",
  "incident.unacknowledged": ({ data }) => `Acknowledgement taken back: ${data.reason}`,
  "incident.mitigation-started": ({ data }) => `Mitigation began: ${data.text}`,
  "incident.mitigated": ({ data }) => `Mitigated: ${data.text}`,
  "incident.severity-changed": ({ data }) => `Severity changed from ${data.from} to ${data.to}: ${data.reason}`,
  "incident.noted": ({ data }) => data.text,
  "incident.evidence-attached": ({ data }) => {
    const { id, kind, source, fromMs, toMs, summary } = data.evidence;
    return `Evidence ${id} (${kind} from ${source}, ${utcWords(fromMs)} to ${utcWords(toMs)}): ${summary}`;
  },
  "incident.alert-updated": ({ data: { change, alert, suppressedBy } }) => {
    const by = suppressedBy === undefined ? "" : ` while ${suppressedBy} pages`;
    return `${ALERT_WORDS[change]}${by} (${alert.tier}). ${alert.explanation}`;
  },
  "incident.external-updated": ({ data: { change, external, group } }) => {
    const { explanation, labels, severity, source } = external;
    const words = external.silentMs === undefined ? EXTERNAL_WORDS[change] : endWords(external);
    const why = group === undefined ? "" : ` with ${groupWords(group)}`;
    return `The alert ${cutTitle(formatLabels(labels))} of ${source} ${words}${why} (${severity}). ${explanation}`;
  },
  "incident.alert-traced": ({ data }) => `Which rules ${data.key} met was recorded`,
  "incident.resolved": ({ data }) =>
    `${data.how === "alert" ? "Resolved, as its alert did" : "Resolved by hand"}: ${data.reason}`,
  "incident.reopened": ({ data }) => `Reopened: ${data.reason}`,
  "incident.closed": ({ data }) => {
    const how = data.how === "auto" ? "Closed by itself" : "Closed by hand";
    return data.reason === "" ? how : `${how}: ${data.reason}`;
  },
  "incident.escalated": ({ data }) =>
    `Escalation step ${data.step}: ${data.to.join(", ")} called by ${data.channel}: ${data.reason}`,
  "incident.role-assigned": ({ data }) => `${data.person} is ${data.role}`,
  "incident.role-handed-over": ({ data }) =>
    `${data.role} handed over from ${data.from} to ${data.to}: ${data.handedOver}`,
  "incident.role-released": ({ data }) => `${data.person} is no longer ${data.role}: ${data.reason}`,
  "incident.status-updated": ({ data }) => `Update for ${data.audience}: ${data.text}`,
  "incident.stakeholders-told": ({ data }) => `Stakeholders told: ${data.person} by ${data.channel}`,
  "incident.target-breached": ({ data: { breach } }) => {
    const allowed = formatDuration(breach.dueAtMs - breach.startedAtMs);
    return `Target missed: ${BREACH_WORDS[breach.kind]} within the ${allowed} that ${breach.severity} asks for, due at ${utcWords(breach.dueAtMs)}`;
  },
  "incident.linked": ({ data: { link } }) => `Linked to the ${link.kind} ${link.id}: ${link.relation}`,
  "incident.unlinked": ({ data }) => `No longer linked to the ${data.kind} ${data.id}`,
  "incident.merged": ({ data }) => `Merged into ${data.into}: ${data.reason}`,
  "incident.absorbed": ({ data }) => {
    const count = data.alerts.length;
    const alerts = count === 0 ? "no alert" : data.alerts.map(({ key }) => key).join(", ");
    return `Goes on with ${data.from} (${alerts}): ${data.reason}`;
  },
  "incident.split-off": ({ data }) => {
    const keys = data.keys.length === 0 ? "" : ` with ${data.keys.join(", ")}`;
    return `Split off ${data.into}${keys}: ${data.reason}`;
  },
  "incident.action-added": ({ data }) =>
    `Action item ${data.actionId} (${data.priority}, ${data.owner}, due ${utcWords(data.dueAtMs)}): ${data.title}`,
  "incident.action-changed": ({ data }) =>
    `Action item ${data.actionId} is now ${data.priority}, ${data.owner}, due ${utcWords(data.dueAtMs)}: ${data.title}. Because: ${data.reason}`,
  "incident.action-done": ({ data }) => `Action item ${data.actionId} is done: ${data.outcome}`,
  "incident.action-dropped": ({ data }) => `Action item ${data.actionId} was dropped: ${data.reason}`,
  "incident.postmortem-edited": ({ data }) => `Postmortem: ${data.section} edited`,
  "incident.postmortem-restored": ({ data }) => `Postmortem: ${data.section} is the generated one again`,
  "incident.postmortem-reviewed": ({ data }) =>
    `Postmortem: ${data.status}${data.comment === "" ? "" : `: ${data.comment}`}`,
  "incident.cost-recorded": ({ data: { share } }) => `Cost: ${shareWords(share)}`,
};
