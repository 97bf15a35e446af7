import { describe, expect, test } from "vitest";
import pg from "pg";
import { chromium, postgresServer, prometheus, promtool, skipUnlessAvailable } from "@plimsoll/tools/components";
import { runCommand } from "../run-command.ts";

describe("real components for tests", () => {
  test("a PostgreSQL server answers on a database of the test's own", async (context) => {
    const server = await postgresServer();
    skipUnlessAvailable(context, server);
    try {
      const client = new pg.Client({ connectionString: server.url });
      await client.connect();
      const { rows } = await client.query("select count(*)::int as tables from pg_tables where schemaname = 'public'");
      await client.end();
      expect(rows).toEqual([{ tables: 0 }]);
    } finally {
      await server.stop();
    }
    await expect(new pg.Client({ connectionString: server.url }).connect()).rejects.toThrow();
  });

  test("TEST_POSTGRES_URL is taken first, and its database is dropped afterwards", async (context) => {
    const outer = await postgresServer();
    skipUnlessAvailable(context, outer);
    try {
      const inner = await withVariable("TEST_POSTGRES_URL", outer.url, postgresServer);
      skipUnlessAvailable(context, inner);
      expect(inner.origin).toBe("environment");
      expect(new URL(inner.url).port).toBe(new URL(outer.url).port);
      expect(await databases(outer.url)).toContain(new URL(inner.url).pathname.slice(1));
      await inner.stop();
      expect(await databases(outer.url)).not.toContain(new URL(inner.url).pathname.slice(1));
    } finally {
      await outer.stop();
    }
  });

  test("a Prometheus runs with the test's own configuration and ends when it is stopped", async (context) => {
    const server = await prometheus({
      config: "global: { scrape_interval: 7s }\n",
      flags: ["--web.enable-remote-write-receiver"],
    });
    skipUnlessAvailable(context, server);
    try {
      const response = await fetch(`${server.url}/api/v1/status/config`);
      expect(JSON.stringify(await response.json())).toContain("scrape_interval: 7s");
    } finally {
      await server.stop();
    }
    await expect(fetch(`${server.url}/-/ready`)).rejects.toThrow();
  });

  test("a Prometheus that does not accept its configuration is unavailable, in its own words", async (context) => {
    const available = await prometheus();
    skipUnlessAvailable(context, available);
    await available.stop();
    const refused = await prometheus({ config: "nonsense: true\n" });
    expect(refused.kind === "unavailable" ? refused.reason : "it runs").toContain("field nonsense not found");
  });

  test("promtool judges rule files", async (context) => {
    const good = await promtool(["check", "rules", "./r.yml"], {
      "r.yml": "groups: [{ name: a, rules: [{ record: b, expr: vector(1) }] }]\n",
    });
    skipUnlessAvailable(context, good);
    const bad = await promtool(["check", "rules", "./r.yml"], {
      "r.yml": "groups: [{ name: a, rules: [{ record: b, expr: 'vector(' }] }]\n",
    });
    skipUnlessAvailable(context, bad);
    expect([good.accepted, bad.accepted]).toEqual([true, false]);
  });

  test("Chromium renders a page", async (context) => {
    const browser = await chromium();
    skipUnlessAvailable(context, browser);
    const page = "data:text/html,<body><script>document.body.textContent=6*7</script>";
    const { stdout } = await runCommand(browser.executablePath, [...browser.args, "--dump-dom", page], {
      timeoutMs: 60_000,
    });
    expect(stdout).toContain("<body>42</body>");
  });
});

async function databases(url: string): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ datname: string }>("select datname from pg_database");
  await client.end();
  return rows.map(({ datname }) => datname);
}

async function withVariable<T>(name: string, value: string, work: () => Promise<T>): Promise<T> {
  process.env[name] = value;
  try {
    return await work();
  } finally {
    delete process.env[name];
  }
}
