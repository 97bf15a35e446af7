import { describe, expect, it } from "vitest";
import { applyRunCommand } from "./apply-run-command.js";
import { decideRunbookRun } from "./decide-runbook-run.js";
import { evolveRunbookRun } from "./evolve-runbook-run.js";
import { nextBoundary } from "./next-boundary.js";
import type { RunbookRunCommand, RunFinding } from "./runbook-run-command.js";
import {
  after,
  did,
  failedOutcome,
  find,
  HASH,
  HEALTH,
  MINUTE_MS,
  person,
  planOf,
  requested,
  runbook,
  running,
  START_MS,
  step,
  withoutHealth,
  withoutUndo,
  type Course,
} from "./runbook.fixture.js";
import { RUNBOOK_RUN_STATUSES } from "./runbook-run-lifecycle.js";

const HOUR_MS = 60 * MINUTE_MS;
const oneStep = runbook([step("a")]);
const twoSteps = runbook([step("a"), step("b")]);

function refusal({ run }: Course, command: RunbookRunCommand) {
  const decided = decideRunbookRun(run, command);
  return decided.ok ? decided.value.map(({ type }) => type) : decided.error;
}

/** What the events of a command are called, without what all share. */
function names(before: Course, now: Course): readonly string[] {
  return now.events.slice(before.events.length).map(({ type }) => type.slice("runbook-run.".length));
}

const acted = (stepId: string, change?: Parameters<typeof failedOutcome>[0], attempt = 1): RunFinding => ({
  kind: "acted",
  stepId,
  attempt,
  outcome: failedOutcome(change),
});
const approve = (approvalId: string, change: object = {}) =>
  person({ type: "approve", approvalId, planHash: HASH, expiresAtMs: START_MS + HOUR_MS, ...change } as const);

describe("a request", () => {
  it("begins a run with the plan that it will keep", () => {
    const plan = planOf(oneStep);
    const { events, run } = requested(plan);
    expect(events).toEqual([
      {
        type: "runbook-run.requested",
        atMs: START_MS,
        actor: "ada",
        data: { causeId: "ask", runId: "R1", plan, planHash: HASH, reason: "payments fails" },
      },
    ]);
    expect(run).toEqual({
      id: "R1",
      status: "requested",
      plan,
      planHash: HASH,
      requestedBy: "ada",
      requestedAtMs: START_MS,
      reason: "payments fails",
      steps: [{ id: "a", status: "pending", attempts: 0, undoAttempts: 0, mayHaveActed: false, words: "" }],
      approvals: [],
      lastToken: 0,
      undoOnCancel: false,
      words: "",
      causes: ["ask"],
      lastAtMs: START_MS,
      version: 1,
    });
    expect(requested(plan, { incidentId: "INC-007" }).run.incidentId).toBe("INC-007");
  });

  it("may be for later", () => {
    const course = requested(planOf(oneStep), { startAtMs: START_MS + HOUR_MS });
    expect(course.run).toMatchObject({ status: "scheduled", startAtMs: START_MS + HOUR_MS, version: 2 });
    expect(nextBoundary(course.run, START_MS + HOUR_MS - 1)).toEqual({
      kind: "wait",
      for: "start",
      untilMs: START_MS + HOUR_MS,
    });
    expect(nextBoundary(course.run, START_MS + HOUR_MS)).toEqual({ kind: "start" });
    expect(nextBoundary(requested(planOf(oneStep)).run, START_MS)).toEqual({ kind: "start" });
  });

  it("is one of the engine's own for runbooks of level 4 alone", () => {
    const ask = (level: 2 | 3 | 4, actor: string) =>
      decideRunbookRun(undefined, {
        type: "request",
        atMs: START_MS,
        actor,
        causeId: "c",
        runId: "R1",
        plan: planOf({ ...oneStep, level }),
        planHash: HASH,
        reason: "r",
      });
    expect(ask(4, "engine").ok).toBe(true);
    expect(ask(3, "ada").ok).toBe(true);
    expect(ask(3, "engine")).toEqual({
      ok: false,
      error: {
        code: "level-too-low",
        level: 3,
        message: "bad-deploy is of level 3; the engine starts runbooks of level 4 alone. Have a person start it.",
      },
    });
  });

  it("is handled once, and its id is taken", () => {
    const course = requested(planOf(oneStep));
    const again = {
      type: "request",
      actor: "ada",
      runId: "R1",
      plan: course.run.plan,
      planHash: HASH,
      reason: "r",
    } as const;
    expect(refusal(course, { ...again, atMs: START_MS, causeId: "ask" })).toEqual([]);
    expect(refusal(course, { ...again, atMs: START_MS, causeId: "other" })).toEqual({
      code: "already-requested",
      runId: "R1",
      message: "The run R1 is there already. Take another id.",
    });
  });

  it("comes before everything else", () => {
    expect(decideRunbookRun(undefined, person({ type: "pause", reason: "r" } as const))).toEqual({
      ok: false,
      error: {
        code: "not-requested",
        command: "pause",
        message: "There is no run to pause: its stream is empty. Request one, or check the id.",
      },
    });
  });
});

