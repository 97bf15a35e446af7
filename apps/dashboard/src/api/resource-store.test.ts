import { expect, test } from "vitest";
import type { Fetched } from "./fetch-json.js";
import { createResourceStore } from "./resource-store.js";
import { incidentsResource, openIncidentsResource, slosResource } from "./resources.js";

function world() {
  const asked: { readonly path: string; readonly signal: AbortSignal; readonly answer: (fetched: Fetched) => void }[] =
    [];
  const contacts: boolean[] = [];
  const state = { nowMs: 1 };
  const store = createResourceStore({
    fetchJson: (path, _check, signal) => new Promise((answer) => asked.push({ path, signal, answer })),
    nowMs: () => state.nowMs,
    onContact: (reached) => contacts.push(reached),
  });
  const answer = async (index: number, fetched: Fetched) => {
    asked[index]?.answer(fetched);
    await Promise.resolve();
    await Promise.resolve();
  };
  return { asked, contacts, state, store, answer };
}

const list = (name: string): Fetched => ({ ok: true, value: name });
const gone: Fetched = { ok: false, failure: { kind: "unreachable", message: "The service does not answer." } };

test("asks once for what several parts show, and tells them all", async () => {
  const { answer, asked, store } = world();
  let told = 0;
  store.subscribe(slosResource, () => (told += 1));
  store.subscribe(slosResource, () => (told += 1));
  await answer(0, list("first"));
  expect(asked).toHaveLength(1);
  expect(told).toBe(2);
  expect(store.snapshot(slosResource)).toEqual({ data: "first", readAtMs: 1 });
});

test("keeps old data beside the failure, with when they were read", async () => {
  const { answer, contacts, state, store } = world();
  store.subscribe(slosResource, () => undefined);
  await answer(0, list("first"));
  state.nowMs = 2;
  store.refresh("evaluated");
  await answer(1, gone);
  expect(store.snapshot(slosResource)).toEqual({
    data: "first",
    readAtMs: 1,
    failure: gone.ok ? undefined : gone.failure,
  });
  expect(contacts).toEqual([true, false]);
  state.nowMs = 3;
  store.refresh("all");
  await answer(2, list("second"));
  expect(store.snapshot(slosResource)).toEqual({ data: "second", readAtMs: 3 });
});

test("an older answer never overwrites a newer one", async () => {
  const { answer, asked, store } = world();
  store.subscribe(slosResource, () => undefined);
  store.refresh("evaluated");
  expect(asked[0]?.signal.aborted).toBe(true);
  await answer(1, list("newer"));
  await answer(0, list("older"));
  expect(store.snapshot(slosResource).data).toBe("newer");
});

test("fetches again what a topic made old, and only that", () => {
  const { asked, store } = world();
  store.subscribe(slosResource, () => undefined);
  store.subscribe(openIncidentsResource, () => undefined);
  store.refresh("incident");
  expect(asked.map(({ path }) => path)).toEqual([
    slosResource.path,
    openIncidentsResource.path,
    openIncidentsResource.path,
  ]);
});

test("forgets what is not shown once it is old, so that it is never shown as new", async () => {
  const { answer, store } = world();
  const leave = store.subscribe(incidentsResource, () => undefined);
  await answer(0, list("yesterday"));
  leave();
  expect(store.snapshot(incidentsResource).data).toBe("yesterday");
  store.refresh("evaluated");
  expect(store.snapshot(incidentsResource).data).toBeUndefined();
});

test("tells when what is shown is the newest, also where a newer question took the place of the one it asked", async () => {
  const { answer, store } = world();
  store.subscribe(openIncidentsResource, () => undefined);
  await answer(0, list("old"));
  let shown: unknown = "nothing yet";
  const refreshed = store.refreshed("incident").then(() => (shown = store.snapshot(openIncidentsResource).data));
  store.refresh("incident");
  await answer(1, list("overtaken"));
  expect(shown).toBe("nothing yet");
  await answer(2, list("newest"));
  await refreshed;
  expect(shown).toBe("newest");
});
