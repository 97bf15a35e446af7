import { createMemoryPorts, createMemoryTimer, createNodeCredentials } from "@plimsoll/adapters-memory";
import { createPlimsoll, type EnginePorts, type EngineSettings, type Plimsoll } from "@plimsoll/core";
import { parseConfig, type PlimsollConfig } from "@plimsoll/config";
import { createFakeSliSource, createManualClock, type FakeSliSource, type ManualClock } from "@plimsoll/testkit";
import { request, type OutgoingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { Writable } from "node:stream";
import { pino } from "pino";
import { accessToken } from "../http/access.js";
import { createFirstSignIn } from "../http/first-sign-in.js";
import { createLiveEvents, type LiveEvents } from "../http/live-events.js";
import { createServer, type ServerOptions } from "../http/server.js";
import { createServiceMetrics } from "../metrics.js";
import { serviceRegistry } from "../registry.js";

const START = "2026-03-10T12:00:00Z";
const SLICE_MS = 15_000;
const ROUNDS = 40;

/** One answer, headers and all. */
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  json(): unknown;
};

/** The server as the service makes it, really listening, on an engine in memory whose clock and source a test moves. */
export type MemoryService = {
  readonly engine: Plimsoll;
  readonly clock: ManualClock;
  readonly source: FakeSliSource;
  readonly live: LiveEvents;
  readonly port: number;
  readonly log: readonly string[];
  /** What stands behind the `#` of the first start's sign-in link. */
  readonly signInSecret: string;
  /** Measures so many slices, of which each has these counts, and evaluates after each. */
  measure(slices: number, counts: { readonly good: number; readonly bad: number }): Promise<void>;
  ask(
    path: string,
    options?: { readonly method?: string; readonly headers?: OutgoingHttpHeaders; readonly body?: string },
  ): Promise<Answer>;
  close(): Promise<void>;
};

export const TOKENS = {
  viewer: "viewer-token-000000",
  responder: "responder-token-000",
  approver: "approver-token-0000",
  admin: "admin-token-0000000",
} as const;

/** As a title, what would be markup or a spell somewhere. */
export const NASTY_TITLE = '<img src=x onerror=alert(1)> "quoted" \\ [link](javascript:alert(1))';

export function memoryConfig(extra = ""): PlimsollConfig {
  const text = `
version: 1
slice: 15s
sources: { main: { type: scrape, targets: ["http://127.0.0.1:1/metrics"] } }
services: { payments: { tier: 1, title: ${JSON.stringify(NASTY_TITLE)} }, catalog: { tier: 2 } }
slos:
  payments-availability:
    service: payments
    title: ${JSON.stringify(NASTY_TITLE)}
    target: 99.9%
    window: 30d
    sli: { kind: events, source: main, query: { bad: up, total: up } }
    alerting: { rules: [ { tier: page, share: 2%, window: 1h, short: 5m } ] }
  catalog-availability:
    service: catalog
    target: 99%
    window: { calendar: month, zone: Europe/Berlin }
    sli: { kind: events, source: main, query: { bad: up, total: up } }
${extra}`;
  const parsed = parseConfig([{ name: "plimsoll.yaml", text }], {
    ...serviceRegistry,
    readSecret: () => ({ ok: false, error: "none" }) as never,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error, undefined, 2));
  return parsed.value;
}

export async function startMemoryService(
  options: Partial<ServerOptions> & {
    readonly engineWith?: (engine: Plimsoll) => Plimsoll;
    readonly ports?: Partial<EnginePorts>;
    readonly settings?: Partial<EngineSettings>;
  } = {},
): Promise<MemoryService> {
  const config = memoryConfig();
  const clock = createManualClock(START);
  const source = createFakeSliSource();
  const made = await createPlimsoll({
    ports: {
      ...createMemoryPorts({ clock, sources: { main: source } }),
      credentials: createNodeCredentials({ memoryMib: 1 }),
      timer: createMemoryTimer({ clock, fires: "manual" }),
      ...options.ports,
    },
    settings: {
      sliceMs: config.sliceMs,
      services: config.services,
      slos: config.slos,
      corrections: config.corrections,
      freezeWindows: config.freezeWindows,
      incidents: config.incidents,
      reading: {},
      notify: { pages: [], tickets: [], incidents: [] },
      ...options.settings,
    },
  });
  const engine = options.engineWith?.(made) ?? made;
  let revision = 0;
  engine.onIncident(() => (revision += 1));
  const log: string[] = [];
  const logger = pino(
    { level: "trace" },
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        log.push(chunk.toString());
        done();
      },
    }),
  );
  const live = options.live ?? createLiveEvents();
  const firstSignIn = createFirstSignIn({
    nowMs: clock.nowMs,
    hasUsers: () => engine.access.users().length > 0,
  });
  const metrics = createServiceMetrics(engine, { liveConnections: () => live.connected, revision: () => revision });
  const server = await createServer({
    engine,
    live,
    meta: async () => ({
      version: "0.0.0-test",
      startedAt: START.replace("Z", ".000Z"),
      sliceMs: SLICE_MS,
      storage: "embedded",
      demo: false,
      sources: (await engine.health()).sources.map(({ name, state }) => ({ name, type: "fake", state, setAside: [] })),
    }),
    nowMs: clock.nowMs,
    revision: () => revision,
    firstSignIn,
    logger,
    host: "127.0.0.1",
    allowedHosts: ["plimsoll.example"],
    tokens: Object.entries(TOKENS).map(([role, token]) =>
      accessToken({ name: `${role}-name`, role: role as keyof typeof TOKENS }, token),
    ),
    metricsText: metrics.text,
    notReady: () => undefined,
    instance: "this-run",
    version: "0.0.0-test",
    ...options,
  });
  await server.listen({ host: "127.0.0.1", port: 0 });
  const { port } = server.server.address() as AddressInfo;
  return {
    engine,
    clock,
    source,
    live,
    port,
    log,
    signInSecret: firstSignIn.secret,
    async measure(slices, { bad, good }) {
      for (let slice = 0; slice < slices; slice += 1) {
        const fromMs = clock.nowMs();
        clock.advance(SLICE_MS);
        for (const { id } of engine.slos) {
          source.serve(id, [
            { fromMs, toMs: fromMs + SLICE_MS, measurement: { kind: "counts", good, total: good + bad } },
          ]);
          const outcome = await engine.collect(id);
          if (outcome.kind === "failed") throw new Error(outcome.message);
        }
        await engine.round();
        revision += 1;
      }
    },
    ask: (path, asked) => ask(port, path, asked),
    async close() {
      live.close();
      await server.close();
      await engine.close();
    },
  };
}

/** Enough failing slices for an incident, and enough good ones for it to resolve. */
export async function breakAndHeal(service: MemoryService): Promise<void> {
  await service.measure(ROUNDS, { good: 60, bad: 40 });
  await service.measure(ROUNDS, { good: 100, bad: 0 });
}

/** Sends exactly what it is told: no client library that mends paths or headers in between. */
export function ask(
  port: number,
  path: string,
  {
    body,
    headers = {},
    method = "GET",
  }: { readonly method?: string; readonly headers?: OutgoingHttpHeaders; readonly body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers as Answer["headers"],
          body: text,
          json: () => JSON.parse(text) as unknown,
        });
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

export function bearer(token: string): OutgoingHttpHeaders {
  return { authorization: `Bearer ${token}` };
}