describe("a command", () => {
  it("says who, why, and from which request", () => {
    const course = running(oneStep);
    const codes = [
      person({ type: "pause", reason: " " } as const),
      person({ type: "resume", reason: "" } as const),
      person({ type: "cancel", reason: "", undo: false } as const),
      person({ type: "report", note: "", succeeded: true } as const),
      { ...person({ type: "pause", reason: "r" } as const), actor: " " },
      { ...person({ type: "pause", reason: "r" } as const), causeId: "" },
      { type: "abandon", atMs: START_MS, actor: "engine", reason: "" } as const,
      { type: "lease", atMs: START_MS, actor: "engine", runner: "", forMs: 1 } as const,
    ].map((command) => refusal(course, command));
    expect(codes).toEqual([
      { code: "empty-text", field: "reason", message: "The reason of pause is empty. Say something in it." },
      expect.objectContaining({ code: "empty-text", field: "reason" }),
      expect.objectContaining({ code: "empty-text", field: "reason" }),
      expect.objectContaining({ code: "empty-text", field: "note" }),
      expect.objectContaining({ code: "empty-text", field: "actor" }),
      expect.objectContaining({ code: "empty-text", field: "causeId" }),
      expect.objectContaining({ code: "empty-text", field: "reason" }),
      expect.objectContaining({ code: "empty-text", field: "runner" }),
    ]);
    const plan = planOf(oneStep);
    const request = {
      type: "request",
      atMs: 0,
      actor: "a",
      causeId: "c",
      runId: "R",
      plan,
      planHash: "h",
      reason: "r",
    };
    for (const field of ["runId", "planHash", "reason"]) {
      const blank = decideRunbookRun(undefined, { ...request, [field]: " " } as RunbookRunCommand);
      expect(blank).toMatchObject({ ok: false, error: { code: "empty-text", field } });
    }
  });

  it("is recorded no earlier than what came before, by whoever asked", () => {
    const early = after(running(oneStep), { ...person({ type: "pause", reason: "r" } as const), atMs: 5 });
    expect(early.events.at(-1)).toMatchObject({ atMs: START_MS, actor: "grace" });
    const late = after(running(oneStep), { ...person({ type: "pause", reason: "r" } as const), atMs: START_MS + 5 });
    expect(late.run.lastAtMs).toBe(START_MS + 5);
  });

  it("that a status does not allow names what it does", () => {
    const course = requested(planOf(oneStep));
    expect(refusal(course, person({ type: "pause", reason: "r" } as const))).toEqual({
      code: "move-not-allowed",
      runId: "R1",
      status: "requested",
      command: "pause",
      allowed: ["schedule", "start", "cancel", "abandon"],
      message: "The run R1 is requested, which does not allow pause. Allowed: schedule, start, cancel, abandon.",
    });
    const over = after(course, person({ type: "cancel", reason: "r", undo: false } as const));
    expect(refusal(over, { type: "start", atMs: START_MS, actor: "engine" })).toMatchObject({
      message: "The run R1 is cancelled, which does not allow start. Allowed: nothing, it is over: request a new run.",
    });
  });

  it("goes by the table from every status", () => {
    const commands: readonly RunbookRunCommand[] = [
      person({ type: "pause", reason: "r" } as const),
      person({ type: "resume", reason: "r" } as const),
      person({ type: "cancel", reason: "r", undo: false } as const),
      { type: "abandon", atMs: START_MS, actor: "engine", reason: "r" },
      { type: "start", atMs: START_MS, actor: "engine" },
      { type: "lease", atMs: START_MS, actor: "engine", runner: "r", forMs: 1 },
      find({ kind: "settle" }),
    ];
    const { run } = running(oneStep);
    const rows = RUNBOOK_RUN_STATUSES.map((status) => [
      status,
      commands
        .filter((command) => {
          const decided = decideRunbookRun({ ...run, status }, command);
          return decided.ok || decided.error.code !== "move-not-allowed";
        })
        .map(({ type }) => type)
        .join(" "),
    ]);
    expect(Object.fromEntries(rows)).toEqual({
      requested: "cancel abandon start",
      scheduled: "cancel abandon start",
      running: "pause cancel lease find",
      pausing: "resume cancel lease find",
      paused: "resume cancel abandon",
      cancelling: "lease find",
      compensating: "lease find",
      cancelled: "",
      succeeded: "",
      failed: "",
      compensated: "",
      abandoned: "",
    });
  });
});

describe("a lease", () => {
  const lease = (runner: string, atMs: number, forMs = MINUTE_MS) =>
    ({ type: "lease", atMs, actor: "engine", runner, forMs }) as const;
  const started = after(requested(planOf(oneStep)), { type: "start", atMs: START_MS, actor: "engine" });

  it("belongs to one runner until it expires, and each new holder has a higher token", () => {
    const first = after(started, lease("one", START_MS));
    expect(first.run.lease).toEqual({ runner: "one", token: 1, expiresAtMs: START_MS + MINUTE_MS });
    expect(refusal(first, lease("two", START_MS + MINUTE_MS - 1))).toEqual({
      code: "leased-elsewhere",
      runner: "one",
      untilMs: START_MS + MINUTE_MS,
      message: "one runs it until 2026-11-21 12:01:00 UTC at least. Leave it to that runner, or try again after.",
    });
    const second = after(first, lease("two", START_MS + MINUTE_MS));
    expect(second.run.lease).toEqual({ runner: "two", token: 2, expiresAtMs: START_MS + 2 * MINUTE_MS });
  });

  it("is renewed with the token that it has, and never shortened; one that ran out is new", () => {
    const first = after(started, lease("one", START_MS, 10 * MINUTE_MS));
    const again = after(first, lease("one", START_MS + 1, MINUTE_MS));
    expect(again.run.lease).toEqual({ runner: "one", token: 1, expiresAtMs: START_MS + 10 * MINUTE_MS });
    const longer = after(first, lease("one", START_MS + 1, 20 * MINUTE_MS));
    expect(longer.run.lease).toEqual({ runner: "one", token: 1, expiresAtMs: START_MS + 1 + 20 * MINUTE_MS });
    const expired = after(first, lease("one", START_MS + 10 * MINUTE_MS, 1));
    expect(expired.run.lease).toEqual({ runner: "one", token: 2, expiresAtMs: START_MS + 10 * MINUTE_MS + 1 });
  });

  it("fences out whoever had it before", () => {
    const taken = after(started, lease("one", START_MS), lease("two", START_MS + MINUTE_MS));
    expect(refusal(taken, find({ kind: "begin", stepId: "a" }, START_MS + MINUTE_MS, 1))).toEqual({
      code: "stale-lease",
      foundToken: 1,
      currentToken: 2,
      message: "The lease 1 of the run R1 does not hold any more. Nothing was recorded.",
    });
    expect(refusal(started, find({ kind: "settle" }))).toMatchObject({ code: "stale-lease", currentToken: 0 });
  });

  it("lets nothing begin after its end, and lets what began be recorded", () => {
    const held = after(started, lease("one", START_MS));
    const end = START_MS + MINUTE_MS;
    expect(refusal(held, find({ kind: "begin", stepId: "a" }, end - 1))).toEqual(["runbook-run.action-started"]);
    expect(refusal(held, find({ kind: "begin", stepId: "a" }, end))).toMatchObject({ code: "stale-lease" });
    const begun = after(held, find({ kind: "begin", stepId: "a" }));
    const outcome = { kind: "succeeded", summary: "done" } as const;
    expect(refusal(begun, find({ kind: "acted", stepId: "a", attempt: 1, outcome }, end + HOUR_MS))).toEqual([
      "runbook-run.action-succeeded",
    ]);
  });

  it("covers the action's time and half a minute more", () => {
    const begun = after(after(started, lease("one", START_MS)), find({ kind: "begin", stepId: "a" }, START_MS + 5));
    expect(begun.events.at(-1)).toEqual({
      type: "runbook-run.action-started",
      atMs: START_MS + 5,
      actor: "engine",
      data: {
        stepId: "a",
        attempt: 1,
        key: "runbook-run/R1/a",
        token: 1,
        leaseUntilMs: START_MS + 5 + MINUTE_MS + 30_000,
      },
    });
    expect(begun.run.lease?.expiresAtMs).toBe(START_MS + 5 + MINUTE_MS + 30_000);
    const long = after(after(started, lease("one", START_MS, HOUR_MS)), find({ kind: "begin", stepId: "a" }));
    expect(long.run.lease?.expiresAtMs).toBe(START_MS + HOUR_MS);
  });
});

