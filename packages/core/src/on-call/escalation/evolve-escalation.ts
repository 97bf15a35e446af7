import { isWorseSeverity } from "../../incident/severity.js";
import type { EscalationEvent, EscalationStarted } from "./escalation-event.js";
import type { EscalationState, EscalationWake } from "./escalation.js";
import { dueNotice } from "./stakeholder-notices.js";

/**
 * Applies an event to an escalation. Pure and total: the same events give the same state. Events before the first start
 * leave `undefined`; a start while one is under way changes nothing.
 */
export function evolveEscalation(
  state: EscalationState | undefined,
  event: EscalationEvent,
): EscalationState | undefined {
  if (state === undefined) return event.type === "escalation.started" ? fenced(begin(event)) : undefined;
  return nextEscalation(state, event);
}

/** The same for an escalation that has begun. */
export function nextEscalation(state: EscalationState, event: EscalationEvent): EscalationState {
  const changed = event.type === "escalation.started" ? beginAgain(state, event) : change(state, event);
  return fenced(
    { ...changed, causes: causesWith(state, event), lastAtMs: event.atMs, version: state.version + 1 },
    state,
  );
}

function begin({ atMs, data }: EscalationStarted): EscalationState {
  const { causeId, ...started } = data;
  return {
    ...started,
    status: "escalating",
    startedAtMs: atMs,
    next: { pass: 1, step: 0, ...dueAt(atMs) },
    firstPass: 1,
    lastPass: started.policy.repeat + 1,
    calledPass: 0,
    openCalls: [],
    noticesTold: [],
    noticesFromMs: atMs,
    causes: [causeId],
    lastAtMs: atMs,
    version: 1,
  };
}

function beginAgain(state: EscalationState, event: EscalationStarted): EscalationState {
  return state.status === "ended" ? begin(event) : state;
}

function change(state: EscalationState, event: Exclude<EscalationEvent, EscalationStarted>): EscalationState {
  const { atMs, actor } = event;
  switch (event.type) {
    case "escalation.step-fired": {
      const { page, pass, step } = event.data;
      const delayMs = delayOf(state, step);
      const next = following(state, { pass, step }, [atMs + delayMs, plannedFrom(state, atMs) + delayMs]);
      const openCalls = [...(state.calledPass === pass ? state.openCalls : []), page];
      return { ...withoutHaste(state), calledPass: pass, openCalls, lastCall: page, next };
    }
    case "escalation.step-skipped":
      return { ...state, next: following(state, event.data, [atMs, plannedFrom(state, atMs)]) };
    case "escalation.fallback-paged": {
      const { page, pass } = event.data;
      const answerByMs = atMs + delayOf(state, state.policy.steps.length - 1);
      const next = { pass: pass + 1, step: 0, ...dueAt(Math.max(answerByMs, state.next.plannedAtMs)) };
      return { ...withoutHaste(state), calledPass: pass, openCalls: [], lastCall: page, next };
    }
    case "escalation.call-undelivered":
      return withoutCall(state, event.data.page, atMs);
    case "escalation.exhausted":
      return { ...withoutHaste(state), status: "exhausted" };
    case "escalation.acknowledged":
      return { ...withoutHaste(state), status: "acknowledged", acknowledged: { by: actor, atMs, saidAtMs: atMs } };
    case "escalation.reminded":
      return withAcknowledged(state, (said) => ({ ...said, remindedAtMs: atMs }));
    case "escalation.confirmed":
      return withAcknowledged(state, (said) => ({ by: actor, atMs: said.atMs, saidAtMs: atMs }));
    case "escalation.unacknowledged":
      return goOn(state, atMs);
    case "escalation.hastened":
      return { ...goOn(state, atMs), hastened: { by: actor, reason: event.data.reason } };
    case "escalation.severity-changed": {
      const { to: severity } = event.data;
      const waits = state.status === "escalating" || state.status === "exhausted";
      return waits && isWorseSeverity(severity, state.severity)
        ? { ...beginPasses(state, atMs), severity }
        : { ...state, severity };
    }
    case "escalation.paused": {
      const { untilMs, reason } = event.data;
      return { ...withoutHaste(state), paused: { untilMs, reason } };
    }
    case "escalation.resumed":
      return resume(state, atMs);
    case "escalation.stakeholders-told":
      return { ...state, noticesTold: [...state.noticesTold, event.data.notice] };
    case "escalation.stakeholders-updated":
    case "escalation.heard":
      return state;
    case "escalation.ended":
      return { ...withoutHaste(withoutPause(state)), status: "ended" };
  }
}

/**
 * A call reached nobody: where it is the newest, the next step of its pass comes at once; and where it was the last of a pass
 * that may have reached somebody, the fallback is owed at once, even after the end of all passes. The next pass keeps its time:
 * what refuses for minutes must not use up the passes that were to go on for hours.
 */
function withoutCall(state: EscalationState, page: string, atMs: number): EscalationState {
  const { lastCall, ...rest } = state;
  const openCalls = state.openCalls.filter((one) => one !== page);
  const isLastOpen = openCalls.length < state.openCalls.length && openCalls.length === 0;
  const left: EscalationState = {
    ...rest,
    openCalls,
    calledPass: isLastOpen ? state.calledPass - 1 : state.calledPass,
    ...(lastCall === undefined || lastCall === page ? {} : { lastCall }),
  };
  const waitsInPass = lastCall === page && state.next.step > 0;
  if (!waitsInPass && !owesFallback(left)) return left;
  const status = state.status === "exhausted" ? "escalating" : state.status;
  return { ...left, status, next: { ...state.next, dueAtMs: atMs } };
}

