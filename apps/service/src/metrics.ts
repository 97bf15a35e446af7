import type { EngineHealth, Plimsoll } from "@plimsoll/core";
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";
import { createRoundCache } from "./http/round-cache.js";
import { sloMetricsText } from "./slo-metrics.js";

/** The service's own figures, and every SLO's, in the Prometheus text format. */
export type ServiceMetrics = {
  readonly text: () => Promise<string>;
  readonly roundSeconds: Histogram;
  readonly collectFailures: Counter<"source">;
  readonly loopErrors: Counter<"task">;
};

// Gauges that the library names as if they were counters; what they sum up is there by type without them.
const MISNAMED = ["active_handles_total", "active_requests_total", "active_resources_total"].map(
  (name) => `plimsoll_nodejs_${name}`,
);

/** Makes the metrics. The SLOs' part is written once per round, however often it is scraped. */
export function createServiceMetrics(
  engine: Plimsoll,
  { liveConnections, revision }: { readonly liveConnections: () => number; readonly revision: () => number },
): ServiceMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "plimsoll_" });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
  const registers = [registry];
  const setHealth = engineGauges(registry, engine);
  const connections = new Gauge({ name: "plimsoll_live_connections", help: "Open event streams.", registers });
  let roundMs: number | undefined;
  const slos = createRoundCache(
    () => ({ roundMs, revision: revision() }),
    () => sloMetricsText(engine.views()),
  );
  return {
    async text() {
      const health = await engine.health();
      setHealth(health);
      connections.set(liveConnections());
      const own = await registry.metrics();
      roundMs = health.lastRoundMs;
      return `${own}\n${slos()}`;
    },
    roundSeconds: new Histogram({
      name: "plimsoll_round_duration_seconds",
      help: "Time taken to evaluate all SLOs and let alerts follow.",
      buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 15],
      registers,
    }),
    collectFailures: new Counter({
      name: "plimsoll_collect_failures_total",
      help: "Reads of an SLO that failed, by source.",
      labelNames: ["source"],
      registers,
    }),
    loopErrors: new Counter({
      name: "plimsoll_loop_errors_total",
      help: "Tasks of the loop that failed, such as storage that could not be reached.",
      labelNames: ["task"],
      registers,
    }),
  };
}

/** Makes the engine's gauges; answers how to set them all from one look at its health. */
function engineGauges(registry: Registry, engine: Plimsoll): (health: EngineHealth) => void {
  const gauge = (
    name: string,
    help: string,
    value: (health: EngineHealth) => number | undefined,
  ): ((health: EngineHealth) => void) => {
    const made = new Gauge({ name: `plimsoll_${name}`, help, registers: [registry] });
    return (health) => {
      const figure = value(health);
      if (figure !== undefined) made.set(figure);
    };
  };
  const setters = [
    gauge("poisoned_events", "Events that a subscriber refused too often.", ({ poisoned }) => poisoned.length),
    gauge("dead_deliveries", "Messages that were given up.", ({ deadDeliveries }) => deadDeliveries.length),
    gauge(
      "unreadable_events",
      "Stored events that this version cannot read.",
      ({ unreadableEvents }) => unreadableEvents.length,
    ),
    gauge(
      "sources_failing",
      "Sources whose last read failed.",
      ({ sources }) => sources.filter(({ state }) => state === "failing").length,
    ),
    gauge(
      "incidents_open",
      "Incidents that are not resolved.",
      () => engine.incidentSummary(0, Number.MAX_SAFE_INTEGER).open.length,
    ),
    gauge("ledger_bytes", "Memory held by the ledger.", ({ ledger }) => ledger.bytes),
    gauge("last_round_timestamp_seconds", "When the SLOs were last evaluated.", ({ lastRoundMs }) =>
      lastRoundMs === undefined ? undefined : lastRoundMs / 1000,
    ),
  ];
  return (health) => {
    for (const set of setters) set(health);
  };
}
