import { inspect } from "node:util";
import { fc, test } from "@fast-check/vitest";
import { DEFAULT_BUDGET_POLICY } from "@plimsoll/core";
import { describe, expect, it } from "vitest";
import { formatIssues } from "./format-issues.js";
import { parseConfig } from "./parse-config.js";
import type { PlimsollConfig } from "./plimsoll-config.js";
import {
  ON_CALL_CONFIG,
  parseText,
  ROUTING_CONFIG,
  SAMPLE_SECRETS,
  sampleOptions,
  WHOLE_CONFIG,
} from "./testing/sample-registry.js";

const DAY_MS = 86_400_000;

function taken(text: string, name = "plimsoll.yaml"): PlimsollConfig {
  const parsed = parseText(text, name);
  if (!parsed.ok) throw new Error(formatIssues(parsed.error, { color: false }));
  return parsed.value;
}

function refused(text: string) {
  const parsed = parseText(text);
  if (parsed.ok) throw new Error("it was taken");
  return parsed.error;
}

/** A configuration of one SLO, with some of its lines replaced. */
function oneSlo(lines: string, more = ""): string {
  return `version: 1
sources: { main: { type: prometheus, url: "http://127.0.0.1:9090" } }
services: { payments: {} }
slos:
  payments:
    service: payments
    sli: { kind: events, source: main, query: { good: g, total: t } }
${lines.replace(/^/gm, "    ")}
${more}`;
}

describe("a source that speaks less often than once a slice", () => {
  const withEvery = (every: string, preset = "google") =>
    `version: 1
sources:
  files: { type: snapshots, path: x, every: ${every} }
  main: { type: prometheus, url: "http://127.0.0.1:9090" }
services: { web: {} }
slos:
  all:
    service: web
    target: 99%
    window: 30d
    sli: { kind: composite, allOf: [pages, quick] }
    alerting: { preset: ${preset} }
  pages:
    service: web
    target: 99%
    window: 30d
    sli: { kind: events, source: files, query: { service: web } }
    alerting: { rules: [{ tier: ticket, share: 10%, window: 1d, short: 2h }] }
  quick:
    service: web
    target: 99%
    window: 30d
    sli: { kind: events, source: main, query: { good: g, total: t } }
`;

  it("says so in its SLOs, and no other does", () => {
    const of = (every: string) => taken(withEvery(every)).slos.map(({ sampleEveryMs }) => sampleEveryMs);
    expect(of("60s")).toEqual([undefined, 60_000, undefined]);
    expect(of("16s")).toEqual([undefined, 16_000, undefined]);
    expect(of("15s")).toEqual([undefined, undefined, undefined]);
  });

  it("must speak once in the shortest window, also where a composite looks at it", () => {
    expect(taken(withEvery("300s")).slos).toHaveLength(3);
    expect(refused(withEvery("301s")).map(({ code, path, message }) => [code, path, message])).toEqual([
      [
        "never-fires",
        "slos.all.alerting.preset",
        "Rule page-1h: its short window of 5 min is shorter than the time between two samples (5 min 1 s), so its coverage stays too low.",
      ],
    ]);
    expect(refused(withEvery("7201s")).map(({ path }) => path)).toContain("slos.pages.alerting.rules[0]");
  });

  it("must bring as many events as a page asks for where each sample is one, also when it is as quick as a slice", () => {
    const probed = (every: string, minBadEvents: number) => `version: 1
sources: { files: { type: snapshots, path: x, every: ${every} } }
services: { web: {} }
slos:
  pages:
    service: web
    target: 99.9%
    window: 30d
    sli: { kind: probe, source: files, query: { service: web } }
    alerting: { preset: google, minBadEvents: ${minBadEvents} }
`;
    expect(taken(probed("300s", 12)).slos).toHaveLength(1);
    expect(refused(probed("300s", 13)).map(({ code, message }) => [code, message.slice(0, 70)])).toEqual([
      ["never-fires", "Rule page-1h: it can never page: its long window holds 12 probes and a"],
    ]);
    expect(taken(probed("15s", 240)).slos).toHaveLength(1);
    expect(refused(probed("15s", 241))).toHaveLength(1);
  });

  it("must bring as many to a composite too, by the busiest of its members", () => {
    const composed = (every: string, kind = "probe") => `version: 1
sources: { files: { type: snapshots, path: x, every: ${every} } }
services: { web: {} }
slos:
  slow: { service: web, target: 99%, window: 30d, sli: { kind: probe, source: files, query: { service: web } }, alerting: { rules: [{ tier: page, rate: 6, window: 6h }] } }
  other: { service: web, target: 99%, window: 30d, sli: { kind: ${kind}, source: files, query: { service: web } }, alerting: { rules: [{ tier: page, rate: 6, window: 6h }] } }
  both: { service: web, target: 99%, window: 30d, sli: { kind: composite, allOf: [slow, other] }, alerting: { rules: [{ tier: page, rate: 6, window: 1h, short: 30m }] } }
`;
    expect(taken(composed("1200s")).slos).toHaveLength(3);
    expect(refused(composed("1500s")).map(({ code, path, message }) => [code, path, message])).toEqual([
      [
        "never-fires",
        "slos.both.alerting.rules[0]",
        "Rule page-1h: it can never page: its long window holds 2.4 events and a page needs 3 bad ones.",
      ],
    ]);
    expect(taken(composed("1500s", "events")).slos).toHaveLength(3);
  });
});

