import type {
  Correction,
  GateAnswerBody,
  IncidentDetail,
  Meta,
  ServiceList,
  SloHistory,
  SloStatus,
} from "../src/api/answers.js";
import { DAY, HOUR, iso, MIN, NOW } from "./fleet-clock.js";
import { sloHistory } from "./history.js";
import { INCIDENT_ID, openIncident, resolvedIncident } from "./incident-fleet.js";
import { budgetOf, pagingSlo, rules, slo } from "./slo-fleet.js";

/** Everything that a service answers with, as one value that a test changes. */
export type Fleet = {
  slos: readonly SloStatus[];
  services: ServiceList["services"];
  incidents: readonly IncidentDetail[];
  meta: Meta;
  corrections: readonly Correction[];
  history: (slo: SloStatus) => SloHistory;
  gate: (risk: GateAnswerBody["risk"], service: string | undefined) => GateAnswerBody;
};

function service(id: string, changes: Partial<ServiceList["services"][number]> = {}): ServiceList["services"][number] {
  return { id, tier: 2, dependsOn: [], slos: [], worstVerdict: "healthy", openIncidents: [], ...changes };
}

function meta(): Meta {
  return {
    version: "0.1.0",
    startedAt: iso(9 * DAY),
    sliceMs: 15_000,
    storage: "embedded",
    demo: false,
    sources: [
      { name: "prometheus", type: "prometheus", state: "ok", lastReadAt: iso(2000), setAside: [] },
      {
        name: "homelab",
        type: "snapshot",
        state: "ok",
        lastReadAt: iso(9000),
        setAside: [
          { reason: "good is greater than total", count: 3, example: '{"service":"dns","good":12,"total":10}' },
        ],
      },
    ],
  };
}

function gate(paging: boolean): Fleet["gate"] {
  return (risk, service) => {
    const closed = paging && (service === undefined || service === "payments" || service === "checkout");
    return {
      decision: closed ? "deny" : service === "search" ? "unknown" : "allow",
      risk,
      services: service === undefined ? [] : [service],
      at: iso(0),
      reasons: closed
        ? [
            {
              code: "budget",
              sloId: "payments-availability",
              message: `payments-availability has -1240 % of its budget left; ${risk} needs more than 25 %`,
            },
            {
              code: "burn",
              sloId: "payments-availability",
              message: "payments-availability burns at 402x over 1 h; the gate closes at 6x",
            },
          ]
        : service === "search"
          ? [
              {
                code: "frozen",
                sloId: "search-freshness",
                message: "search-freshness cannot be judged: 62 % of the last 5 min was measured, 90 % is needed",
              },
            ]
          : [{ code: "budget", message: `every budget has more than ${risk} needs` }],
    };
  };
}

/** Eleven SLOs in the best of health. */
export function healthyFleet(): Fleet {
  const slos = [
    slo("gateway-availability", { title: "Gateway answers", service: "gateway" }),
    slo("gateway-latency", {
      service: "gateway",
      kind: "latency",
      target: 0.99,
      budget: budgetOf(0.641, 0.99),
      sliRatio: 0.996_41,
    }),
    slo("catalog-availability", { budget: budgetOf(0.9731, 0.999) }),
    slo("catalog-latency", {
      kind: "latency",
      budget: budgetOf(0.2214, 0.99),
      target: 0.99,
      level: { name: "feature-freeze", action: "Freeze features; only critical fixes are released." },
      exhaustion: { kind: "in", durationMs: DAY + 23 * HOUR + 36 * MIN, at: iso(-2 * DAY) },
    }),
    slo("checkout-availability", { budget: budgetOf(0.412, 0.9995), target: 0.9995 }),
    slo("payments-availability", { budget: budgetOf(0.412, 0.999), exhaustion: { kind: "never" } }),
    slo("search-freshness", { kind: "time-slices", target: 0.995, budget: budgetOf(0.88, 0.995) }),
    slo("dns-probe", {
      kind: "probe",
      target: 0.99,
      window: {
        text: "calendar month, Europe/Berlin",
        kind: "calendar",
        from: iso(20 * DAY),
        to: iso(-10 * DAY),
        lengthMs: 30 * DAY,
      },
    }),
  ];
  return {
    slos,
    services: [
      service("gateway", {
        title: "Gateway",
        tier: 1,
        dependsOn: ["catalog", "checkout"],
        lowestRemainingRatio: 0.641,
        slos: ["gateway-availability", "gateway-latency"],
      }),
      service("catalog", { lowestRemainingRatio: 0.2214, slos: ["catalog-availability", "catalog-latency"] }),
      service("checkout", {
        tier: 1,
        dependsOn: ["payments"],
        lowestRemainingRatio: 0.412,
        slos: ["checkout-availability"],
      }),
      service("payments", {
        tier: 1,
        owner: "team-payments",
        lowestRemainingRatio: 0.412,
        slos: ["payments-availability"],
      }),
      service("search", { lowestRemainingRatio: 0.88, slos: ["search-freshness"] }),
      service("dns", { tier: 3, lowestRemainingRatio: 0.81, slos: ["dns-probe"] }),
    ],
    incidents: [resolvedIncident()],
    meta: meta(),
    corrections: [
      {
        id: "cor-1",
        slos: ["payments-availability"],
        effect: "drop",
        author: "ana",
        reason: "load test against production, announced",
        covers: "once",
        from: iso(4 * DAY),
        to: iso(4 * DAY - 2 * HOUR),
        origin: "api",
        version: 1,
      },
    ],
    history: (one) => sloHistory(one, NOW),
    gate: gate(false),
  };
}

