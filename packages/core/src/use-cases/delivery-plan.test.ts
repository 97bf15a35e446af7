import { describe, expect, it } from "vitest";
import { AT_MS, waiting } from "./delivery.fixture.js";
import { createDeliveryContacts, type Told } from "./delivery-contacts.js";
import type { WaitingDelivery } from "./delivery-owed.js";
import { capabilitiesOf, DEFAULT_THROTTLE, deliveryMode, planDeliveries } from "./delivery-plan.js";

const PLAIN = { tracksStatus: false, edits: false };
const EDITS = { tracksStatus: false, edits: true };
const TRACKS = { tracksStatus: true, edits: false };
const THREE_A_MINUTE = { messages: 3, perMs: 60_000 };

function bookOf(owed: readonly WaitingDelivery[], told: readonly Partial<Told>[] = []) {
  const contacts = createDeliveryContacts();
  for (const one of told)
    contacts.tell({
      contact: "chat\n",
      order: 0,
      notification: waiting(0).notification,
      atMs: AT_MS,
      edited: false,
      ...one,
    });
  return { contacts, owedTo: () => owed };
}

function plan(book: ReturnType<typeof bookOf>, capabilities = PLAIN, throttle = THREE_A_MINUTE): string {
  const made = planDeliveries(book, { contact: "chat\n", nowMs: AT_MS, throttle, capabilities });
  return `${made.kind} ${made.deliveries.map(({ id }) => id).join(" ")}`.trim();
}

const note = (order: number, different: Parameters<typeof waiting>[1] = {}) =>
  waiting(order, { threadKey: `t${order}`, urgency: "info", ...different });
const page = (order: number) => note(order, { urgency: "page" });

describe("a plan", () => {
  it("tells what is due, and nothing else", () => {
    const later = { ...note(2), notBeforeMs: AT_MS + 1 };
    expect(plan(bookOf([note(1), later, { ...note(3), notBeforeMs: AT_MS }]))).toBe("tell d1 d3");
    expect(plan(bookOf([]))).toBe("tell");
  });

  it("tells all that there is room for, and makes one message of what is more", () => {
    expect(plan(bookOf([note(1), note(2), note(3)]))).toBe("tell d1 d2 d3");
    expect(plan(bookOf([note(1), note(2), note(3), note(4)]))).toBe("collapse d1 d2 d3 d4");
  });

  it("counts what was heard within the interval, and holds the rest back until there is room", () => {
    const heard = (agoMs: number) => ({ atMs: AT_MS - agoMs });
    const owed = [note(1), note(2)];
    expect(plan(bookOf(owed, [heard(60_000)]))).toBe("tell d1 d2");
    expect(plan(bookOf(owed, [heard(59_999)]))).toBe("tell d1 d2");
    expect(plan(bookOf(owed, [heard(59_999), heard(1)]))).toBe("collapse d1 d2");
    expect(plan(bookOf(owed, [heard(59_999), heard(2), heard(1)]))).toBe("tell");
    expect(plan(bookOf(owed, [heard(3), heard(2), heard(1), heard(0)]))).toBe("tell");
  });

  it("always tells every page, and leaves less room for the rest", () => {
    const pages = Array.from({ length: 30 }, (_, index) => page(index + 1));
    const ids = pages.map(({ id }) => id).join(" ");
    expect(plan(bookOf(pages))).toBe(`tell ${ids}`);
    expect(plan(bookOf([...pages, note(31)]))).toBe(`tell ${ids}`);
    expect(plan(bookOf([page(1), page(2), note(3)]))).toBe("tell d1 d2 d3");
    expect(plan(bookOf([page(1), page(2), note(3), note(4)]))).toBe("collapse d3 d4");
    expect(plan(bookOf([page(1), page(2), page(3), note(4), note(5)]))).toBe("tell d1 d2 d3");
  });

  it("makes no digest of digests, and tells them as there is room", () => {
    const digest = (order: number) => ({ ...note(order), collapses: ["x"] });
    const owed = [digest(1), digest(2), note(3)];
    const heard = [{ atMs: AT_MS }, { atMs: AT_MS }];
    expect(plan(bookOf(owed, heard))).toBe("tell d1");
    expect(plan(bookOf([...owed, note(4)], heard))).toBe("collapse d3 d4");
  });

  it("holds back neither edits nor what a channel tracks", () => {
    const heard = [1, 2, 3].map(() => ({
      atMs: AT_MS,
      messageId: "m",
      notification: note(0, { threadKey: "t1" }).notification,
    }));
    const owed = [note(1), note(2)];
    expect(plan(bookOf(owed, heard), EDITS)).toBe("tell d1");
    expect(plan(bookOf(owed, heard), TRACKS)).toBe("tell d1 d2");
    expect(plan(bookOf(owed, heard))).toBe("tell");
  });

  it("lets nobody hear of a thread's end before a page of it that waits, and all else go on", () => {
    const backedOff = { ...waiting(2, { threadKey: "t", urgency: "page" }), notBeforeMs: AT_MS + 1 };
    const again = { ...waiting(5, { threadKey: "t", urgency: "page" }), notBeforeMs: AT_MS + 1 };
    const before = waiting(1, { threadKey: "t", urgency: "info" });
    const end = waiting(3, { threadKey: "t", urgency: "info" });
    const nextPage = waiting(4, { threadKey: "t", urgency: "page" });
    expect(plan(bookOf([before, backedOff, end, nextPage, again]))).toBe("tell d1 d4");
    expect(plan(bookOf([before, again, backedOff, end, nextPage]))).toBe("tell d1 d4");
    expect(plan(bookOf([{ ...backedOff, notBeforeMs: AT_MS }, end]))).toBe("tell d2 d3");
    expect(
      plan(
        bookOf([
          { ...end, order: 2, notBeforeMs: AT_MS + 1 },
          { ...end, id: "other", order: 3 },
        ]),
      ),
    ).toBe("tell other");
  });

  it("tells first of the service that was told of longest ago", () => {
    const told = [{ notification: waiting(0, { service: "a" }).notification }];
    expect(plan(bookOf([note(1, { service: "a" }), note(2, { service: "b" })], told))).toBe("tell d2 d1");
  });

  it("lets a contact hear twenty messages a minute by default", () => {
    expect(DEFAULT_THROTTLE).toEqual({ messages: 20, perMs: 60_000 });
  });
});

