import { describe, expect, it } from "vitest";

import { clockContract } from "../contracts/clock-contract.js";
import { idSourceContract } from "../contracts/id-source-contract.js";
import { describeContract } from "../port-contract.js";
import { createFakeNotifier } from "./fake-notifier.js";
import { createManualClock } from "./manual-clock.js";
import { createSequentialIdSource } from "./sequential-id-source.js";

const MESSAGE = {
  idempotencyKey: "k",
  threadKey: "t",
  urgency: "page",
  title: "payments",
  text: "burns",
  fields: [],
} as const;

describeContract({ describe, it }, clockContract, () => {
  const clock = createManualClock("2026-01-31T12:00:00Z");
  return {
    clock,
    advance: async (ms) => clock.advance(ms),
    turnBack: async (ms) => expect(() => clock.advance(-ms)).toThrow(),
  };
});

describeContract({ describe, it }, idSourceContract, () => ({
  ids: createSequentialIdSource(),
  advance: async () => undefined,
}));

describe("a manual clock", () => {
  it("stands where it was set, read with any offset", () => {
    const clock = createManualClock("2026-01-31T12:00:00+01:00");
    clock.set("2026-01-31T13:00:00+01:00");
    expect(clock.now().toISO()).toBe("2026-01-31T12:00:00.000Z");
  });

  it("refuses to go back, and says from where to where", () => {
    const clock = createManualClock("2026-01-31T12:00:00Z");
    expect(() => clock.set("2026-01-31T11:59:59Z")).toThrow(/never runs backwards.*12:00:00.*11:59:59/u);
  });

  it("refuses what is not an instant", () => {
    expect(() => createManualClock("yesterday")).toThrow(/ISO 8601/u);
  });
});

describe("a fake notifier", () => {
  it("takes what was expected, with the outcome that was chosen", async () => {
    const notifier = createFakeNotifier();
    const outcome = { kind: "failed", retryable: true, reason: "busy" } as const;
    notifier.expect({ title: /pay/u, urgency: "page" }, outcome);
    expect(await notifier.send(MESSAGE)).toEqual(outcome);
    expect(notifier.sent).toEqual([MESSAGE]);
    notifier.assertDone();
  });

  it("fails at once on a message that nobody expected, and again at the end", async () => {
    const notifier = createFakeNotifier();
    await expect(notifier.send(MESSAGE)).rejects.toThrow(/Nobody expected.*payments/u);
    expect(() => notifier.assertDone()).toThrow(/nobody expected/u);
  });

  it("fails on a second copy of a message that was expected once", async () => {
    const notifier = createFakeNotifier();
    notifier.expect({ title: "payments" });
    await notifier.send(MESSAGE);
    await expect(notifier.send(MESSAGE)).rejects.toThrow(/Nobody expected/u);
  });

  it("fails at the end when a message did not come", () => {
    const notifier = createFakeNotifier();
    notifier.expect({ title: "payments" });
    expect(() => notifier.assertDone()).toThrow(/Still expected.*payments/u);
  });
});
