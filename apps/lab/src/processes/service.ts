import { setTimeout as delay } from "node:timers/promises";
import { faultOutcome } from "../fault.js";
import { AccessLog } from "../http/access-log.js";
import { createObservedServer } from "../http/observed-server.js";
import { ObservedTraffic } from "../http/observed-traffic.js";
import { RequestMetrics } from "../http/request-metrics.js";
import { json, SERVICE_HANDLERS } from "../services/handlers.js";
import { findPlan } from "../topology.js";
import { readChildConfig, report, runChild } from "./child-process.js";
import type { ChildOrder, InstanceSettings, ServiceProcessConfig } from "./child-protocol.js";

const config = readChildConfig<ServiceProcessConfig>();
const plan = findPlan(config.service);
if (plan === undefined) throw new Error(`Unknown service ${config.service}.`);
const handler = SERVICE_HANDLERS[config.service];
const accessLog = new AccessLog(config.accessLogPath);
const { workMs, routes } = plan;
const TRAFFIC_INTERVAL_MS = 1_000;
const traffic = new ObservedTraffic();
let settings: InstanceSettings = config.settings;

process.on("message", (order: ChildOrder) => {
  if (order.type !== "settings") return;
  settings = { faults: order.faults, routing: order.routing };
  report({ type: "settings-applied", id: order.id });
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
      labels: { service: config.service, tier: "instance", process: config.name },
      routes: routes,
    }),
    onReply: (code, seconds) => traffic.record(code, seconds),
    pages: {
      "/traffic": () => traffic.render(),
      ...(plan.name === "payments" ? { "/routing": () => JSON.stringify(settings.routing) } : {}),
    },
    handle: async (request) => {
      const { faults, routing } = settings;
      const outcome = faultOutcome(faults, Math.random);
      await delay(workingTimeMs(workMs) + outcome.delayMs, undefined, { signal: request.signal });
      const saturation = faults.find((fault) => fault.kind === "saturation");
      if (saturation !== undefined) await haveTheWorker(saturation.workMs, request.signal);
      const { defect, version } = config.release;
      if (defect !== undefined && Math.random() < defect.errors) {
        return json(500, { error: "internal error" }, `a defect of ${version}`);
      }
      if (outcome.fail) return json(500, { error: "internal error" });
      return handler(request, config.called, routing);
    },
  }),
});

// What a service answered is told by its balancer; a bank has none.
if (!("calls" in plan)) {
  setInterval(() => report({ type: "traffic", total: traffic.counts(), routes: {} }), TRAFFIC_INTERVAL_MS);
}

let worker: Promise<unknown> = Promise.resolve();

/** Waits for the instance's only worker, and has it for a time: more requests than it can do queue up, and more instances help. */
async function haveTheWorker(workMs: number, signal: AbortSignal): Promise<void> {
  const turn = worker.then(() => (signal.aborted ? undefined : delay(workMs)));
  worker = turn;
  await turn;
}

/** Draws a working time around its median, with the long right tail that real ones have (log-normal, sigma 0.4). */
function workingTimeMs(medianMs: number): number {
  const gaussian = Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
  return medianMs * Math.exp(0.4 * gaussian);
}
