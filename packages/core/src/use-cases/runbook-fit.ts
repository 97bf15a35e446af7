import { sloOfAlertKey } from "../alert/decide-alert.js";
import { labelOf } from "../alert/labels.js";
import { incidentSignals } from "../incident/incident-signal.js";
import type { IncidentState } from "../incident/incident.js";

/** The labels of an alert from elsewhere that say what is seen. */
const TELLING_LABELS = ["alertname", "service", "symptom"] as const;

/** What somebody sees of an incident: its service, the SLOs of its alerts, and what alerts from elsewhere are labelled with. */
export function incidentSymptoms(state: IncidentState): readonly string[] {
  const seen = incidentSignals(state).flatMap(({ external, key }) =>
    external === undefined
      ? [sloOfAlertKey(key)]
      : TELLING_LABELS.map((label) => labelOf(external.labels, label)).filter((value) => value !== ""),
  );
  return [...new Set([state.service, ...seen])];
}
