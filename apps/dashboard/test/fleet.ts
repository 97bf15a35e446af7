import type {
  Correction,
  GateAnswerBody,
  IncidentDetail,
  IncidentSummary,
  Meta,
  Rule,
  ServiceList,
  SloHistory,
  SloStatus,
} from "../src/api/answers.js";
import { sloHistory } from "./history.js";
import { UNTOUCHED, workedOn } from "./incident-fleet.js";

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

const MIN = 60_000;
const HOUR = 60 * MIN;
const DAY = 24 * HOUR;
const NOW = Math.floor(Date.now() / 15_000) * 15_000;

export function iso(msAgo: number): string {
  return new Date(NOW - msAgo).toISOString();
}

type Burns = readonly [long: number | undefined, short: number | undefined];
type RuleOptions = {
  readonly target: number;
  readonly outcomes?: Readonly<Partial<Record<string, Rule["outcome"]>>>;
  readonly coverage?: number;
};

const TIERS = [
  { id: "page-1h", tier: "page", factor: 14.4, budgetShare: 0.02, lengthMs: HOUR },
  { id: "page-6h", tier: "page", factor: 6, budgetShare: 0.05, lengthMs: 6 * HOUR },
  { id: "ticket-1d", tier: "ticket", factor: 3, budgetShare: 0.1, lengthMs: DAY },
  { id: "ticket-3d", tier: "ticket", factor: 1, budgetShare: 0.1, lengthMs: 3 * DAY },
] as const;

/** The four default rules with the burns given. */
export function rules(burns: readonly Burns[], { target, outcomes = {}, coverage = 1 }: RuleOptions): Rule[] {
  return TIERS.map(({ budgetShare, factor, id, lengthMs, tier }, index) => {
    const [long, short] = burns[index] ?? [0, 0];
    const outcome = outcomes[id] ?? "quiet";
    return {
      id,
      tier,
      factor,
      budgetShare,
      long: windowBurn(lengthMs, long, target, coverage),
      short: windowBurn(lengthMs / 12, short, target, coverage),
      outcome,
      ...(outcome === "firing" ? { firingTier: tier } : {}),
      frozenBecause:
        outcome === "frozen"
          ? [{ kind: "coverage" as const, message: "62 % of the last 5 min was measured, 90 % is needed" }]
          : [],
    };
  });
}

function windowBurn(
  lengthMs: number,
  burnRate: number | undefined,
  target: number,
  coverageRatio: number,
): Rule["long"] {
  const total = burnRate === undefined ? 0 : Math.round(lengthMs / 25);
  return {
    lengthMs,
    from: iso(lengthMs),
    to: iso(0),
    bad: Math.round(total * (burnRate ?? 0) * (1 - target)),
    total,
    ...(burnRate === undefined ? {} : { burnRate }),
    coverageRatio,
  };
}

/** A healthy SLO, changed as a test needs it. */
export function slo(id: string, changes: Partial<SloStatus> = {}): SloStatus {
  const target = changes.target ?? 0.999;
  const total = 103_680_000;
  const allowedBad = total * (1 - target);
  const remainingRatio = changes.budget?.remainingRatio ?? 0.8127;
  return {
    id,
    service: id.split("-")[0] ?? id,
    kind: "events",
    mode: "active",
    version: 1,
    target,
    window: { text: "30 d rolling", kind: "rolling", from: iso(30 * DAY), to: iso(0), lengthMs: 30 * DAY },
    evaluatedAt: iso(0),
    sliRatio: 1 - (1 - remainingRatio) * (1 - target),
    coverageRatio: 0.9996,
    watermark: iso(0),
    budget: {
      remainingRatio,
      consumedRatio: 1 - remainingRatio,
      bad: Math.round(allowedBad * (1 - remainingRatio)),
      total,
      allowedBad: Math.round(allowedBad),
      edge: { bad: 0, total: 0 },
    },
    rules: rules(
      [
        [0.2, 0.1],
        [0.31, 0.2],
        [0.28, 0.3],
        [0.3, 0.28],
      ],
      { target },
    ),
    exhaustion: { kind: "in", durationMs: 71 * DAY, at: iso(-71 * DAY) },
    verdict: { kind: "healthy", reasons: [] },
    alert: { status: "quiet", frozen: false },
    dataLoss: { status: "quiet", frozen: false },
    level: { name: "full-velocity", action: "Release at full velocity." },
    explanation: `${id} is healthy: 99.9812 % against 99.9 %; 81 % is left, gone in 71 d at this rate`,
    ...changes,
  };
}

function budgetOf(remainingRatio: number, target: number): SloStatus["budget"] {
  const total = 103_680_000;
  const allowedBad = Math.round(total * (1 - target));
  const bad = Math.round(allowedBad * (1 - remainingRatio));
  return { remainingRatio, consumedRatio: 1 - remainingRatio, bad, total, allowedBad, edge: { bad: 0, total: 0 } };
}

