import { describe, expect, it } from "vitest";
import type { AlertFacts } from "../alert/alert.js";
import { history, historyReader } from "../evaluation/evaluation.fixture.js";
import {
  alertAt,
  DAY_MS,
  declareFromAlert,
  evaluationAt,
  factsAt,
  HOUR_MS,
  incidentAfter,
  MINUTE_MS,
  shareOf,
  START_MS,
  type EvaluationChanges,
} from "./alert.fixture.js";
import {
  alertImpactStart,
  incidentBudgetShare,
  isLargeIncident,
  LARGE_INCIDENT_RATIO,
  type HeldCounts,
} from "./incident-budget-share.js";
import type { IncidentState } from "./incident.js";

const END_MS = START_MS + HOUR_MS;
const HELD_SINCE_MS = START_MS - 2 * HOUR_MS;

/** A thousand events a minute, one of them bad; while it lasts so many more are. */
function counts(burst: { fromMinute: number; toMinute: number; bad: number }, oldestMs = HELD_SINCE_MS): HeldCounts {
  const slices = history({ fromMs: HELD_SINCE_MS, toMs: END_MS + HOUR_MS }, (atMs) => {
    const minute = (atMs - START_MS) / MINUTE_MS;
    const burns = minute >= burst.fromMinute && minute < burst.toMinute;
    return { bad: burns ? burst.bad : 0.5, total: 1000 };
  });
  return { sliceMs: MINUTE_MS, oldestMs, read: historyReader(slices) };
}

const BURST = counts({ fromMinute: -19, toMinute: 10, bad: 11 });

function lasted(
  start: EvaluationChanges = {},
  end: EvaluationChanges = {},
  asked: { readonly ruleId?: string; readonly startedAtMs?: number; readonly kind?: "burn" | "data-loss" } = {},
): IncidentState {
  const { kind = "burn", ruleId = "page-1h", startedAtMs } = asked;
  const declare = declareFromAlert({ evaluation: evaluationAt(START_MS, start), kind, ruleId });
  return incidentAfter(
    { ...declare, ...(startedAtMs === undefined ? {} : { startedAtMs }) },
    {
      type: "update-alert",
      atMs: END_MS,
      actor: "engine",
      causeId: "over",
      alert: alertAt("alert.resolved", END_MS, { kind, evaluation: evaluationAt(END_MS, end) }),
    },
  ).state;
}

