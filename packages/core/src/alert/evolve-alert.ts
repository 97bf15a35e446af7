import type { AlertEvent, AlertState } from "./alert.js";
import { QUIET_ALERT, type SloAlerts } from "./decide-alert.js";

/** Moves an alert on by one event. Total: an event that does not fit the state (a replay) leaves it as it was. */
export function evolveAlert(state: AlertState, event: AlertEvent): AlertState {
  const { alertId, tier, ruleId, atMs, explanation } = event.data;
  const rule = ruleId === undefined ? {} : { ruleId };
  switch (event.type) {
    case "alert.fired":
      return { status: "firing", alertId, tier, ...rule, sinceMs: atMs, frozen: false, explanation };
    case "alert.escalated":
    case "alert.eased":
      return state.status === "firing" ? { ...state, tier, ...rule, explanation } : state;
    case "alert.frozen":
      return state.status === "quiet" ? state : { ...state, frozen: true };
    case "alert.thawed":
      return state.status === "quiet" ? state : { ...state, frozen: false };
    case "alert.suppressed": {
      const { suppressedBy } = event.data;
      const sinceMs = state.status === "suppressed" ? state.sinceMs : atMs;
      return { status: "suppressed", alertId, tier, ...rule, sinceMs, frozen: false, suppressedBy, explanation };
    }
    case "alert.resolved":
    case "alert.unsuppressed":
      return QUIET_ALERT;
  }
}

/** Moves the one of an SLO's alerts that an event is about. */
export function evolveAlerts(alerts: SloAlerts, event: AlertEvent): SloAlerts {
  return event.data.kind === "burn"
    ? { ...alerts, burn: evolveAlert(alerts.burn, event) }
    : { ...alerts, dataLoss: evolveAlert(alerts.dataLoss, event) };
}
