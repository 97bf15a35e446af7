import { buildRoutes, formatMatchers, intervalCovers, matchRoutes, scheduledAt, type Route } from "@plimsoll/core";
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { formatIssues } from "./format-issues.js";
import type { PlimsollConfig } from "./plimsoll-config.js";
import { timeIntervalsOf } from "./resolve/time-intervals.js";
import { parseText, ROUTING_CONFIG, SAMPLE_SECRETS } from "./testing/sample-registry.js";

function taken(text: string): PlimsollConfig {
  const parsed = parseText(text);
  if (!parsed.ok) throw new Error(formatIssues(parsed.error, { color: false }));
  return parsed.value;
}

function refused(text: string) {
  const parsed = parseText(text);
  if (parsed.ok) throw new Error("it was taken");
  return parsed.error.map(({ path, line, column, message, fix }) => [`${path} ${line}:${column}`, message, fix]);
}

function withPart(part: string, other: string): string {
  if (!ROUTING_CONFIG.includes(part)) throw new Error(`there is no ${part}`);
  return ROUTING_CONFIG.replace(part, other);
}

/** Line and column at which a word stands in a text for the first time. */
function placeOf(word: string, text: string): string {
  const before = text.slice(0, text.indexOf(word)).split("\n");
  return `${before.length}:${(before.at(-1) ?? "").length + 1}`;
}

function routingOf(text = ROUTING_CONFIG) {
  const { routing } = taken(text);
  if (routing === undefined) throw new Error("there is no routing");
  return routing;
}

function outline(whole: Route): object {
  const { index: _index, matchers, routes, ...route } = whole;
  return { ...route, matchers: formatMatchers(matchers), routes: routes.map(outline) };
}

