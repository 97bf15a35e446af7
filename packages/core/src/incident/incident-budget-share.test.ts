import { describe, expect, it } from "vitest";
import {
  alertAt,
  DAY_MS,
  declareFromAlert,
  evaluationAt,
  HOUR_MS,
  incidentAfter,
  START_MS,
  type EvaluationChanges,
} from "./alert.fixture.js";
import { incidentBudgetShare, isLargeIncident, LARGE_INCIDENT_RATIO } from "./incident-budget-share.js";
import type { IncidentState } from "./incident.js";

const END_MS = START_MS + HOUR_MS;
const month = { fromMs: START_MS - 20 * DAY_MS, toMs: START_MS + 10 * DAY_MS, lengthMs: 30 * DAY_MS };

function shareOf(start: EvaluationChanges, end: EvaluationChanges, ruleId = "page-1h") {
  return incidentBudgetShare(lasted(start, end, ruleId));
}

function lasted(start: EvaluationChanges, end: EvaluationChanges, ruleId = "page-1h"): IncidentState {
  return incidentAfter(declareFromAlert({ evaluation: evaluationAt(START_MS, start), ruleId }), {
    type: "update-alert",
    atMs: END_MS,
    actor: "engine",
    causeId: "over",
    alert: alertAt("alert.resolved", END_MS, { evaluation: evaluationAt(END_MS, end) }),
  }).state;
}

describe("the budget that an incident consumed", () => {
  it("is exact within one calendar period: bad events between, over those allowed at the end", () => {
    expect(shareOf({ bad: 300, period: month }, { bad: 550, total: 2_000_000, period: month })).toEqual({
      kind: "measured",
      bad: 250,
      allowedBad: 2000,
      shareRatio: 0.125,
      fromMs: START_MS,
      toMs: END_MS,
      exactness: "exact",
      leftMs: 0,
      edgeBad: 0,
      leadRatioAtMost: 0.02,
    });
  });

  it("is net of what left while a rolling period moved on, and says by how much it moved", () => {
    const edge = (bad: number) => ({
      allowedBad: 1000,
      bad: 300,
      total: 1_000_000,
      consumedRatio: 0.3,
      remainingRatio: 0.7,
      edge: { bad, total: 9 },
    });
    expect(shareOf({ budget: edge(2) }, { budget: { ...edge(3), bad: 290 } })).toMatchObject({
      bad: -10,
      shareRatio: -0.01,
      exactness: "net-of-left",
      leftMs: HOUR_MS,
      edgeBad: 5,
    });
  });

  it("counts from the new period's start when one began meanwhile", () => {
    const next = { fromMs: START_MS + 10, toMs: START_MS + 30 * DAY_MS, lengthMs: 30 * DAY_MS };
    const budget = {
      allowedBad: 100,
      bad: 40,
      total: 100_000,
      consumedRatio: 0.4,
      remainingRatio: 0.6,
      edge: { bad: 1, total: 1 },
    };
    expect(shareOf({ bad: 900, period: month }, { budget, period: next })).toMatchObject({
      bad: 40,
      shareRatio: 0.4,
      fromMs: START_MS + 10,
      toMs: END_MS,
      exactness: "turned-over",
      edgeBad: 1,
    });
    expect(shareOf({ period: month }, { budget, period: { ...next, fromMs: START_MS } })).toMatchObject({
      exactness: "turned-over",
    });
    expect(shareOf({ period: month }, { budget, period: { ...next, fromMs: START_MS - 1 } })).toMatchObject({
      exactness: "net-of-left",
    });
  });

  it("bounds what burned before by the long window of the rule that fired", () => {
    expect(shareOf({ longBad: 70 }, {})).toMatchObject({ leadRatioAtMost: 0.07 });
    expect(shareOf({ longBad: 70 }, {}, "another-rule")).toMatchObject({ leadRatioAtMost: 0 });
  });

  it("is not known without a measurement, without traffic, and over a change of the objective", () => {
    const { state } = incidentAfter({
      type: "declare",
      atMs: START_MS,
      actor: "ada",
      causeId: "1",
      incidentId: "INC-001",
      origin: { kind: "person", title: "Slow", severity: "SEV3", service: "payments" },
    });
    expect(incidentBudgetShare(state)).toEqual({
      kind: "unknown",
      reason: "no SLO was evaluated when the incident was declared",
    });
    const { latestEvaluation: _latest, ...unfinished } = lasted({}, {});
    expect(incidentBudgetShare(unfinished).kind).toBe("unknown");
    expect(shareOf({}, { total: 0, bad: 0 })).toEqual({
      kind: "unknown",
      reason: "the period has no events to allow a share of",
    });
    const changed = { kind: "unknown", reason: "the objective changed during the incident" };
    expect(shareOf({}, { sloVersion: 2 })).toEqual(changed);
    expect(shareOf({}, { sloId: "other" })).toEqual(changed);
  });

  it("is large from more than a fifth on, or from what policy says", () => {
    const fifth = shareOf({ bad: 0, period: month }, { bad: 200, period: month });
    expect(LARGE_INCIDENT_RATIO).toBe(0.2);
    expect(isLargeIncident(fifth)).toBe(false);
    expect(isLargeIncident(fifth, 0.19)).toBe(true);
    expect(isLargeIncident(shareOf({ bad: 0, period: month }, { bad: 201, period: month }))).toBe(true);
    expect(isLargeIncident({ kind: "unknown", reason: "" })).toBe(false);
  });
});
