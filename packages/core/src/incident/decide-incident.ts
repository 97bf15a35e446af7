import { failure, success } from "../errors/result.js";
import { versionMismatch } from "../errors/version-mismatch.js";
import { decideAction } from "./actions/decide-action.js";
import { checkCommand } from "./command-check.js";
import { decideLifecycle } from "./decide-lifecycle.js";
import type { Decision } from "./decision.js";
import { declaredEvent } from "./declare-incident.js";
import type { Evidence } from "./evidence.js";
import { evolveIncident } from "./evolve-incident.js";
import type { FollowUpCommand, IncidentCommand } from "./incident-command.js";
import type { IncidentEvent } from "./incident-event.js";
import { alreadyDeclared, evidenceConflict, moveNotAllowed, notDeclared } from "./incident-rejection.js";
import { stamp } from "./incident-stamp.js";
import type { IncidentState } from "./incident.js";
import { decidePeople } from "./people/decide-people.js";
import { decidePostmortem } from "./postmortem/decide-postmortem.js";
import { decideRelation } from "./relations/decide-relation.js";

/**
 * Decides what a command does to an incident: the events to append, or why not.
 *
 * Idempotent by `causeId`: a cause that was handled gives no events again, whatever has happened since. Refused at any
 * version but the expected one, where one is. No events also where nothing changes. Events are never earlier than the
 * incident's last one. Evidence that the command carries is attached after what it did, in the engine's name: it is what was
 * found at that moment, and not what somebody did. Only `attach-evidence` attaches in the name of whoever asks.
 */
export function decideIncident(state: IncidentState | undefined, command: IncidentCommand): Decision {
  if (state?.causes.includes(command.causeId)) return success([]);
  const problem = checkCommand(command);
  if (problem !== undefined) return failure(problem);
  if (state !== undefined) {
    const mismatch = versionMismatch(state.id, state.version, command.expectedVersion);
    if (mismatch !== undefined) return failure({ ...mismatch, incidentId: state.id });
  }
  const decided = decideEvents(state, command);
  if (!decided.ok) return decided;
  if (command.evidence === undefined) return decided;
  // A stale alert event brings stale evidence.
  const ofAlert = command.type === "update-alert" || command.type === "update-external";
  if (ofAlert && decided.value.length === 0) return decided;
  return withEvidence(state, decided.value, command, command.evidence);
}

function decideEvents(state: IncidentState | undefined, command: IncidentCommand): Decision {
  if (command.type === "declare") {
    return state === undefined ? success([declaredEvent(command)]) : failure(alreadyDeclared(state.id));
  }
  if (state === undefined) return failure(notDeclared(command.type));
  if (state.status === "closed" && !outlivesClosing(command)) return failure(moveNotAllowed(state, command.type));
  switch (command.type) {
    case "escalate":
    case "assign-role":
    case "hand-over":
    case "release-role":
    case "update-status":
    case "record-notice":
    case "record-breach":
      return decidePeople(state, command);
    case "link":
    case "unlink":
    case "merge":
    case "absorb":
    case "split":
      return decideRelation(state, command);
    case "add-action":
    case "change-action":
    case "complete-action":
    case "drop-action":
      return decideAction(state, command);
    case "edit-postmortem":
    case "restore-postmortem":
    case "review-postmortem":
      return decidePostmortem(state, command);
    case "record-cost": {
      const { causeId, round, share } = command;
      return success([{ type: "incident.cost-recorded", ...stamp(state, command), data: { causeId, round, share } }]);
    }
    default:
      return decideLifecycle(state, command);
  }
}

// What is learnt comes late: often days after nobody works on the incident any more.
const AFTER_CLOSING: readonly IncidentCommand["type"][] = [
  "add-action",
  "change-action",
  "complete-action",
  "drop-action",
  "edit-postmortem",
  "restore-postmortem",
  "review-postmortem",
  "record-cost",
  "link",
  "unlink",
] satisfies readonly (FollowUpCommand["type"] | "link" | "unlink")[];

function outlivesClosing({ type }: IncidentCommand): boolean {
  return AFTER_CLOSING.includes(type);
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
      ...stamp(state, command.type === "attach-evidence" ? command : { ...command, actor: "engine" }),
      data: { causeId: command.causeId, evidence },
    };
    attached.push(event);
    current = evolveIncident(current, event);
  }
  return success([...events, ...attached]);
}
