import { failure, success, type Result } from "../errors/result.js";
import { formatMatchers, type CompiledMatcher } from "./label-matcher.js";
import { createMatcherIndex } from "./matcher-index.js";
import { parseMatchers } from "./parse-matchers.js";
import {
  DEFAULT_GROUP_TIMES,
  type GroupTimes,
  type IncidentScope,
  type NamedIntervals,
  type Route,
  type RouteContext,
  type RouteProblem,
  type RouteSpec,
} from "./route.js";

/** Makes a tree of routes from its configuration; all that is wrong with it is told at once. */
export function buildRoutes(spec: RouteSpec, context: RouteContext): Result<Route, readonly RouteProblem[]> {
  const problems: RouteProblem[] = [];
  for (const field of ["matchers", "muteTimeIntervals", "activeTimeIntervals"] as const) {
    if ((spec[field] ?? []).length > 0) {
      problems.push({
        path: field,
        message: "the first route takes every alert at any time; put this into a route below it",
      });
    }
  }
  if (spec.continue === true) {
    problems.push({ path: "continue", message: "there is nothing beside the first route to continue with" });
  }
  if (spec.receiver === undefined) {
    problems.push({ path: "receiver", message: "the first route needs a receiver, for whatever no other route takes" });
  }
  const root = buildRoute({ spec, path: "", context, problems, taken: new Set() }, undefined);
  return problems.length === 0 ? success(root) : failure(problems);
}

type Task = {
  readonly spec: RouteSpec;
  /** Ends with a dot, so that a field's name can follow. */
  readonly path: string;
  readonly context: RouteContext;
  readonly problems: RouteProblem[];
  readonly taken: Set<string>;
};

type Inherited = GroupTimes & Pick<Route, "id" | "receiver" | "groupBy"> & { readonly said: IncidentScope | undefined };

function buildRoute(task: Task, parent: Inherited | undefined): Route {
  const { context, path, problems, spec } = task;
  const matchers = readMatchers(task);
  const inherited: Inherited = {
    id: freeId(`${parent === undefined ? "" : `${parent.id}/`}${formatMatchers(matchers)}`, task.taken),
    receiver: readReceiver(task) ?? parent?.receiver ?? "",
    groupBy: readGroupBy(task) ?? parent?.groupBy ?? [],
    said: spec.incident ?? parent?.said,
    ...readTimes(task, parent ?? DEFAULT_GROUP_TIMES),
  };
  const routes = (spec.routes ?? []).map((child, index) =>
    buildRoute({ ...task, spec: child, path: `${path}routes.${index}.` }, inherited),
  );
  const index = createMatcherIndex<Route>();
  for (const route of routes) index.add(route.id, route.matchers, route);
  const intervals = (field: "muteTimeIntervals" | "activeTimeIntervals"): readonly NamedIntervals[] =>
    (spec[field] ?? []).flatMap((name, at) => {
      const found = context.timeIntervals?.get(name);
      if (found !== undefined) return [{ name, intervals: found }];
      problems.push({ path: `${path}${field}.${at}`, message: `there is no time interval ${JSON.stringify(name)}` });
      return [];
    });
  const { said, ...own } = inherited;
  return {
    ...own,
    incident: said ?? usualScope(own),
    matchers,
    continue: spec.continue ?? false,
    muteTimeIntervals: intervals("muteTimeIntervals"),
    activeTimeIntervals: intervals("activeTimeIntervals"),
    routes,
    index,
  };
}

/**
 * Whoever names the labels of a group says that its alerts are one matter. Without a name all alerts of a route are one
 * group, whatever they are about: an incident for all of them would hide the second matter behind the first.
 */
function usualScope({ groupBy }: Pick<Route, "groupBy">): IncidentScope {
  return groupBy !== "all" && groupBy.length > 0 ? "per-group" : "per-alert";
}

function readMatchers({ spec, path, problems }: Task): readonly CompiledMatcher[] {
  return (spec.matchers ?? []).flatMap((text, index) => {
    const parsed = parseMatchers(text);
    if (parsed.ok) return parsed.value;
    problems.push({ path: `${path}matchers.${index}`, message: parsed.error.message });
    return [];
  });
}

function readReceiver({ spec, path, context, problems }: Task): string | undefined {
  const { receiver } = spec;
  if (receiver !== undefined && !context.receivers.includes(receiver)) {
    const message = `there is no receiver ${JSON.stringify(receiver)}; there are ${context.receivers.join(", ") || "none"}`;
    problems.push({ path: `${path}receiver`, message });
  }
  return receiver;
}

function readGroupBy({ spec, path, problems }: Task): Route["groupBy"] | undefined {
  const { groupBy } = spec;
  if (groupBy === undefined) return undefined;
  if (groupBy.includes("...")) {
    if (groupBy.length > 1) {
      problems.push({ path: `${path}groupBy`, message: '"..." stands for all labels, and must stand alone' });
    }
    return "all";
  }
  const twice = groupBy.find((name, index) => groupBy.indexOf(name) < index);
  if (twice !== undefined)
    problems.push({ path: `${path}groupBy`, message: `${JSON.stringify(twice)} is there twice` });
  return groupBy.toSorted();
}

function readTimes({ spec, path, problems }: Task, inherited: GroupTimes): GroupTimes {
  const read = (field: keyof GroupTimes, least: number): number => {
    const value = spec[field] ?? inherited[field];
    if (value >= least && Number.isFinite(value)) return value;
    problems.push({ path: `${path}${field}`, message: `found ${value} ms; expected ${least} ms or more` });
    return inherited[field];
  };
  return {
    groupWaitMs: read("groupWaitMs", 0),
    // A group that looks again at once would never do anything else.
    groupIntervalMs: read("groupIntervalMs", 1),
    repeatIntervalMs: read("repeatIntervalMs", 1),
  };
}

function freeId(wanted: string, taken: Set<string>): string {
  let id = wanted;
  for (let number = 2; taken.has(id); number += 1) id = `${wanted}#${number}`;
  taken.add(id);
  return id;
}
