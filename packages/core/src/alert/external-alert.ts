import { failure, success, type Result } from "../errors/result.js";
import { labelFingerprint, type Labels } from "./labels.js";

/**
 * An alert that somebody else's rules raised, in the one form that routing, incidents and storage know.
 *
 * The same `key` is the same alert, however often it is sent. A source that promises to send it again as long as it
 * fires gives it an end that `timesOut`; one that says itself when it is over gives none until then.
 */
export type ExternalAlert = {
  /** `<source>/<fingerprint>`: what is deduplicated by. */
  readonly key: string;
  /** The configured name of where it came in. */
  readonly source: string;
  /** Its source's own name for it, or else made from its labels; see `labelFingerprint`. */
  readonly fingerprint: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAtMs: number;
  /** When it ended, or will end unless it is sent again; absent while only its source's word can end it. */
  readonly endsAtMs?: number;
  /** The end was set on this side because its source gave none: a real end always wins over it. */
  readonly timesOut: boolean;
  /** As it stood when it was taken in: an end that has come is `resolved`. */
  readonly status: "firing" | "resolved";
  /** Where its rule can be looked at, on the web. */
  readonly generatorUrl?: string;
};

/** What a source says of an alert, before anything was filled in or checked. */
export type ReceivedAlert = {
  readonly source: string;
  readonly fingerprint?: string;
  readonly labels: Labels;
  readonly annotations?: Labels;
  readonly startsAtMs?: number;
  readonly endsAtMs?: number;
  /** The source says in so many words that it is over, or that it is not. */
  readonly status?: "firing" | "resolved";
  readonly generatorUrl?: string;
};

/** Why a received alert can not be taken in. `path` names the place inside it. */
export type ExternalAlertProblem = {
  readonly code:
    | "no-labels"
    | "too-many-labels"
    | "label-too-long"
    | "bad-fingerprint"
    | "ends-before-start"
    | "not-an-instant";
  readonly path: string;
  readonly message: string;
};

/** How much one alert may hold. Whoever may send alerts may not fill the store with one. */
export const EXTERNAL_ALERT_LIMITS = {
  labels: 128,
  annotations: 128,
  nameLength: 512,
  labelLength: 4_096, // patterns are matched against it, at a cost that grows with it
  annotationLength: 16_384,
  fingerprintLength: 256,
  urlLength: 2_048,
} as const;

/** When an alert is taken in, and what its source promises. */
export type ExternalAlertContext = {
  readonly nowMs: number;
  /** For a source that repeats what still fires: without a repeat it is over after this long. */
  readonly resolveTimeoutMs?: number;
};

/**
 * Fills in what a source left out and checks the rest, as Alertmanager's API does: labels without a value are none, an
 * alert without a start starts when it ends or else now, and one without an end times out where its source repeats.
 * Annotations that are too long are cut, as they are words for people; labels are not, as they are its identity. A link
 * that does not lead to the web is left out: rulers that know no address of their own send half of one.
 */
export function externalAlert(
  received: ReceivedAlert,
  { nowMs, resolveTimeoutMs }: ExternalAlertContext,
): Result<ExternalAlert, ExternalAlertProblem> {
  const labels = withoutEmpty(received.labels);
  const problem = labelProblem(labels) ?? fingerprintProblem(received.fingerprint) ?? instantProblem(received);
  if (problem !== undefined) return failure(problem);
  const url = received.generatorUrl ?? "";
  const over = received.status === "resolved" ? Math.min(received.endsAtMs ?? nowMs, nowMs) : undefined;
  const saidToEnd = over ?? received.endsAtMs;
  const timesOut = saidToEnd === undefined && resolveTimeoutMs !== undefined;
  const endsAtMs = timesOut ? nowMs + resolveTimeoutMs : saidToEnd;
  // A source whose clock is ahead may end an alert before it began, seen from here; ended it is all the same.
  const startsAtMs = Math.min(received.startsAtMs ?? Math.min(saidToEnd ?? nowMs, nowMs), over ?? Infinity);
  const fingerprint = received.fingerprint ?? labelFingerprint(labels);
  return success({
    key: `${received.source}/${fingerprint}`,
    source: received.source,
    fingerprint,
    labels,
    annotations: cutAnnotations(received.annotations ?? {}),
    startsAtMs,
    ...(endsAtMs === undefined ? {} : { endsAtMs }),
    timesOut,
    status: endsAtMs !== undefined && endsAtMs <= nowMs ? "resolved" : "firing",
    ...(isWebAddress(url) ? { generatorUrl: url } : {}),
  });
}

/** Tells whether an alert still fires at an instant; its end is the first instant at which it does not. */
export function firesAt(alert: Pick<ExternalAlert, "endsAtMs">, atMs: number): boolean {
  return alert.endsAtMs === undefined || alert.endsAtMs > atMs;
}

/**
 * Joins what is known of an alert with what was just received of the same key, as Alertmanager does: where their times
 * overlap it is the same firing, which began at the earlier start, and a real end wins over a timeout; otherwise the
 * received one is a firing of its own. Unlike there, late word of the end of an earlier firing does not end this one.
 */
