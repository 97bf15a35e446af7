import { z } from "zod";
import { PlimsollError } from "../errors/plimsoll-error.js";
import { SEVERITIES, type Severity } from "../incident/severity.js";
import type { EscalationCommand } from "../on-call/escalation/escalation-command.js";
import type { EscalationPolicy } from "../on-call/escalation/escalation-policy.js";
import { callTargets, type EscalationDirectory } from "../on-call/escalation/resolve-targets.js";
import { stakeholderTargets } from "../on-call/escalation/stakeholder-notices.js";
import type { StoredEvent } from "../ports/event-store.js";
import type { MakeCommand } from "./escalation-decisions.js";
import type { PageSubject } from "./escalation-page.js";

/** What is known where an incident's event asks something of its escalation. */
export type IncidentScene = {
  readonly incidentId: string;
  readonly about: PageSubject | undefined;
  readonly policyFor: (incident: PageSubject & { readonly incidentId: string }) => EscalationPolicy | undefined;
};

type By = { readonly atMs: number; readonly actor: string; readonly causeId: string };

const severityChange = z.object({ to: z.enum(SEVERITIES) });
const stakeholderUpdate = z.object({ audience: z.literal("stakeholders"), text: z.string() });

/** What an incident's event asks of its escalation; undefined for one that asks nothing. */
export function incidentCommand(
  { actor, atMs, data, id: causeId, type }: StoredEvent,
  scene: IncidentScene & { readonly directory: Pick<EscalationDirectory, "resolve" | "person"> },
): MakeCommand | undefined {
  const by = { atMs, actor, causeId };
  switch (type) {
    case "incident.declared":
    case "incident.reopened": {
      const command = startCommand(by, scene);
      return command === undefined ? undefined : () => command;
    }
    case "incident.acknowledged":
      return () => ({ type: "acknowledge", ...by });
    case "incident.unacknowledged":
      return () => ({ type: "unacknowledge", reason: "the incident is not acknowledged any more", ...by });
    case "incident.severity-changed": {
      const change = severityChange.safeParse(data);
      return change.success ? () => ({ type: "change-severity", severity: change.data.to, ...by }) : undefined;
    }
    case "incident.status-updated": {
      const update = stakeholderUpdate.safeParse(data);
      return update.success ? updateStakeholders(by, update.data.text, scene.directory) : undefined;
    }
    case "incident.resolved":
    case "incident.closed":
    case "incident.merged":
      return () => ({ type: "end", reason: type.slice("incident.".length), ...by });
    default:
      return undefined;
  }
}

/** Starts the escalation of an incident; undefined where nobody is to be called about it. */
export function startCommand(by: By, { about, incidentId, policyFor }: IncidentScene): EscalationCommand | undefined {
  if (about === undefined) {
    const message = `${incidentId} cannot be read, so that nobody can be called about it; see the engine's health.`;
    throw new PlimsollError({ code: "unreadable-incident", message, retryable: false });
  }
  const policy = policyFor({ ...about, incidentId });
  const { service, severity }: { readonly service: string; readonly severity: Severity } = about;
  return policy === undefined ? undefined : { type: "start", ...by, incidentId, service, severity, policy };
}

function updateStakeholders(
  by: By,
  text: string,
  directory: Pick<EscalationDirectory, "resolve" | "person">,
): MakeCommand {
  return (state, turnsOf) => {
    if (state === undefined) return undefined;
    const when = { atMs: by.atMs, urgency: "info", severity: state.severity } as const;
    const called = callTargets(stakeholderTargets(state), { ...directory, turnsOf }, when);
    return called.people.length === 0 ? undefined : { type: "update-stakeholders", ...by, text, called };
  };
}
