import { describe, expect, it } from "vitest";
import { createTestStore, START_MS, startRouting } from "./routing-world.fixture.js";

const HOUR_MS = 3_600_000;
const asked = {
  matchers: 'job="web"',
  schedule: { startsAtMs: START_MS, endsAtMs: START_MS + HOUR_MS },
  author: "ada",
  reason: "New rack.",
};

describe("a silence that is asked for by an id", () => {
  it("is made once, and the same request answers the same silence", async () => {
    const store = createTestStore();
    const { silenceDesk, silences } = await startRouting(store, { ms: START_MS });
    const first = await silenceDesk.create({ ...asked, id: "mine" });
    const again = await silenceDesk.create({ ...asked, id: "mine" });
    expect(first).toMatchObject({ ok: true, value: { id: "mine", author: "ada" } });
    expect(again).toEqual(first);
    expect(silences.all()).toHaveLength(1);
    expect(store.log).toHaveLength(1);
  });

  it("is answered as it stands now, also when it was extended or ended since", async () => {
    const now = { ms: START_MS };
    const { silenceDesk } = await startRouting(createTestStore(), now);
    await silenceDesk.create({ ...asked, id: "mine" });
    const change = { endsAtMs: START_MS + 2 * HOUR_MS, author: "ben", reason: "It takes longer." };
    await silenceDesk.extend("mine", change);
    expect(await silenceDesk.create({ ...asked, id: "mine" })).toMatchObject({
      ok: true,
      value: { endsAtMs: START_MS + 2 * HOUR_MS },
    });
    now.ms += 1;
    await silenceDesk.expire("mine", { author: "ben" });
    expect(await silenceDesk.create({ ...asked, id: "mine", matchers: "{{{" })).toMatchObject({
      ok: true,
      value: { expired: { by: "ben", atMs: START_MS + 1 } },
    });
  });

  it("is still known after a restart", async () => {
    const store = createTestStore();
    const before = await startRouting(store, { ms: START_MS });
    const first = await before.silenceDesk.create({ ...asked, id: "mine" });
    const after = await startRouting(store, { ms: START_MS });
    expect(await after.silenceDesk.create({ ...asked, id: "mine" })).toEqual(first);
    expect(store.log).toHaveLength(1);
  });

  it("is extended once for a cause, at whatever version and end it is by then", async () => {
    const store = createTestStore();
    const { silenceDesk } = await startRouting(store, { ms: START_MS });
    await silenceDesk.create({ ...asked, id: "mine" });
    const longer = (hours: number, causeId: string) =>
      silenceDesk.extend("mine", {
        endsAtMs: START_MS + hours * HOUR_MS,
        author: "ben",
        reason: "It takes longer.",
        causeId,
        expectedVersion: 1,
      });
    expect(await longer(2, "c1")).toMatchObject({ ok: true, value: { causes: ["c1"], version: 2 } });
    expect(await longer(3, "c2")).toMatchObject({ ok: false, error: { code: "version-mismatch" } });
    const more = { endsAtMs: START_MS + 3 * HOUR_MS, author: "ben", reason: "It takes longer." };
    expect(await silenceDesk.extend("mine", { ...more, causeId: "c3" })).toMatchObject({
      ok: true,
      value: { causes: ["c1", "c3"] },
    });
    const after = await startRouting(store, { ms: START_MS });
    const end = { ok: true, value: { endsAtMs: START_MS + 3 * HOUR_MS, causes: ["c1", "c3"], version: 3 } };
    expect(await longer(2, "c1")).toMatchObject(end);
    expect(await after.silenceDesk.extend("mine", { ...more, causeId: "c1" })).toMatchObject(end);
    expect(await after.silenceDesk.extend("mine", more)).toMatchObject({ ok: false, error: { code: "not-longer" } });
    await after.silenceDesk.expire("mine", { author: "ben" });
    expect(await after.silenceDesk.expire("mine", { author: "ben" })).toMatchObject({ ok: false });
    expect(store.log.at(-2)?.data).toEqual({ id: "mine", ...more, author: undefined, causeId: "c3" });
  });

  it("is refused as often as it is wrong, and made once it is right", async () => {
    const { silenceDesk } = await startRouting(createTestStore(), { ms: START_MS });
    const wrong = { ...asked, id: "mine", reason: " " };
    expect(await silenceDesk.create(wrong)).toMatchObject({ ok: false, error: { code: "no-reason" } });
    expect(await silenceDesk.create(wrong)).toMatchObject({ ok: false, error: { code: "no-reason" } });
    expect(await silenceDesk.create({ ...asked, id: "mine" })).toMatchObject({ ok: true, value: { id: "mine" } });
  });
});

it("is one of its own without an id", async () => {
  const { silenceDesk, silences } = await startRouting(createTestStore(), { ms: START_MS });
  await silenceDesk.create(asked);
  await silenceDesk.create(asked);
  expect(silences.all().map(({ id }) => id)).toEqual(["s1", "s2"]);
});
