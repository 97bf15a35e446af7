import type { AlertEvent } from "../alert/alert.js";
import { failure, success, type Result } from "../errors/result.js";
import { AUTO_CLOSE_TTL_MS, closableAt } from "./auto-close.js";
import { alertChange, alertFacts, declaredEvent } from "./declare-incident.js";
import type { Evidence } from "./evidence.js";
import { evolveIncident } from "./evolve-incident.js";
import type { IncidentCommand, IncidentRejection } from "./incident-command.js";
import type { IncidentAlertUpdated, IncidentEvent } from "./incident-event.js";
import { isOpenStatus, statusAfter, type IncidentMove } from "./incident-lifecycle.js";
import type { IncidentState } from "./incident.js";
import {
  alreadyDeclared,
  emptyText,
  evidenceConflict,
  foreignAlert,
  moveNotAllowed,
  notClosable,
  notDeclared,
} from "./incident-rejection.js";
import { isWorseSeverity, openingSeverity } from "./severity.js";

type Decision = Result<readonly IncidentEvent[], IncidentRejection>;
type CommandOf<Type extends IncidentCommand["type"]> = Extract<IncidentCommand, { readonly type: Type }>;

/**
 * Decides what a command does to an incident: the events to append, or why not.
 *
 * Idempotent by `causeId`: a cause that was handled gives no events again, whatever has happened since. No events also
 * where nothing changes. Events are never earlier than the incident's last one. Evidence that the command carries is
 * attached after what it did.
 */
export function decideIncident(state: IncidentState | undefined, command: IncidentCommand): Decision {
  if (state?.causes.includes(command.causeId)) return success([]);
  const blank = blankField(command);
  if (blank !== undefined) return failure(emptyText(command.type, blank));
  const decided = decideEvents(state, command);
  if (!decided.ok) return decided;
  if (command.evidence === undefined) return decided;
  // A stale alert event brings stale evidence.
  if (command.type === "update-alert" && decided.value.length === 0) return decided;
  return withEvidence(state, decided.value, command, command.evidence);
}

function decideEvents(state: IncidentState | undefined, command: IncidentCommand): Decision {
  if (command.type === "declare") {
    return state === undefined ? success([declaredEvent(command)]) : failure(alreadyDeclared(state.id));
  }
  if (state === undefined) return failure(notDeclared(command.type));
  if (state.status === "closed") return failure(moveNotAllowed(state, command.type));
  switch (command.type) {
    case "acknowledge":
      return decideMove(state, command, "acknowledge", [
        { type: "incident.acknowledged", ...stamp(state, command), data: { causeId: command.causeId } },
      ]);
    case "change-severity":
      return success(severityEvents(state, command, command.severity, command.reason));
    case "note":
      return success([
        {
          type: "incident.noted",
          ...stamp(state, command),
          data: { causeId: command.causeId, text: command.text },
        },
      ]);
    case "attach-evidence":
      return success([]);
    case "update-alert":
      return decideAlert(state, command);
    case "resolve":
      return decideMove(state, command, "resolve", [
        {
          type: "incident.resolved",
          ...stamp(state, command),
          data: {
            causeId: command.causeId,
            how: "person",
            reason: command.reason,
            ...(command.evaluation === undefined ? {} : { evaluation: command.evaluation }),
          },
        },
      ]);
    case "reopen":
      return decideReopen(state, command);
    case "close":
      return decideClose(state, command);
  }
}

function decideMove(
  state: IncidentState,
  command: IncidentCommand,
  move: IncidentMove,
  events: readonly IncidentEvent[],
): Decision {
  return statusAfter(state.status, move) === undefined ? failure(moveNotAllowed(state, command.type)) : success(events);
}

function decideAlert(state: IncidentState, command: CommandOf<"update-alert">): Decision {
  const updated = alertEvents(state, command, command.alert);
  if (!updated.ok || updated.value.length === 0) return updated;
  if (command.alert.type !== "alert.resolved" || !isOpenStatus(state.status)) return updated;
  return success([
    ...updated.value,
    {
      type: "incident.resolved",
      ...stamp(state, command),
      data: { causeId: command.causeId, how: "alert", reason: command.alert.data.explanation },
    },
  ]);
}

