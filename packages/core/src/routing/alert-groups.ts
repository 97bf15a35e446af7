import { firesAt, type ExternalAlert } from "../alert/external-alert.js";
import { labelFingerprint, type Labels } from "../alert/labels.js";
import { createDueQueue } from "./due-queue.js";
import { groupLabels, matchRoutes } from "./match-routes.js";
import { mutingTrace } from "./route-alert.js";
import type { Route } from "./route.js";
import type { NoticeReason, TracedRule } from "./routing-trace.js";

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

/** Of what a receiver was told last. */
export type GroupNotice = {
  readonly atMs: number;
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
};

/** What a group does when it is due. */
export type GroupDecision =
  | {
      readonly kind: "notify";
      readonly why: NoticeReason;
      readonly firing: readonly string[];
      readonly resolved: readonly string[];
      readonly held: readonly HeldAlert[];
    }
  | { readonly kind: "hold"; readonly held: readonly HeldAlert[] };

/** An alert of the group of which nobody is told this time, and the rules that say so. */
export type HeldAlert = { readonly key: string; readonly rules: readonly TracedRule[] };

/** Knows the groups, when each is due, and what it then does. Holds state; the same calls in the same order give the same. */
export type AlertGroups = {
  /** Puts an alert as it now is into its groups, or updates it there; answers the rules that put it there. */
  place(alert: ExternalAlert, atMs: number): readonly TracedRule[];
  /** What a due group does; changes nothing. `holds` names what keeps an alert back. */
  decide(
    groupId: string,
    atMs: number,
    holds: (alert: ExternalAlert) => readonly TracedRule[],
  ): GroupDecision | undefined;
  /** Takes note that a group was due and what it told, nothing when it held. What is over and told of leaves the group. */
  passed(groupId: string, atMs: number, notice?: GroupNotice): void;
  get(groupId: string): AlertGroup | undefined;
  /** The groups that an alert is in. */
  of(alertKey: string): readonly AlertGroup[];
  all(): readonly AlertGroup[];
  due(nowMs: number): readonly string[];
  nextDueMs(): number | undefined;
  readonly size: number;
};

type Group = {
  readonly id: string;
  readonly route: Route;
  readonly labels: Labels;
  readonly members: Map<string, ExternalAlert>;
  /** It was due once; before that an alert that has waited long enough elsewhere need not wait again. */
  passed: boolean;
  dueAtMs: number;
  lastNotice?: ToldOf;
};

type ToldOf = { readonly atMs: number; readonly firing: ReadonlySet<string>; readonly resolved: ReadonlySet<string> };

/** Makes the groups of a tree of routes, with Alertmanager's rules for when a group tells what. */
export function createAlertGroups(root: Route): AlertGroups {
  const groups = new Map<string, Group>();
  const byAlert = new Map<string, readonly Group[]>();
  const queue = createDueQueue();

  const isDueAt = (group: Group, atMs: number): void => {
    group.dueAtMs = atMs;
    queue.set(group.id, atMs);
  };

  const open = (route: Route, labels: Labels, atMs: number): Group => {
    const id = groupId(route, labels);
    const known = groups.get(id);
    if (known !== undefined) return known;
    const group: Group = { id, route, labels, members: new Map(), passed: false, dueAtMs: 0 };
    groups.set(id, group);
    isDueAt(group, atMs + route.groupWaitMs);
    return group;
  };

  const join = (group: Group, alert: ExternalAlert, atMs: number): TracedRule => {
    group.members.set(alert.key, alert);
    if (!group.passed && alert.startsAtMs + group.route.groupWaitMs < atMs)
      isDueAt(group, Math.min(group.dueAtMs, atMs));
    const { dueAtMs, id, labels, members, route } = group;
    const others = members.size - 1;
    return { atMs, rule: "grouped", groupId: id, receiver: route.receiver, labels, others, dueAtMs };
  };

  const leave = (group: Group, key: string): void => {
    group.members.delete(key);
    const others = (byAlert.get(key) as readonly Group[]).filter((one) => one !== group);
    if (others.length === 0) byAlert.delete(key);
    else byAlert.set(key, others);
  };

  return {
    place(alert, atMs) {
      const known = byAlert.get(alert.key);
      if (known !== undefined) {
        for (const group of known) group.members.set(alert.key, alert);
        return [];
      }
      if (!firesAt(alert, atMs)) return [];
      const joined = matchRoutes(root, alert.labels).map((route) =>
        open(route, groupLabels(route, alert.labels), atMs),
      );
      byAlert.set(alert.key, joined);
      return joined.map((group) => join(group, alert, atMs));
    },
    decide(id, atMs, holds) {
      const group = groups.get(id);
      return group === undefined ? undefined : decideGroup(group, atMs, holds);
    },
    passed(id, atMs, notice) {
      const group = groups.get(id);
      if (group === undefined) return;
      group.passed = true;
      if (notice !== undefined) {
        group.lastNotice = nextNotice(group, notice);
      }
      for (const [key, alert] of group.members) {
        if (!firesAt(alert, atMs) && isSettled(group, key)) leave(group, key);
      }
      if (group.members.size === 0) {
        groups.delete(id);
        queue.remove(id);
        return;
      }
      const next = group.dueAtMs + group.route.groupIntervalMs;
      isDueAt(group, next > atMs ? next : atMs + group.route.groupIntervalMs);
    },
    get(id) {
      const group = groups.get(id);
      return group === undefined ? undefined : mapGroup(group);
    },
    of: (key) => (byAlert.get(key) ?? []).map(mapGroup),
    all: () => Array.from(groups.values(), mapGroup),
    due: (nowMs) => queue.due(nowMs),
    nextDueMs: () => queue.nextMs(),
    get size() {
      return groups.size;
    },
  };
}

