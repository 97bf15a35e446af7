/** How much of an SLO's budget went while an incident lasted. */
export type MeasuredShare = {
  readonly kind: "measured";
  /** The objective that it was measured on. */
  readonly sloId: string;
  /**
   * `alert`: the objective whose alert opened the incident. `service`: nobody's alert of the engine opened it, and of the
   * service's objectives this one lost the most while it lasted, which is at most what the incident took: incidents
   * that were open beside it count the same events, so shares of this basis are not to be added up.
   */
  readonly basis: "alert" | "service";
  /** Bad events from the start of the impact to the end. */
  readonly bad: number;
  /** (1 - target) * total over the period, at the end. */
  readonly allowedBad: number;
  /** bad / allowedBad: the incident's part of the period's `consumedRatio`. */
  readonly shareRatio: number;
  /** The interval counted. */
  readonly fromMs: number;
  readonly toMs: number;
  /** `period-only`: the impact began before the period at the end does, and only what is in that period is counted. */
  readonly reach: "whole" | "period-only";
  /** Upper bound on how many of `bad` lie outside the interval, because the ledger holds that time in coarser cells. */
  readonly edgeBad: number;
};
