import { formatLabels, labelFingerprint, type Labels } from "../alert/labels.js";

/** One rule that an alert met, and when: the data that `traceWords` puts into words. */
export type TracedRule = { readonly atMs: number } & (
  | { readonly rule: "deduplicated"; readonly sinceMs: number }
  | { readonly rule: "route-taken"; readonly routeId: string; readonly receiver: string }
  | {
      readonly rule: "grouped";
      readonly groupId: string;
      readonly receiver: string;
      readonly labels: Labels;
      /** How many others are in the group. */
      readonly others: number;
      readonly dueAtMs: number;
    }
  | {
      readonly rule: "silenced";
      readonly silenceId: string;
      readonly author: string;
      readonly reason: string;
      readonly endsAtMs: number;
    }
  | { readonly rule: "inhibited"; readonly name: string; readonly sourceKey: string }
  | { readonly rule: "muted"; readonly receiver: string; readonly interval: string }
  | { readonly rule: "not-active"; readonly receiver: string; readonly intervals: readonly string[] }
  | { readonly rule: "maintenance"; readonly windowId: string; readonly reason: string; readonly endsAtMs: number }
  | { readonly rule: "notified"; readonly groupId: string; readonly receiver: string; readonly why: NoticeReason }
  | { readonly rule: "nothing-new"; readonly groupId: string; readonly receiver: string; readonly repeatAtMs: number }
  | { readonly rule: "over-before-told"; readonly groupId: string; readonly receiver: string }
  /** The three below are of the engine's own alerts; see `decideIntake`, the low-traffic rule and dependency suppression. */
  | { readonly rule: "cooldown"; readonly incidentId: string; readonly reason: string }
  | { readonly rule: "low-traffic"; readonly reason: string }
  | { readonly rule: "suppressed"; readonly by: string }
);

/** Why a group tells of its alerts. */
export type NoticeReason = "first" | "new-alerts" | "all-resolved" | "some-resolved" | "repeat";

const NOTICE_WORDS: Readonly<Record<NoticeReason, string>> = {
  first: "it is the group's first",
  "new-alerts": "an alert is new in the group",
  "all-resolved": "all of the group are over",
  "some-resolved": "some of the group are over",
  repeat: "the repeat interval has passed",
};

/** Says in a sentence what a rule did with the alert. */
export function traceWords(traced: TracedRule): string {
  switch (traced.rule) {
    case "deduplicated":
      return `deduplicated: the same alert has fired since ${instant(traced.sinceMs)}`;
    case "route-taken":
      return `the route ${traced.routeId} took it for ${traced.receiver}`;
    case "grouped":
      return `grouped by ${formatLabels(traced.labels)} with ${traced.others} others for ${traced.receiver}; due at ${instant(traced.dueAtMs)}`;
    case "silenced":
      return `silenced until ${instant(traced.endsAtMs)} by ${traced.author}: ${traced.reason} (silence ${traced.silenceId})`;
    case "inhibited":
      return `inhibited by the rule ${traced.name} while ${traced.sourceKey} fires`;
    case "muted":
      return `${traced.receiver} is not told: its route is muted by the time interval ${traced.interval}`;
    case "not-active":
      return `${traced.receiver} is not told: its route is active only in ${traced.intervals.join(", ")}`;
    case "maintenance":
      return `escalation is paused until ${instant(traced.endsAtMs)} by the maintenance window ${traced.windowId}: ${traced.reason}`;
    case "notified":
      return `${traced.receiver} is told, as ${NOTICE_WORDS[traced.why]}`;
    case "nothing-new":
      return `${traced.receiver} is not told again: nothing is new, and the next repeat is at ${instant(traced.repeatAtMs)}`;
    case "over-before-told":
      return `${traced.receiver} is not told: it was over before the group was due`;
    case "cooldown":
      return `within its cooldown it goes to ${traced.incidentId}: ${traced.reason}`;
    case "low-traffic":
      return `a ticket and no page, as there is little traffic: ${traced.reason}`;
    case "suppressed":
      return `held back while ${traced.by}, which it depends on, pages`;
  }
}

/** Whether somebody was told, and all that the alert met, oldest first. */
export type TraceExplanation = {
  readonly told: readonly string[];
  readonly lines: readonly string[];
};

/** Answers why an alert paged, or why not. */
export function explainTrace(trace: readonly TracedRule[]): TraceExplanation {
  const inOrder = trace.toSorted((a, b) => a.atMs - b.atMs);
  return {
    told: [...new Set(inOrder.flatMap((traced) => (traced.rule === "notified" ? [traced.receiver] : [])))],
    lines: inOrder.map((traced) => `${instant(traced.atMs)} ${traceWords(traced)}`),
  };
}

function instant(atMs: number): string {
  return new Date(atMs).toISOString();
}

/**
 * Names what of a trace is the alert's own news: equal for traces that differ only in when, and in what the others of its
 * group had their receiver told.
 */
export function ownTraceId(trace: readonly TracedRule[]): string {
  const own = trace
    .filter(({ rule }) => rule !== "nothing-new")
    .map((traced) => JSON.stringify({ ...traced, atMs: 0, ...(traced.rule === "notified" ? { why: "told" } : {}) }));
  return labelFingerprint({ trace: [...new Set(own)].join("\n") });
}
