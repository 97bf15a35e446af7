import { createNodeDigest } from "@plimsoll/adapters-memory";
import { createPostgresStorage } from "@plimsoll/adapters-postgres";
import type { StoredEvent } from "@plimsoll/core";
import { postgresServer, skipUnlessAvailable } from "@plimsoll/tools/components";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildKillableService, type KillableService } from "./testing/killable-service.js";

const ALERTS = 24;
/**
 * Pages and posts at which the service is killed, counted over the whole course and drawn anew in each run: some before the
 * answer, some after.
 */
const KILLED_AT_PAGE = new Map(draw(4).map((page, index) => [page, index % 2 === 0 ? "before" : "after"] as const));
const KILLED_AT_POST = new Set(draw(4));

function draw(count: number): readonly number[] {
  const left = Array.from({ length: ALERTS - 1 }, (_, index) => index + 1);
  return Array.from({ length: count }, () => left.splice(Math.floor(Math.random() * left.length), 1)).flat();
}

const server = await postgresServer();
let folder: string;
let service: KillableService;
let pager: Server;
/** What the pager was told: by key, each body that came under it, as often as it came. */
const pages = new Map<string, string[]>();
let arrivals = 0;
let kills = 0;
let starting: Promise<string> | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plimsoll-kill-server-"));
  service = await buildKillableService("server");
});

afterAll(async () => {
  await service.kill();
  pager?.close();
  pager?.closeAllConnections();
  if (server.kind === "running") await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Ends the service in the middle of what it does, and starts it again; one after the other, whoever asks. */
async function killAndStart(): Promise<void> {
  const before = starting;
  starting = (async () => {
    await before;
    kills += 1;
    await service.kill();
    return service.start(folder);
  })();
  await starting;
}

/** A provider of pages: it knows a message by its key, as the real ones do. */
async function takePage(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(request);
  if (body === undefined) return;
  const key = String(request.headers["idempotency-key"]);
  pages.set(key, [...(pages.get(key) ?? []), body]);
  arrivals += 1;
  const dies = KILLED_AT_PAGE.get(arrivals);
  if (dies !== "before") response.end("{}");
  if (dies !== undefined) await killAndStart();
}

async function startPager(): Promise<string> {
  pager = createServer((request, response) => void takePage(request, response));
  pager.listen(0, "127.0.0.1");
  await once(pager, "listening");
  return `http://127.0.0.1:${(pager.address() as AddressInfo).port}/page`;
}

/** Whoever is killed may have sent half a request. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  try {
    return await text(request);
  } catch {
    return undefined;
  }
}

/** Sends an alert until it is taken, as whoever raises alerts does. */
async function post(number: number): Promise<void> {
  const alert = { labels: { alertname: `Down${number}`, service: "payments", severity: "critical" } };
  const body = JSON.stringify([{ ...alert, startsAt: new Date().toISOString() }]);
  for (let killed = !KILLED_AT_POST.has(number); ; killed = true) {
    // Where it does not start, the test has failed.
    const address = await starting;
    try {
      const { token } = JSON.parse(await readFile(join(folder, "service.json"), "utf8")) as { token: string };
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
      const asked = fetch(`${address}/api/v2/alerts`, { method: "POST", headers, body });
      asked.catch(() => undefined);
      // While it is under way: whether it was stored, nobody knows.
      if (!killed) await killAndStart();
      const answer = await asked;
      await answer.arrayBuffer();
      if (answer.ok) return;
      if (answer.status < 500) break;
    } catch {
      // It is being started again.
    }
  }
  throw new Error(`alert ${number} was refused`);
}

it(
  "on a server, killed with -9 while alerts arrive and people are paged: nothing is lost, no key doubled",
  { timeout: 240_000 },
  async (context) => {
    skipUnlessAvailable(context, server);
    if (server.kind !== "running") return;
    const pagerUrl = await startPager();
    await writeFile(join(folder, "database-url"), server.url);
    await writeFile(
      join(folder, "plimsoll.yaml"),
      `
version: 1
slice: 1s
storage: \${file:${join(folder, "database-url")}}
http: { port: 0 }
services: { payments: { tier: 1 } }
slos: {}
notifiers: { pager: { type: webhook, url: "${pagerUrl}" } }
people: { ann: { zone: UTC, contacts: [ { notifier: pager } ] } }
escalation: { default: calls, policies: { calls: { steps: [ { targets: [ { person: ann } ], delay: 1h } ], fallback: [ { person: ann } ] } } }
`,
    );
    starting = service.start(folder);
    for (let number = 0; number < ALERTS; number += 1) await post(number);
    const drawn = `killed at pages ${[...KILLED_AT_PAGE].join("; ")} and at posts ${[...KILLED_AT_POST].join(", ")}`;
    await expect.poll(() => pages.size, { message: drawn, timeout: 120_000, interval: 200 }).toBe(ALERTS);
    await starting;
    await service.kill();

    expect(
      [...pages.values()].filter((bodies) => new Set(bodies).size !== 1),
      drawn,
    ).toEqual([]);
    // A contact is told one thing at a time, so that each kill leaves one page at most of which nobody knows whether it came.
    const again = [...pages].filter(([, bodies]) => bodies.length > 1).map(([key, bodies]) => [key, bodies.length - 1]);
    const repeats = arrivals - pages.size;
    expect(repeats, `${drawn}; again: ${again.join("; ")}`).toBeLessThanOrEqual(kills);
    for (const [key, bodies] of pages) expect(bodies.length, `${drawn}; ${key}`).toBeLessThanOrEqual(1 + kills);
    expect(kills, drawn).toBeGreaterThanOrEqual(KILLED_AT_PAGE.size);
    const storage = await createPostgresStorage({ url: server.url }, { digest: createNodeDigest() });
    const events: readonly StoredEvent[] = await storage.events.readAll({ afterPosition: 0, limit: 10_000 });
    expect(await storage.audit.verify()).toMatchObject({ kind: "intact" });
    await storage.close();
    const count = (type: string): number => events.filter((event) => event.type === type).length;
    const counts = {
      fired: count("external-alert.fired"),
      incidents: count("incident.declared"),
      escalations: count("escalation.started"),
      steps: count("escalation.step-fired"),
    };
    expect(counts, drawn).toEqual({ fired: ALERTS, incidents: ALERTS, escalations: ALERTS, steps: ALERTS });
  },
);
