/** How risky a change is, and with it how much budget it needs. */
export type RiskClass = "routine" | "risky" | "chaos" | "automation" | "emergency";

/** One level of a budget policy: in force while the remaining budget is above its floor. */
export type BudgetLevel = {
  readonly name: string;
  /** The level holds while remaining > this; the last level's is -Infinity in effect (undefined). */
  readonly aboveRatio?: number;
  /** What the team does at this level, in words. */
  readonly action: string;
};

/** A named rule of a policy, such as `halt deployments at 50 % burned`. */
export type BudgetRule = {
  readonly name: string;
  /** Holds once consumed >= this. */
  readonly atConsumedRatio: number;
  readonly effect: "notify" | "halt";
};

/** What a team has agreed to do as its budget runs out. */
export type BudgetPolicy = {
  /** Highest first. */
  readonly levels: readonly BudgetLevel[];
  readonly rules: readonly BudgetRule[];
  /** The remaining budget that each risk class needs: strictly more than this ratio. `emergency` needs none. */
  readonly neededRatio: Readonly<Record<Exclude<RiskClass, "emergency">, number>>;
};
