import type { IncidentCommand } from "./incident-command.js";
import type { IncidentState } from "./incident.js";

/** Says when and by whom an event happened: never before the incident's last event, whatever another clock says. */
export function stamp(
  state: IncidentState | undefined,
  command: Pick<IncidentCommand, "atMs" | "actor">,
): { readonly atMs: number; readonly actor: string } {
  return { atMs: Math.max(command.atMs, state?.lastAtMs ?? command.atMs), actor: command.actor };
}
