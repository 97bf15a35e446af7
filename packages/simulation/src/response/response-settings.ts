import {
  buildRoutes,
  DEFAULT_BUDGET_POLICY,
  type EngineSettings,
  type OnCallSchedule,
  type OnCallSettings,
  type RoutingSettings,
  type Runbook,
  type RunbookStep,
  type Slo,
} from "@plimsoll/core";

export const SLICE_MS = 15_000;
export const MINUTE_MS = 60_000;
export const SCHEDULE_ID = "payments";
export const SLO_ID = "payments-availability";
export const RUNBOOK_ID = "fix";
export const PEOPLE = ["ann", "bob", "cy", "dee"] as const;

/** Hands off every hour. */
export const schedule: OnCallSchedule = {
  id: SCHEDULE_ID,
  name: "Payments",
  layers: [
    {
      id: "hours",
      rotation: {
        every: "hourly",
        start: "2026-11-02",
        handOff: "00:00",
        zone: "Europe/Berlin",
        participants: ["ann", "bob", "cy"],
      },
    },
  ],
};

const onCall: OnCallSettings = {
  people: PEOPLE.map((id) => ({
    id,
    name: id,
    zone: "Europe/Berlin",
    contacts: [
      { notifier: "pager", address: id },
      { notifier: "chat", address: id },
    ],
    // Bob is called at once, and again elsewhere when he has not answered.
    ...(id === "bob"
      ? {
          rules: [
            { urgency: "page", notifier: "pager", afterMs: 0 },
            { urgency: "page", notifier: "chat", afterMs: 30_000 },
          ] as const,
        }
      : {}),
  })),
  teams: [{ id: "payments", name: "Payments", members: ["cy", "dee"] }],
  schedules: [schedule],
  policies: [
    {
      id: "payments",
      steps: [
        { targets: [{ kind: "schedule", scheduleId: SCHEDULE_ID }], delayMs: MINUTE_MS },
        { targets: [{ kind: "team", teamId: "payments", members: "in-turn" }], delayMs: MINUTE_MS },
      ],
      repeat: 0,
      fallback: [{ kind: "person", personId: "dee" }],
      stakeholders: [{ targets: [{ kind: "person", personId: "dee" }], afterMs: 90_000 }],
      acknowledgement: { remindAfterMs: 3 * MINUTE_MS, answerWithinMs: MINUTE_MS },
    },
  ],
  policyOf: new Map(),
  defaultPolicy: "payments",
};

/** An objective whose page follows within two slices. */
const slo: Slo = {
  id: SLO_ID,
  service: "payments",
  version: 1,
  target: 0.99,
  window: { kind: "rolling", lengthMs: 60 * MINUTE_MS },
  sli: { kind: "events", selector: { source: "fake", query: {} } },
  mode: "active",
  gapIs: "gap",
  alerting: {
    rules: [
      {
        id: "page",
        tier: "page",
        longMs: 2 * SLICE_MS,
        shortMs: SLICE_MS,
        factor: 10,
        budgetShare: 1 / 12,
        comparison: ">",
      },
    ],
    minBadEvents: 3,
    suppressedBy: [],
  },
  policy: DEFAULT_BUDGET_POLICY,
};

const http = { method: "GET", url: "http://payments.example/", headers: {}, status: [{ from: 200, to: 200 }] } as const;

function step(id: string, different: Partial<RunbookStep>): RunbookStep {
  return {
    id,
    title: id,
    action: { kind: "remedy", call: { remediator: "platform", remedy: id, target: "payments", parameters: {} } },
    approval: false,
    timeoutMs: MINUTE_MS,
    retry: { attempts: 2, delayMs: 5_000 },
    compensation: { kind: "undo" },
    risk: "caution",
    ...different,
  };
}

/** Three steps, of which the second needs a person's word and the last is for good, and so needs it too. */
const runbook: Runbook = {
  id: RUNBOOK_ID,
  title: "Fix it",
  level: 3,
  symptoms: [SLO_ID],
  links: [],
  maximumAgeMs: 86_400_000,
  parameters: {},
  health: { check: { kind: "http", call: http }, withinMs: MINUTE_MS, everyMs: 5_000 },
  steps: [
    step("look", { action: { kind: "http", call: { ...http, url: "http://payments.example/look" } }, risk: "safe" }),
    step("switch", { approval: true, risk: "dangerous" }),
    step("drain", {
      action: { kind: "command", call: { arguments: ["drain"], shell: false, environment: [] } },
      compensation: { kind: "command", call: { arguments: ["fill"], shell: false, environment: [] } },
      approval: true,
    }),
  ],
};

/** Alerts are told at once, each as an incident of its own or all of a service as one; what changes, within half a minute. */
function routing(grouped: boolean): RoutingSettings {
  const receiver = { name: "incidents", opens: "incident", notifiers: [] } as const;
  const spec = {
    receiver: receiver.name,
    groupBy: grouped ? ["service"] : ["..."],
    groupWaitMs: 0,
    groupIntervalMs: 30_000,
  };
  const root = buildRoutes(spec, { receivers: [receiver.name] });
  if (!root.ok) throw new TypeError(root.error.map(({ message }) => message).join(" "));
  const receivers = new Map([[receiver.name, receiver]]);
  return { root: root.value, receivers, inhibitRules: [], maintenance: [], graceMs: 0 };
}

/** What differs from schedule to schedule: an objective costs time, and is there where it is wanted. */
export type ResponseVariant = { readonly objective: boolean; readonly grouped: boolean };

/** How a schedule's engine is set up. */
export const responseSettings = ({ grouped, objective }: ResponseVariant): EngineSettings => ({
  sliceMs: SLICE_MS,
  services: [{ id: "payments", tier: 1, dependsOn: [] }],
  slos: objective ? [slo] : [],
  corrections: [],
  freezeWindows: [],
  incidents: { cooldownMs: 2 * MINUTE_MS, autoCloseAfterMs: 86_400_000 },
  notify: { pages: [], tickets: [], incidents: [] },
  reading: {},
  onCall,
  routing: routing(grouped),
  runbooks: new Map([[runbook.id, runbook]]),
});
