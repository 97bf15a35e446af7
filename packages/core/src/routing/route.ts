import type { CompiledMatcher } from "./label-matcher.js";
import type { MatcherIndex } from "./matcher-index.js";
import type { TimeInterval } from "./time-interval.js";

/** What an incident is opened for: each alert of a group, or the group as one. */
export type IncidentScope = "per-alert" | "per-group";

/** A route as it is configured; what a route leaves out it has from the one above, save the time intervals. */
export type RouteSpec = {
  readonly receiver?: string;
  /** Each in Alertmanager's syntax; all must match. */
  readonly matchers?: readonly string[];
  /** Goes on to the next routes on this level after this one matched. */
  readonly continue?: boolean;
  /** Labels whose values make a group; `...` alone stands for all of them. */
  readonly groupBy?: readonly string[];
  /** Absent, here and above: `per-group` where `groupBy` names labels, else `per-alert`. */
  readonly incident?: IncidentScope;
  readonly groupWaitMs?: number;
  readonly groupIntervalMs?: number;
  readonly repeatIntervalMs?: number;
  readonly muteTimeIntervals?: readonly string[];
  readonly activeTimeIntervals?: readonly string[];
  readonly routes?: readonly RouteSpec[];
};

/** What else a tree of routes is checked and made with. */
export type RouteContext = {
  /** The receivers that there are. */
  readonly receivers: readonly string[];
  readonly timeIntervals?: ReadonlyMap<string, readonly TimeInterval[]>;
};

/** How long a group waits: for company, before it tells of what is new, and before it tells the same again. */
export type GroupTimes = {
  readonly groupWaitMs: number;
  readonly groupIntervalMs: number;
  readonly repeatIntervalMs: number;
};

/** Alertmanager's defaults. */
export const DEFAULT_GROUP_TIMES: GroupTimes = {
  groupWaitMs: 30_000,
  groupIntervalMs: 300_000,
  repeatIntervalMs: 14_400_000,
};

/** A time interval under the name that it is configured by. */
export type NamedIntervals = { readonly name: string; readonly intervals: readonly TimeInterval[] };

/** A route with everything that holds for it. */
export type Route = GroupTimes & {
  /** The matchers from the top to here: the same as long as they are, wherever it stands among others. */
  readonly id: string;
  readonly receiver: string;
  readonly matchers: readonly CompiledMatcher[];
  readonly continue: boolean;
  readonly groupBy: readonly string[] | "all";
  readonly incident: IncidentScope;
  readonly muteTimeIntervals: readonly NamedIntervals[];
  readonly activeTimeIntervals: readonly NamedIntervals[];
  readonly routes: readonly Route[];
  /** The routes below, to be found by what they match. */
  readonly index: MatcherIndex<Route>;
};

/** Why routes can not be used; `path` is the place, such as `routes.2.matchers.0`. */
export type RouteProblem = { readonly path: string; readonly message: string };
