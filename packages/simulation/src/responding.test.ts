import {
  buildInhibitRules,
  buildRoutes,
  externalAlert,
  parseMatchers,
  type ExternalAlert,
  type MaintenanceWindow,
  type Notification,
  type Notifier,
  type OnCallSettings,
  type Receiver,
  type RouteSpec,
  type RoutingSettings,
  type Runbook,
} from "@plimsoll/core";
import { createFakeRemediator, createFakeStepRunner } from "@plimsoll/testkit";
import { describe, expect, it } from "vitest";
import { recordingNotifier } from "./recording-notifier.js";
import { createWorld, quickSlo, type World, type WorldOptions } from "./world.js";

const START_MS = Date.parse("2026-11-02T12:00:00Z");
const MINUTE_MS = 60_000;

const contacts = (id: string) => ({ id, name: id, zone: "UTC", contacts: [{ notifier: "pager", address: id }] });
const person = (personId: string) => ({ kind: "person", personId }) as const;

const onCall: OnCallSettings = {
  people: ["ann", "bob", "cem"].map(contacts),
  teams: [],
  schedules: [],
  policies: [
    {
      id: "two",
      steps: [
        { targets: [person("ann")], delayMs: 5 * MINUTE_MS },
        { targets: [person("bob")], delayMs: 5 * MINUTE_MS },
      ],
      repeat: 0,
      fallback: [person("cem")],
      acknowledgement: { remindAfterMs: 30 * MINUTE_MS, answerWithinMs: 5 * MINUTE_MS },
    },
    { id: "empty", steps: [{ targets: [], delayMs: MINUTE_MS }], repeat: 0, fallback: [person("cem")] },
  ],
  policyOf: new Map([["nobody", "empty"]]),
  defaultPolicy: "two",
};

async function openWorld(settings: WorldOptions["settings"] = {}, ports: WorldOptions["ports"] = {}) {
  const [pager, board] = [recordingNotifier(), recordingNotifier()];
  const world = await createWorld({
    slos: [quickSlo("a")],
    settings: { onCall, ...settings },
    ports: { notifiers: { pager, board }, ...ports },
  });
  return { world, pager, board };
}

const declare = ({ engine }: World, service = "payments") =>
  engine.declareIncident({ actor: "eve", title: "Checkout is down", severity: "SEV1", service });

type Got = { readonly got: readonly Notification[] };
const calledTo = ({ got }: Got) => got.filter(({ urgency }) => urgency !== "info").map(({ address }) => address);
const newsTo = ({ got }: Got) =>
  got.filter(({ urgency }) => urgency === "info").map(({ address, status, text }) => [address, status, text]);
const notes = async ({ engine }: World) =>
  (await engine.incident("INC-001"))?.timeline.map(({ text }) => text).filter((text) => text !== undefined);

function alertOf(
  nowMs: number,
  part: { readonly labels?: Readonly<Record<string, string>>; readonly endsAtMs?: number } = {},
): ExternalAlert {
  const { labels = {}, ...rest } = part;
  const all = { alertname: "Down", service: "payments", severity: "critical", ...labels };
  const made = externalAlert(
    { source: "am", fingerprint: Object.values(all).join("/"), labels: all, startsAtMs: nowMs, ...rest },
    { nowMs },
  );
  if (!made.ok) throw new Error(made.error.message);
  return made.value;
}

function routing(
  spec: RouteSpec,
  more: Partial<RoutingSettings> & { readonly receivers: ReadonlyMap<string, Receiver> },
): RoutingSettings {
  const root = buildRoutes(spec, { receivers: [...more.receivers.keys()] });
  if (!root.ok) throw new Error(JSON.stringify(root.error));
  return { root: root.value, inhibitRules: [], maintenance: [], graceMs: 0, ...more };
}

const receivers = (...all: readonly Receiver[]) => new Map(all.map((one) => [one.name, one]));

