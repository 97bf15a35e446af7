import type { AlertEvent } from "../alert/alert.js";
import { failure, success } from "../errors/result.js";
import type { Decision } from "./decision.js";
import { alertChange, alertFacts } from "./declare-incident.js";
import type { ExternalFacts } from "./external/external-facts.js";
import { externalChange } from "./external/external-change.js";
import type { CommandOf } from "./incident-command.js";
import type { IncidentAlertUpdated } from "./incident-event.js";
import { foreignAlert } from "./incident-rejection.js";
import { incidentSignals } from "./incident-signal.js";
import { stamp } from "./incident-stamp.js";
import type { IncidentState } from "./incident.js";
import { openingSeverity } from "./severity.js";
import { worseSeverityEvents } from "./severity-events.js";

/** What an alert event changes, apart from the status: the alert as recorded, and a worse severity where it asks for one. */
export function alertEvents(
  state: IncidentState,
  command: CommandOf<"update-alert" | "reopen">,
  alert: AlertEvent,
): Decision {
  const { data: facts } = alert;
  const signals = incidentSignals(state);
  const known = signals.find(({ key }) => key === facts.key);
  if (known === undefined) return failure(foreignAlert(state.id, signals[0]?.key, facts.key));
  // An older copy, or word of a firing that is over: it must not undo what came after it.
  const stale = facts.atMs < known.changedAtMs || (facts.alertId !== known.alertId && !burns(alert));
  if (stale) return success([]);
  const updated: IncidentAlertUpdated = {
    type: "incident.alert-updated",
    ...stamp(state, command),
    data: {
      causeId: command.causeId,
      change: alertChange(alert),
      alert: alertFacts(alert),
      ...(alert.type === "alert.suppressed" ? { suppressedBy: alert.data.suppressedBy } : {}),
    },
  };
  if (!burns(alert)) return success([updated]);
  return success([updated, ...worseSeverityEvents(state, command, openingSeverity(facts, state.serviceTier))]);
}

/** Whether an alert event says that it burns, and at least as hard as before. */
function burns(alert: AlertEvent): boolean {
  return alert.type === "alert.fired" || alert.type === "alert.escalated";
}

/**
 * What word of an alert from elsewhere changes; nothing where it says what is known, or is late. One that the incident
 * does not know joins with its group.
 */
export function externalEvents(
  state: IncidentState,
  command: CommandOf<"update-external" | "reopen">,
  external: ExternalFacts,
): Decision {
  const signals = incidentSignals(state);
  const known = signals.find(({ key }) => key === external.key)?.external;
  const { causeId, group } = command;
  if (known === undefined && group === undefined) {
    return failure(foreignAlert(state.id, signals[0]?.key, external.key));
  }
  const change = known === undefined ? "joined" : externalChange(known, external);
  if (change === undefined) return success([]);
  const joined = change === "joined" && group !== undefined ? { group } : {};
  const { severity, severityReason: because } = external;
  return success([
    {
      type: "incident.external-updated",
      ...stamp(state, command),
      data: { causeId, change, external, ...joined },
    },
    ...(change === "resolved" ? [] : worseSeverityEvents(state, command, { severity, because })),
  ]);
}
