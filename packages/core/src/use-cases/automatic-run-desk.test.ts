import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toJson } from "../errors/json.js";
import { declareFromAlert, incidentAfter, START_MS } from "../incident/alert.fixture.js";
import { externalAt } from "../incident/external/external.fixture.js";
import { parseAutomaticRunEvent } from "../runbook/parse-automatic-run-event.js";
import { fallback, gateThat, runOf } from "../runbook/automatic-run.fixture.js";
import { runbook, step, withoutHealth } from "../runbook/runbook.fixture.js";
import { createAutomaticWorld } from "./automatic-run-desk.fixture.js";

const DECIDED = "automatic-run/service/payments automatic-run.decided";
const REQUESTED = "runbook-run/INC-001.fallback runbook-run.requested";
const declared = incidentAfter(declareFromAlert()).state;
const TIMER = "automatic-run/INC-001";

/** The reasons of each decision that was stored, by code. */
function decisions({ stored }: ReturnType<typeof createAutomaticWorld>) {
  return stored
    .filter(({ stream }) => stream.startsWith("automatic-run/"))
    .map((event) => {
      const decision = parseAutomaticRunEvent(event);
      if (!decision.ok) throw new Error(decision.error.message);
      return decision.value.reasons.map(({ code }) => code).join(" ");
    });
}

describe("news of an incident that a runbook of level 4 fits", () => {
  it("start its run, in one transaction with the decision, as the engine's own", async () => {
    const world = createAutomaticWorld();
    const { desk, runs } = await world.open();
    await desk.react(world.news());
    expect(world.course()).toEqual([DECIDED, REQUESTED]);
    expect(world.stored.map(({ actor, atMs }) => [actor, atMs])).toEqual([
      ["engine", START_MS],
      ["engine", START_MS],
    ]);
    expect(runs.get("INC-001.fallback")).toMatchObject({
      requestedBy: "engine",
      incidentId: "INC-001",
      reason: "INC-001 shows what this runbook is for, and its level lets the engine start it",
      causes: ["automatic-run/INC-001.fallback"],
      planHash: expect.stringMatching(/^hash of \d+$/),
      plan: { runbookId: "fallback" },
    });
    expect(world.asked).toEqual([{ services: ["payments"], risk: "automation", requestedBy: "engine" }]);
    // It goes on: there is nothing to decide, and nobody looks again.
    await desk.react(world.news("incident.alert-updated"));
    expect(world.stored).toHaveLength(2);
    expect(world.timers.size).toBe(0);
    // Who relays the news relays what came of it.
    expect(world.relays).toBe(0);
  });

  it.each(["declared", "reopened", "absorbed", "alert-updated", "external-updated"])("%s are news", async (name) => {
    const world = createAutomaticWorld();
    await (await world.open()).desk.react(world.news(`incident.${name}`));
    expect(world.course()).toEqual([DECIDED, REQUESTED]);
  });

  it("are no notes, nothing of other streams, and nothing of incidents that are over or not there", async () => {
    const world = createAutomaticWorld();
    world.incidents.set("INC-002", { ...declared, id: "INC-002", status: "resolved" });
    const { desk } = await world.open();
    await desk.react(world.news("incident.noted"));
    await desk.react({ ...world.news(), stream: "elsewhere/INC-001" });
    await desk.react(world.news("incident.declared", "INC-002"));
    await desk.react(world.news("incident.declared", "INC-404"));
    expect([world.stored, [...world.timers]]).toEqual([[], []]);
  });

  it("say nothing where no runbook of level 4 fits", async () => {
    const world = createAutomaticWorld([
      { ...fallback, level: 3 },
      { ...fallback, id: "x", symptoms: ["other"] },
    ]);
    const { desk } = await world.open();
    await desk.react(world.news());
    expect(world.stored).toEqual([]);
  });

  it("have the steps that may do harm wait for a person while the gate is closed", async () => {
    const world = createAutomaticWorld();
    world.gate = gateThat("deny", "it pages");
    const { desk, runs } = await world.open();
    await desk.react(world.news());
    expect(decisions(world)).toEqual(["fits gate-closed"]);
    expect(runs.get("INC-001.fallback")?.plan.steps[0]?.approvals).toEqual(["switch"]);
  });
});