describe("an incident about which people are to be called", () => {
  it("calls step by step until somebody acknowledges, and keeps in its course who was called", async () => {
    const { pager, world } = await openWorld();
    await declare(world);
    await world.wait(0);
    expect(calledTo(pager)).toEqual(["ann"]);
    expect(pager.got[0]).toMatchObject({ title: "INC-001 SEV1: Checkout is down", urgency: "page" });
    expect(pager.got[0]?.text).toContain("Declared by eve.");
    await world.wait(5 * MINUTE_MS);
    expect(calledTo(pager)).toEqual(["ann", "bob"]);
    await world.engine.acknowledge("INC-001", { actor: "bob" });
    await world.wait(20 * MINUTE_MS);
    expect(calledTo(pager)).toEqual(["ann", "bob"]);
    expect(world.engine.escalations.get("INC-001")?.status).toBe("acknowledged");
    const state = (await world.engine.incident("INC-001"))?.state;
    expect(state?.calls.map(({ channel, step, to }) => ({ channel, step, to }))).toEqual([
      { channel: "pager", step: 1, to: ["ann"] },
      { channel: "pager", step: 2, to: ["bob"] },
    ]);
  });

  it("tells whoever was called that somebody has acknowledged, and of the end, once and in the same thread", async () => {
    const { pager, world } = await openWorld();
    await declare(world);
    await world.wait(0);
    await world.wait(5 * MINUTE_MS);
    await world.engine.acknowledge("INC-001", { actor: "bob" });
    await world.wait(0);
    const acknowledged = ["acknowledged", "Acknowledged by bob."] as const;
    expect(newsTo(pager)).toEqual([
      ["ann", ...acknowledged],
      ["bob", ...acknowledged],
    ]);
    await world.crash();
    await world.engine.resolve("INC-001", { actor: "bob", reason: "it answers" });
    await world.wait(0);
    const resolved = ["resolved", "The incident was resolved; nobody waits for you."] as const;
    expect(newsTo(pager).slice(2)).toEqual([
      ["ann", ...resolved],
      ["bob", ...resolved],
    ]);
    expect(new Set(pager.got.map(({ threadKey }) => threadKey))).toEqual(new Set(["INC-001"]));
  });

  it("does not go on trying to page whoever could not be reached once somebody has answered", async () => {
    let away = true;
    const tried: Notification[] = [];
    const pager: Notifier = {
      send: async (message) => {
        tried.push(message);
        return away ? { kind: "failed", retryable: true, reason: "503" } : { kind: "sent" };
      },
    };
    const { world } = await openWorld({}, { notifiers: { pager } });
    await declare(world);
    await world.wait(0);
    await world.engine.acknowledge("INC-001", { actor: "bob" });
    away = false;
    await world.wait(5_000);
    expect(tried.map(({ text, urgency }) => [urgency, text.split("\n")[0]])).toEqual([
      ["page", "You are called by step 1, pass 1. Acknowledge to stop the escalation."],
      ["info", "Acknowledged by bob."],
    ]);
    const stored = await world.ports.events.read("delivery/page/INC-001/1/1/1/ann/pager:ann");
    expect(stored.map(({ type }) => type)).toEqual(["delivery.requested", "delivery.failed", "delivery.overtaken"]);
  });

  it("tells nobody twice whose notifier follows the incident already", async () => {
    const people = onCall.people.map((one) => ({ ...one, contacts: [{ notifier: "board" }] }));
    for (const [notify, heard] of [
      [{ pages: ["board"], tickets: [], incidents: [] }, 1],
      [{ pages: [], tickets: [], incidents: ["board"] }, 1],
      [{ pages: ["pager"], tickets: ["board"], incidents: [] }, 1],
    ] as const) {
      const { board, world } = await openWorld({ onCall: { ...onCall, people }, notify });
      await declare(world);
      await world.wait(0);
      await world.engine.acknowledge("INC-001", { actor: "ann" });
      await world.wait(0);
      expect(newsTo(board)).toHaveLength(heard);
    }
  });

  it("goes on where whoever acknowledged does not answer the reminder", async () => {
    const { pager, world } = await openWorld();
    await declare(world);
    await world.wait(0);
    await world.engine.acknowledge("INC-001", { actor: "ann" });
    await world.wait(0);
    await world.wait(30 * MINUTE_MS);
    expect(pager.got.at(-1)?.text).toContain("Are you still on it?");
    await world.wait(5 * MINUTE_MS);
    await world.wait(0);
    expect((await world.engine.incident("INC-001"))?.state.status).toBe("declared");
    expect(calledTo(pager)).toEqual(["ann", "ann", "bob"]);
  });

  it("keeps who answered for it, and until when each did", async () => {
    const { world } = await openWorld();
    await declare(world);
    for (const actor of ["ann", "bob"]) {
      await world.engine.acknowledge("INC-001", { actor });
      world.clock.advance(MINUTE_MS);
      await world.engine.commandIncident("INC-001", { type: "unacknowledge", actor, reason: "my shift is over" });
    }
    expect((await world.engine.incident("INC-001"))?.state.answers).toEqual([
      { person: "ann", fromMs: START_MS, takenBackAtMs: START_MS + MINUTE_MS },
      { person: "bob", fromMs: START_MS + MINUTE_MS, takenBackAtMs: START_MS + 2 * MINUTE_MS },
    ]);
  });

  it("says in its course that the fallback was called, and that nobody has answered", async () => {
    const { pager, world } = await openWorld();
    await declare(world, "nobody");
    await world.wait(0);
    await world.wait(MINUTE_MS);
    expect(calledTo(pager)).toEqual(["cem"]);
    const state = (await world.engine.incident("INC-001"))?.state;
    expect(state?.calls).toMatchObject([{ step: 1, to: ["cem"] }]);
    const timeline = JSON.stringify((await world.engine.incident("INC-001"))?.timeline);
    expect(timeline).toContain("pass 1 reached nobody, so that the fallback is called");
    expect(timeline).toContain("Escalation has gone through all of its steps, and nobody has acknowledged.");
  });

  it("says in its course for what a person asked for more people, also where nobody is left to call", async () => {
    const ask = async (world: World, causeId: string) => {
      const command = { type: "escalate", actor: "eve", reason: "I need a database administrator" } as const;
      await world.engine.escalations.command("INC-001", { ...command, atMs: START_MS, causeId });
      await world.wait(0);
    };
    const course = async ({ engine }: World) => (await engine.incident("INC-001"))?.timeline.map(({ text }) => text);
    const fallback = await openWorld();
    await declare(fallback.world, "nobody");
    await ask(fallback.world, "first");
    expect(fallback.pager.got[0]?.text).toMatch(
      /^eve asks for you: I need a database administrator\nYou are the fallback/,
    );
    expect((await course(fallback.world))?.at(-1)).toBe(
      "Escalation step 1: cem called by pager: pass 1 reached nobody, so that the fallback is called; eve asked for it: I need a database administrator",
    );
    const steps = [
      { targets: [person("ann")], delayMs: MINUTE_MS },
      { targets: [], delayMs: MINUTE_MS },
    ];
    const policies = [{ id: "two", steps, repeat: 0, fallback: [person("cem")] }];
    const { world } = await openWorld({ onCall: { ...onCall, policies, policyOf: new Map() } });
    await declare(world);
    await world.wait(0);
    await ask(world, "first");
    expect((await course(world))?.at(-1)).toBe(
      "Escalation has gone through all of its steps, and nobody has acknowledged. Nobody is left to call, though eve asked for it: I need a database administrator",
    );
  });

  it("takes one of two who ask for people at the same version, and says in its course what everybody asked", async () => {
    const { pager, world } = await openWorld();
    await declare(world);
    await world.wait(0);
    const { escalations } = world.engine;
    const state = async () => (await world.engine.incident("INC-001"))?.state;
    const seen = (await state())?.version ?? 0;
    const by = (actor: string) => ({ actor, causeId: actor, atMs: START_MS, expectedVersion: seen });
    const both = await Promise.all([
      escalations.command("INC-001", { type: "escalate", reason: "I need help", ...by("eve") }),
      escalations.command("INC-001", { type: "pause", reason: "I am on it", untilMs: START_MS + 1, ...by("dan") }),
    ]);
    expect(both).toMatchObject([
      { ok: true, value: { status: "escalating" } },
      { ok: false, error: { code: "version-mismatch", expectedVersion: seen, presentVersion: seen + 1 } },
    ]);
    expect(
      await escalations.command("INC-001", { type: "escalate", reason: "I need help", ...by("eve") }),
    ).toMatchObject({ ok: true });
    await world.wait(0);
    expect(calledTo(pager)).toEqual(["ann", "bob"]);
    const any = { actor: "dan", atMs: START_MS };
    const untilMs = START_MS + 60 * MINUTE_MS;
    for (const command of [
      { type: "acknowledge", ...any, causeId: "1" },
      { type: "confirm", ...any, causeId: "2" },
      { type: "unacknowledge", reason: "my train leaves", ...any, causeId: "3" },
      { type: "pause", untilMs, reason: "we know", ...any, causeId: "4" },
      { type: "resume", ...any, causeId: "5" },
    ] as const) {
      expect((await escalations.command("INC-001", command)).ok).toBe(true);
    }
    const before = await state();
    // Nothing is paused any more: there is nothing to tell, and the version stays.
    expect((await escalations.command("INC-001", { type: "resume", ...any, causeId: "6" })).ok).toBe(true);
    expect((await state())?.version).toBe(before?.version);
    const course = (await world.engine.incident("INC-001"))?.timeline.filter(({ actor }) => actor === "dan");
    expect(course?.map(({ text }) => text)).toEqual([
      "Answers the call.",
      "Is still on it.",
      "Takes the answer to the call back: my train leaves",
      "Escalation is paused until 2026-11-02 13:00:00 UTC: we know.",
      "Escalation goes on.",
    ]);
  });

  it("refuses what is asked of an incident that is not there, and of one that is over", async () => {
    const { world } = await openWorld();
    const ask = async () => {
      const outcome = await world.engine.escalations.command("INC-001", {
        type: "escalate",
        reason: "x",
        actor: "eve",
        causeId: "x",
        atMs: START_MS,
      });
      return outcome.ok ? "done" : outcome.error.code;
    };
    expect(await ask()).toBe("unknown-incident");
    await declare(world);
    for (const type of ["acknowledge", "resolve", "close"] as const) {
      const by = { actor: "eve", causeId: type };
      const done = await world.engine.commandIncident(
        "INC-001",
        type === "acknowledge"
          ? { type, ...by }
          : type === "resolve"
            ? { type, reason: "over", ...by }
            : { type, how: "person", reason: "over", ...by },
      );
      expect(done.ok).toBe(true);
    }
    expect(await ask()).toBe("not-allowed");
  });

  it("takes a notice to stakeholders for a word to them once it has arrived, and not before", async () => {
    const boss = { id: "boss", name: "boss", zone: "UTC", contacts: [{ notifier: "post", address: "boss" }] };
    const policies = onCall.policies.map((policy) => ({
      ...policy,
      stakeholders: [{ targets: [person("boss")], afterMs: 10 * MINUTE_MS }],
    }));
    const post = recordingNotifier((count) =>
      count === 1 ? { kind: "failed", retryable: true, reason: "busy" } : { kind: "sent" },
    );
    const { world } = await openWorld(
      { onCall: { ...onCall, people: [...onCall.people, boss], policies } },
      { notifiers: { pager: recordingNotifier(), board: recordingNotifier(), post } },
    );
    const told = async () => {
      const clocks = (await world.engine.incidentFile("INC-001"))?.clocks ?? [];
      const timeline = (await world.engine.incident("INC-001"))?.timeline ?? [];
      return {
        clocks: clocks
          .filter(({ kind }) => kind === "stakeholders")
          .map(({ dueAtMs, outcome }) => `${(dueAtMs - START_MS) / MINUTE_MS} ${outcome}`),
        words: timeline.filter(({ kind }) => kind === "stakeholders-told").map(({ text }) => text),
      };
    };
    await declare(world);
    await world.wait(0);
    await world.wait(10 * MINUTE_MS);
    expect(await told()).toEqual({ clocks: ["15 running"], words: [] });
    await world.wait(MINUTE_MS);
    await world.engine.round();
    expect(post.got).toHaveLength(2);
    expect(await told()).toEqual({ clocks: ["15 met", "26 running"], words: ["Stakeholders told: boss by post"] });
  });

  it("says of a later pass that nobody has acknowledged in the one before", async () => {
    const again = onCall.policies.map((policy) => ({ ...policy, repeat: 1 }));
    const { world } = await openWorld({ onCall: { ...onCall, policies: again } });
    await declare(world);
    for (let minutes = 0; minutes <= 10; minutes += 5) await world.wait(minutes === 0 ? 0 : 5 * MINUTE_MS);
    const timeline = JSON.stringify((await world.engine.incident("INC-001"))?.timeline);
    expect(timeline).toContain("nobody has acknowledged yet");
    expect(timeline).toContain("nobody has acknowledged in pass 1");
  });

  it("calls with the explanation of an SLO, and its page's address", async () => {
    const { pager, world } = await openWorld({ incidentUrl: (id) => `https://plimsoll.example/incidents/${id}` });
    world.serve("a", [
      ...Array.from({ length: 4 }, () => ({ bad: 0, total: 100 })),
      ...Array.from({ length: 6 }, () => ({ bad: 60, total: 100 })),
    ]);
    await world.slices(10);
    expect(pager.got[0]).toMatchObject({ address: "ann", url: "https://plimsoll.example/incidents/INC-001" });
    expect(pager.got[0]?.text).toContain("a pages");
  });

  it("is called about again after a crash, and by nobody twice under one key", async () => {
    const { pager, world } = await openWorld();
    await declare(world);
    await world.crash();
    await world.wait(0);
    await world.crash();
    await world.wait(0);
    expect(calledTo(pager)).toEqual(["ann"]);
    await world.wait(5 * MINUTE_MS);
    expect(calledTo(pager)).toEqual(["ann", "bob"]);
    expect(world.engine.escalations.open()).toHaveLength(1);
  });

  it("calls also where the incident cannot be read, with few words rather than not at all", async () => {
    const { pager, world } = await openWorld();
    await declare(world);
    const [started] = await world.ports.events.read("escalation/INC-001");
    if (started === undefined) throw new Error("nobody was to be called");
    const { actor, atMs, data, type } = started;
    const orphan = {
      id: "escalation/INC-404@1",
      type,
      atMs,
      actor,
      data: { ...(data as object), incidentId: "INC-404" },
    };
    await world.ports.events.append([{ stream: "escalation/INC-404", expectedVersion: 0, events: [orphan] }]);
    await world.crash();
    await world.wait(0);
    expect(pager.got.map(({ title }) => title)).toContain("INC-404");
  });

  it("is nobody's where nobody is on call", async () => {
    const { pager, world } = await openWorld({ onCall: { ...onCall, policyOf: new Map([["payments", "none"]]) } });
    await declare(world);
    await world.wait(0);
    expect(pager.got).toEqual([]);
    expect(await world.engine.escalations.audit()).toMatchObject({ findings: [], ping: { kind: "none" } });
  });
});