describe("routing", () => {
  const routing = routingOf();

  it("reads the tree of routes, each with what it has from the one above", () => {
    const times = { groupWaitMs: 0, groupIntervalMs: 120_000, repeatIntervalMs: 3_600_000 };
    const intervals = (name: string) => ({ name, intervals: expect.any(Array) as unknown });
    const quiet = { muteTimeIntervals: [], activeTimeIntervals: [], continue: false };
    expect(outline(routing.root)).toMatchObject({
      receiver: "incidents",
      groupBy: ["alertname", "cluster"],
      incident: "per-group",
      ...times,
      ...quiet,
      routes: [
        {
          receiver: "chatter",
          matchers: '{severity=~"info|none", team!="shop"}',
          continue: true,
          muteTimeIntervals: [intervals("nights")],
          groupBy: ["alertname", "cluster"],
          ...times,
        },
        {
          receiver: "incidents",
          matchers: '{job="shop"}',
          incident: "per-alert",
          activeTimeIntervals: [intervals("office"), intervals("nights")],
          routes: [{ receiver: "nobody", matchers: '{alertname="Watchdog"}', groupBy: "all", ...times, ...quiet }],
        },
      ],
    });
    const taking = (labels: Readonly<Record<string, string>>) =>
      matchRoutes(routing.root, labels).map(({ receiver }) => receiver);
    expect(taking({ severity: "info", job: "shop" })).toEqual(["chatter", "incidents"]);
    expect(taking({ job: "shop", alertname: "Watchdog" })).toEqual(["nobody"]);
    expect(taking({ job: "bank" })).toEqual(["incidents"]);
  });

  it("reads receivers, inhibition and the grace", () => {
    expect([...routing.receivers.values()]).toEqual([
      { name: "incidents", opens: "incident", notifiers: [] },
      { name: "chatter", opens: "nothing", notifiers: ["chat", "console"] },
      { name: "nobody", opens: "nothing", notifiers: [] },
      { name: "shop", opens: "incident", service: "shop", severity: "SEV2", notifiers: [] },
    ]);
    expect(
      routing.inhibitRules.map(({ source, target, ...rule }) => ({
        ...rule,
        source: formatMatchers(source),
        target: formatMatchers(target),
      })),
    ).toEqual([
      { name: "cluster down", source: '{alertname="ClusterDown"}', target: '{severity!="page"}', equal: ["cluster"] },
      { name: "inhibition 2", source: '{a="b"}', target: '{c="d"}', equal: [] },
    ]);
    expect(routing.graceMs).toBe(600_000);
  });

  it("reads time intervals in Alertmanager's form, a night as its evening and the next morning", () => {
    const [chatter, shop] = routing.root.routes;
    expect(chatter?.muteTimeIntervals[0]?.intervals).toEqual([
      {
        location: "Europe/Berlin",
        weekdays: [[0, 5]],
        times: [
          [1_320, 1_440],
          [720, 780],
        ],
      },
      { location: "Europe/Berlin", weekdays: [[1, 6]], times: [[0, 360]] },
      { location: "UTC", times: [[1_200, 1_440]] },
    ]);
    expect(shop?.activeTimeIntervals[0]?.intervals).toEqual([
      {
        location: "UTC",
        weekdays: [[1, 5]],
        daysOfMonth: [
          [-1, -1],
          [1, 7],
        ],
        months: [
          [1, 3],
          [12, 12],
        ],
        years: [
          [2026, 2027],
          [2030, 2030],
        ],
      },
    ]);
  });

  it("reads planned work, once and again and again", () => {
    const [move, backup] = routing.maintenance;
    expect(move).toMatchObject({ id: "move", author: "ana", reason: "New rack" });
    expect(formatMatchers(backup?.matchers ?? [])).toBe('{job="db", severity=~"SEV[34]"}');
    const on = (instant: string) => routing.maintenance.map((window) => scheduledAt(window, Date.parse(instant)));
    expect(on("2026-11-21T22:00:00Z")).toEqual([true, false]);
    expect(on("2026-11-21T23:30:00Z")).toEqual([true, true]);
    expect(on("2026-11-22T00:29:00Z")).toEqual([true, true]);
    expect(on("2026-11-22T00:30:00Z")).toEqual([true, false]);
    expect(on("2026-11-22T02:00:00Z")).toEqual([false, false]);
    expect(on("2025-12-27T23:45:00Z")).toEqual([false, false]);
    expect(on("2126-11-23T23:45:00Z")).toEqual([false, true]);
  });

  it("opens incidents for what a route says, and for groups where labels are named", () => {
    const scopes = (route: string) => {
      const { root } = routingOf(`version: 1\nrouting: { route: ${route}, receivers: { all: {} } }\n`);
      return root.incident;
    };
    expect(scopes("{ receiver: all, groupBy: [job] }")).toBe("per-group");
    expect(scopes("{ receiver: all, groupBy: [job], incident: per-alert }")).toBe("per-alert");
    expect(scopes("{ receiver: all, incident: per-group }")).toBe("per-group");
    expect(scopes('{ receiver: all, groupBy: ["..."] }')).toBe("per-alert");
    const wrong = "version: 1\nrouting: { route: { receiver: all, incident: per-team }, receivers: { all: {} } }\n";
    expect(refused(wrong)).toEqual([
      [
        `routing.route.incident ${placeOf("per-team", wrong)}`,
        '"per-team" is not known here.',
        "Write per-alert or per-group.",
      ],
    ]);
  });

  it("has the defaults that are documented", () => {
    const { graceMs, inhibitRules, maintenance, root } = routingOf(
      "version: 1\nrouting: { route: { receiver: all }, receivers: { all: {} } }\n",
    );
    expect({ graceMs, inhibitRules, maintenance }).toEqual({ graceMs: 300_000, inhibitRules: [], maintenance: [] });
    const plain = buildRoutes({ receiver: "all" }, { receivers: ["all"] });
    expect(outline(root)).toEqual(plain.ok && outline(plain.value));
    expect(taken("version: 1\n").routing).toBeUndefined();
  });
});

describe("a night", () => {
  const clock = fc
    .tuple(fc.nat(23), fc.nat(59))
    .map((parts) => parts.map((part) => `${part}`.padStart(2, "0")).join(":"));
  const day = fc.integer({ min: 1, max: 7 });
  test.prop({ start: clock, end: clock, weekdays: fc.uniqueArray(day, { minLength: 1 }), minute: fc.nat(20_160) })(
    "covers from its evening on such a day to the next morning, minute by minute",
    ({ end, minute, start, weekdays }) => {
      fc.pre(start !== end);
      const made = timeIntervalsOf({ times: [{ start, end }], weekdays, zone: "UTC" });
      const atMs = Date.UTC(2026, 0, 5) + minute * 60_000; // a Monday
      const clockAt = new Date(atMs).toISOString().slice(11, 16);
      const dayAt = new Date(atMs).getUTCDay();
      const today = weekdays.some((one) => one % 7 === dayAt);
      const yesterday = weekdays.some((one) => (one + 1) % 7 === dayAt);
      const covered =
        start < end
          ? today && start <= clockAt && clockAt < end
          : (today && start <= clockAt) || (yesterday && clockAt < end);
      expect(made.ok && made.value.some((interval) => intervalCovers(interval, atMs))).toBe(covered);
    },
  );
});

