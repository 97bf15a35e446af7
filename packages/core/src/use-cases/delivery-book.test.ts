import { describe, expect, it } from "vitest";
import type { Json } from "../errors/json.js";
import { AT_MS, message } from "./delivery.fixture.js";
import { createDeliveryBook } from "./delivery-book.js";
import { deliveryStream } from "./delivery-event.js";

function bookAfter(...events: readonly { readonly type: string; readonly data: Json; readonly atMs?: number }[]) {
  const book = createDeliveryBook();
  for (const [index, { atMs = AT_MS, data, type }] of events.entries()) {
    const stored = { id: `e${index}`, actor: "engine", version: 1, position: index + 1, stream: deliveryStream("x") };
    book.projection.apply({ ...stored, type: `delivery.${type}`, data, atMs });
  }
  return book;
}

const asked = (id: string, more: Record<string, Json> = {}, notifier = "chat") => ({
  type: "requested",
  data: { id, notifier, notification: { ...message({ idempotencyKey: id }), fields: [], ...more } as Json },
});

describe("the delivery book", () => {
  it("owes what was asked for, in its order, to its contact", () => {
    const book = bookAfter(asked("a"), asked("b", { address: "ana" }), asked("c"), asked("d", {}, "mail"));
    expect(book.due(AT_MS).map(({ id, order }) => `${id}${order}`)).toEqual(["a1", "b2", "c3", "d4"]);
    expect(book.due(AT_MS - 1)).toEqual([]);
    expect(book.owedTo("chat\n").map(({ id }) => id)).toEqual(["a", "c"]);
    expect(book.owedTo("chat\nana").map(({ id }) => id)).toEqual(["b"]);
    expect(book.owedTo("mail\n").map(({ id }) => id)).toEqual(["d"]);
    expect(book.owedTo("chat\nbob")).toEqual([]);
    expect(book.requests()).toBe(4);
    expect(book.get("a")).toEqual({
      id: "a",
      notifier: "chat",
      notification: message({ idempotencyKey: "a" }),
      requestedAtMs: AT_MS,
      order: 1,
      status: "waiting",
      attempts: 0,
      notBeforeMs: AT_MS,
    });
  });

  it("reads every part of a message, and stores no actions", () => {
    const whole = {
      address: "ana",
      status: "firing",
      severity: "SEV2",
      service: "payments",
      atMs: 7,
      url: "https://a/",
    };
    const book = bookAfter(asked("a", { ...whole, actions: [{ kind: "resolve", token: "t" }] }));
    expect(book.get("a")?.notification).toEqual({ ...message({ idempotencyKey: "a" }), ...whole });
  });

  it("owes nothing that has arrived, and remembers who heard it", () => {
    const sent = { type: "sent", data: { id: "a", messageId: "m1" }, atMs: AT_MS + 5 };
    const book = bookAfter(asked("a", { service: "payments" }), sent, { type: "sent", data: { id: "b" } });
    expect([book.get("a"), book.due(AT_MS), book.owedTo("chat\n"), book.dead()]).toEqual([undefined, [], [], []]);
    expect([book.known("a"), book.known("b")]).toEqual([true, false]);
    expect(book.contacts.thread("chat\n", "INC-001")).toMatchObject({ order: 1, messageId: "m1" });
    expect(book.contacts.serviceToldMs("chat\n", "payments")).toBe(AT_MS + 5);
    expect(book.contacts.heardSince("chat\n", AT_MS + 4)).toBe(1);
  });

  it("does not count an edit as heard, and knows no id where none was given", () => {
    const book = bookAfter(asked("a"), { type: "sent", data: { id: "a", edited: true } });
    expect(book.contacts.heardSince("chat\n", 0)).toBe(0);
    expect(book.contacts.thread("chat\n", "INC-001")).not.toHaveProperty("messageId");
  });

  it("puts off what failed, and keeps what was given up to be shown", () => {
    const again = { type: "failed", data: { id: "a", reason: "busy", notBeforeMs: AT_MS + 5 } };
    const given = { type: "failed", data: { id: "a", reason: "no" }, atMs: AT_MS + 9 };
    const put = bookAfter(asked("a"), again);
    expect(put.get("a")).toMatchObject({ status: "waiting", attempts: 1, notBeforeMs: AT_MS + 5, lastReason: "busy" });
    expect(put.owedTo("chat\n")).toHaveLength(1);
    const dead = bookAfter(asked("a"), again, given, given);
    expect(dead.dead()).toEqual([
      {
        id: "a",
        notifier: "chat",
        notification: message({ idempotencyKey: "a" }),
        requestedAtMs: AT_MS,
        order: 1,
        status: "dead",
        attempts: 2,
        lastReason: "no",
        givenUpAtMs: AT_MS + 9,
      },
    ]);
    expect(dead.get("a")).toEqual(dead.dead()[0]);
    expect([dead.due(AT_MS + 10), dead.owedTo("chat\n"), dead.known("a")]).toEqual([[], [], true]);
  });

  it("counts the attempts that left it in doubt whether the message was taken", () => {
    const again = { type: "failed", data: { id: "a", reason: "busy", notBeforeMs: AT_MS + 5 } };
    const doubted = { type: "failed", data: { ...again.data, doubtful: true } };
    expect(bookAfter(asked("a"), again).get("a")).not.toHaveProperty("doubts");
    expect(bookAfter(asked("a"), doubted, again).get("a")).toMatchObject({ attempts: 2, doubts: 1 });
    expect(bookAfter(asked("a"), again, doubted, doubted).get("a")).toMatchObject({ attempts: 3, doubts: 2 });
  });

  it("owes again what a person had tried once more, and shows the first no longer", () => {
    const given = (id: string) => ({ type: "failed", data: { id, reason: "no" } });
    const again = (data: Record<string, Json>) => ({
      type: "requested",
      data: { ...asked("a/retry").data, retries: "a", ...data },
    });
    const book = bookAfter(asked("a"), given("a"), asked("b"), given("b"), again({ causeId: "key-1" }));
    expect(book.dead().map(({ id }) => id)).toEqual(["b"]);
    expect(book.due(AT_MS).map(({ id }) => id)).toEqual(["a/retry"]);
    expect([book.get("a"), book.known("a")]).toEqual([undefined, true]);
    expect(book.retryOf("a")).toEqual({ id: "a/retry", causeId: "key-1" });
    expect([book.retryOf("b"), book.retryOf("a/retry")]).toEqual([undefined, undefined]);
    expect(bookAfter(asked("a"), given("a"), again({})).retryOf("a")).toEqual({ id: "a/retry" });
    const twice = bookAfter(asked("a"), given("a"), again({}), given("a/retry"));
    expect(twice.dead().map(({ id }) => id)).toEqual(["a/retry"]);
  });

  it("owes a digest in place of what it tells, also when the digest is given up", () => {
    const digest = { type: "requested", data: { ...asked("digest/a").data, collapses: ["a", "b", "gone"] } };
    const book = bookAfter(asked("a"), asked("b"), asked("c"), digest);
    expect(book.due(AT_MS).map(({ id }) => id)).toEqual(["c", "digest/a"]);
    expect(["a", "b", "gone"].map((id) => book.known(id))).toEqual([true, true, true]);
    expect(["a", "gone", "c", "digest/a"].map((id) => book.digestOf(id))).toEqual([
      "digest/a",
      "digest/a",
      undefined,
      undefined,
    ]);
    const given = { type: "failed", data: { id: "digest/a", reason: "no" } };
    expect(bookAfter(asked("a"), digest, given).dead()).toMatchObject([
      { id: "digest/a", collapses: ["a", "b", "gone"] },
    ]);
  });

  it("owes nothing that later news has overtaken, and counts it as unheard", () => {
    const book = bookAfter(asked("a"), { type: "overtaken", data: { id: "a" } });
    expect([book.due(AT_MS), book.known("a"), book.contacts.heardSince("chat\n", 0)]).toEqual([[], true, 0]);
  });

  it("names what it cannot read, and goes on", () => {
    const book = bookAfter({ type: "requested", data: { id: "a" } }, { type: "eaten", data: {} }, asked("b"));
    const line = "delivery/x, version 1: not a delivery's event that this version can read";
    expect(book.unreadable()).toEqual([line, line]);
    expect(book.due(AT_MS)).toHaveLength(1);
  });
});
