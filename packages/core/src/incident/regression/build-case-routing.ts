import { failure, success, type Result } from "../../errors/result.js";
import { buildRoutes } from "../../routing/build-routes.js";
import { buildInhibitRules, type InhibitRule } from "../../routing/inhibition.js";
import type { MaintenanceWindow } from "../../routing/maintenance-window.js";
import { parseMatchers } from "../../routing/parse-matchers.js";
import type { Route, RouteProblem } from "../../routing/route.js";
import type { CaseReceiver, CaseRouting } from "./case-answering.js";

/** The routing of a case, ready to be used. */
export type BuiltCaseRouting = {
  readonly root: Route;
  readonly receivers: readonly CaseReceiver[];
  readonly inhibitRules: readonly InhibitRule[];
  readonly maintenance: readonly MaintenanceWindow[];
};

/** Makes the routing of a case from its words; all that is wrong with it is told at once, with its place in it. */
export function buildCaseRouting(routing: CaseRouting): Result<BuiltCaseRouting, readonly RouteProblem[]> {
  const { receivers, timeIntervals } = routing;
  const problems: RouteProblem[] = [];
  const root = buildRoutes(routing.routes, {
    receivers: receivers.map(({ name }) => name),
    timeIntervals: new Map(Object.entries(timeIntervals)),
  });
  if (!root.ok) problems.push(...root.error.map((problem) => ({ ...problem, path: `routes.${problem.path}` })));
  const rules = buildInhibitRules(routing.inhibitRules);
  if (!rules.ok) problems.push(...rules.error.map((problem) => ({ ...problem, path: `inhibitRules.${problem.path}` })));
  const maintenance = routing.maintenance.map((window, index): MaintenanceWindow => {
    const matchers = parseMatchers(window.matchers);
    if (!matchers.ok) problems.push({ path: `maintenance.${index}.matchers`, message: matchers.error.message });
    // Who planned the work is no part of a case.
    return { ...window, author: "case", matchers: matchers.ok ? matchers.value : [] };
  });
  if (!root.ok || !rules.ok || problems.length > 0) return failure(problems);
  return success({ root: root.value, receivers, inhibitRules: rules.value, maintenance });
}
