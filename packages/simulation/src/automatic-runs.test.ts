import {
  defaultRouting,
  externalAlert,
  parseMatchers,
  type EngineSettings,
  type OnCallSettings,
  type Rehearsal,
  type Runbook,
  type RunbookStep,
  type StoredEvent,
} from "@plimsoll/core";
import { createFakeRemediator, createFakeStepRunner } from "@plimsoll/testkit";
import { describe, expect, it } from "vitest";
import { Crash, createFaults, type FaultPoint } from "./faults.js";
import { recordingNotifier } from "./recording-notifier.js";
import { createWorld, quickSlo, type World, type WorldOptions } from "./world.js";

const START_MS = Date.parse("2026-11-02T12:00:00Z");
const MINUTE_MS = 60_000;
const RUN_ID = "INC-001.fallback";

const onCall: OnCallSettings = {
  people: [{ id: "ann", name: "ann", zone: "UTC", contacts: [{ notifier: "pager", address: "ann" }] }],
  teams: [],
  schedules: [],
  policies: [
    {
      id: "all",
      steps: [{ targets: [{ kind: "person", personId: "ann" }], delayMs: 5 * MINUTE_MS }],
      repeat: 2,
      fallback: [],
    },
  ],
  policyOf: new Map(),
  defaultPolicy: "all",
};

function step(id: string, change: Partial<RunbookStep> = {}): RunbookStep {
  return {
    id,
    title: id,
    action: { kind: "remedy", call: { remediator: "lab", remedy: id, target: "payments", parameters: {} } },
    approval: false,
    timeoutMs: MINUTE_MS,
    retry: { attempts: 2, delayMs: 1_000 },
    compensation: { kind: "undo" },
    risk: "caution",
    ...change,
  };
}

const http = { method: "GET", url: "http://payments.example/", headers: {}, status: [{ from: 200, to: 200 }] } as const;
const runbook: Runbook = {
  id: "fallback",
  title: "The provider is down",
  level: 4,
  owner: "payments",
  symptoms: ["payments"],
  links: [],
  lastRehearsedMs: START_MS - 86_400_000,
  maximumAgeMs: 90 * 86_400_000,
  parameters: {},
  health: { check: { kind: "http", call: http }, withinMs: MINUTE_MS, everyMs: 1_000 },
  steps: [step("drain", { risk: "safe" }), step("switch")],
};
const rehearsal: Rehearsal = {
  name: "it helps",
  parameters: {},
  health: ["fails", "fails", "holds"],
  steps: {},
  expect: { path: ["drain: succeeded", "switch: succeeded"], ends: "succeeded" },
};

/** A system that is well once its payments were switched, and a world around it. */
async function openWorld(change: Partial<EngineSettings> = {}, options: Partial<WorldOptions> = {}) {
  const remediator = createFakeRemediator(["drain", "switch"]);
  const pager = recordingNotifier();
  const isWell = () => remediator.level("payments") >= 2;
  const world = await createWorld({
    slos: [],
    ...options,
    settings: {
      onCall,
      runbooks: new Map([[runbook.id, runbook]]),
      rehearsals: new Map([[runbook.id, [rehearsal]]]),
      automation: { mode: "act", attemptsPerDay: 2 },
      runner: "runner-1",
      ...change,
    },
    ports: {
      notifiers: { pager },
      remediators: { lab: remediator },
      stepRunner: createFakeStepRunner({
        check: () => (isWell() ? { verdict: "holds", saw: "it is well" } : { verdict: "fails", saw: "it is ill" }),
      }),
    },
  });
  return { world, remediator, pager };
}

async function alert({ clock, engine }: World, labels: Readonly<Record<string, string>> = {}) {
  const all = { alertname: "ProviderDown", service: "payments", severity: "critical", ...labels };
  const said = { source: "am", fingerprint: all.alertname, labels: all, startsAtMs: START_MS };
  const taken = externalAlert(said, { nowMs: clock.nowMs() });
  if (!taken.ok) throw new Error(taken.error.message);
  await engine.alerts.take([taken.value]);
}

