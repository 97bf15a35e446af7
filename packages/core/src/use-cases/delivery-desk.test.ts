import { describe, expect, it } from "vitest";
import type { Json } from "../errors/json.js";
import { declareFromAlert, incidentAfter } from "../incident/alert.fixture.js";
import type { NotificationOutcome } from "../ports/notifier.js";
import { AT_MS, deliveryWorld, manualPauses, memoryStore, recorder, settled } from "./delivery.fixture.js";

const never = () => new Promise<NotificationOutcome>(() => undefined);
const texts = (got: readonly { readonly text: string }[]) => got.map(({ text }) => text);

describe("the delivery desk", () => {
  it("tells a contact what is due, most urgent first, and says how many arrived", async () => {
    const chat = recorder();
    const { ask, desk, types } = await deliveryWorld({ chat });
    await ask("a", { urgency: "info", threadKey: "1", text: "note" });
    await ask("b", { urgency: "page", threadKey: "2", text: "page" });
    await ask("b", { urgency: "page", threadKey: "2", text: "page" });
    expect(await desk.deliver(AT_MS - 1)).toBe(0);
    expect(await desk.deliver(AT_MS)).toBe(2);
    expect(await desk.deliver(AT_MS)).toBe(0);
    expect(texts(chat.got)).toEqual(["page", "note"]);
    expect(types()).toEqual(["requested", "requested", "sent", "sent"]);
  });

  it("edits the message of a thread with later news, also after a crash, and sends pages anew", async () => {
    const chat = recorder({
      answer: (_, count) => ({ kind: "sent", messageId: `m${count}` }),
      edit: (messageId) => ({ kind: "sent", messageId }),
    });
    const first = await deliveryWorld({ chat });
    await first.ask("a", { urgency: "page", text: "burns" });
    await first.desk.deliver(AT_MS);
    const { ask, desk, store } = await first.again();
    await ask("b", { urgency: "info", text: "Acknowledged." });
    await desk.deliver(AT_MS);
    await ask("c", { urgency: "page", text: "worse" });
    await desk.deliver(AT_MS);
    await ask("d", { urgency: "info", text: "Resolved.", status: "resolved" });
    await desk.deliver(AT_MS);
    expect(chat.got.map(({ editOf, text }) => [editOf, text])).toEqual([
      [undefined, "burns"],
      ["m1", "burns\nAcknowledged."],
      [undefined, "worse"],
      ["m3", "worse\nResolved."],
    ]);
    expect(store.stored.filter(({ type }) => type === "delivery.sent").map(({ data }) => data)).toEqual([
      { id: "a", messageId: "m1" },
      { id: "b", messageId: "m1", edited: true },
      { id: "c", messageId: "m3" },
      { id: "d", messageId: "m3", edited: true },
    ]);
  });

  it("does not try again what is not wanted any more, and says so; a first attempt is always made", async () => {
    const wanted = new Set(["b"]);
    const chat = recorder({ answer: () => ({ kind: "failed", retryable: true, reason: "503" }) });
    const { ask, book, desk, store } = await deliveryWorld({ chat }, { isStillWanted: (id) => wanted.has(id) });
    await ask("a", { urgency: "page", threadKey: "1" });
    await ask("b", { urgency: "page", threadKey: "2" });
    await desk.deliver(AT_MS);
    await desk.deliver(AT_MS + 5_000);
    expect(chat.got.map(({ idempotencyKey }) => idempotencyKey)).toEqual(["a", "b", "b"]);
    expect(
      store.stored.filter(({ type }) => type === "delivery.overtaken").map(({ atMs, data }) => [atMs, data]),
    ).toEqual([[AT_MS, { id: "a", reason: "somebody has answered, or it is over" }]]);
    expect([book.get("a"), book.known("a"), book.dead()]).toEqual([undefined, true, []]);
  });

  it("does not try again what somebody answers while an earlier message goes", async () => {
    let answered = false;
    const chat = recorder({
      answer: (_message, count) => {
        answered = count > 2;
        return { kind: "failed", retryable: true, reason: "503" };
      },
    });
    const { ask, desk } = await deliveryWorld({ chat }, { isStillWanted: () => !answered });
    await ask("a", { urgency: "page", threadKey: "1" });
    await ask("b", { urgency: "page", threadKey: "2" });
    await desk.deliver(AT_MS);
    await desk.deliver(AT_MS + 5_000);
    expect(chat.got.map(({ idempotencyKey }) => idempotencyKey)).toEqual(["a", "b", "a"]);
  });

  it("lets no news wait for a page that nobody wants any more", async () => {
    let answered = false;
    const chat = recorder({
      answer: ({ urgency }) =>
        urgency === "page" ? { kind: "failed", retryable: true, reason: "503" } : { kind: "sent" },
    });
    const { ask, desk } = await deliveryWorld({ chat }, { isStillWanted: () => !answered });
    await ask("a", { urgency: "page" });
    await desk.deliver(AT_MS);
    answered = true;
    await ask("b", { urgency: "info", text: "Acknowledged." });
    await desk.deliver(AT_MS + 1);
    expect(chat.got.map(({ idempotencyKey }) => idempotencyKey)).toEqual(["a", "b"]);
  });

  it("says when a message is to be tried again, and that one was given up", async () => {
    const heard: unknown[] = [];
    const outcomes: NotificationOutcome[] = [
      { kind: "failed", retryable: true, reason: "503" },
      { kind: "failed", retryable: true, reason: "503" },
      { kind: "sent" },
      { kind: "failed", retryable: false, reason: "400" },
    ];
    const chat = recorder({ answer: (_message, count) => outcomes[count - 1] ?? { kind: "sent" } });
    const { ask, desk } = await deliveryWorld({ chat }, { onFailed: async (...told) => void heard.push(told) });
    await ask("a", { urgency: "page" });
    for (const afterMs of [0, 5_000, 20_000]) await desk.deliver(AT_MS + afterMs);
    await ask("b");
    await desk.deliver(AT_MS + 20_000);
    expect(chat.got).toHaveLength(4);
    expect(heard).toEqual([
      ["a", { attempts: 1, notBeforeMs: AT_MS + 5_000 }],
      ["a", { attempts: 2, notBeforeMs: AT_MS + 20_000 }],
      ["b", undefined],
    ]);
  });

  it("gives up a page after four answers that leave it in doubt, also when other failures come between, or a crash", async () => {
    const doubt: NotificationOutcome = { kind: "failed", retryable: true, failure: "doubtful", reason: "a page" };
    const away: NotificationOutcome = { kind: "failed", retryable: true, failure: "unreachable", reason: "away" };
    const outcomes = [away, doubt, doubt, away, doubt, doubt];
    const chat = recorder({ answer: (_message, count) => outcomes[count - 1] ?? { kind: "sent" } });
    const first = await deliveryWorld({ chat });
    await first.ask("a", { urgency: "page" });
    for (const afterMs of [0, 2_000, 7_000]) await first.desk.deliver(AT_MS + afterMs);
    const { book, desk, store } = await first.again();
    for (const afterMs of [22_000, 82_000, 142_000]) await desk.deliver(AT_MS + afterMs);
    expect(chat.got).toHaveLength(6);
    expect(store.stored.filter(({ type }) => type === "delivery.failed").map(({ data }) => data)).toEqual([
      { id: "a", reason: "away", notBeforeMs: AT_MS + 2_000 },
      { id: "a", reason: "a page", doubtful: true, notBeforeMs: AT_MS + 7_000 },
      { id: "a", reason: "a page", doubtful: true, notBeforeMs: AT_MS + 22_000 },
      { id: "a", reason: "away", notBeforeMs: AT_MS + 82_000 },
      { id: "a", reason: "a page", doubtful: true, notBeforeMs: AT_MS + 142_000 },
      { id: "a", reason: "a page", doubtful: true },
    ]);
    expect(book.dead()).toMatchObject([{ id: "a", attempts: 6, lastReason: "a page" }]);
  });

  it("tells all the rest where nobody can be woken for what is to be tried again, and says that", async () => {
    const chat = recorder({
      answer: (_, count) => (count === 1 ? { kind: "failed", retryable: true, reason: "503" } : { kind: "sent" }),
    });
    const onFailed = () => Promise.reject(new Error("the timers are away"));
    const { ask, desk, types } = await deliveryWorld({ chat }, { onFailed });
    await ask("a", { threadKey: "1" });
    await ask("b", { threadKey: "2" });
    await expect(desk.deliver(AT_MS)).rejects.toThrow("the timers are away");
    expect(types()).toEqual(["requested", "requested", "failed", "sent"]);
    expect(await desk.deliver(AT_MS + 5_000)).toBe(1);
  });

  it("stores no action and no token, and makes actions as messages go", async () => {
    const chat = recorder();
    const actions = () => [{ kind: "resolve" as const, token: "tok-7" }];
    const { ask, desk, store } = await deliveryWorld({ chat }, { actions });
    await ask("a", { actions: [{ kind: "acknowledge", token: "tok-6" }] });
    await desk.deliver(AT_MS);
    expect(chat.got[0]?.actions).toEqual([{ kind: "resolve", token: "tok-7" }]);
    expect(JSON.stringify(store.stored)).not.toContain("tok-");
  });

  it("makes one message of a storm, holds back what is more, and sends every page", async () => {
    const chat = recorder();
    const { ask, desk, store } = await deliveryWorld({ chat }, { throttle: { messages: 3, perMs: 60_000 } });
    for (let index = 0; index < 10; index += 1) await ask(`n${index}`, { threadKey: `t${index}`, title: `T${index}` });
    expect(await desk.deliver(AT_MS)).toBe(1);
    expect(chat.got[0]).toMatchObject({
      title: "10 messages in one, as there were many: 10 tickets, 0 notes",
      idempotencyKey: "digest/n0",
    });
    for (let index = 0; index < 5; index += 1) await ask(`p${index}`, { urgency: "page", threadKey: `p${index}` });
    await ask("late", { threadKey: "late" });
    expect(await desk.deliver(AT_MS + 1)).toBe(5);
    expect(await desk.deliver(AT_MS + 60_000)).toBe(0);
    expect(await desk.deliver(AT_MS + 60_001)).toBe(1);
    expect(store.stored.find(({ stream }) => stream === "delivery/digest/n0")?.atMs).toBe(AT_MS);
  });

  it("sends a digest that failed again under its key, and tells nothing twice", async () => {
    const chat = recorder({
      answer: (_, count) => (count === 1 ? { kind: "failed", retryable: true, reason: "busy" } : { kind: "sent" }),
    });
    const { again, ask, desk } = await deliveryWorld({ chat }, { throttle: { messages: 1, perMs: 60_000 } });
    await ask("a", { threadKey: "1" });
    await ask("b", { threadKey: "2" });
    await desk.deliver(AT_MS);
    const after = await again();
    expect(await after.desk.deliver(AT_MS + 4_999)).toBe(0);
    expect(await after.desk.deliver(AT_MS + 5_000)).toBe(1);
    expect(chat.got.map(({ idempotencyKey }) => idempotencyKey)).toEqual(["digest/a", "digest/a"]);
  });

  it("collapses nothing that another process has told meanwhile", async () => {
    const store = memoryStore();
    const throttle = { messages: 1, perMs: 60_000 };
    const [chat, other] = [recorder(), recorder()];
    const here = await deliveryWorld({ chat }, { throttle, store });
    await here.ask("a", { threadKey: "1" });
    await here.ask("b", { threadKey: "2" });
    const there = await deliveryWorld({ chat: other }, { store });
    const { append } = store;
    let raced = false;
    store.append = async (writes) => {
      if (!raced) {
        raced = true;
        await append([
          {
            stream: "delivery/a",
            expectedVersion: 1,
            events: [{ id: "other", type: "delivery.sent", atMs: AT_MS, actor: "engine", data: { id: "a" } }],
          },
          { stream: "delivery/digest/a", expectedVersion: 0, events: [] },
        ]);
        return { ok: false, error: { code: "version-conflict", stream: "x", expectedVersion: 0, actualVersion: 1 } };
      }
      return append(writes);
    };
    expect(await here.desk.deliver(AT_MS)).toBe(0);
    expect(chat.got).toEqual([]);
    expect(await here.desk.deliver(AT_MS + 60_001)).toBe(1);
    expect(chat.got.map(({ idempotencyKey }) => idempotencyKey)).toEqual(["b"]);
    expect(there.book.due(AT_MS)).toHaveLength(2);
  });

  it("writes one receipt where another process was quicker", async () => {
    const store = memoryStore();
    const here = await deliveryWorld({ chat: recorder() }, { store });
    await here.ask("a");
    const chat = recorder({
      answer: async () => {
        await here.desk.deliver(AT_MS);
        return { kind: "sent" };
      },
    });
    const there = await deliveryWorld({ chat }, { store });
    expect(await there.desk.deliver(AT_MS)).toBe(1);
    expect(there.types()).toEqual(["requested", "sent"]);
  });

  it("tells a channel that tracks status nothing that later news has overtaken", async () => {
    let failing = true;
    const pager = recorder({
      tracksStatus: true,
      answer: ({ text }) =>
        failing && text === "Acknowledged." ? { kind: "failed", retryable: true, reason: "busy" } : { kind: "sent" },
    });
    const { ask, book, desk, types } = await deliveryWorld({ pager });
    await ask("a", { urgency: "info", text: "Acknowledged." }, "pager");
    await desk.deliver(AT_MS);
    await ask("b", { urgency: "page", text: "worse" }, "pager");
    await desk.deliver(AT_MS + 1);
    failing = false;
    expect(await desk.deliver(AT_MS + 5_000)).toBe(0);
    expect(texts(pager.got)).toEqual(["Acknowledged.", "worse"]);
    expect(types().at(-1)).toBe("overtaken");
    expect(book.known("a")).toBe(true);
  });

  it("tells of nothing in a thread whose page has just failed, and of other threads all the same", async () => {
    const chat = recorder({
      answer: ({ urgency }) =>
        urgency === "page" ? { kind: "failed", retryable: true, reason: "busy" } : { kind: "sent" },
    });
    const { ask, desk } = await deliveryWorld({ chat });
    await ask("a", { urgency: "page", text: "page" });
    await ask("b", { urgency: "info", text: "end" });
    await ask("c", { urgency: "page", text: "page 2" });
    await ask("d", { urgency: "info", text: "other", threadKey: "INC-002" });
    expect(await desk.deliver(AT_MS)).toBe(1);
    expect(texts(chat.got)).toEqual(["page", "page 2", "other"]);
  });

  it("tells the end of a thread whose page was given up", async () => {
    const chat = recorder({
      answer: ({ urgency }) =>
        urgency === "page" ? { kind: "failed", retryable: false, reason: "no" } : { kind: "sent" },
    });
    const { ask, book, desk } = await deliveryWorld({ chat });
    await ask("a", { urgency: "page", text: "page" });
    await ask("b", { urgency: "info", text: "end" });
    expect(await desk.deliver(AT_MS)).toBe(1);
    expect(texts(chat.got)).toEqual(["page", "end"]);
    expect(book.dead()).toMatchObject([{ id: "a", lastReason: "no" }]);
  });

  it("puts a page that is asked for meanwhile before what waits", async () => {
    const chat = recorder({
      answer: async ({ text }) => {
        if (text === "first") await made.ask("p", { urgency: "page", threadKey: "p", text: "page" });
        return { kind: "sent" };
      },
    });
    const made = await deliveryWorld({ chat });
    await made.ask("a", { threadKey: "1", text: "first" });
    await made.ask("b", { threadKey: "2", text: "second" });
    expect(await made.desk.deliver(AT_MS)).toBe(3);
    expect(texts(chat.got)).toEqual(["first", "page", "second"]);
  });
});