describe("a step", () => {
  it("begins, acts, is verified, and gives way to the next", () => {
    const verified = runbook([step("a", { verify: HEALTH }), step("b")]);
    const begun = running(verified);
    expect(nextBoundary(begun.run, START_MS)).toMatchObject({ kind: "judge", step: { id: "a" } });
    const acting = after(begun, find({ kind: "begin", stepId: "a" }));
    expect(nextBoundary(acting.run, START_MS)).toMatchObject({ kind: "act", step: { id: "a" }, attempt: 1 });
    const outcome = { kind: "succeeded", summary: "rolled back", data: { to: "v1" } } as const;
    const done = after(acting, find({ kind: "acted", stepId: "a", attempt: 1, outcome }, START_MS + 7));
    expect(done.run.steps[0]).toEqual({
      id: "a",
      status: "acted",
      attempts: 1,
      undoAttempts: 0,
      mayHaveActed: true,
      words: "rolled back",
      data: { to: "v1" },
      verifyFromMs: START_MS + 7,
    });
    expect(nextBoundary(done.run, START_MS)).toEqual({
      kind: "verify",
      step: begun.run.plan.steps[0],
      timed: HEALTH,
      deadlineMs: START_MS + 7 + MINUTE_MS,
    });
    const seen = after(done, find({ kind: "verified", stepId: "a", saw: "all well" }));
    expect(seen.run.steps[0]).toMatchObject({ status: "succeeded", words: "all well" });
    expect(nextBoundary(seen.run, START_MS)).toMatchObject({ kind: "judge", step: { id: "b" } });
  });

  it("without a verification is done when its action is", () => {
    const course = after(running(oneStep), ...did("a"));
    expect(course.run.steps[0]).toMatchObject({ status: "succeeded", words: "a is done", mayHaveActed: true });
    expect(course.run.steps[0]).not.toHaveProperty("data");
    expect(course.run.steps[0]).not.toHaveProperty("verifyFromMs");
  });

  it("that is not needed is skipped", () => {
    const course = after(running(twoSteps), find({ kind: "skip", stepId: "a", reason: "it is well" }));
    expect(course.run.steps[0]).toMatchObject({ status: "skipped", words: "it is well", mayHaveActed: false });
    expect(nextBoundary(course.run, START_MS)).toMatchObject({ kind: "judge", step: { id: "b" } });
  });

  it("that waits begins and acts in one, changes nothing, and is verified by what it waits for", () => {
    const waiting = runbook([withoutUndo(step("w", { action: { kind: "wait-until", until: HEALTH } }))]);
    const course = after(running(waiting), find({ kind: "begin", stepId: "w" }));
    expect(names(running(waiting), course)).toEqual(["action-started", "action-succeeded"]);
    expect(course.run.steps[0]).toMatchObject({ status: "acted", mayHaveActed: false, words: "waiting" });
    expect(nextBoundary(course.run, START_MS)).toMatchObject({
      kind: "verify",
      timed: HEALTH,
      deadlineMs: START_MS + MINUTE_MS,
    });
  });

  it("is tried again as often as said where that is worth it, not before its delay, under the same key", () => {
    const again = runbook([step("a", { retry: { attempts: 2, delayMs: 10_000 } })]);
    const failed = after(
      running(again),
      find({ kind: "begin", stepId: "a" }),
      find(acted("a", { retryable: true }), START_MS + 1_000),
    );
    expect(failed.run.steps[0]).toMatchObject({
      status: "pending",
      attempts: 1,
      notBeforeMs: START_MS + 11_000,
      words: "it refused",
      mayHaveActed: false,
    });
    expect(nextBoundary(failed.run, START_MS + 1_000)).toMatchObject({
      kind: "judge",
      step: { id: "a" },
      notBeforeMs: START_MS + 11_000,
    });
    expect(refusal(failed, find({ kind: "begin", stepId: "a" }, START_MS + 10_999))).toMatchObject({
      code: "out-of-step",
      finding: "begin",
      message: "The run R1 is running, and begin does not fit where it stands. Look again.",
    });
    const second = after(failed, find({ kind: "begin", stepId: "a" }, START_MS + 11_000));
    expect(second.events.at(-1)?.data).toMatchObject({ attempt: 2, key: "runbook-run/R1/a" });
    expect(second.run.steps[0]).not.toHaveProperty("notBeforeMs");
    const over = after(second, find(acted("a", { retryable: true }, 2), START_MS + 11_000));
    expect(over.run.steps[0]).toMatchObject({ status: "failed", attempts: 2 });
    expect(over.events.at(-1)?.data).not.toHaveProperty("retryAtMs");
  });

  it("that failed for good is not tried again, and what may have acted once stays so", () => {
    const again = runbook([step("a", { retry: { attempts: 3, delayMs: 1 } })]);
    const begun = after(running(again), find({ kind: "begin", stepId: "a" }));
    expect(after(begun, find(acted("a"))).run.steps[0]).toMatchObject({ status: "failed", mayHaveActed: false });
    const verified = runbook([step("a", { verify: HEALTH })]);
    const never = after(running(verified), find({ kind: "begin", stepId: "a" }), find(acted("a")));
    expect(nextBoundary(never.run, START_MS)).toEqual({ kind: "settle" });
    const lost = after(begun, find(acted("a", { retryable: true, mayHaveActed: true })));
    expect(lost.run.steps[0]).toMatchObject({ status: "pending", mayHaveActed: true });
    const then = after(lost, find({ kind: "begin", stepId: "a" }, START_MS + 1), find(acted("a", {}, 2), START_MS + 1));
    expect(then.run.steps[0]).toMatchObject({ status: "failed", mayHaveActed: true });
  });

  it("has each result recorded once: a second copy, another step's, or an earlier attempt's fits nowhere", () => {
    const again = runbook([step("a", { retry: { attempts: 2, delayMs: 0 } }), step("b")]);
    const outcome = { kind: "succeeded", summary: "done" } as const;
    const first = { kind: "acted", stepId: "a", attempt: 1, outcome } as const;
    const begun = after(running(again), find({ kind: "begin", stepId: "a" }));
    expect(refusal(begun, find({ ...first, stepId: "b" }))).toMatchObject({ code: "out-of-step" });
    expect(refusal(begun, find({ ...first, attempt: 2 }))).toMatchObject({ code: "out-of-step" });
    expect(refusal(begun, find({ kind: "begin", stepId: "a" }))).toMatchObject({ code: "out-of-step" });
    expect(refusal(after(begun, find(first)), find(first))).toMatchObject({ code: "out-of-step" });
    const second = after(begun, find(acted("a", { retryable: true })), find({ kind: "begin", stepId: "a" }));
    expect(refusal(second, find(first))).toMatchObject({ code: "out-of-step" });
  });

  it("takes no finding that belongs to another place", () => {
    const course = running(twoSteps);
    const findings: readonly RunFinding[] = [
      { kind: "begin", stepId: "b" },
      { kind: "skip", stepId: "b", reason: "r" },
      { kind: "hold", hold: { kind: "guardrail", stepId: "b", reason: "r" } },
      { kind: "hold", hold: { kind: "inconclusive", saw: "r" } },
      { kind: "verified", stepId: "a", saw: "s" },
      { kind: "unverified", stepId: "a", saw: "s" },
      { kind: "acted", stepId: "a", attempt: 0, outcome: failedOutcome() },
      { kind: "begin-undo", stepId: "a" },
      { kind: "undone", stepId: "a", attempt: 0, outcome: failedOutcome() },
      { kind: "unhealthy", saw: "s" },
      { kind: "settle" },
    ];
    for (const finding of findings) {
      expect(refusal(course, find(finding))).toMatchObject({ code: "out-of-step", finding: finding.kind });
    }
    const acting = after(course, find({ kind: "begin", stepId: "a" }));
    expect(refusal(acting, find({ kind: "healthy", saw: "s" }))).toMatchObject({ code: "out-of-step" });
    expect(refusal(acting, find({ kind: "skip", stepId: "a", reason: "r" }))).toMatchObject({ code: "out-of-step" });
    const hold = { kind: "guardrail", stepId: "a", reason: "r" } as const;
    expect(refusal(acting, find({ kind: "hold", hold }))).toMatchObject({ code: "out-of-step" });
  });
});