const approve = (world: World) =>
  world.engine.runbooks.command(RUN_ID, {
    type: "approve",
    actor: "ann",
    causeId: "approve",
    approvalId: "switch",
    planHash: world.engine.runbooks.get(RUN_ID)?.planHash ?? "",
    expiresAtMs: START_MS + 3_600_000,
  });
const advance = async ({ engine }: World) => {
  for (let time = 0; time < 6; time += 1) await engine.runbooks.advance();
};
const timeline = async ({ engine }: World) =>
  (await engine.incident("INC-001"))?.timeline.flatMap(({ text }) => (text === undefined ? [] : [text])) ?? [];
const decided = ({ engine }: World, incidentId = "INC-001") =>
  engine.runbooks.automaticDecisions(incidentId).map(({ reasons }) => reasons.map(({ code }) => code).join(" "));
const audited = async ({ engine }: World) =>
  (await engine.audit({ afterNumber: 0, limit: 1_000 })).map(({ action, actor }) => `${actor} ${action}`);

describe("an incident that a runbook of level 4 fits", () => {
  it("has the engine do what is safe, a person approve what is not, and people called as ever", async () => {
    const { pager, remediator, world } = await openWorld();
    await alert(world);
    expect(world.engine.runbooks.get(RUN_ID)).toMatchObject({ requestedBy: "engine", incidentId: "INC-001" });
    await world.wait(0);
    await advance(world);
    // Nothing is measured here, so that the gate cannot be open.
    expect(decided(world)).toEqual(["fits gate-closed"]);
    expect(remediator.done.map(({ order }) => order.remedy.remedy)).toEqual(["drain"]);
    expect(world.engine.runbooks.get(RUN_ID)?.hold).toMatchObject({ kind: "approval", approvalIds: ["switch"] });
    await world.wait(5 * MINUTE_MS);
    expect(pager.got.filter(({ urgency }) => urgency === "page")).toHaveLength(2);
    const own = await world.engine.runbooks.command(RUN_ID, {
      type: "approve",
      actor: "engine",
      causeId: "own",
      approvalId: "switch",
      planHash: world.engine.runbooks.get(RUN_ID)?.planHash ?? "",
      expiresAtMs: world.clock.nowMs() + MINUTE_MS,
    });
    expect(own).toMatchObject({ ok: false, error: { code: "engine-approval" } });
    expect((await approve(world)).ok).toBe(true);
    await advance(world);
    expect(world.engine.runbooks.get(RUN_ID)).toMatchObject({ status: "succeeded" });
    const course = (await timeline(world)).join("\n");
    expect(course).toContain("The engine starts the runbook fallback by itself (INC-001.fallback). It fits payments");
    expect(course).toContain(`(${RUN_ID}) was asked for.`);
    expect(course).toContain(`(${RUN_ID}) ended: the health check holds.`);
    expect(await audited(world)).toContain("engine automatic-run.decided");
    expect(await world.engine.verifyAudit()).toMatchObject({ kind: "intact" });
  });

  it("ends the run before its first step where it is well by then", async () => {
    const { remediator, world } = await openWorld();
    await alert(world);
    for (const remedy of ["drain", "switch"]) {
      const asked = { remedy, target: "payments", parameters: {} };
      const order = { remedy: asked, idempotencyKey: remedy, fencing: { key: remedy, token: 1 }, timeoutMs: 1_000 };
      await remediator.execute(order);
    }
    await advance(world);
    expect(remediator.done).toHaveLength(2);
    expect(world.engine.runbooks.get(RUN_ID)).toMatchObject({ status: "succeeded", words: "healthy: it is well" });
  });

  it("takes back what it did where that fails, says so, and tries it no second time", async () => {
    const failing = { ...runbook, steps: [step("drain", { risk: "safe" }), step("unknown", { risk: "safe" })] };
    const path = ["drain: succeeded", "unknown: succeeded"];
    const rehearsals = new Map([["fallback", [{ ...rehearsal, expect: { path, ends: "succeeded" as const } }]]]);
    const { pager, remediator, world } = await openWorld({ runbooks: new Map([["fallback", failing]]), rehearsals });
    await alert(world);
    await world.wait(0);
    await advance(world);
    expect(world.engine.runbooks.get(RUN_ID)?.status).toBe("compensated");
    expect(remediator.level("payments")).toBe(0);
    expect((await timeline(world)).join("\n")).toContain(`(${RUN_ID}) was taken back.`);
    await world.wait(10 * MINUTE_MS);
    await world.engine.acknowledge("INC-001", { actor: "ann" });
    await world.engine.resolve("INC-001", { actor: "ann", reason: "it looked well" });
    await world.engine.commandIncident("INC-001", { type: "reopen", actor: "ann", reason: "it is not" });
    await advance(world);
    expect(decided(world)).toEqual(["fits gate-closed", "tried-before"]);
    expect(world.engine.runbooks.all()).toHaveLength(1);
    expect(pager.got.filter(({ urgency }) => urgency === "page").length).toBeGreaterThan(1);
  });
});

