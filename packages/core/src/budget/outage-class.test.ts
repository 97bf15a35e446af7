import { expect, test } from "vitest";
import { outageClassShares } from "./outage-class.js";

test("a class of outage over 20 % of a quarter's budget needs a P0 in the next plan", () => {
  const incidents = [
    { outageClass: "network", bad: 20 },
    { outageClass: "bad deploy", bad: 15 },
    { outageClass: "bad deploy", bad: 6 },
  ];
  expect(outageClassShares({ incidents, quarterTotal: 100_000, target: 0.999 })).toEqual([
    { outageClass: "bad deploy", incidents: 2, budgetShare: expect.closeTo(0.21, 12), needsP0InPlan: true },
    { outageClass: "network", incidents: 1, budgetShare: expect.closeTo(0.2, 12), needsP0InPlan: false },
  ]);
  expect(outageClassShares({ incidents: [], quarterTotal: 0, target: 0.999 })).toEqual([]);
});
