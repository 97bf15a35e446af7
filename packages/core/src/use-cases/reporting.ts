import { columnReader } from "../evaluation/window-reader.js";
import { isLargeIncident, type IncidentBudgetShare } from "../incident/incident-budget-share.js";
import { incidentTimes } from "../incident/incident-clocks.js";
import type { IncidentState } from "../incident/incident.js";
import { buildReport } from "../report/build-report.js";
import { measureReport } from "../report/measure-report.js";
import type { Report, ReportFigures, ReportIncident, ReportPeriod } from "../report/report.js";
import type { Slo } from "../slo/slo.js";
import type { Collector } from "./collector.js";
import type { IncidentShares } from "./incident-shares.js";
import type { SliceKeeper } from "./slice-keeper.js";

/** A class of outage is judged over a quarter, by the days: it ends with whatever period is reported. */
const QUARTER_MS = 90 * 86_400_000;

/** Builds reports from the ledger and the incidents, each against the period before as far as the ledger reaches. */
export type Reporting = { report(period: ReportPeriod, services?: readonly string[]): Report };

export function createReporting(options: {
  readonly slos: readonly Slo[];
  readonly keeper: SliceKeeper;
  readonly collector: Collector;
  readonly incidents: () => readonly IncidentState[];
  readonly shares: IncidentShares;
}): Reporting {
  const { ledger } = options.keeper;
  const { sliceMs } = ledger;

  const figures = (slo: Slo, period: ReportPeriod, nowMs: number): ReportFigures | undefined => {
    const column = ledger.columnOf(slo.id);
    const fromMs = Math.max(period.fromMs, ledger.oldestMs);
    if (column === undefined || fromMs >= period.toMs) return undefined;
    const context = { nowMs, sliceMs, ...options.collector.state(slo.id) };
    return measureReport(slo, columnReader(ledger, column), {
      period: { fromMs, toMs: period.toMs },
      bornMs: ledger.birthOf(column),
      context,
    });
  };

  const totalsOf = (slos: readonly Slo[], { fromMs, toMs }: ReportPeriod): ReadonlyMap<string, number> =>
    new Map(
      slos.flatMap(({ id }) => {
        const column = ledger.columnOf(id);
        return column === undefined || fromMs >= toMs ? [] : [[id, ledger.sum(column, fromMs, toMs).total]];
      }),
    );

  return {
    report(asked, services) {
      const slos =
        services === undefined ? options.slos : options.slos.filter(({ service }) => services.includes(service));
      const floor = (ms: number): number => Math.floor(ms / sliceMs) * sliceMs;
      const period = { fromMs: floor(asked.fromMs), toMs: Math.min(floor(asked.toMs), ledger.headMs) };
      const lengthMs = period.toMs - period.fromMs;
      const before = { fromMs: period.fromMs - lengthMs, toMs: period.fromMs };
      const nowMs = ledger.headMs;
      const quarter = { fromMs: Math.max(period.toMs - QUARTER_MS, ledger.oldestMs), toMs: period.toMs };
      const incidentsIn = (within: ReportPeriod) =>
        options.incidents().flatMap((state) => reportIncident(state, { ...options, period: within, slos }));
      return buildReport({
        period,
        slos,
        current: slos.flatMap((slo) => figures(slo, period, nowMs) ?? []),
        // Half a period before would look like a trend; it is shown only when all of it was measured and is held.
        previous: slos
          .flatMap((slo) => figures(slo, before, nowMs) ?? [])
          .filter(({ coveredFromMs }) => coveredFromMs === before.fromMs),
        incidents: incidentsIn(period),
        quarter: { period: quarter, totals: totalsOf(slos, quarter), incidents: incidentsIn(quarter) },
      });
    },
  };
}

function reportIncident(
  state: IncidentState,
  {
    period,
    shares,
    slos,
  }: { readonly period: ReportPeriod; readonly shares: IncidentShares; readonly slos: readonly Slo[] },
): readonly ReportIncident[] {
  const { alert, declaredAtMs, id, title } = state;
  if (alert === undefined || declaredAtMs < period.fromMs || declaredAtMs >= period.toMs) return [];
  if (!slos.some((slo) => slo.id === alert.sloId)) return [];
  const { resolvedAtMs } = incidentTimes(state);
  const share = shares(state);
  return [
    {
      id,
      title,
      sloId: alert.sloId,
      openedMs: declaredAtMs,
      ...(resolvedAtMs === undefined ? {} : { resolvedMs: resolvedAtMs }),
      ...costOf(share),
    },
  ];
}

function costOf(share: IncidentBudgetShare): Pick<ReportIncident, "bad" | "budgetShare" | "needsPostmortemWithP0"> {
  const needsPostmortemWithP0 = isLargeIncident(share);
  switch (share.kind) {
    case "measured":
      return { bad: share.bad, budgetShare: share.shareRatio, needsPostmortemWithP0 };
    case "none":
      return { bad: 0, budgetShare: 0, needsPostmortemWithP0 };
    case "unknown":
      return { needsPostmortemWithP0 };
  }
}
