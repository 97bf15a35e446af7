import type {
  ActionListBody,
  IncidentExplanationBody,
  IncidentFiguresBody,
  IncidentMetricsBody,
  PostmortemBody,
} from "@plimsoll/service/api";

/* What a service answers about incidents beside the incidents themselves. */

const figures: IncidentFiguresBody = {
  count: 2,
  bySeverity: { SEV1: 0, SEV2: 2, SEV3: 0, SEV4: 0 },
  timeToDetect: { count: 0 },
  timeToAcknowledge: { count: 2, meanMs: 90_000, medianMs: 90_000, p90Ms: 120_000 },
  timeToMitigate: { count: 0 },
  timeToResolve: { count: 1, meanMs: 3_600_000, medianMs: 3_600_000, p90Ms: 3_600_000 },
};

export const incidentMetrics: IncidentMetricsBody = {
  from: "2026-11-01T00:00:00.000Z",
  to: "2026-11-21T00:00:00.000Z",
  total: figures,
  merged: 1,
  byService: [{ service: "payments", figures }],
  bySeverity: [{ severity: "SEV2", figures }],
  byPeriod: [{ from: "2026-11-01T00:00:00.000Z", to: "2026-11-21T00:00:00.000Z", figures }],
};

export const actionItems: ActionListBody = {
  at: "2026-11-21T00:00:00.000Z",
  items: [
    {
      incidentId: "INC-001",
      service: "payments",
      blocksReadiness: true,
      id: "A1",
      title: "Test the | rollback",
      owner: "ana",
      priority: "P0",
      due: "2026-11-20T00:00:00.000Z",
      addedAt: "2026-11-10T00:00:00.000Z",
      status: "open",
      overdueMs: 86_400_000,
    },
  ],
};

export const explanation: IncidentExplanationBody = {
  id: "INC-001",
  traces: [
    {
      key: "payments-availability/burn",
      at: "2026-11-21T01:58:00.024Z",
      change: "fired",
      explanation: "payments-availability pages",
      steps: [
        { kind: "burn-rate", rule: "page-30m", outcome: "fires", because: "15.4x over 30 min" },
        { kind: "intake", rule: "one incident per key", outcome: "opens", because: "no incident had its key" },
      ],
    },
  ],
  routing: [
    {
      key: "payments-availability/burn",
      at: "2026-11-21T01:58:00.024Z",
      lines: ["2026-11-21T01:58:00.024Z it took the route root"],
      trace: [],
    },
  ],
};

export const postmortem: PostmortemBody = {
  title: "Postmortem: INC-001",
  version: 2,
  review: { status: "draft" },
  sections: [{ id: "why", heading: "Why", generated: "To be completed by the incident commander." }],
};
