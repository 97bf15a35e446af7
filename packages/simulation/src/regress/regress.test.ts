import {
  buildRoutes,
  externalAlert,
  parseCase,
  type CheckVerdict,
  type RegressionCase,
  type Runbook,
  type RunbookStep,
  type StepOutcome,
} from "@plimsoll/core";
import { createFakeStepRunner } from "@plimsoll/testkit";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createWorld, quickSlo, type World } from "../world.js";
import { regress, regressionWords } from "./regress.js";

const MINUTE_MS = 60_000;
const call = { arguments: ["do"], shell: false, environment: [] } as const;
const done: StepOutcome = { kind: "succeeded", summary: "done", data: { count: 1 } };

function step(id: string, different: Partial<RunbookStep> = {}): RunbookStep {
  return {
    id,
    title: id,
    action: { kind: "command", call },
    approval: false,
    timeoutMs: MINUTE_MS,
    retry: { attempts: 2, delayMs: 1 },
    compensation: { kind: "command", call },
    risk: "caution",
    ...different,
  };
}

function runbook(steps: readonly RunbookStep[], different: Partial<Runbook> = {}): Runbook {
  return {
    id: "fix",
    title: "Fix",
    level: 3,
    symptoms: [],
    links: [],
    maximumAgeMs: 1,
    parameters: {},
    steps,
    ...different,
  };
}

async function exported(world: World): Promise<RegressionCase> {
  const made = await world.engine.exportCase("INC-001");
  if (!made.ok) throw new Error(made.error.message);
  // As a file holds it.
  const read = parseCase(JSON.parse(JSON.stringify(made.value)));
  if (!read.ok) throw new Error(read.error.message);
  return read.value;
}

async function isSame(recorded: RegressionCase): Promise<void> {
  const outcome = await regress(recorded, { toleranceMs: 0 });
  expect(regressionWords(outcome)).toBe(`same       regression-INC-001: ${recorded.title}`);
  expect(outcome.actual).toEqual(recorded.expected);
}

/** An outage of the SLO, in which somebody runs a runbook, until it is over. */
async function outageWith(book: Runbook, act: (world: World, runId: string) => Promise<void>, answers = {}) {
  const world = await createWorld({
    slos: [quickSlo("a")],
    settings: { runbooks: new Map([["fix", book]]) },
    ports: { stepRunner: createFakeStepRunner({ run: () => done, ...answers }) },
  });
  world.serve(
    "a",
    Array.from({ length: 60 }, (_, index) => ({ bad: index >= 4 && index < 14 ? 50 : 0, total: 100 })),
  );
  await world.slices(10);
  const asked = { runbookId: "fix", actor: "ann", causeId: "asked", reason: "it fails", incidentId: "INC-001" };
  const made = await world.engine.runbooks.request(asked);
  if (!made.ok) throw new Error(made.error.message);
  await act(world, made.value.id);
  await world.slices(40);
  return exported(world);
}

async function goOn({ engine }: World): Promise<void> {
  while ((await engine.runbooks.advance()) > 0);
}

describe("the replay of an SLO's incident", () => {
  it("makes of it what was made of it, with what people did", async () => {
    const correction = {
      id: "drill",
      sloIds: "all",
      effect: "drop",
      author: "ann",
      reason: "a drill",
      covers: { kind: "once", fromMs: Date.parse("2026-11-02T12:00:30Z"), toMs: Date.parse("2026-11-02T12:00:45Z") },
    } as const;
    const held = quickSlo("b", { alerting: { ...quickSlo("b").alerting, suppressedBy: ["a"] } });
    const world = await createWorld({ slos: [quickSlo("a"), held], settings: { corrections: [correction] } });
    world.serve(
      "a",
      Array.from({ length: 60 }, (_, index) => ({ bad: index >= 4 && index < 14 ? 50 : 0, total: 100 })),
    );
    world.serve(
      "b",
      Array.from({ length: 60 }, () => ({ bad: 0, total: 100 })),
    );
    await world.slices(10);
    await world.engine.acknowledge("INC-001", { actor: "ann" });
    await world.slices(2);
    await world.engine.commandIncident("INC-001", { type: "start-mitigation", text: "Rolling back", actor: "ann" });
    await world.slices(40);
    expect(await world.engine.exportCase("INC-404")).toMatchObject({ error: { code: "unknown-incident" } });
    const recorded = await exported(world);
    expect(recorded.corrections).toEqual([correction]);
    await isSame(recorded);
  });

  it("says what is different, and that there was none", async () => {
    const recorded = await outageWith(runbook([step("one")]), goOn);
    const calm = recorded.inputs.slices.map((run) => ({ ...run, good: run.total }));
    const quiet = await regress({ ...recorded, inputs: { ...recorded.inputs, slices: calm } });
    expect(quiet.differences.map(({ actual }) => actual)).toEqual(["no incident"]);
    const expected = { ...recorded.expected, runbook: recorded.expected.runbook.slice(0, 1) };
    expect(regressionWords(await regress({ ...recorded, expected }))).toContain(
      "\n           expected.runbook[1]: expected its end, found one: succeeded",
    );
  });
});

