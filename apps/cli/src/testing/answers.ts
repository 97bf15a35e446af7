import type {
  correctionSchema,
  IncidentDetail,
  IncidentList,
  overrideSchema,
  SloHistory,
  SloStatus,
} from "@plimsoll/service/api";
import type { z } from "zod";

/** Answers as the service gave them to a demo in which payments was broken; figures are rounded, one SLO was made healthy. */
export const paging: SloStatus = {
  id: "payments-availability",
  service: "payments",
  title: "Payments succeed",
  owner: "money",
  kind: "events",
  mode: "active",
  version: 2,
  target: 0.9995,
  window: {
    text: "30 d rolling",
    kind: "rolling",
    from: "2026-10-22T02:01:45.000Z",
    to: "2026-11-21T02:01:45.000Z",
    lengthMs: 2592000000,
  },
  evaluatedAt: "2026-11-21T02:01:45.012Z",
  sliRatio: 0.999617,
  coverageRatio: 0.992128,
  watermark: "2026-11-21T02:01:45.000Z",
  budget: {
    remainingRatio: -0.25,
    consumedRatio: 1.25,
    bad: 1250,
    total: 2000000,
    allowedBad: 1000,
    edge: {
      bad: 2,
      total: 10596,
    },
  },
  rules: [
    {
      id: "page-30m",
      tier: "page",
      factor: 14.4,
      budgetShare: 0.01,
      long: {
        lengthMs: 1800000,
        from: "2026-11-21T01:31:45.000Z",
        to: "2026-11-21T02:01:45.000Z",
        bad: 178,
        total: 5586,
        burnRate: 62.5,
        coverageRatio: 0.997222,
      },
      short: {
        lengthMs: 240000,
        from: "2026-11-21T01:57:45.000Z",
        to: "2026-11-21T02:01:45.000Z",
        bad: 178,
        total: 1382,
        burnRate: 565.25,
        coverageRatio: 1,
      },
      outcome: "firing",
      firingTier: "page",
      frozenBecause: [],
    },
    {
      id: "ticket-1d",
      tier: "ticket",
      factor: 3,
      budgetShare: 0.1,
      long: {
        lengthMs: 86400000,
        from: "2026-11-20T02:00:00.000Z",
        to: "2026-11-21T02:01:45.000Z",
        bad: 265,
        total: 562874,
        burnRate: 62.5,
        coverageRatio: 0.992081,
      },
      short: {
        lengthMs: 7200000,
        from: "2026-11-21T00:01:00.000Z",
        to: "2026-11-21T02:01:45.000Z",
        bad: 179,
        total: 20442,
        burnRate: 565.25,
        coverageRatio: 0.99931,
      },
      outcome: "quiet",
      frozenBecause: [],
    },
  ],
  exhaustion: {
    kind: "in",
    durationMs: 9514017.021297,
    at: "2026-11-21T04:40:19.029Z",
  },
  verdict: {
    kind: "firing",
    tier: "page",
    ruleId: "page-30m",
    reasons: [],
  },
  alert: {
    status: "firing",
    tier: "page",
    since: "2026-11-21T01:58:00.000Z",
    frozen: false,
  },
  dataLoss: {
    status: "quiet",
    frozen: false,
  },
  level: {
    name: "feature-freeze",
    action: "Freeze features; only critical fixes are released.",
  },
  explanation:
    "payments-availability pages: 62.5x over 30 min and 565x over 4 min against 14.4x, which is 1 % of 30 days' budget; the budget is spent",
};

export const healthy: SloStatus = {
  id: "catalog-availability",
  service: "catalog",
  title: "Products can be seen",
  owner: "money",
  kind: "events",
  mode: "active",
  version: 2,
  target: 0.9995,
  window: {
    text: "30 d rolling",
    kind: "rolling",
    from: "2026-10-22T02:01:45.000Z",
    to: "2026-11-21T02:01:45.000Z",
    lengthMs: 2592000000,
  },
  evaluatedAt: "2026-11-21T02:01:45.012Z",
  sliRatio: 0.999617,
  coverageRatio: 0.992128,
  watermark: "2026-11-21T02:01:45.000Z",
  budget: {
    remainingRatio: 0.875,
    consumedRatio: 0.125,
    bad: 125,
    total: 2000000,
    allowedBad: 1000,
    edge: {
      bad: 2,
      total: 10596,
    },
  },
  rules: [
    {
      id: "page-30m",
      tier: "page",
      factor: 14.4,
      budgetShare: 0.01,
      long: {
        lengthMs: 1800000,
        from: "2026-11-21T01:31:45.000Z",
        to: "2026-11-21T02:01:45.000Z",
        bad: 178,
        total: 5586,
        burnRate: 0.1,
        coverageRatio: 0.997222,
      },
      short: {
        lengthMs: 240000,
        from: "2026-11-21T01:57:45.000Z",
        to: "2026-11-21T02:01:45.000Z",
        bad: 178,
        total: 1382,
        burnRate: 0.1,
        coverageRatio: 1,
      },
      outcome: "quiet",
      frozenBecause: [],
    },
    {
      id: "ticket-1d",
      tier: "ticket",
      factor: 3,
      budgetShare: 0.1,
      long: {
        lengthMs: 86400000,
        from: "2026-11-20T02:00:00.000Z",
        to: "2026-11-21T02:01:45.000Z",
        bad: 265,
        total: 562874,
        burnRate: 0.1,
        coverageRatio: 0.992081,
      },
      short: {
        lengthMs: 7200000,
        from: "2026-11-21T00:01:00.000Z",
        to: "2026-11-21T02:01:45.000Z",
        bad: 179,
        total: 20442,
        burnRate: 0.1,
        coverageRatio: 0.99931,
      },
      outcome: "quiet",
      frozenBecause: [],
    },
  ],
  exhaustion: {
    kind: "in",
    durationMs: 9514017.021297,
    at: "2026-11-21T04:40:19.029Z",
  },
  verdict: {
    kind: "healthy",
    reasons: [],
  },
  alert: {
    status: "quiet",
    frozen: false,
  },
  dataLoss: {
    status: "quiet",
    frozen: false,
  },
  level: {
    name: "feature-freeze",
    action: "Freeze features; only critical fixes are released.",
  },
  explanation: "catalog-availability is healthy: 87 % is left",
};

