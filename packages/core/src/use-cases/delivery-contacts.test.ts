import { describe, expect, it } from "vitest";
import { AT_MS, message } from "./delivery.fixture.js";
import { createDeliveryContacts, LONGEST_THROTTLE_MS, type Told } from "./delivery-contacts.js";

const told = (order: number, different: Partial<Told> = {}): Told => ({
  contact: "chat\n",
  order,
  notification: message({ text: `text ${order}` }),
  atMs: AT_MS + order,
  edited: false,
  ...different,
});

describe("what a contact heard", () => {
  it("is counted after an instant, per contact, edits left out", () => {
    const contacts = createDeliveryContacts();
    expect(contacts.heardSince("chat\n", 0)).toBe(0);
    for (const order of [1, 2, 3]) contacts.tell(told(order));
    contacts.tell(told(4, { edited: true }));
    contacts.tell(told(5, { contact: "chat\nana" }));
    expect(contacts.heardSince("chat\n", AT_MS)).toBe(3);
    expect(contacts.heardSince("chat\n", AT_MS + 1)).toBe(2);
    expect(contacts.heardSince("chat\nana", AT_MS)).toBe(1);
  });

  it("is forgotten after an hour", () => {
    const contacts = createDeliveryContacts();
    contacts.tell(told(1, { atMs: AT_MS }));
    contacts.tell(told(2, { atMs: AT_MS + LONGEST_THROTTLE_MS - 1 }));
    expect(contacts.heardSince("chat\n", 0)).toBe(2);
    contacts.tell(told(3, { atMs: AT_MS + LONGEST_THROTTLE_MS }));
    expect(contacts.heardSince("chat\n", 0)).toBe(2);
    contacts.tell(told(4, { atMs: AT_MS + 3 * LONGEST_THROTTLE_MS }));
    expect(contacts.heardSince("chat\n", 0)).toBe(1);
  });

  it("is remembered by service, from the last time", () => {
    const contacts = createDeliveryContacts();
    expect(contacts.serviceToldMs("chat\n", "payments")).toBeUndefined();
    contacts.tell(told(1, { notification: message({ service: "payments" }) }));
    contacts.tell(told(2, { notification: message({ service: "payments" }) }));
    expect(contacts.serviceToldMs("chat\n", "payments")).toBe(AT_MS + 2);
    expect(contacts.serviceToldMs("chat\nana", "payments")).toBeUndefined();
    expect(contacts.serviceToldMs("chat\n", "checkout")).toBeUndefined();
  });
});

describe("a thread", () => {
  it("is its newest message, with what edits added to it", () => {
    const contacts = createDeliveryContacts();
    contacts.tell(told(1, { messageId: "m1" }));
    expect(contacts.thread("chat\n", "INC-001")).toEqual({ order: 1, messageId: "m1", text: "text 1", added: [] });
    contacts.tell(told(2, { messageId: "m1", edited: true }));
    contacts.tell(told(3, { messageId: "m1", edited: true }));
    expect(contacts.thread("chat\n", "INC-001")).toEqual({
      order: 3,
      messageId: "m1",
      text: "text 1",
      added: ["text 2", "text 3"],
    });
    contacts.tell(told(4));
    expect(contacts.thread("chat\n", "INC-001")).toEqual({ order: 4, text: "text 4", added: [] });
    expect(contacts.thread("chat\n", "INC-002")).toBeUndefined();
  });

  it("keeps the last eight lines that were added", () => {
    const contacts = createDeliveryContacts();
    contacts.tell(told(1));
    for (let order = 2; order <= 11; order += 1) contacts.tell(told(order, { edited: true }));
    expect(contacts.thread("chat\n", "INC-001")?.added).toEqual(
      Array.from({ length: 8 }, (_, index) => `text ${index + 4}`),
    );
  });

  it("begins with an edit of a message that is no longer known", () => {
    const contacts = createDeliveryContacts();
    contacts.tell(told(1, { messageId: "m1", edited: true }));
    expect(contacts.thread("chat\n", "INC-001")).toEqual({ order: 1, messageId: "m1", text: "text 1", added: [] });
  });

  it("ends when it is resolved, and is not set back by what comes late", () => {
    const contacts = createDeliveryContacts();
    contacts.tell(told(3, { messageId: "m3" }));
    contacts.tell(told(2, { messageId: "m2" }));
    contacts.tell(told(1, { notification: message({ status: "resolved" }) }));
    expect(contacts.thread("chat\n", "INC-001")).toMatchObject({ order: 3, messageId: "m3" });
    contacts.tell(told(4, { notification: message({ status: "resolved" }) }));
    expect(contacts.thread("chat\n", "INC-001")).toBeUndefined();
  });
});
