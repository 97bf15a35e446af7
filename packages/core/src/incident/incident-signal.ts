import type { ExternalFacts } from "./external/external-facts.js";
import { groupKey } from "./external/incident-group.js";
import type { IncidentAlert, IncidentState } from "./incident.js";
import type { FollowedAlert } from "./relations/followed-alert.js";

/** An alert that an incident hears of, whoever raised it. */
export type IncidentSignal = Omit<FollowedAlert, "from">;

/** What an incident is deduplicated by, and which firing it was last about. */
export type IncidentKey = Pick<IncidentSignal, "key" | "alertId" | "changedAtMs">;

/** The alerts that an incident is about: the one that opened it first, then those that joined it. */
export function incidentSignals(state: IncidentState): readonly IncidentSignal[] {
  const { alert, external } = state;
  return [
    ...(alert === undefined ? [] : [alertSignal(alert)]),
    ...(external === undefined ? [] : [externalSignal(external)]),
    ...state.followed,
  ];
}

/** Every key that an incident has: those of its alerts, and those of the groups that it is for. */
export function incidentKeys(state: IncidentState): readonly IncidentKey[] {
  const groups = state.groups.map(groupKey);
  return [...incidentSignals(state), ...groups.map((key) => ({ key, alertId: key, changedAtMs: state.lastAtMs }))];
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