describe("without leave", () => {
  it("nothing acts: what would have been started is in the incident's course and the audit trail", async () => {
    const { world } = await openWorld({ automation: { mode: "observe", attemptsPerDay: 1 } });
    await alert(world);
    await advance(world);
    expect(world.engine.runbooks.all()).toEqual([]);
    expect((await timeline(world)).join("\n")).toContain("The engine would start the runbook fallback by itself.");
    expect(await audited(world)).toEqual(["engine automatic-run.decided"]);
    const { world: silent } = await openWorld({ automation: undefined as never });
    await alert(silent);
    expect(decided(silent)).toEqual(["observing"]);
    expect(await silent.engine.runbooks.automatic("fallback")).toMatchObject({ starts: false });
    expect(await silent.engine.runbooks.automatic("other")).toBeUndefined();
  });

  it("the kill switch stops a start, and a run at its next step, until somebody releases it", async () => {
    const { remediator, world } = await openWorld();
    await world.engine.killSwitch.engage({ actor: "bob", reason: "I look at it" });
    await alert(world);
    expect(decided(world)).toEqual(["kill-switch"]);
    await world.engine.killSwitch.release({ actor: "bob", reason: "all well" });
    await world.wait(MINUTE_MS);
    expect(world.engine.runbooks.get(RUN_ID)?.status).toBe("requested");
    await world.engine.killSwitch.engage({ actor: "bob", reason: "not again" });
    await world.crash();
    await advance(world);
    expect(world.engine.runbooks.get(RUN_ID)?.hold).toMatchObject({
      kind: "guardrail",
      reason: "The kill switch is engaged, by bob: not again.",
    });
    expect(remediator.done).toEqual([]);
    expect(await audited(world)).toEqual(
      expect.arrayContaining(["bob kill-switch.engaged", "bob kill-switch.released"]),
    );
  });

  it("planned work stops a start, and what a person declares is theirs", async () => {
    const covers = { startsAtMs: START_MS - MINUTE_MS, endsAtMs: START_MS + 30 * MINUTE_MS };
    const matchers = parseMatchers("service=payments");
    if (!matchers.ok) throw new Error("it is no matcher");
    const move = { id: "move", author: "eve", reason: "the move", matchers: matchers.value, ...covers };
    const { world } = await openWorld({ routing: { ...defaultRouting(), maintenance: [move] } });
    await alert(world);
    expect(decided(world)).toEqual(["planned-work"]);
    expect((await timeline(world)).join("\n")).toContain("INC-001 falls into planned work: the move.");
    await world.wait(31 * MINUTE_MS);
    expect(decided(world)).toEqual(["planned-work", "fits gate-closed"]);
    const { world: other } = await openWorld();
    await other.engine.declareIncident({ actor: "eve", title: "Down", severity: "SEV1", service: "payments" });
    expect(decided(other)).toEqual(["not-from-alert"]);
    expect(other.engine.runbooks.all()).toEqual([]);
  });

  it("nothing starts on an SLO of which the data are missing, and it starts once they are there", async () => {
    const check = { kind: "slo", slo: "a" } as const;
    const asking = { ...runbook, health: { check, withinMs: MINUTE_MS, everyMs: 1_000 } };
    const services = ["payments", "search"].map((id) => ({ id, tier: 1, dependsOn: [] }) as const);
    const settings = { runbooks: new Map([["fallback", asking]]), services };
    const { world } = await openWorld(settings, { slos: [quickSlo("a", { service: "search" })] });
    await alert(world);
    expect(decided(world)).toEqual(["unknown-data"]);
    world.serve(
      "a",
      Array.from({ length: 8 }, () => ({ bad: 0, total: 100 })),
    );
    await world.slices(8);
    expect(decided(world)).toEqual(["unknown-data", "fits gate-closed"]);
    expect(world.engine.runbooks.get(RUN_ID)?.requestedBy).toBe("engine");
  });
});