function groupId(route: Route, labels: Labels): string {
  // No label has a name that begins like this one, so that route and labels can not be confused.
  return labelFingerprint({ ...labels, "\u0000route": route.id });
}

// Its end was told, or needs no telling as its beginning never was.
function isSettled({ lastNotice }: Group, key: string): boolean {
  return lastNotice === undefined || lastNotice.resolved.has(key) || !lastNotice.firing.has(key);
}

// An alert that was told of and is held back now is not forgotten: it is not new when it is held back no more, and its
// end is still owed.
function nextNotice({ lastNotice, members }: Group, { atMs, firing, resolved }: GroupNotice): ToldOf {
  const told = new Set([...firing, ...resolved]);
  const heldBack = [...(lastNotice?.firing ?? [])].filter((key) => members.has(key) && !told.has(key));
  return { atMs, firing: new Set([...firing, ...heldBack]), resolved: new Set(resolved) };
}

function mapGroup(group: Group): AlertGroup {
  const { dueAtMs, id, labels, lastNotice, members, route } = group;
  const notice =
    lastNotice === undefined
      ? {}
      : { lastNotice: { atMs: lastNotice.atMs, firing: [...lastNotice.firing], resolved: [...lastNotice.resolved] } };
  return { id, route, labels, alerts: [...members.values()], dueAtMs, ...notice };
}

function decideGroup(
  group: Group,
  atMs: number,
  holds: (alert: ExternalAlert) => readonly TracedRule[],
): GroupDecision {
  const muting = mutingTrace(group.route, atMs);
  const firing: string[] = [];
  const resolved: string[] = [];
  const held: HeldAlert[] = [];
  for (const alert of group.members.values()) {
    const rules = [...muting, ...holds(alert)];
    if (rules.length > 0) held.push({ key: alert.key, rules });
    else if (firesAt(alert, atMs)) firing.push(alert.key);
    else resolved.push(alert.key);
  }
  if (firing.length + resolved.length === 0) return { kind: "hold", held };
  const why = noticeReason(group, { atMs, firing, resolved });
  if (why !== undefined) return { kind: "notify", why, firing, resolved, held };
  const rule = quietRule(group, atMs);
  return { kind: "hold", held: [...held, ...[...firing, ...resolved].map((key) => ({ key, rules: [rule] }))] };
}

function noticeReason({ lastNotice, route }: Group, { atMs, firing, resolved }: GroupNotice): NoticeReason | undefined {
  if (lastNotice === undefined) return firing.length > 0 ? "first" : undefined;
  if (firing.some((key) => !lastNotice.firing.has(key))) return "new-alerts";
  if (firing.length === 0) return lastNotice.firing.size > 0 ? "all-resolved" : undefined;
  if (resolved.some((key) => !lastNotice.resolved.has(key))) return "some-resolved";
  // Alertmanager asks for more than the interval, and so comes one group interval late; here it is the interval.
  return lastNotice.atMs + route.repeatIntervalMs <= atMs ? "repeat" : undefined;
}

function quietRule({ id, lastNotice, route }: Group, atMs: number): TracedRule {
  const { receiver, repeatIntervalMs } = route;
  if (lastNotice === undefined || lastNotice.firing.size === 0)
    return { atMs, rule: "over-before-told", groupId: id, receiver };
  return { atMs, rule: "nothing-new", groupId: id, receiver, repeatAtMs: lastNotice.atMs + repeatIntervalMs };
}
