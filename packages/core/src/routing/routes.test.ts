import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Labels } from "../alert/labels.js";
import { buildRoutes } from "./build-routes.js";
import { matchesAll } from "./label-matcher.js";
import { explainRoutes, groupLabels, matchRoutes, routeMuting } from "./match-routes.js";
import { parseTimeInterval } from "./parse-time-interval.js";
import type { Route, RouteSpec } from "./route.js";

const intervals = (weekday: string) => {
  const parsed = parseTimeInterval({ weekdays: [weekday] });
  return parsed.ok ? [parsed.value] : [];
};
const timeIntervals = new Map([
  ["mondays", intervals("monday")],
  ["tuesdays", intervals("tuesday")],
]);
const context = { receivers: ["ops", "shop", "db"], timeIntervals };

function build(spec: RouteSpec): Route {
  const built = buildRoutes(spec, context);
  if (!built.ok) throw new Error(JSON.stringify(built.error));
  return built.value;
}

const ids = (root: Route, labels: Labels): readonly string[] => matchRoutes(root, labels).map(({ id }) => id);

describe("what an incident is opened for", () => {
  const scopes = ({ incident, routes }: Route): unknown => [incident, ...routes.map(scopes)];

  it("is the group where its labels are named, and else each alert", () => {
    const routes = [{ groupBy: ["..."] }, { groupBy: [] }, { groupBy: ["job"] }, {}];
    expect(scopes(build({ receiver: "ops", routes }))).toEqual([
      "per-alert",
      ["per-alert"],
      ["per-alert"],
      ["per-group"],
      ["per-alert"],
    ]);
    expect(scopes(build({ receiver: "ops", groupBy: ["job"], routes }))).toEqual([
      "per-group",
      ["per-alert"],
      ["per-alert"],
      ["per-group"],
      ["per-group"],
    ]);
  });

  it("is what the route says, and the routes below it unless they say otherwise", () => {
    const routes: readonly RouteSpec[] = [
      { groupBy: ["job"], routes: [{}] },
      { incident: "per-group", groupBy: ["..."], routes: [{}] },
      { incident: "per-group", groupBy: [] },
    ];
    expect(scopes(build({ receiver: "ops", incident: "per-alert", groupBy: ["job"], routes }))).toEqual([
      "per-alert",
      ["per-alert", ["per-alert"]],
      ["per-group", ["per-group"]],
      ["per-group"],
    ]);
  });
});

