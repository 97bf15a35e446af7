import type { IncidentDetail } from "../api/answers.js";
import { useIncidentDesk } from "../api/use-incident-desk.js";
import { incidentActions } from "../layout/incident-actions.js";
import { ActButtons, ActOutcome } from "./incident-acts.js";

/** The buttons of an incident: each is one press, or one press and one form. Whoever may not press them is told why. */
export function IncidentActions({ incident }: { readonly incident: IncidentDetail }) {
  const desk = useIncidentDesk(incident);
  return (
    <div className="actions">
      <ActButtons desk={desk} label="What to do" actions={incidentActions(incident)} />
      {desk.barred !== undefined && <p className="quiet">{desk.barred}</p>}
      <ActOutcome desk={desk} />
    </div>
  );
}
