import { failure, success } from "../../errors/result.js";
import type { Decision } from "../decision.js";
import { decideMove } from "../decide-lifecycle.js";
import { groupKey } from "../external/incident-group.js";
import type { CommandOf, RelationCommand } from "../incident-command.js";
import { isOpenStatus } from "../incident-lifecycle.js";
import { foreignAlert, moveNotAllowed, type IncidentRejection } from "../incident-rejection.js";
import { incidentKeys, incidentSignals } from "../incident-signal.js";
import { stamp } from "../incident-stamp.js";
import type { IncidentState } from "../incident.js";

/** Decides how an incident comes to belong with others. */
export function decideRelation(state: IncidentState, command: RelationCommand): Decision {
  switch (command.type) {
    case "link":
      return link(state, command);
    case "unlink":
      return unlink(state, command);
    case "merge": {
      const { causeId, into, reason } = command;
      if (into === state.id) return failure(itself(state.id, "merged into"));
      const data = { causeId, into, reason };
      return decideMove(state, command, "merge", [{ type: "incident.merged", ...stamp(state, command), data }]);
    }
    case "absorb":
      return absorb(state, command);
    case "split":
      return split(state, command);
  }
}

function link(state: IncidentState, command: CommandOf<"link">): Decision {
  const { causeId, link: asked } = command;
  if (asked.kind === "incident" && asked.id === state.id) return failure(itself(state.id, "linked to"));
  if (state.links.some(({ kind, id }) => kind === asked.kind && id === asked.id)) return success([]);
  return success([{ type: "incident.linked", ...stamp(state, command), data: { causeId, link: asked } }]);
}

function unlink(state: IncidentState, command: CommandOf<"unlink">): Decision {
  const { causeId, id, kind } = command;
  if (state.links.some((known) => known.kind === kind && known.id === id)) {
    return success([{ type: "incident.unlinked", ...stamp(state, command), data: { causeId, kind, id } }]);
  }
  const linked = state.links.map((known) => `${known.kind} ${known.id}`);
  const words = linked.length === 0 ? "nothing" : linked.join(", ");
  return failure({
    code: "not-linked",
    linked,
    message: `${state.id} is not linked to the ${kind} ${id}. It is linked to ${words}.`,
  });
}

function absorb(state: IncidentState, command: CommandOf<"absorb">): Decision {
  const { causeId, from, reason } = command;
  if (from === state.id) return failure(itself(state.id, "merged into"));
  if (!isOpenStatus(state.status)) return failure(moveNotAllowed(state, command.type));
  const known = new Set(incidentKeys(state).map(({ key }) => key));
  const alerts = command.alerts.filter(({ key }) => !known.has(key));
  const groups = (command.groups ?? []).filter((group) => !known.has(groupKey(group)));
  const data = { causeId, from, reason, alerts, ...(groups.length === 0 ? {} : { groups }) };
  return success([{ type: "incident.absorbed", ...stamp(state, command), data }]);
}

function split(state: IncidentState, command: CommandOf<"split">): Decision {
  const { causeId, into, keys, reason } = command;
  if (into === state.id) return failure(itself(state.id, "split into"));
  const followed = state.followed.map(({ key }) => key);
  const foreign = keys.find((key) => !followed.includes(key));
  if (foreign !== undefined) return failure(notToSplit(state, followed, foreign));
  const data = { causeId, into, reason, keys };
  return success([{ type: "incident.split-off", ...stamp(state, command), data }]);
}

function notToSplit(state: IncidentState, followed: readonly string[], foreign: string): IncidentRejection {
  const own = incidentSignals(state).some(({ key }) => key === foreign);
  if (!own) return foreignAlert(state.id, incidentSignals(state)[0]?.key, foreign);
  const others =
    followed.length === 0 ? "none came with a merge or with a group" : `what can go is ${followed.join(", ")}`;
  return {
    code: "foreign-alert",
    expectedKey: followed[0],
    foundKey: foreign,
    message: `${foreign} opened ${state.id} and stays with it; ${others}. Split without it.`,
  };
}

function itself(incidentId: string, verb: string): IncidentRejection {
  return {
    code: "bad-target",
    incidentId,
    message: `${incidentId} can not be ${verb} itself. Name another incident.`,
  };
}
