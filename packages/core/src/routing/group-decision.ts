import { firesAt, type ExternalAlert } from "../alert/external-alert.js";
import type { Labels } from "../alert/labels.js";
import { mutingTrace } from "./route-alert.js";
import type { Route } from "./route.js";
import type { NoticeReason, TracedRule } from "./routing-trace.js";

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

/** A group at work. */
export type Group = {
  readonly id: string;
  readonly route: Route;
  readonly labels: Labels;
  readonly members: Map<string, ExternalAlert>;
  /** It was due once; before that an alert that has waited long enough elsewhere need not wait again. */
  passed: boolean;
  dueAtMs: number;
  lastNotice?: ToldOf;
  /** Keys of alerts that were over and fire again since they were told of: news, though their keys are none. */
  readonly renewed: Set<string>;
};

type ToldOf = { readonly atMs: number; readonly firing: ReadonlySet<string>; readonly resolved: ReadonlySet<string> };

/** Decides what a due group does: Alertmanager's rules, which compare with what was told last. */
export function decideGroup(
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

function noticeReason(
  { lastNotice, renewed, route }: Group,
  { atMs, firing, resolved }: GroupNotice,
): NoticeReason | undefined {
  if (lastNotice === undefined) return firing.length > 0 ? "first" : undefined;
  if (firing.some((key) => !lastNotice.firing.has(key) || renewed.has(key))) return "new-alerts";
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

/** Tells whether what is over may leave the group: its end was told, or its beginning never was. */
export function isSettled({ lastNotice }: Group, key: string): boolean {
  return lastNotice === undefined || lastNotice.resolved.has(key) || !lastNotice.firing.has(key);
}

/**
 * What was told by now. An alert that was told of earlier and is held back now is not forgotten: it is not new when it is
 * held back no more, and its end is still owed.
 */
export function nextNotice({ lastNotice, members }: Group, { atMs, firing, resolved }: GroupNotice): ToldOf {
  const told = new Set([...firing, ...resolved]);
  const heldBack = [...(lastNotice?.firing ?? [])].filter((key) => members.has(key) && !told.has(key));
  return { atMs, firing: new Set([...firing, ...heldBack]), resolved: new Set(resolved) };
}