describe("a whole configuration", () => {
  const config = taken(WHOLE_CONFIG, "conf/plimsoll.yaml");
  const slo = (id: string) => config.slos.find((one) => one.id === id);

  it("resolves targets and windows", () => {
    expect(config.slos.map(({ id, target, version }) => [id, target, version])).toEqual([
      ["bank-availability", 0.995, 1],
      ["payments-availability", 0.999, 1],
      ["payments-latency", 0.99, 1],
      ["payments-load", 0.99, 1],
      ["all", 0.99, 1],
    ]);
    expect(slo("payments-availability")?.window).toEqual({ kind: "rolling", lengthMs: 30 * DAY_MS });
    expect(slo("bank-availability")?.window).toEqual({
      kind: "calendar",
      unit: "month",
      zone: "Europe/Berlin",
      fiscalYearStart: 4,
    });
  });

  it("resolves every kind of SLI", () => {
    expect(slo("payments-latency")?.sli).toEqual({
      kind: "latency",
      selector: { source: "main", query: { histogram: "h" } },
      thresholdMs: 300,
    });
    expect(slo("payments-load")?.sli).toMatchObject({
      kind: "time-slices",
      goodWhen: { of: "value", operator: "<", limit: 0.8 },
    });
    expect(slo("bank-availability")?.sli).toEqual({
      kind: "probe",
      selector: { source: "files", query: { service: "bank" } },
    });
    expect(slo("all")?.sli).toMatchObject({
      kind: "composite",
      rule: "all-of",
      members: [
        { slo: "payments-availability", weight: 1 },
        { slo: "bank-availability", weight: 1 },
      ],
    });
  });

  it("resolves presets and rules for the SLO's own period", () => {
    expect(slo("payments-availability")?.alerting.rules.map((rule) => rule.factor)).toEqual([14.4, 6, 3, 1]);
    expect(slo("bank-availability")?.alerting.rules.map(({ id, factor }) => [id, factor])).toEqual([
      ["fast", 14],
      ["medium", 6],
      ["slow", 2],
    ]);
    expect(slo("payments-latency")?.alerting.rules).toMatchObject([
      { id: "page-1h", factor: 13.44, comparison: ">=" },
      { id: "slow", factor: 2, shortMs: 7_200_000, comparison: ">=" },
    ]);
  });

  it("gives an SLO its service's owner, its mode and its policy", () => {
    expect(slo("payments-load")).toMatchObject({ owner: "team-pay", mode: "shadow", gapIs: "gap" });
    expect(slo("payments-load")?.policy).toEqual(DEFAULT_BUDGET_POLICY);
    expect(slo("payments-availability")?.policy).toEqual({
      ...DEFAULT_BUDGET_POLICY,
      rules: [{ name: "halt deployments", atConsumedRatio: 0.5, effect: "halt" }],
      neededRatio: { ...DEFAULT_BUDGET_POLICY.neededRatio, risky: 0.4 },
    });
  });

  it("reads times that come again, and times that come once", () => {
    expect(config.corrections[0]?.covers).toEqual({
      kind: "once",
      fromMs: Date.parse("2026-11-21T22:00:00Z"),
      toMs: Date.parse("2026-11-22T01:00:00Z"),
    });
    expect(config.corrections[1]?.covers).toEqual({
      kind: "recurring",
      interval: {
        zone: "Europe/Berlin",
        weekdays: [1, 2, 3, 4, 5, 7],
        daysOfMonth: [-1, 1, 2, 3, 4, 5, 6, 7],
        months: [1, 2, 3, 12],
        times: [{ start: "22:00", end: "02:00" }],
      },
    });
  });

  it("reads paths as relative to the file that states them", () => {
    expect(config.sources[1]?.settings).toMatchObject({ path: "conf/snapshots" });
    const query = taken(
      WHOLE_CONFIG.replace("query: { service: bank }", "query: { service: bank, ca: ca.pem }"),
      "conf/a.yaml",
    ).slos[0]?.sli;
    expect(query).toMatchObject({ selector: { query: { service: "bank", ca: "conf/ca.pem" } } });
    expect(config.reports[0]?.to).toEqual([
      { kind: "notifier", name: "oncall" },
      { kind: "file", path: "conf/reports/weekly.md" },
    ]);
  });

  it("writes a password into an address percent-encoded", () => {
    expect(config.storage.kind === "postgres" && config.storage.url.reveal()).toBe(
      "postgres://plimsoll:p%40ss%2Fw%3Ard@db.local/plimsoll",
    );
  });

  it("shows no secret in JSON, in inspection or in text", () => {
    const shown = [
      JSON.stringify(config),
      inspect(config, { depth: 20, showHidden: true }),
      String(config.http.tokens[0]?.token),
    ].join("\n");
    for (const secret of [...Object.values(SAMPLE_SECRETS), "p%40ss"]) expect(shown).not.toContain(secret);
    expect(config.http.tokens[0]?.token.reveal()).toBe(SAMPLE_SECRETS["PLIMSOLL_TOKEN"]);
  });
});

