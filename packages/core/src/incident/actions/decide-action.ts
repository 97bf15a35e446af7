import { failure, success } from "../../errors/result.js";
import type { Decision } from "../decision.js";
import type { CommandOf } from "../incident-command.js";
import { stamp } from "../incident-stamp.js";
import type { IncidentState } from "../incident.js";

/** Decides what becomes of an incident's action items; also after the incident closed. */
export function decideAction(
  state: IncidentState,
  command: CommandOf<"add-action" | "change-action" | "complete-action" | "drop-action">,
): Decision {
  const { causeId } = command;
  const when = stamp(state, command);
  if (command.type === "add-action") {
    const { title, owner, priority, dueAtMs } = command;
    const actionId = `A${state.actions.length + 1}`;
    return success([
      { type: "incident.action-added", ...when, data: { causeId, actionId, title, owner, priority, dueAtMs } },
    ]);
  }
  const { actionId } = command;
  const item = state.actions.find(({ id }) => id === actionId);
  if (item === undefined) {
    const open = state.actions.filter(({ status }) => status === "open").map(({ id }) => id);
    const words = open.length === 0 ? "None is open" : `Open are ${open.join(", ")}`;
    return failure({
      code: "unknown-action",
      actionId,
      open,
      message: `${state.id} has no action item ${actionId}. ${words}.`,
    });
  }
  if (item.status !== "open") {
    return failure({
      code: "action-settled",
      actionId,
      status: item.status,
      message: `The action item ${actionId} of ${state.id} is ${item.status} already. Add another one.`,
    });
  }
  switch (command.type) {
    case "change-action": {
      const { title, owner, priority, dueAtMs } = item;
      const { dueAtMs: due = dueAtMs, owner: who = owner, priority: rank = priority, title: what = title } = command;
      const same = due === dueAtMs && who === owner && rank === priority && what === title;
      if (same) return success([]);
      const data = { causeId, actionId, title: what, owner: who, priority: rank, dueAtMs: due, reason: command.reason };
      return success([{ type: "incident.action-changed", ...when, data }]);
    }
    case "complete-action":
      return success([
        { type: "incident.action-done", ...when, data: { causeId, actionId, outcome: command.outcome } },
      ]);
    case "drop-action":
      return success([
        { type: "incident.action-dropped", ...when, data: { causeId, actionId, reason: command.reason } },
      ]);
  }
}
