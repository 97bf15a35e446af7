import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ExternalAlert } from "../alert/external-alert.js";
import { createAlertGroups, type AlertGroups } from "./alert-groups.js";
import { buildRoutes } from "./build-routes.js";
import type { GroupDecision } from "./group-decision.js";
import { parseTimeInterval } from "./parse-time-interval.js";
import type { Route } from "./route.js";
import type { TracedRule } from "./routing-trace.js";

const mondays = parseTimeInterval({ weekdays: ["monday"] });

function tree(routes: Parameters<typeof buildRoutes>[0]["routes"] = []): Route {
  const built = buildRoutes(
    { receiver: "ops", groupBy: ["job"], groupWaitMs: 30, groupIntervalMs: 100, repeatIntervalMs: 1_000, routes },
    { receivers: ["ops", "db"], timeIntervals: new Map([["mondays", mondays.ok ? [mondays.value] : []]]) },
  );
  if (!built.ok) throw new Error(JSON.stringify(built.error));
  return built.value;
}

function alert(name: string, part: Partial<ExternalAlert> & { readonly job?: string } = {}): ExternalAlert {
  const { job = "web", ...rest } = part;
  return {
    key: `am/${name}`,
    source: "am",
    fingerprint: name,
    labels: { alertname: name, job },
    annotations: {},
    startsAtMs: 1_000,
    timesOut: false,
    status: "firing",
    ...rest,
  };
}

const silenced: TracedRule = { atMs: 0, rule: "silenced", silenceId: "s", author: "ada", reason: "work", endsAtMs: 9 };
const nothing = (): readonly TracedRule[] => [];

/** Lets the group pass as it decides, and answers what it did. */
function pass(
  groups: AlertGroups,
  atMs: number,
  holds: (alert: ExternalAlert) => readonly TracedRule[] = nothing,
): readonly (GroupDecision | undefined)[] {
  return groups.due(atMs).map((id) => {
    const decision = groups.decide(id, atMs, holds);
    if (decision?.kind === "notify")
      groups.passed(id, atMs, { atMs, firing: decision.firing, resolved: decision.resolved });
    else groups.passed(id, atMs);
    return decision;
  });
}

const brief = (decisions: readonly (GroupDecision | undefined)[]) =>
  decisions.map((decision) =>
    decision?.kind === "notify" ? [decision.why, decision.firing, decision.resolved] : "hold",
  );