describe("the health check", () => {
  it("ends the run as soon as it holds: before a step, while one is verified, and after the last", () => {
    const verified = runbook([step("a", { verify: HEALTH }), step("b")]);
    const before = after(running(verified), find({ kind: "healthy", saw: "2xx" }, START_MS + 9));
    expect(before.run).toMatchObject({ status: "succeeded", words: "healthy: 2xx", endedAtMs: START_MS + 9 });
    expect(before.run).not.toHaveProperty("lease");
    expect(nextBoundary(before.run, START_MS)).toEqual({ kind: "ended" });
    const during = after(running(verified), ...did("a"), find({ kind: "healthy", saw: "2xx" }));
    expect(during.run.status).toBe("succeeded");
    expect(during.run.steps[1]?.status).toBe("pending");
  });

  it("has its time after the last step, and takes everything back when it does not come true", () => {
    const course = after(running(oneStep), ...did("a"));
    expect(nextBoundary(course.run, START_MS)).toEqual({ kind: "settle" });
    const finished = after(course, find({ kind: "settle" }, START_MS + 3));
    expect(names(course, finished)).toEqual(["steps-finished"]);
    expect(nextBoundary(finished.run, START_MS)).toEqual({
      kind: "health",
      timed: HEALTH,
      deadlineMs: START_MS + 3 + MINUTE_MS,
    });
    expect(after(finished, find({ kind: "healthy", saw: "x" })).run.status).toBe("succeeded");
    const unwell = after(finished, find({ kind: "unhealthy", saw: "40 % errors" }));
    expect(unwell.run).toMatchObject({
      status: "compensating",
      words: "all steps are done, and it is not healthy: 40 % errors",
    });
  });

  it("is not needed: then the last step ends the run", () => {
    const course = after(running(withoutHealth(oneStep)), ...did("a"), find({ kind: "settle" }));
    expect(course.run).toMatchObject({ status: "succeeded", words: "all steps are done" });
  });
});