/** The night: payments pages and is overspent, checkout is held back behind it, search is frozen, one was never measured. */
export function pagingFleet(): Fleet {
  const healthy = healthyFleet();
  const replaced: Readonly<Record<string, SloStatus>> = {
    "payments-availability": pagingSlo(),
    "checkout-availability": slo("checkout-availability", {
      target: 0.9995,
      budget: budgetOf(-0.0031, 0.9995),
      verdict: { kind: "firing", tier: "page", ruleId: "page-1h", reasons: [] },
      alert: {
        status: "suppressed",
        tier: "page",
        since: iso(23 * MIN),
        frozen: false,
        suppressedBy: "payments-availability",
      },
      rules: rules(
        [
          [96.2, 95],
          [16.1, 96],
          [4.2, 16.2],
          [1.5, 8.3],
        ],
        {
          target: 0.9995,
          outcomes: { "page-1h": "firing", "page-6h": "firing", "ticket-1d": "firing", "ticket-3d": "firing" },
        },
      ),
      exhaustion: { kind: "spent" },
      explanation: "checkout-availability would page, held back while payments-availability pages",
    }),
    "search-freshness": slo("search-freshness", {
      kind: "time-slices",
      target: 0.995,
      budget: budgetOf(0.88, 0.995),
      coverageRatio: 0.8742,
      watermark: iso(7 * MIN),
      verdict: {
        kind: "frozen",
        reasons: [{ kind: "coverage", message: "62 % of the last 5 min was measured, 90 % is needed" }],
      },
      dataLoss: { status: "firing", tier: "ticket", since: iso(6 * MIN), frozen: false },
      rules: rules(
        [
          [0.4, 0.2],
          [0.3, 0.3],
          [0.3, 0.3],
          [0.3, 0.3],
        ],
        { target: 0.995, coverage: 0.62, outcomes: { "page-1h": "frozen", "page-6h": "frozen" } },
      ),
      explanation:
        "search-freshness cannot be judged: 62 % of the last 5 min was measured, 90 % is needed; 88 % is left",
    }),
    "catalog-latency": slo("catalog-latency", {
      kind: "latency",
      target: 0.99,
      budget: budgetOf(0.2214, 0.99),
      sliRatio: 0.992_214,
      verdict: { kind: "firing", tier: "ticket", ruleId: "ticket-3d", reasons: [] },
      alert: { status: "firing", tier: "ticket", since: iso(9 * HOUR), frozen: false },
      rules: rules(
        [
          [1.1, 0.9],
          [1.3, 1.2],
          [1.9, 1.8],
          [1.62, 1.4],
        ],
        { target: 0.99, outcomes: { "ticket-3d": "firing" } },
      ),
      exhaustion: { kind: "in", durationMs: 4 * DAY + 2 * HOUR + 24 * MIN, at: iso(-4 * DAY) },
      level: { name: "feature-freeze", action: "Freeze features; only critical fixes are released." },
      explanation:
        "catalog-latency raises a ticket: 1.6x over 3 d and 1.4x over 6 h against 1x, which is 10 % of 30 days' budget; 22 % is left, gone in 4 d 2 h 24 min at this rate",
    }),
    "dns-probe": slo("dns-probe", {
      kind: "probe",
      target: 0.99,
      budget: { remainingRatio: 1, consumedRatio: 0, bad: 0, total: 0, allowedBad: 0, edge: { bad: 0, total: 0 } },
      coverageRatio: 0,
      rules: rules(
        [
          [undefined, undefined],
          [undefined, undefined],
          [undefined, undefined],
          [undefined, undefined],
        ],
        { target: 0.99, coverage: 0 },
      ),
      verdict: {
        kind: "no-data",
        reasons: [{ kind: "watermark", message: "nothing was measured in 12 min, 45 s are allowed" }],
      },
      explanation: "dns-probe has no data: nothing was measured in 12 min, 45 s are allowed",
    }),
  };
  const { sliRatio: _s, watermark: _w, ...unmeasured } = replaced["dns-probe"] ?? slo("dns-probe");
  const slos = healthy.slos.map((one) => (one.id === "dns-probe" ? unmeasured : (replaced[one.id] ?? one)));
  return {
    ...healthy,
    slos: [
      ...slos,
      slo("gateway-availability-next", {
        service: "gateway",
        mode: "shadow",
        target: 0.9999,
        budget: budgetOf(-0.41, 0.9999),
        verdict: { kind: "firing", tier: "ticket", ruleId: "ticket-3d", reasons: [] },
      }),
    ],
    services: healthy.services.map((one) =>
      one.id === "payments"
        ? { ...one, worstVerdict: "firing", lowestRemainingRatio: -12.4, openIncidents: [INCIDENT_ID] }
        : one.id === "checkout"
          ? { ...one, lowestRemainingRatio: -0.0031 }
          : one,
    ),
    incidents: [openIncident(), ...healthy.incidents],
    gate: gate(true),
  };
}

/** A service that was just started with nothing to watch. */
export function emptyFleet(): Fleet {
  const healthy = healthyFleet();
  return { ...healthy, slos: [], services: [], incidents: [], corrections: [], meta: { ...healthy.meta, sources: [] } };
}
