import { describe, expect, it } from "vitest";
import { DEFAULT_BUDGET_POLICY } from "../budget/default-budget-policy.js";
import {
  declareFromAlert,
  factsAt,
  HOUR_MS,
  incidentAfter,
  MINUTE_MS,
  shareOf,
  START_MS,
} from "../incident/alert.fixture.js";
import { declareFromExternal } from "../incident/external/external.fixture.js";
import { createLedger, planTiers } from "../ledger/index.js";
import type { Slo } from "../slo/slo.js";
import { createIncidentShares } from "./incident-shares.js";

const SLO: Slo = {
  id: "payments-availability",
  service: "payments",
  version: 1,
  target: 0.999,
  window: { kind: "rolling", lengthMs: 24 * HOUR_MS },
  sli: { kind: "events", selector: { source: "test", query: {} } },
  mode: "active",
  gapIs: "gap",
  alerting: { rules: [], minBadEvents: 3, suppressedBy: [] },
  policy: DEFAULT_BUDGET_POLICY,
};

/** Two hours of slices up to the alert, of which the last so many minutes burn. */
function counted(minutes: number) {
  const fromMs = START_MS - 2 * HOUR_MS;
  const tiers = planTiers({ sliceMs: MINUTE_MS, longestWindowMs: 24 * HOUR_MS });
  const ledger = createLedger({ tiers, nowMs: fromMs });
  const column = ledger.addColumn(SLO.id, fromMs);
  for (let atMs = fromMs; atMs < START_MS; atMs += MINUTE_MS) {
    ledger.advanceTo(atMs + MINUTE_MS);
    ledger.record(column, atMs, { bad: atMs < START_MS - minutes * MINUTE_MS ? 0 : 20, total: 100 });
  }
  return { slos: [SLO], ledger };
}

const END_MS = START_MS + 5 * MINUTE_MS;
const unknowing = { evaluation: () => undefined, nowMs: () => START_MS };
const seen = { type: "acknowledge", actor: "ann", atMs: END_MS, causeId: "seen" } as const;
const over = { type: "resolve", reason: "over", actor: "ann", atMs: END_MS, causeId: "over" } as const;

describe("what the ledger says of an incident", () => {
  it("is when the impact of an alert began, and what it took of the budget since", () => {
    const { impactStart, shares } = createIncidentShares({ ...counted(7), ...unknowing });
    expect(impactStart(factsAt(START_MS))).toBe(START_MS - 7 * MINUTE_MS);
    expect(shares(incidentAfter(declareFromAlert()).state)).toMatchObject({
      kind: "measured",
      basis: "alert",
      bad: 140,
      fromMs: START_MS - 7 * MINUTE_MS,
    });
  });

  it("is what the objectives of its service lost meanwhile where no alert of the engine opened it", () => {
    const { shares } = createIncidentShares({ ...counted(7), ...unknowing });
    expect(shares(incidentAfter(declareFromExternal()).state)).toMatchObject({
      kind: "measured",
      basis: "service",
      sloId: SLO.id,
      bad: 20,
    });
  });

  it("looks at no shadow, at no other service's and at nothing that is not measured", () => {
    const { ledger } = counted(7);
    const others = [
      { ...SLO, mode: "shadow" as const },
      { ...SLO, service: "checkout" },
      { ...SLO, id: "unmeasured" },
    ];
    const { shares } = createIncidentShares({ ledger, slos: others, ...unknowing });
    expect(shares(incidentAfter(declareFromExternal()).state)).toEqual({
      kind: "unknown",
      reason: "no objective of its service is measured",
    });
  });

  it("is what was recorded when it had ended, once its slices are held no more, until it opens again", () => {
    const { ledger } = counted(7);
    const { shares } = createIncidentShares({ ledger, slos: [], ...unknowing });
    const share = shareOf(42);
    const kept = { type: "record-cost", round: 0, share, actor: "engine", atMs: END_MS, causeId: "cost" } as const;
    const again = { type: "reopen", reason: "again", actor: "ann", atMs: END_MS, causeId: "again" } as const;
    expect(shares(incidentAfter(declareFromAlert(), seen, over).state)).toMatchObject({ kind: "unknown" });
    expect(shares(incidentAfter(declareFromAlert(), seen, over, kept).state)).toBe(share);
    expect(shares(incidentAfter(declareFromAlert(), seen, over, kept, again).state)).toMatchObject({ kind: "unknown" });
    const twice = [
      declareFromAlert(),
      seen,
      over,
      kept,
      again,
      { ...seen, causeId: "seen again" },
      { ...over, causeId: "over again" },
    ];
    expect(shares(incidentAfter(...twice).state)).toMatchObject({ kind: "unknown" });
  });

  it("is what is still counted rather than what was recorded, as some may have come late", () => {
    const { shares } = createIncidentShares({ ...counted(7), ...unknowing });
    const kept = {
      type: "record-cost",
      round: 0,
      share: shareOf(42),
      actor: "engine",
      atMs: END_MS,
      causeId: "cost",
    } as const;
    expect(shares(incidentAfter(declareFromAlert(), seen, over, kept).state)).toMatchObject({ bad: 140 });
  });

  it("is nothing for an objective that is not measured, or not configured", () => {
    const { ledger } = counted(7);
    const starts = (slos: readonly Slo[]) => createIncidentShares({ ledger, slos, ...unknowing }).impactStart;
    expect(starts([])(factsAt(START_MS))).toBeUndefined();
    const other = { ...SLO, id: "other" };
    expect(starts([other])(factsAt(START_MS, { sloId: "other" }))).toBeUndefined();
  });
});