describe("a stored decision that nobody can read", () => {
  it("is counted and named, set aside as poison, and stops no run", async () => {
    const { world } = await openWorld();
    const stream = "automatic-run/service/payments";
    const odd = { id: `${stream}@1`, type: "automatic-run.decided", atMs: START_MS, actor: "engine", data: {} };
    await world.ports.events.append([{ stream, expectedVersion: 0, events: [odd] }]);
    await world.crash();
    const { poisoned, unreadableEvents } = await world.engine.health();
    expect(unreadableEvents).toEqual([expect.stringContaining(`Event 1 of the stream ${stream}`)]);
    expect(poisoned).toMatchObject([
      { group: "calls", event: { stream }, reason: expect.stringContaining("cannot be read") },
    ]);
    await alert(world);
    expect(world.engine.runbooks.get(RUN_ID)?.requestedBy).toBe("engine");
  });
});

/** The alert, the safe step, the approval, the end: whatever dies is begun again, and what is asked is asked again. */
async function playCourse(points: readonly FaultPoint[]) {
  const faults = createFaults("crash", points);
  const openAgain = (): boolean => {
    faults.revive();
    return true;
  };
  const { pager, remediator, world } = await openWorld({}, { around: faults.around, openAgain });
  const survive = async (work: () => Promise<unknown>): Promise<void> => {
    for (let done = false; !done;) {
      try {
        await work();
      } catch (error) {
        if (!(error instanceof Crash) && !faults.dead) throw error;
      }
      done = !faults.dead;
      if (done) return;
      faults.revive();
      await world.crash();
    }
  };
  await survive(() => alert(world));
  await survive(() => world.wait(2 * MINUTE_MS));
  await survive(() => advance(world));
  await survive(() => approve(world));
  await survive(() => advance(world));
  await survive(() => world.wait(2 * MINUTE_MS));
  await survive(() => advance(world));
  const calls = faults.calls.length;
  faults.disarm();
  const events: readonly StoredEvent[] = await world.ports.events.readAll({ afterPosition: 0, limit: 10_000 });
  const requested = events.filter(({ type }) => type === "runbook-run.requested").map(({ stream }) => stream);
  const starts = decided(world).filter((codes) => codes.startsWith("fits"));
  const pages = new Set(
    pager.got.filter(({ urgency }) => urgency === "page").map(({ idempotencyKey }) => idempotencyKey),
  );
  const entries = (await audited(world)).filter((line) => line.endsWith("automatic-run.decided"));
  return {
    calls: faults.calls.slice(0, calls),
    outcome: {
      requested,
      starts,
      audited: entries.length - decided(world).length,
      noted: (await timeline(world)).filter((text) => text.startsWith("The engine starts")).length,
      status: world.engine.runbooks.get(RUN_ID)?.status,
      done: remediator.done.map(({ order }) => order.remedy.remedy),
      pages: pages.size,
    },
  };
}

describe("a process that dies over a run that nobody asked for", () => {
  const calm = {
    requested: [`runbook-run/${RUN_ID}`],
    starts: ["fits gate-closed"],
    audited: 0,
    noted: 1,
    status: "succeeded",
    done: ["drain", "switch"],
    pages: 1,
  };

  it.each(["before", "after"] as const)(
    "%s any call of a port starts it once, and doubles no remedy and no page",
    async (when) => {
      const undisturbed = await playCourse([]);
      expect(undisturbed.outcome).toEqual(calm);
      for (let call = 0; call < undisturbed.calls.length; call += 1) {
        const { outcome } = await playCourse([{ call, when }]);
        expect(outcome, `crash ${when} call ${call}, ${undisturbed.calls[call] ?? ""}`).toEqual(calm);
      }
    },
    300_000,
  );
});