describe("the auditor", () => {
  it("lets the dead-man ping go out while every page is on its way, and not when one is stuck", async () => {
    let pings = 0;
    const deadMan = {
      ping: async () => {
        pings += 1;
        return { kind: "pinged" } as const;
      },
    };
    const { world } = await openWorld({}, { deadMan });
    await declare(world);
    await world.wait(0);
    expect(await world.engine.escalations.audit()).toMatchObject({ findings: [], ping: { kind: "pinged" } });
    world.clock.advance(6 * MINUTE_MS);
    const audit = await world.engine.escalations.audit();
    expect(audit).toMatchObject({ findings: [{ kind: "overdue", incidentId: "INC-001" }], ping: { kind: "withheld" } });
    expect(pings).toBe(1);
  });

  it("finds an incident about which nobody was ever called, and has them called", async () => {
    const { pager, world } = await openWorld({ onCall: { ...onCall, policies: [] } });
    await declare(world);
    await world.crash({ onCall });
    world.clock.advance(MINUTE_MS);
    expect((await world.engine.escalations.audit()).findings).toMatchObject([
      { kind: "not-started", incidentId: "INC-001" },
    ]);
    await world.wait(0);
    expect(calledTo(pager)).toEqual(["ann"]);
    expect((await world.engine.escalations.audit()).findings).toEqual([]);
  });
});