describe("the replay of a run of a runbook", () => {
  it("takes the path that was taken, through approval, retry, failure and undo", async () => {
    const outcomes: StepOutcome[] = [
      done,
      { kind: "failed", reason: "busy", retryable: true, mayHaveActed: false },
      done,
      { kind: "failed", reason: "broken", retryable: false, mayHaveActed: true },
    ];
    const checks: CheckVerdict[] = [{ verdict: "fails", saw: "off" }];
    const book = runbook([
      step("skipped", { precondition: { kind: "command", call } }),
      step("first"),
      step("second", { approval: true, risk: "dangerous" }),
      step("third"),
    ]);
    const act = async (world: World, id: string): Promise<void> => {
      await goOn(world);
      await world.slice();
      const { planHash = "" } = world.engine.runbooks.get(id) ?? {};
      const expiresAtMs = world.clock.nowMs() + 600_000;
      const approval = {
        type: "approve",
        actor: "bob",
        causeId: "yes",
        approvalId: "second",
        planHash,
        expiresAtMs,
      } as const;
      await world.engine.runbooks.command(id, approval);
      for (let seconds = 0; seconds < 5; seconds += 1) {
        await goOn(world);
        world.clock.advance(1_000);
      }
      await goOn(world);
      world.clock.advance(10_000);
    };
    const answers = {
      run: () => outcomes.shift() ?? done,
      check: () => checks.shift() ?? ({ verdict: "holds", saw: "on" } as const),
    };
    const recorded = await outageWith(book, act, answers);
    expect(recorded.expected.runbook).toEqual([
      "fix: asked for",
      "skipped: skipped",
      "first: succeeded",
      "held: approval",
      "second: tried again",
      "second: succeeded",
      "third: failed",
      "undo third: succeeded",
      "undo second: succeeded",
      "undo first: succeeded",
      "run: compensated",
    ]);
    await isSame(recorded);
  });

  it("asks people again for what they did by hand, said, paused and stopped", async () => {
    const book = runbook([
      step("hand", { action: { kind: "manual", instruction: "Look." } }),
      step("two"),
      step("three"),
    ]);
    const act = async ({ clock, engine }: World, id: string): Promise<void> => {
      const later = () => clock.advance(1_000);
      await goOn({ engine } as World);
      later();
      const by = { actor: "bob", reason: "wait" };
      await engine.runbooks.command(id, {
        type: "report",
        actor: "bob",
        causeId: "r",
        stepId: "hand",
        succeeded: true,
        note: "seen",
      });
      later();
      await engine.runbooks.command(id, { type: "pause", causeId: "p", ...by });
      later();
      await engine.runbooks.command(id, { type: "resume", causeId: "s", ...by });
      later();
      await engine.runbooks.advance();
      later();
      await engine.runbooks.command(id, { type: "cancel", causeId: "c", undo: true, ...by });
      later();
      await goOn({ engine } as World);
      clock.advance(9_000);
    };
    const recorded = await outageWith(book, act);
    expect(recorded.expected.runbook.slice(0, 3)).toEqual(["fix: asked for", "held: manual", "hand: succeeded"]);
    await isSame(recorded);
  });
});

