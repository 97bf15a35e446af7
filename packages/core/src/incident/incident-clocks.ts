import { isOpenStatus } from "./incident-lifecycle.js";
import type { IncidentRound, IncidentState } from "./incident.js";
import { isWorseSeverity, RESPONSE_TARGETS, type Severity } from "./severity.js";

/** When things happened, and how long they took. A duration is absent while what it measures has not happened. */
export type IncidentTimes = {
  readonly startedAtMs?: number;
  readonly detectedAtMs: number;
  readonly declaredAtMs: number;
  /** The first acknowledgement. */
  readonly acknowledgedAtMs?: number;
  /** The last resolution; absent while open. */
  readonly resolvedAtMs?: number;
  readonly closedAtMs?: number;
  /** Detection minus start of the impact. */
  readonly timeToDetectMs?: number;
  /** First acknowledgement minus detection. */
  readonly timeToAcknowledgeMs?: number;
  /** Last resolution minus detection: quiet time between a resolution and a reopening is within it. */
  readonly timeToResolveMs?: number;
  /** The sum of the rounds that are over: quiet time between them is not within it. */
  readonly openMs: number;
};

/** Computes an incident's times and durations from its events. */
export function incidentTimes(state: IncidentState): IncidentTimes {
  const { startedAtMs, detectedAtMs, declaredAtMs, closedAtMs, rounds } = state;
  const acknowledgedAtMs = rounds.find((round) => round.acknowledgedAtMs !== undefined)?.acknowledgedAtMs;
  const resolvedAtMs = isOpenStatus(state.status) ? undefined : rounds.at(-1)?.resolvedAtMs;
  const openMs = rounds.reduce((sum, round) => sum + ((round.resolvedAtMs ?? round.openedAtMs) - round.openedAtMs), 0);
  return {
    ...(startedAtMs === undefined ? {} : { startedAtMs, timeToDetectMs: detectedAtMs - startedAtMs }),
    detectedAtMs,
    declaredAtMs,
    ...(acknowledgedAtMs === undefined
      ? {}
      : { acknowledgedAtMs, timeToAcknowledgeMs: acknowledgedAtMs - detectedAtMs }),
    ...(resolvedAtMs === undefined ? {} : { resolvedAtMs, timeToResolveMs: resolvedAtMs - detectedAtMs }),
    ...(closedAtMs === undefined ? {} : { closedAtMs }),
    openMs,
  };
}

/** One response target, timed. A change of severity starts another clock, and an earlier breach stays visible. */
export type ResponseClock = {
  readonly kind: "acknowledge";
  /** Which opening it belongs to, from 0. */
  readonly round: number;
  readonly severity: Severity;
  /** When the incident came to be this bad or worse within the round. */
  readonly startedAtMs: number;
  readonly dueAtMs: number;
  /**
   * `met`: acknowledged in time. `breached`: it came due unacknowledged, by `lateMs` so far or in the end.
   * `moot`: before it came due, the severity changed or the incident resolved. `running`: none of these yet.
   */
  readonly outcome: "met" | "breached" | "moot" | "running";
  readonly lateMs: number;
};

/** Times an incident's answers against the targets of the severities that it had, in order. */
export function responseClocks(state: IncidentState, nowMs: number): readonly ResponseClock[] {
  return state.rounds.flatMap((round, index) => roundClocks(state, round, index, nowMs));
}

type Segment = { readonly severity: Severity; readonly fromMs: number; readonly untilMs: number };

function roundClocks(
  state: IncidentState,
  round: IncidentRound,
  index: number,
  nowMs: number,
): readonly ResponseClock[] {
  const stoppedAtMs = round.acknowledgedAtMs ?? round.resolvedAtMs ?? Infinity;
  const segments = severitySegments(state, round.openedAtMs, stoppedAtMs);
  return segments.flatMap((segment, position) => {
    const { acknowledgeMs } = RESPONSE_TARGETS[segment.severity];
    if (acknowledgeMs === undefined) return [];
    const startedAtMs = asBadSince(segments.slice(0, position + 1), segment);
    const dueAtMs = startedAtMs + acknowledgeMs;
    const running = segment.untilMs === Infinity;
    const lateMs = Math.max(0, (running ? nowMs : segment.untilMs) - dueAtMs);
    const answered = segment.untilMs === round.acknowledgedAtMs;
    const inTime = running ? "running" : answered ? "met" : "moot";
    return [
      {
        kind: "acknowledge",
        round: index,
        severity: segment.severity,
        startedAtMs,
        dueAtMs,
        outcome: lateMs > 0 ? "breached" : inTime,
        lateMs,
      },
    ];
  });
}

/** The severities that held between a round's opening and its answer, each for some time. */
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
