import { firesAt, type ExternalAlert } from "../alert/external-alert.js";
import { labelFingerprint, type Labels } from "../alert/labels.js";
import { createDueQueue, type DueQueue } from "./due-queue.js";
import { groupLabels, matchRoutes } from "./match-routes.js";
import {
  decideGroup,
  isSettled,
  nextNotice,
  type Group,
  type GroupDecision,
  type GroupNotice,
} from "./group-decision.js";
import type { Route } from "./route.js";
import type { TracedRule } from "./routing-trace.js";

/** Alerts that a receiver is told of together. */
export type AlertGroup = {
  /** Made from the route and the labels: the same group has the same id after a restart, and after most changes of routes. */
  readonly id: string;
  readonly route: Route;
  readonly labels: Labels;
  readonly alerts: readonly ExternalAlert[];
  readonly dueAtMs: number;
  readonly lastNotice?: GroupNotice;
};

/** Knows the groups, when each is due, and what it then does. Holds state; the same calls in the same order give the same. */
export type AlertGroups = {
  /** Puts an alert as it now is into its groups, or updates it there; answers the rules that put it there. */
  place(alert: ExternalAlert, atMs: number): readonly TracedRule[];
  /** Takes note that an alert which was over fires again: its groups tell of it anew. */
  renew(alertKey: string, atMs: number): void;
  /** Takes note of what time it is after a start: no group waits longer from then on than its route says. */
  resume(atMs: number): void;
  /** What a due group does; changes nothing. `holds` names what keeps an alert back. */
  decide(
    groupId: string,
    atMs: number,
    holds: (alert: ExternalAlert) => readonly TracedRule[],
  ): GroupDecision | undefined;
  /**
   * Takes note that a group was due and what it told, nothing when it held. What is over and told of leaves the group;
   * answers whether anything is left of it.
   */
  passed(groupId: string, atMs: number, notice?: GroupNotice): boolean;
  get(groupId: string): AlertGroup | undefined;
  /** Tells whether an alert is in any group. */
  has(alertKey: string): boolean;
  /** The groups that an alert is in. */
  of(alertKey: string): readonly AlertGroup[];
  /** The groups whose last notice said that an alert fires. */
  told(alertKey: string): readonly AlertGroup[];
  all(): readonly AlertGroup[];
  due(nowMs: number): readonly string[];
  nextDueMs(): number | undefined;
  readonly size: number;
};

type State = {
  readonly root: Route;
  readonly groups: Map<string, Group>;
  readonly byAlert: Map<string, readonly Group[]>;
  readonly queue: DueQueue;
};

/** Makes the groups of a tree of routes, with Alertmanager's rules for when a group tells what. */
export function createAlertGroups(root: Route): AlertGroups {
  const state: State = { root, groups: new Map(), byAlert: new Map(), queue: createDueQueue() };
  const { byAlert, groups, queue } = state;
  return {
    place: (alert, atMs) => place(state, alert, atMs),
    renew(key, atMs) {
      for (const group of byAlert.get(key) ?? []) {
        group.renewed.add(key);
        hasten(state, group, latestDueMs(group, atMs));
      }
    },
    resume(atMs) {
      for (const group of groups.values()) hasten(state, group, latestDueMs(group, atMs));
    },
    decide(id, atMs, holds) {
      const group = groups.get(id);
      return group === undefined ? undefined : decideGroup(group, atMs, holds);
    },
    passed(id, atMs, notice) {
      const group = groups.get(id);
      if (group !== undefined) pass(state, group, { atMs, notice });
      return groups.has(id);
    },
    get(id) {
      const group = groups.get(id);
      return group === undefined ? undefined : mapGroup(group);
    },
    has: (key) => byAlert.has(key),
    of: (key) => (byAlert.get(key) ?? []).map(mapGroup),
    told: (key) => (byAlert.get(key) ?? []).filter(({ lastNotice }) => lastNotice?.firing.has(key)).map(mapGroup),
    all: () => Array.from(groups.values(), mapGroup),
    due: (nowMs) => queue.due(nowMs),
    nextDueMs: () => queue.nextMs(),
    get size() {
      return groups.size;
    },
  };
}

