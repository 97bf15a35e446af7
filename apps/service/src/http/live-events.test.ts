import { createServer, get, type IncomingMessage, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createLiveEvents, type LiveEvents } from "./live-events.js";

let server: Server | undefined;
let live: LiveEvents;

async function listen(limits: Parameters<typeof createLiveEvents>[0] = {}): Promise<number> {
  live = createLiveEvents(limits);
  server = createServer((_request, response) => {
    if (!live.connect(response)) response.writeHead(503).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

async function open(port: number): Promise<IncomingMessage> {
  const [response] = (await once(get({ port, host: "127.0.0.1", agent: false }), "response")) as [IncomingMessage];
  response.on("error", () => undefined);
  return response;
}

/** Waits for what happens on the other side of a socket; the test's own time limit is the bound. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

afterEach(() => {
  live.close();
  server?.closeAllConnections();
  server?.close();
});

const incident = { type: "incident", at: "2026-01-01T00:00:00.000Z", id: "INC-001" } as const;

describe("live events", () => {
  it("reach every page, numbered and named", async () => {
    const port = await listen();
    const page = await open(port);
    page.setEncoding("utf8");
    let text = "";
    page.on("data", (chunk: string) => (text += chunk));
    live.send(incident);
    await until(() => text.endsWith(`id: 1\nevent: incident\ndata: ${JSON.stringify(incident)}\n\n`));
  });

  it("are refused beyond the most connections, and taken again once one has left", async () => {
    const port = await listen({ connections: 2 });
    const first = await open(port);
    await open(port);
    expect((await open(port)).statusCode).toBe(503);
    first.destroy();
    await until(() => live.connected === 1);
    expect((await open(port)).statusCode).toBe(200);
  });

  it("drop a page that does not read, and keep those that do", async () => {
    const port = await listen({ bufferedBytes: 64 * 1024 });
    const slow = await open(port);
    slow.pause();
    const quick = await open(port);
    quick.resume();
    await until(() => live.connected === 2);
    const big = {
      type: "evaluated",
      at: incident.at,
      changed: Array.from({ length: 1_000 }, (_, index) => `slo-${index}`),
    } as const;
    await until(() => {
      live.send(big);
      return live.connected === 1;
    });
    expect(quick.destroyed).toBe(false);
  });

  it("end when the service stops, and take no page after", async () => {
    const port = await listen();
    const page = await open(port);
    page.resume();
    const ended = once(page, "end");
    live.close();
    live.close();
    await ended;
    expect((await open(port)).statusCode).toBe(503);
  });
});
