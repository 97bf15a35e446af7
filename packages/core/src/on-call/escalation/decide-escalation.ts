import { failure, success, type Result } from "../../errors/result.js";
import { coveredAt } from "../../slo/covered-time.js";
import type { CalledPeople, EscalationCommand, EscalationRejection } from "./escalation-command.js";
import type { EscalationEvent, SkipReason } from "./escalation-event.js";
import type { EscalationStep, StepCondition } from "./escalation-policy.js";
import type { EscalationState } from "./escalation.js";
import { nextEscalation, owesFallback } from "./evolve-escalation.js";
import { dueNotice } from "./stakeholder-notices.js";

type Decision = Result<readonly EscalationEvent[], EscalationRejection>;
type CommandOf<Type extends EscalationCommand["type"]> = Extract<EscalationCommand, { readonly type: Type }>;
type Asked = Exclude<EscalationCommand, CommandOf<"start">>;

/**
 * Decides what a command does to an escalation: the events to append, or why not.
 *
 * Idempotent by `causeId`, and by fence for what timers bring: a cause that was handled gives no events again, and a
 * timer for what it no longer waits for is refused as stale.
 */
export function decideEscalation(state: EscalationState | undefined, command: EscalationCommand): Decision {
  if ("causeId" in command && state?.causes.includes(command.causeId) === true) return success([]);
  if (command.type === "start") return success(started(state, command));
  if (state === undefined) {
    const message = `There is no escalation that could ${command.type}: nothing has started one for this incident.`;
    return failure({ code: "not-started", command: command.type, message });
  }
  return decideStarted(state, command);
}

/** As channels know it, which follow one of these three. */
const SHOWN_STATUS = {
  escalating: "firing",
  exhausted: "firing",
  acknowledged: "acknowledged",
  ended: "resolved",
} as const;

function started(state: EscalationState | undefined, command: CommandOf<"start">): readonly EscalationEvent[] {
  // One is under way already, and goes on.
  if (state !== undefined && state.status !== "ended") return [];
  const { actor, causeId, incidentId, policy, service, severity } = command;
  const round = (state?.round ?? 0) + 1;
  const atMs = Math.max(command.atMs, state?.lastAtMs ?? command.atMs);
  return [{ type: "escalation.started", atMs, actor, data: { incidentId, round, service, severity, policy, causeId } }];
}

function decideStarted(state: EscalationState, command: Asked): Decision {
  const by = { atMs: Math.max(command.atMs, state.lastAtMs), actor: command.actor };
  if (command.type === "wake") return decideWake(state, command, by);
  if (command.type === "tell-stakeholders") return decideNotice(state, command, by);
  if (command.type === "update-stakeholders") {
    const { called, causeId, text } = command;
    const page = `${state.round}/update/${state.version + 1}`;
    const data = { page, text, status: SHOWN_STATUS[state.status], causeId, ...called };
    return success([{ type: "escalation.stakeholders-updated", ...by, data }]);
  }
  if (command.type === "hear") {
    return success([{ type: "escalation.heard", ...by, data: { causeId: command.causeId } }]);
  }
  if (state.status === "ended") return command.type === "end" ? success([]) : notAllowed(state, command);
  const { causeId } = command;
  switch (command.type) {
    case "acknowledge":
      // Whoever acknowledges after somebody else says that they are on it too.
      return state.status === "acknowledged"
        ? success([{ type: "escalation.confirmed", ...by, data: { causeId } }])
        : success([{ type: "escalation.acknowledged", ...by, data: { causeId } }]);
    case "confirm":
      if (state.status !== "acknowledged") return notAllowed(state, command);
      return success([{ type: "escalation.confirmed", ...by, data: { causeId } }]);
    case "unacknowledge":
      if (state.status !== "acknowledged") return notAllowed(state, command);
      return success([
        { type: "escalation.unacknowledged", ...by, data: { how: "person", reason: command.reason, causeId } },
      ]);
    case "escalate":
      return success(hastened(state, command, by));
    case "undelivered": {
      const { page } = command;
      // Of a pass that was followed by another it says nothing any more: that one calls people of its own.
      const matters = page === state.lastCall || state.openCalls.includes(page);
      return success(matters ? [{ type: "escalation.call-undelivered", ...by, data: { page, causeId } }] : []);
    }
    case "change-severity": {
      const { severity: to } = command;
      const data = { from: state.severity, to, causeId };
      return success(to === state.severity ? [] : [{ type: "escalation.severity-changed", ...by, data }]);
    }
    case "pause": {
      const { reason, untilMs } = command;
      if (untilMs <= by.atMs) return success([]);
      return success([{ type: "escalation.paused", ...by, data: { untilMs, reason, causeId } }]);
    }
    case "resume":
      return success(state.paused === undefined ? [] : [{ type: "escalation.resumed", ...by, data: { causeId } }]);
    case "end":
      return success([{ type: "escalation.ended", ...by, data: { reason: command.reason, causeId } }]);
  }
}

/** Whoever asks for the next people wants them now: a pause ends with it. */
function hastened(
  { paused }: EscalationState,
  { causeId, reason }: CommandOf<"escalate">,
  by: By,
): readonly EscalationEvent[] {
  const event: EscalationEvent = { type: "escalation.hastened", ...by, data: { reason, causeId } };
  return paused === undefined ? [event] : [{ type: "escalation.resumed", ...by, data: { causeId } }, event];
}

