import type { EngineHealth, Plimsoll, SloView } from "@plimsoll/core";
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
  const registers = [registry];
  const labelNames = ["slo", "service"] as const;
  const gauge = (name: string, help: string, value: (view: SloView) => number | undefined): void => {
    new Gauge({
      name: `plimsoll_slo_${name}`,
      help,
      labelNames,
      registers,
      collect() {
        this.reset();
        for (const view of engine.views()) {
          const figure = value(view);
          if (figure !== undefined) this.set(labelsOf(view), figure);
        }
      },
    });
  };
  gauge("budget_remaining_ratio", "Error budget left over the period, 1 is all; negative once overspent.", ({ evaluation }) => evaluation.budget.remainingRatio);
  gauge("target_ratio", "The objective.", ({ slo }) => slo.target);
  gauge("sli_ratio", "Good over total events in the period; absent when nothing was measured.", ({ evaluation }) => evaluation.sliRatio);
  gauge("coverage_ratio", "Measured over expected slices in the period.", ({ evaluation }) => evaluation.coverageRatio);
  new Gauge({
    name: "plimsoll_slo_burn_rate",
    help: "Burn rate over a rule's window; 1 spends exactly the budget over the period.",
    labelNames: [...labelNames, "rule", "window"],
    registers,
    collect() {
      this.reset();
      for (const view of engine.views()) {
        for (const { ruleId: rule, long, short } of view.evaluation.rules) {
          if (long.burnRate !== undefined) this.set({ ...labelsOf(view), rule, window: "long" }, long.burnRate);
          if (short.burnRate !== undefined) this.set({ ...labelsOf(view), rule, window: "short" }, short.burnRate);
        }
      }
    },
  });
  new Gauge({
    name: "plimsoll_slo_verdict",
    help: "1 for the verdict that holds.",
    labelNames: [...labelNames, "verdict"],
    registers,
    collect() {
      this.reset();
      for (const view of engine.views()) {
        for (const verdict of VERDICTS) this.set({ ...labelsOf(view), verdict }, view.evaluation.verdict.kind === verdict ? 1 : 0);
      }
    },
  });
}

function labelsOf({ slo }: SloView): { readonly slo: string; readonly service: string } {
  return { slo: slo.id, service: slo.service };
}

function engineGauges(registry: Registry, engine: Plimsoll): void {
  const gauge = (name: string, help: string, value: (health: EngineHealth) => number | undefined): void => {
    new Gauge({
      name: `plimsoll_${name}`,
      help,
      registers: [registry],
      async collect() {
        const figure = value(await engine.health());
        if (figure !== undefined) this.set(figure);
      },
    });
  };
  gauge("poisoned_events", "Events that a subscriber refused too often.", ({ poisoned }) => poisoned.length);
  gauge("dead_deliveries", "Messages that were given up.", ({ deadDeliveries }) => deadDeliveries.length);
  gauge("unreadable_events", "Stored events that this version cannot read.", ({ unreadableEvents }) => unreadableEvents.length);
  gauge("incidents_open", "Incidents that are not resolved.", () => engine.incidentSummary(0, Number.MAX_SAFE_INTEGER).open.length);
  gauge("ledger_bytes", "Memory held by the ledger.", ({ ledger }) => ledger.bytes);
  gauge("last_round_timestamp_seconds", "When the SLOs were last evaluated.", ({ lastRoundMs }) =>
    lastRoundMs === undefined ? undefined : lastRoundMs / 1000,
  );
}
