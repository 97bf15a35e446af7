import type { IncidentDetail, PostmortemBody } from "../src/api/answers.js";

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
export const UNTOUCHED: File = {
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
export function workedOn(at: (minutesAgo: number) => string): Partial<IncidentDetail> {
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