type By = { readonly atMs: number; readonly actor: string };

function decideWake(state: EscalationState, command: CommandOf<"wake">, by: By): Decision {
  const { wake } = state;
  if (wake?.fence !== command.fence) return stale(state, command.fence);
  if (command.atMs < wake.dueAtMs) return notDue(wake.dueAtMs, command.atMs);
  const causeId = `wake@${wake.fence}`;
  switch (wake.kind) {
    case "reminder": {
      const data = { page: `${state.round}/reminder/${wake.fence}`, people: command.acknowledger, turns: [] };
      return success([{ type: "escalation.reminded", ...by, data }]);
    }
    case "no-answer": {
      const reason = "the reminder was not answered in time";
      const data = { how: "no-answer", reason, causeId } as const;
      return success(andFire(state, { type: "escalation.unacknowledged", ...by, data }, command));
    }
    case "resume":
      return success(andFire(state, { type: "escalation.resumed", ...by, data: { causeId } }, command));
    default:
      return success(fire(state, command, by));
  }
}

/** An event, and the step that it makes due at once. */
function andFire(
  state: EscalationState,
  event: EscalationEvent,
  command: CommandOf<"wake">,
): readonly EscalationEvent[] {
  const then = nextEscalation(state, event);
  const isDue = then.wake?.kind === "step" && then.wake.dueAtMs <= event.atMs;
  return isDue ? [event, ...fire(then, command, event)] : [event];
}

/** Fires the next step that calls somebody; passes over those that call nobody; after a pass that reached nobody, the fallback. */
function fire(state: EscalationState, command: CommandOf<"wake">, { atMs, actor }: By): readonly EscalationEvent[] {
  const events: EscalationEvent[] = [];
  const wish = state.hastened === undefined ? {} : { asked: state.hastened };
  let now = state;
  const add = (event: EscalationEvent): void => {
    events.push(event);
    now = nextEscalation(now, event);
  };
  for (;;) {
    const { pass, step } = now.next;
    if (owesFallback(now)) {
      const data = { page: `${now.round}/${pass - 1}/fallback`, pass: pass - 1, ...wish, ...command.fallback };
      return [...events, { type: "escalation.fallback-paged", atMs, actor, data }];
    }
    // A call that reached nobody made the step come early that calls nobody now; the next pass keeps its time.
    if (now.next.dueAtMs > atMs) return events;
    const definition = now.policy.steps[step];
    if (pass > now.lastPass || definition === undefined) {
      const passes = now.lastPass - now.firstPass + 1;
      return [...events, { type: "escalation.exhausted", atMs, actor, data: { passes, ...wish } }];
    }
    const called = command.steps[step] ?? NOBODY;
    const reason = skipReason(now, definition, { called, atMs });
    if (reason === undefined) {
      const data = { page: `${now.round}/${pass}/${step + 1}`, pass, step, ...wish, ...called };
      return [...events, { type: "escalation.step-fired", atMs, actor, data }];
    }
    add({ type: "escalation.step-skipped", atMs, actor, data: { pass, step, reason } });
  }
}

const NOBODY: CalledPeople = { people: [], turns: [] };

function skipReason(
  state: EscalationState,
  { conditions = [] }: EscalationStep,
  { called, atMs }: { readonly called: CalledPeople; readonly atMs: number },
): SkipReason | undefined {
  if (!conditions.every((condition) => holds(state, condition, atMs))) return "condition";
  if (called.people.length === 0) return "nobody";
  return called.people.some(({ sends }) => sends.length > 0) ? undefined : "unreachable";
}

function holds(state: EscalationState, condition: StepCondition, atMs: number): boolean {
  switch (condition.kind) {
    case "severity":
      return condition.anyOf.includes(state.severity);
    case "time":
      return coveredAt({ kind: "recurring", interval: condition.within }, atMs);
    case "pass": {
      const pass = state.next.pass - state.firstPass + 1;
      return condition.from <= pass && pass <= (condition.to ?? pass);
    }
  }
}

function decideNotice(state: EscalationState, command: CommandOf<"tell-stakeholders">, by: By): Decision {
  const { round, stakeholderWake } = state;
  const due = dueNotice(state);
  if (due === undefined || stakeholderWake?.fence !== command.fence) return stale(state, command.fence);
  if (command.atMs < stakeholderWake.dueAtMs) return notDue(stakeholderWake.dueAtMs, command.atMs);
  const { notice } = due;
  const data = { page: `${round}/stakeholders/${notice + 1}`, notice, ...command.called };
  return success([{ type: "escalation.stakeholders-told", ...by, data }]);
}

function stale({ incidentId, version }: EscalationState, fence: number): Decision {
  const message = `The escalation of ${incidentId} does not wait for the timer with fence ${fence} any more; it is at version ${version}.`;
  return failure({ code: "stale-fence", fence, message });
}

function notDue(dueAtMs: number, atMs: number): Decision {
  const message = `The timer came ${dueAtMs - atMs} ms early; it comes again at its time.`;
  return failure({ code: "not-due", dueAtMs, message });
}

function notAllowed({ incidentId, status }: EscalationState, { type }: Asked): Decision {
  const message = `The escalation of ${incidentId} is ${status}, so that it cannot ${type}.`;
  return failure({ code: "not-allowed", command: type, status, message });
}
