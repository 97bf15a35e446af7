import type { IncidentSummary } from "../api/answers.js";

/** How bad an incident is, 1 worst. */
export function SeverityBadge({ severity }: { readonly severity: IncidentSummary["severity"] }) {
  return <span className={`severity severity-${severity.toLowerCase()}`}>{severity}</span>;
}
