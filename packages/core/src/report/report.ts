import type { OutageClassShare } from "../budget/outage-class.js";
import type { FreezeReason, SloEvaluation } from "../evaluation/evaluation.js";

/** The time that a report is about, half-open. */
export type ReportPeriod = { readonly fromMs: number; readonly toMs: number };

/** What one SLO did in a report's period. */
export type ReportFigures = {
  readonly sloId: string;
  /** From when on the counts are: later than the period's start where its slices are not held or measuring began later. */
  readonly coveredFromMs: number;
  /** At the period's end. */
  readonly evaluation: SloEvaluation;
  readonly bad: number;
  readonly total: number;
  readonly coverageRatio: number;
  /**
   * The fastest burn of any clock hour in UTC that is held as such; undefined where none had events. An hour that the
   * edges of what is covered cut is measured over the part inside: `lengthMs` is under an hour then.
   */
  readonly worstBurn: { readonly burnRate: number; readonly atMs: number; readonly lengthMs: number } | undefined;
  /** Hours in which less than 0.9 was measured, of a cut one less than 0.9 of its part. */
  readonly thinHours: number;
};

/** The part of an incident that a report tells. */
export type ReportIncident = {
  readonly id: string;
  readonly title: string;
  readonly sloId: string;
  readonly openedMs: number;
  readonly resolvedMs?: number;
  /** Bad events that it cost, and their share of the period's budget; absent where that is not known. */
  readonly bad?: number;
  readonly budgetShare?: number;
  /** It took over 20 % of the budget. */
  readonly needsPostmortemWithP0: boolean;
};

/** How a figure moved against the period before. */
export type Trend = "better" | "worse" | "steady" | "new";

/** One SLO's part of a report. */
export type ReportSlo = {
  readonly sloId: string;
  readonly title: string;
  readonly service: string;
  readonly mode: "active" | "shadow";
  /** From when on its figures are; after the period's start where they cover only a part of it. */
  readonly coveredFromMs: number;
  readonly targetRatio: number;
  /** Good / total in the period; undefined when nothing happened. */
  readonly sliRatio: number | undefined;
  readonly previousSliRatio: number | undefined;
  readonly trend: Trend;
  /** What is left of the compliance period's budget, signed. */
  readonly remainingRatio: number;
  /** What this period spent of that budget. */
  readonly spentRatio: number;
  readonly worstBurn: ReportFigures["worstBurn"];
  readonly coverageRatio: number;
  readonly thinHours: number;
  /** Why it cannot be judged at the period's end; empty when it can. */
  readonly frozenBecause: readonly FreezeReason[];
  readonly incidents: readonly ReportIncident[];
  /** What each class of outage, incidents of one title, spent of the quarter's budget; the greatest first. */
  readonly outageClasses: readonly OutageClassShare[];
};

/** A report: data first; Markdown and text are made from it. */
export type Report = {
  readonly period: ReportPeriod;
  /** The 90 days up to the period's end, as far as they are held: what classes of outage are judged over. */
  readonly quarter: ReportPeriod;
  readonly slos: readonly ReportSlo[];
  readonly totals: {
    readonly slos: number;
    readonly missed: number;
    readonly overspent: number;
    readonly incidents: number;
    /** Mean time from opened to resolved of the incidents that were resolved. */
    readonly meanTimeToResolveMs: number | undefined;
  };
};
