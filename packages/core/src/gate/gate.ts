import type { RiskClass } from "../budget/budget-policy.js";
import type { CoveredTime } from "../slo/correction.js";

/** May this change go now, for these services? */
export type GateQuestion = {
  readonly risk: RiskClass;
  /** Empty means every service. */
  readonly services: readonly string[];
  /** Required for `emergency`; audited. */
  readonly reason?: string;
  readonly requestedBy?: string;
};

/** One reason behind a gate's answer, as data and in words. */
export type GateReason = {
  readonly code:
    | "budget-low"
    | "budget-enough"
    | "burn-fast"
    | "page-burn"
    | "freeze-window"
    | "unknown-budget"
    | "frozen-data"
    | "policy-halt"
    | "override"
    | "emergency"
    | "emergency-without-reason"
    | "no-objectives";
  readonly sloId?: string;
  readonly message: string;
};

/** The gate's answer. Unknown is not allow. */
export type GateAnswer = {
  readonly decision: "allow" | "deny" | "unknown";
  readonly reasons: readonly GateReason[];
  readonly atMs: number;
  readonly question: GateQuestion;
};

/** A time in which no risky change goes, such as a holiday. */
export type FreezeWindow = {
  readonly id: string;
  readonly name: string;
  readonly services: readonly string[] | "all";
  readonly covers: CoveredTime;
  /** Risk classes that it stops; `emergency` is never stopped. */
  readonly stops: readonly Exclude<RiskClass, "emergency">[];
};

/** A person's decision to let changes pass a closed gate for a while. */
export type GateOverride = {
  readonly id: string;
  readonly author: string;
  readonly reason: string;
  readonly services: readonly string[] | "all";
  readonly risks: readonly RiskClass[];
  readonly fromMs: number;
  /** An override always expires. */
  readonly expiresMs: number;
};
