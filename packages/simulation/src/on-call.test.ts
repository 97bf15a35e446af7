import type { OnCallSchedule, OnCallSettings, Plimsoll } from "@plimsoll/core";
import { describe, expect, it } from "vitest";
import { createWorld } from "./world.js";

const START_MS = Date.parse("2026-11-02T12:00:00Z");
const HOUR_MS = 3_600_000;

const weekly: OnCallSchedule = {
  id: "primary",
  name: "Primary",
  layers: [
    {
      id: "week",
      rotation: { every: "weekly", start: "2026-11-02", handOff: "09:00", zone: "UTC", participants: ["ann", "bob"] },
    },
  ],
  overrides: [
    {
      id: "planned",
      kind: "replace",
      personId: "bob",
      withPersonId: "cem",
      fromMs: START_MS + 200 * HOUR_MS,
      toMs: START_MS + 201 * HOUR_MS,
    },
  ],
};

const onCall: OnCallSettings = {
  people: ["ann", "bob", "cem"].map((id) => ({ id, name: id, zone: "UTC", contacts: [{ notifier: "pager" }] })),
  teams: [{ id: "shop", name: "Shop", members: ["bob", "cem"] }],
  schedules: [weekly],
  policies: [
    { id: "default", steps: [], repeat: 0, fallback: [] },
    { id: "own", steps: [], repeat: 1, fallback: [] },
  ],
  policyOf: new Map([["payments", "own"]]),
  defaultPolicy: "default",
};

const openWorld = () => createWorld({ slos: [], settings: { onCall } });
const now = ({ onCall: desk }: Plimsoll, atMs = START_MS) =>
  desk.resolve({ kind: "schedule", scheduleId: "primary" }, atMs);
const hours = (from: number, to: number) => ({ fromMs: START_MS + from * HOUR_MS, toMs: START_MS + to * HOUR_MS });

describe("who is meant", () => {
  it("is the person, the team in its order, or whoever is on call then; nobody where it is not known", async () => {
    const { engine } = await openWorld();
    expect(engine.onCall.resolve({ kind: "person", personId: "cem" }, START_MS)).toEqual(["cem"]);
    expect(engine.onCall.resolve({ kind: "team", teamId: "shop", members: "all" }, START_MS)).toEqual(["bob", "cem"]);
    expect(engine.onCall.resolve({ kind: "team", teamId: "none", members: "all" }, START_MS)).toEqual([]);
    expect(now(engine)).toEqual(["ann"]);
    expect(now(engine, START_MS + 200 * HOUR_MS)).toEqual(["cem"]);
    expect(engine.onCall.resolve({ kind: "schedule", scheduleId: "none" }, START_MS)).toEqual([]);
  });

  it("is the policy of the service, else the default, else none", async () => {
    const { engine } = await openWorld();
    expect(engine.onCall.policyFor("payments")?.id).toBe("own");
    expect(engine.onCall.policyFor("catalog")?.id).toBe("default");
    expect((await createWorld({ slos: [] })).engine.onCall.policyFor("payments")).toBeUndefined();
  });

  it("lists what is configured", async () => {
    const { engine } = await openWorld();
    expect(engine.onCall.people.map(({ id }) => id)).toEqual(["ann", "bob", "cem"]);
    expect(engine.onCall.teams.map(({ id }) => id)).toEqual(["shop"]);
    expect(engine.onCall.policies.map(({ id }) => id)).toEqual(["default", "own"]);
    expect(engine.onCall.schedules().map(({ id }) => id)).toEqual(["primary"]);
    expect(engine.onCall.schedule("primary")?.overrides).toEqual(weekly.overrides);
    expect(engine.onCall.person("bob")?.name).toBe("bob");
    expect(engine.onCall.person("dan")).toBeUndefined();
  });
});

describe("a schedule without overrides", () => {
  it("takes those that are made", async () => {
    const { overrides: _overrides, ...plain } = weekly;
    const { engine } = await createWorld({ slos: [], settings: { onCall: { ...onCall, schedules: [plain] } } });
    expect(engine.onCall.schedule("primary")?.overrides).toEqual([]);
    await engine.onCall.override("primary", "ann", [{ kind: "remove", personId: "ann", ...hours(0, 1) }]);
    expect(now(engine)).toEqual([]);
  });
});