describe("planned work", () => {
  const maintenance = (matchers: string, more: Partial<MaintenanceWindow> = {}): MaintenanceWindow => {
    const parsed = parseMatchers(matchers);
    if (!parsed.ok) throw new Error(parsed.error.message);
    return {
      id: "move",
      matchers: parsed.value,
      author: "eve",
      reason: "the move",
      startsAtMs: START_MS,
      endsAtMs: START_MS + 60 * MINUTE_MS,
      ...more,
    };
  };
  const withWindows = (...windows: readonly MaintenanceWindow[]) => ({
    routing: routing(
      { receiver: "all", groupBy: ["..."], groupWaitMs: 0 },
      { receivers: receivers({ name: "all", opens: "incident", notifiers: [] }), maintenance: windows },
    ),
  });

  it("keeps an incident from calling anybody until it is over, and says so", async () => {
    const { pager, world } = await openWorld(withWindows(maintenance("service=payments")));
    await declare(world);
    await world.wait(0);
    expect(pager.got).toEqual([]);
    expect(JSON.stringify((await world.engine.incident("INC-001"))?.timeline)).toContain(
      "Escalation is paused until 2026-11-02 13:00:00 UTC: planned work: the move.",
    );
    await world.wait(60 * MINUTE_MS);
    expect(calledTo(pager)).toEqual(["ann"]);
    expect(JSON.stringify((await world.engine.incident("INC-001"))?.timeline)).toContain("Escalation goes on.");
  });

  it("holds nobody back whom a person asks for, and the incident's course says so", async () => {
    const { pager, world } = await openWorld(withWindows(maintenance("service=payments")));
    await declare(world);
    await world.wait(0);
    const asked = { type: "escalate", actor: "eve", reason: "this is not the move", atMs: START_MS } as const;
    await world.engine.escalations.command("INC-001", { ...asked, causeId: "asked" });
    await world.wait(0);
    expect(calledTo(pager)).toEqual(["ann"]);
    const course = (await world.engine.incident("INC-001"))?.timeline.slice(-2);
    expect(course?.map(({ actor, text }) => [actor, text])).toEqual([
      ["eve", "Asks for the next people now: this is not the move"],
      ["engine", "Escalation step 1: ann called by pager: eve asked for it: this is not the move"],
    ]);
    expect(pager.got[0]?.text).toMatch(/^eve asks for you: this is not the move\nYou are called by step 1, pass 1\./);
    await world.wait(5 * MINUTE_MS);
    expect(calledTo(pager)).toEqual(["ann"]);
  });

  it("is looked at anew when it ends, by the windows as they are then", async () => {
    const recurring = maintenance("severity=SEV1", {
      id: "nightly",
      startsAtMs: 0,
      endsAtMs: START_MS + 90 * MINUTE_MS,
      recurring: [{ times: [[780, 785]] }, { times: [[790, 1440]] }],
    });
    const { pager, world } = await openWorld(withWindows(maintenance("service=payments"), recurring));
    await declare(world);
    await world.wait(0);
    await world.wait(60 * MINUTE_MS);
    expect(pager.got).toEqual([]);
    expect(world.engine.escalations.get("INC-001")?.paused?.untilMs).toBe(START_MS + 65 * MINUTE_MS);
    await world.wait(5 * MINUTE_MS);
    expect(calledTo(pager)).toEqual(["ann"]);
    // The second step is due at 13:10, within the recurring window, which ends with the whole of it.
    await world.wait(5 * MINUTE_MS);
    expect(calledTo(pager)).toEqual(["ann"]);
    expect(world.engine.escalations.get("INC-001")?.paused?.untilMs).toBe(START_MS + 90 * MINUTE_MS);
  });

  it("is looked a day ahead at most where it recurs without an end", async () => {
    const always = maintenance("service=payments", { startsAtMs: 0, endsAtMs: START_MS * 2, recurring: [{}] });
    const { world } = await openWorld(withWindows(always));
    await declare(world);
    await world.wait(0);
    expect(world.engine.escalations.get("INC-001")?.paused?.untilMs).toBe(START_MS + 86_400_000);
  });

  it("finds an SLO's incident by the SLO, and excuses none that is about something else too", async () => {
    const page = [
      ...Array.from({ length: 4 }, () => ({ bad: 0, total: 100 })),
      ...Array.from({ length: 6 }, () => ({ bad: 60, total: 100 })),
    ];
    const excused = await openWorld(withWindows(maintenance("slo=a")));
    excused.world.serve("a", page);
    await excused.world.slices(10);
    expect(excused.pager.got).toEqual([]);

    const { pager, world } = await openWorld(withWindows(maintenance("slo=a")));
    await declare(world);
    await world.wait(0);
    expect(calledTo(pager)).toEqual(["ann"]);
    world.serve("a", page);
    await world.slices(10);
    await world.engine.commandIncident("INC-001", { type: "merge", actor: "ann", into: "INC-002", reason: "the same" });
    expect(world.engine.escalations.get("INC-002")?.paused).toBeDefined();
    await world.wait(60 * MINUTE_MS);
    expect(calledTo(pager)).toEqual(["ann", "ann"]);
  });

  it("finds an incident by the labels of an alert from elsewhere", async () => {
    const { pager, world } = await openWorld(withWindows(maintenance("zone=b")));
    await world.engine.alerts.take([alertOf(START_MS, { labels: { zone: "b" } })]);
    await world.engine.alerts.take([alertOf(START_MS, { labels: { zone: "c" } })]);
    await world.wait(0);
    expect(pager.got.map(({ threadKey }) => threadKey)).toEqual(["INC-002"]);
  });
});

