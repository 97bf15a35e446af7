import type { IncidentCommand } from "./incident-command.js";
import type { IncidentEvent } from "./incident-event.js";
import { stamp } from "./incident-stamp.js";
import type { IncidentState } from "./incident.js";
import { isWorseSeverity, type Severity } from "./severity.js";

/** The event that changes a severity; none where it is that already. */
export function severityEvents(
  state: IncidentState,
  command: Pick<IncidentCommand, "atMs" | "actor" | "causeId">,
  severity: Severity,
  reason: string,
): readonly IncidentEvent[] {
  if (severity === state.severity) return [];
  const data = { causeId: command.causeId, from: state.severity, to: severity, reason };
  return [{ type: "incident.severity-changed", ...stamp(state, command), data }];
}

/** The same where it would become worse, and none where not: an alert never lowers what people may have set. */
export function worseSeverityEvents(
  state: IncidentState,
  command: Pick<IncidentCommand, "atMs" | "actor" | "causeId">,
  asked: { readonly severity: Severity; readonly because: string },
): readonly IncidentEvent[] {
  if (!isWorseSeverity(asked.severity, state.severity)) return [];
  return severityEvents(state, command, asked.severity, asked.because);
}