describe("how a delivery is told", () => {
  const thread = { order: 5, messageId: "m5", notification: waiting(5, { text: "burns" }).notification };
  const mode = (delivery: WaitingDelivery, told: readonly Partial<Told>[], capabilities = EDITS) =>
    deliveryMode(bookOf([], told), delivery, capabilities);

  it("is anew where there is nothing to edit, or nothing that edits", () => {
    expect(mode(waiting(6, { urgency: "info" }), [])).toEqual({ kind: "send" });
    expect(mode(waiting(6, { urgency: "info", threadKey: "INC-002" }), [thread])).toEqual({ kind: "send" });
    expect(mode(waiting(6, { urgency: "info", address: "ana" }), [thread])).toEqual({ kind: "send" });
    expect(mode(waiting(6, { urgency: "info" }), [thread], PLAIN)).toEqual({ kind: "send" });
    expect(mode(waiting(6, { urgency: "info" }), [{ order: 5 }])).toEqual({ kind: "send" });
  });

  it("is an edit that keeps what the message said, where nobody need be disturbed", () => {
    const added = {
      ...thread,
      order: 6,
      edited: true,
      notification: waiting(6, { text: "Acknowledged." }).notification,
    };
    expect(mode(waiting(7, { urgency: "info", text: "Resolved." }), [thread, added])).toEqual({
      kind: "edit",
      messageId: "m5",
      text: "burns\nAcknowledged.\nResolved.",
    });
  });

  it("is anew for what has to be heard", () => {
    expect(mode(waiting(6, { urgency: "ticket" }), [thread])).toEqual({ kind: "send" });
    expect(mode(waiting(6, { urgency: "page" }), [thread])).toEqual({ kind: "send" });
  });

  it("is anew for what comes late, and not at all where later news would be undone; a page is always told", () => {
    expect(mode(waiting(4, { urgency: "info" }), [thread])).toEqual({ kind: "send" });
    expect(mode(waiting(4, { urgency: "info" }), [thread], TRACKS)).toEqual({ kind: "overtaken" });
    expect(mode(waiting(4, { urgency: "page" }), [thread], TRACKS)).toEqual({ kind: "send" });
    expect(mode(waiting(5, { urgency: "info" }), [thread], TRACKS)).toEqual({ kind: "send" });
  });

  it("depends on what the notifier can do", () => {
    const send = async () => ({ kind: "sent" as const });
    expect(capabilitiesOf(undefined)).toEqual({ tracksStatus: false, edits: false });
    expect(capabilitiesOf({ send })).toEqual({ tracksStatus: false, edits: false });
    expect(capabilitiesOf({ send, update: send, tracksStatus: true })).toEqual({ tracksStatus: true, edits: true });
  });
});
