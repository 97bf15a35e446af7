import { describe, expect, it } from "vitest";
import { DEFAULT_BUDGET_POLICY } from "../budget/default-budget-policy.js";
import { defineSlo } from "./define-slo.js";
import { resolveRules } from "./resolve-rules.js";

const DAY_MS = 86_400_000;
const SLICE = { sliceMs: 15_000 };
const least = {
  id: "web",
  service: "web",
  target: 0.99,
  sli: { kind: "events", selector: { source: "mine", query: {} } },
} as const;

describe("an SLO of which only what matters is said", () => {
  it("has the rules, the policy and the caution of plimsoll.yaml", () => {
    expect(defineSlo({ ...least, window: "30d" }, SLICE)).toEqual({
      ...least,
      version: 1,
      window: { kind: "rolling", lengthMs: 30 * DAY_MS },
      mode: "active",
      gapIs: "gap",
      policy: DEFAULT_BUDGET_POLICY,
      alerting: {
        rules: resolveRules("google", { periodMs: 30 * DAY_MS, ...SLICE }),
        minBadEvents: 3,
        suppressedBy: [],
      },
    });
  });

  it("keeps what is said, also a part of how it alerts", () => {
    const window = { kind: "calendar", unit: "month", zone: "UTC", fiscalYearStart: 1 } as const;
    const alerting = { minBadEvents: 20, suppressedBy: ["db"] };
    const slo = defineSlo({ ...least, window, alerting, mode: "shadow", gapIs: "bad", version: 2 }, SLICE);
    expect(slo).toMatchObject({ window, mode: "shadow", gapIs: "bad", version: 2, alerting });
    expect(slo.alerting.rules).toEqual(resolveRules("google", { periodMs: 30 * DAY_MS, ...SLICE }));
    expect(defineSlo({ ...least, window, alerting: { rules: [] } }, SLICE).alerting).toEqual({
      rules: [],
      minBadEvents: 3,
      suppressedBy: [],
    });
  });

  it("needs a window that is a duration", () => {
    expect(() => defineSlo({ ...least, window: "a month" }, SLICE)).toThrow(
      new RangeError(
        'the window of an SLO: "a month" is not a duration: write whole numbers with w, d, h, m, s or ms, longest first, such as 1h30m, 30d or 4w',
      ),
    );
  });
});
