import { describe, expect, it } from "vitest";
import {
  GET,
  HEALTH,
  MINUTE_MS,
  runbook,
  sloCheck,
  START_MS,
  step,
  withoutHealth,
  withoutUndo,
} from "../runbook/runbook.fixture.js";
import type { Runbook } from "../runbook/runbook.js";
import { createRunbookTrigger } from "./runbook-trigger.js";
import { createRunbookWorld } from "./runbook-world.js";
import { createDeskWorld, type Crash } from "./runbook-desk.fixture.js";

const HEALTHY = { ...HEALTH, check: sloCheck("payments") };
const REQUEST = { runbookId: "bad-deploy", actor: "ada", causeId: "ask-1", reason: "payments fails" };
const two = runbook([step("a"), step("b")], { health: HEALTHY });

type World = ReturnType<typeof createDeskWorld>;
type Process = Awaited<ReturnType<World["open"]>>;

async function begin(world: World, change: object = {}): Promise<Process & { readonly runId: string }> {
  const opened = await world.open("one");
  const run = await opened.desk.request({ ...REQUEST, ...change });
  if (!run.ok) throw new Error(run.error.message);
  return { ...opened, runId: run.value.id };
}

/** Advances until the run ends or waits; time passes where it says when to come again. */
async function play({ desk }: Process, runId: string, world: World): Promise<string> {
  for (;;) {
    const report = await desk.advance(runId);
    switch (report.kind) {
      case "ended":
        return report.status;
      case "advanced":
        break;
      case "waiting":
        if (report.untilMs === undefined) return `waiting for ${report.for}`;
        world.advance(report.untilMs - world.nowMs());
        break;
      case "refused":
        return report.refusal.code;
      case "busy":
      case "stopped":
        return report.kind;
    }
  }
}

describe("a run that several people decide about", () => {
  const pause = { type: "pause", actor: "grace", reason: "r" } as const;

  it("is changed at the version that was seen and at no other, and once for each cause", async () => {
    const world = createDeskWorld([two]);
    const { book, desk, runId } = await begin(world);
    await desk.advance(runId);
    expect(book.get(runId)?.version).toBe(2);
    for (const expectedVersion of [1, 3]) {
      expect(await desk.command(runId, { ...pause, causeId: "c1", expectedVersion })).toEqual({
        ok: false,
        error: {
          code: "version-mismatch",
          expectedVersion,
          presentVersion: 2,
          message: `The run ${runId} is at version 2, not ${expectedVersion}. Read it again, and ask again if it still makes sense.`,
        },
      });
    }
    const asked = { ...pause, causeId: "c1", expectedVersion: 2 } as const;
    const paused = await desk.command(runId, asked);
    expect(paused.ok).toBe(true);
    expect(await desk.command(runId, asked)).toEqual(paused);
  });

  it("is changed by exactly one of two who saw the same, in one process and in two", async () => {
    for (const runner of ["one", "two"]) {
      const world = createDeskWorld([two]);
      const { desk, runId } = await begin(world);
      await desk.advance(runId);
      const other = runner === "one" ? desk : (await world.open(runner)).desk;
      const answers = await Promise.all([
        desk.command(runId, { ...pause, causeId: "c1", expectedVersion: 2 }),
        other.command(runId, { ...pause, type: "cancel", undo: false, causeId: "c2", expectedVersion: 2 }),
      ]);
      expect(answers.map((one) => (one.ok ? "done" : one.error.code)).toSorted()).toEqual(["done", "version-mismatch"]);
    }
  });
});

