import { sloOfAlertKey } from "../alert/decide-alert.js";
import type { Labels } from "../alert/labels.js";
import { incidentSignals } from "../incident/incident-signal.js";
import type { IncidentState } from "../incident/incident.js";
import type { MaintenanceCalendar, MaintenanceWindow } from "../routing/maintenance-window.js";
import { scheduledAt } from "../routing/time-interval.js";
import type { PageSubject } from "./escalation-page.js";

/** Says what a page tells of an incident; undefined where there is none. */
export function pageSubject(
  state: IncidentState | undefined,
  urlOf: ((incidentId: string) => string) | undefined,
): PageSubject | undefined {
  if (state === undefined) return undefined;
  const { declaredBy, id, service, severity, title } = state;
  const url = urlOf?.(id);
  return {
    title,
    text: incidentSignals(state)[0]?.explanation ?? `Declared by ${declaredBy}.`,
    service,
    severity,
    fields: [{ name: "Service", value: service }],
    ...(url === undefined ? {} : { url }),
  };
}

/** Finds the planned work that excuses all that an incident is about, and until when it does; undefined when there is none. */
export function plannedWork(
  state: IncidentState | undefined,
  calendar: MaintenanceCalendar,
  atMs: number,
): { readonly id: string; readonly untilMs: number; readonly reason: string } | undefined {
  if (state === undefined) return undefined;
  // An incident that is about something else too is answered.
  const windows = labelsOf(state).map((labels) => calendar.pausing(labels, atMs));
  const [first] = windows.every((some) => some.length > 0) ? windows.flat() : [];
  if (first === undefined) return undefined;
  const untilMs = Math.min(...windows.map((some) => Math.max(...some.map((window) => endOf(window, atMs)))));
  return { id: first.id, untilMs, reason: `planned work: ${first.reason}` };
}

/** Labels by which planned work is found: an alert's own; for what an SLO says, the SLO; and always service and severity. */
function labelsOf(state: IncidentState): readonly Labels[] {
  const { service, severity } = state;
  const about = { service, severity };
  const signals = incidentSignals(state)
    .filter(({ status }) => status !== "resolved")
    .map(({ external, key }): Labels => ({ ...about, ...(external?.labels ?? { slo: sloOfAlertKey(key) }) }));
  return signals.length === 0 ? [about] : signals;
}

const MINUTE_MS = 60_000;
const LONGEST_LOOK_MS = 86_400_000;

/** When a window that is on goes off: one that recurs is looked at minute by minute, for a day at most. */
function endOf(window: MaintenanceWindow, atMs: number): number {
  if (window.recurring === undefined) return window.endsAtMs;
  const lastMs = Math.min(window.endsAtMs, atMs + LONGEST_LOOK_MS);
  let minuteMs = Math.floor(atMs / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
  while (minuteMs < lastMs && scheduledAt(window, minuteMs)) minuteMs += MINUTE_MS;
  return Math.min(minuteMs, lastMs);
}
