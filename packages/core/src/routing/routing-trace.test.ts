import { describe, expect, it } from "vitest";
import { createAlertGroups } from "./alert-groups.js";
import { buildRoutes } from "./build-routes.js";
import { createInhibitor, buildInhibitRules } from "./inhibition.js";
import { createMaintenanceCalendar } from "./maintenance-window.js";
import { parseTimeInterval } from "./parse-time-interval.js";
import { routeAlert, type RoutingRules } from "./route-alert.js";
import { explainTrace, ownTraceId, traceWords, type TracedRule } from "./routing-trace.js";
import { createSilenceIndex } from "./silence.js";

const thursday = parseTimeInterval({ weekdays: ["thursday"] });

function rules(): RoutingRules & { readonly inhibitor: ReturnType<typeof createInhibitor> } {
  const root = buildRoutes(
    {
      receiver: "ops",
      routes: [
        { matchers: ["job=web"], receiver: "web", muteTimeIntervals: ["thursdays"], continue: true },
        { matchers: ["job=~web|db"], receiver: "db", activeTimeIntervals: ["never"] },
      ],
    },
    {
      receivers: ["ops", "web", "db"],
      timeIntervals: new Map([
        ["thursdays", thursday.ok ? [thursday.value] : []],
        ["never", []],
      ]),
    },
  );
  const inhibit = buildInhibitRules([
    { name: "page", sourceMatchers: ["severity=page"], targetMatchers: ["severity=ticket"] },
  ]);
  if (!root.ok || !inhibit.ok) throw new Error("refused");
  const silences = createSilenceIndex();
  silences.put({
    id: "s1",
    matchers: [{ name: "zone", operator: "=", value: "a" }],
    startsAtMs: 0,
    endsAtMs: 5_000,
    author: "ada",
    reason: "work",
    createdAtMs: 0,
  });
  const maintenance = createMaintenanceCalendar([
    { id: "m1", matchers: [], startsAtMs: 0, endsAtMs: 5_000, author: "bo", reason: "move" },
  ]);
  return { root: root.value, silences, inhibitor: createInhibitor(inhibit.value), maintenance };
}

