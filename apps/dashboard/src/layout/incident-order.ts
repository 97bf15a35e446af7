import type { IncidentSummary } from "../api/answers.js";

/** Whether somebody still has to do something about it. */
export function isOpen({ status }: Pick<IncidentSummary, "status">): boolean {
  return status !== "resolved" && status !== "closed";
}

/** Open ones first, the worst of them on top; then the newest. */
export function orderIncidents(incidents: readonly IncidentSummary[]): readonly IncidentSummary[] {
  return incidents.toSorted((one, other) => {
    const opened = Number(isOpen(other)) - Number(isOpen(one));
    if (opened !== 0) return opened;
    const severity = isOpen(one) ? one.severity.localeCompare(other.severity) : 0;
    return severity !== 0 ? severity : Date.parse(other.declaredAt) - Date.parse(one.declaredAt);
  });
}

/** The one incident to name for each SLO: the first in order, where several are of the same one. */
export function incidentBySlo(incidents: readonly IncidentSummary[]): ReadonlyMap<string, IncidentSummary> {
  const first = new Map<string, IncidentSummary>();
  for (const incident of orderIncidents(incidents)) {
    const { sloId } = incident;
    if (sloId !== undefined && !first.has(sloId)) first.set(sloId, incident);
  }
  return first;
}