/** What pages in the fleet below: overspent twelve times over. */
export function pagingSlo(changes: Partial<SloStatus> = {}): SloStatus {
  return slo("payments-availability", {
    budget: budgetOf(-12.4, 0.999),
    sliRatio: 0.986_601,
    rules: rules(
      [
        [402.3, 400],
        [71.2, 401.1],
        [18.4, 71.2],
        [6.1, 34.7],
      ],
      {
        target: 0.999,
        outcomes: { "page-1h": "firing", "page-6h": "firing", "ticket-1d": "firing", "ticket-3d": "firing" },
      },
    ),
    exhaustion: { kind: "spent" },
    verdict: { kind: "firing", tier: "page", ruleId: "page-1h", reasons: [] },
    alert: { status: "firing", tier: "page", since: iso(25 * MIN + 12_000), frozen: false },
    level: { name: "exhausted", action: "Release only P0 fixes and security changes until the budget recovers." },
    owner: "team-payments",
    runbook: "https://runbooks.example/payments",
    explanation:
      "payments-availability pages: 402x over 1 h and 400x over 5 min against 14.4x, which is 2 % of 30 days' budget; the budget is overspent 12.4 times",
    ...changes,
  });
}

export const INCIDENT_ID = "inc-01JD8F0Q7X";

export function openIncident(changes: Partial<IncidentDetail> = {}): IncidentDetail {
  return {
    ...UNTOUCHED,
    ...workedOn((minutes) => iso(minutes * MIN)),
    id: INCIDENT_ID,
    title: "payments-availability: SEV1, 402x burn",
    service: "payments",
    sloId: "payments-availability",
    severity: "SEV1",
    status: "declared",
    burning: true,
    declaredAt: iso(24 * MIN),
    durationMs: 24 * MIN,
    budgetShareRatio: 11.87,
    summary:
      "payments-availability pages: 402x over 1 h and 400x over 5 min against 14.4x, which is 2 % of 30 days' budget; the budget is overspent 12.4 times",
    timeline: [
      {
        at: iso(24 * MIN),
        actor: "plimsoll",
        kind: "declared",
        text: "SEV1 declared (a page-tier alert of a tier 1 service that burns above 100x): payments-availability. payments-availability pages: 402x over 1 h and 400x over 5 min against 14.4x",
      },
      {
        at: iso(24 * MIN),
        actor: "plimsoll",
        kind: "evidence-attached",
        text: "Evidence ev-1 (evaluation from plimsoll): the evaluation that fired",
      },
      { at: iso(19 * MIN), actor: "plimsoll", kind: "noted", text: "Nobody acknowledged within 5 min" },
      {
        at: iso(12 * MIN),
        actor: "ana",
        kind: "noted",
        text: "<script>alert(1)</script> looks like the new pool size",
      },
    ],
    evidence: [
      {
        id: "ev-1",
        kind: "evaluation",
        source: "plimsoll",
        from: iso(84 * MIN),
        to: iso(24 * MIN),
        hash: "9f2b8c41d1d34a7b0f5d7e0c9a61b3f8e24c6a5577d0e1b2c3f4a5968778695a",
        summary: "402x over 1 h and 400x over 5 min against 14.4x; 57,931 bad of 144,000",
      },
    ],
    ...changes,
  };
}

export function resolvedIncident(): IncidentDetail {
  return {
    ...UNTOUCHED,
    id: "inc-01JCZZ41AA",
    title: "catalog-latency: SEV2, 7.1x burn",
    service: "catalog",
    sloId: "catalog-latency",
    severity: "SEV2",
    status: "closed",
    burning: false,
    declaredAt: iso(6 * DAY),
    acknowledgedAt: iso(6 * DAY - 4 * MIN),
    resolvedAt: iso(6 * DAY - 47 * MIN),
    closedAt: iso(5 * DAY),
    durationMs: 47 * MIN,
    budgetShareRatio: 0.0812,
    summary: "catalog-latency pages: 7.1x over 6 h and 9x over 30 min against 6x, which is 5 % of 30 days' budget",
    timeline: [
      { at: iso(6 * DAY), actor: "plimsoll", kind: "declared", text: "SEV2 declared: catalog-latency" },
      { at: iso(6 * DAY - 4 * MIN), actor: "ben", kind: "acknowledged", text: "Acknowledged" },
      { at: iso(6 * DAY - 47 * MIN), actor: "plimsoll", kind: "resolved", text: "Resolved: the alert resolved" },
    ],
    evidence: [],
    postmortem:
      "# Postmortem: catalog-latency\n\n## Summary\n\n- Duration: 47 min\n- Budget consumed by this incident: 8.12 %\n\n<img src=x onerror=alert(1)>\n",
  };
}

export function summaryOf(incident: IncidentDetail): IncidentSummary {
  const { acknowledgedAt, budgetShareRatio, burning, closedAt, declaredAt, durationMs, id, resolvedAt } = incident;
  const { service: name, severity, sloId, status, title, version } = incident;
  const shown = { id, version, title, service: name, sloId, severity, status, burning, declaredAt, durationMs };
  return { ...shown, acknowledgedAt, resolvedAt, closedAt, budgetShareRatio };
}

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
