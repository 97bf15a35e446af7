import {
  buildInhibitRules,
  buildRoutes,
  externalAlert,
  parseCase,
  parseMatchers,
  type OnCallSettings,
  type RegressionCase,
  type RoutingSettings,
  type Runbook,
} from "@plimsoll/core";
import { createFakeStepRunner } from "@plimsoll/testkit";
import { describe, expect, it } from "vitest";
import { createWorld, quickSlo, type World } from "../world.js";
import { regress, regressionWords } from "./regress.js";

const MINUTE_MS = 60_000;
const phone = { send: async () => ({ kind: "sent" as const }) };
const ADDRESS = "https://hooks.example/T0/secret-token";
const labels = { alertname: "Down", service: "shop", severity: "critical" };
const person = (id: string) => ({
  id,
  name: `Name of ${id}`,
  zone: "UTC",
  contacts: [{ notifier: "phone", address: `${ADDRESS}/${id}` }],
});

/** Ann and Bob in turns by the week, Cy when neither answers. */
const onCall: OnCallSettings = {
  people: ["ann", "bob", "cy", "dan"].map(person),
  teams: [
    { id: "duo", name: "Duo", members: ["bob", "ann"] },
    { id: "other", name: "Other", members: ["dan"] },
  ],
  schedules: [
    {
      id: "shop",
      name: "Shop",
      layers: [
        {
          id: "week",
          rotation: {
            every: "weekly",
            start: "2026-11-02",
            handOff: "09:00",
            zone: "UTC",
            participants: ["ann", "bob"],
          },
        },
      ],
    },
  ],
  policies: [
    {
      id: "shop",
      steps: [
        { targets: [{ kind: "schedule", scheduleId: "shop" }], delayMs: 5 * MINUTE_MS },
        { targets: [{ kind: "team", teamId: "duo", members: "in-turn" }], delayMs: 5 * MINUTE_MS },
      ],
      repeat: 1,
      fallback: [{ kind: "person", personId: "cy" }],
      acknowledgement: { remindAfterMs: 10 * MINUTE_MS, answerWithinMs: 5 * MINUTE_MS },
    },
  ],
  policyOf: new Map([["shop", "shop"]]),
};

function must<Value>(
  made: { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly error: unknown },
) {
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  return made.value;
}

function routing(): RoutingSettings {
  const root = buildRoutes(
    {
      receiver: "incidents",
      groupBy: ["alertname"],
      groupWaitMs: 30_000,
      groupIntervalMs: 5 * MINUTE_MS,
      routes: [
        { receiver: "cards", matchers: ['service="cards"'] },
        { receiver: "shop", matchers: ['service="shop"'], groupBy: ["service"] },
      ],
    },
    { receivers: ["incidents", "shop", "cards"] },
  );
  const rule = { name: "site", sourceMatchers: ['alertname="SiteDown"'], targetMatchers: ['service="shop"'] };
  const window = { id: "w", author: "ann", reason: "move", startsAtMs: 0, endsAtMs: 1 };
  return {
    root: must(root),
    receivers: new Map(
      ["incidents", "shop", "cards"].map((name) => [name, { name, opens: "incident", notifiers: [ADDRESS] }]),
    ),
    inhibitRules: must(buildInhibitRules([rule])),
    maintenance: [{ ...window, matchers: must(parseMatchers('service="shop"')) }],
    graceMs: 0,
  };
}

async function exported(world: World): Promise<RegressionCase> {
  return must(parseCase(JSON.parse(JSON.stringify(must(await world.engine.exportCase("INC-001"))))));
}

async function tell(world: World, said: { readonly labels?: object; readonly over?: boolean } = {}): Promise<void> {
  const nowMs = world.clock.nowMs();
  const ended = said.over === true ? { endsAtMs: nowMs, status: "resolved" } : {};
  const startsAtMs = Math.floor(nowMs / 86_400_000) * 86_400_000 + 43_140_000; // a minute to noon
  const asked = { source: "am", generatorUrl: ADDRESS, startsAtMs, labels: { ...labels, ...said.labels }, ...ended };
  await world.engine.alerts.take([
    must(externalAlert({ ...asked, fingerprint: JSON.stringify(asked.labels) } as never, { nowMs })),
  ]);
}

/** What is due now comes first, as it does where timers fire by themselves. */
async function waits(world: World, minutes: number): Promise<void> {
  await world.wait(0);
  for (let seconds = 0; seconds < minutes * 60; seconds += 15) await world.wait(15_000);
}

