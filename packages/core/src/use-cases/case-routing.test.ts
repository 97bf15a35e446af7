import { describe, expect, it } from "vitest";
import { buildCaseRouting } from "../incident/regression/build-case-routing.js";
import { buildRoutes } from "../routing/build-routes.js";
import { buildInhibitRules } from "../routing/inhibition.js";
import { parseMatchers } from "../routing/parse-matchers.js";
import type { TimeInterval } from "../routing/time-interval.js";
import { caseRouting } from "./case-routing.js";
import { defaultRouting, type Receiver, type RoutingSettings } from "./response-settings.js";

function must<Value>(
  made: { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly error: unknown },
): Value {
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  return made.value;
}

const nights = [{ times: [[0, 360]] }] as const;
const timeIntervals = new Map<string, readonly TimeInterval[]>([
  ["nights", nights],
  ["days", [{ weekdays: [[1, 5]] }]],
  ["unused", nights],
]);
const spec = {
  receiver: "all",
  groupBy: ["alertname"],
  routes: [
    {
      receiver: "shop",
      matchers: ['service="shop"', 'team=~"a|b"'],
      continue: true,
      groupBy: ["..."],
      groupWaitMs: 1,
      groupIntervalMs: 2,
      repeatIntervalMs: 3,
      muteTimeIntervals: ["nights"],
      routes: [{ matchers: ['severity="critical"'], activeTimeIntervals: ["days"] }, { matchers: ['severity="info"'] }],
    },
    { receiver: "cards", matchers: ['service="cards"'], muteTimeIntervals: ["unused"] },
  ],
} as const;
const receiver = (name: string): Receiver => ({ name, opens: "incident", service: name, notifiers: ["https://hook"] });
const rule = (name: string, source: string, target: string) => ({
  name,
  sourceMatchers: [source],
  targetMatchers: [target],
  equal: ["service"],
});
const window = (id: string, startsAtMs: number, endsAtMs: number) => ({
  id,
  startsAtMs,
  endsAtMs,
  author: "ann",
  reason: "move",
  matchers: must(parseMatchers('service="shop"')),
});
const settings: RoutingSettings = {
  root: must(buildRoutes(spec, { receivers: ["all", "shop", "cards"], timeIntervals })),
  receivers: new Map(["all", "shop", "cards"].map((name) => [name, receiver(name)])),
  inhibitRules: must(
    buildInhibitRules([
      rule("source", 'service="shop"', 'x="1"'),
      rule("target", 'x="1"', 'service="shop"'),
      rule("neither", 'x="1"', 'x="2"'),
    ]),
  ),
  maintenance: [window("now", 0, 101), window("before", 0, 100), window("last", 200, 300), window("after", 201, 300)],
  graceMs: 5,
};
const shop = { service: "shop", team: "a", severity: "critical" };
const found = caseRouting(settings, [shop, { service: "other" }], { fromMs: 100, toMs: 200 });

describe("the routing that a case holds", () => {
  it("has the routes that its alerts come to, each with all that holds for it", () => {
    const inherited = {
      groupWaitMs: 1,
      groupIntervalMs: 2,
      repeatIntervalMs: 3,
      groupBy: ["..."],
      incident: "per-alert",
    };
    expect(found.routes).toEqual({
      receiver: "all",
      matchers: [],
      continue: false,
      groupBy: ["alertname"],
      incident: "per-group",
      groupWaitMs: 30_000,
      groupIntervalMs: 300_000,
      repeatIntervalMs: 14_400_000,
      muteTimeIntervals: [],
      activeTimeIntervals: [],
      routes: [
        {
          ...inherited,
          receiver: "shop",
          matchers: ['service="shop"', 'team=~"a|b"'],
          continue: true,
          muteTimeIntervals: ["nights"],
          activeTimeIntervals: [],
          routes: [
            {
              ...inherited,
              receiver: "shop",
              matchers: ['severity="critical"'],
              continue: false,
              muteTimeIntervals: [],
              activeTimeIntervals: ["days"],
              routes: [],
            },
          ],
        },
      ],
    });
    expect(found.timeIntervals).toEqual({ nights, days: [{ weekdays: [[1, 5]] }] });
  });

  it("is made again from its words, with the same names of routes", () => {
    const built = must(buildCaseRouting(found));
    expect(built.root.routes[0]?.id).toBe(settings.root.routes[0]?.id);
    expect(built.root.routes[0]?.routes[0]?.id).toBe(settings.root.routes[0]?.routes[0]?.id);
  });

  it("has their receivers without whom those tell, and what holds their alerts back", () => {
    expect(found.receivers).toEqual([
      { name: "all", opens: "incident", service: "all" },
      { name: "shop", opens: "incident", service: "shop" },
    ]);
    expect(found.inhibitRules).toEqual([
      rule("source", 'service="shop"', 'x="1"'),
      rule("target", 'x="1"', 'service="shop"'),
    ]);
  });

  it("has the planned work of its time, without who planned it", () => {
    expect(found.maintenance).toEqual([
      { id: "now", startsAtMs: 0, endsAtMs: 101, reason: "move", matchers: '{service="shop"}' },
      { id: "last", startsAtMs: 200, endsAtMs: 300, reason: "move", matchers: '{service="shop"}' },
    ]);
  });

  it("is the first route alone where there are no alerts", () => {
    const alone = caseRouting(defaultRouting(), [], { fromMs: 0, toMs: 1 });
    expect(alone).toMatchObject({ routes: { receiver: "incidents", groupBy: ["..."], routes: [] }, inhibitRules: [] });
  });
});
