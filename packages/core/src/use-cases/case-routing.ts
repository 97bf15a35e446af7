import type { Labels } from "../alert/labels.js";
import type { CaseMaintenance, CaseReceiver, CaseRouting } from "../incident/regression/case-answering.js";
import { formatMatcher, formatMatchers, matchesAll } from "../routing/label-matcher.js";
import type { MaintenanceWindow } from "../routing/maintenance-window.js";
import type { NamedIntervals, Route, RouteSpec } from "../routing/route.js";
import type { Receiver, RoutingSettings } from "./response-settings.js";

/** The time that a case is about; both ends are in. */
export type CaseTime = { readonly fromMs: number; readonly toMs: number };

/** Writes down what of the routing these alerts can meet in a case's time. Whom receivers tell beside is left out. */
export function caseRouting(settings: RoutingSettings, met: readonly Labels[], time: CaseTime): CaseRouting {
  const { inhibitRules, maintenance, receivers } = settings;
  const routes = routesFor(settings.root, met);
  const names = new Set(routes.map(({ receiver }) => receiver));
  const intervals = routes.flatMap(({ activeTimeIntervals, muteTimeIntervals }): readonly NamedIntervals[] => [
    ...muteTimeIntervals,
    ...activeTimeIntervals,
  ]);
  return {
    routes: routeSpec(settings.root, new Set(routes)),
    receivers: [...receivers.values()].filter(({ name }) => names.has(name)).map(caseReceiver),
    timeIntervals: Object.fromEntries(intervals.map((one) => [one.name, one.intervals])),
    inhibitRules: inhibitRules
      .filter(({ source, target }) => met.some((labels) => matchesAll(source, labels) || matchesAll(target, labels)))
      .map(({ equal, name, source, target }) => ({
        name,
        sourceMatchers: source.map(formatMatcher),
        targetMatchers: target.map(formatMatcher),
        equal,
      })),
    maintenance: maintenance
      .filter(({ endsAtMs, startsAtMs }) => startsAtMs <= time.toMs && time.fromMs < endsAtMs)
      .map(caseMaintenance),
  };
}

/** The first route, and those below that any of the alerts comes to. */
function routesFor(route: Route, met: readonly Labels[]): readonly Route[] {
  return [
    route,
    ...route.routes.flatMap((below) => {
      const matching = met.filter((labels) => matchesAll(below.matchers, labels));
      return matching.length === 0 ? [] : routesFor(below, matching);
    }),
  ];
}

function routeSpec(route: Route, kept: ReadonlySet<Route>): RouteSpec {
  const { groupBy, groupIntervalMs, groupWaitMs, receiver, repeatIntervalMs } = route;
  return {
    receiver,
    matchers: route.matchers.map(formatMatcher),
    continue: route.continue,
    groupBy: groupBy === "all" ? ["..."] : groupBy,
    incident: route.incident,
    groupWaitMs,
    groupIntervalMs,
    repeatIntervalMs,
    muteTimeIntervals: route.muteTimeIntervals.map(({ name }) => name),
    activeTimeIntervals: route.activeTimeIntervals.map(({ name }) => name),
    routes: route.routes.filter((below) => kept.has(below)).map((below) => routeSpec(below, kept)),
  };
}

function caseReceiver(receiver: Receiver): CaseReceiver {
  const { notifiers: _, ...said } = receiver;
  return said;
}

function caseMaintenance(window: MaintenanceWindow): CaseMaintenance {
  const { author: _, matchers, ...planned } = window;
  return { ...planned, matchers: formatMatchers(matchers) };
}