describe("the budget that an incident consumed", () => {
  it("is what went bad from the start of its impact to its end, whatever left the period meanwhile", () => {
    const left = {
      allowedBad: 20_000,
      bad: -4510,
      total: 20_000_000,
      consumedRatio: 0,
      remainingRatio: 1,
      edge: { bad: 9, total: 9 },
    };
    expect(incidentBudgetShare(lasted({ bad: 300 }, { budget: left }), BURST)).toEqual({
      kind: "measured",
      sloId: "payments-availability",
      basis: "alert",
      bad: 29 * 11 + 50 * 0.5,
      allowedBad: 20_000,
      shareRatio: (29 * 11 + 50 * 0.5) / 20_000,
      fromMs: START_MS - 19 * MINUTE_MS,
      toMs: END_MS,
      reach: "whole",
      edgeBad: 0,
    });
  });

  it("begins within the long window of the rule that fired, there where the budget's own rate was last kept", () => {
    const began = (fromMinute: number, ruleId = "page-1h", bad = 11) => {
      const share = incidentBudgetShare(lasted({}, {}, { ruleId }), counts({ fromMinute, toMinute: 10, bad }));
      return share.kind === "measured" ? (share.fromMs - START_MS) / MINUTE_MS : share.reason;
    };
    expect(began(-1)).toBe(-1);
    expect(began(-60)).toBe(-60);
    expect(began(-90)).toBe(-60);
    expect(began(-30, "page-1h", 1)).toBe(0);
    expect(began(-30, "another-rule")).toBe(0);
  });

  it("begins when somebody said that it did, but no later than it was noticed", () => {
    const from = (startedAtMs: number) => incidentBudgetShare(lasted({}, {}, { startedAtMs }), BURST);
    expect(from(START_MS - 100 * MINUTE_MS)).toMatchObject({ fromMs: START_MS - 100 * MINUTE_MS, bad: 319 + 131 / 2 });
    expect(from(START_MS + MINUTE_MS)).toMatchObject({ fromMs: START_MS });
  });

  it("ends with the last whole slice, and says how much may lie outside where cells are coarse", () => {
    const end = evaluationAt(END_MS + 59_999);
    const coarse: HeldCounts = {
      ...BURST,
      read: (fromMs, toMs) => ({ ...BURST.read(fromMs, toMs), edge: { bad: 7, total: 9 } }),
    };
    expect(incidentBudgetShare(lasted(), coarse, end)).toMatchObject({ toMs: END_MS, edgeBad: 7 });
    expect(incidentBudgetShare(lasted(), BURST, evaluationAt(END_MS + MINUTE_MS))).toMatchObject({
      toMs: END_MS + MINUTE_MS,
    });
  });

  it("is counted from the slice in which the rule's data end, were they not the alert's own instant", () => {
    const { rules } = evaluationAt(START_MS - 30_000);
    expect(incidentBudgetShare(lasted({ rules }), counts({ fromMinute: 0, toMinute: 9, bad: 11 }))).toMatchObject({
      fromMs: START_MS - MINUTE_MS,
    });
  });

  it("is only what lies in the period where one began meanwhile", () => {
    const next = (fromMs: number) => ({ fromMs, toMs: fromMs + 30 * DAY_MS, lengthMs: 30 * DAY_MS });
    expect(incidentBudgetShare(lasted({}, { period: next(START_MS + 5 * MINUTE_MS) }), BURST)).toMatchObject({
      bad: 55 + 25,
      fromMs: START_MS + 5 * MINUTE_MS,
      reach: "period-only",
    });
    expect(incidentBudgetShare(lasted({}, { period: next(START_MS - 19 * MINUTE_MS) }), BURST)).toMatchObject({
      reach: "whole",
    });
    // A person may have said that it began long ago; what began only now has spent nothing yet.
    expect(incidentBudgetShare(lasted({}, { period: next(END_MS + 1) }), BURST)).toMatchObject({ bad: 0 });
  });

  it("is none where data were missing, which are neither good nor bad", () => {
    expect(incidentBudgetShare(lasted({}, {}, { kind: "data-loss" }), BURST)).toEqual({
      kind: "none",
      reason: "missing data are neither good nor bad",
    });
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
    expect(incidentBudgetShare(state, BURST)).toEqual({
      kind: "unknown",
      reason: "no SLO was evaluated when the incident was declared",
    });
    const { latestEvaluation: _latest, ...unfinished } = lasted();
    expect(incidentBudgetShare(unfinished, BURST).kind).toBe("unknown");
    expect(incidentBudgetShare(lasted({}, { total: 0, bad: 0 }), BURST)).toEqual({
      kind: "unknown",
      reason: "the period has no events to allow a share of",
    });
    const changed = { kind: "unknown", reason: "the objective changed during the incident" };
    expect(incidentBudgetShare(lasted({}, { sloVersion: 2 }), BURST)).toEqual(changed);
    expect(incidentBudgetShare(lasted({}, { sloId: "other" }), BURST)).toEqual(changed);
  });

  it("is not known where what was counted then is gone", () => {
    expect(incidentBudgetShare(lasted(), undefined)).toEqual({
      kind: "unknown",
      reason: "its objective is not measured any more",
    });
    const since = (oldestMs: number) =>
      incidentBudgetShare(lasted(), counts({ fromMinute: -19, toMinute: 10, bad: 11 }, oldestMs));
    expect(since(START_MS - HOUR_MS).kind).toBe("measured");
    expect(since(START_MS - HOUR_MS + 1)).toEqual({
      kind: "unknown",
      reason: "what was counted then is held no more, or only by the day",
    });
    const { ruleId: _none, ...noRule } = { ruleId: "another-rule", startedAtMs: START_MS };
    const short = counts({ fromMinute: 0, toMinute: 10, bad: 11 }, START_MS - MINUTE_MS);
    expect(incidentBudgetShare(lasted({}, {}, noRule), short).kind).toBe("measured");
    expect(incidentBudgetShare(lasted({}, {}, noRule), { ...short, oldestMs: START_MS }).kind).toBe("unknown");
    const cells = (hours: number): HeldCounts => ({
      ...BURST,
      read: (fromMs, toMs) => ({ ...BURST.read(fromMs, toMs), fromMs: toMs - hours * HOUR_MS }),
    });
    expect(incidentBudgetShare(lasted({}, {}, noRule), cells(6)).kind).toBe("measured");
    expect(incidentBudgetShare(lasted({}, {}, noRule), cells(24)).kind).toBe("unknown");
  });

  it("is the same, whether the start of the impact was found when it was declared or is looked for now", () => {
    const startedAtMs = alertImpactStart(factsAt(START_MS), BURST) ?? 0;
    expect(incidentBudgetShare(lasted({}, {}, { startedAtMs }), BURST)).toEqual(incidentBudgetShare(lasted(), BURST));
    // What was found then is known, also where it is not held for as long as the search would need.
    const kept = { ...BURST, oldestMs: START_MS - 19 * MINUTE_MS };
    expect(incidentBudgetShare(lasted({}, {}, { startedAtMs }), kept).kind).toBe("measured");
    expect(incidentBudgetShare(lasted(), kept).kind).toBe("unknown");
  });

  it("is large from more than a fifth on, or from what policy says", () => {
    const spent = (shareRatio: number) => shareOf(1, { shareRatio });
    expect(LARGE_INCIDENT_RATIO).toBe(0.2);
    expect(isLargeIncident(spent(0.2))).toBe(false);
    expect(isLargeIncident(spent(0.2), 0.19)).toBe(true);
    expect(isLargeIncident(spent(0.201))).toBe(true);
    expect(isLargeIncident({ kind: "unknown", reason: "" })).toBe(false);
    expect(isLargeIncident({ kind: "none", reason: "" })).toBe(false);
  });
});