describe("a run at the desk", () => {
  it("does its steps in order until the service is healthy, and stops there", async () => {
    const world = createDeskWorld([two]);
    world.slos.set("payments", "fails");
    world.outcome = ({ remedy }) => {
      if (remedy.remedy === "a") world.slos.set("payments", "holds");
      return { kind: "succeeded", summary: "done" };
    };
    const opened = await begin(world);
    expect(await play(opened, opened.runId, world)).toBe("succeeded");
    expect(world.done).toEqual(["execute a 1"]);
    expect(opened.book.get(opened.runId)).toMatchObject({
      words: "healthy: payments in the test",
      requestedBy: "ada",
      planHash: expect.stringMatching(/^hash of \d+$/) as unknown,
    });
    expect(opened.book.open()).toEqual([]);
    expect(opened.book.all().map(({ id }) => id)).toEqual([opened.runId]);
  });

  it("does nothing where the service is healthy from the start", async () => {
    const world = createDeskWorld([two]);
    world.slos.set("payments", "holds");
    const opened = await begin(world);
    expect(await play(opened, opened.runId, world)).toBe("succeeded");
    expect(world.done).toEqual([]);
  });

  it("waits for health after the last step, then takes everything back in reverse", async () => {
    const world = createDeskWorld([two]);
    world.slos.set("payments", "fails");
    const opened = await begin(world);
    expect(await play(opened, opened.runId, world)).toBe("compensated");
    expect(world.done).toEqual(["execute a 1", "execute b 1", "undo b 1", "undo a 1"]);
    expect(world.nowMs()).toBe(START_MS + MINUTE_MS);
    expect([...world.changes.keys()]).toEqual([
      "execute runbook-run/RUN-1/a",
      "execute runbook-run/RUN-1/b",
      "undo runbook-run/RUN-1/b",
      "undo runbook-run/RUN-1/a",
    ]);
  });

  it("asks a person where health cannot be told", async () => {
    const world = createDeskWorld([two]);
    const opened = await begin(world);
    expect(await play(opened, opened.runId, world)).toBe("waiting for person");
    expect(opened.book.get(opened.runId)?.hold).toEqual({ kind: "inconclusive", saw: "payments in the test" });
    expect(world.done).toEqual(["execute a 1", "execute b 1"]);
  });

  it("tries again after the delay, then gives up", async () => {
    const world = createDeskWorld([withoutHealth(runbook([step("a", { retry: { attempts: 3, delayMs: 20_000 } })]))]);
    world.outcome = () => ({ kind: "failed", reason: "busy", retryable: true, mayHaveActed: false });
    const opened = await begin(world);
    expect(await play(opened, opened.runId, world)).toBe("failed");
    expect(world.done).toEqual(["execute a 1", "execute a 1", "execute a 1"]);
    expect(world.nowMs()).toBe(START_MS + 40_000);
  });

  it("waits for an approval, takes it from somebody else, and goes on", async () => {
    const world = createDeskWorld([withoutHealth(runbook([step("a", { approval: true })]))]);
    const opened = await begin(world);
    const { book, desk, runId } = opened;
    expect(await play(opened, runId, world)).toBe("waiting for person");
    expect(world.done).toEqual([]);
    const approve = {
      type: "approve",
      approvalId: "a",
      planHash: book.get(runId)?.planHash ?? "",
      expiresAtMs: START_MS + MINUTE_MS,
      causeId: "yes",
    } as const;
    expect(await desk.command(runId, { ...approve, actor: "ada" })).toMatchObject({
      ok: false,
      error: { code: "own-approval" },
    });
    expect(await desk.command(runId, { ...approve, actor: "grace" })).toMatchObject({
      ok: true,
      value: { status: "running" },
    });
    expect(await play(opened, runId, world)).toBe("succeeded");
    expect(world.done).toEqual(["execute a 2"]);
  });

  it("waits where guardrails deny", async () => {
    const world = createDeskWorld([two]);
    world.slos.set("payments", "fails");
    world.guard = async () => ({ allowed: false, reason: "the budget is spent" });
    const opened = await begin(world);
    expect(await play(opened, opened.runId, world)).toBe("waiting for person");
    expect(opened.book.get(opened.runId)?.hold).toEqual({
      kind: "guardrail",
      stepId: "a",
      reason: "the budget is spent",
    });
    expect(world.done).toEqual([]);
  });

  it("begins when it is scheduled", async () => {
    const world = createDeskWorld([withoutHealth(runbook([step("a")]))]);
    const opened = await begin(world, { startAtMs: START_MS + MINUTE_MS, incidentId: "INC-001" });
    expect(await opened.desk.advance(opened.runId)).toEqual({
      runId: opened.runId,
      kind: "waiting",
      for: "start",
      untilMs: START_MS + MINUTE_MS,
    });
    expect(opened.book.get(opened.runId)?.incidentId).toBe("INC-001");
    expect(await play(opened, opened.runId, world)).toBe("succeeded");
    expect(world.nowMs()).toBe(START_MS + MINUTE_MS);
  });

  it("is run by one at a time, in this process and in others", async () => {
    const world = createDeskWorld([two]);
    world.slos.set("payments", "fails");
    const opened = await begin(world);
    await opened.desk.advance(opened.runId);
    const [first, second] = await Promise.all([opened.desk.advance(opened.runId), opened.desk.advance(opened.runId)]);
    expect([first?.kind, second?.kind]).toEqual(["advanced", "busy"]);
    const other = await world.open("two");
    expect(await other.desk.advance(opened.runId)).toMatchObject({
      kind: "refused",
      refusal: { code: "leased-elsewhere", runner: "one" },
    });
    // A minute, the action's time, and half a minute to write it down.
    world.advance(90_000);
    expect((await other.desk.advance(opened.runId)).kind).toBe("advanced");
    expect(world.done).toEqual(["execute a 1", "execute b 2"]);
    // The first does not know yet that it was overtaken; the store tells it.
    expect((await opened.desk.advance(opened.runId)).kind).toBe("refused");
    expect(world.done).toHaveLength(2);
  });

  it("is started once, whoever is faster", async () => {
    const world = createDeskWorld([two]);
    const opened = await begin(world);
    const other = await world.open("two");
    expect((await other.desk.advance(opened.runId)).kind).toBe("advanced");
    expect(await opened.desk.advance(opened.runId)).toMatchObject({
      kind: "refused",
      refusal: { code: "move-not-allowed", status: "running" },
    });
  });

  it("stands where the store says, when another runner has brought it there meanwhile", async () => {
    const manual = { kind: "manual", instruction: "Put it back." } as const;
    const world = createDeskWorld([withoutHealth(runbook([step("a", { compensation: manual }), step("b")]))]);
    world.outcome = ({ remedy }) =>
      remedy.remedy === "a"
        ? { kind: "succeeded", summary: "done" }
        : { kind: "failed", reason: "no", retryable: false, mayHaveActed: false };
    const opened = await begin(world);
    for (let count = 0; count < 3; count += 1) await opened.desk.advance(opened.runId);
    world.advance(10 * MINUTE_MS);
    const other = await world.open("two");
    expect(await play(other, opened.runId, world)).toBe("waiting for person");
    world.advance(10 * MINUTE_MS);
    expect(await opened.desk.advance(opened.runId)).toEqual({
      runId: opened.runId,
      kind: "advanced",
      status: "compensating",
    });
    expect(await opened.desk.advance(opened.runId)).toMatchObject({ kind: "waiting", for: "person" });
  });

  it("renews its lease before half of it is over, and not more often", async () => {
    const waiting = runbook(
      [withoutUndo(step("w", { action: { kind: "wait-until", until: { ...HEALTH, withinMs: 10 * MINUTE_MS } } }))],
      {
        health: HEALTHY,
      },
    );
    const world = createDeskWorld([waiting]);
    world.slos.set("payments", "fails");
    const opened = await begin(world);
    const leases = () => world.stored.filter(({ type }) => type === "runbook-run.leased").length;
    for (let count = 0; count < 3; count += 1) await opened.desk.advance(opened.runId);
    expect(leases()).toBe(1);
    const expiresAtMs = opened.book.get(opened.runId)?.lease?.expiresAtMs ?? 0;
    world.advance(expiresAtMs - 30_001 - world.nowMs());
    await opened.desk.advance(opened.runId);
    expect(leases()).toBe(1);
    world.advance(1);
    await opened.desk.advance(opened.runId);
    expect(leases()).toBe(2);
    expect(opened.book.get(opened.runId)?.lease).toEqual({
      runner: "one",
      token: 1,
      expiresAtMs: world.nowMs() + MINUTE_MS,
    });
  });
});