describe("what stands in the way", () => {
  it("is written down once, is looked at again each minute where it may pass, and then the run starts", async () => {
    const world = createAutomaticWorld();
    world.killSwitch = { kind: "unreadable", reason: "no storage" };
    const { desk, wake } = await world.open();
    await desk.react(world.news());
    await desk.react(world.news());
    expect(decisions(world)).toEqual(["kill-switch"]);
    expect([...world.timers.values()]).toEqual([{ key: TIMER, atMs: START_MS + 60_000, fence: START_MS }]);
    world.advance(60_000);
    world.killSwitch = { kind: "engaged", by: "ann", atMs: 1, reason: "wait" };
    await wake();
    expect(decisions(world)).toEqual(["kill-switch"]);
    expect(world.relays).toBe(0);
    expect([...world.timers.values()]).toEqual([{ key: TIMER, atMs: START_MS + 120_000, fence: START_MS + 60_000 }]);
    world.killSwitch = { kind: "released" };
    world.slo = () => ({ verdict: "unknown", saw: "it is frozen" });
    await wake();
    expect(decisions(world)).toEqual(["kill-switch", "unknown-data"]);
    expect(world.relays).toBe(1);
    world.slo = () => ({ verdict: "fails", saw: "it burns" });
    world.timers.clear();
    await desk.react(world.news("incident.alert-updated"));
    expect(decisions(world)).toEqual(["kill-switch", "unknown-data", "fits gate-open"]);
    expect(world.timers.size).toBe(0);
  });

  it("is not looked at again where nothing but a person can change it", async () => {
    const world = createAutomaticWorld();
    const { desk } = await world.open({ automation: { mode: "observe", attemptsPerDay: 1 } });
    world.killSwitch = { kind: "unreadable", reason: "no storage" };
    await desk.react(world.news());
    expect(decisions(world)).toEqual(["observing kill-switch"]);
    expect(world.timers.size).toBe(0);
  });

  it.each([
    ["run-going-on", "R1"],
    ["tried-before", "INC-001.fallback"],
  ] as const)("may be a run: %s", async (code, id) => {
    const world = createAutomaticWorld();
    const status = code === "tried-before" ? "failed" : "running";
    const incidentId = code === "tried-before" ? "INC-001" : "INC-009";
    world.incidents.set("INC-009", { ...declared, id: "INC-009" });
    const { desk } = await world.open({ runs: () => [runOf(fallback, { id, status, incidentId })] });
    await desk.react(world.news());
    expect(decisions(world)).toEqual([code]);
    expect(world.timers.size).toBe(code === "run-going-on" ? 1 : 0);
  });

  it("may be a run of which nobody knows what it is for", async () => {
    const world = createAutomaticWorld();
    const { desk } = await world.open({ runs: () => [runOf(fallback, { status: "running" })] });
    await desk.react(world.news());
    expect(decisions(world)).toEqual(["run-going-on"]);
  });

  it("may be planned work, which names its reason", async () => {
    const world = createAutomaticWorld();
    const { desk, book } = await world.open({ plannedWork: ({ id }, atMs) => `the move of ${id} at ${atMs}` });
    await desk.react(world.news());
    expect(book.of("INC-001")[0]?.reasons[0]?.message).toBe(`INC-001 falls into the move of INC-001 at ${START_MS}.`);
  });

  it("may be that the service is unknown: what labels call it names no stream", async () => {
    const world = createAutomaticWorld([{ ...fallback, symptoms: ["../../etc"] }]);
    world.incidents.set("INC-001", { ...declared, service: "../../etc" });
    const { desk } = await world.open();
    await desk.react(world.news());
    expect(world.course()).toEqual(["automatic-run/incident/INC-001 automatic-run.decided"]);
    expect(decisions(world)).toEqual(["unknown-service"]);
  });

  it("may be data: those of the alerts of the engine, and those that the health check looks at", async () => {
    const asked: string[] = [];
    const check = { kind: "not", check: { kind: "slo", slo: "checkout" } } as const;
    const health = { check, withinMs: 1_000, everyMs: 1_000 };
    const plain = { ...fallback, health };
    const world = createAutomaticWorld([plain]);
    const external = externalAt(START_MS);
    world.incidents.set("INC-001", { ...declared, external });
    world.slo = (id) => {
      asked.push(id);
      return { verdict: "fails", saw: "it burns" };
    };
    await (await world.open()).desk.react(world.news());
    expect(asked).toEqual(["payments-availability", "checkout"]);
    const other = createAutomaticWorld([withoutHealth(fallback)]);
    await (await other.open()).desk.react(other.news());
    expect(decisions(other)).toEqual(["unsound"]);
  });

  it("may be that it cannot be planned", async () => {
    const world = createAutomaticWorld([{ ...fallback, parameters: { where: { description: "Where" } } }]);
    await (await world.open()).desk.react(world.news());
    expect(decisions(world)).toEqual(["rehearsal-failed unplannable"]);
  });

  it("may be a run that is stored and cannot be read", async () => {
    const world = createAutomaticWorld();
    const event = {
      ...world.news(),
      stream: "runbook-run/INC-001.fallback",
      type: "runbook-run.requested",
      data: toJson({}),
    };
    world.stored.push(event);
    const { desk } = await world.open();
    await desk.react(world.news());
    expect(world.stored).toEqual([event]);
  });

  it("is a fault where the run is refused that was decided on", async () => {
    const world = createAutomaticWorld();
    const { desk } = await world.open({ digest: { digest: async () => " " } });
    await expect(desk.react(world.news())).rejects.toMatchObject({ code: "empty-text", retryable: false });
    expect(world.stored).toEqual([]);
  });
});

