import { failure, success } from "../../errors/result.js";
import type { Decision } from "../decision.js";
import type { CommandOf, PeopleCommand } from "../incident-command.js";
import type { IncidentRejection } from "../incident-rejection.js";
import { stamp } from "../incident-stamp.js";
import type { IncidentState } from "../incident.js";
import { holdersOf, isSingleRole, type IncidentRole } from "./role.js";
import { isSameBreach } from "./target-breach.js";

/** Decides what people do in the course of an incident beside moving it on. */
export function decidePeople(state: IncidentState, command: PeopleCommand): Decision {
  const { causeId } = command;
  const when = stamp(state, command);
  switch (command.type) {
    case "escalate": {
      const { step, to, channel, reason } = command;
      return success([{ type: "incident.escalated", ...when, data: { causeId, step, to, channel, reason } }]);
    }
    case "assign-role":
      return assign(state, command);
    case "hand-over":
      return handOver(state, command);
    case "release-role": {
      const { role, person, reason } = command;
      const holders = holdersOf(state.duties, role);
      if (!holders.includes(person)) return failure(roleNotHeld(state.id, role, { by: person, holders }));
      return success([{ type: "incident.role-released", ...when, data: { causeId, role, person, reason } }]);
    }
    case "update-status": {
      const { audience, text } = command;
      return success([{ type: "incident.status-updated", ...when, data: { causeId, audience, text } }]);
    }
    case "record-notice": {
      const { channel, person } = command;
      return success([{ type: "incident.stakeholders-told", ...when, data: { causeId, person, channel } }]);
    }
    case "record-breach": {
      const { breach } = command;
      if (state.breaches.some((known) => isSameBreach(known, breach))) return success([]);
      return success([{ type: "incident.target-breached", ...when, data: { causeId, breach } }]);
    }
  }
}

function assign(state: IncidentState, command: CommandOf<"assign-role">): Decision {
  const { causeId, person, role } = command;
  const holders = holdersOf(state.duties, role);
  if (holders.includes(person)) return success([]);
  const [heldBy] = holders;
  if (heldBy !== undefined && isSingleRole(role)) {
    return failure({
      code: "role-taken",
      role,
      heldBy,
      message: `The ${role} of ${state.id} is ${heldBy}. Let ${heldBy} hand over, and say what is handed over.`,
    });
  }
  return success([{ type: "incident.role-assigned", ...stamp(state, command), data: { causeId, role, person } }]);
}

function handOver(state: IncidentState, command: CommandOf<"hand-over">): Decision {
  const { causeId, handedOver, role, to } = command;
  const holders = holdersOf(state.duties, role);
  const from = command.from ?? (holders.length === 1 ? holders[0] : undefined);
  if (from === undefined || !holders.includes(from)) {
    return failure(roleNotHeld(state.id, role, { by: from, holders }));
  }
  if (from === to) return success([]);
  const data = { causeId, role, from, to, handedOver };
  return success([{ type: "incident.role-handed-over", ...stamp(state, command), data }]);
}

function roleNotHeld(
  incidentId: string,
  role: IncidentRole,
  { by, holders }: { readonly by: string | undefined; readonly holders: readonly string[] },
): IncidentRejection {
  const held =
    holders.length === 0
      ? `nobody is ${role}; assign the role instead`
      : `${role} is ${holders.join(", ")}; name one of them`;
  const asked = by === undefined ? "It does not say whose role it is" : `${by} is not ${role} of ${incidentId}`;
  return { code: "role-not-held", role, heldBy: holders, message: `${asked}: ${held}.` };
}
