import { randomUUID } from "node:crypto";
import { AccessLog } from "../http/access-log.js";
import { callService } from "../http/call-service.js";
import { createObservedServer } from "../http/observed-server.js";
import { RequestMetrics } from "../http/request-metrics.js";
import { TrafficWindow } from "../traffic-window.js";
import { readChildConfig, report, runChild } from "./child-process.js";
import type { LoadProcessConfig } from "./child-protocol.js";

const REPORT_INTERVAL_MS = 1_000;
// Longer than the gateway waits for those behind it.
const PATIENCE_MS = 10_000;
// Bounds memory when the gateway hangs; what is not sent is counted as unanswered.
const MOST_IN_FLIGHT = 500;
/** The share of visitors who buy. */
const CHECKOUT_RATIO = 0.3;
const PRODUCT_COUNT = 500;

const config = readChildConfig<LoadProcessConfig>();
const accessLog = new AccessLog(config.accessLogPath);
const metrics = new RequestMetrics({
  prefix: "lab_client",
  labels: { process: config.name },
  routes: ["/products", "/checkout"],
});
const total = new TrafficWindow(Date.now());
const perRoute = { "/products": new TrafficWindow(Date.now()), "/checkout": new TrafficWindow(Date.now()) };
let inFlight = 0;

await runChild({
  name: config.name,
  port: config.port,
  accessLog,
  server: createObservedServer({
    service: "load",
    processName: config.name,
    routes: [],
    accessLog,
    metrics,
    handle: async () => ({ code: 404, body: JSON.stringify({ error: "only /metrics and /healthz" }) }),
  }),
});

setInterval(() => {
  const now = Date.now();
  report({
    type: "traffic",
    total: total.read(now),
    routes: { "/products": perRoute["/products"].read(now), "/checkout": perRoute["/checkout"].read(now) },
  });
}, REPORT_INTERVAL_MS);

if (config.requestsPerSecond > 0) scheduleNext();

/** Lets visitors arrive independently of how fast they are served: exponential gaps, an open loop. */
function scheduleNext(): void {
  const gapMs = (-Math.log(1 - Math.random()) / config.requestsPerSecond) * 1_000;
  setTimeout(() => {
    scheduleNext();
    void visit();
  }, gapMs);
}

async function visit(): Promise<void> {
  const buys = Math.random() < CHECKOUT_RATIO;
  const product = 1 + Math.floor(Math.random() * PRODUCT_COUNT);
  const route = buys ? "/checkout" : "/products";
  const call = buys
    ? { method: "POST", path: route, body: JSON.stringify({ product }) }
    : { method: "GET", path: `${route}/${product}`, body: "" };
  const requestId = randomUUID();
  const startedAt = process.hrtime.bigint();
  const outcome = await send({ ...call, requestId });
  const seconds = Number(process.hrtime.bigint() - startedAt) / 1e9;
  const code = outcome.kind === "answered" ? outcome.code : "none";
  const isError = code === "none" || code >= 500;
  metrics.record({ route, code, seconds });
  total.record(Date.now(), isError);
  perRoute[route].record(Date.now(), isError);
  accessLog.write({
    at: new Date().toISOString(),
    process: config.name,
    requestId,
    method: call.method,
    path: call.path,
    code,
    durationMs: Number((seconds * 1_000).toFixed(1)),
    note: outcome.kind === "failed" ? outcome.reason : outcome.kind === "timed-out" ? "timed out" : undefined,
  });
}

async function send(call: {
  method: string;
  path: string;
  body: string;
  requestId: string;
}): ReturnType<typeof callService> {
  if (inFlight >= MOST_IN_FLIGHT) return { kind: "failed", reason: "too many in flight", safeToRepeat: false };
  inFlight += 1;
  try {
    return await callService({ ...call, url: config.gatewayUrl, timeoutMs: PATIENCE_MS });
  } finally {
    inFlight -= 1;
  }
}