describe("whether the engine may start a runbook by itself", () => {
  it("is told for one of level 4, with the reasons", async () => {
    const low = runbook([step("switch")], { id: "low", level: 3 });
    const world = createAutomaticWorld([fallback, low]);
    const { desk } = await world.open();
    expect(await desk.standing("fallback")).toEqual({ starts: true, reasons: [] });
    expect(await desk.standing("low")).toBeUndefined();
    expect(await desk.standing("gone")).toBeUndefined();
    const observing = await world.open({ automation: { mode: "observe", attemptsPerDay: 1 } });
    world.killSwitch = { kind: "engaged", by: "ann", atMs: 1, reason: "wait" };
    world.advance(91 * 86_400_000);
    expect((await observing.desk.standing("fallback"))?.reasons.map(({ code }) => code)).toEqual([
      "observing",
      "kill-switch",
      "rehearsal-stale",
    ]);
    expect((await observing.desk.standing("fallback"))?.starts).toBe(false);
  });
});

describe("at any crash point, and with two processes at once", () => {
  const requests = (course: readonly string[]) => course.filter((line) => line === REQUESTED).length;

  it("starts one run, and records one decision to start", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            at: fc.integer({ min: 1, max: 14 }),
            when: fc.constantFrom("before" as const, "after" as const),
          }),
          {
            maxLength: 4,
          },
        ),
        fc.boolean(),
        async (crashes, both) => {
          const world = createAutomaticWorld();
          for (const crash of crashes) {
            world.crashAt(crash);
            const processes = await Promise.allSettled([world.open(), ...(both ? [world.open()] : [])]);
            await Promise.allSettled(
              processes.map(async (opened) =>
                opened.status === "fulfilled" ? opened.value.desk.react(world.news()) : undefined,
              ),
            );
          }
          world.crashAt(undefined);
          const [one, other] = [await world.open(), await world.open()];
          await Promise.all([one.desk.react(world.news()), other.desk.react(world.news())]);
          expect(requests(world.course())).toBe(1);
          expect(decisions(world)).toEqual(["fits gate-open"]);
        },
      ),
    );
  });

  it("starts one run for a service, whichever of two incidents comes first", async () => {
    const world = createAutomaticWorld([fallback]);
    world.incidents.set("INC-002", { ...declared, id: "INC-002" });
    const [one, other] = [await world.open(), await world.open()];
    await Promise.all([one.desk.react(world.news()), other.desk.react(world.news("incident.declared", "INC-002"))]);
    expect(decisions(world)).toEqual(["fits gate-open", "run-going-on"]);
    expect(world.course().filter((line) => line.endsWith("runbook-run.requested"))).toHaveLength(1);
  });
});
