import type { SloEvaluation } from "../evaluation/evaluation.js";
import type { IncidentState } from "../incident/incident.js";

/**
 * How an incident's SLO stands now, as long as its alert goes on: its own events bring an evaluation only when the alert
 * changes. Undefined once they say how it ended.
 */
export function presentEvaluation(
  { alert }: IncidentState,
  evaluation: (sloId: string) => SloEvaluation | undefined,
): SloEvaluation | undefined {
  return alert === undefined || alert.status === "resolved" ? undefined : evaluation(alert.sloId);
}