describe("an override", () => {
  it("holds from when it was made, also after a crash, and is in the audit trail", async () => {
    const world = await openWorld();
    const asked = {
      kind: "replace",
      personId: "ann",
      withPersonId: "bob",
      ...hours(0, 2),
      author: "ann",
      reason: "dentist",
    } as const;
    const made = await world.engine.onCall.override("primary", "ann", [asked]);
    expect(made).toMatchObject({ ok: true, value: [{ ...asked, id: "id-0000000001" }] });
    expect(now(world.engine)).toEqual(["bob"]);
    expect(now(world.engine, START_MS + 2 * HOUR_MS)).toEqual(["ann"]);
    await world.crash();
    expect(now(world.engine)).toEqual(["bob"]);
    const [entry] = await world.engine.audit({ afterNumber: 0, limit: 10 });
    expect(entry).toMatchObject({ actor: "ann", action: "on-call.overridden", subject: "on-call/primary" });
  });

  it("is made once under an id of one's own", async () => {
    const { engine, ports } = await openWorld();
    const asked = { kind: "add", personId: "bob", ...hours(0, 1), id: "mine" } as const;
    const [first, again] = [
      await engine.onCall.override("primary", "ann", [asked]),
      await engine.onCall.override("primary", "ann", [asked]),
    ];
    expect(again).toEqual(first);
    expect(await ports.events.read("on-call/primary")).toHaveLength(1);
    expect(now(engine)).toEqual(["ann", "bob"]);
  });

  it("of nobody who is known, of no schedule, or that ends before it begins is refused, and nothing is written", async () => {
    const { engine, ports } = await openWorld();
    const add = { kind: "add", personId: "bob", ...hours(0, 1) } as const;
    const refusals = [
      await engine.onCall.override("none", "ann", [add]),
      await engine.onCall.override("primary", "ann", [add, { ...add, personId: "dan" }]),
      await engine.onCall.override("primary", "ann", [
        { kind: "replace", personId: "ann", withPersonId: "eve", ...hours(0, 1) },
      ]),
      await engine.onCall.override("primary", "ann", [{ ...add, ...hours(1, 1) }]),
    ];
    expect(refusals.map((one) => (one.ok ? "made" : one.error.code))).toEqual([
      "unknown-schedule",
      "unknown-person",
      "unknown-person",
      "invalid-interval",
    ]);
    expect(refusals.map((one) => (one.ok ? "" : one.error.message)).slice(0, 3)).toEqual([
      "there is no schedule none; list them to see which there are",
      "there is no person dan in the configuration",
      "there is no person eve in the configuration",
    ]);
    expect(refusals[3]).toMatchObject({ error: { message: expect.stringMatching(/^overrides\[1\]/) } });
    expect(await ports.events.read("on-call/primary")).toEqual([]);
  });

  it("is taken back by its id; one of the configuration is not", async () => {
    const { engine } = await openWorld();
    await engine.onCall.override("primary", "ann", [{ kind: "add", personId: "bob", ...hours(0, 1), id: "mine" }]);
    expect(await engine.onCall.withdraw("primary", "mine", { actor: "ann" })).toEqual({ ok: true, value: undefined });
    expect(now(engine)).toEqual(["ann"]);
    expect(await engine.onCall.withdraw("primary", "planned", { actor: "ann" })).toEqual({
      ok: false,
      error: {
        code: "unknown-override",
        message:
          "there is no override planned that was made while running; those of the configuration are taken back there",
      },
    });
    expect(await engine.onCall.withdraw("none", "mine", { actor: "ann" })).toMatchObject({
      error: { code: "unknown-schedule" },
    });
  });

  it("that cannot be read is told of, and keeps no other from holding", async () => {
    const world = await openWorld();
    await world.ports.events.append([
      {
        stream: "on-call/primary",
        expectedVersion: 0,
        events: [
          {
            id: "on-call/primary@1",
            type: "on-call.overridden",
            atMs: START_MS,
            actor: "ann",
            data: { overrides: "all" },
          },
        ],
      },
    ]);
    await world.crash();
    expect((await world.engine.health()).unreadableEvents).toEqual([
      "on-call/primary, version 1: no change of a schedule that this version can read",
    ]);
    expect(now(world.engine)).toEqual(["ann"]);
  });
});