describe("what the desk is asked", () => {
  it("makes one run of two copies of a request that come at the same time", async () => {
    const { book, desk } = await createDeskWorld([two]).open("one");
    const [first, second] = await Promise.all([desk.request(REQUEST), desk.request(REQUEST)]);
    expect(book.all()).toHaveLength(1);
    expect([first, second]).toEqual([first, first]);
    expect(first).toMatchObject({ ok: true, value: { requestedBy: "ada" } });
  });

  it("says why a request is refused, and makes no run", async () => {
    const { book, desk } = await createDeskWorld([{ ...two, level: 3 }]).open("one");
    const code = async (change: object) => {
      const asked = await desk.request({ ...REQUEST, ...change });
      return asked.ok ? undefined : asked.error.code;
    };
    expect(await code({ reason: " " })).toBe("empty-text");
    expect(await code({ actor: "engine" })).toBe("level-too-low");
    expect(book.all()).toEqual([]);
  });

  it("gives the same run for the same request", async () => {
    const world = createDeskWorld([two]);
    const { desk, runId } = await begin(world);
    expect(await desk.request(REQUEST)).toMatchObject({ ok: true, value: { id: runId } });
    expect(await desk.request({ ...REQUEST, causeId: "ask-2" })).toMatchObject({ ok: true, value: { id: "RUN-2" } });
  });

  it("refuses runbooks and runs that there are not, and says what cannot be planned", async () => {
    const world = createDeskWorld([runbook([], { parameters: { zone: { description: "z" } } })]);
    const { desk } = await world.open("one");
    expect(await desk.request({ ...REQUEST, runbookId: "nope" })).toEqual({
      ok: false,
      error: {
        code: "unknown-runbook",
        runbookId: "nope",
        message: "there is no runbook nope; list them to see which there are",
      },
    });
    expect(await desk.request(REQUEST)).toMatchObject({
      ok: false,
      error: {
        code: "unplannable",
        problems: [{ code: "missing-parameter" }],
        message: "bad-deploy needs a value for its parameter zone. Give one.",
      },
    });
    expect(await desk.request({ ...REQUEST, parameters: { zone: "w" } })).toMatchObject({ ok: true });
    const none = { code: "unknown-run", runId: "X", message: "there is no run X; list them to see which there are" };
    expect(await desk.advance("X")).toEqual({ runId: "X", kind: "refused", refusal: none });
    const pause = { type: "pause", actor: "grace", causeId: "c", reason: "r" } as const;
    expect(await desk.command("X", pause)).toEqual({ ok: false, error: none });
    expect(await desk.preview("nope")).toMatchObject({ ok: false, error: { code: "unknown-runbook" } });
  });

  it("shows what a run would do, and what the remediators say to it", async () => {
    const unknown = step("x", {
      action: { kind: "remedy", call: { remediator: "gone", remedy: "x", target: "t", parameters: {} } },
    });
    const manual = withoutUndo(step("m", { action: { kind: "manual", instruction: "Look." } }));
    const world = createDeskWorld([runbook([step("a"), unknown, manual])]);
    const { desk } = await world.open("one");
    const preview = await desk.preview("bad-deploy");
    if (!preview.ok) throw new Error(preview.error.message);
    expect(preview.value.preparations).toEqual([
      { stepId: "a", preparation: { kind: "ready", would: "a payments", touches: ["payments"], undoable: true } },
      { stepId: "x", preparation: { kind: "refused", reason: "there is no remediator gone" } },
    ]);
    expect(preview.value.words).toContain("   does: ask a person: Look.");
    expect(preview.value.planHash).toMatch(/^hash of /);
    expect(world.stored).toEqual([]);
  });

  it("advances all that is open, and gives up what nobody came back to", async () => {
    const approved = withoutHealth(runbook([step("a", { approval: true })], { id: "waits" }));
    const world = createDeskWorld([withoutHealth(runbook([step("a")])), approved]);
    const { book, desk } = await world.open("one", { abandonAfterMs: MINUTE_MS });
    await desk.request(REQUEST);
    await desk.request({ ...REQUEST, runbookId: "waits", causeId: "ask-2" });
    expect((await desk.advanceDue()).map(({ kind }) => kind)).toEqual(["advanced", "advanced"]);
    for (let count = 0; count < 3; count += 1) await desk.advanceDue();
    expect(book.all().map(({ status }) => status)).toEqual(["paused", "succeeded"]);
    world.advance(MINUTE_MS - 1);
    expect(await desk.abandonDue()).toEqual([]);
    world.advance(1);
    expect(await desk.abandonDue()).toEqual(["RUN-2"]);
    expect(book.get("RUN-2")).toMatchObject({ status: "abandoned", words: "nobody came back to it" });
    expect(await desk.advanceDue()).toEqual([]);
    expect(await desk.abandonDue()).toEqual([]);
  });

  it("gives up after a day unless told otherwise, and not what somebody else has taken up meanwhile", async () => {
    const world = createDeskWorld([withoutHealth(runbook([step("a", { approval: true })]))]);
    const opened = await begin(world);
    await play(opened, opened.runId, world);
    const resume = { type: "resume", actor: "grace", causeId: "c", reason: "r" } as const;
    const other = await world.open("two");
    world.advance(24 * 60 * MINUTE_MS - 1);
    expect(await opened.desk.abandonDue()).toEqual([]);
    world.advance(1);
    await other.desk.command(opened.runId, resume);
    expect(await opened.desk.abandonDue()).toEqual([]);
    expect(opened.book.get(opened.runId)?.status).toBe("running");
  });

  it("fails in all as one run fails, after the others were tried", async () => {
    const world = createDeskWorld([withoutHealth(runbook([step("a")]))]);
    const { desk } = await begin(world);
    world.crashAt({ at: 1, when: "before" });
    await expect(desk.advanceDue()).rejects.toThrow("the power went");
  });
});

