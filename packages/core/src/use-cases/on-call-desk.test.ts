import { expect, it } from "vitest";
import type { StoredEvent } from "../ports/event-store.js";
import type { StreamEntries } from "./journal.js";
import { createOnCallBook } from "./on-call-book.js";
import { createOnCallDesk, NOBODY_ON_CALL, type OverrideRequest } from "./on-call-desk.js";

const span = { fromMs: Date.UTC(2026, 0, 5), toMs: Date.UTC(2026, 0, 6) };

/** A desk on a journal in memory; what has no id gets the next one of those. */
function createDesk() {
  const book = createOnCallBook();
  const stored: StoredEvent[] = [];
  let minted = 0;
  const desk = createOnCallDesk({
    settings: {
      ...NOBODY_ON_CALL,
      people: [{ id: "bob", name: "Bob", zone: "UTC", contacts: [] }],
      schedules: [{ id: "primary", name: "Primary", layers: [] }],
    },
    book,
    journal: {
      async commit(decide: () => readonly StreamEntries[] | Promise<readonly StreamEntries[]>) {
        const made = (await decide()).flatMap(({ entries, stream }) => entries.map((entry) => ({ ...entry, stream })));
        for (const entry of made) {
          const position = stored.length + 1;
          const event = { ...entry, id: `${position}`, version: position, position };
          stored.push(event);
          book.projection.apply(event);
        }
        return stored;
      },
      replay: () => Promise.reject(new Error("nothing is replayed")),
    },
    ids: { next: () => `minted-${(minted += 1)}` },
    nowMs: () => span.fromMs,
    relay: async () => undefined,
  });
  return { desk, stored };
}

it("adds what is asked once for a cause, also where it was taken back since", async () => {
  const { desk, stored } = createDesk();
  const bob = { id: "u1", kind: "add", personId: "bob", ...span } as const;
  const eve = { ...bob, id: "u2", toMs: span.toMs + 1 };
  const add = (causeId: string | undefined, ...asked: readonly OverrideRequest[]) =>
    desk.override("primary", "ann", asked, causeId === undefined ? {} : { causeId });
  const ids = () => desk.schedule("primary")?.overrides?.map(({ id }) => id);
  expect(desk.additions("primary")).toEqual(new Map());
  await add("c1", bob);
  await add("c2", bob);
  await add("c3", bob, eve);
  expect([...desk.additions("primary")]).toEqual([
    ["c1", [bob]],
    ["c3", [eve]],
  ]);
  expect(desk.additions("secondary")).toEqual(new Map());
  await desk.withdraw("primary", "u1", { actor: "ann" });
  await add("c1", bob);
  expect([ids(), desk.version("primary")]).toEqual([["u2"], 3]);
  await add(undefined, bob);
  expect([ids(), desk.additions("primary").size]).toEqual([["u2", "u1"], 2]);
  expect(stored.map(({ data }) => data)).toEqual([
    { overrides: [bob], causeId: "c1" },
    { overrides: [eve], causeId: "c3" },
    { ids: ["u1"] },
    { overrides: [bob] },
  ]);
});

it("answers what is stored, however often the same is asked", async () => {
  const { desk } = createDesk();
  const nameless = { kind: "add", personId: "bob", ...span } as const;
  const stored = { ok: true, value: [{ ...nameless, id: "minted-1" }] };
  const once = () => desk.override("primary", "ann", [nameless], { causeId: "c1" });
  expect(await once()).toEqual(stored);
  expect(await once()).toEqual(stored);
  const later = { ...nameless, toMs: span.toMs + 1 };
  expect(await desk.override("primary", "ann", [{ ...later, id: "minted-1" }, later], { causeId: "c2" })).toEqual({
    ok: true,
    value: [
      { ...nameless, id: "minted-1" },
      { ...later, id: "minted-3" },
    ],
  });
});

it("keeps its answer when an override that was made while running is written into the configuration too", () => {
  const book = createOnCallBook();
  const overrides = [
    { id: "planned", kind: "add", personId: "old", ...span },
    { id: "other", kind: "add", personId: "bob", ...span },
  ];
  const event = { id: "e", type: "on-call.overridden", atMs: 0, actor: "ann", data: { overrides } };
  book.projection.apply({ ...event, stream: "on-call/primary", version: 1, position: 1 });
  const rotation = { every: "weekly", start: "2026-01-05", handOff: "00:00", zone: "UTC", participants: [] } as const;
  const schedule = {
    id: "primary",
    name: "Primary",
    layers: [{ id: "week", rotation }],
    overrides: [{ id: "planned", kind: "add", personId: "cem", ...span } as const],
  };
  const never = () => Promise.reject(new Error("nothing is written"));
  const desk = createOnCallDesk({
    settings: { ...NOBODY_ON_CALL, schedules: [schedule] },
    book,
    journal: { commit: never, replay: never },
    ids: { next: () => "id" },
    nowMs: () => span.fromMs,
    relay: never,
  });
  expect(desk.resolve({ kind: "schedule", scheduleId: "primary" }, span.fromMs)).toEqual(["bob", "cem"]);
  expect(desk.schedule("primary")?.overrides?.map(({ id }) => id)).toEqual(["planned", "other"]);
});