describe("what is left out", () => {
  const config = taken("version: 1\n", "conf/plimsoll.yaml");

  it("has the defaults that are documented", () => {
    expect(config).toEqual({
      sliceMs: 15_000,
      storage: { kind: "embedded", folder: "conf/.plimsoll/data" },
      http: { host: "127.0.0.1", port: 4700, allowedHosts: [], trustedProxies: [], tokens: [] },
      sources: [],
      services: [],
      slos: [],
      budgetPolicies: { default: DEFAULT_BUDGET_POLICY },
      corrections: [],
      freezeWindows: [],
      notifiers: [{ name: "console", type: "console", settings: {} }],
      notify: { pages: ["console"], tickets: ["console"], incidents: ["console"] },
      reports: [],
      incidents: { cooldownMs: 1_800_000, autoCloseAfterMs: DAY_MS },
      onCall: { people: [], teams: [], schedules: [], policies: [], policyOf: new Map() },
      alertWebhooks: new Map(),
      runbookPaths: [],
      remediators: [],
      fleets: [],
    });
  });

  it("is the preset google, and an unknown tier is the most critical", () => {
    const one = taken(oneSlo("target: 0.999\nwindow: 30d"));
    expect(one.slos[0]?.alerting).toMatchObject({
      minBadEvents: 3,
      suppressedBy: [],
      rules: [{ factor: 14.4 }, { factor: 6 }, { factor: 3 }, { factor: 1 }],
    });
    expect(one.services).toEqual([{ id: "payments", tier: 1, dependsOn: [] }]);
  });
});

describe("the same thing written in two ways", () => {
  it.each(["99.9%", "0.999", "'99.9 %'", "'0.999'"])("is one target: %s", (target) => {
    expect(taken(oneSlo(`target: ${target}\nwindow: 30d`)).slos[0]?.target).toBe(0.999);
  });

  it("is one window: 4w and 28d", () => {
    expect(taken(oneSlo("target: 99%\nwindow: 4w")).slos).toEqual(taken(oneSlo("target: 99%\nwindow: 28d")).slos);
  });

  it("keeps factors and scales windows where factors are fixed", () => {
    const [slo] = taken(oneSlo("target: 99.9%\nwindow: 15d\nalerting: { preset: google, factors: fixed }")).slos;
    expect(slo?.alerting.rules.map(({ longMs, factor }) => [longMs / 3_600_000, factor])).toEqual([
      [0.5, 14.4],
      [3, 6],
      [12, 3],
      [36, 1],
    ]);
  });
});

describe("anchors", () => {
  it("share what several SLOs have in common", () => {
    const text = oneSlo("<<: *usual", "").replace(
      "version: 1",
      "version: 1\nx-usual: &usual { target: 99%, window: 30d, mode: shadow }",
    );
    expect(taken(text).slos[0]).toMatchObject({ target: 0.99, mode: "shadow" });
  });

  it("have their mistakes shown where they are written", () => {
    const text = oneSlo("<<: *usual").replace(
      "version: 1",
      "version: 1\nx-usual: &usual { target: 99%, window: 30 days }",
    );
    expect(refused(text)).toMatchObject([{ path: "slos.payments.window", line: 2, column: 40 }]);
  });
});

