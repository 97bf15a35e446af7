import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { createMemoryTimer, createSystemClock } from "@plimsoll/adapters-memory";
import { afterAll, beforeAll, expect, it, type TestContext } from "vitest";
import { startMemoryService, TOKENS, type MemoryService } from "../../testing/memory-service.js";

// Alertmanager's own command line, which knows nothing of this service.
const amtool = (process.env["PATH"] ?? "")
  .split(delimiter)
  .map((folder) => join(folder, "amtool"))
  .find((path) => existsSync(path));
const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "plimsoll-amtool-"));
let service: MemoryService;

beforeAll(async () => {
  const clock = createSystemClock();
  service = await startMemoryService({
    nowMs: () => Date.now(),
    ports: { clock, timer: createMemoryTimer({ clock, fires: "manual" }) },
  });
  writeFileSync(join(folder, "http.yml"), `authorization: { credentials: ${TOKENS.responder} }\n`);
});
afterAll(async () => {
  await service.close();
  rmSync(folder, { recursive: true, force: true });
});

async function typed(context: TestContext, ...words: readonly string[]): Promise<string> {
  if (amtool === undefined) return context.skip("amtool is not on PATH; on Debian it is in prometheus-alertmanager");
  const common = [
    `--alertmanager.url=http://127.0.0.1:${service.port}`,
    `--http.config.file=${join(folder, "http.yml")}`,
    "--no-version-check",
  ];
  const { stdout } = await run(amtool, [...words, ...common]);
  return stdout.trim();
}

it("speaks with amtool: alerts are added and listed, a silence is made, found, holds, and ends", async (context) => {
  const [start, end] = [-60_000, 600_000].map((ms) => new Date(Date.now() + ms).toISOString());
  await typed(context, "alert", "add", "Down", "job=web", `--start=${start}`, `--end=${end}`);
  const listed = JSON.parse(await typed(context, "alert", "query", "job=web", "--output=json")) as object[];
  expect(listed).toMatchObject([{ labels: { alertname: "Down", job: "web" }, status: { state: "active" } }]);

  const id = await typed(
    context,
    "silence",
    "add",
    "job=~we.",
    "alertname!=Up",
    "--comment=planned",
    "--duration=1h",
    "--author=ada",
  );
  expect(service.engine.silences.get(id)).toMatchObject({
    author: "ada (token responder-name)",
    reason: "planned",
    matchers: [
      { name: "job", operator: "=~", value: "we." },
      { name: "alertname", operator: "!=", value: "Up" },
    ],
  });
  expect(await typed(context, "silence", "query", "--quiet")).toBe(id);
  const silenced = JSON.parse(await typed(context, "alert", "query", "--silenced", "--output=json")) as object[];
  expect(silenced).toMatchObject([{ status: { state: "suppressed", silencedBy: [id] } }]);

  await typed(context, "silence", "update", id, "--duration=2h");
  const longer = await typed(context, "silence", "query", "--quiet");
  expect(longer).toMatch(/^[0-9A-Z]{26}$/u);
  expect(longer).not.toBe(id);
  await typed(context, "silence", "expire", longer);
  expect(await typed(context, "silence", "query", "--quiet")).toBe("");
});