describe("a group of alerts", () => {
  it("waits for company, then tells of all at once", () => {
    const groups = createAlertGroups(tree());
    const [placed] = groups.place(alert("A"), 1_000);
    expect(placed).toEqual({
      atMs: 1_000,
      rule: "grouped",
      groupId: groups.all()[0]?.id,
      receiver: "ops",
      labels: { job: "web" },
      others: 0,
      dueAtMs: 1_030,
    });
    expect(groups.place(alert("B", { startsAtMs: 1_010 }), 1_010)).toMatchObject([{ others: 1, dueAtMs: 1_030 }]);
    expect(groups.due(1_029)).toEqual([]);
    expect(groups.nextDueMs()).toBe(1_030);
    expect(brief(pass(groups, 1_030))).toEqual([["first", ["am/A", "am/B"], []]]);
    expect(groups.all()[0]).toMatchObject({
      labels: { job: "web" },
      alerts: [{ key: "am/A" }, { key: "am/B" }],
      dueAtMs: 1_130,
      lastNotice: { atMs: 1_030, firing: ["am/A", "am/B"], resolved: [] },
    });
  });

  it("does not make an alert wait again that has waited long enough elsewhere", () => {
    const groups = createAlertGroups(tree());
    groups.place(alert("A", { startsAtMs: 970 }), 1_000);
    expect(groups.nextDueMs()).toBe(1_030);
    expect(groups.place(alert("B", { startsAtMs: 975 }), 1_006)).toMatchObject([{ dueAtMs: 1_006 }]);
    groups.place(alert("C", { startsAtMs: 900 }), 1_010);
    expect(groups.nextDueMs()).toBe(1_006);
    pass(groups, 1_010);
    groups.place(alert("D", { startsAtMs: 0 }), 1_020);
    expect(groups.nextDueMs()).toBe(1_106);
  });

  it("tells at once where the route waits for nobody", () => {
    const groups = createAlertGroups(tree([{ matchers: ["job=web"], groupWaitMs: 0 }]));
    groups.place(alert("A"), 1_000);
    expect(brief(pass(groups, 1_000))).toEqual([["first", ["am/A"], []]]);
  });

  it("tells of what is new at its interval, of ends, and repeats what goes on", () => {
    const groups = createAlertGroups(tree());
    groups.place(alert("A"), 1_000);
    pass(groups, 1_030);
    expect(brief(pass(groups, 1_130))).toEqual(["hold"]);
    groups.place(alert("B"), 1_140);
    expect(groups.told("am/B")).toEqual([]);
    expect(brief(pass(groups, 1_230))).toEqual([["new-alerts", ["am/A", "am/B"], []]]);
    expect([groups.told("am/B"), groups.told("am/unknown")]).toMatchObject([
      [{ id: groups.all()[0]?.id, route: { id: "{}", receiver: "ops" }, labels: { job: "web" } }],
      [],
    ]);
    groups.place(alert("A", { endsAtMs: 1_300, status: "resolved" }), 1_300);
    expect(brief(pass(groups, 1_330))).toEqual([["some-resolved", ["am/B"], ["am/A"]]]);
    expect(groups.of("am/A")).toEqual([]);
    expect(groups.of("am/B")).toHaveLength(1);
    expect(
      [1_430, 1_530, 1_630, 1_730, 1_830, 1_930, 2_030, 2_130, 2_230].flatMap((atMs) => brief(pass(groups, atMs))),
    ).toEqual(Array.from({ length: 9 }, () => "hold"));
    expect(brief(pass(groups, 2_330))).toEqual([["repeat", ["am/B"], []]]);
    groups.place(alert("B", { endsAtMs: 2_340, status: "resolved" }), 2_340);
    expect(brief(pass(groups, 2_430))).toEqual([["all-resolved", [], ["am/B"]]]);
    expect([groups.size, groups.nextDueMs(), groups.of("am/B")]).toEqual([0, undefined, []]);
  });

  it("tells anew of what was over and fires again, once, and of its end", () => {
    const groups = createAlertGroups(tree());
    const flap = (name: string, atMs: number) => {
      groups.place(alert(name, { endsAtMs: atMs, status: "resolved" }), atMs);
      groups.renew(`am/${name}`, atMs + 1);
      groups.place(alert(name, { startsAtMs: atMs + 1 }), atMs + 1);
    };
    groups.place(alert("A"), 1_000);
    groups.place(alert("B"), 1_000);
    pass(groups, 1_030);
    flap("A", 1_040);
    expect(brief(pass(groups, 1_130))).toEqual([["new-alerts", ["am/A", "am/B"], []]]);
    expect(brief(pass(groups, 1_230))).toEqual(["hold"]);
    flap("A", 1_240);
    expect(brief(pass(groups, 1_330, ({ key }) => (key === "am/A" ? [silenced] : [])))).toEqual(["hold"]);
    expect(brief(pass(groups, 1_430))).toEqual([["new-alerts", ["am/A", "am/B"], []]]);
    flap("A", 1_440);
    groups.place(alert("A", { endsAtMs: 1_450, status: "resolved" }), 1_450);
    expect(brief(pass(groups, 1_530))).toEqual([["some-resolved", ["am/B"], ["am/A"]]]);
    groups.renew("am/A", 1_540);
    groups.place(alert("A", { startsAtMs: 1_540 }), 1_540);
    expect(brief(pass(groups, 1_630))).toEqual([["new-alerts", ["am/B", "am/A"], []]]);
    expect(brief(pass(groups, 1_730))).toEqual(["hold"]);
  });

  it("lets nothing new wait for what a clock that was ahead had set", () => {
    const groups = createAlertGroups(tree());
    groups.place(alert("A", { startsAtMs: 9_000 }), 9_000);
    expect(groups.nextDueMs()).toBe(9_030);
    // The clock is put right: whatever joins waits for company as long as it would in a group of its own.
    expect(groups.place(alert("B"), 1_000)).toMatchObject([{ others: 1, dueAtMs: 1_030 }]);
    expect(groups.place(alert("C"), 1_010)).toMatchObject([{ others: 2, dueAtMs: 1_030 }]);
    expect(brief(pass(groups, 1_030))).toEqual([["first", ["am/A", "am/B", "am/C"], []]]);

    const ahead = () => {
      const told = createAlertGroups(tree());
      told.place(alert("A"), 1_000);
      pass(told, 9_000);
      expect(told.nextDueMs()).toBe(9_100);
      return told;
    };
    const joined = ahead();
    expect(joined.place(alert("B", { startsAtMs: 1_200 }), 1_200)).toMatchObject([{ dueAtMs: 1_300 }]);
    expect(joined.due(1_299)).toEqual([]);
    expect(brief(pass(joined, 1_300))).toEqual([["new-alerts", ["am/A", "am/B"], []]]);
    expect(joined.nextDueMs()).toBe(1_400);

    const renewed = ahead();
    renewed.renew("am/A", 1_200);
    expect(renewed.nextDueMs()).toBe(1_300);
    expect(brief(pass(renewed, 1_300))).toEqual([["new-alerts", ["am/A"], []]]);

    // It was told of before it was due by what is stored, as by a process that knew its clock to be right.
    const earlier = ahead();
    const [id = ""] = earlier.due(9_100);
    earlier.passed(id, 1_200, { atMs: 1_200, firing: ["am/A"], resolved: [] });
    expect(earlier.nextDueMs()).toBe(1_300);
  });

  it("waits from a start on no longer than its route says", () => {
    const groups = createAlertGroups(tree());
    groups.place(alert("A", { job: "told" }), 1_000);
    pass(groups, 9_000);
    groups.place(alert("B", { job: "first" }), 9_000);
    groups.place(alert("C", { job: "soon" }), 1_005);
    groups.resume(1_010);
    expect(groups.all().map(({ dueAtMs, labels }) => [labels["job"], dueAtMs])).toEqual([
      ["told", 1_110],
      ["first", 1_040],
      ["soon", 1_035],
    ]);
    expect([1_034, 1_035, 1_040, 1_109, 1_110].map((atMs) => groups.due(atMs).length)).toEqual([0, 1, 2, 2, 3]);
  });

  it("says of an alert that nothing is new until the repeat", () => {
    const groups = createAlertGroups(tree());
    groups.place(alert("A"), 1_000);
    const [id] = groups.due(1_030);
    pass(groups, 1_030);
    expect(pass(groups, 1_130)).toEqual([
      {
        kind: "hold",
        held: [
          {
            key: "am/A",
            rules: [{ atMs: 1_130, rule: "nothing-new", groupId: id, receiver: "ops", repeatAtMs: 2_030 }],
          },
        ],
      },
    ]);
  });

  it("tells nobody of what is over before it was due", () => {
    const groups = createAlertGroups(tree());
    groups.place(alert("A"), 1_000);
    groups.place(alert("A", { endsAtMs: 1_010 }), 1_010);
    expect(pass(groups, 1_030)).toMatchObject([
      { kind: "hold", held: [{ key: "am/A", rules: [{ rule: "over-before-told", receiver: "ops" }] }] },
    ]);
    expect(groups.size).toBe(0);
    expect(groups.place(alert("B", { endsAtMs: 1_000 }), 1_000)).toEqual([]);
    expect(groups.size).toBe(0);
  });

  it("says the same of what came and went between two notices", () => {
    const groups = createAlertGroups(tree());
    groups.place(alert("A"), 1_000);
    pass(groups, 1_030);
    groups.place(alert("A", { endsAtMs: 1_040 }), 1_040);
    groups.place(alert("B"), 1_050);
    groups.place(alert("B", { endsAtMs: 1_060 }), 1_060);
    expect(brief(pass(groups, 1_130))).toEqual([["all-resolved", [], ["am/A", "am/B"]]]);
  });

  it("holds back what is silenced, remembers that it was told of, and owes its end", () => {
    const groups = createAlertGroups(tree());
    groups.place(alert("A"), 1_000);
    groups.place(alert("B"), 1_000);
    pass(groups, 1_030);
    const holdsA = ({ key }: ExternalAlert) => (key === "am/A" ? [silenced] : []);
    groups.place(alert("C"), 1_100);
    expect(pass(groups, 1_130, holdsA)).toEqual([
      {
        kind: "notify",
        why: "new-alerts",
        firing: ["am/B", "am/C"],
        resolved: [],
        held: [{ key: "am/A", rules: [silenced] }],
      },
    ]);
    expect(brief(pass(groups, 1_230))).toEqual(["hold"]);
    groups.place(alert("A", { endsAtMs: 1_240 }), 1_240);
    expect(brief(pass(groups, 1_330, holdsA))).toEqual(["hold"]);
    expect(groups.of("am/A")).toHaveLength(1);
    expect(brief(pass(groups, 1_430))).toEqual([["some-resolved", ["am/B", "am/C"], ["am/A"]]]);
  });

  it("holds everything back without a word while all of it is silenced, then tells", () => {
    const groups = createAlertGroups(tree());
    groups.place(alert("A"), 1_000);
    expect(pass(groups, 1_030, () => [silenced])).toEqual([
      { kind: "hold", held: [{ key: "am/A", rules: [silenced] }] },
    ]);
    expect(brief(pass(groups, 1_130))).toEqual([["first", ["am/A"], []]]);
  });

  it("forgets a silenced alert that ended and was never told of", () => {
    const groups = createAlertGroups(tree());
    groups.place(alert("A"), 1_000);
    groups.place(alert("B"), 1_000);
    pass(groups, 1_030, ({ key }) => (key === "am/A" ? [silenced] : []));
    groups.place(alert("A", { endsAtMs: 1_040 }), 1_040);
    pass(groups, 1_130, ({ key }) => (key === "am/A" ? [silenced] : []));
    expect(groups.of("am/A")).toEqual([]);
  });

  it("tells nobody of one that was silenced as long as it fired, when all others are over", () => {
    const groups = createAlertGroups(tree());
    groups.place(alert("A"), 1_000);
    groups.place(alert("B"), 1_000);
    const holdsB = ({ key }: ExternalAlert) => (key === "am/B" ? [silenced] : []);
    pass(groups, 1_030, holdsB);
    groups.place(alert("A", { endsAtMs: 1_040 }), 1_040);
    expect(brief(pass(groups, 1_130, holdsB))).toEqual([["all-resolved", [], ["am/A"]]]);
    groups.place(alert("B", { endsAtMs: 1_140 }), 1_140);
    expect(pass(groups, 1_230)).toMatchObject([
      { kind: "hold", held: [{ key: "am/B", rules: [{ rule: "over-before-told" }] }] },
    ]);
    expect(groups.size).toBe(0);
  });

  it("is silent while its route is muted", () => {
    const groups = createAlertGroups(tree([{ matchers: ["job=web"], muteTimeIntervals: ["mondays"] }]));
    const monday = Date.parse("2026-03-02T12:00:00Z");
    groups.place(alert("A", { startsAtMs: monday }), monday);
    expect(pass(groups, monday + 30)).toEqual([
      {
        kind: "hold",
        held: [{ key: "am/A", rules: [{ atMs: monday + 30, rule: "muted", receiver: "ops", interval: "mondays" }] }],
      },
    ]);
  });

  it("is of one route and one set of labels, and keeps its name", () => {
    const routes = [{ matchers: ["job=~.*"], receiver: "db", continue: true }, { matchers: ["job=~.+"] }];
    const groups = createAlertGroups(tree(routes));
    groups.place(alert("A"), 1_000);
    groups.place(alert("B", { job: "api" }), 1_000);
    expect(groups.size).toBe(4);
    expect(groups.of("am/A").map(({ route }) => route.receiver)).toEqual(["db", "ops"]);
    const again = createAlertGroups(tree([...routes, { matchers: ["x=y"] }]));
    again.place(alert("A"), 1_000);
    expect(again.of("am/A").map(({ id }) => id)).toEqual(groups.of("am/A").map(({ id }) => id));
    groups.place(alert("A", { endsAtMs: 1_010 }), 1_010);
    const [first] = groups.of("am/A");
    groups.passed(first?.id ?? "", 1_030);
    expect(groups.of("am/A")).toHaveLength(1);
  });

  it("catches up with one look when it was late, and keeps its beat otherwise", () => {
    const groups = createAlertGroups(tree());
    groups.place(alert("A"), 1_000);
    pass(groups, 1_129);
    expect(groups.nextDueMs()).toBe(1_130);
    pass(groups, 1_230);
    expect(groups.nextDueMs()).toBe(1_330);
  });

  it("that is not there decides nothing", () => {
    const groups = createAlertGroups(tree());
    expect(groups.decide("none", 0, nothing)).toBeUndefined();
    expect(groups.get("none")).toBeUndefined();
    expect(groups.passed("none", 0)).toBe(false);
    expect(groups.has("am/A")).toBe(false);
    groups.place(alert("A"), 1_000);
    const [id = ""] = groups.due(9_999);
    expect(groups.get(id)).toEqual(groups.all()[0]);
    expect(groups.has("am/A")).toBe(true);
    expect(groups.passed(id, 1_030)).toBe(true);
  });

  it("tells of every firing that outlives its wait, once, and of its end, whatever the order", () => {
    const step = fc.record({ name: fc.constantFrom("A", "B", "C"), fires: fc.boolean(), afterMs: fc.nat(60) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const groups = createAlertGroups(tree());
        const told = new Set<string>();
        let nowMs = 1_000;
        const look = (): void => {
          for (const decision of pass(groups, nowMs)) {
            if (decision?.kind !== "notify") continue;
            for (const key of decision.resolved) told.delete(key);
            for (const key of decision.firing) told.add(key);
          }
        };
        const firing = new Map<string, boolean>();
        for (const { afterMs, fires, name } of steps) {
          for (const end = nowMs + afterMs; nowMs < end; nowMs += 1) look();
          firing.set(`am/${name}`, fires);
          groups.place(alert(name, { startsAtMs: nowMs, ...(fires ? {} : { endsAtMs: nowMs }) }), nowMs);
        }
        // Twice the interval later every beginning and end has had its turn.
        for (const end = nowMs + 250; nowMs < end; nowMs += 1) look();
        expect([...told].sort()).toEqual([...firing].flatMap(([key, fires]) => (fires ? [key] : [])).sort());
      }),
      { numRuns: 100 },
    );
  });
});
