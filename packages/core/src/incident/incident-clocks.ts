import { isOpenStatus } from "./incident-lifecycle.js";
import type { IncidentRound, IncidentState } from "./incident.js";
import { isStakeholderAudience } from "./people/status-update.js";
import type { ClockKind, TargetBreach } from "./people/target-breach.js";
import { isWorseSeverity, RESPONSE_TARGETS, type Severity } from "./severity.js";

/** When things happened, and how long they took. A duration is absent while what it measures has not happened. */
export type IncidentTimes = {
  readonly startedAtMs?: number;
  readonly detectedAtMs: number;
  readonly declaredAtMs: number;
  /** The first acknowledgement. */
  readonly acknowledgedAtMs?: number;
  /** The first time that somebody said that the impact had ended. */
  readonly mitigatedAtMs?: number;
  /** The last resolution; absent while open. */
  readonly resolvedAtMs?: number;
  readonly closedAtMs?: number;
  /** Detection minus start of the impact. */
  readonly timeToDetectMs?: number;
  /** First acknowledgement minus detection. */
  readonly timeToAcknowledgeMs?: number;
  /** First mitigation minus detection. */
  readonly timeToMitigateMs?: number;
  /** Last resolution minus detection: quiet time between a resolution and a reopening is within it. */
  readonly timeToResolveMs?: number;
  /** The sum of the rounds that are over: quiet time between them is not within it. */
  readonly openMs: number;
};

/** Computes an incident's times and durations from its events. */
export function incidentTimes(state: IncidentState): IncidentTimes {
  const { startedAtMs, detectedAtMs, declaredAtMs, closedAtMs, rounds } = state;
  const acknowledgedAtMs = rounds.find((round) => round.acknowledgedAtMs !== undefined)?.acknowledgedAtMs;
  const mitigatedAtMs = rounds.find((round) => round.mitigatedAtMs !== undefined)?.mitigatedAtMs;
  const resolvedAtMs = isOpenStatus(state.status) ? undefined : rounds.at(-1)?.resolvedAtMs;
  const openMs = rounds.reduce((sum, round) => sum + ((round.resolvedAtMs ?? round.openedAtMs) - round.openedAtMs), 0);
  return {
    ...(startedAtMs === undefined ? {} : { startedAtMs, timeToDetectMs: detectedAtMs - startedAtMs }),
    detectedAtMs,
    declaredAtMs,
    ...(acknowledgedAtMs === undefined
      ? {}
      : { acknowledgedAtMs, timeToAcknowledgeMs: acknowledgedAtMs - detectedAtMs }),
    ...(mitigatedAtMs === undefined ? {} : { mitigatedAtMs, timeToMitigateMs: mitigatedAtMs - detectedAtMs }),
    ...(resolvedAtMs === undefined ? {} : { resolvedAtMs, timeToResolveMs: resolvedAtMs - detectedAtMs }),
    ...(closedAtMs === undefined ? {} : { closedAtMs }),
    openMs,
  };
}

/** One target, timed. A change of severity starts another clock, and an earlier breach stays visible. */
export type IncidentClock = {
  readonly kind: ClockKind;
  /** Which opening it belongs to, from 0. */
  readonly round: number;
  readonly severity: Severity;
  /** When the incident came to be this bad or worse within what is timed. */
  readonly startedAtMs: number;
  readonly dueAtMs: number;
  /**
   * `met`: done in time. `breached`: it came due undone, by `lateMs` so far or in the end.
   * `moot`: before it came due, the severity changed or the incident ended. `running`: none of these yet.
   */
  readonly outcome: "met" | "breached" | "moot" | "running";
  readonly lateMs: number;
};

/** The target for an answer, timed. */
export type ResponseClock = IncidentClock & { readonly kind: "acknowledge" };

/** Times an incident's answers against the targets of the severities that it had, in order. */
export function responseClocks(state: IncidentState, nowMs: number): readonly ResponseClock[] {
  return clocksOf(state, "acknowledge", nowMs).map((clock) => ({ ...clock, kind: "acknowledge" }));
}

/**
 * Times everything that severities ask for: answers, calls to people, and words to stakeholders, in this order.
 *
 * An answer that is taken back starts the clock for another. Calls are those that `escalate` recorded; an answer makes
 * them needless. Every word to stakeholders starts the clock for the next, until the incident is resolved: what a person
 * wrote for them, and what the engine told them, once it has arrived.
 */
export function incidentClocks(state: IncidentState, nowMs: number): readonly IncidentClock[] {
  return (["acknowledge", "escalate", "stakeholders"] as const).flatMap((kind) => clocksOf(state, kind, nowMs));
}

/** The targets that were missed up to an instant, as `record-breach` takes them. */
export function breachedTargets(state: IncidentState, nowMs: number): readonly TargetBreach[] {
  return incidentClocks(state, nowMs)
    .filter(({ outcome }) => outcome === "breached")
    .map(({ kind, round, severity, startedAtMs, dueAtMs }) => ({ kind, round, severity, startedAtMs, dueAtMs }));
}