describe("a tree of routes", () => {
  const root = build({
    receiver: "ops",
    groupBy: ["job", "alertname"],
    routes: [
      {
        matchers: ['team="shop"'],
        receiver: "shop",
        groupWaitMs: 0,
        groupBy: ["..."],
        routes: [{ matchers: ["severity=page"], repeatIntervalMs: 1_000 }, { matchers: ['severity=~"page|ticket"'] }],
      },
      { matchers: ['team="shop"', "also=yes"], receiver: "db" },
      { matchers: ["severity=page"], continue: true, groupBy: [], groupIntervalMs: 7 },
      { matchers: ["job=db"], receiver: "db" },
    ],
  });

  it.each([
    [{ job: "x" }, ["{}"]],
    [{ team: "shop" }, ['{}/{team="shop"}']],
    [{ team: "shop", severity: "page" }, ['{}/{team="shop"}/{severity="page"}']],
    [{ team: "shop", severity: "ticket" }, ['{}/{team="shop"}/{severity=~"page|ticket"}']],
    [{ team: "shop", also: "yes" }, ['{}/{team="shop"}']],
    [{ severity: "page" }, ['{}/{severity="page"}']],
    [{ severity: "page", job: "db" }, ['{}/{severity="page"}', '{}/{job="db"}']],
  ])("takes %j to %j", (labels, expected) => {
    expect(ids(root, labels)).toEqual(expected);
  });

  it("hands down what a route leaves out, from Alertmanager's defaults on", () => {
    expect(root).toMatchObject({
      receiver: "ops",
      groupBy: ["alertname", "job"],
      groupWaitMs: 30_000,
      groupIntervalMs: 300_000,
      repeatIntervalMs: 14_400_000,
      continue: false,
    });
    expect(root.routes[0]).toMatchObject({
      receiver: "shop",
      groupBy: "all",
      groupWaitMs: 0,
      groupIntervalMs: 300_000,
    });
    expect(root.routes[0]?.routes[0]).toMatchObject({
      receiver: "shop",
      groupBy: "all",
      groupWaitMs: 0,
      repeatIntervalMs: 1_000,
    });
    expect(root.routes[2]).toMatchObject({ receiver: "ops", groupBy: [], groupIntervalMs: 7, continue: true });
  });

  it("groups by the labels that a route names and the alert has", () => {
    expect(groupLabels(root, { job: "a", severity: "page" })).toEqual({ job: "a" });
    expect(groupLabels(root.routes[2] as Route, { job: "a" })).toEqual({});
    expect(groupLabels(root.routes[0] as Route, { job: "a", x: "y" })).toEqual({ job: "a", x: "y" });
  });

  it("tells for each route that was looked at what it said", () => {
    expect(
      explainRoutes(root, { team: "shop", severity: "ticket" }).map(({ route, ...visit }) => [route.id, visit]),
    ).toEqual([
      ["{}", { depth: 0, outcome: "passed-down" }],
      ['{}/{team="shop"}', { depth: 1, outcome: "passed-down" }],
      ['{}/{team="shop"}/{severity="page"}', { depth: 2, outcome: "not-matched", matcher: 'severity="page"' }],
      ['{}/{team="shop"}/{severity=~"page|ticket"}', { depth: 2, outcome: "taken" }],
      ['{}/{team="shop", also="yes"}', { depth: 1, outcome: "not-reached" }],
      ['{}/{severity="page"}', { depth: 1, outcome: "not-reached" }],
      ['{}/{job="db"}', { depth: 1, outcome: "not-reached" }],
    ]);
    expect(explainRoutes(root, { also: "no" })[2]).toMatchObject({
      outcome: "not-matched",
      matcher: 'team="shop", also="yes"',
    });
    expect(explainRoutes(root, { also: "no" })[0]).toMatchObject({ outcome: "taken" });
  });

  it("names two routes that match the same apart", () => {
    const twins = build({
      receiver: "ops",
      routes: [{ matchers: ["a=b"], continue: true }, { matchers: ["a=b"] }, { matchers: ["a=b"] }],
    });
    expect(twins.routes.map(({ id }) => id)).toEqual(['{}/{a="b"}', '{}/{a="b"}#2', '{}/{a="b"}#3']);
    expect(ids(twins, { a: "b" })).toEqual(['{}/{a="b"}', '{}/{a="b"}#2']);
  });

  it("finds what a search without any index finds", () => {
    const matcher = fc
      .tuple(fc.constantFrom("a", "b"), fc.constantFrom("=", "!=", "=~"), fc.constantFrom("x", "y"))
      .map((parts) => parts.join(""));
    const spec = fc.letrec<{ route: RouteSpec }>((tie) => ({
      route: fc.record({
        matchers: fc.array(matcher, { maxLength: 2 }),
        continue: fc.boolean(),
        routes: fc.oneof({ maxDepth: 2 }, fc.constant([]), fc.array(tie("route"), { maxLength: 3 })),
      }),
    })).route;
    const search = (route: Route, labels: Labels): readonly Route[] => {
      const found: Route[] = [];
      for (const child of route.routes) {
        if (!matchesAll(child.matchers, labels)) continue;
        found.push(...search(child, labels));
        if (!child.continue) break;
      }
      return found.length === 0 ? [route] : found;
    };
    const labels = fc.dictionary(fc.constantFrom("a", "b"), fc.constantFrom("x", "y", "z"));
    fc.assert(
      fc.property(fc.array(spec, { maxLength: 4 }), labels, (routes, alert) => {
        const tree = build({ receiver: "ops", routes });
        expect(ids(tree, alert)).toEqual(search(tree, alert).map(({ id }) => id));
        expect(
          explainRoutes(tree, alert).flatMap(({ outcome, route }) => (outcome === "taken" ? [route.id] : [])),
        ).toEqual(ids(tree, alert));
      }),
      { numRuns: 200 },
    );
  });

  it("tells all that is wrong with the configuration at once", () => {
    const built = buildRoutes(
      {
        matchers: ["a=b"],
        muteTimeIntervals: ["mondays"],
        continue: true,
        groupIntervalMs: 0,
        routes: [
          {
            receiver: "nobody",
            matchers: ["a=b", "a"],
            groupBy: ["a", "a"],
            groupWaitMs: -1,
            repeatIntervalMs: Infinity,
            muteTimeIntervals: ["sundays"],
            routes: [{ groupBy: ["...", "a"], activeTimeIntervals: ["mondays", "never"] }],
          },
        ],
      },
      context,
    );
    expect(built.ok ? [] : built.error.map(({ path, message }) => `${path}: ${message}`)).toEqual([
      "matchers: the first route takes every alert at any time; put this into a route below it",
      "muteTimeIntervals: the first route takes every alert at any time; put this into a route below it",
      "continue: there is nothing beside the first route to continue with",
      "receiver: the first route needs a receiver, for whatever no other route takes",
      "groupIntervalMs: found 0 ms; expected 1 ms or more",
      "routes.0.matchers.1: column 2: found the end; expected one of =, !=, =~ and !~",
      'routes.0.receiver: there is no receiver "nobody"; there are ops, shop, db',
      'routes.0.groupBy: "a" is there twice',
      "routes.0.groupWaitMs: found -1 ms; expected 0 ms or more",
      "routes.0.repeatIntervalMs: found Infinity ms; expected 1 ms or more",
      'routes.0.routes.0.groupBy: "..." stands for all labels, and must stand alone',
      'routes.0.routes.0.activeTimeIntervals.1: there is no time interval "never"',
      'routes.0.muteTimeIntervals.0: there is no time interval "sundays"',
    ]);
    expect(buildRoutes({ receiver: "x" }, { receivers: [] })).toMatchObject({
      error: [{ path: "receiver", message: 'there is no receiver "x"; there are none' }],
    });
    expect(
      buildRoutes({ receiver: "ops", routes: [{ muteTimeIntervals: ["x"] }] }, { receivers: ["ops"] }),
    ).toMatchObject({
      error: [{ path: "routes.0.muteTimeIntervals.0" }],
    });
    expect(buildRoutes({ receiver: "ops", activeTimeIntervals: ["mondays"], matchers: [] }, context)).toMatchObject({
      error: [{ path: "activeTimeIntervals" }],
    });
  });
});

