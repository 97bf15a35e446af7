import { describe, expect, it } from "vitest";
import type { NotificationOutcome } from "../ports/notifier.js";
import { createDeliveryBook } from "./delivery-book.js";
import { createDeadLetterDesk } from "./delivery-dead-letters.js";
import { AT_MS, deliveryWorld, recorder, type memoryStore } from "./delivery.fixture.js";
import { createJournal } from "./journal.js";

const REFUSED: NotificationOutcome = { kind: "failed", retryable: false, failure: "refused", reason: "no such chat" };

/** A desk on a store, as each process has its own. */
async function deadLetters(store: ReturnType<typeof memoryStore>) {
  const book = createDeliveryBook();
  const journal = createJournal(store, [book.projection]);
  await journal.replay();
  let relayed = 0;
  const desk = createDeadLetterDesk({ journal, book, nowMs: () => AT_MS + 7, relay: async () => (relayed += 1) });
  return { ...desk, book, relayed: () => relayed };
}

/** A message that the chat refused for good; it takes the next as `outcome` says. */
async function givenUp(outcome: NotificationOutcome = { kind: "sent" }) {
  const chat = recorder({ answer: (_, count) => (count === 1 ? REFUSED : outcome) });
  const world = await deliveryWorld({ chat });
  await world.ask("a", { address: "ana" });
  await world.desk.deliver(AT_MS);
  return { chat, store: world.store, again: world.again };
}

describe("a message that was given up", () => {
  it("goes once more as a delivery of its own, in the name of who asked, and is no longer among the dead", async () => {
    const { again, chat, store } = await givenUp();
    const letters = await deadLetters(store);
    expect(letters.book.dead().map(({ id }) => id)).toEqual(["a"]);
    expect(await letters.retry("a", { actor: "ann", causeId: "key-1" })).toEqual({
      ok: true,
      value: { id: "a/retry" },
    });
    expect(letters.book.dead()).toEqual([]);
    expect(letters.relayed()).toBe(1);
    expect(store.stored.at(-1)).toMatchObject({
      id: "delivery/a/retry@1",
      type: "delivery.requested",
      actor: "ann",
      atMs: AT_MS + 7,
      data: { id: "a/retry", notifier: "chat", retries: "a", causeId: "key-1" },
    });
    const { desk } = await again();
    expect(await desk.deliver(AT_MS + 7)).toBe(1);
    expect(chat.got.map(({ address, idempotencyKey }) => [idempotencyKey, address])).toEqual([
      ["a", "ana"],
      ["a", "ana"],
    ]);
    expect((await deadLetters(store)).book.dead()).toEqual([]);
  });

  it("counts as given up until it is tried once more, and again where that is given up too", async () => {
    const { again, store } = await givenUp(REFUSED);
    const standing = async () => {
      const { desk } = await again();
      return ["a", "a/retry", "b"].map((id) => desk.wasGivenUp(id));
    };
    expect(await standing()).toEqual([true, false, false]);
    await (await deadLetters(store)).retry("a", { actor: "ann" });
    expect(await standing()).toEqual([false, false, false]);
    await (await again()).desk.deliver(AT_MS + 7);
    expect(await standing()).toEqual([true, true, false]);
  });

  it("counts as given up with the digest that it was told in, until that is tried once more", async () => {
    const chat = recorder({ answer: (_, count) => (count < 3 ? REFUSED : { kind: "sent" }) });
    const throttle = { messages: 1, perMs: 60_000 };
    const { ask, again, desk, store } = await deliveryWorld({ chat }, { throttle });
    const standing = async () => {
      const now = await again();
      return ["a", "b", "digest/a", "digest/a/retry"].map((id) => now.desk.wasGivenUp(id));
    };
    await ask("a");
    await ask("b");
    expect(await standing()).toEqual([false, false, false, false]);
    await desk.deliver(AT_MS);
    expect(await standing()).toEqual([true, true, true, false]);
    await (await deadLetters(store)).retry("digest/a", { actor: "ann" });
    expect(await standing()).toEqual([false, false, false, false]);
    await (await again()).desk.deliver(AT_MS + 7);
    expect(await standing()).toEqual([true, true, true, true]);
    await (await deadLetters(store)).retry("digest/a/retry", { actor: "ann" });
    await (await again()).desk.deliver(AT_MS + 60_007);
    expect(chat.got).toHaveLength(3);
    expect(await standing()).toEqual([false, false, false, false]);
  });

  it("goes once for one request, and is refused to another one", async () => {
    const { store } = await givenUp();
    const letters = await deadLetters(store);
    await letters.retry("a", { actor: "ann", causeId: "key-1" });
    const count = store.stored.length;
    expect(await letters.retry("a", { actor: "ann", causeId: "key-1" })).toEqual({
      ok: true,
      value: { id: "a/retry" },
    });
    const refused = {
      ok: false,
      error: {
        code: "already-retried",
        retriedAs: "a/retry",
        message:
          "The delivery a was tried once more already, as a/retry. If that one is given up too, it is listed: retry that one.",
      },
    };
    expect(await letters.retry("a", { actor: "ann", causeId: "key-2" })).toEqual(refused);
    expect(await letters.retry("a", { actor: "ann" })).toEqual(refused);
    expect(store.stored).toHaveLength(count);
    expect(letters.relayed()).toBe(2);
  });

  it("is refused to the second of two requests without a key", async () => {
    const { store } = await givenUp();
    const letters = await deadLetters(store);
    expect(await letters.retry("a", { actor: "ann" })).toMatchObject({ ok: true });
    expect(store.stored.at(-1)?.data).not.toHaveProperty("causeId");
    expect(await letters.retry("a", { actor: "ann" })).toMatchObject({ error: { code: "already-retried" } });
  });

  it("goes once where two processes are asked at once", async () => {
    const { store } = await givenUp();
    const [one, other] = [await deadLetters(store), await deadLetters(store)];
    expect(await one.retry("a", { actor: "ann" })).toMatchObject({ ok: true });
    expect(await other.retry("a", { actor: "ben" })).toMatchObject({ error: { code: "already-retried" } });
  });

  it("can be retried again where the second try was in vain too, which then stands in its place", async () => {
    const { again, store } = await givenUp(REFUSED);
    const letters = await deadLetters(store);
    await letters.retry("a", { actor: "ann" });
    const { desk } = await again();
    await desk.deliver(AT_MS + 7);
    const later = await deadLetters(store);
    expect(later.book.dead().map(({ id, lastReason }) => [id, lastReason])).toEqual([["a/retry", "no such chat"]]);
    expect(await later.retry("a/retry", { actor: "ann" })).toEqual({ ok: true, value: { id: "a/retry/retry" } });
  });
});

describe("a message that was not given up", () => {
  it("is not tried once more, nor one that was never asked for", async () => {
    const { again, store } = await givenUp();
    const { ask } = await again();
    await ask("waits");
    const letters = await deadLetters(store);
    for (const id of ["waits", "none"]) {
      expect(await letters.retry(id, { actor: "ann" })).toEqual({
        ok: false,
        error: {
          code: "unknown-delivery",
          message: `There is no delivery ${id} that was given up; list them to see which there are.`,
        },
      });
    }
    expect(letters.relayed()).toBe(0);
  });
});