describe("a process that dies at any point of a run", () => {
  const book: Runbook = runbook([step("a", { verify: { ...HEALTH, check: sloCheck("a-done") } }), step("b")], {
    health: HEALTHY,
  });

  /** Runs a process until it dies, then another after the first one's lease; the health check holds only at the end. */
  async function survive(crash: Crash, healthy: boolean) {
    const world = createDeskWorld([book]);
    world.slos.set("payments", "fails").set("a-done", "holds");
    const recorded: string[] = [];
    world.outcome = ({ remedy }) => {
      // Property: an action whose result is recorded is never repeated.
      const told = world.stored.filter(({ type }) => type === "runbook-run.action-succeeded");
      recorded.push(
        ...told.map(({ data }) => JSON.stringify(data)).filter((text) => text.includes(`"stepId":"${remedy.remedy}"`)),
      );
      if (healthy && remedy.remedy === "b") world.slos.set("payments", "holds");
      return { kind: "succeeded", summary: "done" };
    };
    const opened = await begin(world);
    world.crashAt(crash);
    let status: string | undefined;
    let crashed = false;
    try {
      status = await play(opened, opened.runId, world);
    } catch {
      crashed = true;
    }
    const calls = world.calls();
    world.crashAt(undefined);
    if (status === undefined) {
      world.advance(10 * MINUTE_MS);
      const next = await world.open("two");
      status = await play(next, opened.runId, world);
    }
    return { status, calls, crashed, world, recorded };
  }

  it("loses nothing, repeats nothing that is recorded, and does everything once or, unrecorded, again under its key", async () => {
    const { calls } = await survive({ at: 0, when: "before" }, true);
    expect(calls).toBeGreaterThan(10);
    for (let at = 1; at <= calls; at += 1) {
      for (const when of ["before", "after"] as const) {
        const { recorded, status, world } = await survive({ at, when }, true);
        expect([at, when, status]).toEqual([at, when, "succeeded"]);
        expect(recorded).toEqual([]);
        expect([...world.changes.keys()]).toEqual(["execute runbook-run/RUN-1/a", "execute runbook-run/RUN-1/b"]);
        expect(world.done.length).toBeLessThanOrEqual(3);
      }
    }
  });

  it("also while everything is taken back", async () => {
    const { calls } = await survive({ at: 0, when: "before" }, false);
    for (let at = 1; at <= calls; at += 1) {
      for (const when of ["before", "after"] as const) {
        const { status, world } = await survive({ at, when }, false);
        expect([at, when, status]).toEqual([at, when, "compensated"]);
        expect(world.changes.size).toBe(4);
        expect(world.done.length).toBeLessThanOrEqual(5);
      }
    }
  });
});

