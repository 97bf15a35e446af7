import { createSecretReader, parseConfig, type PlimsollConfig } from "@plimsoll/config";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runDetailSchema, type RunDetail } from "./api.js";
import { findLocalService, serviceRegistry, startService, type RunningService } from "./index.js";

let folder: string;
let config: PlimsollConfig;
let service: RunningService | undefined;
const log: string[] = [];
const logTo = new Writable({
  write(chunk: Buffer, _encoding, done) {
    log.push(chunk.toString());
    done();
  },
});

/** A runbook of one program, which nobody has to approve. */
const runbookText = (id: string, program: readonly string[], retryOn?: string): string => `
version: 1
runbook: ${id}
title: Run a program
level: 3
steps:
  - id: go
    title: Go
    risk: safe
    timeout: 10m
    do: { command: { run: ${JSON.stringify(program)}${retryOn === undefined ? "" : `, retryOn: ${retryOn}`} } }
    ${retryOn === undefined ? "" : "retry: { attempts: 3, delay: 1s }"}
`;

const started = (): string => join(folder, "started");

async function start(): Promise<void> {
  service = await startService(config, { stateDirectory: folder, version: "0.0.0-test", logTo, logLevel: "info" });
}

async function ask(path: string, body?: object): Promise<RunDetail> {
  const local = await findLocalService(folder);
  const response = await fetch(`${local?.address}/api/v1${path}`, {
    headers: { authorization: `Bearer ${local?.token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
  });
  return runDetailSchema.parse(await response.json());
}

/** Asks until the answer is what is waited for; the test's own time limit is the bound. */
async function until(id: string, holds: (run: RunDetail) => boolean): Promise<RunDetail> {
  for (;;) {
    const run = await ask(`/runbook-runs/${id}`);
    if (holds(run)) return run;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plimsoll-stop-"));
  await mkdir(join(folder, "runbooks"));
  const source = `require("node:fs").appendFileSync(${JSON.stringify(started())}, "x"); setInterval(() => {}, 1000);`;
  await writeFile(join(folder, "runbooks", "long.yaml"), runbookText("long", [process.execPath, "-e", source]));
  await writeFile(join(folder, "runbooks", "quick.yaml"), runbookText("quick", ["true"]));
  // Ends twice with 75, then well.
  const tries = join(folder, "tries");
  const flaky = `const fs = require("node:fs"); fs.appendFileSync(${JSON.stringify(tries)}, "x"); process.exit(fs.statSync(${JSON.stringify(tries)}).size < 3 ? 75 : 0);`;
  await writeFile(
    join(folder, "runbooks", "flaky.yaml"),
    runbookText("flaky", [process.execPath, "-e", flaky], "[75]"),
  );
  await writeFile(join(folder, "runbooks", "failing.yaml"), runbookText("failing", ["false"], "[75]"));
  const text = `
version: 1
storage: ${join(folder, "data")}
http: { port: 0 }
services: { payments: { tier: 1 } }
runbooks: ${join(folder, "runbooks")}
`;
  const parsed = parseConfig([{ name: join(folder, "plimsoll.yaml"), text }], {
    ...serviceRegistry,
    readSecret: createSecretReader({}),
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error, undefined, 2));
  config = parsed.value;
}, 30_000);

afterAll(async () => {
  await service?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe("a service that is stopped while a program of a runbook runs", () => {
  it(
    "holds up no other run by it, ends it, records that, and does not run it again",
    { timeout: 120_000 },
    async () => {
      await start();
      const long = await ask("/runbooks/long/runs", { parameters: {}, reason: "To see it." });
      await until(long.id, () => existsSync(started()));
      const quick = await ask("/runbooks/quick/runs", { parameters: {}, reason: "To see it." });
      await until(quick.id, ({ status }) => status === "succeeded");
      expect(await ask(`/runbook-runs/${long.id}`)).toMatchObject({ status: "running", steps: [{ status: "acting" }] });

      await service?.stop();
      expect(log.join("")).not.toMatch(/report it|without waiting longer|"level":(?:40|50)/u);

      await start();
      const after = await until(long.id, ({ over }) => over);
      expect(after).toMatchObject({
        status: "failed",
        steps: [{ attempts: 1, words: "the engine stopped meanwhile: it was cancelled" }],
      });
      expect(readFileSync(started(), "utf8")).toBe("x");
    },
  );
});

describe("a program of a runbook that fails", () => {
  it("is tried again on the codes that it names, and on no other", { timeout: 120_000 }, async () => {
    const flaky = await ask("/runbooks/flaky/runs", { parameters: {}, reason: "To see it." });
    const failing = await ask("/runbooks/failing/runs", { parameters: {}, reason: "To see it." });
    expect(await until(flaky.id, ({ over }) => over)).toMatchObject({ status: "succeeded", steps: [{ attempts: 3 }] });
    expect(await until(failing.id, ({ over }) => over)).toMatchObject({
      status: "failed",
      steps: [{ attempts: 1, words: "ended with 1" }],
    });
  });
});
