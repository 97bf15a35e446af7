import type { BudgetPolicy } from "./budget-policy.js";

/** The policy of an SLO that states none. Source: SEMANTICS of this project, after Google's example error budget policy (The Site Reliability Workbook, appendix B). */
export const DEFAULT_BUDGET_POLICY: BudgetPolicy = {
  levels: [
    { name: "full-velocity", aboveRatio: 0.5, action: "Release at full velocity." },
    { name: "reliability-first", aboveRatio: 0.25, action: "Do reliability work first." },
    { name: "feature-freeze", aboveRatio: 0.1, action: "Freeze features; only critical fixes are released." },
    { name: "reliability-focus", aboveRatio: 0, action: "Work on nothing but reliability." },
    { name: "exhausted", action: "Release only P0 fixes and security changes until the budget recovers." },
  ],
  rules: [],
  neededRatio: { routine: 0.1, risky: 0.25, chaos: 0.5, automation: 0.1 },
};