describe("an approval", () => {
  const guarded = runbook([step("a", { approval: true }), step("b")]);
  const held = after(
    running(guarded),
    find({ kind: "hold", hold: { kind: "approval", stepId: "a", approvalIds: ["a"] } }),
  );

  it("is waited for in a pause, and nothing begins before it", () => {
    expect(held.run).toMatchObject({
      status: "paused",
      hold: { kind: "approval", stepId: "a", approvalIds: ["a"] },
    });
    expect(held.run).not.toHaveProperty("lease");
    expect(nextBoundary(held.run, START_MS)).toEqual({ kind: "wait", for: "person" });
    expect(refusal(running(guarded), find({ kind: "begin", stepId: "a" }))).toEqual({
      code: "not-approved",
      missing: ["a"],
      message: "Not approved: a. Nothing was begun.",
    });
  });

  it("lets the run go on", () => {
    const course = after(held, approve("a"));
    expect(names(held, course)).toEqual(["approved", "resumed"]);
    expect(course.run).toMatchObject({
      status: "running",
      approvals: [{ approvalId: "a", planHash: HASH, by: "grace", atMs: START_MS, expiresAtMs: START_MS + HOUR_MS }],
    });
    expect(course.run).not.toHaveProperty("hold");
    expect(course.events.at(-1)?.data).toMatchObject({ reason: "a is approved" });
    expect(after(running(guarded), approve("a"), find({ kind: "begin", stepId: "a" })).run.steps[0]?.status).toBe(
      "acting",
    );
  });

  it("counts until it expires", () => {
    const course = after(running(guarded), approve("a", { expiresAtMs: START_MS + MINUTE_MS }));
    const begin = (atMs: number) => refusal(course, find({ kind: "begin", stepId: "a" }, atMs));
    expect(begin(START_MS + MINUTE_MS - 1)).toEqual(["runbook-run.action-started"]);
    expect(begin(START_MS + MINUTE_MS)).toMatchObject({ code: "not-approved" });
  });

  it("is needed for every attempt", () => {
    const again = runbook([step("a", { approval: true, retry: { attempts: 2, delayMs: 2 * MINUTE_MS } })]);
    const course = after(
      running(again),
      approve("a", { expiresAtMs: START_MS + MINUTE_MS }),
      find({ kind: "begin", stepId: "a" }),
      find(acted("a", { retryable: true })),
    );
    expect(refusal(course, find({ kind: "begin", stepId: "a" }, START_MS + 2 * MINUTE_MS))).toMatchObject({
      code: "not-approved",
    });
  });

  it("is not the requester's own, however the name is typed, and never the engine's", () => {
    for (const actor of ["ada", " Ada ", "ADA", "ａｄａ", "ada (token local)", "ben (ada (token ci))"]) {
      expect(refusal(held, approve("a", { actor }))).toEqual({
        code: "own-approval",
        requestedBy: "ada",
        message: "ada asked for the run R1 and cannot approve it too. Ask somebody else.",
      });
    }
    for (const actor of ["Engine", "engine (token local)"]) {
      expect(refusal(held, approve("a", { actor }))).toEqual({
        code: "engine-approval",
        message: "The engine approves nothing. Approvals are people's.",
      });
    }
    expect(refusal(held, approve("a", { actor: "adam" }))).toEqual(["runbook-run.approved", "runbook-run.resumed"]);
  });

  it("is for the plan that was read", () => {
    expect(refusal(held, approve("a", { planHash: "another" }))).toEqual({
      code: "other-plan",
      expectedHash: HASH,
      foundHash: "another",
      message:
        "The approval is for the plan another; the run R1 has the plan plan-hash. Read the plan of the run, and approve that.",
    });
    const course = after(held, approve("a"));
    const changed = { ...course.run, planHash: "changed" };
    const begin = find({ kind: "begin", stepId: "a" }, START_MS);
    const leased = after(
      { ...course, run: changed },
      {
        type: "lease",
        atMs: START_MS,
        actor: "engine",
        runner: "one",
        forMs: MINUTE_MS,
      },
    );
    expect(refusal(leased, { ...begin, token: 2 } as RunbookRunCommand)).toMatchObject({ code: "not-approved" });
  });

  it("is for something that needs one", () => {
    expect(refusal(held, approve("b"))).toEqual({
      code: "unknown-approval",
      approvalId: "b",
      known: ["a"],
      message: "Nothing in the run R1 needs the approval b: these do: a.",
    });
    expect(refusal(running(twoSteps), approve("a"))).toMatchObject({
      message: "Nothing in the run R1 needs the approval a: nothing in it needs one.",
    });
  });

  it("expires within a day, and not before it is given", () => {
    const code = (expiresAtMs: number) => refusal(held, approve("a", { expiresAtMs }));
    const refused = {
      code: "approval-expiry",
      message: "An approval expires after now, and within 24 h. Give such an instant.",
    };
    expect(code(START_MS)).toEqual({ ...refused, expiresAtMs: START_MS });
    expect(code(START_MS + 1)).toHaveLength(2);
    expect(code(START_MS + 24 * HOUR_MS)).toHaveLength(2);
    expect(code(START_MS + 24 * HOUR_MS + 1)).toMatchObject(refused);
    expect(code(Number.NaN)).toMatchObject(refused);
  });

  it("goes on only when every approval of the step is there", () => {
    const inner = runbook([step("x", { approval: true })], { id: "inner" });
    const outer = runbook([
      step("s", { action: { kind: "runbook", runbook: "inner", parameters: {} }, approval: true }),
    ]);
    const hold = { kind: "approval", stepId: "s/x", approvalIds: ["s", "s/x"] } as const;
    const waiting = after(running(outer, [inner]), find({ kind: "hold", hold }));
    const one = after(waiting, approve("s"));
    expect(one.run.status).toBe("paused");
    expect(after(one, approve("s/x")).run.status).toBe("running");
  });

  it("resumes nothing that a person has paused, and comes too late for what is over", () => {
    const paused = after(running(guarded), person({ type: "pause", reason: "lunch" } as const));
    const course = after(paused, approve("a"));
    expect(names(paused, course)).toEqual(["approved"]);
    const over = after(held, person({ type: "cancel", reason: "r", undo: false } as const));
    expect(refusal(over, approve("a"))).toMatchObject({ code: "move-not-allowed" });
  });

  it("is handled once", () => {
    expect(refusal(after(held, approve("a")), approve("a"))).toEqual([]);
  });
});

describe("a pause", () => {
  const pause = person({ type: "pause", reason: "lunch" } as const);

  it("comes at once at a boundary", () => {
    const course = after(running(twoSteps), pause);
    expect(names(running(twoSteps), course)).toEqual(["pause-requested", "paused"]);
    expect(course.run).toMatchObject({ status: "paused", hold: { kind: "person", by: "grace", reason: "lunch" } });
    expect(course.run).not.toHaveProperty("lease");
  });

  it("waits for the action under way, and what came of it is dealt with after", () => {
    const acting = after(running(twoSteps), find({ kind: "begin", stepId: "a" }));
    const pausing = after(acting, pause);
    expect(pausing.run.status).toBe("pausing");
    expect(nextBoundary(pausing.run, START_MS)).toMatchObject({ kind: "act", step: { id: "a" } });
    const failed = after(pausing, find(acted("a", { mayHaveActed: true })));
    expect(failed.run.status).toBe("pausing");
    const paused = after(failed, find({ kind: "settle" }));
    expect(paused.run).toMatchObject({ status: "paused", hold: { kind: "person", by: "grace" } });
    const resumed = after(paused, person({ type: "resume", reason: "back" } as const), {
      type: "lease",
      atMs: START_MS,
      actor: "engine",
      runner: "two",
      forMs: MINUTE_MS,
    });
    expect(resumed.run).toMatchObject({ status: "running", lease: { token: 2 } });
    expect(nextBoundary(resumed.run, START_MS)).toEqual({ kind: "settle" });
    expect(after(resumed, find({ kind: "settle" }, START_MS, 2)).run.status).toBe("compensating");
  });

  it("can be taken back while the action is under way", () => {
    const pausing = after(running(twoSteps), find({ kind: "begin", stepId: "a" }), pause);
    const course = after(pausing, person({ type: "resume", reason: "no" } as const));
    expect(course.run.status).toBe("running");
    expect(course.run).not.toHaveProperty("hold");
  });

  it("gives a verification its time again", () => {
    const verified = runbook([step("a", { verify: HEALTH })]);
    const resume = { ...person({ type: "resume", reason: "back" } as const), atMs: START_MS + HOUR_MS };
    const course = after(running(verified), ...did("a"), pause, resume);
    expect(course.run.steps[0]?.verifyFromMs).toBe(START_MS + HOUR_MS);
    const finished = after(running(oneStep), ...did("a"), find({ kind: "settle" }), pause, resume);
    expect(finished.run.healthFromMs).toBe(START_MS + HOUR_MS);
    expect(finished.run.steps[0]).not.toHaveProperty("verifyFromMs");
    expect(after(running(verified), pause, resume).run).not.toHaveProperty("healthFromMs");
  });
});

