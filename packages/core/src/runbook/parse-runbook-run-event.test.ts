import { describe, expect, it } from "vitest";
import type { Json } from "../errors/json.js";
import { evolveRunbookRun } from "./evolve-runbook-run.js";
import { parseRunbookRunEvent } from "./parse-runbook-run-event.js";
import {
  after,
  did,
  failedOutcome,
  find,
  GET,
  HEALTH,
  MINUTE_MS,
  person,
  planOf,
  requested,
  runbook,
  running,
  sloCheck,
  START_MS,
  step,
  withoutUndo,
  type Course,
} from "./runbook.fixture.js";
import type { RunbookRun } from "./runbook-run.js";

const command = {
  arguments: ["ls", "-l"],
  shell: false,
  environment: ["PATH"],
  directory: "/",
  retryOn: [75],
} as const;

/** A runbook with every kind of everything. */
const full = runbook([
  step("http", {
    action: {
      kind: "http",
      call: { ...GET, headers: { accept: "*/*" }, secretHeaders: "shop", body: { list: [1, null] } },
    },
    precondition: { kind: "not", check: { kind: "command", call: command } },
    verify: {
      ...HEALTH,
      check: { kind: "http", call: GET, includes: "up", json: { path: "a.b", below: 1, above: 0, equals: null } },
    },
    compensation: { kind: "http", call: GET },
    approval: true,
    retry: { attempts: 2, delayMs: 0 },
  }),
  step("command", { action: { kind: "command", call: command }, compensation: { kind: "command", call: command } }),
  withoutUndo(step("manual", { action: { kind: "manual", instruction: "Look." } })),
  step("wait", {
    action: {
      kind: "wait-until",
      until: { ...HEALTH, check: { kind: "instances", fleet: "f", target: "t", atLeast: 2 } },
    },
    compensation: { kind: "manual", instruction: "Unlook." },
  }),
  step("remedy", { precondition: sloCheck("s") }),
]);

function stored(course: Course) {
  return course.events.map((event, index) => ({
    ...event,
    stream: "runbook-run/R1",
    version: index + 1,
    data: JSON.parse(JSON.stringify(event.data)) as Json,
  }));
}

const approve = person({
  type: "approve",
  approvalId: "http",
  planHash: "plan-hash",
  expiresAtMs: START_MS + MINUTE_MS,
} as const);
const outcome = { kind: "succeeded", summary: "done", data: { code: 200 } } as const;
const hold = (value: Extract<Parameters<typeof find>[0], { kind: "hold" }>["hold"]) =>
  find({ kind: "hold", hold: value });
const resume = (causeId: string) => person({ type: "resume", reason: "on" } as const, causeId);
const lease = { type: "lease", atMs: START_MS, actor: "engine", runner: "r", forMs: MINUTE_MS } as const;
const token = (command: ReturnType<typeof find>, value: number) =>
  ({ ...command, token: value }) as ReturnType<typeof find>;

const courses: readonly Course[] = [
  requested(planOf(full), { startAtMs: START_MS + 5, incidentId: "INC-001" }),
  after(
    running(full),
    approve,
    find({ kind: "begin", stepId: "http" }),
    find({ kind: "acted", stepId: "http", attempt: 1, outcome: failedOutcome({ retryable: true }) }),
    find({ kind: "begin", stepId: "http" }),
    find({ kind: "acted", stepId: "http", attempt: 2, outcome }),
    find({ kind: "unverified", stepId: "http", saw: "red" }),
    find({ kind: "settle" }),
    find({ kind: "begin-undo", stepId: "http" }),
    find({ kind: "undone", stepId: "http", attempt: 1, outcome: failedOutcome({ retryable: true }) }),
    find({ kind: "begin-undo", stepId: "http" }),
    find({ kind: "undone", stepId: "http", attempt: 2, outcome }),
    find({ kind: "settle" }),
  ),
  after(
    running(full),
    hold({ kind: "approval", stepId: "http", approvalIds: ["http"] }),
    resume("1"),
    lease,
    token(hold({ kind: "guardrail", stepId: "http", reason: "no" }), 2),
    resume("2"),
    lease,
    token(hold({ kind: "unknown-precondition", stepId: "http", saw: "?" }), 3),
    { type: "abandon", atMs: START_MS, actor: "engine", reason: "gone" },
  ),
  after(
    running(runbook([step("a")])),
    ...did("a"),
    find({ kind: "settle" }),
    hold({ kind: "inconclusive", saw: "?" }),
    person({ type: "report", succeeded: true, note: "fine" } as const),
  ),
  after(
    running(runbook([step("a", { verify: HEALTH }), step("b", { action: { kind: "manual", instruction: "Look." } })])),
    ...did("a"),
    hold({ kind: "inconclusive", stepId: "a", saw: "?" }),
    person({ type: "report", stepId: "a", succeeded: true, note: "fine" } as const),
    lease,
    token(find({ kind: "begin", stepId: "b" }), 2),
    person({ type: "report", stepId: "b", succeeded: false, note: "no" } as const),
    person({ type: "pause", reason: "r" } as const),
    person({ type: "cancel", reason: "r", undo: false } as const),
  ),
  after(
    running(full),
    find({ kind: "skip", stepId: "http", reason: "fine" }),
    ...did("command"),
    find({ kind: "healthy", saw: "up" }),
  ),
  after(
    running(runbook([withoutUndo(step("a", { risk: "safe" }))])),
    find({ kind: "begin", stepId: "a" }),
    find({ kind: "acted", stepId: "a", attempt: 1, outcome: failedOutcome() }),
    find({ kind: "settle" }),
  ),
];

describe("a run's events, read back from the store", () => {
  it("are what was written, and make the same run", () => {
    const seen = new Set<string>();
    for (const course of courses) {
      const read = stored(course).map((record) => parseRunbookRunEvent(record));
      const events = read.map((one) => (one.ok ? one.value : one.error));
      expect(events).toEqual(course.events.map((event) => JSON.parse(JSON.stringify(event)) as unknown));
      const run = read.reduce<RunbookRun | undefined>(
        (now, one) => (one.ok ? evolveRunbookRun(now, one.value) : now),
        undefined,
      );
      expect(run).toEqual(course.run);
      for (const { type } of course.events) seen.add(type.slice("runbook-run.".length));
    }
    expect([...seen].sort()).toEqual([
      "abandoned",
      "action-failed",
      "action-started",
      "action-succeeded",
      "approved",
      "cancel-requested",
      "cancelled",
      "compensated",
      "compensation-started",
      "failed",
      "held",
      "leased",
      "pause-requested",
      "paused",
      "requested",
      "resumed",
      "scheduled",
      "started",
      "step-skipped",
      "step-verified",
      "steps-finished",
      "succeeded",
      "undo-failed",
      "undo-started",
      "undo-succeeded",
      "verification-failed",
    ]);
  });

  it("that say something else name the place", () => {
    const [first] = stored(requested(planOf(full)));
    if (first === undefined) throw new Error("no event");
    const broken = { ...first, data: { ...(first.data as object), plan: 7, planHash: 1 } as Json };
    expect(parseRunbookRunEvent(broken)).toEqual({
      ok: false,
      error: {
        code: "unreadable-event",
        message:
          "Event 1 of the stream runbook-run/R1 cannot be read: at data.plan, Invalid input: expected object, received number; at data.planHash, Invalid input: expected string, received number. Read it with the version that wrote it, or repair the event.",
      },
    });
  });
});
