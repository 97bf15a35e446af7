import type { ExternalFacts } from "./external/external-facts.js";
import type { IncidentAlert, IncidentState } from "./incident.js";
import type { FollowedAlert } from "./relations/followed-alert.js";

/** An alert that an incident hears of, whoever raised it. */
export type IncidentSignal = Omit<FollowedAlert, "from">;

/** The alerts that an incident is about: the one that opened it first, then those of incidents merged into it. */
export function incidentSignals(state: IncidentState): readonly IncidentSignal[] {
  const { alert, external } = state;
  return [
    ...(alert === undefined ? [] : [alertSignal(alert)]),
    ...(external === undefined ? [] : [externalSignal(external)]),
    ...state.followed,
  ];
}

/** Tells whether every alert that an incident hears of has resolved; so it is where there is none. */
export function isQuiet(state: IncidentState): boolean {
  return incidentSignals(state).every(({ status }) => status === "resolved");
}

/** What an alert of the engine comes to. */
export function alertSignal(alert: IncidentAlert): IncidentSignal {
  const { key, alertId, status, frozen, changedAtMs, explanation } = alert;
  return { key, alertId, status, frozen, changedAtMs, explanation };
}

/** What an alert from elsewhere comes to. */
export function externalSignal(external: ExternalFacts): IncidentSignal {
  const { key, alertId, status, atMs: changedAtMs, explanation } = external;
  return { key, alertId, status, frozen: false, changedAtMs, explanation, external };
}