describe("a result that storage did not take", () => {
  it("is recorded first, and its action is not repeated by the process that knows it", async () => {
    const world = createDeskWorld([withoutHealth(runbook([step("a")]))]);
    const opened = await begin(world);
    await opened.desk.advance(opened.runId);
    // Lease, guard, begin, renewal, action; the sixth call writes the result down.
    world.crashAt({ at: 6, when: "before" });
    await expect(opened.desk.advance(opened.runId)).rejects.toThrow("the power went");
    expect(world.done).toEqual(["execute a 1"]);
    world.crashAt(undefined);
    expect(await play(opened, opened.runId, world)).toBe("succeeded");
    expect(world.done).toEqual(["execute a 1"]);
  });

  it("is dropped where another runner has taken over", async () => {
    const world = createDeskWorld([withoutHealth(runbook([step("a")]))]);
    const opened = await begin(world);
    await opened.desk.advance(opened.runId);
    world.crashAt({ at: 6, when: "before" });
    await expect(opened.desk.advance(opened.runId)).rejects.toThrow("the power went");
    world.crashAt(undefined);
    world.advance(10 * MINUTE_MS);
    const other = await world.open("two");
    expect(await play(other, opened.runId, world)).toBe("succeeded");
    expect(world.done).toEqual(["execute a 1", "execute a 2"]);
    expect(await opened.desk.advance(opened.runId)).toMatchObject({ kind: "refused" });
    expect(await opened.desk.advance(opened.runId)).toMatchObject({ kind: "ended", status: "succeeded" });
  });
});