describe("a swap", () => {
  const swap = {
    first: { personId: "ann", ...hours(0, 1) },
    second: { personId: "bob", ...hours(170, 171) },
    author: "ann",
  };

  it("is both halves, and goes with both", async () => {
    const { engine } = await openWorld();
    const made = await engine.onCall.swap("primary", { ...swap, id: "deal", reason: "concert" });
    expect(made.ok && made.value.map(({ id }) => id)).toEqual(["deal/1", "deal/2"]);
    expect([now(engine), now(engine, START_MS + 170 * HOUR_MS)]).toEqual([["bob"], ["ann"]]);
    await engine.onCall.withdraw("primary", "deal", { actor: "bob" });
    expect([now(engine), now(engine, START_MS + 170 * HOUR_MS)]).toEqual([["ann"], ["bob"]]);
  });

  it("is refused as a whole where somebody gives away what they do not have", async () => {
    const { engine } = await openWorld();
    const bob = { personId: "bob", ...hours(2, 3) };
    const words = "is not on call in primary from 2026-11-02 14:00:00 UTC to 2026-11-02 15:00:00 UTC";
    const message = `bob ${words}, and so has no shift to give away there; on call then: ann. Name a span in which they are`;
    for (const asked of [
      { ...swap, second: bob },
      { ...swap, first: bob, second: swap.first },
    ]) {
      expect(await engine.onCall.swap("primary", asked)).toEqual({
        ok: false,
        error: { code: "not-on-call", message },
      });
    }
    expect([now(engine), engine.onCall.version("primary")]).toEqual([["ann"], 0]);
    await engine.onCall.override("primary", "ann", [{ kind: "remove", personId: "ann", ...hours(2, 3) }]);
    await engine.onCall.override("primary", "ann", [{ kind: "add", personId: "cem", ...hours(1, 2) }]);
    const gap = await engine.onCall.swap("primary", { ...swap, first: { personId: "ann", ...hours(2, 3) } });
    expect(gap).toMatchObject({ error: { code: "not-on-call", message: expect.stringContaining("then: nobody is.") } });
    const among = await engine.onCall.swap("primary", { ...swap, second: { personId: "bob", ...hours(0, 2) } });
    expect(among).toMatchObject({ error: { message: expect.stringContaining("on call then: ann, cem.") } });
  });

  it("is refused where somebody only stands in for another, as no override acts on what another did", async () => {
    const { engine } = await openWorld();
    const cem = { personId: "cem", ...hours(200, 201) };
    expect(await engine.onCall.swap("primary", { ...swap, second: cem })).toEqual({
      ok: false,
      error: {
        code: "on-call-by-override",
        message:
          "cem is on call in primary from 2026-11-10 20:00:00 UTC to 2026-11-10 21:00:00 UTC by an override only, which a swap can not hand on. " +
          "Take that override back, or swap with whoever they stand in for",
      },
    });
  });

  it("takes a span of which somebody has a part, and is the same again under its id", async () => {
    const { engine } = await openWorld();
    const asked = { ...swap, id: "deal", second: { personId: "bob", ...hours(160, 170) } };
    const made = await engine.onCall.swap("primary", asked);
    expect([made.ok, now(engine, START_MS + 160 * HOUR_MS), now(engine, START_MS + 169 * HOUR_MS)]).toEqual([
      true,
      ["ann"],
      ["ann"],
    ]);
    expect(await engine.onCall.swap("primary", asked)).toEqual(made);
    expect(engine.onCall.version("primary")).toBe(1);
  });

  it("has an id of its own where none is given", async () => {
    const { engine } = await openWorld();
    const made = await engine.onCall.swap("primary", swap);
    expect(made.ok && made.value.map(({ id }) => id)).toEqual(["id-0000000001/1", "id-0000000001/2"]);
  });
});

describe("a preview", () => {
  it("says who comes instead of whom and changes nothing", async () => {
    const { engine } = await openWorld();
    const change = { kind: "replace", personId: "ann", withPersonId: "cem", ...hours(1, 2) } as const;
    expect(engine.onCall.preview("primary", [change], hours(0, 3))).toEqual({
      ok: true,
      value: [{ ...hours(1, 2), before: ["ann"], after: ["cem"], added: ["cem"], removed: ["ann"], opensGap: false }],
    });
    expect(now(engine, START_MS + HOUR_MS)).toEqual(["ann"]);
  });

  it("refuses what an override would be refused for", async () => {
    const { engine } = await openWorld();
    const add = { kind: "add", personId: "dan", ...hours(0, 1) } as const;
    expect(engine.onCall.preview("none", [], hours(0, 1))).toMatchObject({ error: { code: "unknown-schedule" } });
    expect(engine.onCall.preview("primary", [add], hours(0, 1))).toMatchObject({ error: { code: "unknown-person" } });
  });
});
