import type {
  EvidenceDetail,
  IncidentDetail,
  IncidentExplanationBody,
  IncidentSummary,
  PostmortemBody,
} from "../src/api/answers.js";
import { DAY, iso, MIN } from "./fleet-clock.js";

type File = Pick<
  IncidentDetail,
  | "version"
  | "declaredBy"
  | "moves"
  | "roles"
  | "clocks"
  | "cost"
  | "links"
  | "similar"
  | "alerts"
  | "updates"
  | "actions"
  | "calls"
  | "review"
>;

/** What an incident's page knows of one that nobody has touched. */
const UNTOUCHED: File = {
  version: 3,
  declaredBy: "engine",
  moves: [],
  roles: [],
  clocks: [],
  cost: { totalMs: 0, people: [] },
  links: [],
  similar: [],
  alerts: [],
  updates: [],
  actions: [],
  calls: [],
  review: { status: "draft" },
};

/** One that many people work on. `at` writes an instant so many minutes ago. */
function workedOn(at: (minutesAgo: number) => string): Partial<IncidentDetail> {
  return {
    moves: ["acknowledge", "recover", "merge"],
    clocks: [
      {
        kind: "acknowledge",
        round: 0,
        severity: "SEV1",
        startedAt: at(24),
        due: at(19),
        outcome: "breached",
        lateMs: 19 * 60_000,
      },
      { kind: "escalate", round: 0, severity: "SEV1", startedAt: at(24), due: at(24), outcome: "met", lateMs: 0 },
      {
        kind: "stakeholders",
        round: 0,
        severity: "SEV1",
        startedAt: at(24),
        due: at(-6),
        outcome: "running",
        lateMs: 0,
      },
    ],
    roles: [
      { role: "commander", person: "ana", from: at(20), to: at(12) },
      { role: "commander", person: "ben", from: at(12) },
    ],
    cost: {
      totalMs: 20 * 60_000,
      people: [
        { person: "ben", durationMs: 12 * 60_000 },
        { person: "ana", durationMs: 8 * 60_000 },
      ],
      badEvents: 57_931,
    },
    calls: [
      { at: at(24), step: 1, to: ["ana"], channel: "telegram" },
      { at: at(14), step: 2, to: ["ben", "cleo"], channel: "phone" },
    ],
    escalation: {
      status: "escalating",
      policy: "payments",
      startedAt: at(24),
      pass: 1,
      passes: 2,
      waits: { kind: "step", due: at(-1) },
      next: { step: 3, pass: 1, due: at(-1), people: ["dora"] },
    },
    links: [{ kind: "change", id: "deploy-7", relation: "began right after it" }],
    similar: [
      {
        id: "inc-01JCZZ41AA",
        score: 0.75,
        because: ["the same alert payments-availability/burn", "the same service payments"],
        title: "payments-availability: SEV2",
        status: "closed",
        declaredAt: at(20_000),
      },
    ],
    actions: [
      {
        id: "A1",
        title: "Test the rollback",
        owner: "ana",
        priority: "P0",
        due: at(1440),
        addedAt: at(20_000),
        status: "open",
        overdueMs: 86_400_000,
      },
    ],
  };
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

/** What was seen, under its hash; undefined where there is no such item. */
export function evidenceOf({ evidence, id: incidentId }: IncidentDetail, hash: string): EvidenceDetail | undefined {
  const found = evidence.find((one) => one.hash === hash);
  return found && { ...found, incidentId, data: { bad: 57_931, note: "<img src=x onerror=alert(1)>" } };
}

/** Why its alerts paged: what opened it, and a later word. */
export function explanationOf({ declaredAt, id, sloId, summary }: IncidentDetail): IncidentExplanationBody {
  const steps = [
    {
      kind: "burn-rate",
      rule: "page-1h",
      outcome: "fires",
      because: "402x over 1 h and 400x over 5 min against 14.4x",
    },
    { kind: "intake", rule: "one incident per key", outcome: "opens", because: "<b>no</b> incident had its key" },
  ];
  const word = { key: `${sloId}/burn`, at: declaredAt, change: "fired", explanation: summary, steps };
  const worse = { ...word, at: iso(2 * MIN), change: "escalated", steps: steps.slice(0, 1) };
  const lines = ["2026-11-21T09:00:00.000Z the route {} took it for incidents"];
  return { id, traces: [word, worse], routing: [{ key: "external/am/f1", at: declaredAt, lines, trace: [] }] };
}

/** The postmortem as the service hands it out, with a section that somebody wrote. */
export function postmortemOf({ review, title, version }: IncidentDetail): PostmortemBody {
  return {
    title: `Postmortem: ${title}`,
    version,
    review,
    sections: [
      { id: "summary", heading: "Summary", generated: "- **Severity**: SEV2\n- **Duration**: 47 min" },
      {
        id: "timeline",
        heading: "Timeline (UTC)",
        generated: "| Time | Who | What |\n| --- | --- | --- |\n| 12:00 | ben | &#60;img src=x onerror=alert(1)&#62; |",
      },
      {
        id: "why",
        heading: "Why",
        generated: "### Root cause\n\n_To be completed by the service owner._",
        edit: {
          text: "A **missing** test. <b>",
          markdown: "A **missing** test. &lt;b>",
          author: "ana",
          at: "2026-11-20T12:00:00.000Z",
        },
      },
    ],
  };
}