describe("alerts from elsewhere", () => {
  it("open an incident each, at once, and end it, where nothing is configured", async () => {
    const { pager, world } = await openWorld();
    const alert = alertOf(START_MS);
    expect(await world.engine.alerts.take([alert])).toMatchObject([{ key: alert.key, outcome: "fired" }]);
    expect(world.engine.incidents()).toMatchObject([
      { id: "INC-001", service: "payments", severity: "SEV2", status: "declared" },
    ]);
    expect(world.engine.alerts.active()).toMatchObject([{ key: alert.key }]);
    await world.wait(0);
    expect(calledTo(pager)).toEqual(["ann"]);
    world.clock.advance(MINUTE_MS);
    await world.engine.alerts.take([{ ...alert, endsAtMs: START_MS + MINUTE_MS, status: "resolved", timesOut: false }]);
    expect(world.engine.incidents()).toMatchObject([{ status: "resolved" }]);
    expect(world.engine.alerts.active()).toEqual([]);
    expect(world.engine.alerts.over()).toMatchObject([{ alert: { key: alert.key } }]);
    expect(world.engine.alerts.explain(alert.key)).toMatchObject({ alert: { key: alert.key } });
    expect(world.engine.alerts.explain("none")).toBeUndefined();
  });

  it("reopen by their next repeat what people resolved, once the cooldown has passed", async () => {
    const { pager, world } = await openWorld({
      incidents: { cooldownMs: 5 * MINUTE_MS, autoCloseAfterMs: 86_400_000 },
    });
    const alert = alertOf(START_MS);
    await world.engine.alerts.take([alert]);
    await world.engine.acknowledge("INC-001", { actor: "ann" });
    await world.engine.commandIncident("INC-001", { type: "resolve", actor: "ann", reason: "it is nothing" });
    await world.wait(5 * MINUTE_MS - 1);
    expect(await world.engine.alerts.take([alert])).toMatchObject([{ outcome: "deduplicated" }]);
    expect(world.engine.incidents()).toMatchObject([{ status: "resolved" }]);
    const calls = pager.got.length;
    await world.wait(1);
    await world.engine.alerts.take([alert]);
    expect(world.engine.incidents()).toMatchObject([{ id: "INC-001", status: "declared" }]);
    await world.wait(0);
    expect(pager.got.slice(calls)).toMatchObject([{ threadKey: "INC-001", urgency: "page" }]);
  });

  it("end by themselves when they are not sent again, and after a start get time to be", async () => {
    const { world } = await openWorld();
    await world.engine.alerts.take([alertOf(START_MS, { endsAtMs: START_MS + 5 * MINUTE_MS })]);
    world.clock.advance(6 * MINUTE_MS);
    await world.crash();
    await world.wait(0);
    expect(world.engine.incidents()).toMatchObject([{ status: "declared" }]);
    await world.wait(5 * MINUTE_MS);
    expect(world.engine.incidents()).toMatchObject([{ status: "resolved" }]);
  });

  it("that fall silent say so wherever the incident's end is told", async () => {
    const { board, world } = await openWorld({ notify: { pages: [], tickets: [], incidents: ["board"] } });
    await world.engine.alerts.take([alertOf(START_MS, { endsAtMs: START_MS + 5 * MINUTE_MS })]);
    await world.wait(5 * MINUTE_MS);
    const words = "was not sent again for 5 min; nobody said that it is over";
    const incident = await world.engine.incident("INC-001");
    const course = incident?.timeline.filter(({ kind }) => kind !== "evidence-attached");
    expect(course?.slice(-2).map(({ text }) => text)).toEqual([
      `The alert {alertname="Down", service="payments", severity="critical"} of am ${words} (SEV2). Down`,
      `Resolved, as its alert did: Down ${words}`,
    ]);
    await world.wait(0);
    expect(board.got.at(-1)?.text).toBe(`Resolved: Down ${words}. A postmortem draft of INC-001 is there.`);
    expect(incident?.postmortem).toContain(words);
  });

  it("that fell silent and are sent again go on in their incident, though they began before they were silent", async () => {
    const { world } = await openWorld();
    await world.engine.alerts.take([alertOf(START_MS, { endsAtMs: START_MS + 5 * MINUTE_MS })]);
    await world.wait(5 * MINUTE_MS);
    expect(world.engine.incidents()).toMatchObject([{ id: "INC-001", status: "resolved" }]);
    await world.engine.alerts.take([alertOf(START_MS, { endsAtMs: START_MS + 60 * MINUTE_MS })]);
    await world.wait(5 * MINUTE_MS);
    expect(world.engine.incidents()).toMatchObject([
      { id: "INC-001", status: "declared", external: { status: "firing" } },
    ]);
  });

  it("go by their route: to a service and severity that a receiver states, or to its notifiers alone", async () => {
    const spec: RouteSpec = {
      receiver: "shop",
      groupBy: ["alertname"],
      groupWaitMs: 0,
      groupIntervalMs: MINUTE_MS,
      routes: [
        { matchers: ["kind=info"], receiver: "info" },
        { matchers: ["kind=gone"], receiver: "gone" },
      ],
    };
    const known = receivers(
      { name: "shop", opens: "incident", service: "checkout", severity: "SEV1", notifiers: [] },
      { name: "info", opens: "nothing", notifiers: ["board"] },
      { name: "gone", opens: "incident", notifiers: [] },
    );
    const { board, world } = await openWorld({ routing: routing(spec, { receivers: known }) });
    const info = alertOf(START_MS, { labels: { kind: "info" } });
    await world.engine.alerts.take([alertOf(START_MS), info]);
    expect(world.engine.incidents()).toMatchObject([{ id: "INC-001", service: "checkout", severity: "SEV1" }]);
    await world.wait(0);
    expect(board.got).toMatchObject([
      {
        title: "Alerts: 1 firing",
        text: "1 firing (first)",
        urgency: "ticket",
        status: "firing",
        fields: [{ name: "alertname", value: "Down" }],
      },
    ]);
    await world.wait(1000);
    await world.engine.alerts.take([{ ...info, endsAtMs: START_MS + 1000, status: "resolved", timesOut: false }]);
    await world.wait(MINUTE_MS);
    expect(board.got.slice(1)).toMatchObject([
      { title: "Alerts: 1 resolved", text: "1 resolved (all-resolved)", urgency: "info", status: "resolved" },
    ]);
    expect(board.got[1]?.threadKey).toBe(board.got[0]?.threadKey);
    // A receiver that went out of the configuration while its group waited.
    known.delete("gone");
    await world.engine.alerts.take([alertOf(START_MS, { labels: { kind: "gone" } })]);
    expect(world.engine.incidents()).toHaveLength(1);
  });

  it("keep with the incident which rules they met", async () => {
    const inhibit = buildInhibitRules([
      { sourceMatchers: ["severity=critical"], targetMatchers: ["severity=warning"], equal: ["service"] },
    ]);
    if (!inhibit.ok) throw new Error("the rules of this test are wrong");
    const { world } = await openWorld({
      routing: routing(
        { receiver: "all", groupBy: ["..."], groupWaitMs: 0 },
        { receivers: receivers({ name: "all", opens: "incident", notifiers: [] }), inhibitRules: inhibit.value },
      ),
    });
    await world.engine.alerts.take([alertOf(START_MS)]);
    await world.engine.alerts.take([alertOf(START_MS, { labels: { severity: "warning" } })]);
    expect(world.engine.incidents()).toHaveLength(1);
    expect(JSON.stringify((await world.engine.incidentFile("INC-001"))?.explanation)).toContain("route-taken");
    const [held] = world.engine.alerts.active(
      (() => {
        const parsed = parseMatchers("severity=warning");
        return parsed.ok ? parsed.value : [];
      })(),
    );
    expect(JSON.stringify(world.engine.alerts.explain(held?.key ?? "")?.trace)).toContain("inhibited");
  });

  it("change nothing about an incident when others of their group come and go", async () => {
    const spec = {
      receiver: "all",
      groupBy: ["service"],
      incident: "per-alert",
      groupWaitMs: 0,
      groupIntervalMs: MINUTE_MS,
    } as const;
    const all = receivers({ name: "all", opens: "incident", notifiers: [] });
    const { world } = await openWorld({ routing: routing(spec, { receivers: all }) });
    await world.engine.alerts.take([alertOf(START_MS)]);
    await world.wait(0);
    const version = async () => (await world.engine.incident("INC-001"))?.state.version;
    const before = await version();
    for (const zone of ["b", "c"]) {
      const other = alertOf(world.clock.nowMs(), { labels: { zone } });
      await world.engine.alerts.take([other]);
      await world.wait(MINUTE_MS);
      const over = { endsAtMs: world.clock.nowMs(), status: "resolved" } as const;
      await world.engine.alerts.take([{ ...other, ...over }]);
      await world.wait(MINUTE_MS);
    }
    expect(world.engine.incidents()).toHaveLength(3);
    expect(
      (await world.engine.incident("INC-001"))?.timeline.filter(({ kind }) => kind === "alert-traced"),
    ).toHaveLength(1);
    // Its evidence and whoever was called, and nothing else.
    expect([before, await version()]).toEqual([5, 5]);
  });

  it("that a silence matches open nothing until it ends", async () => {
    const { world } = await openWorld();
    const schedule = { startsAtMs: START_MS, endsAtMs: START_MS + 10 * MINUTE_MS };
    const made = await world.engine.silences.create({
      matchers: "service=payments",
      schedule,
      author: "ann",
      reason: "known",
    });
    if (!made.ok) throw new Error(made.error.message);
    expect(world.engine.silences.all()).toEqual([made.value]);
    expect(world.engine.silences.get(made.value.id)).toEqual(made.value);
    expect(world.engine.silences.matching({ service: "payments" })).toEqual([made.value]);
    expect(world.engine.silences.matching({ service: "catalog" })).toEqual([]);
    await world.engine.alerts.take([alertOf(START_MS)]);
    expect(world.engine.incidents()).toEqual([]);
    const [entry] = await world.engine.audit({ afterNumber: 0, limit: 10 });
    expect(entry).toMatchObject({ actor: "ann", action: "silence.created", subject: made.value.id });
  });

  it("that are forgotten by the time their group is told open nothing", async () => {
    const { world } = await openWorld();
    const data = {
      groupId: "g",
      routeId: "{}",
      receiver: "incidents",
      labels: {},
      why: "first",
      firing: ["gone"],
      resolved: [],
      held: [],
    };
    const told = { id: "alert-group/g@1", type: "alert-group.notified", atMs: START_MS, actor: "engine", data };
    await world.ports.events.append([{ stream: "alert-group/g", expectedVersion: 0, events: [told] }]);
    await world.crash();
    expect(world.engine.incidents()).toEqual([]);
    expect((await world.engine.health()).poisoned).toEqual([]);
  });

  it("that cannot be read are told of as poison, and stop nothing", async () => {
    const { world } = await openWorld();
    for (const stream of ["alert-group/g", "escalation/INC-009", "runbook-run/r"]) {
      const type = `${stream.split("/")[0]}.unknown`;
      await world.ports.events.append([
        {
          stream,
          expectedVersion: 0,
          events: [{ id: `${stream}@1`, type, atMs: START_MS, actor: "engine", data: {} }],
        },
      ]);
    }
    await world.crash();
    const health = await world.engine.health();
    expect(health.unreadableEvents).toHaveLength(3);
    expect(health.poisoned.length).toBeGreaterThanOrEqual(3);
    await declare(world);
    expect(world.engine.incidents()).toHaveLength(1);
  });
});