describe("the time intervals of a route", () => {
  const tree = build({
    receiver: "ops",
    routes: [
      { matchers: ["a=1"], muteTimeIntervals: ["tuesdays", "mondays"] },
      { matchers: ["a=2"], activeTimeIntervals: ["mondays", "tuesdays"] },
      { matchers: ["a=3"], activeTimeIntervals: ["mondays"], muteTimeIntervals: ["mondays"], routes: [{}] },
    ],
  });
  const monday = Date.parse("2026-03-02T12:00:00Z");
  const wednesday = Date.parse("2026-03-04T12:00:00Z");
  const muting = (at: number, atMs: number) => routeMuting(tree.routes[at] as Route, atMs);

  it("mute it in the times that mute, and outside of those in which it is active", () => {
    expect(muting(0, monday)).toEqual({ kind: "muted", interval: "mondays" });
    expect(muting(0, wednesday)).toBeUndefined();
    expect(muting(1, monday)).toBeUndefined();
    expect(muting(1, wednesday)).toEqual({ kind: "not-active", intervals: ["mondays", "tuesdays"] });
    expect(muting(2, monday)).toEqual({ kind: "muted", interval: "mondays" });
    expect(muting(2, wednesday)).toEqual({ kind: "not-active", intervals: ["mondays"] });
  });
  it("are not handed down", () => {
    expect(routeMuting(tree.routes[2]?.routes[0] as Route, monday)).toBeUndefined();
  });
});
