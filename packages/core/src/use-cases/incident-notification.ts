import type { IncidentEvent } from "../incident/incident-event.js";
import type { IncidentState } from "../incident/incident.js";
import type { Notification } from "../ports/notifier.js";

/** Words an incident's event for people; undefined for what nobody needs to be told. */
export function incidentNotification(
  event: IncidentEvent,
  state: IncidentState,
  options: { readonly eventId: string; readonly url?: string },
): Notification | undefined {
  const said = wordsFor(event, state);
  if (said === undefined) return undefined;
  const page = state.severity === "SEV1" || state.severity === "SEV2";
  return {
    idempotencyKey: options.eventId,
    threadKey: state.id,
    urgency: said.calm ? "info" : page ? "page" : "ticket",
    title: `${state.id} ${state.severity}: ${state.title}`,
    text: said.text,
    fields: [
      { name: "Service", value: state.service },
      { name: "Severity", value: state.severity },
      { name: "Status", value: state.status },
    ],
    status: statusOf(state),
    severity: state.severity,
    service: state.service,
    atMs: event.atMs,
    ...(options.url === undefined ? {} : { url: options.url }),
  };
}

function statusOf({ status }: IncidentState): NonNullable<Notification["status"]> {
  if (status === "resolved" || status === "closed") return "resolved";
  return status === "declared" ? "firing" : "acknowledged";
}

function wordsFor(
  event: IncidentEvent,
  state: IncidentState,
): { readonly text: string; readonly calm: boolean } | undefined {
  switch (event.type) {
    case "incident.declared":
      return {
        text: (event.data.alert ?? event.data.external)?.explanation ?? `Declared by ${event.actor}.`,
        calm: false,
      };
    case "incident.severity-changed":
      return { text: `Severity ${event.data.from} is now ${event.data.to}: ${event.data.reason}`, calm: false };
    case "incident.reopened":
      return { text: `Reopened: ${event.data.reason}`, calm: false };
    case "incident.acknowledged":
      return { text: `Acknowledged by ${event.actor}.`, calm: true };
    case "incident.resolved":
      return { text: `Resolved: ${event.data.reason}. A postmortem draft of ${state.id} is there.`, calm: true };
    case "incident.unacknowledged":
      return { text: `Nobody answers for it any more: ${event.data.reason}`, calm: false };
    case "incident.mitigated":
      return { text: `Mitigated: ${event.data.text}`, calm: true };
    case "incident.role-handed-over": {
      const { from, handedOver, role, to } = event.data;
      return { text: `${to} takes over as ${role} from ${from}: ${handedOver}`, calm: true };
    }
    case "incident.status-updated":
      return { text: `Update for ${event.data.audience}: ${event.data.text}`, calm: true };
    case "incident.merged":
      return { text: `Merged into ${event.data.into}: ${event.data.reason}`, calm: true };
    default:
      return undefined;
  }
}