describe("the replay of an alert from elsewhere", () => {
  const labels = { alertname: "Down", service: "payments", severity: "critical" };
  type Said = {
    readonly startsAtMs: number;
    readonly endsAtMs?: number;
    readonly labels?: Readonly<Record<string, string>>;
  };
  const taker = (world: World) => async (said: Said) => {
    const status = said.endsAtMs === undefined ? {} : ({ status: "resolved" } as const);
    const nowMs = world.clock.nowMs();
    const alert = externalAlert({ source: "am", fingerprint: "x", labels, ...said, ...status }, { nowMs });
    if (!alert.ok) throw new Error(alert.error.message);
    await world.engine.alerts.take([alert.value]);
  };
  const answered = async (world: World): Promise<void> => {
    world.clock.advance(MINUTE_MS);
    await world.engine.acknowledge("INC-001", { actor: "ann" });
    world.clock.advance(MINUTE_MS);
  };
  const answeredAndOver = async (): Promise<RegressionCase> => {
    const world = await createWorld({ slos: [] });
    const take = taker(world);
    const startsAtMs = world.clock.nowMs();
    await take({ startsAtMs });
    await answered(world);
    await take({ startsAtMs, endsAtMs: world.clock.nowMs() });
    return exported(world);
  };

  it("opens, resolves and reopens as it did", async () => {
    const recorded = await answeredAndOver();
    expect(recorded.inputs.alerts).toHaveLength(2);
    await isSame(recorded);
  });

  it("reopens by the repeat that came after people had resolved it", async () => {
    const world = await createWorld({ slos: [] });
    const take = taker(world);
    const startsAtMs = world.clock.nowMs();
    await take({ startsAtMs });
    await answered(world);
    await world.engine.commandIncident("INC-001", { type: "resolve", actor: "ann", reason: "it is nothing" });
    world.clock.advance(30 * MINUTE_MS);
    await take({ startsAtMs });
    world.clock.advance(MINUTE_MS);
    await take({ startsAtMs, endsAtMs: world.clock.nowMs() });
    const recorded = await exported(world);
    expect(recorded.expected.timeline.map(({ kind }) => kind)).toContain("reopened");
    await isSame(recorded);
  });

  it("is by the labels that came, so that it shows where they mean another severity now", async () => {
    const recorded = await answeredAndOver();
    expect(recorded.inputs.alerts.map(({ alert }) => alert.labels)).toEqual([labels, labels]);
    // As if it had been recorded when the word meant something else.
    const before = {
      ...recorded,
      expected: { ...recorded.expected, openingSeverity: "SEV1", severity: "SEV1" },
    } as const;
    const { differences } = await regress(before, { toleranceMs: 0 });
    expect(differences.map(({ message }) => message)).toEqual([
      "expected.openingSeverity: expected SEV1, found SEV2",
      "expected.severity: expected SEV1, found SEV2",
    ]);
  });

  it("is with the service and the severity that its receiver said, whatever its labels hold", async () => {
    const root = buildRoutes({ receiver: "shop", groupWaitMs: 0 }, { receivers: ["shop"] });
    if (!root.ok) throw new Error("the routes of this test are wrong");
    const shop = { name: "shop", opens: "incident", service: "shop", severity: "SEV1", notifiers: [] } as const;
    const routing = {
      root: root.value,
      receivers: new Map([["shop", shop]]),
      inhibitRules: [],
      maintenance: [],
      graceMs: 0,
    };
    const world = await createWorld({ slos: [], settings: { routing } });
    const take = taker(world);
    const said = { startsAtMs: world.clock.nowMs(), labels: { ...labels, "odd name": 'a "b" \\ {c}\n=~' } };
    await take(said);
    await answered(world);
    await take({ ...said, endsAtMs: world.clock.nowMs() });
    const recorded = await exported(world);
    expect(recorded.inputs.alerts[0]).toMatchObject({ alert: { labels: said.labels } });
    expect(recorded.routing?.receivers).toEqual([
      { name: "shop", opens: "incident", service: "shop", severity: "SEV1" },
    ]);
    expect(recorded.expected.severity).toBe("SEV1");
    await isSame(recorded);
  });
});

describe("a case of the first form", () => {
  const file = new URL("first-form.fixture.json", import.meta.url);
  const read = parseCase(JSON.parse(readFileSync(file, "utf8")));
  if (!read.ok) throw new Error(read.error.message);
  const { value: recorded } = read;

  it("replays still, though it knows neither routing nor who is on call", async () => {
    expect(recorded).toMatchObject({ formatVersion: 1, exportedAtMs: 1_794_818_100_000 });
    const outcome = await regress(recorded, { toleranceMs: 0 });
    expect(regressionWords(outcome)).toBe(`same       regression-INC-001: ${recorded.title}`);
  });

  it("finds what is different as it did", async () => {
    const [, ...runbook] = recorded.expected.runbook;
    const { differences } = await regress({ ...recorded, expected: { ...recorded.expected, runbook } });
    expect(differences.map(({ path }) => path)).toEqual(["expected.runbook[0]"]);
  });
});