describe("a run that needs a person", () => {
  it("waits where guardrails deny, and where a precondition cannot be told", () => {
    for (const hold of [
      { kind: "guardrail", stepId: "a", reason: "budget" },
      { kind: "unknown-precondition", stepId: "a", saw: "timeout" },
    ] as const) {
      const held = after(running(oneStep), find({ kind: "hold", hold }));
      expect(held.run).toMatchObject({ status: "paused", hold });
      const resumed = after(held, person({ type: "resume", reason: "looked" } as const));
      expect(nextBoundary(resumed.run, START_MS)).toMatchObject({ kind: "judge", step: { id: "a" } });
    }
  });

  const manual = runbook([
    withoutUndo(step("m", { action: { kind: "manual", instruction: "Pull the plug." } })),
    step("b"),
  ]);
  const asked = after(running(manual), find({ kind: "begin", stepId: "m" }));
  const report = (change: object = {}) =>
    person({ type: "report", stepId: "m", succeeded: true, note: "pulled", ...change } as const);

  it("asks for what is to be done by hand, and waits for word of it", () => {
    expect(names(running(manual), asked)).toEqual(["action-started", "held"]);
    expect(asked.run).toMatchObject({
      status: "paused",
      hold: { kind: "manual", stepId: "m", instruction: "Pull the plug." },
    });
    expect(refusal(asked, person({ type: "resume", reason: "r" } as const))).toEqual({
      code: "report-first",
      stepId: "m",
      message: "The run R1 waits for a person to do m. Report how it went; that resumes the run.",
    });
    const done = after(asked, report());
    expect(names(asked, done)).toEqual(["action-succeeded", "resumed"]);
    expect(done.run).toMatchObject({ status: "running" });
    expect(done.run.steps[0]).toMatchObject({ status: "succeeded", words: "pulled", mayHaveActed: true });
    const failed = after(asked, report({ succeeded: false, note: "stuck" }));
    expect(names(asked, failed)).toEqual(["action-failed", "resumed"]);
    expect(failed.run.steps[0]).toMatchObject({ status: "failed", words: "stuck", mayHaveActed: true });
    expect(done.events.at(-2)?.data).toMatchObject({ attempt: 1 });
  });

  it("takes word of nothing else", () => {
    const amiss = {
      code: "nothing-to-report",
      message: "The run R1 does not wait for a report on that. Look what it waits for.",
    };
    expect(refusal(asked, report({ stepId: "b" }))).toMatchObject(amiss);
    expect(refusal(asked, report({ stepId: undefined }))).toMatchObject(amiss);
    expect(refusal(running(manual), report())).toMatchObject(amiss);
    const paused = after(running(manual), person({ type: "pause", reason: "r" } as const));
    expect(refusal(paused, report({ stepId: undefined }))).toMatchObject(amiss);
    expect(refusal(paused, report())).toMatchObject(amiss);
  });

  it("takes a person's word for what no check can tell of a step", () => {
    const verified = runbook([step("a", { verify: HEALTH })]);
    const hold = { kind: "inconclusive", stepId: "a", saw: "timeout" } as const;
    const held = after(running(verified), ...did("a"), find({ kind: "hold", hold }));
    const well = after(held, report({ stepId: "a", note: "looks fine" }));
    expect(names(held, well)).toEqual(["step-verified", "resumed"]);
    expect(well.run.steps[0]).toMatchObject({ status: "succeeded", words: "looks fine" });
    const unwell = after(held, report({ stepId: "a", succeeded: false, note: "red" }));
    expect(names(held, unwell)).toEqual(["verification-failed", "resumed"]);
    expect(unwell.run.steps[0]).toMatchObject({ status: "failed", words: "red" });
    expect(refusal(held, report({ stepId: undefined }))).toMatchObject({ code: "nothing-to-report" });
  });

  it("takes a person's word for the service's health", () => {
    const hold = { kind: "inconclusive", saw: "timeout" } as const;
    const held = after(running(oneStep), ...did("a"), find({ kind: "settle" }), find({ kind: "hold", hold }));
    expect(held.run.status).toBe("paused");
    const well = after(held, report({ stepId: undefined, note: "looks fine" }));
    expect(well.run).toMatchObject({ status: "succeeded", words: "healthy: looks fine" });
    const unwell = after(held, report({ stepId: undefined, succeeded: false, note: "red" }));
    expect(unwell.run).toMatchObject({ status: "compensating" });
    expect(refusal(held, report({ stepId: "a" }))).toMatchObject({ code: "nothing-to-report" });
  });
});