/** Whether a pass is over that reached nobody, and the fallback was not paged for it. */
export function owesFallback({ calledPass, firstPass, next }: EscalationState): boolean {
  return next.step === 0 && next.pass > firstPass && calledPass < next.pass - 1;
}

/** Nobody is on it any more: the step that waited fires at once, and after the last one the passes begin anew. */
function goOn(state: EscalationState, atMs: number): EscalationState {
  const { acknowledged: _acknowledged, ...rest } = state;
  const going: EscalationState = { ...rest, status: "escalating", next: { ...state.next, ...dueAt(atMs) } };
  return state.next.pass > state.lastPass ? beginPasses(going, atMs) : going;
}

/** From the first step, with all passes before it; a pass that has called somebody is not counted again. */
function beginPasses(state: EscalationState, atMs: number): EscalationState {
  const pass = state.next.step === 0 ? state.next.pass : state.next.pass + 1;
  return {
    ...state,
    status: "escalating",
    next: { pass, step: 0, ...dueAt(atMs) },
    firstPass: pass,
    lastPass: pass + state.policy.repeat,
  };
}

function resume(state: EscalationState, atMs: number): EscalationState {
  const { acknowledged, ...rest } = withoutPause(state);
  return {
    ...rest,
    next: { ...rest.next, dueAtMs: Math.max(rest.next.dueAtMs, atMs) },
    noticesFromMs: atMs,
    ...(acknowledged === undefined
      ? {}
      : { acknowledged: { by: acknowledged.by, atMs: acknowledged.atMs, saidAtMs: atMs } }),
  };
}

function withoutPause(state: EscalationState): EscalationState {
  const { paused: _paused, ...rest } = state;
  return rest;
}

function withoutHaste(state: EscalationState): EscalationState {
  const { hastened: _hastened, ...rest } = state;
  return rest;
}

function withAcknowledged(
  state: EscalationState,
  edit: (said: NonNullable<EscalationState["acknowledged"]>) => NonNullable<EscalationState["acknowledged"]>,
): EscalationState {
  return state.acknowledged === undefined ? state : { ...state, acknowledged: edit(state.acknowledged) };
}

/** The next step of the pass, or the next pass, which does not begin before its plan. */
function following(
  { policy }: EscalationState,
  { pass, step }: { readonly pass: number; readonly step: number },
  [dueAtMs, plannedAtMs]: readonly [dueAtMs: number, plannedAtMs: number],
): EscalationState["next"] {
  return step + 1 < policy.steps.length
    ? { pass, step: step + 1, dueAtMs, plannedAtMs }
    : { pass: pass + 1, step: 0, ...dueAt(plannedAtMs) };
}

function plannedFrom({ next }: EscalationState, atMs: number): number {
  return Math.max(atMs, next.plannedAtMs);
}

function dueAt(atMs: number): Pick<EscalationState["next"], "dueAtMs" | "plannedAtMs"> {
  return { dueAtMs: atMs, plannedAtMs: atMs };
}

function delayOf(state: EscalationState, step: number): number {
  return state.policy.steps[step]?.delayMs ?? 0;
}

function causesWith({ causes }: EscalationState, { data }: EscalationEvent): readonly string[] {
  return "causeId" in data && !causes.includes(data.causeId) ? [...causes, data.causeId] : causes;
}

/** Gives what it waits for its fence: the one it had where it waits for the same as before, else this event's version. */
function fenced(state: EscalationState, before?: EscalationState): EscalationState {
  const { wake: _wake, stakeholderWake: _stakeholderWake, ...rest } = state;
  const wake = waitsFor(state);
  const stakeholderWake = stakeholdersDue(state);
  const sameStep = before?.next.pass === state.next.pass && before.next.step === state.next.step;
  const sameNotice = before !== undefined && dueNotice(before)?.notice === dueNotice(state)?.notice;
  return {
    ...rest,
    ...(wake === undefined ? {} : { wake: withFence(wake, sameStep ? before.wake : undefined, state.version) }),
    ...(stakeholderWake === undefined
      ? {}
      : {
          stakeholderWake: withFence(stakeholderWake, sameNotice ? before.stakeholderWake : undefined, state.version),
        }),
  };
}

type Waiting = Omit<EscalationWake, "fence">;

function withFence(waiting: Waiting, before: EscalationWake | undefined, version: number): EscalationWake {
  const same = before?.kind === waiting.kind && before.dueAtMs === waiting.dueAtMs;
  return { ...waiting, fence: same ? before.fence : version };
}

function waitsFor({ acknowledged, next, paused, policy, status }: EscalationState): Waiting | undefined {
  if (status === "ended") return undefined;
  if (paused !== undefined) return { kind: "resume", dueAtMs: paused.untilMs };
  if (status === "escalating") return { kind: "step", dueAtMs: next.dueAtMs };
  const { acknowledgement } = policy;
  if (acknowledged === undefined || acknowledgement === undefined) return undefined;
  const { remindedAtMs, saidAtMs } = acknowledged;
  return remindedAtMs === undefined
    ? { kind: "reminder", dueAtMs: saidAtMs + acknowledgement.remindAfterMs }
    : { kind: "no-answer", dueAtMs: remindedAtMs + acknowledgement.answerWithinMs };
}

function stakeholdersDue(state: EscalationState): Waiting | undefined {
  const due = dueNotice(state);
  if (due === undefined || state.status === "ended" || state.paused !== undefined) return undefined;
  return { kind: "stakeholders", dueAtMs: Math.max(state.startedAtMs + due.afterMs, state.noticesFromMs) };
}