export const history: SloHistory = {
  sloId: "payments-availability",
  from: "2026-10-22T02:01:45.000Z",
  to: "2026-11-21T02:01:45.000Z",
  stepMs: 864000000,
  points: [
    {
      at: "2026-11-01T02:01:45.000Z",
      bad: 739,
      total: 5155281,
      coverageRatio: 0.992162,
      remainingRatio: 0.905566,
    },
    {
      at: "2026-11-11T02:01:45.000Z",
      bad: 4284,
      total: 5172542,
      coverageRatio: 0.988013,
      remainingRatio: 0.358133,
    },
    {
      at: "2026-11-21T02:01:45.000Z",
      bad: 972,
      total: 5323401,
      coverageRatio: 0.987959,
      remainingRatio: 0.233926,
    },
  ],
};

export const incidents: IncidentList = {
  incidents: [
    {
      id: "INC-001",
      title: "payments: payments-availability burns its error budget",
      service: "payments",
      sloId: "payments-availability",
      severity: "SEV2",
      status: "declared",
      burning: true,
      declaredAt: "2026-11-21T01:58:00.024Z",
      durationMs: 229505,
      budgetShareRatio: 0,
    },
  ],
  metrics: {
    open: 1,
    total: 1,
  },
};

export const incident: IncidentDetail = {
  id: "INC-001",
  title: "payments: payments-availability burns its error budget",
  service: "payments",
  sloId: "payments-availability",
  severity: "SEV2",
  status: "declared",
  burning: true,
  declaredAt: "2026-11-21T01:58:00.024Z",
  durationMs: 229485,
  budgetShareRatio: 0,
  summary:
    "payments-availability pages: 15.4x over 30 min and 44.4x over 4 min against 14.4x, which is 1 % of 30 days' budget; 25 % is left, gone in 11 h 50 min at this rate",
  timeline: [
    {
      at: "2026-11-21T01:58:00.024Z",
      actor: "engine",
      kind: "declared",
      text: "SEV2 declared (a page): payments: payments-availability burns its error budget. payments-availability pages: 15.4x over 30 min and 44.4x over 4 min against 14.4x, which is 1 % of 30 days' budget; 25 % is left, gone in 11 h 50 min at this rate",
    },
    {
      at: "2026-11-21T01:58:00.024Z",
      actor: "engine",
      kind: "evidence-attached",
      text: "Evidence alert/payments-availability/burn@1/evaluation (evaluation from engine, 2026-10-22 01:58:00 UTC to 2026-11-21 01:58:00 UTC): payments-availability pages: 15.4x over 30 min and 44.4x over 4 min against 14.4x, which is 1 % of 30 days' budget; 25 % is left, gone in 11 h 50 min at this rate",
    },
  ],
  evidence: [
    {
      id: "alert/payments-availability/burn@1/evaluation",
      kind: "evaluation",
      source: "engine",
      from: "2026-10-22T01:58:00.000Z",
      to: "2026-11-21T01:58:00.024Z",
      hash: "40116a8ce965058adac0947562b8295ebabcfa285c415647aaf15736e648063c",
      summary:
        "payments-availability pages: 15.4x over 30 min and 44.4x over 4 min against 14.4x, which is 1 % of 30 days' budget; 25 % is left, gone in 11 h 50 min at this rate",
    },
  ],
  targets: [
    {
      name: "SEV2: acknowledge",
      due: "2026-11-21T02:13:00.024Z",
    },
  ],
};

export const override: z.infer<typeof overrideSchema> = {
  id: "01A",
  author: "ana (token ci)",
  reason: "The fix needs the new schema.",
  services: ["payments"],
  risks: ["risky"],
  from: "2026-11-21T02:00:00.000Z",
  expires: "2026-11-21T04:00:00.000Z",
};

export const correction: z.infer<typeof correctionSchema> = {
  id: "01B",
  slos: ["payments-availability"],
  effect: "drop",
  author: "ana (token ci)",
  reason: "New rack.",
  covers: "2026-11-01 22:00 to 2026-11-02 02:00 UTC",
  from: "2026-11-01T22:00:00.000Z",
  to: "2026-11-02T02:00:00.000Z",
  origin: "api",
};
