import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHostStepRunner } from "@plimsoll/adapters-host";
import {
  createMemoryEventStore,
  createNodeDigest,
  createSystemClock,
  createUlidIdSource,
} from "@plimsoll/adapters-memory";
import { parseRunbooks } from "@plimsoll/config";
import { createJournal, createRunbookBook, createRunbookDesk, type RunbookDesk } from "@plimsoll/core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startLab, type LabHandle } from "../start-lab.js";
import { buildProcesses } from "../testing/build-processes.js";
import { freePortBase } from "../testing/free-port-base.js";
import { createLabFleet, createLabRemediator } from "./index.js";

// Real processes, and windows of ten seconds that have to pass: bounds against hanging, not expectations of speed.
const PATIENCE = { timeout: 180_000 };
const RUNBOOKS = new URL("../../../../examples/runbooks/runbooks/", import.meta.url);
let lab: LabHandle;
let processesDirectory: string;
let stateDirectory: string;

beforeAll(async () => {
  processesDirectory = await buildProcesses();
  stateDirectory = mkdtempSync(join(tmpdir(), "plimsoll-lab-e2e-"));
  lab = await startLab({ stateDirectory, processesDirectory, portBase: await freePortBase(), requestsPerSecond: 60 });
}, PATIENCE.timeout);

afterAll(async () => {
  await lab.down();
  for (const directory of [processesDirectory, stateDirectory]) rmSync(directory, { recursive: true, force: true });
}, PATIENCE.timeout);

async function openDesk() {
  const parsed = parseRunbooks(
    readdirSync(RUNBOOKS).map((name) => ({ name, text: readFileSync(new URL(name, RUNBOOKS), "utf8") })),
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  const book = createRunbookBook();
  const journal = createJournal(createMemoryEventStore(), [book.projection]);
  const clock = createSystemClock();
  const desk = createRunbookDesk({
    clock,
    ids: createUlidIdSource({ clock }),
    digest: createNodeDigest(),
    journal,
    book,
    runbooks: new Map(parsed.value.map(({ runbook }) => [runbook.id, runbook])),
    runner: "test",
    stepRunner: createHostStepRunner({}, { environment: {} }),
    remediators: new Map([["lab", createLabRemediator({ stateDirectory })]]),
    fleets: new Map([["lab", createLabFleet({ stateDirectory })]]),
    slo: () => ({ verdict: "unknown", saw: "there is no SLO in this test" }),
    guard: async () => ({ allowed: true }),
  });
  return { book, desk };
}

/** Advances a run as a service would, until it ends or a person is needed. */
async function play(desk: RunbookDesk, runId: string): Promise<string> {
  for (;;) {
    const report = await desk.advance(runId);
    if (report.kind === "ended") return report.status;
    if (report.kind === "refused") return report.refusal.message;
    if (report.kind !== "waiting") continue;
    if (report.untilMs === undefined) return `waits for a ${report.for}`;
    await new Promise((wake) => setTimeout(wake, 250));
  }
}

async function paymentsUrl(): Promise<string> {
  const service = (await lab.status()).services.find(({ name }) => name === "payments");
  return service?.address ?? "";
}

async function traffic(): Promise<{ readonly errorRatio?: number; readonly p95Ms?: number }> {
  return (await (await fetch(`${await paymentsUrl()}/traffic`)).json()) as { readonly errorRatio?: number };
}

async function until(isReached: () => Promise<boolean>): Promise<void> {
  while (!(await isReached())) await new Promise((wake) => setTimeout(wake, 250));
}

it(
  "the bad-deploy runbook takes a bad version of payments back, once somebody else approves, and stops when it is well",
  PATIENCE,
  async () => {
    const { book, desk } = await openDesk();
    await lab.deploy({ service: "payments", version: "v2", defect: { errors: 0.6 } });
    await until(async () => ((await traffic()).errorRatio ?? 0) > 0.3);

    const asked = await desk.request({
      runbookId: "bad-deploy",
      parameters: { payments: await paymentsUrl() },
      actor: "ada",
      causeId: "ask",
      reason: "payments fails since the deploy",
    });
    if (!asked.ok) throw new Error(asked.error.message);
    const { id, planHash } = asked.value;
    expect(await play(desk, id)).toBe("waits for a person");
    // Nothing was done before the approval.
    expect((await lab.status()).services.find(({ name }) => name === "payments")?.versions).toEqual(["v1", "v2"]);

    const approve = { type: "approve", approvalId: "roll-back", planHash, causeId: "yes" } as const;
    const expiresAtMs = Date.now() + 3_600_000;
    expect((await desk.command(id, { ...approve, expiresAtMs, actor: "ada" })).ok).toBe(false);
    expect((await desk.command(id, { ...approve, expiresAtMs, actor: "grace" })).ok).toBe(true);
    expect(await play(desk, id)).toBe("succeeded");

    const service = (await lab.status()).services.find(({ name }) => name === "payments");
    expect(service?.versions).toEqual(["v1"]);
    expect(service?.instances.map(({ version }) => version)).toEqual(["v1", "v1", "v1"]);
    expect((await traffic()).errorRatio ?? 0).toBeLessThan(0.01);
    expect(book.get(id)?.words).toMatch(/^healthy: errorRatio is /);
  },
);

it("the high-latency runbook adds instances until the queues have drained", PATIENCE, async () => {
  const { book, desk } = await openDesk();
  // Eighteen payments a second on three instances of which each can do four: the queues grow.
  await lab.break({ service: "payments", faults: [{ kind: "saturation", workMs: 220 }] });
  await until(async () => ((await traffic()).p95Ms ?? 0) > 1_000);
  const asked = await desk.request({
    runbookId: "high-latency",
    parameters: { payments: await paymentsUrl() },
    actor: "engine",
    causeId: "alert",
    reason: "p99 is over its baseline",
  });
  if (!asked.ok) throw new Error(asked.error.message);
  expect(await play(desk, asked.value.id)).toBe("succeeded");
  const service = (await lab.status()).services.find(({ name }) => name === "payments");
  expect(service?.instances).toHaveLength(6);
  expect(book.get(asked.value.id)?.words).toMatch(/^healthy: p95Ms is /);
});