describe("several files", () => {
  const services = "services: { payments: {} }\nx-note: free\n";
  const rest = oneSlo("target: 99%\nwindow: 30d").replace("services: { payments: {} }\n", "");

  it("are one configuration", () => {
    const parsed = parseConfig(
      [
        { name: "c/a.yaml", text: rest },
        { name: "c/b.yaml", text: services },
      ],
      sampleOptions,
    );
    expect(parsed.ok && parsed.value.slos[0]?.service).toBe("payments");
  });

  it("may not say one thing twice, and both places are named", () => {
    const parsed = parseConfig(
      [
        { name: "a.yaml", text: `${rest}slice: 15s\n` },
        { name: "b.yaml", text: services },
        { name: "c.yaml", text: `slice: 30s\n${services}` },
      ],
      sampleOptions,
    );
    expect(parsed.ok ? [] : parsed.error).toMatchObject([
      { code: "duplicate", file: "c.yaml", path: "slice", line: 1, message: expect.stringContaining("a.yaml:9:1") },
      {
        code: "duplicate",
        file: "c.yaml",
        path: "services.payments",
        line: 2,
        message: expect.stringContaining("b.yaml:1:13"),
      },
    ]);
  });

  it("are all judged, and a broken one makes no false alarm in the others", () => {
    const parsed = parseConfig(
      [
        { name: "a.yaml", text: rest.replace("30d", "30 d") },
        { name: "b.yaml", text: "services: {" },
      ],
      sampleOptions,
    );
    expect(parsed.ok ? [] : parsed.error.map(({ file, code }) => [file, code])).toEqual([
      ["a.yaml", "invalid-value"],
      ["b.yaml", "syntax"],
    ]);
  });

  it("are needed", () => {
    expect(parseConfig([], sampleOptions)).toMatchObject({
      ok: false,
      error: [{ code: "unreadable-file", fix: expect.stringContaining("plimsoll init") }],
    });
  });
});

describe("secrets", () => {
  it("that are empty are missing", () => {
    const parsed = parseConfig([{ name: "p.yaml", text: WHOLE_CONFIG }], {
      ...sampleOptions,
      readSecret: () => ({ ok: true, value: "" }),
    });
    expect(parsed.ok ? [] : parsed.error.map(({ code, message }) => [code, message.includes("it is empty")])).toEqual(
      Array.from({ length: 3 }, () => ["secret-missing", true]),
    );
  });

  it("of a file are looked up beside the file that names it", () => {
    const text =
      'version: 1\nnotifiers: { a: { type: slack, webhookUrl: "${file:secrets/slack}" }, b: { type: slack, webhookUrl: "${file:/run/secrets/slack}" } }\n';
    const config = taken(text, "conf/plimsoll.yaml");
    const revealed = config.notifiers
      .slice(0, 2)
      .map(({ settings }) => (settings as { webhookUrl: { reveal(): string } }).webhookUrl.reveal());
    expect(revealed).toEqual(["content-of-conf/secrets/slack", "content-of-/run/secrets/slack"]);
  });

  it("arrive as text in a field that is none", () => {
    const options = { ...sampleOptions, readSecret: () => ({ ok: true as const, value: "http://127.0.0.1:9191" }) };
    const parsed = parseConfig(
      [{ name: "p.yaml", text: 'version: 1\nsources: { main: { type: prometheus, url: "${env:PROMETHEUS_URL}" } }\n' }],
      options,
    );
    expect(parsed.ok && parsed.value.sources[0]?.settings).toEqual({ url: "http://127.0.0.1:9191" });
  });

  it("that do not fit their field are not shown", () => {
    const options = { ...sampleOptions, readSecret: () => ({ ok: true as const, value: "no-address-9191" }) };
    const parsed = parseConfig(
      [{ name: "p.yaml", text: 'version: 1\nsources: { main: { type: prometheus, url: "${env:PROMETHEUS_URL}" } }\n' }],
      options,
    );
    expect(parsed).toMatchObject({
      ok: false,
      error: [{ path: "sources.main.url", found: '"${env:PROMETHEUS_URL}"' }],
    });
    expect(JSON.stringify(parsed)).not.toContain("no-address-9191");
  });

  it("made of digits are not shown either, whole or rounded", () => {
    const errors = refused(
      'version: 1\nsources: { main: { type: prometheus, url: "http://a", headers: { X-Scope: 987654321987654321 } } }\n',
    );
    expect(errors).toMatchObject([{ code: "secret-in-plain-text", path: "sources.main.headers.X-Scope" }]);
    expect(JSON.stringify(errors)).not.toContain("98765432198");
  });

  it("too short to be safe are refused", () => {
    const options = { ...sampleOptions, readSecret: () => ({ ok: true as const, value: "t0ken" }) };
    const parsed = parseConfig(
      [{ name: "p.yaml", text: 'version: 1\nhttp: { tokens: [{ name: ci, role: viewer, token: "${env:T}" }] }\n' }],
      options,
    );
    expect(parsed).toMatchObject({
      ok: false,
      error: [{ path: "http.tokens[0].token", expected: "at least 16 characters" }],
    });
  });

  it("under the name that the records have for the engine are refused", () => {
    const parsed = parseConfig(
      [
        {
          name: "p.yaml",
          text: 'version: 1\nhttp: { tokens: [{ name: engine, role: viewer, token: "${env:PLIMSOLL_TOKEN}" }] }\n',
        },
      ],
      sampleOptions,
    );
    expect(parsed).toMatchObject({ ok: false, error: [{ path: "http.tokens[0].name", expected: "another name" }] });
  });
});

