import { firesAt, type ExternalAlert } from "../alert/external-alert.js";
import type { StoredEvent } from "../ports/event-store.js";
import { createAlertGroups, type AlertGroups } from "../routing/alert-groups.js";
import { createDueQueue, type DueQueue } from "../routing/due-queue.js";
import type { HeldAlert } from "../routing/group-decision.js";
import { createInhibitor, type Inhibitor, type InhibitRule } from "../routing/inhibition.js";
import { matchesAll, type CompiledMatcher } from "../routing/label-matcher.js";
import type { Route } from "../routing/route.js";
import { explainTrace, type TracedRule } from "../routing/routing-trace.js";
import type { Projection } from "./journal.js";
import {
  ALERT_GROUP_PREFIX,
  EXTERNAL_ALERT_PREFIX,
  notifiedRule,
  parseRoutingEvent,
  type RoutingEvent,
} from "./routing-event.js";

/** Knows the alerts from elsewhere, their groups, and the rules that each met; made from events, and kept fresh between. */
export type RoutingBook = {
  readonly projections: readonly Projection[];
  readonly groups: AlertGroups;
  readonly inhibitor: Inhibitor;
  /** An alert as it was last heard of. */
  get(key: string): ExternalAlert | undefined;
  /** When it would end by what is stored, which a crash would fall back to. */
  storedEndMs(key: string): number | undefined;
  /** When it was last said to fire, as far as that could be heard. */
  heardAtMs(key: string): number | undefined;
  /** For how long one that ended was not sent again, where its source did not say that it is over. */
  silentMs(key: string): number | undefined;
  /** Those that fire, in the order in which they were first heard of. */
  active(nowMs: number, matchers?: readonly CompiledMatcher[]): readonly ExternalAlert[];
  /** Those that are over, the one that ended last in front: all of the last hour, and the last 1,000 of before. */
  over(nowMs: number, matchers?: readonly CompiledMatcher[]): readonly OverAlert[];
  /** Takes note of what was heard at an instant and is not worth storing: the same alert goes on. */
  refresh(alert: ExternalAlert, atMs: number): void;
  /** Keys of those whose end has come and is not stored. */
  ended(nowMs: number): readonly string[];
  nextDueMs(): number | undefined;
  /** Every rule that an alert met, oldest first, of the last ones. */
  trace(key: string): readonly TracedRule[];
  /** The version of a stream of routing, as it was last read or written; 0 where there is none. */
  version(stream: string): number;
  /** What a group held back when it last did, to tell whether that is news. */
  lastHeld(groupId: string): string | undefined;
  unreadable(): readonly string[];
};

/** An alert that is over, and who was told of it, which is found out where it is looked at: there may be very many. */
export type OverAlert = { readonly alert: ExternalAlert; readonly told: readonly string[] };

// Enough for the course of a day with a repeat every few hours; a trace is for people.
const LONGEST_TRACE = 64;
/** A late or repeated word of an end finds its alert for this long; after it there is nothing to be said about it. */
const KEEP_ENDED_MS = 3_600_000;
// A list for people; the course of every alert stays in the store.
const MOST_PAST = 1_000;

type State = {
  readonly groups: AlertGroups;
  readonly inhibitor: Inhibitor;
  readonly alerts: Map<string, ExternalAlert>;
  readonly storedEnds: Map<string, number | undefined>;
  readonly heardAt: Map<string, number>;
  readonly silent: Map<string, number>;
  readonly ends: DueQueue;
  readonly leaving: DueQueue;
  readonly traces: Map<string, readonly TracedRule[]>;
  readonly held: Map<string, string>;
  /** What is no longer in `alerts`, the one that left first in front. */
  readonly past: Map<string, OverAlert>;
};

export function createRoutingBook(root: Route, inhibitRules: readonly InhibitRule[]): RoutingBook {
  const state: State = {
    groups: createAlertGroups(root),
    inhibitor: createInhibitor(inhibitRules),
    alerts: new Map(),
    storedEnds: new Map(),
    heardAt: new Map(),
    silent: new Map(),
    ends: createDueQueue(),
    leaving: createDueQueue(),
    traces: new Map(),
    held: new Map(),
    past: new Map(),
  };
  const { alerts, ends, groups, heardAt, held, inhibitor, storedEnds } = state;
  const versions = new Map<string, number>();
  const unreadable: string[] = [];
  const apply = (stored: StoredEvent): void => {
    versions.set(stored.stream, stored.version);
    const event = parseRoutingEvent(stored);
    if (event.ok) applyEvent(state, event.value, stored.atMs);
    else unreadable.push(event.error.message);
  };
  return {
    projections: [
      { prefix: EXTERNAL_ALERT_PREFIX, apply },
      { prefix: ALERT_GROUP_PREFIX, apply },
    ],
    groups,
    inhibitor,
    get: (key) => alerts.get(key),
    storedEndMs: (key) => storedEnds.get(key),
    heardAtMs: (key) => heardAt.get(key),
    silentMs: (key) => state.silent.get(key),
    active(nowMs, matchers = []) {
      const found: ExternalAlert[] = [];
      for (const alert of alerts.values()) {
        if (firesAt(alert, nowMs) && matchesAll(matchers, alert.labels)) found.push(alert);
      }
      return found;
    },
    over: (nowMs, matchers = []) => overAlerts(state, nowMs, matchers),
    refresh(alert, atMs) {
      hear(state, alert);
      heardAt.set(alert.key, atMs);
    },
    ended: (nowMs) => ends.due(nowMs),
    nextDueMs: () => earlier(ends.nextMs(), groups.nextDueMs()),
    trace: (key) => traceOf(state, key),
    version: (stream) => versions.get(stream) ?? 0,
    lastHeld: (groupId) => held.get(groupId),
    unreadable: () => unreadable,
  };
}