/** A stretch in which something is waited for: it ends with that, or with the round, or goes on. */
type Wait = { readonly fromMs: number; readonly doneAtMs: number | undefined; readonly endsAtMs: number };

type Segment = { readonly severity: Severity; readonly fromMs: number; readonly untilMs: number };

function clocksOf(state: IncidentState, kind: ClockKind, nowMs: number): readonly IncidentClock[] {
  return state.rounds.flatMap((round, index) =>
    waitsFor(kind, state, round).flatMap((wait) => waitClocks(state, wait, { kind, round: index, nowMs })),
  );
}

function waitsFor(kind: ClockKind, state: IncidentState, round: IncidentRound): readonly Wait[] {
  // A merged incident was never resolved: its last round ends with it.
  const endsAtMs = round.resolvedAtMs ?? state.closedAtMs ?? Infinity;
  const within = (atMs: number): boolean => atMs >= round.openedAtMs && atMs <= endsAtMs;
  // An answer in the instant in which one round ends and the next begins is the next one's.
  const answers = round.acknowledgedAtMs === undefined ? [] : state.answers.filter(({ fromMs }) => within(fromMs));
  switch (kind) {
    case "acknowledge": {
      const opened = { fromMs: round.openedAtMs, doneAtMs: answers[0]?.fromMs, endsAtMs };
      const again = answers.flatMap(({ takenBackAtMs }, position) =>
        takenBackAtMs === undefined
          ? []
          : [{ fromMs: takenBackAtMs, doneAtMs: answers[position + 1]?.fromMs, endsAtMs }],
      );
      return [opened, ...again];
    }
    case "escalate": {
      const done = [...state.calls.map(({ atMs }) => atMs), ...answers.map(({ fromMs }) => fromMs)].filter(within);
      const doneAtMs = done.length === 0 ? undefined : Math.min(...done);
      return [{ fromMs: round.openedAtMs, doneAtMs, endsAtMs }];
    }
    case "stakeholders": {
      const words = [
        ...state.statusUpdates.filter(({ audience }) => isStakeholderAudience(audience)),
        ...state.notices,
      ];
      const told = [...new Set(words.map(({ atMs }) => atMs))].filter(within).toSorted((one, other) => one - other);
      return [round.openedAtMs, ...told].map((fromMs, position) => ({ fromMs, doneAtMs: told[position], endsAtMs }));
    }
  }
}

function targetMs(kind: ClockKind, severity: Severity): number | undefined {
  const { acknowledgeMs, escalateMs, stakeholdersMs } = RESPONSE_TARGETS[severity];
  return { acknowledge: acknowledgeMs, escalate: escalateMs, stakeholders: stakeholdersMs }[kind];
}

function waitClocks(
  state: IncidentState,
  wait: Wait,
  { kind, nowMs, round }: { readonly kind: ClockKind; readonly round: number; readonly nowMs: number },
): readonly IncidentClock[] {
  const segments = severitySegments(state, wait.fromMs, wait.doneAtMs ?? wait.endsAtMs);
  return segments.flatMap((segment, position) => {
    const allowedMs = targetMs(kind, segment.severity);
    if (allowedMs === undefined) return [];
    const startedAtMs = asBadSince(segments.slice(0, position + 1), segment);
    const dueAtMs = startedAtMs + allowedMs;
    const running = segment.untilMs === Infinity;
    const lateMs = Math.max(0, (running ? nowMs : segment.untilMs) - dueAtMs);
    const done = segment.untilMs === wait.doneAtMs;
    const inTime = running ? "running" : done ? "met" : "moot";
    const { severity } = segment;
    return [
      { kind, round, severity, startedAtMs, dueAtMs, outcome: lateMs > 0 ? "breached" : inTime, lateMs } as const,
    ];
  });
}

/** The severities that held between the start and the end of a wait, each for some time. */
function severitySegments(state: IncidentState, openedAtMs: number, stoppedAtMs: number): readonly Segment[] {
  return state.severities.flatMap(({ severity, atMs }, position) => {
    const supersededAtMs = state.severities[position + 1]?.atMs ?? Infinity;
    const fromMs = Math.max(atMs, openedAtMs);
    const untilMs = Math.min(supersededAtMs, stoppedAtMs);
    // An answer in the instant of opening is an answer still.
    const atOnce = stoppedAtMs === openedAtMs && fromMs === openedAtMs && supersededAtMs > openedAtMs;
    return fromMs < untilMs || atOnce ? [{ severity, fromMs, untilMs }] : [];
  });
}

/** Since when, without a break up to the last segment, it has been as bad as `segment` or worse. */
function asBadSince(segments: readonly Segment[], segment: Segment): number {
  let sinceMs = segment.fromMs;
  for (const earlier of segments.toReversed()) {
    if (isWorseSeverity(segment.severity, earlier.severity)) break;
    sinceMs = earlier.fromMs;
  }
  return sinceMs;
}