/** Two alerts of one group page Ann, then Bob; Bob acknowledges, is reminded, and asks for the next one. */
async function pagedShift(): Promise<World> {
  const world = await createWorld({
    slos: [],
    settings: { onCall, routing: routing() },
    ports: { notifiers: { phone } },
  });
  const silences = world.engine.silences;
  const day = { startsAtMs: world.clock.nowMs(), endsAtMs: world.clock.nowMs() + 86_400_000 };
  must(await silences.create({ matchers: 'service="cards"', schedule: day, author: "ann", reason: "noise" }));
  must(
    await silences.create({ id: "early", matchers: 'service="shop"', schedule: day, author: "ann", reason: "test" }),
  );
  await waits(world, 1);
  await tell(world);
  await waits(world, 1);
  must(await silences.expire("early", { author: "ann" }));
  await waits(world, 11);
  must(await world.engine.commandIncident("INC-001", { type: "acknowledge", actor: "bob" }));
  await waits(world, 11);
  const by = { atMs: world.clock.nowMs(), actor: "bob" };
  must(await world.engine.escalations.command("INC-001", { type: "escalate", ...by, causeId: "more", reason: "help" }));
  await waits(world, 1);
  const ann = { atMs: world.clock.nowMs(), actor: "ann", causeId: "mine" };
  must(await world.engine.escalations.command("INC-001", { type: "acknowledge", ...ann }));
  await waits(world, 2);
  await tell(world, { over: true });
  await waits(world, 6);
  return world;
}

const call = { arguments: ["do"], shell: false, environment: [] } as const;
const book: Runbook = {
  id: "fix",
  title: "Fix",
  level: 3,
  symptoms: [],
  links: [],
  maximumAgeMs: 1,
  parameters: {},
  steps: ["one", "two"].map((id) => ({
    id,
    title: id,
    action: { kind: "command", call },
    compensation: { kind: "command", call },
    approval: false,
    timeoutMs: MINUTE_MS,
    retry: { attempts: 1, delayMs: 1 },
    risk: "caution",
  })),
};

/** An SLO's outage, in which a runbook runs. */
async function outage(): Promise<World> {
  const done = { kind: "succeeded", summary: "done", data: {} } as const;
  const world = await createWorld({
    slos: [quickSlo("a")],
    settings: { onCall: { ...onCall, defaultPolicy: "shop" }, runbooks: new Map([["fix", book]]) },
    ports: { notifiers: { phone }, stepRunner: createFakeStepRunner({ run: () => done }) },
  });
  world.serve(
    "a",
    Array.from({ length: 60 }, (_, index) => ({ bad: index >= 4 && index < 14 ? 50 : 0, total: 100 })),
  );
  await world.slices(10);
  const asked = { runbookId: "fix", actor: "ann", causeId: "asked", reason: "it fails", incidentId: "INC-001" };
  must(await world.engine.runbooks.request(asked));
  while ((await world.engine.runbooks.advance()) > 0);
  await world.slices(40);
  return world;
}

const declaration = { title: "Slow", service: "shop", severity: "SEV2", actor: "dan" } as const;

async function declared(): Promise<World> {
  const world = await createWorld({
    slos: [],
    settings: { onCall, routing: routing() },
    ports: { notifiers: { phone } },
  });
  await waits(world, 1);
  must(await world.engine.declareIncident(declaration));
  await waits(world, 6);
  const by = { actor: "bob" };
  must(await world.engine.commandIncident("INC-001", { type: "acknowledge", ...by }));
  must(await world.engine.commandIncident("INC-001", { type: "start-mitigation", text: "Looking", ...by }));
  await waits(world, 1);
  must(await world.engine.commandIncident("INC-001", { type: "resolve", reason: "It is well", ...by }));
  return world;
}

const PAGED = "a routed alert that paged";
const OUTAGE = "an SLO's outage with a runbook";
const PERSON = "an incident that a person declared";
const recorded = {
  [PAGED]: await pagedShift().then(exported),
  [OUTAGE]: await outage().then(exported),
  [PERSON]: await declared().then(exported),
};
type Source = keyof typeof recorded;

/** Sets a value deep in a copy of a case, as somebody would in its file. */
function changed(of: Source, path: string, value: (old: never) => unknown): RegressionCase {
  const copy = structuredClone(recorded[of]) as unknown;
  const names = path.split(".");
  const last = names.pop() ?? "";
  const holder = names.reduce((at, name) => (at as Record<string, unknown>)[name], copy) as Record<string, unknown>;
  holder[last] = value(holder[last] as never);
  return must(parseCase(copy));
}