describe("runbooks", () => {
  const runbook = (change: Partial<Runbook> = {}): Runbook => ({
    id: "restart",
    title: "Restart it",
    level: 4,
    symptoms: ["down"],
    links: [],
    maximumAgeMs: 86_400_000,
    parameters: {},
    steps: [
      {
        id: "restart",
        title: "Restart",
        action: { kind: "remedy", call: { remediator: "lab", remedy: "add", target: "payments", parameters: {} } },
        approval: false,
        timeoutMs: MINUTE_MS,
        retry: { attempts: 1, delayMs: 0 },
        compensation: { kind: "undo" },
        risk: "caution",
      },
    ],
    health: { check: { kind: "slo", slo: "a" }, withinMs: MINUTE_MS, everyMs: 1000 },
    ...change,
  });
  const ask = (world: World, actor = "ann") =>
    world.engine.runbooks.request({
      runbookId: "restart",
      actor,
      causeId: "asked",
      reason: "it is down",
      incidentId: "INC-001",
    });
  const advance = async (world: World, times = 8) => {
    for (let time = 0; time < times; time += 1) await world.engine.runbooks.advance();
  };
  const automation = { mode: "act", attemptsPerDay: 1 } as const;
  const library = (one: Runbook) => ({ runbooks: new Map([[one.id, one]]), runner: "runner-1", automation });

  it("run until the SLO is healthy, and the incident keeps that they did", async () => {
    const remediator = createFakeRemediator();
    const { world } = await openWorld(library(runbook()), { remediators: { lab: remediator } });
    await declare(world);
    expect(world.engine.runbooks.library.size).toBe(1);
    const [declared] = world.engine.incidents();
    if (declared === undefined) throw new Error("nothing was declared");
    expect(world.engine.runbooks.fitting(declared)).toEqual([]);
    const seen = { ...declared, service: "down" };
    expect(world.engine.runbooks.fitting(seen).map(({ runbook: { id } }) => id)).toEqual(["restart"]);
    expect(await world.engine.runbooks.preview("restart")).toMatchObject({
      ok: true,
      value: { preparations: [{ stepId: "restart" }] },
    });
    const asked = await ask(world);
    if (!asked.ok) throw new Error(asked.error.message);
    expect(world.engine.runbooks.open()).toHaveLength(1);
    await advance(world);
    // Nothing was measured yet, so that nobody can say whether it is healthy.
    expect(world.engine.runbooks.get(asked.value.id)?.status).toBe("running");
    world.serve(
      "a",
      Array.from({ length: 8 }, () => ({ bad: 0, total: 100 })),
    );
    await world.slices(3);
    await advance(world);
    expect(world.engine.runbooks.get(asked.value.id)).toMatchObject({ status: "succeeded", incidentId: "INC-001" });
    expect(remediator.level("payments")).toBeLessThanOrEqual(1);
    expect(world.engine.runbooks.all().map(({ id }) => id)).toEqual([asked.value.id]);
    const timeline = JSON.stringify((await world.engine.incident("INC-001"))?.timeline);
    expect(timeline).toContain(`(${asked.value.id}) was asked for.`);
    expect(timeline).toContain(`(${asked.value.id}) ended: the health check holds.`);
    expect((await world.engine.audit({ afterNumber: 0, limit: 100 })).map(({ action }) => action)).toContain(
      "runbook-run.requested",
    );
  });

  it("fail their check while the SLO burns", async () => {
    const { world } = await openWorld(library(runbook({ steps: [] })));
    world.serve("a", [
      ...Array.from({ length: 4 }, () => ({ bad: 0, total: 100 })),
      ...Array.from({ length: 8 }, () => ({ bad: 60, total: 100 })),
    ]);
    await world.slices(12);
    await ask(world);
    await advance(world);
    await world.wait(2 * MINUTE_MS);
    await advance(world);
    expect(world.engine.runbooks.all()[0]?.status).not.toBe("succeeded");
    expect(JSON.stringify(world.engine.runbooks.all()[0])).toContain("a burns");
  });

  it("cannot tell of an SLO that is frozen, or that there is not", async () => {
    for (const [slo, words] of [
      ["a", "a is frozen"],
      ["zzz", "zzz has not been evaluated"],
    ] as const) {
      const health = { check: { kind: "slo", slo }, withinMs: MINUTE_MS, everyMs: 1000 } as const;
      const { world } = await openWorld(library(runbook({ steps: [], health })));
      world.serve(
        "a",
        Array.from({ length: 4 }, () => ({ bad: 0, total: 100 })),
      );
      await world.slices(20);
      await ask(world);
      await advance(world);
      await world.wait(2 * MINUTE_MS);
      await advance(world);
      expect(JSON.stringify(world.engine.runbooks.all()[0])).toContain(words);
    }
  });

  it("that the engine asked for wait for the gate, for the incident's service or for all", async () => {
    const closed = {
      ...library(runbook()),
      freezeWindows: [
        {
          id: "freeze",
          covers: { kind: "once", fromMs: 0, toMs: START_MS * 2 },
          services: "all",
          reason: "the fair",
          author: "eve",
        },
      ],
    } as const;
    const remediator = createFakeRemediator();
    const { world } = await openWorld(closed as never, { remediators: { lab: remediator } });
    await declare(world);
    await ask(world, "engine");
    await advance(world);
    expect(world.engine.runbooks.all()[0]?.hold).toMatchObject({ kind: "guardrail", stepId: "restart" });
    expect(remediator.done).toEqual([]);
    await world.engine.runbooks.request({
      runbookId: "restart",
      actor: "engine",
      causeId: "free",
      reason: "it is down",
    });
    await advance(world);
    expect(world.engine.runbooks.all()[0]?.hold).toMatchObject({ kind: "guardrail", stepId: "restart" });
    const person = await ask({ ...world, engine: world.engine }, "ann");
    expect(person.ok).toBe(true);
  });

  it("go on by themselves where the gate is open", async () => {
    const remediator = createFakeRemediator();
    const { health: _health, ...unchecked } = runbook();
    const { world } = await openWorld(library(unchecked), { remediators: { lab: remediator } });
    world.serve(
      "a",
      Array.from({ length: 260 }, () => ({ bad: 0, total: 100 })),
    );
    await world.slices(250);
    await declare(world);
    await ask(world, "engine");
    await advance(world);
    expect(world.engine.runbooks.all()[0]?.hold).toBeUndefined();
    expect(remediator.level("payments")).toBe(1);
  });

  it("can neither call nor run anything where there is nothing to do it with", async () => {
    const call = { method: "GET", url: "http://shop.example/", headers: {}, status: [{ from: 200, to: 200 }] } as const;
    const steps = [
      {
        ...(runbook().steps[0] as Runbook["steps"][number]),
        action: { kind: "http", call } as const,
        compensation: { kind: "manual", instruction: "nothing" } as const,
      },
    ];
    const health = { check: { kind: "http", call } as const, withinMs: MINUTE_MS, everyMs: 1000 };
    const without = await openWorld(library(runbook({ steps, health })));
    await ask(without.world);
    await advance(without.world);
    expect(JSON.stringify(without.world.engine.runbooks.all()[0])).toContain("give the engine a step runner");

    const stepRunner = createFakeStepRunner({
      check: () => ({ verdict: stepRunner.orders.length > 0 ? "holds" : "fails", saw: "it" }),
    });
    const { world } = await openWorld(library(runbook({ steps, health })), { stepRunner });
    await ask(world);
    await advance(world);
    expect(world.engine.runbooks.all()[0]?.status).toBe("succeeded");
  });

  it("are paused, cancelled and in the end abandoned; what is refused says why", async () => {
    const { world } = await openWorld(
      library(runbook({ steps: [{ ...(runbook().steps[0] as Runbook["steps"][number]), approval: true }] })),
    );
    const asked = await ask(world);
    if (!asked.ok) throw new Error(asked.error.message);
    await advance(world);
    expect(world.engine.runbooks.all()[0]?.hold).toMatchObject({ kind: "approval" });
    expect(
      await world.engine.runbooks.command("none", { type: "resume", actor: "ann", causeId: "x", reason: "go on" }),
    ).toMatchObject({
      error: { code: "unknown-run" },
    });
    await world.wait(25 * 3_600_000);
    expect(await world.engine.runbooks.advance()).toBe(1);
    expect(world.engine.runbooks.all()[0]?.status).toBe("abandoned");
    expect(await world.engine.runbooks.advance()).toBe(0);
    expect(await notes(world)).toBeUndefined();
  });
});

