import { externalAlert } from "@plimsoll/core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { LabHandle } from "../start-lab.js";
import { startBusyLab, type BusyLab } from "./testing/busy-lab.js";
import { openAutomaticEngine, openDesk, play } from "./testing/open-desk.js";

// Real processes, and windows of ten seconds that have to pass: bounds against hanging, not expectations of speed.
const PATIENCE = { timeout: 180_000 };
let busy: BusyLab;
let lab: LabHandle;

beforeAll(async () => {
  busy = await startBusyLab();
  lab = busy.lab;
}, PATIENCE.timeout);
afterAll(() => busy.end(), PATIENCE.timeout);

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
    const { book, desk } = openDesk(lab.stateDirectory);
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

it(
  "the engine starts the high-latency runbook by itself, and once approved it adds instances until the queues have drained",
  PATIENCE,
  async () => {
    const engine = await openAutomaticEngine(lab.stateDirectory, {
      runbookId: "high-latency",
      parameters: { payments: await paymentsUrl() },
    });
    const runId = "INC-001.high-latency";
    const isPaused = async (): Promise<boolean> => {
      await engine.runbooks.advance();
      return engine.runbooks.get(runId)?.status === "paused";
    };
    // Eighteen payments a second on three instances of which each can do four: the queues grow.
    await lab.break({ service: "payments", faults: [{ kind: "saturation", workMs: 220 }] });
    await until(async () => ((await traffic()).p95Ms ?? 0) > 1_000);
    const labels = { alertname: "Slow", service: "payments", severity: "critical", symptom: "high-latency" };
    const said = { source: "am", fingerprint: "slow", labels, startsAtMs: Date.now() };
    const alert = externalAlert(said, { nowMs: Date.now() });
    if (!alert.ok) throw new Error(alert.error.message);
    await engine.alerts.take([alert.value]);
    expect(engine.runbooks.get(runId)).toMatchObject({ requestedBy: "engine", incidentId: "INC-001" });
    // Nothing is measured here, so that the gate is not open: what is not safe waits for a person.
    await until(isPaused);
    const waiting = engine.runbooks.get(runId);
    expect(waiting?.hold).toMatchObject({ kind: "approval", approvalIds: ["scale-out"] });
    const agreed = await engine.runbooks.command(runId, {
      type: "approve",
      actor: "grace",
      causeId: "yes",
      approvalId: "scale-out",
      planHash: waiting?.planHash ?? "",
      expiresAtMs: Date.now() + 3_600_000,
    });
    expect(agreed.ok).toBe(true);
    await until(async () => {
      await engine.runbooks.advance();
      return engine.runbooks.open().length === 0;
    });
    expect(engine.runbooks.get(runId)?.status).toBe("succeeded");
    const service = (await lab.status()).services.find(({ name }) => name === "payments");
    expect(service?.instances).toHaveLength(6);
    expect(engine.runbooks.get(runId)?.words).toMatch(/^healthy: p95Ms is /);
    const timeline = JSON.stringify((await engine.incident("INC-001"))?.timeline);
    expect(timeline).toContain("The engine starts the runbook high-latency by itself");
    await engine.close();
  },
);
