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
