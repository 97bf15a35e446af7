import { decideEscalation } from "./decide-escalation.js";
import type { CalledPeople, EscalationCommand } from "./escalation-command.js";
import type { EscalationEvent } from "./escalation-event.js";
import type { EscalationPolicy } from "./escalation-policy.js";
import type { EscalationState } from "./escalation.js";
import { evolveEscalation } from "./evolve-escalation.js";

export const START_MS = Date.UTC(2026, 0, 31, 12); // a Saturday
export const MINUTE_MS = 60_000;

/** Two steps, five and ten minutes apart, gone through twice. */
export const TWO_STEPS: EscalationPolicy = {
  id: "default",
  steps: [
    { targets: [{ kind: "schedule", scheduleId: "primary" }], delayMs: 5 * MINUTE_MS },
    { targets: [{ kind: "person", personId: "lead" }], delayMs: 10 * MINUTE_MS },
  ],
  repeat: 1,
  fallback: [{ kind: "person", personId: "owner" }],
};

/** Somebody with one contact, who is told at once. */
export function called(...personIds: readonly string[]): CalledPeople {
  return { people: personIds.map((personId) => ({ personId, sends: [{ notifier: "sms", afterMs: 0 }] })), turns: [] };
}

export const NOBODY: CalledPeople = { people: [], turns: [] };

type Bare<Command> = Command extends EscalationCommand
  ? Omit<Command, "atMs" | "actor" | "causeId"> & { readonly actor?: string; readonly causeId?: string }
  : never;

/** An escalation that a test leads through its life, with a cause of its own for each command. */
export type Led = {
  readonly state: EscalationState | undefined;
  readonly events: readonly EscalationEvent[];
  /** Asks at so many minutes after the start; answers the events, or the code of the rejection. */
  ask(minutes: number, command: Bare<EscalationCommand>): readonly EscalationEvent[] | string;
  start(policy?: Partial<EscalationPolicy>, severity?: EscalationState["severity"]): void;
  /** Wakes it with the fence that it waits for. */
  wake(minutes: number, people?: Partial<WakePeople>): readonly EscalationEvent[] | string;
};

type WakePeople = Pick<Extract<EscalationCommand, { readonly type: "wake" }>, "steps" | "fallback" | "acknowledger">;

/** What each event is, in a word: `step-fired 1/0`. */
export function words(events: readonly EscalationEvent[] | string): readonly string[] {
  if (typeof events === "string") return [events];
  return events.map(({ data, type }) => {
    const name = type.slice("escalation.".length);
    const where = "step" in data ? ` ${data.pass}/${data.step}` : "pass" in data ? ` ${data.pass}` : "";
    const why = type === "escalation.step-skipped" ? ` ${data.reason}` : "";
    return `${name}${where}${why}`;
  });
}

export function lead(): Led {
  let state: EscalationState | undefined;
  const events: EscalationEvent[] = [];
  let causes = 0;
  const ask: Led["ask"] = (minutes, command) => {
    causes += 1;
    const asked = { causeId: `cause-${causes}`, actor: "ada", ...command, atMs: START_MS + minutes * MINUTE_MS };
    const decided = decideEscalation(state, asked);
    if (!decided.ok) return decided.error.code;
    events.push(...decided.value);
    state = decided.value.reduce(evolveEscalation, state);
    return decided.value;
  };
  return {
    get state() {
      return state;
    },
    events,
    ask,
    start(policy = {}, severity = "SEV1") {
      const chosen = { ...TWO_STEPS, ...policy };
      ask(0, { type: "start", incidentId: "INC-001", service: "checkout", severity, policy: chosen });
    },
    wake(minutes, people = {}) {
      return ask(minutes, {
        type: "wake",
        actor: "engine",
        fence: state?.wake?.fence ?? -1,
        steps: [called("ada"), called("lead")],
        fallback: called("owner"),
        acknowledger: [],
        ...people,
      });
    },
  };
}
