import type { SloView } from "@plimsoll/core";
import { expect, it } from "vitest";
import { sloMetricsText } from "./slo-metrics.js";

const view = (verdict: "healthy" | "no-data") =>
  ({
    slo: { id: "a", service: "s", target: 0.99 },
    evaluation: {
      budget: { remainingRatio: 1 },
      sliRatio: undefined,
      coverageRatio: 1,
      rules: [],
      verdict: { kind: verdict, reasons: [] },
    },
  }) as unknown as SloView;

it("has no remaining budget for an objective that was never measured", () => {
  const sample = 'plimsoll_slo_budget_remaining_ratio{slo="a",service="s"} 1\n';
  expect(sloMetricsText([view("healthy")])).toContain(sample);
  expect(sloMetricsText([view("no-data")])).not.toContain(sample);
  expect(sloMetricsText([view("no-data")])).toContain('verdict="no-data"} 1');
});