describe("whatever is written", () => {
  const words = fc.constantFrom(
    "version",
    "slos",
    "sources",
    "services",
    "http",
    "storage",
    "notify",
    "reports",
    "corrections",
    "sli",
    "kind",
    "target",
    "window",
    "payments",
    "__proto__",
    "constructor",
    "toString",
    "main",
    "type",
    "prometheus",
    "99%",
    "30d",
    "${env:X}",
    "${file:../x}",
    "all",
    "<<",
    "1",
    "",
  );
  const value = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 5 },
      words,
      fc.integer(),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.string({ unit: "binary" }),
      fc.array(tie("node"), { maxLength: 4 }),
      fc.dictionary(fc.oneof(words, fc.string({ unit: "binary", maxLength: 6 })), tie("node"), { maxKeys: 6 }),
    ),
  })).node;

  test.prop({ value })("is taken or refused with places, and never throws", ({ value: anything }) => {
    const parsed = parseText(JSON.stringify(anything));
    if (!parsed.ok) expect(formatIssues(parsed.error, { color: false })).not.toBe("");
  });

  test.prop({ text: fc.string({ unit: "binary", maxLength: 400 }) })(
    "as text is taken or refused, and never throws",
    ({ text }) => {
      parseText(text);
    },
  );

  test.prop({ at: fc.nat(4), torn: fc.constantFrom("", "}", "]", ": x", '"', "\t", "\n  - {", " #", "%", "!x ", "*") })(
    "keeps a password in plain text to itself, however the file is torn",
    ({ at, torn }) => {
      const lines = [
        "version: 1",
        "storage: postgres://me:hunter2hunter2@db/x",
        "notifiers:",
        "  a: { type: slack, webhookUrl: hunter2hunter2 }",
        "http: { tokens: [{ name: ci, role: admin, token: 'hunter2hunter2' }] }",
      ];
      const text = lines.map((line, index) => (index === at ? `${line}${torn}` : line)).join("\n");
      const front = lines.map((line, index) => (index === at ? `${torn}${line}` : line)).join("\n");
      for (const parsed of [parseText(text), parseText(front)])
        expect(JSON.stringify(parsed)).not.toContain("hunter2hunter2");
    },
  );

  const cut = fc.record({
    from: fc.nat(ON_CALL_CONFIG.length),
    length: fc.nat(40),
    put: fc.oneof(
      words,
      fc.constantFrom("\t", "{", "]", "&a ", "*a", ": ", "\n", "- ", '"', "'", "|", "#", "!!set ", "? "),
    ),
  });
  const whole = fc.constantFrom(WHOLE_CONFIG, ON_CALL_CONFIG, ROUTING_CONFIG);
  test.prop({ whole, cuts: fc.array(cut, { minLength: 1, maxLength: 4 }) })(
    "with a part torn out keeps its secrets and its places",
    ({ cuts, ...written }) => {
      let text = written.whole;
      for (const { from, length, put } of cuts) text = text.slice(0, from) + put + text.slice(from + length);
      const parsed = parseText(text);
      if (parsed.ok) return;
      const lines = text.split("\n").length;
      for (const issue of parsed.error) {
        expect(issue.line).toBeGreaterThan(0);
        expect(issue.line).toBeLessThanOrEqual(lines);
        expect(issue.column).toBeGreaterThan(0);
        expect(issue.message).toMatch(/[.!?:]$/);
      }
      for (const secret of Object.values(SAMPLE_SECRETS)) expect(JSON.stringify(parsed.error)).not.toContain(secret);
    },
  );
});