describe("what an alert meets", () => {
  it("is every rule that had a say, in the order of ways, what holds it back, and what pauses it", () => {
    const all = rules();
    all.inhibitor.note({ key: "p", labels: { severity: "page" } });
    const decision = routeAlert(all, { job: "web", zone: "a", severity: "ticket" }, 1_000);
    expect(decision.routes.map(({ receiver }) => receiver)).toEqual(["web", "db"]);
    expect([decision.heldBack, decision.escalationPaused]).toEqual([true, true]);
    expect(decision.trace.map(traceWords)).toEqual([
      'the route {}/{job="web"} took it for web',
      "web is not told: its route is muted by the time interval thursdays",
      'the route {}/{job=~"web|db"} took it for db',
      "db is not told: its route is active only in never",
      "silenced until 1970-01-01T00:00:05.000Z by ada: work (silence s1)",
      "inhibited by the rule page while p fires",
      "escalation is paused until 1970-01-01T00:00:05.000Z by the maintenance window m1: move",
    ]);
    expect(decision.trace.every(({ atMs }) => atMs === 1_000)).toBe(true);
  });

  it("is little when nothing holds it back", () => {
    const decision = routeAlert(rules(), { job: "other" }, 6_000);
    expect(decision).toMatchObject({ heldBack: false, escalationPaused: false });
    expect(decision.trace).toEqual([{ atMs: 6_000, rule: "route-taken", routeId: "{}", receiver: "ops" }]);
  });

  it.each<readonly [TracedRule, string]>([
    [
      { atMs: 0, rule: "deduplicated", sinceMs: 1_000 },
      "deduplicated: the same alert has fired since 1970-01-01T00:00:01.000Z",
    ],
    [
      { atMs: 0, rule: "grouped", groupId: "g", receiver: "ops", labels: { job: "web" }, others: 2, dueAtMs: 30_000 },
      'grouped by {job="web"} with 2 others for ops; due at 1970-01-01T00:00:30.000Z',
    ],
    [
      { atMs: 0, rule: "notified", groupId: "g", receiver: "ops", why: "first" },
      "ops is told, as it is the group's first",
    ],
    [
      { atMs: 0, rule: "notified", groupId: "g", receiver: "ops", why: "new-alerts" },
      "ops is told, as an alert is new in the group",
    ],
    [
      { atMs: 0, rule: "notified", groupId: "g", receiver: "ops", why: "all-resolved" },
      "ops is told, as all of the group are over",
    ],
    [
      { atMs: 0, rule: "notified", groupId: "g", receiver: "ops", why: "some-resolved" },
      "ops is told, as some of the group are over",
    ],
    [
      { atMs: 0, rule: "notified", groupId: "g", receiver: "ops", why: "repeat" },
      "ops is told, as the repeat interval has passed",
    ],
    [
      { atMs: 0, rule: "nothing-new", groupId: "g", receiver: "ops", repeatAtMs: 1_000 },
      "ops is not told again: nothing is new, and the next repeat is at 1970-01-01T00:00:01.000Z",
    ],
    [
      { atMs: 0, rule: "over-before-told", groupId: "g", receiver: "ops" },
      "ops is not told: it was over before the group was due",
    ],
    [
      { atMs: 0, rule: "cooldown", incidentId: "INC-1", reason: "a flap" },
      "within its cooldown it goes to INC-1: a flap",
    ],
    [
      { atMs: 0, rule: "low-traffic", reason: "2 bad events" },
      "a ticket and no page, as there is little traffic: 2 bad events",
    ],
    [{ atMs: 0, rule: "suppressed", by: "db" }, "held back while db, which it depends on, pages"],
  ])("%j in words", (traced, words) => {
    expect(traceWords(traced)).toBe(words);
  });

  it("answers who was told, and why, in the order of time", () => {
    const notified = { rule: "notified", groupId: "g", receiver: "ops", why: "first" } as const;
    expect(
      explainTrace([
        { atMs: 2_000, ...notified },
        { atMs: 1_000, rule: "route-taken", routeId: "{}", receiver: "ops" },
        { atMs: 3_000, ...notified, why: "repeat" },
      ]),
    ).toEqual({
      told: ["ops"],
      lines: [
        "1970-01-01T00:00:01.000Z the route {} took it for ops",
        "1970-01-01T00:00:02.000Z ops is told, as it is the group's first",
        "1970-01-01T00:00:03.000Z ops is told, as the repeat interval has passed",
      ],
    });
    expect(createAlertGroups(rules().root).size).toBe(0);
  });
});

describe("what is an alert's own among the rules that it met", () => {
  const notified = { rule: "notified", groupId: "g", receiver: "ops", why: "first" } as const;
  const taken = { atMs: 1_000, rule: "route-taken", routeId: "{}", receiver: "ops" } as const;
  const told = [taken, { atMs: 2_000, ...notified }];

  it("does not change when its group tells of others, repeats, or has nothing new to tell", () => {
    const id = ownTraceId(told);
    expect(id).toMatch(/^[0-9a-f]{16}$/);
    for (const why of ["new-alerts", "some-resolved", "repeat"] as const) {
      expect(ownTraceId([...told, { atMs: 3_000, ...notified, why }, { atMs: 4_000, ...notified, why }])).toBe(id);
    }
    const quiet = { rule: "nothing-new", groupId: "g", receiver: "ops", repeatAtMs: 9_000 } as const;
    expect(ownTraceId([...told, { atMs: 3_000, ...quiet }])).toBe(id);
    expect(ownTraceId(told.map((rule) => ({ ...rule, atMs: rule.atMs + 1 })))).toBe(id);
  });

  it("changes with a receiver that is told for the first time, and with any other rule", () => {
    const muted = { atMs: 3_000, rule: "muted", receiver: "ops", interval: "nights" } as const;
    const more: readonly (readonly TracedRule[])[] = [
      [taken],
      [...told, { atMs: 3_000, ...notified, receiver: "board" }],
      [...told, { atMs: 3_000, ...notified, groupId: "h" }],
      [...told, muted],
      [...told, { ...muted, interval: "days" }],
      [...told, { atMs: 3_000, rule: "deduplicated", sinceMs: 1_000 }],
    ];
    expect(new Set([told, ...more].map(ownTraceId)).size).toBe(more.length + 1);
  });
});
