import type { BudgetPolicy } from "../budget/budget-policy.js";
import type { BurnRateRule } from "../burn-rate/burn-rate-rule.js";
import type { Sli } from "./sli.js";
import type { SloWindow } from "./slo-window.js";

/** How much a service matters: 1 is the most critical. An unknown tier is treated as 1. */
export type ServiceTier = 1 | 2 | 3 | 4;

/** Something that a team runs and is answerable for. */
export type Service = {
  readonly id: string;
  readonly title?: string;
  readonly tier: ServiceTier;
  readonly owner?: string;
  /** Ids of the services that this one calls. */
  readonly dependsOn: readonly string[];
};

/** When and how an SLO alerts. */
export type Alerting = {
  readonly rules: readonly BurnRateRule[];
  /** A page needs at least this many bad events in its long window; fewer make it a ticket. */
  readonly minBadEvents: number;
  /** SLO ids; while one of them pages, this SLO's alert is held back and names it. */
  readonly suppressedBy: readonly string[];
};

/** A promise about a service, with everything resolved: no defaults are left to fill in. */
export type Slo = {
  readonly id: string;
  readonly service: string;
  readonly title?: string;
  readonly description?: string;
  readonly owner?: string;
  readonly runbook?: string;
  /** Grows when the target, window or SLI changes; history keeps events, so every version's budget can be computed. */
  readonly version: number;
  /** T, 0 < T < 1. The budget is 1 - T. */
  readonly target: number;
  readonly window: SloWindow;
  readonly sli: Sli;
  /** How often its source brings a sample, where that is slower than a slice; a composite takes its slowest member's. */
  readonly sampleEveryMs?: number;
  /** A shadow objective evaluates and never alerts. */
  readonly mode: "active" | "shadow";
  /** `bad` counts an unmeasured slice as one bad event: an option for probes. */
  readonly gapIs: "gap" | "bad";
  readonly alerting: Alerting;
  readonly policy: BudgetPolicy;
};