describe("the book of runs", () => {
  it("shows what it cannot read, and goes on with no run of which something is missing", async () => {
    const world = createDeskWorld([withoutHealth(runbook([step("a")]))]);
    const { runId } = await begin(world);
    const last = world.stored.at(-1);
    if (last === undefined) throw new Error("nothing stored");
    world.stored.push({ ...last, id: "x", version: 2, position: 2, type: "runbook-run.from-the-future", data: {} });
    world.stored.push({ ...last, id: "y", version: 3, position: 3, type: "runbook-run.started", data: {} });
    const { book, desk } = await world.open("two");
    expect(book.unreadable()).toEqual([
      expect.stringContaining("Event 2 of the stream runbook-run/RUN-1 cannot be read: at type"),
    ]);
    expect(book.get(runId)).toBeUndefined();
    expect(book.open()).toEqual([]);
    expect(book.all()).toHaveLength(1);
    expect(await desk.advance(runId)).toMatchObject({ kind: "refused", refusal: { code: "unknown-run" } });
  });

  it("makes nothing of a stream that does not begin with its request", async () => {
    const world = createDeskWorld([]);
    const base = { id: "x", stream: "runbook-run/R", version: 1, position: 1, atMs: 0, actor: "engine" };
    world.stored.push({ ...base, type: "runbook-run.started", data: {} });
    const { book } = await world.open("one");
    expect([book.all(), book.unreadable()]).toEqual([[], []]);
  });
});

