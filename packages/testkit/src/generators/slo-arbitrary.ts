import type { Alerting, AlertTier, BudgetPolicy, BurnRateRule, Sli, Slo, SloWindow } from "@plimsoll/core";
import * as fc from "fast-check";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Generates an SLO id: lower-case words with hyphens. */
export function sloIdArbitrary(): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.constantFrom("payments", "checkout", "gateway", "node-7", "ollama"),
      fc.constantFrom("availability", "latency", "freshness"),
    )
    .map((words) => words.join("-"));
}

/** Generates a period: rolling from a day to 90 days, or a calendar one in a zone with clock changes. */
export function sloWindowArbitrary(): fc.Arbitrary<SloWindow> {
  return fc.oneof(
    fc.constantFrom(1, 7, 28, 30, 90).map((days): SloWindow => ({ kind: "rolling", lengthMs: days * DAY_MS })),
    fc.record({
      kind: fc.constant("calendar" as const),
      unit: fc.constantFrom("week" as const, "month" as const, "quarter" as const, "year" as const),
      zone: fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Asia/Beirut", "Australia/Lord_Howe"),
      fiscalYearStart: fc.integer({ min: 1, max: 12 }),
    }),
  );
}

/** Generates an SLO whose rules follow the default budget shares and can fire: no factor is over 1 / (1 - target). */
export function sloArbitrary(): fc.Arbitrary<Slo> {
  return fc
    .record({
      id: sloIdArbitrary(),
      version: fc.integer({ min: 1, max: 5 }),
      target: fc.constantFrom(0.95, 0.99, 0.995, 0.999, 0.9995, 0.9999),
      window: sloWindowArbitrary(),
      kind: fc.constantFrom("events" as const, "latency" as const, "time-slices" as const, "probe" as const),
      mode: fc.constantFrom("active" as const, "shadow" as const),
      minBadEvents: fc.integer({ min: 1, max: 10 }),
    })
    .map(({ id, version, target, window, kind, mode, minBadEvents }): Slo => {
      const alerting: Alerting = { rules: rulesOf(window, target), minBadEvents, suppressedBy: [] };
      const service = id.split("-")[0] ?? id;
      return { id, service, version, target, window, sli: sliOf(kind), mode, gapIs: "gap", alerting, policy: POLICY };
    });
}

function sliOf(kind: "events" | "latency" | "time-slices" | "probe"): Sli {
  const selector = { source: "fake", query: {} };
  switch (kind) {
    case "latency":
      return { kind, selector, thresholdMs: 300 };
    case "time-slices":
      return { kind, selector, goodWhen: { of: "ratio", operator: ">=", limit: 0.99 } };
    case "events":
    case "probe":
      return { kind, selector };
  }
}

// Share of the period's budget, long window: the default tiers of SEMANTICS section 1; short = long / 12.
const TIERS: readonly (readonly [string, AlertTier, number, number])[] = [
  ["page-1h", "page", 0.02, HOUR_MS],
  ["page-6h", "page", 0.05, 6 * HOUR_MS],
  ["ticket-24h", "ticket", 0.1, 24 * HOUR_MS],
  ["ticket-3d", "ticket", 0.1, 72 * HOUR_MS],
];

const NOMINAL_DAYS = { week: 7, month: 30, quarter: 90, year: 365 } as const;

function rulesOf(window: SloWindow, target: number): readonly BurnRateRule[] {
  const periodMs = window.kind === "rolling" ? window.lengthMs : NOMINAL_DAYS[window.unit] * DAY_MS;
  return TIERS.filter(([, , , longMs]) => longMs < periodMs)
    .map(([id, tier, budgetShare, longMs]): BurnRateRule => {
      const factor = (budgetShare * periodMs) / longMs;
      return { id, tier, longMs, shortMs: longMs / 12, factor, budgetShare, comparison: ">" };
    })
    .filter(({ factor }) => factor < 1 / (1 - target));
}

const POLICY: BudgetPolicy = {
  levels: [
    { name: "full velocity", aboveRatio: 0.5, action: "ship" },
    { name: "reliability first", aboveRatio: 0.25, action: "reliability work goes first" },
    { name: "feature freeze", aboveRatio: 0.1, action: "critical fixes only" },
    { name: "full reliability focus", action: "nothing but reliability" },
  ],
  rules: [{ name: "halt deployments at 50 % burned", atConsumedRatio: 0.5, effect: "halt" }],
  neededRatio: { routine: 0.1, risky: 0.25, chaos: 0.5, automation: 0.1 },
};
