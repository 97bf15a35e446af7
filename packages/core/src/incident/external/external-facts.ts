import type { ExternalAlert } from "../../alert/external-alert.js";
import { labelOf, type Labels } from "../../alert/labels.js";
import { formatDuration } from "../../slo/duration.js";
import type { Severity } from "../severity.js";
import { externalSeverity } from "./label-severities.js";

/** What an incident's events keep of an alert that somebody else's rules raised. */
export type ExternalFacts = {
  /** What is deduplicated by, apart from every SLO's keys: see `externalKey`. */
  readonly key: string;
  /** The key and the instant it began: one per firing. */
  readonly alertId: string;
  readonly source: string;
  readonly title: string;
  readonly explanation: string;
  readonly service: string;
  /** What it asks for; see `externalSeverity`. */
  readonly severity: Severity;
  readonly severityReason: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly status: "firing" | "resolved";
  readonly startsAtMs: number;
  readonly endsAtMs?: number;
  /** It ended as it was not sent again for this long; absent where its source said that it is over. */
  readonly silentMs?: number;
  readonly generatorUrl?: string;
  /** When this was learnt. */
  readonly atMs: number;
};

/** What whoever routes an alert knows better than its labels. */
export type ExternalFactsOptions = {
  /** When it was taken in. */
  readonly atMs: number;
  readonly service?: string;
  readonly severity?: Severity;
  /** Only this long a silence of its source ended it. */
  readonly silentMs?: number;
};

const RECEIVER_SAYS = "its route says so";
const SERVICE_LABELS = ["service", "job", "app", "namespace"] as const;
const TITLE_LENGTH = 200; // a line on a phone and in a list; the annotations keep the whole

/** Names what an alert from elsewhere is deduplicated by in the register that SLOs' alerts use too. */
export function externalKey(alert: Pick<ExternalAlert, "key">): string {
  return `external/${alert.key}`;
}

/** Reads from its labels what service an alert is about. */
function externalService(labels: Labels): string {
  return firstOf(labels, SERVICE_LABELS) ?? "unknown";
}

/** What the receiver of an alert said better than its labels do, as far as its incident can tell. */
export function receiverSaid(facts: ExternalFacts): Pick<ExternalFactsOptions, "service" | "severity"> {
  const { labels, service, severity, severityReason } = facts;
  return {
    ...(service === externalService(labels) ? {} : { service }),
    ...(severityReason === RECEIVER_SAYS ? { severity } : {}),
  };
}

/** Takes from an alert what its incident keeps. */
export function externalFacts(alert: ExternalAlert, options: ExternalFactsOptions): ExternalFacts {
  const { atMs, service, severity, silentMs } = options;
  const { annotations, endsAtMs, generatorUrl, labels, source, startsAtMs, status } = alert;
  const key = externalKey(alert);
  const title = firstOf(annotations, ["summary", "title"]) ?? firstOf(labels, ["alertname"]) ?? alert.fingerprint;
  const own = externalSeverity(labels);
  return {
    key,
    alertId: `${key}@${new Date(startsAtMs).toISOString()}`,
    source,
    title: cutTitle(title),
    explanation: firstOf(annotations, ["description", "message"]) ?? title,
    service: service ?? externalService(labels),
    severity: severity ?? own.severity,
    severityReason: severity === undefined ? own.because : RECEIVER_SAYS,
    labels,
    annotations,
    status,
    startsAtMs,
    ...(status === "resolved" && endsAtMs !== undefined ? { endsAtMs } : {}),
    ...(silentMs === undefined ? {} : { silentMs }),
    ...(generatorUrl === undefined ? {} : { generatorUrl }),
    atMs,
  };
}

/** Says of an alert that ended how that is known: silence of its source is no word that it is over. */
export function endWords({ silentMs }: Pick<ExternalFacts, "silentMs">): string {
  if (silentMs === undefined) return "is over";
  return `was not sent again for ${formatDuration(silentMs)}; nobody said that it is over`;
}

/** The first of some labels that says something, on one line. */
function firstOf(labels: Labels, names: readonly string[]): string | undefined {
  return names.map((name) => labelOf(labels, name).replace(/\s+/g, " ").trim()).find((text) => text !== "");
}

/** Cuts a title to what a line has room for, without what it ends with. */
export function cutTitle(text: string, end = ""): string {
  const room = TITLE_LENGTH - end.length;
  return `${text.length <= room ? text : `${text.slice(0, room - 1)}…`}${end}`;
}
