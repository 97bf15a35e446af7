import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSecretReader, formatIssues, parseConfig, readConfigFiles } from "@plimsoll/config";
import { openEngine, serviceRegistry } from "@plimsoll/service";

const here = import.meta.dirname;
const folder = await mkdtemp(join(tmpdir(), "plimsoll-homelab-"));
try {
  execFileSync(
    process.execPath,
    [join(here, "../../apps/cli/bin/plimsoll.js"), "validate", join(here, "plimsoll.yaml")],
    { stdio: "inherit" },
  );
  await copyFile(join(here, "plimsoll.yaml"), join(folder, "plimsoll.yaml"));
  await checkScript();
  await checkBudgets();
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** The script writes rows of what it really asked. */
async function checkScript(): Promise<void> {
  const server = createServer((_request, response) => response.end("fine"));
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const { spawn } = await import("node:child_process");
  const env = {
    ...process.env,
    SNAPSHOTS: join(folder, "measured"),
    GATEWAY_URL: `http://127.0.0.1:${port}/`,
    OLLAMA_URL: "http://127.0.0.1:1/",
    NODES: `nas=127.0.0.1:${port}`,
    BACKUP_FOLDER: here,
  };
  const child = spawn(process.execPath, [join(here, "measure.mjs")], { env, stdio: "inherit" });
  const code = await new Promise((ended) => child.once("exit", ended));
  server.close();
  assert.equal(code, 0);
  const [file = ""] = await readdir(join(folder, "measured"));
  const rows = (await readFile(join(folder, "measured", file), "utf8"))
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { service: string; ok?: boolean });
  assert.deepEqual(
    rows.map(({ ok, service }) => [service, ok]),
    [
      ["gateway", true],
      ["ollama", false],
      ["nodes", true],
      ["backup", undefined],
    ],
  );
  console.log("measure.mjs writes what it found");
}

/** Six hours of minutes with known failures, through the engine; every budget is what it comes to by hand. */
async function checkBudgets(): Promise<void> {
  const MINUTES = 360;
  const endMs = Math.floor(Date.now() / 60_000) * 60_000 - 60_000;
  const bad = { gateway: 1, ollama: 2, dashboard: 0, nodes: 3, dns: 4, backup: 5 };
  const lines = Array.from({ length: MINUTES }, (_, index) => {
    const at = new Date(endMs - index * 60_000).toISOString();
    const fails = (service: keyof typeof bad) => index < bad[service];
    return [
      { at, service: "gateway", good: fails("gateway") ? 9 : 10, total: 10 },
      { at, service: "ollama", ok: !fails("ollama") },
      { at, service: "dashboard", ok: true },
      { at, service: "nodes", node: "nas", ok: !fails("nodes") },
      { at, service: "nodes", node: "pi", ok: true },
      { at, service: "dns", value: fails("dns") ? 80 : 12 },
      { at, service: "backup", value: fails("backup") ? 27 : 3 },
    ];
  });
  await mkdir(join(folder, "snapshots"));
  await writeFile(
    join(folder, "snapshots", "past.ndjson"),
    lines
      .flat()
      .map((row) => `${JSON.stringify(row)}\n`)
      .join(""),
  );
  const files = await readConfigFiles(join(folder, "plimsoll.yaml"));
  assert(files.ok);
  const config = parseConfig(files.value, { ...serviceRegistry, readSecret: createSecretReader(process.env) });
  assert(config.ok, config.ok ? "" : formatIssues(config.error, { color: false }));
  // Nothing is left out of the sums: on a Sunday night the recurring correction would.
  const { close, engine } = await openEngine({ ...config.value, corrections: [] });
  try {
    for (const { id } of engine.slos) assert.equal((await engine.collect(id)).kind, "read", id);
    await engine.round();
    const totals = {
      gateway: 10 * MINUTES,
      ollama: MINUTES,
      dashboard: MINUTES,
      nodes: 2 * MINUTES,
      dns: MINUTES,
      backup: MINUTES,
    };
    for (const { evaluation, slo } of engine.views()) {
      const service = slo.service as keyof typeof bad;
      // The month may have begun within the six hours; its budget is then over fewer minutes.
      if (evaluation.period.fromMs > endMs - MINUTES * 60_000) continue;
      const { budget } = evaluation;
      assert.deepEqual([budget.bad, budget.total], [bad[service], totals[service]], slo.id);
      const expected = 1 - bad[service] / ((1 - slo.target) * totals[service]);
      assert(
        Math.abs(budget.remainingRatio - expected) < 1e-9,
        `${slo.id}: ${budget.remainingRatio} is left, ${expected} by hand`,
      );
      console.log(`${slo.id}: ${(100 * budget.remainingRatio).toFixed(1)} % of the budget is left`);
    }
  } finally {
    await close();
  }
}
