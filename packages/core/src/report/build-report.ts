import { consumedOf } from "../budget/budget.js";
import { outageClassShares } from "../budget/outage-class.js";
import type { Slo } from "../slo/slo.js";
import { budgetRatio } from "../slo/target.js";
import type { Report, ReportFigures, ReportIncident, ReportPeriod, ReportSlo, Trend } from "./report.js";

/** A change of the error ratio under this part of the budget is no trend. */
const STEADY_PART = 0.05;

/** What a report is made from; `previous` are the figures of the period before, as far as there are any. */
export type ReportInput = {
  readonly period: ReportPeriod;
  readonly slos: readonly Slo[];
  readonly current: readonly ReportFigures[];
  readonly previous: readonly ReportFigures[];
  readonly incidents: readonly ReportIncident[];
  /** The quarter that ends with the period: every SLO's events, and the incidents declared in it. */
  readonly quarter: {
    readonly period: ReportPeriod;
    readonly totals: ReadonlyMap<string, number>;
    readonly incidents: readonly ReportIncident[];
  };
};

/** Builds the report over a period, SLO by SLO in the order given; an SLO without figures is left out. */
export function buildReport(input: ReportInput): Report {
  const current = new Map(input.current.map((figures) => [figures.sloId, figures]));
  const previous = new Map(input.previous.map((figures) => [figures.sloId, figures]));
  const slos = input.slos.flatMap((slo) => {
    const figures = current.get(slo.id);
    const incidents = input.incidents.filter(({ sloId }) => sloId === slo.id);
    if (figures === undefined) return [];
    return [reportSlo(slo, { figures, before: previous.get(slo.id), incidents, quarter: input.quarter })];
  });
  return {
    period: input.period,
    quarter: input.quarter.period,
    slos,
    totals: {
      slos: slos.length,
      missed: slos.filter(({ sliRatio, targetRatio }) => sliRatio !== undefined && sliRatio < targetRatio).length,
      overspent: slos.filter(({ remainingRatio }) => remainingRatio < 0).length,
      incidents: input.incidents.length,
      meanTimeToResolveMs: meanTimeToResolve(input.incidents),
    },
  };
}

type SloParts = {
  readonly figures: ReportFigures;
  readonly before: ReportFigures | undefined;
  readonly incidents: readonly ReportIncident[];
  readonly quarter: ReportInput["quarter"];
};

function reportSlo(slo: Slo, { figures, before, incidents, quarter }: SloParts): ReportSlo {
  const { evaluation } = figures;
  const { verdict, budget } = evaluation;
  return {
    sloId: slo.id,
    title: slo.title ?? slo.id,
    service: slo.service,
    mode: slo.mode,
    coveredFromMs: figures.coveredFromMs,
    targetRatio: slo.target,
    sliRatio: sliOf(figures),
    previousSliRatio: sliOf(before),
    trend: trendOf(figures, before, slo.target),
    remainingRatio: budget.remainingRatio,
    spentRatio: consumedOf(figures.bad, budget.total, budgetRatio(slo.target)),
    worstBurn: figures.worstBurn,
    coverageRatio: figures.coverageRatio,
    thinHours: figures.thinHours,
    frozenBecause: verdict.kind === "frozen" || verdict.kind === "no-data" ? verdict.reasons : [],
    incidents,
    outageClasses: outageClassShares({
      // What an incident cost that is not known any more can be held against no class.
      incidents: quarter.incidents.flatMap(({ bad = 0, sloId, title }) =>
        sloId === slo.id && bad > 0 ? [{ outageClass: title, bad }] : [],
      ),
      quarterTotal: quarter.totals.get(slo.id) ?? 0,
      target: slo.target,
    }),
  };
}

function sliOf(figures: ReportFigures | undefined): number | undefined {
  return figures === undefined || figures.total === 0 ? undefined : (figures.total - figures.bad) / figures.total;
}

function trendOf(figures: ReportFigures, before: ReportFigures | undefined, target: number): Trend {
  const now = sliOf(figures);
  const then = sliOf(before);
  if (now === undefined || then === undefined) return "new";
  const change = (now - then) / budgetRatio(target);
  if (Math.abs(change) <= STEADY_PART) return "steady";
  return change > 0 ? "better" : "worse";
}

function meanTimeToResolve(incidents: readonly ReportIncident[]): number | undefined {
  const times = incidents.flatMap(({ openedMs, resolvedMs }) =>
    resolvedMs === undefined ? [] : [resolvedMs - openedMs],
  );
  return times.length === 0 ? undefined : times.reduce((sum, timeMs) => sum + timeMs, 0) / times.length;
}
