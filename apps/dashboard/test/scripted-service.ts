import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import type { LiveEvent } from "../src/api/answers.js";
import type { Fleet } from "./fleet.js";
import { evidenceOf, explanationOf, postmortemOf, summaryOf } from "./incident-fleet.js";

/** A write as it came; it is answered by `instead`, or with an empty object. */
export type ScriptedWrite = { readonly path: string; readonly key: string | undefined; readonly body: unknown };

/** Serves the built dashboard and a fleet that the test holds, over real HTTP with the service's own headers. */
export type ScriptedService = {
  readonly url: string;
  fleet: Fleet;
  /** Sends to every page that listens. */
  send(event: LiveEvent): void;
  /** Ends it as a crash does: connections are cut. */
  kill(): Promise<void>;
  /** Comes back on the same port. */
  revive(): Promise<void>;
  /** Every path that was asked for, in order. */
  readonly asked: string[];
  /** Everything that was written, in order. */
  readonly written: ScriptedWrite[];
  /** Answers a path with something else. */
  readonly instead: Map<string, { readonly status: number; readonly body: unknown }>;
  streams: "open" | "refused";
};

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};
// As the service sends it.
const POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

export async function startScriptedService(dashboard: string, fleet: Fleet): Promise<ScriptedService> {
  const listening = new Set<ServerResponse>();
  const asked: string[] = [];
  const written: ScriptedWrite[] = [];
  const instead: ScriptedService["instead"] = new Map();
  let server: Server | undefined;
  let port = 0;
  const service: ScriptedService = {
    get url() {
      return `http://127.0.0.1:${port}`;
    },
    fleet,
    asked,
    written,
    instead,
    streams: "open",
    send(event) {
      for (const response of listening) response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    },
    async kill() {
      const ending = server;
      server = undefined;
      if (ending === undefined) return;
      listening.clear();
      ending.closeAllConnections();
      await new Promise((resolve) => ending.close(resolve));
    },
    async revive() {
      const started = createServer((request, response) => {
        void answer(request, response);
      });
      started.listen(port, "127.0.0.1");
      // Throws where another program took the port meanwhile.
      await once(started, "listening");
      port = (started.address() as AddressInfo).port;
      server = started;
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    response.setHeader("content-security-policy", POLICY);
    if (!url.pathname.startsWith("/api/v1/")) {
      await sendFile(dashboard, url.pathname, response);
      return;
    }
    const path = url.pathname.slice("/api/v1".length);
    if (request.method !== "GET") {
      const key = request.headers["idempotency-key"];
      written.push({ path, key: typeof key === "string" ? key : undefined, body: await bodyOf(request) });
      const { body, status } = instead.get(`${request.method} ${path}`) ?? { status: 200, body: {} };
      sendJson(response, status, body);
      return;
    }
    asked.push(url.pathname + url.search);
    if (path === "/events") {
      stream(response);
      return;
    }
    const scripted = instead.get(path);
    if (scripted !== undefined) {
      sendJson(response, scripted.status, scripted.body);
      return;
    }
    const body = bodyFor(service.fleet, path, url.searchParams);
    if (body === undefined) sendJson(response, 404, { code: "not-found", message: `There is nothing at ${path}.` });
    else sendJson(response, 200, body);
  }

  function stream(response: ServerResponse): void {
    if (service.streams === "refused") {
      sendJson(response, 503, { code: "too-many-streams", message: "Too many event streams are open." });
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write("retry: 200\n\n");
    listening.add(response);
    response.on("close", () => listening.delete(response));
  }

  await service.revive();
  return service;
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text === "" ? undefined : (JSON.parse(text) as unknown);
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response
    .writeHead(status, { "content-type": "application/json" })
    .end(typeof body === "string" ? body : JSON.stringify(body));
}

async function sendFile(folder: string, path: string, response: ServerResponse): Promise<void> {
  const name = extname(path) === "" ? "/index.html" : path;
  try {
    const body = await readFile(join(folder, name));
    response.writeHead(200, { "content-type": TYPES[extname(name)] ?? "application/octet-stream" }).end(body);
  } catch {
    response.writeHead(404).end();
  }
}

function bodyFor(fleet: Fleet, path: string, query: URLSearchParams): unknown {
  const [, list, encoded, part, last] = path.split("/");
  const id = decodeURIComponent(encoded ?? "");
  switch (list) {
    case "meta":
      return fleet.meta;
    case "services":
      return { services: fleet.services };
    case "slos": {
      // Evaluated just now, however long the test takes.
      if (encoded === undefined) return { at: new Date().toISOString(), slos: fleet.slos };
      const slo = fleet.slos.find((one) => one.id === id);
      return slo === undefined || part === undefined ? slo : fleet.history(slo);
    }
    case "incidents": {
      if (encoded === undefined) return incidentList(fleet, query);
      const incident = fleet.incidents.find((one) => one.id === id);
      if (incident === undefined || part === undefined) return incident;
      if (part === "explain") return explanationOf(incident);
      return part === "evidence" ? evidenceOf(incident, last ?? "") : postmortemOf(incident);
    }
    case "gate":
      return fleet.gate(
        (query.get("risk") ?? "routine") as Parameters<Fleet["gate"]>[0],
        query.get("service") ?? undefined,
      );
    case "corrections":
      return { corrections: fleet.corrections };
    case "overrides":
      return { overrides: [] };
    case "deliveries":
      return { deliveries: [] };
    default:
      return undefined;
  }
}

function incidentList(fleet: Fleet, query: URLSearchParams): unknown {
  const open = fleet.incidents.filter(({ resolvedAt }) => resolvedAt === undefined);
  const resolved = fleet.incidents.length > open.length;
  return {
    incidents: (query.get("status") === "open" ? open : fleet.incidents)
      .filter(({ severity }) => severity === (query.get("severity") ?? severity))
      .map(summaryOf),
    metrics: {
      open: open.length,
      total: fleet.incidents.length,
      ...(resolved ? { meanTimeToAcknowledgeMs: 240_000, meanTimeToResolveMs: 2_820_000 } : {}),
    },
  };
}
