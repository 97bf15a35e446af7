import { failure, success } from "../errors/result.js";
import { AUTO_CLOSE_TTL_MS, closableAt } from "./auto-close.js";
import type { Decision } from "./decision.js";
import { endWords, type ExternalFacts } from "./external/external-facts.js";
import { alertEvents, externalEvents } from "./decide-signal.js";
import { evolveIncident } from "./evolve-incident.js";
import type { CommandOf, IncidentCommand, LifecycleCommand } from "./incident-command.js";
import type { IncidentEvent } from "./incident-event.js";
import { isOpenStatus, statusAfter, type IncidentMove } from "./incident-lifecycle.js";
import { moveNotAllowed, notClosable } from "./incident-rejection.js";
import { isQuiet } from "./incident-signal.js";
import { stamp } from "./incident-stamp.js";
import type { IncidentState } from "./incident.js";
import { severityEvents } from "./severity-events.js";

/** Decides what moves an incident on, or tells of its alerts. */
export function decideLifecycle(
  state: IncidentState,
  command: Exclude<LifecycleCommand, { readonly type: "declare" }>,
): Decision {
  const { causeId } = command;
  const when = stamp(state, command);
  switch (command.type) {
    case "acknowledge":
      return decideMove(state, command, "acknowledge", [{ type: "incident.acknowledged", ...when, data: { causeId } }]);
    case "unacknowledge":
      return decideMove(state, command, "unacknowledge", [
        { type: "incident.unacknowledged", ...when, data: { causeId, reason: command.reason } },
      ]);
    case "start-mitigation":
      return decideMove(state, command, "mitigate", [
        { type: "incident.mitigation-started", ...when, data: { causeId, text: command.text } },
      ]);
    case "confirm-mitigation":
      return decideMove(state, command, "confirm-mitigation", [
        { type: "incident.mitigated", ...when, data: { causeId, text: command.text } },
      ]);
    case "change-severity":
      return success(severityEvents(state, command, command.severity, command.reason));
    case "note":
      return success([{ type: "incident.noted", ...when, data: { causeId, text: command.text } }]);
    case "attach-evidence":
      return success([]);
    case "update-alert":
    case "update-external":
      return decideSignal(state, command);
    case "trace-alert":
      return success([
        { type: "incident.alert-traced", ...when, data: { causeId, key: command.key, trace: command.trace } },
      ]);
    case "resolve":
      return decideResolve(state, command);
    case "reopen":
      return decideReopen(state, command);
    case "close":
      return decideClose(state, command);
  }
}

/** Gives events where the table allows a move, and else says which moves it allows. */
export function decideMove(
  state: IncidentState,
  command: IncidentCommand,
  move: IncidentMove,
  events: readonly IncidentEvent[],
): Decision {
  return statusAfter(state.status, move) === undefined ? failure(moveNotAllowed(state, command.type)) : success(events);
}

function decideSignal(state: IncidentState, command: CommandOf<"update-alert" | "update-external">): Decision {
  const updated =
    command.type === "update-alert"
      ? alertEvents(state, command, command.alert)
      : externalEvents(state, command, command.external);
  if (!updated.ok || updated.value.length === 0) return updated;
  const over =
    command.type === "update-alert"
      ? { is: command.alert.type === "alert.resolved", why: command.alert.data.explanation }
      : { is: command.external.status === "resolved", why: overWords(command.external) };
  if (!over.is || !isOpenStatus(state.status)) return updated;
  // Where it hears of several alerts, the last one to end resolves it.
  const after = updated.value.reduce<IncidentState>((before, event) => evolveIncident(before, event), state);
  if (!isQuiet(after)) return updated;
  const data = { causeId: command.causeId, how: "alert" as const, reason: over.why };
  return success([...updated.value, { type: "incident.resolved", ...stamp(state, command), data }]);
}

function overWords(external: ExternalFacts): string {
  return `${external.title} ${endWords(external)}`;
}

function decideResolve(state: IncidentState, command: CommandOf<"resolve">): Decision {
  const { causeId, evaluation, reason } = command;
  const data = { causeId, how: "person" as const, reason, ...(evaluation === undefined ? {} : { evaluation }) };
  return decideMove(state, command, "resolve", [{ type: "incident.resolved", ...stamp(state, command), data }]);
}

function decideReopen(state: IncidentState, command: CommandOf<"reopen">): Decision {
  const { alert, external } = command;
  const heard = alert === undefined ? success([]) : alertEvents(state, command, alert);
  if (!heard.ok) return heard;
  const learnt = external === undefined ? success([]) : externalEvents(state, command, external);
  if (!learnt.ok) return learnt;
  return decideMove(state, command, "reopen", [
    {
      type: "incident.reopened",
      ...stamp(state, command),
      data: { causeId: command.causeId, reason: command.reason },
    },
    ...heard.value,
    ...learnt.value,
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