describe("a failure", () => {
  const three = withoutHealth(
    runbook([step("a"), withoutUndo(step("b", { risk: "safe" })), step("c"), step("d", { verify: HEALTH })]),
  );

  it("takes back what was done, in reverse, and says what stays", () => {
    const failed = after(
      running(three),
      ...did("a"),
      ...did("b"),
      ...did("c"),
      ...did("d"),
      find({ kind: "unverified", stepId: "d", saw: "still red" }),
    );
    expect(nextBoundary(failed.run, START_MS)).toEqual({ kind: "settle" });
    let course = after(failed, find({ kind: "settle" }));
    expect(course.run).toMatchObject({ status: "compensating", words: "d failed: still red" });
    for (const stepId of ["d", "c", "a"]) {
      expect(nextBoundary(course.run, START_MS)).toMatchObject({ kind: "begin-undo", step: { id: stepId } });
      course = after(course, find({ kind: "begin-undo", stepId }));
      expect(course.events.at(-1)).toMatchObject({
        type: "runbook-run.undo-started",
        data: { stepId, attempt: 1, key: `runbook-run/R1/${stepId}/undo`, leaseUntilMs: START_MS + 90_000 },
      });
      expect(nextBoundary(course.run, START_MS)).toMatchObject({ kind: "undo", step: { id: stepId }, attempt: 1 });
      const outcome = { kind: "succeeded", summary: "as it was" } as const;
      course = after(course, find({ kind: "undone", stepId, attempt: 1, outcome }));
    }
    expect(nextBoundary(course.run, START_MS)).toEqual({ kind: "settle" });
    const over = after(course, find({ kind: "settle" }));
    expect(over.run).toMatchObject({
      status: "compensated",
      words: "d failed: still red; still as changed by: b",
      endedAtMs: START_MS,
    });
    expect(over.run.steps.map(({ status, words }) => [status, words])).toEqual([
      ["undone", "as it was"],
      ["succeeded", "b is done"],
      ["undone", "as it was"],
      ["undone", "as it was"],
    ]);
  });

  it("takes back what may have acted, and not what certainly did not", () => {
    const lost = after(running(three), find({ kind: "begin", stepId: "a" }), find(acted("a", { mayHaveActed: true })));
    expect(after(lost, find({ kind: "settle" })).run).toMatchObject({
      status: "compensating",
      words: "a failed: it refused",
    });
    const refused = after(
      running(three),
      find({ kind: "begin", stepId: "a" }),
      find(acted("a")),
      find({ kind: "settle" }),
    );
    expect(refused.run).toMatchObject({ status: "failed", words: "a failed: it refused" });
  });

  it("of the compensation is tried again as often as said, then ends the run with what stays", () => {
    const again = withoutHealth(
      runbook([step("a"), step("b", { retry: { attempts: 2, delayMs: 10_000 } }), step("c")]),
    );
    const undone = (attempt: number, retryable: boolean): RunFinding => ({
      kind: "undone",
      stepId: "b",
      attempt,
      outcome: failedOutcome({ retryable }),
    });
    const course = after(
      running(again),
      ...did("a"),
      ...did("b"),
      find({ kind: "begin", stepId: "c" }),
      find(acted("c")),
      find({ kind: "settle" }),
      find({ kind: "begin-undo", stepId: "b" }),
    );
    expect(refusal(course, find(undone(2, true)))).toMatchObject({ code: "out-of-step" });
    const waits = after(course, find(undone(1, true)));
    expect(waits.run.steps[1]).toMatchObject({
      status: "undoing",
      notBeforeMs: START_MS + 10_000,
      words: "it refused",
    });
    expect(nextBoundary(waits.run, START_MS + 9_999)).toEqual({
      kind: "wait",
      for: "retry",
      untilMs: START_MS + 10_000,
    });
    expect(nextBoundary(waits.run, START_MS + 10_000)).toMatchObject({ kind: "begin-undo", step: { id: "b" } });
    const second = after(waits, find({ kind: "begin-undo", stepId: "b" }, START_MS + 10_000));
    expect(second.events.at(-1)?.data).toMatchObject({ attempt: 2 });
    const stuck = after(second, find(undone(2, true), START_MS + 10_000));
    expect(stuck.run.steps[1]).toMatchObject({ status: "undo-failed" });
    expect(nextBoundary(stuck.run, START_MS)).toEqual({ kind: "settle" });
    expect(after(stuck, find({ kind: "settle" })).run).toMatchObject({
      status: "failed",
      words: "c failed: it refused; b could not be taken back: it refused; still as changed by: a, b",
    });
    expect(after(course, find(undone(1, false))).run.steps[1]).toMatchObject({ status: "undo-failed" });
  });

  it("is taken back under a lease alone", () => {
    const course = after(
      running(oneStep),
      find({ kind: "begin", stepId: "a" }),
      find(acted("a", { mayHaveActed: true })),
      find({ kind: "settle" }),
    );
    const end = START_MS + 10 * MINUTE_MS;
    expect(refusal(course, find({ kind: "begin-undo", stepId: "a" }, end - 1))).toEqual(["runbook-run.undo-started"]);
    expect(refusal(course, find({ kind: "begin-undo", stepId: "a" }, end))).toMatchObject({ code: "stale-lease" });
    expect(refusal(course, find({ kind: "begin-undo", stepId: "x" }))).toMatchObject({ code: "out-of-step" });
  });

  it("is taken back by hand where the runbook says so", () => {
    const manual = runbook([step("a", { compensation: { kind: "manual", instruction: "Put it back." } }), step("b")]);
    const course = after(
      running(manual),
      ...did("a"),
      find({ kind: "begin", stepId: "b" }),
      find(acted("b")),
      find({ kind: "settle" }),
    );
    const report = (change: object = {}) =>
      person({ type: "report", stepId: "a", succeeded: true, note: "put back", ...change } as const);
    expect(refusal(course, report())).toMatchObject({ code: "nothing-to-report" });
    const asked = after(course, find({ kind: "begin-undo", stepId: "a" }));
    expect(nextBoundary(asked.run, START_MS)).toEqual({ kind: "wait", for: "person" });
    expect(refusal(asked, report({ stepId: "b" }))).toMatchObject({ code: "nothing-to-report" });
    const done = after(asked, report());
    expect(done.run.steps[0]).toMatchObject({ status: "undone", words: "put back" });
    expect(done.events.at(-1)?.data).toMatchObject({ attempt: 1, causeId: expect.any(String) as unknown });
    expect(after(done, find({ kind: "settle" })).run.status).toBe("compensated");
    const stuck = after(asked, report({ succeeded: false, note: "cannot" }), find({ kind: "settle" }));
    expect(stuck.run).toMatchObject({
      status: "failed",
      words: "b failed: it refused; a could not be taken back: cannot; still as changed by: a",
    });
  });

  it("of an undo that a machine does takes no person's word", () => {
    const course = after(
      running(oneStep),
      find({ kind: "begin", stepId: "a" }),
      find(acted("a", { mayHaveActed: true })),
      find({ kind: "settle" }),
      find({ kind: "begin-undo", stepId: "a" }),
    );
    const report = person({ type: "report", stepId: "a", succeeded: true, note: "n" } as const);
    expect(refusal(course, report)).toMatchObject({ code: "nothing-to-report" });
  });
});

