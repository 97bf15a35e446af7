import { createSecretReader, parseConfig, type PlimsollConfig } from "@plimsoll/config";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { incidentDetailSchema, incidentListSchema, sloListSchema, sloStatusSchema } from "./api.js";
import { findLocalService, serviceRegistry, startService, type RunningService } from "./index.js";
import { startMetricsPage, type MetricsPage } from "./testing/metrics-page.js";

// One-second slices, so that a breach is found in seconds of real time; everything else is as in production.
const configText = (page: string, folder: string): string => `
version: 1
slice: 1s
storage: ${folder}/data
http: { port: 0 }
sources:
  pages: { type: scrape, targets: ["${page}"] }
services:
  payments: { tier: 1 }
slos:
  payments-availability:
    service: payments
    target: 99.9%
    window: 30d
    sli:
      kind: events
      source: pages
      query:
        bad: http_requests_total{code_class="5xx"}
        total: http_requests_total
    alerting: { rules: [ { tier: page, share: 2%, window: 1h, short: 5s } ] }
`;

let folder: string;
let page: MetricsPage;
let service: RunningService;
let config: PlimsollConfig;
const log: string[] = [];

const logTo = new Writable({
  write(chunk: Buffer, _encoding, done) {
    log.push(chunk.toString());
    done();
  },
});

async function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${service.address}${path}`, { headers });
}

/** Asks until the answer is what is waited for; the test's own time limit is the bound. */
async function until<Value>(ask: () => Promise<Value>, holds: (value: Value) => boolean): Promise<Value> {
  for (;;) {
    const value = await ask();
    if (holds(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const slo = async () => sloStatusSchema.parse(await (await get("/api/v1/slos/payments-availability")).json());
const incidents = async () => incidentListSchema.parse(await (await get("/api/v1/incidents")).json()).incidents;
// On a machine that stands still for seconds a ticket says that data is missing, which is honest and beside the point.
const breaches = async () => (await incidents()).filter(({ title }) => title.includes("burns"));
const start = () => startService(config, { stateDirectory: folder, version: "0.0.0-test", logTo });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plimsoll-service-"));
  page = await startMetricsPage();
  const parsed = parseConfig([{ name: join(folder, "plimsoll.yaml"), text: configText(page.url, folder) }], {
    ...serviceRegistry,
    readSecret: createSecretReader({}),
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error, undefined, 2));
  config = parsed.value;
  service = await start();
}, 60_000);

afterAll(async () => {
  await service?.stop();
  await page?.close();
  await rm(folder, { recursive: true, force: true });
});

describe("the reference service", () => {
  it("measures a scraped service and answers for it", async () => {
    const counting = setInterval(() => page.count({ good: 100 }), 100);
    const measured = await until(
      slo,
      ({ budget, verdict }) => budget.total > 500 && verdict.kind === "healthy",
    ).finally(() => clearInterval(counting));
    expect(measured).toMatchObject({ service: "payments", sliRatio: 1, budget: { bad: 0, remainingRatio: 1 } });
    expect(sloListSchema.parse(await (await get("/api/v1/slos")).json()).slos).toHaveLength(1);
    expect((await get("/readyz")).status).toBe(200);
    expect(await (await get("/metrics")).text()).toContain(
      'plimsoll_slo_budget_remaining_ratio{slo="payments-availability",service="payments"} 1',
    );
  }, 60_000);

  it("opens one incident on a breach, resolves it after, and drafts a postmortem", async () => {
    const counting = setInterval(() => page.count({ good: 60, bad: 40 }), 100);
    await until(breaches, (all) => all.length === 1);
    await until(slo, ({ verdict }) => verdict.kind === "firing" && verdict.tier === "page").finally(() =>
      clearInterval(counting),
    );
    const mending = setInterval(() => page.count({ good: 100 }), 100);
    const [ended] = await until(breaches, (all) => all[0]?.status === "resolved").finally(() => clearInterval(mending));
    const incident = incidentDetailSchema.parse(await (await get(`/api/v1/incidents/${ended?.id}`)).json());
    expect(incident.timeline.length).toBeGreaterThan(1);
    expect(incident.postmortem).toContain("## Timeline (UTC)");
  }, 60_000);

  it("keeps the budget over a restart and doubles no incident", async () => {
    const before = await until(slo, () => true);
    await service.stop();
    service = await start();
    const after = await until(slo, ({ budget }) => budget.total >= before.budget.total);
    expect(after.budget.bad).toBe(before.budget.bad);
    expect(await breaches()).toHaveLength(1);
  }, 60_000);

  it("refuses a second service on its state folder, and stays findable after one that could not start", async () => {
    await expect(start()).rejects.toMatchObject({ code: "already-running" });
    const port = Number(new URL(service.address).port);
    const elsewhere = { stateDirectory: join(folder, "elsewhere"), version: "0.0.0-test", logTo };
    const taken = startService(
      { ...config, storage: { kind: "embedded", folder: join(folder, "data-2") }, http: { ...config.http, port } },
      elsewhere,
    );
    await expect(taken).rejects.toMatchObject({ code: "cannot-listen" });
    expect(await findLocalService(folder)).toMatchObject({ address: service.address });
    expect(await findLocalService(join(folder, "elsewhere"))).toBeUndefined();
  }, 60_000);

  it("refuses writes without a token, with a wrong role, and from other hosts", async () => {
    const body = JSON.stringify({
      slos: "all",
      effect: "drop",
      author: "ann",
      reason: "test",
      from: "2026-01-01T00:00:00Z",
      to: "2026-01-01T01:00:00Z",
    });
    const post = (headers: Record<string, string>) =>
      fetch(`${service.address}/api/v1/corrections`, {
        method: "POST",
        body,
        headers: { "content-type": "application/json", ...headers },
      });
    expect((await post({})).status).toBe(401);
    expect((await post({ authorization: "Bearer wrong" })).status).toBe(401);
    const local = await findLocalService(folder);
    expect((await post({ authorization: `Bearer ${local?.token}` })).status).toBe(201);
    expect(log.join("")).not.toContain(local?.token);
  }, 30_000);

  it("answers bad questions with the place, and unknown ones with 404", async () => {
    const bad = await get("/api/v1/gate?risk=reckless");
    expect(bad.status).toBe(400);
    expect(await bad.json()).toMatchObject({ code: "invalid", path: "risk" });
    expect((await get("/api/v1/slos/nothing")).status).toBe(404);
    expect((await get("/api/v1/report?period=forever")).status).toBe(400);
    expect((await get("/api/v1/openapi.json")).status).toBe(200);
  }, 30_000);
});
