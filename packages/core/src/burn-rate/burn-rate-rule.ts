/** How loudly a rule speaks: a page wakes somebody, a ticket waits for working hours. */
export type AlertTier = "page" | "ticket";

/**
 * A multi-window burn-rate rule: fires when the burn rate exceeds `factor` in the long and the short window.
 * Source: The Site Reliability Workbook, chapter 5, "Alerting on SLOs".
 */
export type BurnRateRule = {
  /** Unique within its SLO, such as `page-1h`. */
  readonly id: string;
  readonly tier: AlertTier;
  readonly longMs: number;
  readonly shortMs: number;
  /** Burn rate, as a multiple of the rate that spends exactly the budget over the period. */
  readonly factor: number;
  /** The share of the period's budget that burning at `factor` for the long window spends, 0..1. */
  readonly budgetShare: number;
  /** Strictly greater by default; `>=` for rules that come from tools which use it. */
  readonly comparison: ">" | ">=";
};
