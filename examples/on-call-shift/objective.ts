import { DEFAULT_BUDGET_POLICY, type Slo } from "@plimsoll/core";

export const SLICE_MS = 15_000;
const MINUTE_MS = 60_000;
export const PERIOD_MS = 7 * 86_400_000;
const FACTOR = 10;
const LONG_MS = 5 * MINUTE_MS;

/** 99 % of payments succeed over seven days; a page when they fail at more than ten times the rate that this allows. */
export const objective: Slo = {
  id: "payments-availability",
  service: "payments",
  version: 1,
  target: 0.99,
  window: { kind: "rolling", lengthMs: PERIOD_MS },
  sli: { kind: "events", selector: { source: "shop", query: {} } },
  mode: "active",
  gapIs: "gap",
  policy: DEFAULT_BUDGET_POLICY,
  alerting: {
    rules: [
      {
        id: "page-5m",
        tier: "page",
        longMs: LONG_MS,
        shortMs: MINUTE_MS,
        factor: FACTOR,
        budgetShare: (FACTOR * LONG_MS) / PERIOD_MS,
        comparison: ">",
      },
    ],
    minBadEvents: 3,
    suppressedBy: [],
  },
};