describe("cancelling", () => {
  const cancel = (undo: boolean) => person({ type: "cancel", reason: "wrong runbook", undo } as const);

  it("ends at once what has not begun", () => {
    const course = after(requested(planOf(oneStep)), { ...cancel(false), atMs: START_MS + 4 });
    expect(course.run).toMatchObject({ status: "cancelled", words: "wrong runbook", endedAtMs: START_MS + 4 });
    expect(after(requested(planOf(oneStep), { startAtMs: START_MS + 1 }), cancel(true)).run.status).toBe("cancelled");
  });

  it("ends at a boundary, and leaves what was done unless it is to be taken back", () => {
    const done = after(running(twoSteps), ...did("a"));
    const left = after(done, cancel(false));
    expect(names(done, left)).toEqual(["cancel-requested", "cancelled"]);
    expect(left.run).toMatchObject({
      status: "cancelled",
      words: "cancelled: wrong runbook; still as changed by: a",
      undoOnCancel: false,
    });
    const back = after(done, cancel(true));
    expect(names(done, back)).toEqual(["cancel-requested", "compensation-started"]);
    expect(back.run).toMatchObject({ status: "compensating", words: "cancelled: wrong runbook", undoOnCancel: true });
    expect(after(running(twoSteps), cancel(true)).run).toMatchObject({
      status: "cancelled",
      words: "cancelled: wrong runbook",
    });
  });

  it("waits for the action under way", () => {
    const acting = after(running(twoSteps), find({ kind: "begin", stepId: "a" }), cancel(true));
    expect(acting.run.status).toBe("cancelling");
    expect(nextBoundary(acting.run, START_MS)).toMatchObject({ kind: "act" });
    const outcome = { kind: "succeeded", summary: "done" } as const;
    const ended = after(acting, find({ kind: "acted", stepId: "a", attempt: 1, outcome }));
    expect(nextBoundary(ended.run, START_MS)).toEqual({ kind: "settle" });
    expect(after(ended, find({ kind: "settle" })).run.status).toBe("compensating");
  });

  it("ends a pause, also one that waits for a hand", () => {
    const manual = runbook([step("m", { action: { kind: "manual", instruction: "Look." } })]);
    const asked = after(running(manual), find({ kind: "begin", stepId: "m" }), cancel(true));
    expect(asked.run).toMatchObject({ status: "cancelled" });
    expect(asked.run).not.toHaveProperty("hold");
  });

  it("is refused while things are being taken back", () => {
    const course = after(running(twoSteps), ...did("a"), cancel(true));
    expect(refusal(course, { ...cancel(false), causeId: "again" })).toMatchObject({ code: "move-not-allowed" });
  });
});

describe("giving up", () => {
  it("ends what nobody comes back to", () => {
    const paused = after(running(oneStep), person({ type: "pause", reason: "r" } as const));
    const course = after(paused, { type: "abandon", atMs: START_MS + 9, actor: "engine", reason: "nobody came" });
    expect(course.run).toMatchObject({ status: "abandoned", words: "nobody came", endedAtMs: START_MS + 9 });
    expect(course.run).not.toHaveProperty("hold");
  });
});

describe("a command that is applied", () => {
  it("gives the run as it is then, and what happened", () => {
    const { run } = running(oneStep);
    const applied = applyRunCommand(run, person({ type: "pause", reason: "r" } as const));
    expect(applied).toMatchObject({ accepted: true, run: { status: "paused" } });
    expect(applied.events.map(({ type }) => type)).toEqual(["runbook-run.pause-requested", "runbook-run.paused"]);
  });

  it("changes nothing when it is refused", () => {
    const { run } = running(oneStep);
    const applied = applyRunCommand(run, person({ type: "resume", reason: "r" } as const));
    expect(applied).toEqual({ accepted: false, run, events: [] });
  });
});

describe("the events of a run", () => {
  const { events, run } = after(running(oneStep), ...did("a"));

  it("make the same state again, each once", () => {
    const again = events.reduce<typeof run | undefined>((now, event) => evolveRunbookRun(now, event), undefined);
    expect(again).toEqual(run);
    expect(run.version).toBe(events.length);
  });

  it("begin with the request: nothing comes of others before it, nor of a second", () => {
    const [first, second] = events;
    if (first === undefined || second === undefined) throw new Error("no events");
    expect(evolveRunbookRun(undefined, second)).toBeUndefined();
    expect(evolveRunbookRun(run, first)).toBe(run);
  });

  it("stand where they were not foreseen: the status stays, and steps that are not in the plan change nothing", () => {
    const base = { atMs: START_MS, actor: "engine" };
    const odd = evolveRunbookRun({ ...run, status: "paused" }, { ...base, type: "runbook-run.started", data: {} });
    expect(odd.status).toBe("paused");
    const stranger = evolveRunbookRun(run, {
      ...base,
      type: "runbook-run.step-skipped",
      data: { stepId: "zzz", reason: "r" },
    });
    expect(stranger).toEqual({ ...run, version: run.version + 1 });
    const data = { stepId: "a", attempt: 1, key: "k", token: 7, leaseUntilMs: START_MS + HOUR_MS };
    const foreign = evolveRunbookRun(run, { ...base, type: "runbook-run.action-started", data });
    expect(foreign.lease).toEqual(run.lease);
  });

  it("remember each cause once", () => {
    const twice = after(running(oneStep), person({ type: "pause", reason: "r" } as const, "c1"));
    const cause = { ...twice.events.at(-1), data: { causeId: "c1" } } as (typeof events)[number];
    expect(twice.run.causes).toEqual(["ask", "c1"]);
    expect(evolveRunbookRun(twice.run, cause).causes).toEqual(["ask", "c1"]);
    const bare = { type: "runbook-run.requested", atMs: 0, actor: "a", data: { ...dataOf(), runId: "R9" } } as const;
    expect(evolveRunbookRun(undefined, bare)).toMatchObject({ id: "R9", causes: [] });
  });

  function dataOf() {
    return { plan: run.plan, planHash: HASH, reason: "r" };
  }
});
