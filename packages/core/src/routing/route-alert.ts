import type { Labels } from "../alert/labels.js";
import type { Inhibitor } from "./inhibition.js";
import type { MaintenanceCalendar } from "./maintenance-window.js";
import { matchRoutes, routeMuting } from "./match-routes.js";
import type { Route } from "./route.js";
import type { TracedRule } from "./routing-trace.js";
import type { SilenceIndex } from "./silence.js";

/** All the rules that an alert may meet. */
export type RoutingRules = {
  readonly root: Route;
  readonly silences: Pick<SilenceIndex, "matching">;
  readonly inhibitor: Pick<Inhibitor, "inhibits">;
  readonly maintenance: MaintenanceCalendar;
};

/** What becomes of an alert by the rules as they are at an instant. */
export type RoutingDecision = {
  readonly routes: readonly Route[];
  /** Nobody is told of it now, whatever its routes say. */
  readonly heldBack: boolean;
  /** Planned work goes on: who is told may be told, and nothing escalates. */
  readonly escalationPaused: boolean;
  readonly trace: readonly TracedRule[];
};

/** Decides where an alert goes and whether anybody may be told, and names every rule that had a say in it. */
export function routeAlert(rules: RoutingRules, labels: Labels, atMs: number): RoutingDecision {
  const routes = matchRoutes(rules.root, labels);
  const held = holdsBack(rules, labels, atMs);
  const pauses = rules.maintenance
    .pausing(labels, atMs)
    .map(({ endsAtMs, id, reason }): TracedRule => ({ atMs, rule: "maintenance", windowId: id, reason, endsAtMs }));
  const ways = routes.flatMap((route): TracedRule[] => [
    { atMs, rule: "route-taken", routeId: route.id, receiver: route.receiver },
    ...mutingTrace(route, atMs),
  ]);
  return {
    routes,
    heldBack: held.length > 0,
    escalationPaused: pauses.length > 0,
    trace: [...ways, ...held, ...pauses],
  };
}

/** Names what keeps an alert from telling anybody at an instant: silences, then an inhibition. Empty when nothing does. */
export function holdsBack(
  { inhibitor, silences }: Pick<RoutingRules, "inhibitor" | "silences">,
  labels: Labels,
  atMs: number,
): readonly TracedRule[] {
  const silenced = silences.matching(labels, atMs).map(({ author, endsAtMs, id, reason }): TracedRule => ({
    atMs,
    rule: "silenced",
    silenceId: id,
    author,
    reason,
    endsAtMs,
  }));
  const inhibition = inhibitor.inhibits(labels, atMs);
  if (inhibition === undefined) return silenced;
  return [...silenced, { atMs, rule: "inhibited", name: inhibition.rule, sourceKey: inhibition.sourceKey }];
}

/** Names the time interval that keeps a route from telling anybody at an instant; empty when none does. */
export function mutingTrace(route: Route, atMs: number): readonly TracedRule[] {
  const muting = routeMuting(route, atMs);
  if (muting === undefined) return [];
  const { receiver } = route;
  return muting.kind === "muted"
    ? [{ atMs, rule: "muted", receiver, interval: muting.interval }]
    : [{ atMs, rule: "not-active", receiver, intervals: muting.intervals }];
}
