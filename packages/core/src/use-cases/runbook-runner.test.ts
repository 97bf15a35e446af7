import { describe, expect, it } from "vitest";
import type { RemedyOrder } from "../ports/remediator.js";
import type { StepOrder, StepQuestion, StepRunner } from "../ports/step-runner.js";
import {
  GET,
  HEALTH,
  MINUTE_MS,
  runbook,
  sloCheck,
  step,
  withoutHealth,
  withoutUndo,
} from "../runbook/runbook.fixture.js";
import type { Runbook, RunbookStep } from "../runbook/runbook.js";
import type { StepOutcome } from "../runbook/step-outcome.js";
import { createDeskWorld } from "./runbook-desk.fixture.js";

type World = ReturnType<typeof createDeskWorld>;

const CALL = { arguments: ["sleep", "45"], shell: false, environment: [] } as const;
const UNDO = { kind: "command", call: { ...CALL, arguments: ["undo"] } } as const;
const slow = (change: Partial<RunbookStep> = {}): RunbookStep => ({
  ...withoutUndo(step("slow", { action: { kind: "command", call: CALL }, risk: "safe" })),
  ...change,
});
const book = (...steps: readonly RunbookStep[]): Runbook => withoutHealth(runbook(steps));
const CANCELLED: StepOutcome = { kind: "failed", reason: "it was cancelled", retryable: false, mayHaveActed: true };

/** A step runner whose programs end when a test says so, or when they are cancelled where they listen to that. */
function heldPrograms({ listens = true }: { readonly listens?: boolean } = {}) {
  const begun: string[] = [];
  const answers: ((outcome: StepOutcome) => void)[] = [];
  const run = (order: StepOrder): Promise<StepOutcome> => {
    if (order.action.kind === "http") return Promise.resolve({ kind: "succeeded", summary: "called" });
    const [program] = order.action.call.arguments;
    begun.push(program);
    if (program === "undo") return Promise.resolve({ kind: "succeeded", summary: "undone" });
    return new Promise((resolve) => {
      answers.push(resolve);
      if (listens) order.cancel?.addEventListener("abort", () => resolve(CANCELLED));
    });
  };
  const check = async () => ({ verdict: "unknown", saw: "not asked" }) as const;
  return { begun, run, check, answer: (outcome: StepOutcome) => answers.forEach((end) => end(outcome)) };
}

async function request(world: World, runner: string, runbookIds: readonly string[] = ["bad-deploy"]) {
  const opened = await world.open(runner);
  for (const [index, runbookId] of runbookIds.entries()) {
    const asked = await opened.desk.request({ runbookId, actor: "ada", causeId: `c${index}`, reason: "r" });
    if (!asked.ok) throw new Error(asked.error.message);
  }
  return opened;
}

/** A run whose program has begun, and the call that waits for it. */
async function acting(world: World, programs: ReturnType<typeof heldPrograms>) {
  world.stepRunner = programs;
  const opened = await request(world, "one");
  await opened.desk.advance("RUN-1");
  const call = opened.desk.advance("RUN-1");
  await until(() => programs.begun.length > 0);
  return { ...opened, call };
}

/** Lets what is under way go on until something has come about. */
async function until(isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1_000 && !isSo(); turn += 1) await Promise.resolve();
  expect(isSo()).toBe(true);
}

async function playToEnd({ desk }: Awaited<ReturnType<World["open"]>>): Promise<void> {
  for (let time = 0; time < 20; time += 1) {
    if ((await desk.advance("RUN-1")).kind === "ended") return;
  }
  throw new Error("it does not end");
}

const last = (world: World) => world.stored.at(-1);
const types = (world: World) => world.stored.map(({ type }) => type.replace("runbook-run.", ""));

