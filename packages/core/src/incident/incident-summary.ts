import { incidentTimes } from "./incident-clocks.js";
import { isOpenStatus } from "./incident-lifecycle.js";
import type { IncidentState } from "./incident.js";
import type { Severity } from "./severity.js";

/** What a period's incidents come to. */
export type IncidentSummary = {
  readonly fromMs: number;
  readonly toMs: number;
  /** Incidents declared in the period. */
  readonly count: number;
  /** Of those, how many have each severity now. */
  readonly bySeverity: Readonly<Record<Severity, number>>;
  /** Over those of them that were acknowledged; undefined when none was. */
  readonly meanTimeToAcknowledgeMs: number | undefined;
  /** Over those of them that are resolved or closed; undefined when none is. */
  readonly meanTimeToResolveMs: number | undefined;
  /** Ids of those declared before the period's end, in it or earlier, that are open in the states given; oldest first. */
  readonly open: readonly string[];
};

/** Sums incidents up over [fromMs, toMs). The states are as they are now, not as they were at `toMs`. */
export function summariseIncidents(states: readonly IncidentState[], fromMs: number, toMs: number): IncidentSummary {
  const declared = states.filter((state) => state.declaredAtMs >= fromMs && state.declaredAtMs < toMs);
  const times = declared.map(incidentTimes);
  const bySeverity: Record<Severity, number> = { SEV1: 0, SEV2: 0, SEV3: 0, SEV4: 0 };
  for (const state of declared) bySeverity[state.severity] += 1;
  return {
    fromMs,
    toMs,
    count: declared.length,
    bySeverity,
    meanTimeToAcknowledgeMs: mean(times.map((time) => time.timeToAcknowledgeMs)),
    meanTimeToResolveMs: mean(times.map((time) => time.timeToResolveMs)),
    open: states
      .filter((state) => state.declaredAtMs < toMs && isOpenStatus(state.status))
      .toSorted((one, other) => one.declaredAtMs - other.declaredAtMs)
      .map((state) => state.id),
  };
}

function mean(durations: readonly (number | undefined)[]): number | undefined {
  const known = durations.filter((duration) => duration !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, duration) => sum + duration, 0) / known.length;
}