describe("what a run reaches the world through", () => {
  const world = (book: Runbook) => createDeskWorld([withoutHealth(book)]);

  it("hands requests and programs to the step runner with their key and time", async () => {
    const orders: unknown[] = [];
    const made = world(
      runbook([
        step("http", {
          action: { kind: "http", call: GET },
          precondition: { kind: "http", call: GET },
          compensation: { kind: "command", call: { arguments: ["undo"], shell: false, environment: [] } },
        }),
        step("last"),
      ]),
    );
    made.outcome = () => ({ kind: "failed", reason: "no", retryable: false, mayHaveActed: false });
    made.stepRunner = {
      run: async (order) => {
        orders.push(order);
        return { kind: "succeeded", summary: "ran" };
      },
      check: async (question) => {
        orders.push(question);
        return { verdict: "holds", saw: "ok" };
      },
    };
    const opened = await begin(made);
    expect(await play(opened, opened.runId, made)).toBe("compensated");
    const command = { arguments: ["undo"], shell: false, environment: [] };
    const cancel = expect.objectContaining({ aborted: false }) as unknown;
    expect(orders).toEqual([
      { check: { kind: "http", call: GET }, timeoutMs: 10_000, cancel },
      { action: { kind: "http", call: GET }, idempotencyKey: "runbook-run/RUN-1/http", timeoutMs: MINUTE_MS, cancel },
      {
        action: { kind: "command", call: command },
        idempotencyKey: "runbook-run/RUN-1/http/undo",
        timeoutMs: MINUTE_MS,
        cancel,
      },
    ]);
  });

  it.each([
    ["at least so many are healthy", { kind: "known", instances: healths("healthy", "healthy") }, "succeeded"],
    ["fewer are healthy", { kind: "known", instances: healths("healthy", "unhealthy", "unknown") }, "skipped"],
    ["there are none", { kind: "known", instances: [] }, "skipped"],
    ["it is not known", { kind: "unknown", reason: "away" }, "pending"],
  ] as const)("counts the healthy instances of a fleet: %s", async (_name, reading, status) => {
    const precondition = { kind: "instances", fleet: "platform", target: "payments", atLeast: 2 } as const;
    const made = world(runbook([step("a", { precondition })]));
    made.fleet = { instances: async () => reading };
    const opened = await begin(made);
    await play(opened, opened.runId, made);
    expect(opened.book.get(opened.runId)?.steps[0]?.status).toBe(status);
  });

  it("does not know a fleet that there is not, nor the opposite of what it does not know", async () => {
    const check = { kind: "instances", fleet: "gone", target: "payments", atLeast: 0 } as const;
    const made = world(runbook([step("a", { precondition: { kind: "not", check } })]));
    const opened = await begin(made);
    expect(await play(opened, opened.runId, made)).toBe("waiting for person");
    expect(opened.book.get(opened.runId)?.hold).toMatchObject({
      kind: "unknown-precondition",
      saw: expect.stringContaining("there is no fleet gone") as unknown,
    });
  });

  it("turns a check round", async () => {
    const made = world(
      runbook([
        step("a", { precondition: { kind: "not", check: sloCheck("well") } }),
        step("b", { precondition: { kind: "not", check: sloCheck("ill") } }),
      ]),
    );
    made.slos.set("well", "holds").set("ill", "fails");
    const opened = await begin(made);
    await play(opened, opened.runId, made);
    expect(opened.book.get(opened.runId)?.steps.map(({ status }) => status)).toEqual(["skipped", "succeeded"]);
    expect(opened.book.get(opened.runId)?.steps[0]?.words).toBe(
      "does not hold: not (the SLO well is healthy): well in the test",
    );
  });

  it("fails where the remediator is not there, and where there is no undo to be had", async () => {
    const gone = step("a", {
      action: { kind: "remedy", call: { remediator: "gone", remedy: "x", target: "t", parameters: {} } },
    });
    const opened = await begin(world(runbook([gone])));
    expect(await play(opened, opened.runId, createDeskWorld([]))).toBe("failed");
    expect(opened.book.get(opened.runId)?.words).toBe("a failed: there is no remediator gone");
    const odd = world(runbook([step("h", { action: { kind: "http", call: GET } }), gone]));
    odd.stepRunner = {
      run: async () => ({ kind: "succeeded", summary: "ran" }),
      check: async () => ({ verdict: "holds", saw: "" }),
    };
    const second = await begin(odd);
    expect(await play(second, second.runId, odd)).toBe("failed");
    expect(second.book.get(second.runId)?.words).toBe(
      "a failed: there is no remediator gone; h could not be taken back: only what a remediator did has an undo of its own; still as changed by: h",
    );
  });

  it("has no machine do what is for a person, or for nobody", async () => {
    const made = world(runbook([step("a")]));
    const { runId, book } = await begin(made);
    const run = book.get(runId);
    const { signal } = createRunbookTrigger();
    const ask = createRunbookWorld(
      {
        stepRunner: { run: neverAsked, check: neverAsked },
        remediators: new Map(),
        fleets: new Map(),
        slo: () => ({ verdict: "unknown", saw: "" }),
        guard: neverAsked,
      },
      { cancel: signal, giveUp: signal },
    );
    const refused = (reason: string) => ({ kind: "failed", reason, retryable: false, mayHaveActed: false });
    const [planned] = run?.plan.steps ?? [];
    if (run === undefined || planned === undefined) throw new Error("no run");
    const manual = { ...planned, action: { kind: "manual", instruction: "Look." } } as const;
    expect(await ask(run, { kind: "act", step: manual, attempt: 1 })).toEqual(refused("this is for a person to do"));
    const wait = { ...planned, action: { kind: "wait-until", until: HEALTH } } as const;
    expect(await ask(run, { kind: "act", step: wait, attempt: 1 })).toEqual(refused("there is nothing to do but wait"));
    const { compensation: _compensation, ...bare } = planned;
    expect(await ask(run, { kind: "undo", step: bare, attempt: 1 })).toEqual(refused("there is no compensation"));
    expect(await ask(run, { kind: "undo", step: planned, attempt: 1 })).toEqual(
      refused("there is no remediator platform"),
    );
  });

  it("takes a port that throws for an answer that says nothing of what it threw", async () => {
    const secret = async (): Promise<never> => {
      throw new Error("token s3cret");
    };
    const cases = [
      [runbook([step("a", { precondition: { kind: "http", call: GET } })]), "the precondition"],
      [runbook([step("a")]), "the guard"],
      [runbook([step("a", { action: { kind: "http", call: GET }, retry: { attempts: 1, delayMs: 0 } })]), "the action"],
    ] as const;
    for (const [book, what] of cases) {
      const made = world(book);
      made.stepRunner = { run: secret, check: secret };
      if (what === "the guard") made.guard = secret;
      const opened = await begin(made);
      await play(opened, opened.runId, made);
      const run = opened.book.get(opened.runId);
      expect([what, JSON.stringify(run)]).toEqual([what, expect.not.stringContaining("s3cret")]);
      expect([what, run?.hold?.kind ?? run?.status]).toEqual([
        what,
        { "the precondition": "unknown-precondition", "the guard": "guardrail", "the action": "failed" }[what],
      ]);
    }
    const made = world(runbook([step("a", { action: { kind: "http", call: GET } })]));
    made.stepRunner = { run: secret, check: secret };
    const opened = await begin(made);
    await play(opened, opened.runId, made);
    // It may have acted, and its undo fails the same way.
    expect(opened.book.get(opened.runId)?.steps[0]).toMatchObject({ mayHaveActed: true });
    expect(opened.book.get(opened.runId)?.words).toContain("a failed: what was asked (act) threw an error");
  });
});

async function neverAsked(): Promise<never> {
  throw new Error("nobody should ask");
}

function healths(...all: readonly ("healthy" | "unhealthy" | "unknown")[]) {
  return all.map((health, index) => ({ id: `i${index}`, health }));
}
