import {
  buildInhibitRules,
  buildRoutes,
  parseMatchers,
  type CompiledMatcher,
  type InhibitRule,
  type MaintenanceWindow,
  type Receiver,
  type Route,
  type RouteSpec,
  type RoutingSettings,
  type TimeInterval,
} from "@plimsoll/core";
import type { z } from "zod";
import type { Entry } from "../document/merge-files.js";
import type { IssueLog, Place } from "../issue-log.js";
import { routingSchema, type RouteInput } from "../schema/routing-schema.js";
import { checkUnique, coveredTime } from "./covered-times.js";
import { below, checkName, present, readEntry, reportProblem, type References } from "./read-entry.js";
import { scheduleOf, timeIntervalsOf } from "./time-intervals.js";

type Reading = { readonly log: IssueLog; readonly references: References };
type RoutingInput = z.output<typeof routingSchema>;
type RoutingNames = { readonly services: ReadonlySet<string>; readonly notifiers: ReadonlySet<string> };

/** Reads what becomes of alerts from elsewhere; undefined where nothing is said of it, or something is wrong. */
export function readRouting(
  entry: Entry | undefined,
  known: RoutingNames,
  reading: Reading,
): RoutingSettings | undefined {
  if (entry === undefined) return undefined;
  const input = readEntry(routingSchema, entry, reading.log);
  if (input === undefined) return undefined;
  const receivers = readReceivers(input, entry.place, { ...reading, known });
  const intervals = readIntervals(input, entry.place, reading.log);
  const root = readRoutes(input, entry.place, { ...reading, intervals });
  const inhibitRules = readInhibitRules(input, entry.place, reading.log);
  const maintenance = readMaintenance(input, entry.place, reading.log);
  if (root === undefined) return undefined;
  return { root, receivers, inhibitRules, maintenance, graceMs: input.grace };
}

function readReceivers(
  { receivers }: RoutingInput,
  place: Place,
  { known, log, references }: Reading & { readonly known: RoutingNames },
): ReadonlyMap<string, Receiver> {
  return new Map(
    Object.entries(receivers).map(([name, { notifiers, opens, service, severity }]) => {
      const here = below(place, "receivers", name);
      checkName({ name, value: undefined, place: here }, log);
      if (service !== undefined)
        references.check(service, known.services, below(here, "service"), { what: "service", section: "services" });
      notifiers.forEach((notifier, index) =>
        references.check(notifier, known.notifiers, below(here, "notifiers", index), {
          what: "notifier",
          section: "notifiers",
        }),
      );
      return [name, { name, opens, ...present({ service, severity }), notifiers }];
    }),
  );
}

function readIntervals(
  { timeIntervals }: RoutingInput,
  place: Place,
  log: IssueLog,
): ReadonlyMap<string, readonly TimeInterval[]> {
  return new Map(
    Object.entries(timeIntervals).map(([name, written]) => {
      const here = below(place, "timeIntervals", name);
      checkName({ name, value: undefined, place: here }, log);
      return [
        name,
        written.flatMap((one, index): readonly TimeInterval[] => {
          const made = timeIntervalsOf(present(one));
          if (made.ok) return made.value;
          reportNight(made.error, below(here, index, "times"), log);
          return [];
        }),
      ];
    }),
  );
}

function reportNight(message: string, place: Place, log: IssueLog): void {
  log.report(place, {
    code: "invalid-value",
    message,
    expected: "ranges such as `18:00-24:00` that end on the day on which they begin",
    fix: "Write the evening up to `24:00`, and the morning as an interval of its own.",
  });
}

function readRoutes(
  { receivers, route }: RoutingInput,
  place: Place,
  reading: Reading & { readonly intervals: ReadonlyMap<string, readonly TimeInterval[]> },
): Route | undefined {
  const here = below(place, "route");
  const named: RouteNames = {
    receivers: new Set(Object.keys(receivers)),
    intervals: new Set(reading.intervals.keys()),
  };
  const used = checkRouteNames(route, here, { references: reading.references, named });
  // Names that there are not are told with what was probably meant, and need not be told again.
  const timeIntervals = new Map([...used.intervals].map((name) => [name, reading.intervals.get(name) ?? []]));
  const built = buildRoutes(specOf(route), { receivers: [...used.receivers], timeIntervals });
  if (built.ok) return built.value;
  for (const { message, path } of built.error)
    reportProblem({ message, path: path.replace(/Ms$/, "") }, here, reading.log);
  return undefined;
}

type RouteNames = { readonly receivers: Set<string>; readonly intervals: Set<string> };

/** Checks the names that a route and those below it use, and answers with all of them. */
function checkRouteNames(
  route: RouteInput,
  place: Place,
  checking: { readonly references: References; readonly named: RouteNames },
): RouteNames {
  const { named, references } = checking;
  const used: RouteNames = { receivers: new Set(), intervals: new Set() };
  if (route.receiver !== undefined) {
    used.receivers.add(route.receiver);
    const words = { what: "receiver", section: "routing.receivers" };
    references.check(route.receiver, named.receivers, below(place, "receiver"), words);
  }
  for (const key of ["muteTimeIntervals", "activeTimeIntervals"] as const) {
    route[key]?.forEach((name, index) => {
      used.intervals.add(name);
      const words = { what: "time interval", section: "routing.timeIntervals" };
      references.check(name, named.intervals, below(place, key, index), words);
    });
  }
  route.routes?.forEach((child, index) => {
    const under = checkRouteNames(child, below(place, "routes", index), checking);
    for (const name of under.receivers) used.receivers.add(name);
    for (const name of under.intervals) used.intervals.add(name);
  });
  return used;
}

function specOf({ groupInterval, groupWait, repeatInterval, routes, ...rest }: RouteInput): RouteSpec {
  return {
    ...present(rest),
    ...present({
      groupWaitMs: groupWait,
      groupIntervalMs: groupInterval,
      repeatIntervalMs: repeatInterval,
      routes: routes?.map(specOf),
    }),
  };
}

function readInhibitRules({ inhibitRules }: RoutingInput, place: Place, log: IssueLog): readonly InhibitRule[] {
  const built = buildInhibitRules(inhibitRules.map(present));
  if (built.ok) return built.value;
  for (const problem of built.error) reportProblem(problem, below(place, "inhibitRules"), log);
  return [];
}

function readMaintenance({ maintenance }: RoutingInput, place: Place, log: IssueLog): readonly MaintenanceWindow[] {
  const seen = new Map<string, Entry>();
  return maintenance.flatMap((written, index): readonly MaintenanceWindow[] => {
    const entry: Entry = { name: written.id, value: written, place: below(place, "maintenance", index) };
    checkUnique(written.id, entry, seen, { key: "id", log });
    const matchers = readMatchers(written.matchers, below(entry.place, "matchers"), log);
    const covers = coveredTime(written, entry, log);
    if (covers === undefined) return [];
    const schedule = scheduleOf(covers);
    if (!schedule.ok) {
      reportNight(schedule.error, below(entry.place, "recurring", "times"), log);
      return [];
    }
    const { author, id, reason } = written;
    return [{ id, matchers, author, reason, ...schedule.value }];
  });
}

function readMatchers(texts: readonly string[], place: Place, log: IssueLog): readonly CompiledMatcher[] {
  return texts.flatMap((text, index) => {
    const parsed = parseMatchers(text);
    if (parsed.ok) return parsed.value;
    reportProblem({ path: `${index}`, message: parsed.error.message }, place, log);
    return [];
  });
}