describe("whoever sends messages", () => {
  it("hears at once that somebody is to be told, until they stop listening", async () => {
    const { world } = await openWorld();
    let heard = 0;
    const stop = world.engine.onOwed(() => (heard += 1));
    await declare(world);
    await world.wait(0);
    expect(heard).toBe(1);
    stop();
    await world.wait(5 * MINUTE_MS);
    expect(heard).toBe(1);
  });
});

describe("a message that could not be told", () => {
  it("wakes whoever delivers at the instant at which it is tried again, also after a crash", async () => {
    let away = true;
    const tried: number[] = [];
    const pager: Notifier = {
      send: async () => {
        tried.push(world.clock.nowMs() - START_MS);
        return away ? { kind: "failed", retryable: true, reason: "503" } : { kind: "sent" };
      },
    };
    const { world } = await openWorld({}, { notifiers: { pager } });
    /** How often whoever delivers is woken while so much time passes. */
    const wokenIn = async (ms: number): Promise<number> => {
      let woken = 0;
      const stop = world.engine.onOwed(() => (woken += 1));
      await world.wait(ms);
      stop();
      return woken;
    };
    await declare(world);
    expect(await wokenIn(0)).toBe(1);
    expect(await wokenIn(4_999)).toBe(0);
    expect(await wokenIn(1)).toBe(1);
    expect(tried).toEqual([0, 5_000]);
    await world.crash();
    away = false;
    expect(await wokenIn(14_999)).toBe(0);
    expect(await wokenIn(1)).toBe(1);
    expect(tried).toEqual([0, 5_000, 20_000]);
    expect(await wokenIn(60_000)).toBe(0);
    expect(tried).toHaveLength(3);
  });
});

