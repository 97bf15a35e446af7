import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readMetric } from "../testing/read-metric.js";
import { AccessLog } from "./access-log.js";
import { callService, type CallOutcome, type ServiceCall } from "./call-service.js";
import { createObservedServer, listen, type LabReply, type LabRequest } from "./observed-server.js";
import { RequestMetrics } from "./request-metrics.js";

let directory: string;
let accessLog: AccessLog;
let server: Server;
let url: string;
let handle: (request: LabRequest) => Promise<LabReply>;
let replied: number[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "plimsoll-lab-server-"));
  accessLog = new AccessLog(join(directory, "access.jsonl"));
  handle = async () => ({ code: 200, body: "{}" });
  replied = [];
  server = createObservedServer({
    service: "catalog",
    processName: "catalog-1",
    routes: ["/products"],
    accessLog,
    metrics: new RequestMetrics({ prefix: "http", labels: { service: "catalog" }, routes: ["/products"] }),
    handle: (request) => handle(request),
    onReply: (code) => replied.push(code),
  });
  await listen(server, 0);
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  await closeServer(server);
  rmSync(directory, { recursive: true, force: true });
});

async function closeServer(one: Server | TcpServer): Promise<void> {
  if ("closeAllConnections" in one) one.closeAllConnections();
  await new Promise((resolve) => one.close(resolve));
}

const call = (change: Partial<ServiceCall> = {}): Promise<CallOutcome> =>
  callService({ url, method: "GET", path: "/products/1", requestId: "r-1", body: "", timeoutMs: 30_000, ...change });

const metricsPage = async (): Promise<string> => {
  const outcome = await call({ path: "/metrics" });
  return outcome.kind === "answered" ? outcome.body : "";
};

const logged = (): readonly unknown[] => {
  accessLog.flush();
  return readFileSync(join(directory, "access.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
};

describe("an observed server", () => {
  it("counts and logs what it answers, and neither its health nor its metrics", async () => {
    handle = async ({ method, path, body, requestId }) => ({
      code: 200,
      body: JSON.stringify({ method, path, body, requestId }),
      note: "noted",
    });
    const outcome = await call({ method: "POST", body: '{"a":1}' });
    expect(outcome).toEqual({
      kind: "answered",
      code: 200,
      body: '{"method":"POST","path":"/products/1","body":"{\\"a\\":1}","requestId":"r-1"}',
    });
    expect(await call({ path: "/healthz" })).toEqual({ kind: "answered", code: 200, body: '{"status":"ok"}' });
    expect(readMetric(await metricsPage(), "http_requests_total", {})).toBe(1);
    expect(logged()).toMatchObject([
      {
        service: "catalog",
        process: "catalog-1",
        requestId: "r-1",
        method: "POST",
        path: "/products/1",
        code: 200,
        note: "noted",
      },
    ]);
  });

  it("answers 500 when its handler throws, and tells the client nothing of why", async () => {
    const said = vi.spyOn(console, "error").mockImplementation(() => undefined);
    handle = () => Promise.reject(new Error("secret detail"));
    expect(await call()).toEqual({ kind: "answered", code: 500, body: '{"error":"internal error"}' });
    expect(said).toHaveBeenCalledOnce();
    said.mockRestore();
    expect(replied).toEqual([500]);
  });

  it("refuses a body beyond what it takes", async () => {
    expect(await call({ method: "POST", body: "x".repeat(64 * 1024 + 1) })).toMatchObject({ code: 413 });
  });

  it("counts a client that went away as 499 and tells its handler", async () => {
    const leaving = new AbortController();
    const heard = new Promise<void>((resolve) => {
      handle = ({ signal }) =>
        new Promise((reply) => {
          signal.addEventListener("abort", () => {
            reply({ code: 200, body: "{}" });
            resolve();
          });
          leaving.abort();
        });
    });
    expect(await call({ signal: leaving.signal })).toMatchObject({ kind: "failed", safeToRepeat: false });
    await heard;
    expect(readMetric(await metricsPage(), "http_requests_total", { code: "499", code_class: "4xx" })).toBe(1);
  });

  it("counts paths that it does not know as one route", async () => {
    await call({ path: "/a" });
    await call({ path: "/b/c" });
    expect(readMetric(await metricsPage(), "http_requests_total", { route: "other" })).toBe(2);
  });
});

describe("a call", () => {
  it("goes to the service that is meant, whatever the path looks like", async () => {
    const paths: string[] = [];
    handle = async ({ path }) => {
      paths.push(path);
      return { code: 200, body: "{}" };
    };
    for (const path of ["//elsewhere.invalid/products", "http://elsewhere.invalid/products"]) {
      expect(await call({ path })).toMatchObject({ kind: "answered", code: 200 });
    }
    expect(paths).toEqual(["//elsewhere.invalid/products", "http://elsewhere.invalid/products"]);
  });

  it("that nobody answers in time has timed out", async () => {
    const silent = createTcpServer((socket) => socket.on("error", () => undefined).resume());
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const silentUrl = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    expect(await call({ url: silentUrl, timeoutMs: 1 })).toEqual({ kind: "timed-out" });
    await closeServer(silent);
  });

  it("that is refused may go elsewhere; one that is cut off may not", async () => {
    const cutting = createTcpServer((socket) => socket.once("data", () => socket.destroy()));
    await new Promise<void>((resolve) => cutting.listen(0, "127.0.0.1", resolve));
    const cuttingUrl = `http://127.0.0.1:${(cutting.address() as AddressInfo).port}`;
    expect(await call({ url: cuttingUrl, method: "POST" })).toMatchObject({ kind: "failed", safeToRepeat: false });
    await closeServer(cutting);
    expect(await call({ url: cuttingUrl, method: "POST" })).toEqual({
      kind: "failed",
      reason: "ECONNREFUSED",
      safeToRepeat: true,
    });
  });
});

it("a port that is taken is refused with the system's own error", async () => {
  const { port } = server.address() as AddressInfo;
  const second = createObservedServer({
    service: "catalog",
    processName: "catalog-2",
    routes: [],
    accessLog,
    metrics: new RequestMetrics({ prefix: "http", labels: {}, routes: [] }),
    handle,
  });
  await expect(listen(second, port)).rejects.toMatchObject({ code: "EADDRINUSE" });
});
