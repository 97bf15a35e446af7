import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { buildRoutes, labelFingerprint, matchRoutes, valuePattern, type Labels, type RouteSpec } from "@plimsoll/core";
import { freePort } from "@plimsoll/tools/components";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";

import { readAlertmanagerWebhook, type AlertmanagerReading } from "./read-alertmanager.js";

const alertmanager = onPath("prometheus-alertmanager") ?? onPath("alertmanager");
const amtool = onPath("amtool");

function onPath(name: string): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

function needs<Program>(context: TestContext, name: string, program: Program | undefined): Program {
  if (program === undefined) return context.skip(`${name} is not on PATH; on Debian it is in prometheus-alertmanager`);
  return program;
}

describe("beside a real Alertmanager", () => {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-alertmanager-"));
  const received: AlertmanagerReading[] = [];
  let child: ChildProcess | undefined;
  let hook: Server | undefined;
  let url = "";

  beforeAll(async () => {
    if (alertmanager === undefined) return;
    hook = createServer((request, response) => {
      void (async () => {
        let text = "";
        for await (const part of request.setEncoding("utf8")) text += String(part);
        const read = readAlertmanagerWebhook(JSON.parse(text), { source: "am", nowMs: Date.now() });
        if (read.ok) received.push(read.value);
        response.end();
      })();
    }).listen(0, "127.0.0.1");
    await once(hook, "listening");
    const { port } = hook.address() as AddressInfo;
    const configuration = [
      "route: { receiver: hook, group_by: ['...'], group_wait: 0s, group_interval: 1s }",
      `receivers: [{ name: hook, webhook_configs: [{ url: 'http://127.0.0.1:${port}/' }] }]`,
      "",
    ].join("\n");
    writeFileSync(join(folder, "alertmanager.yml"), configuration);
    url = `http://127.0.0.1:${await freePort()}`;
    child = spawn(
      alertmanager,
      [
        `--config.file=${join(folder, "alertmanager.yml")}`,
        `--storage.path=${join(folder, "data")}`,
        `--web.listen-address=${url.slice("http://".length)}`,
        "--cluster.listen-address=",
        "--log.level=error",
      ],
      { stdio: "ignore" },
    );
    for (let ready = false; !ready; await delay(50)) {
      ready = await fetch(`${url}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
    }
  }, 60_000);

  afterAll(async () => {
    if (child?.exitCode === null) {
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    hook?.closeAllConnections();
    hook?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const post = async (path: string, body: unknown): Promise<void> => {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${url}${path}`, { method: "POST", body: JSON.stringify(body), headers });
    if (!answer.ok) throw new Error(await answer.text());
  };
  type Listed = {
    readonly labels: Labels;
    readonly fingerprint: string;
    readonly status: { readonly silencedBy: readonly string[] };
  };
  const list = async (filter: string): Promise<readonly Listed[]> =>
    (await (await fetch(`${url}/api/v2/alerts?filter=${encodeURIComponent(filter)}`)).json()) as readonly Listed[];

  it("names alerts as it does", async (context) => {
    needs(context, "Alertmanager", alertmanager);
    const texts = ["web", "größe", "🙂\u{10000}", "a\nb", "\uffff", "x".repeat(300)];
    await post(
      "/api/v2/alerts",
      texts.map((value, index) => ({ labels: { test: "names", value, [`l${index}`]: "1", Z: "z" } })),
    );
    const listed = await list('test="names"');
    expect(listed).toHaveLength(texts.length);
    expect(listed.map(({ fingerprint }) => fingerprint)).toEqual(listed.map(({ labels }) => labelFingerprint(labels)));
  });

  it("reads the webhook that it sends, for an alert that fires and for its end", async (context) => {
    needs(context, "Alertmanager", alertmanager);
    const labels = { test: "hook", job: "web" };
    const heard = async (status: string) => {
      for (;;) {
        const found = received
          .flatMap(({ alerts }) => alerts)
          .find((alert) => alert.labels["test"] === "hook" && alert.status === status);
        if (found !== undefined) return found;
        await delay(50);
      }
    };
    await post("/api/v2/alerts", [
      { labels, annotations: { summary: "down" }, generatorURL: "http://prom:9090/graph" },
    ]);
    const firing = await heard("firing");
    expect(firing).toMatchObject({
      key: `am/${labelFingerprint(labels)}`,
      annotations: { summary: "down" },
      timesOut: false,
    });
    expect(firing).not.toHaveProperty("endsAtMs");
    await post("/api/v2/alerts", [{ labels, endsAt: new Date().toISOString() }]);
    expect(await heard("resolved")).toMatchObject({ key: firing.key });
    expect(received.flatMap(({ setAside }) => setAside)).toEqual([]);
  });

  it("matches patterns as it does", async (context) => {
    needs(context, "Alertmanager", alertmanager);
    const values = ["web", "WEB", "web-1", "web\n", "a.b", "aab", "é", "ſ", "\u212a", " ", "1_", "a\vb", "}", "{"];
    const patterns = [
      "web|api", ".+", ".", "(?s).+", "(?i)web", "(?i)[a-z]", "(?i)[^k]", "[[:alpha:]]+", "[^[:ascii:]]", "\\w+", "\\W", "a\\.b", "\\Qa.b\\E",
      "a{2}b", "a+b", "(a|b)*", "^web$", "web$|^x", "\\bweb\\b.*", "\\d_", "a\\sb", "a\\x0bb", "[\\d_]+", "}", "{", "a.b", "\\x{e9}", "(?:(?i)w)eb",
    ]; // prettier-ignore
    await post(
      "/api/v2/alerts",
      values.map((value) => ({ labels: { test: "patterns", value } })),
    );
    const startsAt = new Date().toISOString();
    const endsAt = new Date(Date.now() + 3_600_000).toISOString();
    const ids = new Map<string, string>();
    for (const pattern of patterns) {
      const matchers = [
        { name: "test", value: "patterns", isRegex: false, isEqual: true },
        { name: "value", value: pattern, isRegex: true, isEqual: true },
      ];
      const silence = { matchers, startsAt, endsAt, createdBy: "test", comment: "test" };
      const headers = { "content-type": "application/json" };
      const answer = await fetch(`${url}/api/v2/silences`, { method: "POST", body: JSON.stringify(silence), headers });
      ids.set(((await answer.json()) as { readonly silenceID: string }).silenceID, pattern);
    }
    const listed = await list('test="patterns"');
    for (const { labels, status } of listed) {
      const theirs = status.silencedBy.map((id) => ids.get(id) ?? "").sort();
      const ours = patterns.filter((pattern) => {
        const made = valuePattern(pattern);
        return made.ok && made.value.matches(labels["value"] ?? "");
      });
      expect([labels["value"], ours.sort()]).toEqual([labels["value"], theirs]);
    }
    expect(listed).toHaveLength(values.length);
  });

  it("routes as amtool says that it does", (context) => {
    const tool = needs(context, "amtool", amtool);
    const matcher = fc
      .tuple(fc.constantFrom("a", "b"), fc.constantFrom("=", "!=", "=~", "!~"), fc.constantFrom("x", "y", "x|y", "x.*"))
      .map(([name, operator, value]) => `${name}${operator}"${value}"`);
    const receivers = ["r0", "r1", "r2", "r3"];
    const spec = fc.letrec<{ route: RouteSpec }>((tie) => ({
      route: fc.record({
        receiver: fc.constantFrom(...receivers),
        matchers: fc.array(matcher, { minLength: 1, maxLength: 2 }),
        continue: fc.boolean(),
        routes: fc.oneof({ maxDepth: 2 }, fc.constant([]), fc.array(tie("route"), { maxLength: 3 })),
      }),
    })).route;
    const labels = fc.dictionary(fc.constantFrom("a", "b"), fc.constantFrom("x", "y", "z", "xy"), { minKeys: 1 });
    fc.assert(
      fc.property(fc.array(spec, { minLength: 1, maxLength: 4 }), labels, (routes, alert) => {
        const root = { receiver: "r0", routes };
        const file = join(folder, "routes.yml");
        // JSON is YAML; the fields that are used here are named alike.
        writeFileSync(file, JSON.stringify({ route: root, receivers: receivers.map((name) => ({ name })) }));
        const words = Object.entries(alert).map(([name, value]) => `${name}=${value}`);
        const theirs = execFileSync(tool, ["config", "routes", "test", `--config.file=${file}`, ...words], {
          encoding: "utf8",
        });
        const built = buildRoutes(root, { receivers });
        const ours = built.ok ? matchRoutes(built.value, alert).map(({ receiver }) => receiver) : built.error;
        expect(ours).toEqual(theirs.trim().split(","));
      }),
      { numRuns: 40 },
    );
  });
});
