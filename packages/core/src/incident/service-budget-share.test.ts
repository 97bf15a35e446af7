import { describe, expect, it } from "vitest";
import { history, historyReader } from "../evaluation/evaluation.fixture.js";
import { DAY_MS, HOUR_MS, incidentAfter, MINUTE_MS, START_MS } from "./alert.fixture.js";
import { declareFromExternal } from "./external/external.fixture.js";
import type { HeldCounts } from "./incident-budget-share.js";
import type { IncidentState } from "./incident.js";
import { serviceBudgetShare, type HeldObjective } from "./service-budget-share.js";

const HELD_SINCE_MS = START_MS - 2 * HOUR_MS;
const END_MS = START_MS + 30 * MINUTE_MS;

/** A thousand events a minute over five hours, of which so many are bad from 12 minutes before the alert to 8 after it. */
function lost(bad: number, held: Partial<HeldCounts> = {}): HeldCounts {
  const slices = history({ fromMs: HELD_SINCE_MS, toMs: END_MS + 2 * HOUR_MS }, (atMs) => {
    const minute = (atMs - START_MS) / MINUTE_MS;
    return { bad: minute >= -12 && minute < 8 ? bad : 0, total: 1000 };
  });
  return { sliceMs: MINUTE_MS, oldestMs: HELD_SINCE_MS, read: historyReader(slices), ...held };
}

function objective(id: string, held: HeldCounts, lengthMs = HOUR_MS): HeldObjective {
  return { slo: { id, target: 0.99, window: { kind: "rolling", lengthMs } }, held };
}

/** From a minute before it was declared, as the alert says, to half an hour after. */
function ended(): IncidentState {
  const asked = { atMs: END_MS, actor: "ann" };
  return incidentAfter(
    declareFromExternal(),
    { type: "acknowledge", ...asked, causeId: "seen" },
    { type: "resolve", reason: "Cards work again", ...asked, causeId: "end" },
  ).state;
}

describe("what a service's budgets lost while an incident lasted that no alert of the engine opened", () => {
  it("is counted from its start, as its source says, to its end, of what the period then allows", () => {
    expect(serviceBudgetShare(ended(), [objective("cards", lost(50))], END_MS + HOUR_MS)).toEqual({
      kind: "measured",
      sloId: "cards",
      basis: "service",
      bad: 9 * 50,
      allowedBad: expect.closeTo(0.01 * 60_000),
      shareRatio: expect.closeTo(450 / 600),
      fromMs: START_MS - MINUTE_MS,
      toMs: END_MS,
      reach: "whole",
      edgeBad: 0,
    });
  });

  it("is counted up to now while it goes on, a slice that has begun with it", () => {
    const going = incidentAfter(declareFromExternal()).state;
    const now = START_MS + 4 * MINUTE_MS + 1;
    expect(serviceBudgetShare(going, [objective("cards", lost(50))], now)).toMatchObject({
      bad: 6 * 50,
      toMs: START_MS + 5 * MINUTE_MS,
    });
    // A clock that went back meanwhile makes it no shorter than nothing.
    expect(serviceBudgetShare(going, [objective("cards", lost(50))], START_MS - HOUR_MS)).toMatchObject({ bad: 0 });
  });

  it("begins when it was noticed where nobody says when the impact did", () => {
    const declared = incidentAfter({
      type: "declare",
      atMs: START_MS,
      actor: "ann",
      causeId: "told",
      incidentId: "INC-001",
      origin: { kind: "person", title: "Slow", severity: "SEV3", service: "payments" },
    }).state;
    const share = serviceBudgetShare(declared, [objective("cards", lost(50))], END_MS);
    expect(share).toMatchObject({ bad: 8 * 50, fromMs: START_MS });
  });

  it("is that of the objective that lost the largest share, and of one that is known before one that is not", () => {
    const few = objective("few", lost(10));
    const most = objective("most", lost(50));
    const gone = objective("gone", lost(90, { oldestMs: END_MS }));
    for (const order of [
      [few, most, gone],
      [gone, most, few],
      [most, gone, few],
    ]) {
      expect(serviceBudgetShare(ended(), order, END_MS)).toMatchObject({ sloId: "most" });
    }
    expect(serviceBudgetShare(ended(), [objective("first", lost(10)), few], END_MS)).toMatchObject({ sloId: "first" });
  });

  it("counts only what is in the period at the end, and says so", () => {
    const short = objective("cards", lost(50), 25 * MINUTE_MS);
    expect(serviceBudgetShare(ended(), [short], END_MS)).toMatchObject({
      bad: 3 * 50,
      fromMs: START_MS + 5 * MINUTE_MS,
      reach: "period-only",
    });
  });

  it("says how much may lie outside where slices are held in coarser cells", () => {
    const fine = lost(50);
    const read: HeldCounts["read"] = (fromMs, toMs) => ({ ...fine.read(fromMs, toMs), edge: { bad: 7, total: 9 } });
    const share = serviceBudgetShare(ended(), [objective("cards", { ...fine, read })], END_MS);
    expect(share).toMatchObject({ edgeBad: 7 });
  });

  it.each([
    ["no objective of its service is measured", undefined],
    ["its period is held no more", lost(50, { oldestMs: END_MS - HOUR_MS + 1 })],
    ["what was counted then is held only by the day", byTheDay()],
    ["the period has no events to allow a share of", lost(50, { read: historyReader(new Map()) })],
  ])("is not known where %s", (reason, held) => {
    const objectives = held === undefined ? [] : [objective("cards", held)];
    expect(serviceBudgetShare(ended(), objectives, END_MS)).toEqual({ kind: "unknown", reason });
  });
});

function byTheDay(): HeldCounts {
  const fine = lost(50);
  const read: HeldCounts["read"] = (fromMs, toMs) => ({ ...fine.read(fromMs, toMs), fromMs, toMs: fromMs + DAY_MS });
  return { ...fine, read };
}
