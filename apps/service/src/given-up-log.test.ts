import type { Plimsoll } from "@plimsoll/core";
import { expect, it } from "vitest";
import { logGivenUp } from "./given-up-log.js";

type GivenUp = Parameters<Parameters<Plimsoll["onGivenUp"]>[0]>[0];

it("says which notifier gave up a message about what and why, and neither its text nor whom it was for", () => {
  const lines: unknown[] = [];
  let tell: (delivery: GivenUp) => void = () => undefined;
  const engine: Pick<Plimsoll, "onGivenUp"> = {
    onGivenUp(listener) {
      tell = listener;
      return () => void (tell = () => undefined);
    },
  };
  const stop = logGivenUp(engine, { error: (...line: unknown[]) => void lines.push(line) });
  const delivery: GivenUp = {
    id: "page/INC-001/1/1/1/ann/sms:+49",
    notifier: "sms",
    notification: {
      idempotencyKey: "page/INC-001/1/1/1/ann/sms:+49",
      threadKey: "INC-001",
      urgency: "page",
      title: "INC-001 SEV1: it burns",
      text: "the words of the page",
      fields: [],
      address: "+49",
    },
    requestedAtMs: 0,
    order: 1,
    status: "dead",
    attempts: 1,
    lastReason: "the provider answered 403",
    givenUpAtMs: 5,
  };
  tell(delivery);
  expect(lines).toEqual([
    [
      {
        task: "deliver",
        notifier: "sms",
        about: "INC-001",
        urgency: "page",
        attempts: 1,
        reason: "the provider answered 403",
      },
      "a message was given up; see what was given up, mend its notifier or contact, and have it tried once more",
    ],
  ]);
  stop();
  tell(delivery);
  expect(lines).toHaveLength(1);
});