describe("several runs", () => {
  it("go on each on its own: one ends, and is told of, while another is at a long action", async () => {
    const programs = heldPrograms();
    const world = createDeskWorld([book(slow()), { ...book(step("a")), id: "quick" }]);
    world.stepRunner = programs;
    const { book: runs, desk } = await request(world, "one", ["bad-deploy", "quick"]);
    await desk.advanceDue();
    const first = desk.advanceDue();
    for (let time = 0; time < 100 && runs.get("RUN-2")?.status === "running"; time += 1) await desk.advanceDue();
    expect(runs.get("RUN-2")?.status).toBe("succeeded");
    expect(programs.begun).toEqual(["sleep"]);
    expect(runs.get("RUN-1")?.steps[0]?.status).toBe("acting");
    expect(world.relayed.at(-1)).toBe(world.stored.length);
    expect(await desk.advanceDue()).toEqual([{ runId: "RUN-1", kind: "busy" }]);

    programs.answer({ kind: "succeeded", summary: "slept" });
    expect((await first).map(({ kind }) => kind)).toEqual(["advanced", "advanced"]);
    expect(last(world)).toMatchObject({ type: "runbook-run.action-succeeded" });
    expect(world.relayed.at(-1)).toBe(world.stored.length);
  });

  it("are not told of where nothing came of a try", async () => {
    const world = createDeskWorld([book(step("a", { approval: true }))]);
    const { desk } = await request(world, "one");
    for (let time = 0; time < 3; time += 1) await desk.advance("RUN-1");
    const before = world.relayed.length;
    expect(await desk.advance("RUN-1")).toMatchObject({ kind: "waiting", for: "person" });
    expect(world.relayed).toHaveLength(before);
  });

  it("are told of when they are given up", async () => {
    const world = createDeskWorld([book(step("a", { approval: true }))]);
    const { desk } = await request(world, "one");
    for (let time = 0; time < 3; time += 1) await desk.advance("RUN-1");
    const before = world.relayed.length;
    expect(await desk.abandonDue()).toEqual([]);
    expect(world.relayed).toHaveLength(before);
    world.advance(24 * 60 * MINUTE_MS);
    expect(await desk.abandonDue()).toEqual(["RUN-1"]);
    expect(world.relayed.at(-1)).toBe(world.stored.length);
  });
});

