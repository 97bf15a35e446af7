import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { LAB_HOST, routeOf } from "../topology.js";
import type { AccessLog } from "./access-log.js";
import type { RequestMetrics } from "./request-metrics.js";

/** A request as a handler of the lab sees it. */
export type LabRequest = {
  readonly method: string;
  readonly path: string;
  readonly requestId: string;
  readonly body: string;
  /** Aborts when the one who asked has gone. */
  readonly signal: AbortSignal;
};

/** A handler's answer; the body is JSON text. */
export type LabReply = { readonly code: number; readonly body: string; readonly note?: string | undefined };

/** What an observed server is made of. */
export type ObservedServerOptions = {
  readonly service: string;
  readonly processName: string;
  readonly routes: readonly string[];
  readonly metrics: RequestMetrics;
  readonly accessLog: AccessLog;
  readonly handle: (request: LabRequest) => Promise<LabReply>;
  /** More lines for `/metrics`. */
  readonly extraMetrics?: () => string;
  readonly onReply?: (code: number, seconds: number) => void;
  /** Further pages of JSON by path; neither counted nor broken, as `/healthz`. */
  readonly pages?: Readonly<Record<string, () => string>>;
};

// The lab's own bodies are under 200 bytes.
const LARGEST_BODY_BYTES = 64 * 1024;
const JSON_TYPE = "application/json";
const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";
// What nginx logs when the client closed first; the status was never sent.
const CLIENT_WENT_AWAY = 499;

/** Serves a handler with `/metrics`, `/healthz`, request metrics and an access log around it. */
export function createObservedServer(options: ObservedServerOptions): Server {
  const server = createServer((incoming, outgoing) => {
    const path = incoming.url ?? "/";
    if (path === "/healthz") return reply(outgoing, 200, JSON_TYPE, '{"status":"ok"}');
    if (path === "/metrics") {
      const page = options.metrics.render() + (options.extraMetrics?.() ?? "");
      return reply(outgoing, 200, METRICS_TYPE, page);
    }
    const page = options.pages?.[path];
    if (page !== undefined) return reply(outgoing, 200, JSON_TYPE, page());
    void observe(options, incoming, outgoing);
  });
  // Longer than any caller keeps an idle connection, so that the caller is the one to close it.
  server.keepAliveTimeout = 30_000;
  return server;
}

/** Starts listening on loopback; rejects with the system's error, such as EADDRINUSE. */
export function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, LAB_HOST, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function observe(
  options: ObservedServerOptions,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const startedAt = process.hrtime.bigint();
  const gone = new AbortController();
  const header = incoming.headers["x-request-id"];
  const method = incoming.method ?? "GET";
  const path = incoming.url ?? "/";
  const requestId = typeof header === "string" ? header : randomUUID();
  const observed: { note?: string | undefined } = {};
  outgoing.once("close", () => {
    if (!outgoing.writableFinished) gone.abort();
    const code = outgoing.writableFinished ? outgoing.statusCode : CLIENT_WENT_AWAY;
    const seconds = Number(process.hrtime.bigint() - startedAt) / 1e9;
    options.metrics.record({ route: routeOf(path, options.routes), code, seconds });
    options.onReply?.(code, seconds);
    options.accessLog.write({
      at: new Date().toISOString(),
      service: options.service,
      process: options.processName,
      requestId,
      method,
      path,
      code,
      durationMs: Number((seconds * 1_000).toFixed(1)),
      note: observed.note,
    });
  });
  const answer = await replyOf(options, incoming, { method, path, requestId, signal: gone.signal });
  observed.note = answer.note;
  if (gone.signal.aborted) return;
  outgoing.setHeader("x-request-id", requestId);
  reply(outgoing, answer.code, JSON_TYPE, answer.body);
}

async function replyOf(
  options: ObservedServerOptions,
  incoming: IncomingMessage,
  request: Omit<LabRequest, "body">,
): Promise<LabReply> {
  try {
    const body = await readBody(incoming);
    if (body === undefined) return { code: 413, body: JSON.stringify({ error: "body larger than 64 KiB" }) };
    return await options.handle({ ...request, body });
  } catch (error) {
    if (!request.signal.aborted) console.error(`${request.method} ${request.path}:`, error);
    return { code: 500, body: JSON.stringify({ error: "internal error" }) };
  }
}

/** Reads a body as text; `undefined` when it is larger than the lab takes. */
export async function readBody(incoming: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= LARGEST_BODY_BYTES) chunks.push(chunk);
  }
  return size > LARGEST_BODY_BYTES ? undefined : Buffer.concat(chunks).toString("utf8");
}

function reply(outgoing: ServerResponse, code: number, contentType: string, body: string): void {
  outgoing.writeHead(code, { "content-type": contentType, "content-length": Buffer.byteLength(body) });
  outgoing.end(body);
}
