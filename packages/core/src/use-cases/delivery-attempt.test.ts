import { describe, expect, it } from "vitest";
import type { NotificationOutcome } from "../ports/notifier.js";
import { manualPauses, recorder, settled, waiting } from "./delivery.fixture.js";
import { attemptDelivery } from "./delivery-attempt.js";

const SEND = { kind: "send" } as const;
const EDIT = { kind: "edit", messageId: "m1", text: "burns\nResolved." } as const;
const never = () => new Promise<NotificationOutcome>(() => undefined);

describe("an attempt", () => {
  it("hands the message over and answers what came of it", async () => {
    const chat = recorder({ answer: () => ({ kind: "sent", messageId: "m7" }) });
    expect(await attemptDelivery(chat, waiting(1), { mode: SEND, deadlineMs: 9 })).toEqual({
      outcome: { kind: "sent", messageId: "m7" },
      edited: false,
    });
    expect(chat.got).toEqual([waiting(1).notification]);
  });

  it("fails for good where the notifier is gone", async () => {
    const reason = "there is no notifier named chat any more";
    const failed = { kind: "failed", retryable: false, reason };
    expect(await attemptDelivery(undefined, waiting(1), { mode: SEND, deadlineMs: 9 })).toEqual({
      outcome: failed,
      edited: false,
    });
    expect(await attemptDelivery(undefined, waiting(1), { mode: EDIT, deadlineMs: 9 })).toEqual({
      outcome: failed,
      edited: false,
    });
  });

  it("repeats nothing of what a notifier throws, at once or later", async () => {
    const failed = { kind: "failed", retryable: true, reason: "the notifier chat threw an error" };
    const late = { send: () => Promise.reject(new Error("token xoxb-1")) };
    const atOnce = {
      send: (): never => {
        throw new Error("token xoxb-1");
      },
    };
    for (const notifier of [late, atOnce])
      expect((await attemptDelivery(notifier, waiting(1), { mode: SEND, deadlineMs: 9 })).outcome).toEqual(failed);
  });

  it("ends at its deadline, and whatever comes later is not looked at", async () => {
    const pauses = manualPauses();
    const attempt = attemptDelivery({ send: never }, waiting(1), {
      mode: SEND,
      deadlineMs: 20_000,
      pause: pauses.pause,
    });
    await settled();
    pauses.end(20_000);
    expect((await attempt).outcome).toEqual({
      kind: "failed",
      retryable: true,
      failure: "unreachable",
      reason: "the notifier chat did not answer within 20000 ms",
    });
  });

  it("has time until its deadline", async () => {
    const { pause } = manualPauses();
    const made = await attemptDelivery(recorder(), waiting(1), { mode: SEND, deadlineMs: 9, pause });
    expect(made.outcome).toEqual({ kind: "sent" });
  });
});

describe("an edit", () => {
  it("changes the message, and says what it is to say", async () => {
    const chat = recorder({ edit: (messageId) => ({ kind: "sent", messageId }) });
    expect(await attemptDelivery(chat, waiting(1), { mode: EDIT, deadlineMs: 9 })).toEqual({
      outcome: { kind: "sent", messageId: "m1" },
      edited: true,
    });
    expect(chat.got).toEqual([{ ...waiting(1).notification, text: "burns\nResolved.", editOf: "m1" }]);
  });

  it("that is refused for good is sent anew, in its own words", async () => {
    const chat = recorder({ edit: () => ({ kind: "failed", retryable: false, reason: "gone" }) });
    expect(await attemptDelivery(chat, waiting(1), { mode: EDIT, deadlineMs: 9 })).toEqual({
      outcome: { kind: "sent" },
      edited: false,
    });
    expect(chat.got.map(({ editOf, text }) => [editOf, text])).toEqual([
      ["m1", "burns\nResolved."],
      [undefined, "6.2x over 6 h against 6x"],
    ]);
  });

  it("that failed is tried again as an edit", async () => {
    const failed = { kind: "failed", retryable: true, reason: "busy" } as const;
    const chat = recorder({ edit: () => failed });
    expect(await attemptDelivery(chat, waiting(1), { mode: EDIT, deadlineMs: 9 })).toEqual({
      outcome: failed,
      edited: true,
    });
    expect(chat.got).toHaveLength(1);
  });
});

describe("actions", () => {
  const made = [{ kind: "acknowledge", token: "tok" }] as const;

  it("are made for the message as it goes", async () => {
    const chat = recorder();
    const asked: unknown[] = [];
    const actions = async (delivery: object) => (asked.push(delivery), made);
    await attemptDelivery(chat, waiting(1), { mode: SEND, deadlineMs: 9, actions });
    expect(chat.got).toEqual([{ ...waiting(1).notification, actions: made }]);
    expect(asked).toEqual([waiting(1)]);
  });

  it("hold no message up: without them it goes all the same", async () => {
    const chat = recorder();
    const broken = () => Promise.reject(new Error("no key"));
    await attemptDelivery(chat, waiting(1), { mode: SEND, deadlineMs: 9, actions: broken });
    await attemptDelivery(chat, waiting(1), { mode: SEND, deadlineMs: 9, actions: () => [] });
    expect(chat.got).toEqual([waiting(1).notification, waiting(1).notification]);
    expect(chat.got[1]).not.toHaveProperty("actions");
  });
});