describe("a desk that stops", () => {
  it("waits for an action that ends in time, and records how it went", async () => {
    const programs = heldPrograms();
    const world = createDeskWorld([book(slow())]);
    const { book: runs, call, desk } = await acting(world, programs);
    const stop = desk.stop();
    programs.answer({ kind: "succeeded", summary: "slept" });
    await stop.settled;
    expect((await call).kind).toBe("advanced");
    expect(runs.get("RUN-1")?.steps[0]).toMatchObject({ status: "succeeded", words: "slept" });
    expect(desk.stop()).toBe(stop);
  });

  it("cancels one that takes longer, and records that it may have acted, so that nobody repeats it", async () => {
    const programs = heldPrograms();
    const world = createDeskWorld([book(slow())]);
    const { call, desk } = await acting(world, programs);
    const stop = desk.stop();
    stop.cancel();
    await stop.settled;
    expect((await call).kind).toBe("advanced");
    expect(world.stored.find(({ type }) => type === "runbook-run.action-failed")?.data).toEqual({
      stepId: "slow",
      attempt: 1,
      reason: "the engine stopped meanwhile: it was cancelled",
      mayHaveActed: true,
    });

    const next = await world.open("two");
    expect(await next.desk.advance("RUN-1")).toMatchObject({ kind: "advanced", status: "failed" });
    expect(next.book.get("RUN-1")?.words).toBe(
      "slow failed: the engine stopped meanwhile: it was cancelled; still as changed by: slow",
    );
    expect(programs.begun).toEqual(["sleep"]);
  });

  it("leaves what may have acted to be taken back by the next process, without waiting for the lease", async () => {
    const programs = heldPrograms();
    const world = createDeskWorld([book(slow({ compensation: UNDO, timeoutMs: 30 * MINUTE_MS }))]);
    const { desk } = await acting(world, programs);
    const stop = desk.stop();
    stop.cancel();
    await stop.settled;
    expect(last(world)).toMatchObject({
      type: "runbook-run.leased",
      actor: "engine",
      data: { runner: "one", token: 1, expiresAtMs: world.nowMs() },
    });
    const next = await world.open("two");
    await playToEnd(next);
    expect(next.book.get("RUN-1")?.status).toBe("compensated");
    expect(programs.begun).toEqual(["sleep", "undo"]);
  });

  it("calls a success a success, also after it was cancelled", async () => {
    const programs = heldPrograms({ listens: false });
    const world = createDeskWorld([book(slow())]);
    const { book: runs, desk } = await acting(world, programs);
    const stop = desk.stop();
    stop.cancel();
    programs.answer({ kind: "succeeded", summary: "slept" });
    await stop.settled;
    expect(runs.get("RUN-1")?.steps[0]).toMatchObject({ status: "succeeded", words: "slept" });
  });

  it("takes one that does not even listen for what may have acted, and records nothing after that", async () => {
    const programs = heldPrograms({ listens: false });
    const world = createDeskWorld([book(slow({ retry: { attempts: 3, delayMs: 0 } }))]);
    const { desk } = await acting(world, programs);
    const stop = desk.stop();
    stop.cancel();
    stop.giveUp();
    await stop.settled;
    expect(world.stored.find(({ type }) => type === "runbook-run.action-failed")?.data).toEqual({
      stepId: "slow",
      attempt: 1,
      reason: "the engine stopped meanwhile: there was no answer",
      mayHaveActed: true,
    });
    const before = world.stored.length;
    programs.answer({ kind: "succeeded", summary: "slept" });
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
    expect(world.stored).toHaveLength(before);
  });

  it("cancels and gives up an undo as it does an action", async () => {
    const world = createDeskWorld([
      book(
        slow({
          action: { kind: "http", call: GET },
          compensation: { kind: "command", call: CALL },
          verify: { ...HEALTH, check: sloCheck("ill"), withinMs: 0 },
        }),
      ),
    ]);
    world.slos.set("ill", "fails");
    const programs = heldPrograms();
    world.stepRunner = programs;
    const { desk } = await request(world, "one");
    for (let time = 0; time < 4; time += 1) await desk.advance("RUN-1");
    const call = desk.advance("RUN-1");
    await until(() => programs.begun.length > 0);
    const stop = desk.stop();
    stop.cancel();
    await Promise.all([stop.settled, call]);
    expect(world.stored.find(({ type }) => type === "runbook-run.undo-failed")?.data).toMatchObject({
      reason: "the engine stopped meanwhile: it was cancelled",
    });
  });

  it("tells remediators of it as it does programs, at what they do and at what they take back", async () => {
    const world = createDeskWorld([book(step("a", { verify: { ...HEALTH, check: sloCheck("ill"), withinMs: 0 } }))]);
    world.slos.set("ill", "fails");
    const signals: RemedyOrder["cancel"][] = [];
    world.outcome = ({ cancel }) => {
      signals.push(cancel);
      return { kind: "succeeded", summary: "done" };
    };
    const opened = await request(world, "one");
    await playToEnd(opened);
    expect(world.done).toEqual(["execute a 1", "undo a 1"]);
    expect(signals.map((signal) => signal?.aborted)).toEqual([false, false]);
    opened.desk.stop().cancel();
    expect(signals.map((signal) => signal?.aborted)).toEqual([true, true]);
  });

  it("begins no action: not one that was about to be judged, nor one that has only been announced", async () => {
    for (const [when, expected] of [
      ["guard", ["requested", "started", "leased", "leased"]],
      ["begin", ["requested", "started", "leased", "action-started", "leased", "leased"]],
    ] as const) {
      const world = createDeskWorld([book(step("a"))]);
      const { desk } = await request(world, "one");
      await desk.advance("RUN-1");
      let stop: ReturnType<typeof desk.stop> | undefined;
      world.guard = async () => {
        if (when === "guard") stop = desk.stop();
        return { allowed: true };
      };
      world.onStored = (type) => {
        if (when === "begin" && type === "runbook-run.action-started") stop = desk.stop();
      };
      expect(await desk.advance("RUN-1")).toEqual({ runId: "RUN-1", kind: "stopped" });
      await stop?.settled;
      expect([when, types(world)]).toEqual([when, expected]);
      expect(world.done).toEqual([]);
      expect(await desk.advanceDue()).toEqual([{ runId: "RUN-1", kind: "stopped" }]);

      const next = await world.open("two");
      world.guard = async () => ({ allowed: true });
      await playToEnd(next);
      expect([when, world.done, next.book.get("RUN-1")?.status]).toEqual([when, ["execute a 2"], "succeeded"]);
    }
  });

  it("holds no run on what a look that was cut short could not tell", async () => {
    const questions: StepQuestion[] = [];
    const world = createDeskWorld([book(step("a", { precondition: { kind: "http", call: GET } }))]);
    world.stepRunner = {
      run: async () => CANCELLED,
      check: (question) =>
        new Promise((resolve) => {
          questions.push(question);
          question.cancel?.addEventListener("abort", () => resolve({ verdict: "unknown", saw: "it was cancelled" }));
        }),
    };
    const { desk } = await request(world, "one");
    await desk.advance("RUN-1");
    const call = desk.advance("RUN-1");
    await until(() => questions.length > 0);
    const stop = desk.stop();
    stop.cancel();
    await stop.settled;
    expect(await call).toEqual({ runId: "RUN-1", kind: "stopped" });
    expect(types(world)).not.toContain("held");
  });

  it("waits neither for a look nor for guardrails that do not answer once it gives up", async () => {
    for (const hanging of ["look", "guardrails"] as const) {
      const never = (): Promise<never> => new Promise(() => void (asked += 1));
      let asked = 0;
      const precondition = { kind: "http", call: GET } as const;
      const world = createDeskWorld([book(step("a", hanging === "look" ? { precondition } : {}))]);
      world.stepRunner = { run: async () => CANCELLED, check: never };
      if (hanging === "guardrails") world.guard = never;
      const { desk } = await request(world, "one");
      await desk.advance("RUN-1");
      const call = desk.advance("RUN-1");
      await until(() => asked > 0);
      const stop = desk.stop();
      stop.giveUp();
      await stop.settled;
      expect([hanging, await call]).toEqual([hanging, { runId: "RUN-1", kind: "stopped" }]);
    }
  });

  it("asks no second question of several that are never answered, about what to do and about what was done", async () => {
    const ready = { kind: "command", call: CALL } as const;
    const outer = step("outer", {
      action: { kind: "runbook", runbook: "inner", parameters: {} },
      precondition: ready,
    });
    const inner = step("inner", { action: { kind: "http", call: GET }, precondition: ready, verify: HEALTH });
    const world = createDeskWorld([runbook([outer]), runbook([inner], { id: "inner" })]);
    const run = async (): Promise<StepOutcome> => ({ kind: "succeeded", summary: "called" });
    const cutShort = async ({ desk }: Awaited<ReturnType<World["open"]>>, ask: { of: StepRunner["check"] }) => {
      const asked: string[] = [];
      ask.of = ({ check }) => new Promise(() => void asked.push(check.kind));
      const call = desk.advance("RUN-1");
      await until(() => asked.length > 0);
      const stop = desk.stop();
      stop.giveUp();
      await stop.settled;
      return [await call, asked];
    };
    const ill: StepRunner["check"] = async ({ check }) => ({
      verdict: check.kind === "http" ? "fails" : "holds",
      saw: "as it is",
    });
    const ask = { of: ill };
    world.stepRunner = { run, check: (question) => ask.of(question) };
    const first = await request(world, "one");
    await first.desk.advance("RUN-1");
    expect(await cutShort(first, ask)).toEqual([{ runId: "RUN-1", kind: "stopped" }, ["http"]]);

    ask.of = ill;
    const second = await world.open("two");
    for (let time = 0; time < 2; time += 1) await second.desk.advance("RUN-1");
    expect(second.book.get("RUN-1")?.steps[0]?.status).toBe("acted");
    expect(await cutShort(second, ask)).toEqual([{ runId: "RUN-1", kind: "stopped" }, ["http"]]);
  });

  it("gives no run up", async () => {
    const world = createDeskWorld([book(step("a", { approval: true }))]);
    const { desk } = await request(world, "one");
    for (let time = 0; time < 3; time += 1) await desk.advance("RUN-1");
    world.advance(24 * 60 * MINUTE_MS);
    await desk.stop().settled;
    expect(await desk.abandonDue()).toEqual([]);
  });

  it("records a result that storage would not take before", async () => {
    const world = createDeskWorld([book(step("a"))]);
    const { desk } = await request(world, "one");
    await desk.advance("RUN-1");
    // Lease, guard, begin, renewal, action; the sixth call writes the result down.
    world.crashAt({ at: 6, when: "before" });
    await expect(desk.advance("RUN-1")).rejects.toThrow("the power went");
    world.crashAt(undefined);
    const before = world.relayed.length;
    await desk.stop().settled;
    expect(types(world).slice(-2)).toEqual(["action-succeeded", "leased"]);
    expect(world.relayed.slice(before)).toEqual([world.stored.length]);
  });

  it("stops also where storage takes nothing, and keeps the lease of what it could not record", async () => {
    const world = createDeskWorld([book(step("a"))]);
    const { desk } = await request(world, "one");
    await desk.advance("RUN-1");
    world.crashAt({ at: 6, when: "before" });
    await expect(desk.advance("RUN-1")).rejects.toThrow("the power went");
    const before = types(world);
    await desk.stop().settled;
    expect(types(world)).toEqual(before);
  });

  it("leaves alone what another runner has", async () => {
    const world = createDeskWorld([book(step("a"))]);
    const first = await request(world, "one");
    for (let time = 0; time < 2; time += 1) await first.desk.advance("RUN-1");
    const other = await world.open("two");
    const before = world.stored.length;
    await other.desk.stop().settled;
    expect(world.stored).toHaveLength(before);
    // Overtaken meanwhile, and not yet aware of it.
    world.advance(10 * MINUTE_MS);
    const third = await world.open("three");
    await third.desk.advance("RUN-1");
    const after = world.stored.length;
    await first.desk.stop().settled;
    expect(world.stored).toHaveLength(after);
  });
});
