import { describe, expect, it } from "vitest";
import { DEFAULT_BUDGET_POLICY } from "../budget/default-budget-policy.js";
import { declareFromAlert, factsAt, HOUR_MS, incidentAfter, MINUTE_MS, START_MS } from "../incident/alert.fixture.js";
import { declareFromExternal } from "../incident/external/external.fixture.js";
import { createLedger, planTiers } from "../ledger/index.js";
import type { Slo } from "../slo/slo.js";
import { createImpactStart, createIncidentShares } from "./incident-shares.js";

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

describe("what the ledger says of an incident", () => {
  it("is when the impact of an alert began, and what it took of the budget since", () => {
    const held = counted(7);
    expect(createImpactStart(held)(factsAt(START_MS))).toBe(START_MS - 7 * MINUTE_MS);
    const shares = createIncidentShares({ ...held, evaluation: () => undefined });
    expect(shares(incidentAfter(declareFromAlert()).state)).toMatchObject({
      kind: "measured",
      bad: 140,
      fromMs: START_MS - 7 * MINUTE_MS,
    });
  });

  it("is not known of an incident that no alert of the engine opened", () => {
    const shares = createIncidentShares({ ...counted(7), evaluation: () => undefined });
    expect(shares(incidentAfter(declareFromExternal()).state)).toMatchObject({ kind: "unknown" });
  });

  it("is nothing for an objective that is not measured, or not configured", () => {
    const { ledger } = counted(7);
    expect(createImpactStart({ ledger, slos: [] })(factsAt(START_MS))).toBeUndefined();
    const other = { ...SLO, id: "other" };
    expect(createImpactStart({ ledger, slos: [other] })(factsAt(START_MS, { sloId: "other" }))).toBeUndefined();
  });
});