describe("a case that is made of an incident", () => {
  it.each(Object.entries(recorded))("replays at once: %s", async (_, one) => {
    const outcome = await regress(one, { toleranceMs: 0 });
    expect(regressionWords(outcome)).toBe(`same       regression-INC-001: ${one.title}`);
    expect(outcome.actual).toEqual(one.expected);
  });

  it("holds whom it called, and where routing took it", () => {
    const { expected, inputs, onCall: kept, routing: routed } = recorded[PAGED];
    expect(expected.pages).toEqual([
      { call: "step 1 of pass 1", afterMs: 0, people: ["ann by phone"] },
      { call: "step 2 of pass 1", afterMs: 5 * MINUTE_MS, people: ["bob by phone"] },
      { call: "reminder", afterMs: 17 * MINUTE_MS, people: ["bob by phone"] },
      { call: "step 1 of pass 2", afterMs: 18 * MINUTE_MS, people: ["ann by phone"] },
    ]);
    const [verdict] = expected.routing ?? [];
    expect(verdict?.told).toEqual(["shop"]);
    expect(verdict?.rules).toEqual([
      'route-taken {}/{service="shop"} shop',
      "silenced early",
      'grouped shop {service="shop"}',
    ]);
    expect(routed?.routes.routes?.map(({ receiver }) => receiver)).toEqual(["shop"]);
    expect(inputs.silences?.map(({ id, type }) => `${type} ${id}`)).toEqual(["create early", "expire early"]);
    expect(inputs.escalation?.map(({ actor, type }) => `${type} by ${actor}`)).toEqual([
      "escalate by bob",
      "acknowledge by ann",
    ]);
    expect(kept?.people.map(({ id }) => id)).toEqual(["ann", "bob", "cy"]);
    expect(recorded[PERSON].inputs.commands[0]).toMatchObject({ type: "declare", actor: "dan", title: "Slow" });
  });

  it.each(Object.entries(recorded))("has no address, no token and no name of anybody: %s", (_, one) => {
    expect(JSON.stringify(one)).not.toMatch(/hooks\.example|secret-token|Name of/);
  });

  it("replays within what is allowed where timers came late, as they do in production", async () => {
    const world = await createWorld({
      slos: [],
      settings: { onCall, routing: routing() },
      ports: { notifiers: { phone } },
    });
    must(await world.engine.declareIncident(declaration));
    for (let late = 0; late < 12; late += 1) await world.wait(40_000);
    must(await world.engine.acknowledge("INC-001", { actor: "bob" }));
    must(await world.engine.resolve("INC-001", { actor: "bob", reason: "It is well" }));
    const one = await exported(world);
    expect(one.expected.pages?.map(({ afterMs }) => afterMs)).toEqual([40_000, 340_000 + 20_000]);
    expect((await regress(one)).differences).toEqual([]);
    expect((await regress(one, { toleranceMs: 39_999 })).differences.map(({ path }) => path)).toEqual([
      "expected.pages[0]",
    ]);
  });

  it("is the same file at every export, whatever happened since", async () => {
    const world = await pagedShift();
    const then = await exported(world);
    const day = { startsAtMs: world.clock.nowMs(), endsAtMs: world.clock.nowMs() + 1 };
    must(
      await world.engine.silences.create({ matchers: 'service="shop"', schedule: day, author: "ann", reason: "later" }),
    );
    const span = { fromMs: day.startsAtMs, toMs: day.endsAtMs };
    const [schedule] = onCall.schedules;
    must(await world.engine.onCall.override(schedule?.id ?? "", "ann", [{ kind: "add", personId: "dan", ...span }]));
    world.clock.advance(3 * 86_400_000);
    await world.engine.round();
    await tell(world);
    await waits(world, 2);
    expect(world.engine.incidents().map(({ id, status }) => `${id} ${status}`)).toEqual([
      "INC-002 declared",
      "INC-001 closed",
    ]);
    expect(JSON.stringify(await exported(world))).toBe(JSON.stringify(then));
  });
});

/** What is changed, in which case, where in its file, how, and words of the differences. */
type Planted = readonly [string, Source, string, (old: never) => unknown, readonly string[]];

