import { randomUUID } from "node:crypto";
import { balance } from "../balancer/balance.js";
import { createRoundRobin } from "../balancer/round-robin.js";
import { AccessLog } from "../http/access-log.js";
import { callService } from "../http/call-service.js";
import { createObservedServer } from "../http/observed-server.js";
import { ObservedTraffic } from "../http/observed-traffic.js";
import { labelText, RequestMetrics } from "../http/request-metrics.js";
import { findService } from "../topology.js";
import { readChildConfig, report, runChild } from "./child-process.js";
import type { BalancerProcessConfig, ChildOrder } from "./child-protocol.js";

const HEALTH_INTERVAL_MS = 1_000;
const HEALTH_TIMEOUT_MS = 1_000;
// One slow answer is no verdict on a busy machine; a refused connection is one at once.
const FAILED_CHECKS_FOR_DOWN = 3;
// Longer than every caller in the lab waits: the callers' limits decide.
const UPSTREAM_TIMEOUT_MS = 30_000;

const config = readChildConfig<BalancerProcessConfig>();
const routes = findService(config.service)?.routes ?? [];
let urls = new Map(config.backends.map((backend) => [backend.name, backend.url]));
let turns = createRoundRobin([...urls.keys()]);
const failedChecks = new Map<string, number>();
const accessLog = new AccessLog(config.accessLogPath);
const traffic = new ObservedTraffic();

process.on("message", (order: ChildOrder) => {
  if (order.type !== "backends") return;
  const before = turns;
  const known = urls;
  urls = new Map(order.backends.map((backend) => [backend.name, backend.url]));
  turns = createRoundRobin([...urls.keys()]);
  for (const name of urls.keys()) if (known.has(name) && !before.isUp(name)) turns.mark(name, false);
  report({ type: "backends-applied", id: order.id });
});

await runChild({
  name: config.name,
  port: config.port,
  accessLog,
  server: createObservedServer({
    service: config.service,
    processName: config.name,
    routes,
    accessLog,
    metrics: new RequestMetrics({
      prefix: "http",
      labels: { service: config.service, tier: "balancer", process: config.name },
      routes: routes,
    }),
    extraMetrics: renderBackends,
    onReply: (code, seconds) => traffic.record(code, seconds),
    pages: { "/traffic": () => traffic.render() },
    handle: (request) =>
      balance(
        turns,
        (backend) => callService({ ...request, url: urlOf(backend), timeoutMs: UPSTREAM_TIMEOUT_MS }),
        (backend, reason) => console.log(`${new Date().toISOString()} ${backend} is down: ${reason}`),
      ),
  }),
});

setInterval(() => {
  for (const backend of urls.keys()) void checkHealth(backend);
  report({ type: "traffic", total: traffic.counts(), routes: {} });
}, HEALTH_INTERVAL_MS);

async function checkHealth(backend: string): Promise<void> {
  const outcome = await callService({
    url: urlOf(backend),
    method: "GET",
    path: "/healthz",
    requestId: randomUUID(),
    body: "",
    timeoutMs: HEALTH_TIMEOUT_MS,
  });
  const up = outcome.kind === "answered" && outcome.code === 200;
  const failures = up ? 0 : (failedChecks.get(backend) ?? 0) + 1;
  failedChecks.set(backend, failures);
  const refused = outcome.kind === "failed" && outcome.reason === "ECONNREFUSED";
  if (!up && !refused && failures < FAILED_CHECKS_FOR_DOWN) return;
  if (turns.mark(backend, up)) console.log(`${new Date().toISOString()} ${backend} is ${up ? "up" : "down"}`);
}

function urlOf(backend: string): string {
  const url = urls.get(backend);
  if (url === undefined) throw new Error(`Unknown backend ${backend}.`);
  return url;
}

function renderBackends(): string {
  const name = "lab_balancer_backend_up";
  const lines = [...urls.keys()].map(
    (backend) => `${name}{${labelText({ service: config.service, backend })}} ${turns.isUp(backend) ? 1 : 0}`,
  );
  return `# HELP ${name} Whether the balancer sends requests to this instance.\n# TYPE ${name} gauge\n${lines.join("\n")}\n`;
}