describe("a page that a provider refuses for good", () => {
  const reason = "the provider answered 403";
  const refusing: Notifier = { send: async () => ({ kind: "failed", retryable: false, reason }) };
  const people = onCall.people.map(({ contacts: [first], ...one }) => ({
    ...one,
    contacts: [...(first === undefined ? [] : [first]), { notifier: "board" }],
    rules: [{ urgency: "page", notifier: "pager", afterMs: 0 }] as const,
  }));

  it("goes to the person's next contact at once, is noted with the incident, and whoever listens hears of it", async () => {
    const board = recordingNotifier();
    const { world } = await openWorld({ onCall: { ...onCall, people } }, { notifiers: { pager: refusing, board } });
    const heard: unknown[] = [];
    const stop = world.engine.onGivenUp(({ lastReason, notification, notifier }) =>
      heard.push([notifier, notification.threadKey, lastReason]),
    );
    await declare(world);
    await world.wait(0);
    await world.engine.deliver();
    expect(board.got).toMatchObject([{ urgency: "page", threadKey: "INC-001" }]);
    expect((await notes(world))?.at(-1)).toBe(
      "A page to ann was given up: the provider answered 403. Their next contact is tried at once: board.",
    );
    expect(heard).toEqual([["pager", "INC-001", reason]]);
    expect((await world.engine.health()).deadDeliveries).toHaveLength(1);
    stop();
    await world.wait(5 * MINUTE_MS);
    expect([heard.length, (await world.engine.health()).deadDeliveries.length]).toEqual([1, 2]);
  });

  /** Three tickets at once to two people, where a contact hears of two at most. */
  const burst = async (board: Notifier) => {
    const both = ["ann", "bob"].map(person);
    const [two] = onCall.policies.map((policy) => ({
      ...policy,
      steps: [{ targets: both, delayMs: 5 * MINUTE_MS }],
    }));
    if (two === undefined) throw new Error("a policy");
    const { world } = await openWorld(
      {
        onCall: {
          ...onCall,
          people: onCall.people.map(({ id, ...one }) => ({
            ...one,
            id,
            contacts: [
              { notifier: "pager", address: id },
              { notifier: "board", address: id },
            ],
          })),
          policies: [two, ...onCall.policies.slice(1)],
        },
        delivery: { throttle: { messages: 2, perMs: MINUTE_MS } },
      },
      { notifiers: { pager: refusing, board } },
    );
    for (const service of ["payments", "search", "mail"])
      await world.engine.declareIncident({ actor: "eve", title: `${service} is slow`, severity: "SEV3", service });
    await world.wait(0);
    await world.engine.deliver();
    return world;
  };
  const INCIDENTS = ["INC-001", "INC-002", "INC-003"];

  it("goes to the next contact of each person also where it was told in a digest with others", async () => {
    const board = recordingNotifier();
    const world = await burst(board);
    expect(board.got.map(({ address, title }) => [address, title])).toEqual([
      ["ann", "3 messages in one, as there were many: 3 tickets, 0 notes"],
      ["bob", "3 messages in one, as there were many: 3 tickets, 0 notes"],
    ]);
    for (const id of INCIDENTS) {
      const texts = (await world.engine.incident(id))?.timeline.map(({ text }) => text);
      for (const who of ["ann", "bob"])
        expect(texts).toContain(
          `A page to ${who} was given up: ${reason}. Their next contact is tried at once: board.`,
        );
      expect(world.engine.escalations.get(id)).toMatchObject({ openCalls: ["1/1/1"] });
    }
  });

  it("reached nobody also where it was told in digests that every contact refused", async () => {
    const told: (string | undefined)[] = [];
    const world = await burst({
      async send({ address }) {
        if (address !== "cem") return { kind: "failed", retryable: false, reason };
        told.push(address);
        return { kind: "sent" };
      },
    });
    await world.wait(0);
    await world.wait(0);
    for (const id of INCIDENTS) {
      const texts = (await world.engine.incident(id))?.timeline.map(({ text }) => text);
      expect(texts).toContain("None of the messages of step 1 in pass 1 could be delivered.");
      expect(world.engine.escalations.get(id)).toMatchObject({ lastCall: "1/1/fallback" });
    }
    expect(told).toEqual(["cem"]);
  });

  const refusesOnly = (...ids: readonly string[]) => {
    const told: (string | undefined)[] = [];
    const pager: Notifier = {
      async send({ address }) {
        if (ids.includes(address ?? "")) return { kind: "failed", retryable: false, reason };
        told.push(address);
        return { kind: "sent" };
      },
    };
    return { pager, told };
  };

  it("at the only contact of everybody in a step calls the next step at once", async () => {
    const { pager, told } = refusesOnly("ann");
    const { world } = await openWorld({}, { notifiers: { pager } });
    await declare(world);
    await world.wait(0);
    await world.wait(0);
    expect(told).toEqual(["bob"]);
    expect((await notes(world))?.slice(-3)).toEqual([
      "A page to ann was given up: the provider answered 403.",
      "None of the messages of step 1 in pass 1 could be delivered.",
      "Escalation step 2: bob called by pager: nobody has acknowledged yet",
    ]);
    expect(world.engine.escalations.get("INC-001")?.next.dueAtMs).toBe(START_MS + 10 * MINUTE_MS);
  });

  it("calls the fallback at once where no step is left, also after a crash, and says that nobody could be reached", async () => {
    const { pager, told } = refusesOnly("ann", "bob");
    const { world } = await openWorld({}, { notifiers: { pager } });
    await declare(world);
    await world.wait(0);
    await world.crash();
    await world.wait(0);
    await world.wait(0);
    expect(told).toEqual(["cem"]);
    const nobody = refusesOnly("ann", "bob", "cem");
    const silent = await openWorld({}, { notifiers: { pager: nobody.pager } });
    await declare(silent.world);
    for (let tries = 0; tries < 4; tries += 1) await silent.world.wait(0);
    expect(silent.world.engine.escalations.get("INC-001")?.status).toBe("escalating");
    await silent.world.wait(10 * MINUTE_MS);
    expect(nobody.told).toEqual([]);
    expect((await notes(silent.world))?.slice(-3)).toEqual([
      "A page to cem was given up: the provider answered 403.",
      "None of the messages to the fallback could be delivered.",
      "Escalation has gone through all of its steps, and nobody has acknowledged.",
    ]);
  });
});

describe("an engine that leaves the timers alone", () => {
  it("calls nobody; the next one that listens does", async () => {
    const { pager, world } = await openWorld({ timers: "leave" });
    await declare(world);
    await world.wait(MINUTE_MS);
    expect(pager.got).toEqual([]);
    await world.crash({ timers: "listen" });
    await world.wait(0);
    expect(calledTo(pager)).toEqual(["ann"]);
  });
});

describe("an engine that is closed", () => {
  it("calls nobody any more", async () => {
    const { pager, world } = await openWorld();
    await declare(world);
    await world.engine.close();
    await world.wait(0);
    expect(pager.got).toEqual([]);
  });
});