describe("a channel that hangs", () => {
  it("is given up at its deadline and tried again, and holds nobody up meanwhile", async () => {
    const pauses = manualPauses();
    const hanging = recorder({ answer: never });
    const quick = recorder();
    const { ask, book, desk } = await deliveryWorld({ hanging, quick }, { pause: pauses.pause });
    await ask("a", { urgency: "page" }, "hanging");
    await ask("b", { urgency: "page" }, "quick");
    const first = desk.deliver(AT_MS);
    await settled();
    pauses.end(2_000);
    expect(await first).toBe(1);
    await ask("c", { urgency: "page", threadKey: "c" }, "quick");
    const second = desk.deliver(AT_MS + 1);
    expect(await second).toBe(1);
    expect([hanging.got.length, quick.got.length]).toEqual([1, 2]);
    pauses.end(20_000);
    await settled();
    expect(book.get("a")).toMatchObject({
      attempts: 1,
      notBeforeMs: AT_MS + 2_001,
      lastReason: "the notifier hanging did not answer within 20000 ms",
    });
  });

  it("holds up no other contact of its own, and its lane takes up what came meanwhile", async () => {
    let free = (): void => undefined;
    const chat = recorder({
      answer: async ({ address }) => {
        if (address === "slow") await new Promise<void>((done) => (free = done));
        return { kind: "sent" };
      },
    });
    const { ask, desk } = await deliveryWorld({ chat }, { pause: manualPauses().pause });
    await ask("a", { address: "slow", threadKey: "1" });
    const first = desk.deliver(AT_MS);
    await settled();
    await ask("b", { address: "fast", threadKey: "2" }, "chat", AT_MS + 5);
    await ask("c", { address: "slow", threadKey: "3" }, "chat", AT_MS + 5);
    expect(await desk.deliver(AT_MS + 5)).toBe(1);
    free();
    await settled();
    free();
    expect(await first).toBe(2);
    expect(chat.got.map(({ address, threadKey }) => [address, threadKey])).toEqual([
      ["slow", "1"],
      ["fast", "2"],
      ["slow", "3"],
    ]);
  });

  it("is waited for as long as it takes where there is no clock", async () => {
    let free = (): void => undefined;
    const chat = recorder({ answer: () => new Promise((done) => (free = () => done({ kind: "sent" }))) });
    const { ask, desk } = await deliveryWorld({ chat });
    await ask("a");
    const waiting = desk.deliver(AT_MS);
    await settled();
    free();
    expect(await waiting).toBe(1);
  });

  it("is asked for eight contacts at a time, those with a page first", async () => {
    const chat = recorder({ answer: never });
    const { ask, desk } = await deliveryWorld({ chat }, { pause: manualPauses().pause });
    for (let index = 0; index < 10; index += 1) await ask(`n${index}`, { address: `calm${index}` });
    await ask("p", { address: "paged", urgency: "page" });
    void desk.deliver(AT_MS);
    await settled();
    expect(chat.got.map(({ address }) => address)).toEqual([
      "paged",
      ...Array.from({ length: 7 }, (_, index) => `calm${index}`),
    ]);
  });
});