/** Says in one text what a group holds back and why, whenever that was: equal texts are no news. */
export function heldWords(held: readonly HeldAlert[]): string {
  return JSON.stringify(held.map(({ key, rules }) => [key, rules.map((rule) => ({ ...rule, atMs: 0 }))]));
}

function applyEvent(state: State, event: RoutingEvent, atMs: number): void {
  switch (event.type) {
    case "external-alert.fired": {
      const { alert, trace } = event.data;
      forgetOld(state, atMs);
      state.groups.renew(alert.key, atMs);
      store(state, alert);
      state.heardAt.set(alert.key, atMs);
      state.silent.delete(alert.key);
      addTrace(state, alert.key, [...trace, ...state.groups.place(alert, atMs)]);
      return;
    }
    case "external-alert.extended":
      store(state, event.data.alert);
      state.heardAt.set(event.data.alert.key, atMs);
      return;
    case "external-alert.resolved": {
      const { alert, silentMs } = event.data;
      store(state, alert);
      if (silentMs !== undefined) state.silent.set(alert.key, silentMs);
      state.ends.remove(alert.key);
      state.inhibitor.forget(alert.key);
      state.leaving.set(alert.key, atMs + KEEP_ENDED_MS);
      return;
    }
    case "alert-group.notified": {
      const { firing, groupId, held, resolved } = event.data;
      for (const key of [...firing, ...resolved]) addTrace(state, key, [notifiedRule(event.data, atMs)]);
      hold(state, groupId, held);
      if (!state.groups.passed(groupId, atMs, { atMs, firing, resolved })) state.held.delete(groupId);
      return;
    }
    case "alert-group.held":
      hold(state, event.data.groupId, event.data.held);
      if (!state.groups.passed(event.data.groupId, atMs)) state.held.delete(event.data.groupId);
      return;
  }
}

function store(state: State, alert: ExternalAlert): void {
  state.storedEnds.set(alert.key, alert.endsAtMs);
  hear(state, alert);
}

function hear({ alerts, ends, groups, inhibitor, leaving, past }: State, alert: ExternalAlert): void {
  const { endsAtMs, key } = alert;
  alerts.set(key, alert);
  past.delete(key);
  leaving.remove(key);
  inhibitor.note(alert);
  if (groups.has(key)) groups.place(alert, alert.startsAtMs);
  if (endsAtMs === undefined) ends.remove(key);
  else ends.set(key, endsAtMs);
}

function hold(state: State, groupId: string, held: readonly HeldAlert[]): void {
  if (held.length === 0) state.held.delete(groupId);
  else state.held.set(groupId, heldWords(held));
  for (const { key, rules } of held) addTrace(state, key, rules);
}

function addTrace(state: State, key: string, rules: readonly TracedRule[]): void {
  state.traces.set(key, [...traceOf(state, key), ...rules].slice(-LONGEST_TRACE));
}

function traceOf({ traces }: State, key: string): readonly TracedRule[] {
  return traces.get(key) ?? [];
}

function overAlert(state: State, alert: ExternalAlert): OverAlert {
  // As it is now: a trace is replaced, not changed, and what is explained later must not be of another firing.
  const trace = traceOf(state, alert.key);
  return {
    alert,
    get told() {
      return explainTrace(trace).told;
    },
  };
}

function overAlerts(state: State, nowMs: number, matchers: readonly CompiledMatcher[]): readonly OverAlert[] {
  const found: OverAlert[] = [];
  for (const alert of state.alerts.values()) {
    if (!firesAt(alert, nowMs) && matchesAll(matchers, alert.labels)) found.push(overAlert(state, alert));
  }
  for (const past of state.past.values()) {
    if (matchesAll(matchers, past.alert.labels)) found.push(past);
  }
  return found.sort((a, b) => (b.alert.endsAtMs as number) - (a.alert.endsAtMs as number));
}

// Not while a group still owes somebody the word of its end.
function forgetOld(state: State, nowMs: number): void {
  const { alerts, groups, heardAt, leaving, silent, storedEnds, traces } = state;
  for (const key of leaving.due(nowMs)) {
    leaving.remove(key);
    if (groups.has(key)) {
      leaving.set(key, nowMs + KEEP_ENDED_MS);
      continue;
    }
    recall(state, alerts.get(key) as ExternalAlert);
    alerts.delete(key);
    storedEnds.delete(key);
    heardAt.delete(key);
    silent.delete(key);
    traces.delete(key);
  }
}

function recall(state: State, alert: ExternalAlert): void {
  const { past } = state;
  // Without its trace, which is what is long.
  past.set(alert.key, { alert, told: overAlert(state, alert).told });
  const [oldest] = past.keys();
  if (past.size > MOST_PAST && oldest !== undefined) past.delete(oldest);
}

function earlier(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}
