import { createNodeDigest } from "@plimsoll/adapters-memory";
import { createPostgresStorage } from "@plimsoll/adapters-postgres";
import { createSecretReader, parseConfig } from "@plimsoll/config";
import type { StoredEvent, StoredSlice } from "@plimsoll/core";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openEngine } from "./composition.js";
import { serviceRegistry } from "./registry.js";
import { buildKillableService, type KillableService } from "./testing/killable-service.js";
import { startMetricsPage, type MetricsPage } from "./testing/metrics-page.js";

const KILLS = 6;
const SLO = "payments-availability";
let folder: string;
let page: MetricsPage;
let service: KillableService | undefined;
let counting: NodeJS.Timeout | undefined;

const configText = (): string => `
version: 1
slice: 1s
storage: ${join(folder, "data")}
http: { port: 0 }
sources: { pages: { type: scrape, targets: ["${page.url}"] } }
services: { payments: { tier: 1 } }
slos:
  ${SLO}:
    service: payments
    target: 99.9%
    window: 30d
    sli: { kind: events, source: pages, query: { bad: 'http_requests_total{code_class="5xx"}', total: http_requests_total } }
    alerting: { rules: [ { tier: page, share: 2%, window: 1h, short: 5s } ] }
`;

async function read<Item>(pages: AsyncIterable<readonly Item[]>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const items of pages) all.push(...items);
  return all;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plimsoll-kill-"));
  page = await startMetricsPage();
  await writeFile(join(folder, "plimsoll.yaml"), configText());
}, 30_000);

afterAll(async () => {
  clearInterval(counting);
  await service?.kill();
  await page?.close();
  await rm(folder, { recursive: true, force: true });
});

describe("a service that is killed with -9 again and again", () => {
  it("loses no stored slice, doubles no alert and no incident", { timeout: 240_000 }, async () => {
    service = await buildKillableService("embedded");
    counting = setInterval(() => page.count({ good: 60, bad: 40 }), 100);
    for (let kill = 0; kill < KILLS; kill += 1) {
      const address = await service.start(folder);
      // The first one lives until it has opened the incident. The others die at a different point each time: after so
      // many rounds, in the middle of whatever is under way.
      if (kill === 0) await incidentOpened(address);
      else await afterRounds(address, kill);
      await service.kill();
    }
    clearInterval(counting);

    const digest = createNodeDigest();
    const storage = await createPostgresStorage({ directory: join(folder, "data") }, { digest });
    const slices: StoredSlice[] = await read(storage.history.load({ fromMs: 0, toMs: Date.now() + 60_000 }));
    const events: readonly StoredEvent[] = await storage.events.readAll({ afterPosition: 0, limit: 10_000 });
    expect(await storage.audit.verify()).toMatchObject({ kind: "intact" });
    await storage.close();
    const count = (type: string): number =>
      events.filter(
        (event) => event.type === type && event.data !== null && JSON.stringify(event.data).includes(`"${SLO}/burn"`),
      ).length;
    expect(slices.length).toBeGreaterThan(KILLS);
    expect(new Set(slices.map(({ sliceMs }) => sliceMs)).size).toBe(slices.length);
    expect(count("alert.fired")).toBe(1);
    expect(count("incident-key.opened")).toBeLessThanOrEqual(1);

    const parsed = parseConfig([{ name: join(folder, "plimsoll.yaml"), text: configText() }], {
      ...serviceRegistry,
      readSecret: createSecretReader({}),
    });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
    const opened = await openEngine(parsed.value);
    const view = opened.engine.slo(SLO);
    expect(view?.evaluation.budget).toMatchObject({
      bad: slices.reduce((sum, { good, total }) => sum + total - good, 0),
      total: slices.reduce((sum, { total }) => sum + total, 0),
    });
    // What the last process had stored and not yet published is made up for on opening.
    const burning = opened.engine.incidents().filter(({ alert }) => alert?.key === `${SLO}/burn`);
    expect(burning).toHaveLength(1);
    await opened.close();
  });
});

/** Waits until the service has evaluated so many rounds. */
function afterRounds(address: string, rounds: number): Promise<void> {
  return liveEvents(address, { type: "evaluated", count: rounds });
}

function incidentOpened(address: string): Promise<void> {
  return liveEvents(address, { type: "incident", count: 1 });
}

async function liveEvents(address: string, awaited: { readonly type: string; readonly count: number }): Promise<void> {
  const response = await fetch(`${address}/api/v1/events`);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let seen = 0;
  while (seen < awaited.count) {
    const { done, value } = await reader.read();
    if (done) throw new Error("the event stream ended before the service was killed");
    seen += decoder.decode(value).split(`event: ${awaited.type}\n`).length - 1;
  }
  await reader.cancel();
}