/** Names the groups that an alert with these labels is put into, as the routes are now. */
export function groupIdsFor(root: Route, labels: Labels): readonly string[] {
  return matchRoutes(root, labels).map((route) => groupId(route, groupLabels(route, labels)));
}

function isDueAt({ queue }: State, group: Group, atMs: number): void {
  group.dueAtMs = atMs;
  queue.set(group.id, atMs);
}

function hasten(state: State, group: Group, atMs: number): void {
  isDueAt(state, group, Math.min(group.dueAtMs, atMs));
}

/**
 * By when a group has its say about what is new at an instant: it waits for company first, and for its interval from then
 * on. It may have been set to later by a clock that was ahead, and an alert may not wait until the right one gets there.
 */
function latestDueMs({ passed, route }: Group, atMs: number): number {
  return atMs + (passed ? route.groupIntervalMs : route.groupWaitMs);
}

function place(state: State, alert: ExternalAlert, atMs: number): readonly TracedRule[] {
  const known = state.byAlert.get(alert.key);
  if (known !== undefined) {
    for (const group of known) group.members.set(alert.key, alert);
    return [];
  }
  if (!firesAt(alert, atMs)) return [];
  const joined = matchRoutes(state.root, alert.labels).map((route) => open(state, route, alert));
  state.byAlert.set(alert.key, joined);
  return joined.map((group) => join(state, { group, alert, atMs }));
}

function open(state: State, route: Route, alert: ExternalAlert): Group {
  const labels = groupLabels(route, alert.labels);
  const id = groupId(route, labels);
  const known = state.groups.get(id);
  if (known !== undefined) return known;
  // When it is due, whoever joins it says.
  const group = { id, route, labels, members: new Map(), passed: false, dueAtMs: Infinity, renewed: new Set<string>() };
  state.groups.set(id, group);
  return group;
}

type Joining = { readonly group: Group; readonly alert: ExternalAlert; readonly atMs: number };

function join(state: State, { alert, atMs, group }: Joining): TracedRule {
  group.members.set(alert.key, alert);
  const waited = alert.startsAtMs + group.route.groupWaitMs < atMs;
  hasten(state, group, !group.passed && waited ? atMs : latestDueMs(group, atMs));
  const { dueAtMs, id, labels, members, route } = group;
  return { atMs, rule: "grouped", groupId: id, receiver: route.receiver, labels, others: members.size - 1, dueAtMs };
}

type Passing = { readonly atMs: number; readonly notice: GroupNotice | undefined };

function pass(state: State, group: Group, { atMs, notice }: Passing): void {
  group.passed = true;
  if (notice !== undefined) group.lastNotice = nextNotice(group, notice);
  for (const key of notice?.firing ?? []) group.renewed.delete(key);
  for (const [key, alert] of group.members) {
    if (!firesAt(alert, atMs) && isSettled(group, key)) leave(state, group, key);
  }
  if (group.members.size === 0) {
    state.groups.delete(group.id);
    state.queue.remove(group.id);
    return;
  }
  const { groupIntervalMs } = group.route;
  const next = Math.min(group.dueAtMs, atMs) + groupIntervalMs;
  isDueAt(state, group, next > atMs ? next : atMs + groupIntervalMs);
}

function leave({ byAlert }: State, group: Group, key: string): void {
  group.members.delete(key);
  group.renewed.delete(key);
  const others = (byAlert.get(key) as readonly Group[]).filter((one) => one !== group);
  if (others.length === 0) byAlert.delete(key);
  else byAlert.set(key, others);
}

function groupId(route: Route, labels: Labels): string {
  // No label has a name that begins like this one, so that route and labels can not be confused.
  return labelFingerprint({ ...labels, "\u0000route": route.id });
}

function mapGroup(group: Group): AlertGroup {
  const { dueAtMs, id, labels, lastNotice, members, route } = group;
  const notice =
    lastNotice === undefined
      ? {}
      : { lastNotice: { atMs: lastNotice.atMs, firing: [...lastNotice.firing], resolved: [...lastNotice.resolved] } };
  return { id, route, labels, alerts: [...members.values()], dueAtMs, ...notice };
}
