import { ESCALATION_PREFIX } from "../../on-call/escalation/escalation.js";
import { RUNBOOK_RUN_PREFIX } from "../../runbook/runbook-run.js";
import type { IncidentEvent } from "../incident-event.js";
import type { CaseCommand } from "./regression-case.js";

/**
 * Finds what people asked, in order; what the engine did it does again by itself. `all` is with what an escalation told the
 * incident, for a replay that has nobody on call.
 */
export function peopleCommands(
  events: readonly IncidentEvent[],
  { told }: { readonly told: "all" | "people" } = { told: "all" },
): readonly CaseCommand[] {
  return events.filter((event) => isAsked(event, told)).flatMap(commandOf);
}

/** Runs of runbooks write their notes again, and so does an escalation; that nobody answered is told where there is none. */
function isAsked({ actor, data: { causeId }, type }: IncidentEvent, told: "all" | "people"): boolean {
  if (causeId.startsWith(RUNBOOK_RUN_PREFIX)) return false;
  if (causeId.startsWith(ESCALATION_PREFIX)) return told === "all" && type === "incident.unacknowledged";
  return actor !== "engine";
}

function commandOf(event: IncidentEvent): readonly CaseCommand[] {
  const { actor, atMs } = event;
  switch (event.type) {
    case "incident.declared": {
      const { detectedAtMs, service, severity, startedAtMs, title } = event.data;
      const started = startedAtMs === undefined ? {} : { startedAtMs };
      return [{ type: "declare", atMs, actor, title, service, severity, detectedAtMs, ...started }];
    }
    case "incident.acknowledged":
      return [{ type: "acknowledge", atMs, actor }];
    case "incident.unacknowledged":
      return [{ type: "unacknowledge", atMs, actor, reason: event.data.reason }];
    case "incident.mitigation-started":
      return [{ type: "start-mitigation", atMs, actor, text: event.data.text }];
    case "incident.mitigated":
      return [{ type: "confirm-mitigation", atMs, actor, text: event.data.text }];
    case "incident.severity-changed":
      return [{ type: "change-severity", atMs, actor, severity: event.data.to, reason: event.data.reason }];
    case "incident.noted":
      return [{ type: "note", atMs, actor, text: event.data.text }];
    case "incident.resolved":
      return [{ type: "resolve", atMs, actor, reason: event.data.reason }];
    case "incident.reopened":
      return [{ type: "reopen", atMs, actor, reason: event.data.reason }];
    case "incident.status-updated":
      return [{ type: "update-status", atMs, actor, audience: event.data.audience, text: event.data.text }];
    case "incident.role-assigned":
      return [{ type: "assign-role", atMs, actor, role: event.data.role, person: event.data.person }];
    case "incident.role-handed-over": {
      const { from, handedOver, role, to } = event.data;
      return [{ type: "hand-over", atMs, actor, role, from, to, handedOver }];
    }
    case "incident.role-released": {
      const { person, reason, role } = event.data;
      return [{ type: "release-role", atMs, actor, role, person, reason }];
    }
    default:
      return [];
  }
}