describe("what can not be routed", () => {
  it.each([
    ["receiver: chatter", "receiver: chater", "chater", "routing.route.routes[0].receiver", "Did you mean `chatter`?"],
    [
      "Intervals: [nights]",
      "Intervals: [night]",
      "night]",
      "routing.route.routes[0].muteTimeIntervals[0]",
      "Did you mean `nights`?",
    ],
    [
      "[office, nights]",
      "[ofice, nights]",
      "ofice",
      "routing.route.routes[1].activeTimeIntervals[0]",
      "Did you mean `office`?",
    ],
    ["[chat, console]", "[cat, console]", "cat,", "routing.receivers.chatter.notifiers[0]", "Did you mean `chat`?"],
    ["service: shop,", "service: shopp,", "shopp", "routing.receivers.shop.service", "Did you mean `shop`?"],
    ["groupBy: [alertname", "group_by: [alertname", "group_by", "routing.route.group_by", "Did you mean `groupBy`?"],
    [
      "'{alertname=\"Watchdog\"}'",
      "'{alertname=}'",
      "'{alertname=}'",
      "routing.route.routes[1].routes[0].matchers[0]",
      'Expected a value; write "" for an empty one.',
    ],
    ["[a=b]", '[a=~"("]', 'a=~"("', "routing.inhibitRules[1].sourceMatchers[0]", "Write \\( for the character."],
    [
      "['service=\"shop\"']",
      "['service']",
      "'service'",
      "routing.maintenance[0].matchers[0]",
      "Expected one of =, !=, =~ and !~.",
    ],
    ['groupBy: ["..."]', 'groupBy: ["...", a]', '["...", a]', "routing.route.routes[1].routes[0].groupBy", undefined],
    [
      "id: backup",
      "id: move",
      "move\n      matchers: [job",
      "routing.maintenance[1].id",
      "Remove or rename one of the two.",
    ],
  ])("is told at its place: %s as %s", (...[part, other, word, path, todo]) => {
    const text = withPart(part, other);
    expect(refused(text).map(([place, , fix]) => [place, fix])).toEqual([[`${path} ${placeOf(word, text)}`, todo]]);
  });

  it("is a first route that is not for everything", () => {
    expect(refused("version: 1\nrouting:\n  route: { matchers: [a=b], continue: true }\n  receivers: {}\n")).toEqual([
      ["routing.route.receiver 3:3", "The first route needs a receiver, for whatever no other route takes.", undefined],
      [
        "routing.route.matchers 3:22",
        "The first route takes every alert at any time.",
        "Put this into a route below it.",
      ],
      ["routing.route.continue 3:39", "There is nothing beside the first route to continue with.", undefined],
    ]);
  });

  it("is a night on a day of the month, whose morning would be on another", () => {
    const text = withPart(
      '{ times: ["20:00-00:00"], zone: UTC }',
      '{ times: ["20:00-01:00"], months: [jan], zone: UTC }',
    );
    expect(refused(text)).toEqual([
      [
        `routing.timeIntervals.nights[1].times ${placeOf('["20:00-01', text)}`,
        "A night ends on another day than it begins, and only weekdays say which; write two intervals.",
        "Write the evening up to `24:00`, and the morning as an interval of its own.",
      ],
    ]);
    expect(refused(withPart("weekdays: [sat]", "daysOfMonth: [1]"))[0]?.[0]).toMatch(
      /^routing\.maintenance\[1\]\.recurring\.times /,
    );
    expect(
      refused(
        withPart("weekdays: [mon-fri], daysOfMonth: [1-7, -1], months: [jan-mar, dec], years: [2026-2027, 2030], ", ""),
      )[0]?.[1],
    ).toBe("Nothing says when it comes again.");
    expect(refused(withPart("years: [2026-2027, 2030]", "years: [2027-2026]"))[0]?.[1]).toBe(
      "`2027-2026` is not one of these.",
    );
  });

  it.each(["''", "'{ }'", "'{},'"])("is a text without a matcher, which would match everything: %s", (text) => {
    expect(refused(withPart("['service=\"shop\"']", `[${text}]`)).map(([, said]) => said)).toEqual([
      "There is no matcher in it.",
    ]);
    expect(refused(withPart("[a=b]", `[${text}]`)).map(([, said]) => said)).toEqual(["There is no matcher in it."]);
  });

  it("is planned work of which nobody says when", () => {
    const at = "at: { from: 2026-11-21T22:00:00Z, to: 2026-11-22T02:00:00Z }";
    expect(refused(withPart(`\n      ${at}`, ""))[0]?.[1]).toBe(
      "Exactly one of `at` and `recurring` says which time is covered.",
    );
    expect(refused(withPart(at, "recurring: { zone: UTC }"))[0]?.[1]).toBe("Nothing says when it comes again.");
  });
});