describe("storage that fails", () => {
  it("is told, costs no other contact, and the message goes again under its key", async () => {
    const store = memoryStore();
    const chat = recorder();
    const { ask, desk } = await deliveryWorld({ chat }, { store });
    await ask("a", { address: "ana" });
    await ask("b", { address: "bob" });
    const { append } = store;
    let failures = 2;
    store.append = (writes) => (failures-- > 0 ? Promise.reject(new Error(`away ${failures}`)) : append(writes));
    await expect(desk.deliver(AT_MS)).rejects.toThrow("away 1");
    expect(await desk.deliver(AT_MS)).toBe(2);
    expect(chat.got.map(({ idempotencyKey }) => idempotencyKey)).toEqual(["a", "b", "a", "b"]);
  });
});

describe("an incident's event", () => {
  const { events } = incidentAfter(declareFromAlert());
  const declared = events.map((event, index) => ({
    ...event,
    data: JSON.parse(JSON.stringify(event.data)) as Json,
    id: `incident/INC-001@${index + 1}`,
    stream: "incident/INC-001",
    version: index + 1,
    position: index + 1,
  }));

  it("owes its message to whom the routes name by severity, once, with what channels need to know", async () => {
    const store = memoryStore();
    store.stored.push(...declared);
    const { book, desk } = await deliveryWorld({}, { store });
    const [first] = declared;
    if (first === undefined) throw new Error("the fixture declares nothing");
    await desk.react(first);
    await desk.react(first);
    const state = incidentAfter(declareFromAlert()).state;
    expect(book.due(first.atMs)).toMatchObject([
      {
        id: "incident/INC-001@1/chat",
        notification: {
          idempotencyKey: "incident/INC-001@1/chat",
          threadKey: state.id,
          status: "firing",
          severity: state.severity,
          service: state.service,
          atMs: first.atMs,
        },
      },
    ]);
  });
});
