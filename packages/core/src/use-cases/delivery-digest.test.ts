import { describe, expect, it } from "vitest";
import { AT_MS, waiting } from "./delivery.fixture.js";
import { deliveryDigest } from "./delivery-digest.js";

describe("a digest", () => {
  it("names each message that it tells in one, with its time, and is itself no page", () => {
    const digest = deliveryDigest([
      waiting(1, { title: "INC-001", text: "burns\nand more", atMs: AT_MS }),
      waiting(2, { title: "INC-002", text: "", urgency: "info" }),
      waiting(3, { title: "", text: "alone", urgency: "info" }),
    ]);
    expect(digest).toEqual({
      id: "digest/d1",
      notifier: "chat",
      collapses: ["d1", "d2", "d3"],
      notification: {
        idempotencyKey: "digest/d1",
        threadKey: "digest/d1",
        urgency: "ticket",
        title: "3 messages in one, as there were many: 1 ticket, 2 notes",
        text: "03:00 UTC INC-001: burns\nINC-002\nalone",
        fields: [],
      },
    });
  });

  it("is no more urgent than what it tells, and goes to the same contact", () => {
    const note = { urgency: "info", address: "ana@example.org" } as const;
    const { notification } = deliveryDigest([waiting(1, note), waiting(2, note)]);
    expect(notification).toMatchObject({ urgency: "info", address: "ana@example.org" });
    expect(notification.title).toBe("2 messages in one, as there were many: 0 tickets, 2 notes");
  });

  it("leads to a page only when all it tells leads there", () => {
    const at = (url: string) => waiting(1, { url });
    expect(deliveryDigest([at("https://a/"), at("https://a/")]).notification.url).toBe("https://a/");
    expect(deliveryDigest([at("https://a/"), at("https://b/")]).notification.url).toBeUndefined();
    expect(deliveryDigest([waiting(1), waiting(2)]).notification).not.toHaveProperty("url");
  });

  it("shows forty lines of 160 characters, says how many more there are, and forgets the id of none", () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) => waiting(index + 2, { title: `m${index}`, text: "" }));
    const digest = deliveryDigest([waiting(1, { title: "x".repeat(160), text: "" }), ...many(39)]);
    expect(digest.notification.text.split("\n")).toHaveLength(40);
    expect(digest.notification.text.split("\n")[0]).toBe("x".repeat(160));
    const longer = deliveryDigest([waiting(1, { title: "x".repeat(161), text: "" }), ...many(41)]);
    expect(longer.notification.text.split("\n")[0]).toBe(`${"x".repeat(159)}…`);
    expect(longer.notification.text.split("\n").slice(39)).toEqual(["m38", "and 2 more"]);
    expect(longer.collapses).toHaveLength(42);
  });
});
