import { DateTime } from "luxon";
import { incidentTimes } from "../incident-clocks.js";
import type { IncidentState } from "../incident.js";
import { SEVERITIES, type Severity } from "../severity.js";

/** How some durations are spread; undefined where there is none. */
export type DurationFigures = {
  readonly count: number;
  readonly meanMs: number | undefined;
  /** The middle one, or the mean of the two in the middle. */
  readonly medianMs: number | undefined;
  /** The least that nine in ten do not exceed (nearest rank). */
  readonly p90Ms: number | undefined;
};

/** What some incidents come to. Each duration is over those that have it. */
export type IncidentFigures = {
  readonly count: number;
  readonly bySeverity: Readonly<Record<Severity, number>>;
  readonly timeToDetect: DurationFigures;
  readonly timeToAcknowledge: DurationFigures;
  readonly timeToMitigate: DurationFigures;
  readonly timeToResolve: DurationFigures;
};

/** How long the periods are that incidents are counted by; a week begins on Monday. */
export type MetricsPeriod = "day" | "week" | "month" | "quarter";

/** Figures over all, and over each service, severity and period that has incidents. */
export type IncidentMetrics = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly total: IncidentFigures;
  /** Declared in the interval and merged into others: in no other figure, for those count them. */
  readonly merged: number;
  /** By name. */
  readonly byService: readonly { readonly service: string; readonly figures: IncidentFigures }[];
  /** Worst first. */
  readonly bySeverity: readonly { readonly severity: Severity; readonly figures: IncidentFigures }[];
  /** Oldest first; periods without incidents are there too, so that a chart has no holes. */
  readonly byPeriod: readonly {
    readonly fromMs: number;
    readonly toMs: number;
    readonly figures: IncidentFigures;
  }[];
};

/** What is counted. */
export type MetricsQuery = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly period: MetricsPeriod;
  /** Absent: every service. */
  readonly services?: readonly string[];
};

/**
 * Measures the incidents declared in [fromMs, toMs), as they stand now. Periods are in UTC; the first and the last are cut
 * to the interval.
 */
export function incidentMetrics(states: readonly IncidentState[], query: MetricsQuery): IncidentMetrics {
  const { fromMs, period, services, toMs } = query;
  const declared = states.filter(
    ({ declaredAtMs, service }) =>
      declaredAtMs >= fromMs && declaredAtMs < toMs && (services === undefined || services.includes(service)),
  );
  const counted = declared.filter(({ mergedInto }) => mergedInto === undefined);
  const names = [...new Set(counted.map(({ service }) => service))].toSorted();
  return {
    fromMs,
    toMs,
    total: incidentFigures(counted),
    merged: declared.length - counted.length,
    byService: names.map((service) => ({
      service,
      figures: incidentFigures(counted.filter((state) => state.service === service)),
    })),
    bySeverity: SEVERITIES.map((severity) => ({
      severity,
      figures: incidentFigures(counted.filter((state) => state.severity === severity)),
    })).filter(({ figures }) => figures.count > 0),
    byPeriod: periodsOf(fromMs, toMs, period).map((span) => ({
      ...span,
      figures: incidentFigures(
        counted.filter(({ declaredAtMs }) => declaredAtMs >= span.fromMs && declaredAtMs < span.toMs),
      ),
    })),
  };
}

/** Measures some incidents together. */
export function incidentFigures(states: readonly IncidentState[]): IncidentFigures {
  const times = states.map(incidentTimes);
  const bySeverity: Record<Severity, number> = { SEV1: 0, SEV2: 0, SEV3: 0, SEV4: 0 };
  for (const { severity } of states) bySeverity[severity] += 1;
  return {
    count: states.length,
    bySeverity,
    timeToDetect: durationFigures(times.map(({ timeToDetectMs }) => timeToDetectMs)),
    timeToAcknowledge: durationFigures(times.map(({ timeToAcknowledgeMs }) => timeToAcknowledgeMs)),
    timeToMitigate: durationFigures(times.map(({ timeToMitigateMs }) => timeToMitigateMs)),
    timeToResolve: durationFigures(times.map(({ timeToResolveMs }) => timeToResolveMs)),
  };
}

/** Measures how durations are spread; those that are undefined are left out. */
export function durationFigures(durations: readonly (number | undefined)[]): DurationFigures {
  const sorted = durations.filter((one) => one !== undefined).toSorted((one, other) => one - other);
  const count = sorted.length;
  const [lower, upper] = [sorted[Math.ceil(count / 2) - 1], sorted[Math.floor(count / 2)]];
  if (lower === undefined || upper === undefined) {
    return { count, meanMs: undefined, medianMs: undefined, p90Ms: undefined };
  }
  return {
    count,
    meanMs: sorted.reduce((sum, one) => sum + one, 0) / count,
    medianMs: (lower + upper) / 2,
    p90Ms: sorted[Math.ceil(count * 0.9) - 1],
  };
}

function periodsOf(
  fromMs: number,
  toMs: number,
  period: MetricsPeriod,
): readonly { readonly fromMs: number; readonly toMs: number }[] {
  const spans: { readonly fromMs: number; readonly toMs: number }[] = [];
  for (let startMs = fromMs; startMs < toMs;) {
    const next = DateTime.fromMillis(startMs, { zone: "utc" })
      .startOf(period)
      .plus({ [period]: 1 });
    const endMs = Math.min(next.toMillis(), toMs);
    spans.push({ fromMs: startMs, toMs: endMs });
    startMs = endMs;
  }
  return spans;
}
