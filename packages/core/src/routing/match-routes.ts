import type { Labels } from "../alert/labels.js";
import { formatMatcher, matchesAll } from "./label-matcher.js";
import type { Route } from "./route.js";
import { coveredByAny } from "./time-interval.js";

/**
 * Finds the routes that take an alert, as Alertmanager does: the deepest that match, from the first to the last, where
 * a route that matched ends the search on its level unless it continues.
 */
export function matchRoutes(root: Route, labels: Labels): readonly Route[] {
  const taken: Route[] = [];
  for (const route of root.index.matching(labels)) {
    taken.push(...matchRoutes(route, labels));
    if (!route.continue) break;
  }
  return taken.length === 0 ? [root] : taken;
}

/** What became of one route in the search. */
export type RouteVisit = { readonly route: Route; readonly depth: number } & (
  | { readonly outcome: "taken" }
  /** It matched, and one below it took the alert. */
  | { readonly outcome: "passed-down" }
  | { readonly outcome: "not-matched"; readonly matcher: string }
  /** One before it on its level took the alert and does not continue. */
  | { readonly outcome: "not-reached" }
);

/** Walks the whole tree, for a person who asks why: each route that was looked at, and what it said. */
export function explainRoutes(root: Route, labels: Labels, depth = 0): readonly RouteVisit[] {
  const below: RouteVisit[] = [];
  let ended = false;
  for (const route of root.routes) {
    if (ended) {
      below.push({ route, depth: depth + 1, outcome: "not-reached" });
      continue;
    }
    if (!matchesAll(route.matchers, labels)) {
      const failed = route.matchers.filter((matcher) => !matcher.matches(labels)).map(formatMatcher);
      below.push({ route, depth: depth + 1, outcome: "not-matched", matcher: failed.join(", ") });
      continue;
    }
    below.push(...explainRoutes(route, labels, depth + 1));
    ended = !route.continue;
  }
  const taken = below.some(({ outcome }) => outcome === "taken");
  return [{ route: root, depth, outcome: taken ? "passed-down" : "taken" }, ...below];
}

/** Why a route tells nobody at an instant. */
export type RouteMuting =
  | { readonly kind: "muted"; readonly interval: string }
  | { readonly kind: "not-active"; readonly intervals: readonly string[] };

/** Tells why a route is silent at an instant: it is muted then, or has active times and this is none of them. */
export function routeMuting(route: Route, atMs: number): RouteMuting | undefined {
  const { activeTimeIntervals, muteTimeIntervals } = route;
  if (activeTimeIntervals.length > 0 && !activeTimeIntervals.some(({ intervals }) => coveredByAny(intervals, atMs))) {
    return { kind: "not-active", intervals: activeTimeIntervals.map(({ name }) => name) };
  }
  const muted = muteTimeIntervals.find(({ intervals }) => coveredByAny(intervals, atMs));
  return muted === undefined ? undefined : { kind: "muted", interval: muted.name };
}

/** The labels that make an alert's group under a route. */
export function groupLabels({ groupBy }: Route, labels: Labels): Labels {
  if (groupBy === "all") return labels;
  return Object.fromEntries(
    groupBy.flatMap((name) => (Object.hasOwn(labels, name) ? [[name, labels[name] as string]] : [])),
  );
}