describe("when the impact of an alert began", () => {
  const began = (changes: Partial<AlertFacts>, held: HeldCounts) => {
    const startMs = alertImpactStart(factsAt(START_MS, changes), held);
    return startMs === undefined ? undefined : (startMs - START_MS) / MINUTE_MS;
  };

  it("is where the budget's own rate was last kept, within the long window of its rule", () => {
    for (const fromMinute of [-1, -19, -60]) {
      expect(began({}, counts({ fromMinute, toMinute: 10, bad: 11 }))).toBe(fromMinute);
    }
    expect(began({}, counts({ fromMinute: -90, toMinute: 10, bad: 11 }))).toBe(-60);
  });

  it("is not known where the counts show no such point, its rule is not known, or data were lost", () => {
    expect(began({}, counts({ fromMinute: -30, toMinute: 10, bad: 1 }))).toBeUndefined();
    expect(began({ ruleId: "another-rule" }, BURST)).toBeUndefined();
    const { ruleId: _none, ...ruleless } = factsAt(START_MS);
    expect(alertImpactStart(ruleless, BURST)).toBeUndefined();
    expect(began({ kind: "data-loss" }, BURST)).toBeUndefined();
  });

  it("is not known where the whole window is not held, or only by the day", () => {
    const since = (oldestMs: number) => began({}, { ...BURST, oldestMs });
    expect(since(START_MS - HOUR_MS)).toBe(-19);
    expect(since(START_MS - HOUR_MS + 1)).toBeUndefined();
    const coarse: HeldCounts = {
      ...BURST,
      read: (fromMs, toMs) => ({ ...BURST.read(fromMs, toMs), fromMs: toMs - 6 * HOUR_MS - 1 }),
    };
    expect(began({}, coarse)).toBeUndefined();
  });
});
