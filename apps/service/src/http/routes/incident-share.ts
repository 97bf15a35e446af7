import { incidentBudgetShare, type IncidentBudgetShare, type IncidentState, type Plimsoll } from "@plimsoll/core";

/** An incident's share of the budget so far: while its alert goes on, up to how the SLO stands now. */
export function shareNow(engine: Plimsoll, state: IncidentState): IncidentBudgetShare {
  const { alert } = state;
  const goesOn = alert !== undefined && alert.status !== "resolved";
  return incidentBudgetShare(state, goesOn ? engine.slo(alert.sloId)?.evaluation : undefined);
}