describe("webhooks", () => {
  const { alertWebhooks } = taken(ROUTING_CONFIG);

  it("are known by name, each with its mapping and its token", () => {
    expect([...alertWebhooks.keys()]).toEqual(["pings", "uptime"]);
    expect(Object.keys(alertWebhooks.get("pings") ?? {})).toEqual(["name", "mapping"]);
    const uptime = alertWebhooks.get("uptime");
    if (uptime === undefined) throw new Error("it is not there");
    expect(uptime.resolveTimeoutMs).toBe(300_000);
    expect(uptime.token?.reveal()).toBe(SAMPLE_SECRETS["PLIMSOLL_TOKEN"]);
    expect(JSON.stringify(uptime)).not.toContain(SAMPLE_SECRETS["PLIMSOLL_TOKEN"]);
    const monitor = { name: "shop" };
    const body = {
      monitors: [
        {
          id: 7,
          monitor,
          tags: { env: "prod" },
          message: "It is down",
          since: "2026-11-21T10:00:00Z",
          state: "Up",
          link: "https://up.example/7",
        },
      ],
    };
    const read = uptime.mapping.read(body, { nowMs: Date.UTC(2026, 10, 21, 11), source: "uptime" });
    expect(read).toMatchObject({
      ok: true,
      value: {
        alerts: [
          {
            key: "uptime/7",
            labels: { alertname: "Uptime", monitor: "shop", env: "prod" },
            annotations: { summary: "It is down" },
            startsAtMs: Date.UTC(2026, 10, 21, 10),
            status: "resolved",
            generatorUrl: "https://up.example/7",
          },
        ],
      },
    });
  });

  it.each([
    [
      "labelsFrom: /labels",
      "labelFrom: /labels",
      "labelFrom",
      "webhooks.pings.labelFrom",
      "Did you mean `labelsFrom`?",
    ],
    [
      "startsAt: since",
      "startsAt: a..b",
      "a..b",
      "webhooks.uptime.startsAt",
      "Write names with dots between, such as alert.tags.0, or a JSON pointer, such as /alert/tags/0.",
    ],
    ["  pings:", '  "pi ngs":', '"pi ngs"', 'webhooks["pi ngs"]', "Rename it."],
    ["fingerprint: id", "fingerprnt: id", "fingerprnt", "webhooks.uptime.fingerprnt", "Did you mean `fingerprint`?"],
  ])("are told at their place: %s as %s", (...[part, other, word, path, todo]) => {
    const text = withPart(part, other);
    expect(refused(text).map(([place, , fix]) => [place, fix])).toEqual([[`${path} ${placeOf(word, text)}`, todo]]);
  });

  it("need a label, and a token that nobody can guess or read", () => {
    const bare = "version: 1\nwebhooks:\n  a: { annotations: { summary: text } }\n";
    expect(refused(bare)).toEqual([
      ["webhooks.a.labels 3:3", "An alert needs at least one label.", "Say where one is, or give one after =."],
    ]);
    expect(
      refused(withPart('"${env:PLIMSOLL_TOKEN}"', "abcdefghijklmnopqrstuvwxyz")).map(([place, said]) => [place, said]),
    ).toEqual([["webhooks.uptime.token 52:12", "`token` holds a secret in plain text."]]);
  });
});
