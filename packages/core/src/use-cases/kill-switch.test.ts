import { expect, it } from "vitest";
import type { StoredEvent } from "../ports/event-store.js";
import type { StreamEntries } from "./journal.js";
import { createKillSwitch } from "./kill-switch.js";

function world() {
  const stored: StoredEvent[] = [];
  let relayed = 0;
  const state = { unreadable: false };
  const killSwitch = createKillSwitch({
    events: {
      async read(stream) {
        if (state.unreadable) throw new Error("postgres://ann:secret@db is away");
        return stored.filter((event) => event.stream === stream);
      },
    },
    journal: {
      async commit(decide: () => readonly StreamEntries[] | Promise<readonly StreamEntries[]>) {
        for (const { entries, stream } of await decide()) {
          for (const entry of entries) {
            const position = stored.length + 1;
            stored.push({ ...entry, stream, version: position, position, id: `${position}` });
          }
        }
        return stored;
      },
    },
    nowMs: () => 1_000,
    relay: async () => (relayed += 1),
  });
  return { killSwitch, stored, state, relays: () => relayed };
}

it("is released before anybody turned it, and then as it was turned last", async () => {
  const { killSwitch, relays, stored } = world();
  expect(await killSwitch.read()).toEqual({ kind: "released", version: 0 });
  const engaged = { kind: "engaged", by: "ann", atMs: 1_000, reason: "it ran wild", version: 1 };
  expect(await killSwitch.engage({ actor: "ann", reason: "it ran wild" })).toEqual({ ok: true, value: engaged });
  expect(await killSwitch.read()).toEqual(engaged);
  expect(await killSwitch.release({ actor: "bob", reason: "mended" })).toEqual({
    ok: true,
    value: { kind: "released", version: 2 },
  });
  expect(await killSwitch.read()).toEqual({ kind: "released", version: 2 });
  expect(stored.map(({ actor, atMs, data, stream, type }) => [stream, type, actor, atMs, data])).toEqual([
    ["kill-switch/automation", "kill-switch.engaged", "ann", 1_000, { reason: "it ran wild" }],
    ["kill-switch/automation", "kill-switch.released", "bob", 1_000, { reason: "mended" }],
  ]);
  expect(relays()).toBe(2);
});

it("counts as engaged where it cannot be read, and says nothing that storage said", async () => {
  const { killSwitch, state, stored } = world();
  state.unreadable = true;
  expect(await killSwitch.read()).toEqual({ kind: "unreadable", reason: "storage does not answer" });
  state.unreadable = false;
  const odd = { id: "1", version: 1, position: 1, atMs: 1, actor: "ann", stream: "kill-switch/automation" };
  stored.push({ ...odd, type: "kill-switch.broken", data: { reason: "x" } });
  expect(await killSwitch.read()).toEqual({
    kind: "unreadable",
    reason: "what is stored of it makes no sense",
    version: 1,
  });
});

it("is released only at the version that was seen, where one is named, and stopped at any", async () => {
  const { killSwitch, relays, stored } = world();
  await killSwitch.engage({ actor: "ann", reason: "it ran wild" });
  await killSwitch.engage({ actor: "eve", reason: "it deletes what it should keep" });
  const mended = { actor: "bob", reason: "mended what ann saw" };
  expect(await killSwitch.release({ ...mended, expectedVersion: 1 })).toEqual({
    ok: false,
    error: {
      code: "version-mismatch",
      expectedVersion: 1,
      presentVersion: 2,
      message: "The kill switch is at version 2, not 1. Read it again, and ask again if it still makes sense.",
    },
  });
  expect([stored.length, relays()]).toEqual([2, 2]);
  const released = await killSwitch.release({ ...mended, expectedVersion: 2 });
  expect(released).toEqual({ ok: true, value: { kind: "released", version: 3 } });
  const blank = world().killSwitch;
  expect(await blank.release({ ...mended, expectedVersion: 0 })).toMatchObject({ ok: true });
  expect(await blank.release({ ...mended, expectedVersion: 0 })).toMatchObject({ ok: false });
});

it("is turned once for a cause, however it stands by then", async () => {
  const { killSwitch, stored } = world();
  expect(await killSwitch.causes()).toEqual([]);
  const stop = { actor: "ann", reason: "it ran wild", causeId: "http/1" };
  await killSwitch.engage(stop);
  const mended = { actor: "bob", reason: "mended", causeId: "http/2", expectedVersion: 1 };
  expect(await killSwitch.release(mended)).toEqual({ ok: true, value: { kind: "released", version: 2 } });
  expect(await killSwitch.engage(stop)).toEqual({ ok: true, value: { kind: "released", version: 2 } });
  await killSwitch.engage({ actor: "eve", reason: "it is not mended" });
  // The version that was seen then is another one now, and the repetition finds itself done.
  expect(await killSwitch.release(mended)).toMatchObject({
    ok: true,
    value: { kind: "engaged", by: "eve", version: 3 },
  });
  expect(stored.map(({ data }) => data)).toEqual([
    { reason: "it ran wild", causeId: "http/1" },
    { reason: "mended", causeId: "http/2" },
    { reason: "it is not mended" },
  ]);
  expect(await killSwitch.causes()).toEqual(["http/1", "http/2"]);
});

it.each([
  { actor: " ", reason: "x" },
  { actor: "ann", reason: " " },
])("is turned by nobody without a name and a reason: %o", async (asked) => {
  const { killSwitch, stored } = world();
  const error = { code: "no-reason", message: "who turns the kill switch needs a name and a reason" };
  expect(await killSwitch.engage(asked)).toEqual({ ok: false, error });
  expect(await killSwitch.release(asked)).toEqual({ ok: false, error });
  expect(stored).toEqual([]);
});
