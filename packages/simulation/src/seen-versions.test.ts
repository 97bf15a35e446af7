import { createPlimsoll, type OnCallSettings, type Plimsoll, type Result, type SeenVersion } from "@plimsoll/core";
import { describe, expect, it } from "vitest";
import { createWorld, quickSlo, type World } from "./world.js";

const HOUR_MS = 3_600_000;
const actor = "ann";
const words = { author: "ann", reason: "a reason" };

const onCall: OnCallSettings = {
  people: ["ann", "bob"].map((id) => ({ id, name: id, zone: "UTC", contacts: [{ notifier: "pager" }] })),
  teams: [],
  schedules: [
    {
      id: "primary",
      name: "Primary",
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
  policies: [],
  policyOf: new Map(),
};

type Answer = Promise<Result<unknown, { readonly code: string; readonly message: string }>>;

/** A thing that is there, at a version, and what can be asked of it, in words that each change it. */
type Changed = {
  readonly name: string;
  readonly message: string;
  readonly version: number;
  readonly now: (engine: Plimsoll) => number | undefined;
  readonly asks: Readonly<Record<string, (engine: Plimsoll, seen: SeenVersion) => Answer>>;
};

function span(world: World, from: number) {
  const fromMs = world.clock.nowMs() + from * HOUR_MS;
  return { fromMs, toMs: fromMs + HOUR_MS };
}

const THINGS: Readonly<Record<string, (world: World) => Promise<Changed>>> = {
  async silence(world) {
    const schedule = { startsAtMs: world.clock.nowMs(), endsAtMs: world.clock.nowMs() + HOUR_MS };
    await world.engine.silences.create({ id: "s1", matchers: 'job="web"', schedule, ...words });
    return {
      name: "The silence s1",
      message: "The silence s1 is at version 2, not 1.",
      version: 1,
      now: ({ silences }) => silences.get("s1")?.version,
      asks: {
        extend: ({ silences }, seen) =>
          silences.extend("s1", { endsAtMs: schedule.endsAtMs + HOUR_MS, ...words, ...seen }),
        expire: ({ silences }, seen) => silences.expire("s1", { author: actor, ...seen }),
      },
    };
  },
  async schedule(world) {
    await world.engine.onCall.override("primary", actor, [
      { id: "o1", kind: "add", personId: "bob", ...span(world, 0) },
    ]);
    const first = { personId: "ann", ...span(world, 4) };
    const second = { personId: "bob", ...span(world, 6 + 7 * 24) };
    return {
      name: "The schedule primary",
      message: "The schedule primary is at version 2, not 1.",
      version: 1,
      now: (engine) => engine.onCall.version("primary"),
      asks: {
        override: (engine, seen) =>
          engine.onCall.override("primary", actor, [{ kind: "remove", personId: "ann", ...span(world, 2) }], seen),
        swap: (engine, seen) => engine.onCall.swap("primary", { first, second, author: actor, ...seen }),
        withdraw: (engine, seen) => engine.onCall.withdraw("primary", "o1", { actor, ...seen }),
      },
    };
  },
  async user(world) {
    const { access } = world.engine;
    for (const name of ["root", "bob"]) {
      await access.addUser({ actor, name, role: "admin", password: "correct horse battery" });
    }
    await access.disableUser({ actor, name: "bob" });
    return {
      name: "The user bob",
      message: "The user bob is at version 3, not 2.",
      version: 2,
      now: (engine) => engine.access.users().find(({ name }) => name === "bob")?.version,
      asks: {
        enable: (engine, seen) => engine.access.enableUser({ actor, name: "bob", ...seen }),
        "set a password": (engine, seen) =>
          engine.access.setPassword({ actor, name: "bob", password: "battery horse correct", ...seen }),
        "change the role": (engine, seen) => engine.access.changeRole({ actor, name: "bob", role: "viewer", ...seen }),
      },
    };
  },
};

/** What can be withdrawn is gone then: who comes second finds nothing, whatever they saw. */
const WITHDRAWN: Readonly<Record<string, (world: World) => Promise<Omit<Changed, "message">>>> = {
  async override(world) {
    const asked = { services: "all", risks: ["risky"], expiresMs: world.clock.nowMs() + HOUR_MS } as const;
    await world.engine.override({ id: "g1", ...asked, ...words });
    await world.engine.withdrawOverride("g1", { actor });
    await world.engine.override({ id: "g1", ...asked, ...words });
    return {
      name: "The override g1",
      version: 3,
      now: (engine) => engine.overrides().find(({ id }) => id === "g1")?.version,
      asks: { withdraw: (engine, seen) => engine.withdrawOverride("g1", { actor, ...seen }) },
    };
  },
  async correction(world) {
    await world.engine.correct({ id: "c1", sloIds: "all", effect: "drop", ...words, ...span(world, -2) });
    await world.engine.withdrawCorrection("c1", { actor });
    await world.engine.correct({ id: "c1", sloIds: "all", effect: "drop", ...words, ...span(world, -2) });
    return {
      name: "The correction c1",
      version: 3,
      now: (engine) => engine.corrections().find(({ correction }) => correction.id === "c1")?.version,
      asks: { withdraw: (engine, seen) => engine.withdrawCorrection("c1", { actor, ...seen }) },
    };
  },
};

async function open(): Promise<World> {
  return createWorld({ slos: [quickSlo("a")], settings: { onCall } });
}

const codeOf = (answer: Awaited<Answer>): string => (answer.ok ? "done" : answer.error.code);

describe.each(Object.entries(THINGS))("a %s that several people change", (_kind, make) => {
  it("is changed at the version that was seen, and at no other, older or newer", async () => {
    const probe = await make(await open());
    for (const ask of Object.values(probe.asks)) {
      const world = await open();
      const { message, name, now, version } = await make(world);
      expect(now(world.engine)).toBe(version);
      for (const expectedVersion of [version - 1, version + 1]) {
        expect(await ask(world.engine, { expectedVersion })).toMatchObject({
          ok: false,
          error: {
            code: "version-mismatch",
            expectedVersion,
            presentVersion: version,
            message: `${name} is at version ${version}, not ${expectedVersion}. Read it again, and ask again if it still makes sense.`,
          },
        });
      }
      expect(now(world.engine)).toBe(version);
      expect(codeOf(await ask(world.engine, { expectedVersion: version }))).toBe("done");
      expect(now(world.engine)).toBe(version + 1);
      await world.crash();
      expect(now(world.engine)).toBe(version + 1);
      expect(message).toContain(`${name} is at version ${version + 1}`);
    }
  });

  it("is changed by exactly one of those who saw the same, in one process and in two", async () => {
    const { asks } = await make(await open());
    const pairs = Object.values(asks).flatMap((a) => Object.values(asks).map((b) => [a, b] as const));
    for (const [a, b] of pairs) {
      for (const processes of [1, 2]) {
        const world = await open();
        const { message, now, version } = await make(world);
        const other =
          processes === 1
            ? world.engine
            : await createPlimsoll({ ports: world.ports, settings: { ...world.settings, timers: "leave" } });
        const seen = { expectedVersion: version };
        const answers = await Promise.all([a(world.engine, seen), b(other, seen)]);
        expect(answers.map(codeOf).toSorted()).toEqual(["done", "version-mismatch"]);
        const lost = answers.find(({ ok }) => !ok);
        expect(lost?.ok === false ? lost.error.message : "").toContain(message);
        await world.crash();
        expect(now(world.engine)).toBe(version + 1);
      }
    }
  });
});

describe.each(Object.entries(WITHDRAWN))("the %s that several people withdraw", (_kind, make) => {
  it("is withdrawn at the version that was seen, also after it was made again", async () => {
    const world = await open();
    const { asks, name, now, version } = await make(world);
    for (const expectedVersion of [1, version - 1, version + 1]) {
      expect(await asks["withdraw"]?.(world.engine, { expectedVersion })).toMatchObject({
        ok: false,
        error: { code: "version-mismatch", presentVersion: version, message: expect.stringContaining(name) },
      });
    }
    expect(now(world.engine)).toBe(version);
    await world.crash();
    expect(now(world.engine)).toBe(version);
    expect(await asks["withdraw"]?.(world.engine, { expectedVersion: version })).toEqual({ ok: true });
    expect(now(world.engine)).toBeUndefined();
  });

  it("is withdrawn by exactly one of them, and once in the trail", async () => {
    const world = await open();
    const { asks } = await make(world);
    const withdraw = async () => asks["withdraw"]?.(world.engine, { expectedVersion: 3 });
    const answers = await Promise.all([withdraw(), withdraw()]);
    expect(answers.map((one) => one?.ok)).toEqual([true, false]);
    const trail = await world.engine.audit({ afterNumber: 0, limit: 100 });
    expect(trail.filter(({ action }) => action.endsWith(".withdrawn"))).toHaveLength(2);
  });
});

it("a token is revoked at the version that was seen", async () => {
  const world = await open();
  const { access } = world.engine;
  await access.addUser({ actor, name: "root", role: "admin", password: "correct horse battery" });
  const token = { title: "t", owner: "root", role: "viewer", expiresMs: world.clock.nowMs() + HOUR_MS } as const;
  await access.issueToken({ id: "t1", actor, ...token });
  expect(access.tokens()).toMatchObject([{ id: "t1", version: 1 }]);
  const revoke = (expectedVersion: number) => access.revokeToken({ id: "t1", actor, expectedVersion });
  const message = "The token t1 is at version 1, not 2. Read it again, and ask again if it still makes sense.";
  expect(await revoke(2)).toMatchObject({ ok: false, error: { code: "version-mismatch", message } });
  const answers = await Promise.all([revoke(1), revoke(1)]);
  expect(answers.map(({ ok }) => ok)).toEqual([true, false]);
  expect(access.tokens()).toMatchObject([{ revoked: true, version: 2 }]);
});

describe("what is asked again", () => {
  it("finds itself done, whatever version it was asked at and is there now", async () => {
    const world = await open();
    const { access, onCall: desk } = world.engine;
    const asked = [{ id: "o1", kind: "add", personId: "bob", ...span(world, 0) }] as const;
    const seen = { expectedVersion: 0 };
    expect((await desk.override("primary", actor, asked, seen)).ok).toBe(true);
    expect((await desk.override("primary", actor, asked, seen)).ok).toBe(true);
    expect(desk.version("primary")).toBe(1);
    for (const name of ["root", "bob"]) {
      await access.addUser({ actor, name, role: "admin", password: "correct horse battery" });
    }
    const role = { actor, name: "bob", role: "viewer", causeId: "c", expectedVersion: 1 } as const;
    expect((await access.changeRole(role)).ok).toBe(true);
    expect((await access.changeRole(role)).ok).toBe(true);
    expect((await access.changeRole({ ...role, causeId: "d" })).ok).toBe(false);
  });

  it("is refused for what it is where there is no such thing", async () => {
    const world = await open();
    const { access, onCall: desk, silences } = world.engine;
    const seen = { expectedVersion: 1, actor };
    const answers: Awaited<Answer>[] = [
      await silences.expire("none", { author: actor, expectedVersion: 1 }),
      await desk.withdraw("none", "o1", seen),
      await desk.withdraw("primary", "o1", { actor, expectedVersion: 0 }),
      await desk.withdraw("primary", "o1", seen),
      await access.disableUser({ name: "none", ...seen }),
      await access.revokeToken({ id: "none", ...seen }),
      await world.engine.withdrawOverride("none", seen),
      await world.engine.withdrawCorrection("none", seen),
    ];
    expect(answers.map(codeOf)).toEqual([
      "unknown-silence",
      "unknown-schedule",
      "unknown-override",
      "version-mismatch",
      "unknown-user",
      "unknown-token",
      "unknown-override",
      "unknown-correction",
    ]);
  });
});