export function mergeExternalAlert(known: ExternalAlert, received: ExternalAlert, nowMs: number): ExternalAlert {
  const receivedEndMs = received.endsAtMs ?? Infinity;
  if (received.startsAtMs < known.startsAtMs && receivedEndMs <= known.startsAtMs) return known;
  const overlaps = received.startsAtMs < (known.endsAtMs ?? Infinity) && known.startsAtMs < receivedEndMs;
  if (!overlaps) return received;
  const { endsAtMs: _, ...rest } = received;
  const { endsAtMs, timesOut } = joinedEnd(known, received, nowMs);
  const end = endsAtMs === undefined ? {} : { endsAtMs };
  return {
    ...rest,
    ...end,
    startsAtMs: Math.min(known.startsAtMs, received.startsAtMs),
    timesOut,
    status: firesAt(end, nowMs) ? "firing" : "resolved",
  };
}

type End = { readonly endsAtMs: number | undefined; readonly timesOut: boolean };

function joinedEnd(known: ExternalAlert, received: ExternalAlert, nowMs: number): End {
  const knownFires = firesAt(known, nowMs);
  const knownIsLater = (known.endsAtMs ?? Infinity) > (received.endsAtMs ?? Infinity);
  // Of two ends that have come the later one holds; of two that have not, also, unless it is only a timeout.
  const keepsKnown = firesAt(received, nowMs) ? knownFires && !known.timesOut : !knownFires;
  const { endsAtMs, timesOut } = knownIsLater && keepsKnown ? known : received;
  return { endsAtMs, timesOut };
}

function withoutEmpty(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ""));
}

function labelProblem(labels: Labels): ExternalAlertProblem | undefined {
  const { labels: most, nameLength, labelLength } = EXTERNAL_ALERT_LIMITS;
  const entries = Object.entries(labels);
  if (entries.length === 0) {
    return { code: "no-labels", path: "labels", message: "the alert has no label with a value; it needs at least one" };
  }
  if (entries.length > most) {
    const message = `the alert has ${entries.length} labels; ${most} are the most that one may have`;
    return { code: "too-many-labels", path: "labels", message };
  }
  for (const [name, value] of entries) {
    if (name === "" || name.length > nameLength) {
      const message = `a label's name has ${name.length} characters; it may have 1 to ${nameLength}`;
      return { code: "label-too-long", path: "labels", message };
    }
    if (value.length > labelLength) {
      const message = `the label ${name} has ${value.length} characters; ${labelLength} are the most that it may have`;
      return { code: "label-too-long", path: `labels.${name}`, message };
    }
  }
  return undefined;
}

function fingerprintProblem(fingerprint: string | undefined): ExternalAlertProblem | undefined {
  const most = EXTERNAL_ALERT_LIMITS.fingerprintLength;
  if (fingerprint === undefined || (fingerprint !== "" && fingerprint.length <= most)) return undefined;
  const message = `the fingerprint has ${fingerprint.length} characters; it may have 1 to ${most}, or be left out`;
  return { code: "bad-fingerprint", path: "fingerprint", message };
}

// The farthest instant that a Date can hold; beyond it nothing can be said in words.
const FARTHEST_MS = 8.64e15;

function instantProblem(received: ReceivedAlert): ExternalAlertProblem | undefined {
  for (const [path, value] of [
    ["startsAt", received.startsAtMs],
    ["endsAt", received.endsAtMs],
  ] as const) {
    if (value !== undefined && !(Math.abs(value) <= FARTHEST_MS)) {
      return { code: "not-an-instant", path, message: `${path} is no instant; give a date and a time with a zone` };
    }
  }
  const { startsAtMs, endsAtMs } = received;
  if (startsAtMs === undefined || endsAtMs === undefined || startsAtMs <= endsAtMs) return undefined;
  return {
    code: "ends-before-start",
    path: "endsAt",
    message: `endsAt ${instant(endsAtMs)} is before startsAt ${instant(startsAtMs)}; give an end that is not earlier, or none`,
  };
}

function cutAnnotations(annotations: Labels): Labels {
  const { annotations: most, nameLength, annotationLength } = EXTERNAL_ALERT_LIMITS;
  return Object.fromEntries(
    Object.entries(annotations)
      .filter(([name]) => name !== "" && name.length <= nameLength)
      .slice(0, most)
      .map(([name, value]) => [
        name,
        value.length <= annotationLength ? value : `${value.slice(0, annotationLength - 1)}…`,
      ]),
  );
}

// A link that a person is shown: only to the web, and never one that runs something or carries a password.
function isWebAddress(text: string): boolean {
  return text.length <= EXTERNAL_ALERT_LIMITS.urlLength && /^https?:\/\/[^\s/?#@\\]+(?:[/?#][^\s\\]*)?$/i.test(text);
}

function instant(atMs: number): string {
  return new Date(atMs).toISOString();
}
