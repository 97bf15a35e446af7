import type { AlertEvent, AlertFacts } from "../alert/alert.js";
import type { SloEvaluation, WindowBurn } from "../evaluation/evaluation.js";
import { decideIncident } from "./decide-incident.js";
import type { MeasuredShare } from "./measured-share.js";
import type { Evidence } from "./evidence.js";
import { evolveIncident } from "./evolve-incident.js";
import type { IncidentCommand } from "./incident-command.js";
import type { IncidentEvent } from "./incident-event.js";
import type { IncidentState } from "./incident.js";

// What this folder's tests start from: one objective of 99.9 % over 30 days, on one service.

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
/** 2026-11-21 10:00:00 UTC. */
export const START_MS = 1_795_255_200_000;

function windowBurn(lengthMs: number, atMs: number, bad: number, total: number): WindowBurn {
  const burnRate = total === 0 ? undefined : bad / total / 0.001;
  return { lengthMs, fromMs: atMs - lengthMs, toMs: atMs, bad, total, burnRate, coverageRatio: 1 };
}

export type EvaluationChanges = Partial<SloEvaluation> & {
  readonly shortBad?: number;
  readonly shortTotal?: number;
  readonly bad?: number;
  readonly total?: number;
  readonly longBad?: number;
};

export function evaluationAt(atMs: number, changes: EvaluationChanges = {}): SloEvaluation {
  const { shortBad = 20, shortTotal = 100, bad = 300, total = 1_000_000, longBad = 40, ...rest } = changes;
  return {
    sloId: "payments-availability",
    sloVersion: 1,
    service: "payments",
    atMs,
    target: 0.999,
    period: { fromMs: atMs - 30 * DAY_MS, toMs: atMs, lengthMs: 30 * DAY_MS },
    sliRatio: 1 - bad / total,
    coverageRatio: 1,
    watermarkMs: atMs,
    budget: {
      allowedBad: total / 1000,
      bad,
      total,
      consumedRatio: bad / (total / 1000),
      remainingRatio: 1 - bad / (total / 1000),
      edge: { bad: 0, total: 0 },
    },
    rules: [
      {
        ruleId: "page-1h",
        tier: "page",
        factor: 14.4,
        budgetShare: 0.02,
        long: windowBurn(HOUR_MS, atMs, longBad, 1200),
        short: windowBurn(5 * MINUTE_MS, atMs, shortBad, shortTotal),
        outcome: { kind: "firing", tier: "page" },
      },
    ],
    exhaustion: { kind: "in", durationMs: DAY_MS, burnRate: 20, windowMs: HOUR_MS },
    verdict: { kind: "firing", tier: "page", ruleId: "page-1h" },
    gateBurn: {
      oneHour: windowBurn(HOUR_MS, atMs, longBad, 1200),
      sixHours: windowBurn(6 * HOUR_MS, atMs, longBad, 7200),
    },
    dataLoss: false,
    mode: "active",
    ...rest,
  };
}

export function factsAt(atMs: number, changes: Partial<AlertFacts> = {}): AlertFacts {
  return {
    key: "payments-availability/burn",
    alertId: "payments-availability/burn@1",
    sloId: "payments-availability",
    service: "payments",
    kind: "burn",
    tier: "page",
    ruleId: "page-1h",
    atMs,
    explanation: "payments-availability pages: 33x over 1 h against 14.4x.",
    evaluation: evaluationAt(atMs),
    ...changes,
  };
}

export function alertAt(type: AlertEvent["type"], atMs: number, changes: Partial<AlertFacts> = {}): AlertEvent {
  const data = factsAt(atMs, changes);
  return type === "alert.suppressed"
    ? { type, data: { ...data, suppressedBy: "database-availability" } }
    : { type, data };
}

export function evidenceNamed(id: string, changes: Partial<Evidence> = {}): Evidence {
  return {
    id,
    kind: "logs",
    source: "cloudwatch",
    fromMs: START_MS - HOUR_MS,
    toMs: START_MS,
    hash: `hash-of-${id}`,
    summary: "Payments refuses connections",
    data: { lines: ["ECONNREFUSED"] },
    ...changes,
  };
}

export function declareFromAlert(changes: Partial<AlertFacts> = {}, atMs: number = START_MS): IncidentCommand {
  return {
    type: "declare",
    atMs,
    actor: "engine",
    causeId: "alert-event-1",
    incidentId: "INC-001",
    origin: { kind: "alert", alert: alertAt("alert.fired", atMs, changes), serviceTier: 1 },
  };
}

/** What an incident of 42 minutes spent, of a thousand bad events that its period allows. */
export function shareOf(bad: number, changes: Partial<MeasuredShare> = {}): MeasuredShare {
  return {
    kind: "measured",
    sloId: "payments-availability",
    basis: "alert",
    bad,
    allowedBad: 1000,
    shareRatio: bad / 1000,
    fromMs: START_MS,
    toMs: START_MS + 42 * MINUTE_MS,
    reach: "whole",
    edgeBad: 0,
    ...changes,
  };
}

/** Carries commands out in order and gives what they came to; throws where one is refused. */
export function incidentAfter(...commands: readonly IncidentCommand[]): {
  readonly state: IncidentState;
  readonly events: readonly IncidentEvent[];
} {
  let state: IncidentState | undefined;
  const events: IncidentEvent[] = [];
  for (const command of commands) {
    const decided = decideIncident(state, command);
    if (!decided.ok) throw new Error(decided.error.message);
    for (const event of decided.value) {
      events.push(event);
      state = evolveIncident(state, event);
    }
  }
  if (state === undefined) throw new Error("nothing was declared");
  return { state, events };
}