describe("a planted change", () => {
  const silence = { type: "create", atMs: 0, actor: "ann", id: "new", matchers: 'service="shop"', reason: "quiet" };
  const schedule = { startsAtMs: Date.parse("2026-11-01T00:00:00Z"), endsAtMs: Date.parse("2026-11-30T00:00:00Z") };
  it.each<Planted>([
    [
      "another severity of a label",
      PAGED,
      "inputs.alerts.0.alert.labels.severity",
      () => "warning",
      ["expected.openingSeverity: expected SEV2, found SEV3"],
    ],
    [
      "another severity of a receiver",
      PAGED,
      "routing.receivers.1.severity",
      () => "SEV1",
      ["expected.openingSeverity: expected SEV2, found SEV1"],
    ],
    [
      "another service of a label",
      PAGED,
      "inputs.alerts.0.alert.labels.service",
      () => "cards",
      ["expected.service: expected shop, found cards"],
    ],
    [
      "another service of a receiver",
      PAGED,
      "routing.receivers.1.service",
      () => "cards",
      ["expected.service: expected shop, found cards"],
    ],
    [
      "another severity of a declaration",
      PERSON,
      "inputs.commands.0.severity",
      () => "SEV3",
      ["expected.openingSeverity: expected SEV2, found SEV3"],
    ],
    [
      "another route",
      PAGED,
      "routing.routes.routes.0.matchers",
      () => ['service="cards"'],
      ["expected.routing[0]: expected external/"],
    ],
    [
      "a receiver that opens nothing",
      PAGED,
      "routing.receivers.1.opens",
      () => "nothing",
      ["expected.alert: expected the alert external/"],
    ],
    [
      "a longer wait for a group",
      PAGED,
      "routing.routes.routes.0.groupWaitMs",
      () => 20 * MINUTE_MS,
      ["expected.declaredAtMs: "],
    ],
    [
      "a silence",
      PAGED,
      "inputs.silences",
      (old: readonly object[]) => [...old, { ...silence, schedule }],
      ["expected.alert: ", "silenced new; silenced early;"],
    ],
    [
      "a silence that is not ended",
      PAGED,
      "inputs.silences",
      (old: readonly object[]) => old.slice(0, 1),
      ["expected.alert: "],
    ],
    [
      "planned work",
      PAGED,
      "routing.maintenance",
      () => [{ id: "w", matchers: 'service="shop"', reason: "move", ...schedule }],
      ["maintenance w", "expected.pages[0]: "],
    ],
    [
      "another one on call",
      PAGED,
      "onCall.schedules.0.layers.0.rotation.participants",
      () => ["bob", "ann"],
      [
        "expected.pages[0]: expected step 1 of pass 1 to ann by phone after 0 s, found step 1 of pass 1 to bob by phone after 0 s",
      ],
    ],
    [
      "another whose turn it is",
      PAGED,
      "onCall.teams.0.members",
      () => ["ann", "bob"],
      [
        "expected.pages[1]: expected step 2 of pass 1 to bob by phone after 5 min, found step 2 of pass 1 to ann by phone after 5 min",
      ],
    ],
    [
      "a longer delay",
      PAGED,
      "onCall.policy.steps.0.delayMs",
      () => 6 * MINUTE_MS,
      [
        "expected.pages[1]: expected step 2 of pass 1 to bob by phone after 5 min, found step 2 of pass 1 to bob by phone after 6 min (1 min off)",
      ],
    ],
    [
      "a later reminder",
      PAGED,
      "onCall.policy.acknowledgement.remindAfterMs",
      () => 12 * MINUTE_MS,
      ["expected.pages[2]: "],
    ],
    [
      "a contact that is gone",
      PAGED,
      "onCall.people.0.contacts",
      () => [],
      [
        "expected.pages[0]: expected step 1 of pass 1 to ann by phone after 0 s, found step 1 of pass 1 passed over (unreachable) to nobody after 0 s",
      ],
    ],
    [
      "a rule of a person's own",
      PAGED,
      "onCall.people.0.rules",
      () => [{ urgency: "page", notifier: "phone", afterMs: MINUTE_MS }],
      ["found step 1 of pass 1 to ann by phone after 1 min after 0 s"],
    ],
    [
      "nobody who asks for the next",
      PAGED,
      "inputs.escalation",
      () => [],
      ["expected.pages[3]: expected step 1 of pass 2 to ann by phone after 18 min, found "],
    ],
    [
      "a step less of a runbook",
      OUTAGE,
      "inputs.runs.0.events.0.data.plan.steps",
      (old: readonly object[]) => old.slice(0, 1),
      ["expected.runbook[2]: expected two: succeeded, found run: succeeded"],
    ],
    [
      "another one on call about an SLO",
      OUTAGE,
      "onCall.schedules.0.layers.0.rotation.participants",
      () => ["bob"],
      [
        "expected.pages[0]: expected step 1 of pass 1 to ann by phone after 0 s, found step 1 of pass 1 to bob by phone after 0 s",
      ],
    ],
    [
      "another rule of an SLO",
      OUTAGE,
      "slos.0.alerting.rules.0.factor",
      () => 1_000,
      ["expected.severity: expected SEV1, found SEV3"],
    ],
    [
      "nobody who acknowledges",
      PERSON,
      "inputs.commands",
      (old: readonly object[]) => old.filter((one) => !("type" in one && one.type === "acknowledge")),
      ["expected.status: expected resolved, found "],
    ],
  ])("is found: %s", async (...[, of, path, value, found]) => {
    const outcome = await regress(changed(of, path, value), { toleranceMs: 0 });
    for (const words of found) expect(outcome.differences.map(({ message }) => message).join("\n")).toContain(words);
    expect(outcome.same).toBe(false);
  });
});
