import type { Plimsoll } from "@plimsoll/core";
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";

/** The service's own figures, and every SLO's, in the Prometheus text format. */
export type ServiceMetrics = {
  readonly text: () => Promise<string>;
  readonly roundSeconds: Histogram;
  readonly collectFailures: Counter<"source">;
  readonly loopErrors: Counter<"task">;
};

export function createServiceMetrics(engine: Plimsoll, liveConnections: () => number): ServiceMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "plimsoll_" });
  const registers = [registry];
  sloGauges(registry, engine);
  engineGauges(registry, engine);
  new Gauge({
    name: "plimsoll_live_connections",
    help: "Open event streams.",
    registers,
    collect() {
      this.set(liveConnections());
    },
  });
  return {
    text: () => registry.metrics(),
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

const VERDICTS = ["healthy", "firing", "frozen", "no-data"] as const;

function sloGauges(registry: Registry, engine: Plimsoll): void {
  const labelNames = ["slo", "service"] as const;
  const registers = [registry];
  const gauge = (name: string, help: string): Gauge<"slo" | "service"> => new Gauge({ name, help, labelNames, registers });
  const remaining = gauge("plimsoll_slo_budget_remaining_ratio", "Error budget left over the period, 1 is all; negative once overspent.");
  const target = gauge("plimsoll_slo_target_ratio", "The objective.");
  const sli = gauge("plimsoll_slo_sli_ratio", "Good over total events in the period; absent when nothing was measured.");
  const coverage = gauge("plimsoll_slo_coverage_ratio", "Measured over expected slices in the period.");
  const burn = new Gauge({
    name: "plimsoll_slo_burn_rate",
    help: "Burn rate over a rule's window, 1 spends exactly the budget over the period.",
    labelNames: ["slo", "service", "rule", "window"],
    registers,
  });
  new Gauge({
    name: "plimsoll_slo_verdict",
    help: "1 for the verdict that holds.",
    labelNames: ["slo", "service", "verdict"],
    registers,
    // One pass over the views fills all gauges; the registry collects them in the order they were made in, so the
    // others are filled from here as well and show this scrape's values.
    collect() {
      this.reset();
      for (const one of [remaining, target, sli, coverage, burn]) one.reset();
      for (const { slo, evaluation } of engine.views()) {
        const labels = { slo: slo.id, service: slo.service };
        remaining.set(labels, evaluation.budget.remainingRatio);
        target.set(labels, slo.target);
        coverage.set(labels, evaluation.coverageRatio);
        if (evaluation.sliRatio !== undefined) sli.set(labels, evaluation.sliRatio);
        for (const rule of evaluation.rules) {
          for (const [window, counts] of [["long", rule.long], ["short", rule.short]] as const) {
            if (counts.burnRate !== undefined) burn.set({ ...labels, rule: rule.ruleId, window }, counts.burnRate);
          }
        }
        for (const verdict of VERDICTS) this.set({ ...labels, verdict }, evaluation.verdict.kind === verdict ? 1 : 0);
      }
    },
  });
}

function engineGauges(registry: Registry, engine: Plimsoll): void {
  const registers = [registry];
  const gauge = (name: string, help: string): Gauge => new Gauge({ name, help, registers });
  const poisoned = gauge("plimsoll_poisoned_events", "Events that a subscriber refused too often.");
  const dead = gauge("plimsoll_dead_deliveries", "Messages that were given up.");
  const open = gauge("plimsoll_incidents_open", "Incidents that are not resolved.");
  const memory = gauge("plimsoll_ledger_bytes", "Memory held by the ledger.");
  new Gauge({
    name: "plimsoll_last_round_timestamp_seconds",
    help: "When the SLOs were last evaluated.",
    registers,
    async collect() {
      const health = await engine.health();
      poisoned.set(health.poisoned.length);
      dead.set(health.deadDeliveries.length);
      memory.set(health.ledger.bytes);
      open.set(engine.incidentSummary(0, 0).open.length);
      if (health.lastRoundMs !== undefined) this.set(health.lastRoundMs / 1000);
    },
  });
}