function decideReopen(state: IncidentState, command: CommandOf<"reopen">): Decision {
  const updated = command.alert === undefined ? success([]) : alertEvents(state, command, command.alert);
  if (!updated.ok) return updated;
  return decideMove(state, command, "reopen", [
    {
      type: "incident.reopened",
      ...stamp(state, command),
      data: { causeId: command.causeId, reason: command.reason },
    },
    ...updated.value,
  ]);
}

function decideClose(state: IncidentState, command: CommandOf<"close">): Decision {
  const closed = (reason: string): readonly IncidentEvent[] => [
    {
      type: "incident.closed",
      ...stamp(state, command),
      data: { causeId: command.causeId, how: command.how, reason },
    },
  ];
  if (command.how === "person") return decideMove(state, command, "close", closed(command.reason ?? ""));
  const ttlMs = command.ttlMs ?? AUTO_CLOSE_TTL_MS;
  const answer = closableAt(state, command.atMs, ttlMs);
  return answer.closable
    ? success(closed("resolved, and quiet for the whole time to live"))
    : failure(notClosable(state.id, answer.reason));
}

/** What an alert event changes, apart from the status: the alert as recorded, and a worse severity where it asks for one. */
function alertEvents(
  state: IncidentState,
  command: CommandOf<"update-alert" | "reopen">,
  alert: AlertEvent,
): Result<readonly IncidentEvent[], IncidentRejection> {
  const { data: facts } = alert;
  const known = state.alert;
  if (known === undefined || known.key !== facts.key) return failure(foreignAlert(state.id, known?.key, facts.key));
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
  const opening = openingSeverity(facts, state.serviceTier);
  if (!isWorseSeverity(opening.severity, state.severity)) return success([updated]);
  return success([updated, ...severityEvents(state, command, opening.severity, opening.because)]);
}

/** Whether an alert event says that it burns, and at least as hard as before. */
function burns(alert: AlertEvent): boolean {
  return alert.type === "alert.fired" || alert.type === "alert.escalated";
}

function severityEvents(
  state: IncidentState,
  command: IncidentCommand,
  severity: IncidentState["severity"],
  reason: string,
): readonly IncidentEvent[] {
  if (severity === state.severity) return [];
  const data = { causeId: command.causeId, from: state.severity, to: severity, reason };
  return [{ type: "incident.severity-changed", ...stamp(state, command), data }];
}

function withEvidence(
  state: IncidentState | undefined,
  events: readonly IncidentEvent[],
  command: IncidentCommand,
  offered: readonly Evidence[],
): Decision {
  let current = events.reduce<IncidentState | undefined>((before, event) => evolveIncident(before, event), state);
  const attached: IncidentEvent[] = [];
  for (const evidence of offered) {
    const known = current?.evidence.find((entry) => entry.id === evidence.id);
    if (known !== undefined && known.hash !== evidence.hash) return failure(evidenceConflict(evidence, known));
    if (known !== undefined) continue;
    const event: IncidentEvent = {
      type: "incident.evidence-attached",
      ...stamp(state, command),
      data: { causeId: command.causeId, evidence },
    };
    attached.push(event);
    current = evolveIncident(current, event);
  }
  return success([...events, ...attached]);
}

function stamp(
  state: IncidentState | undefined,
  command: IncidentCommand,
): { readonly atMs: number; readonly actor: string } {
  return { atMs: Math.max(command.atMs, state?.lastAtMs ?? command.atMs), actor: command.actor };
}

function blankField(command: IncidentCommand): string | undefined {
  const fields = { causeId: command.causeId, actor: command.actor, ...textFields(command) };
  return Object.entries(fields).find(([, text]) => text.trim() === "")?.[0];
}

function textFields(command: IncidentCommand): Readonly<Record<string, string>> {
  switch (command.type) {
    case "declare": {
      const { incidentId, origin } = command;
      return origin.kind === "person" ? { incidentId, title: origin.title, service: origin.service } : { incidentId };
    }
    case "note":
      return { text: command.text };
    case "change-severity":
    case "resolve":
    case "reopen":
      return { reason: command.reason };
    case "acknowledge":
    case "attach-evidence":
    case "update-alert":
    case "close":
      return {};
  }
}
