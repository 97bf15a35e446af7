import type { Notification, NotificationOutcome, Notifier } from "@plimsoll/core";

import { ContractViolation } from "../contract-violation.js";

/** A message that a test expects: every member given must be equal, or match when it is a pattern. */
export type ExpectedNotification = {
  readonly [Key in "idempotencyKey" | "threadKey" | "urgency" | "title" | "text" | "url"]?: string | RegExp;
};

/** A notifier in a closed world: whatever was not expected is an error, at once and again in `assertDone`. */
export type FakeNotifier = Notifier & {
  /** Expects one more message; messages may come in any order. */
  expect(expected: ExpectedNotification, outcome?: NotificationOutcome): void;
  /** The messages that were expected and came, oldest first. */
  readonly sent: readonly Notification[];
  /** Throws when a message came that was not expected, or one did not come that was. */
  assertDone(): void;
};

/** Makes a notifier that expects nothing yet. */
export function createFakeNotifier(): FakeNotifier {
  const open: { readonly expected: ExpectedNotification; readonly outcome: NotificationOutcome }[] = [];
  const sent: Notification[] = [];
  const unexpected: Notification[] = [];

  return {
    sent,
    expect: (expected, outcome = { kind: "sent" }) => void open.push({ expected, outcome }),
    async send(notification) {
      const index = open.findIndex(({ expected }) => fits(expected, notification));
      const found = open[index];
      if (found === undefined) {
        unexpected.push(notification);
        throw new ContractViolation(
          `Nobody expected this message: ${JSON.stringify(notification)}. ${stillExpected()}`,
        );
      }
      open.splice(index, 1);
      sent.push(notification);
      return found.outcome;
    },
    assertDone() {
      if (unexpected.length > 0) {
        throw new ContractViolation(
          `Messages came that nobody expected: ${JSON.stringify(unexpected)}. ${stillExpected()}`,
        );
      }
      if (open.length > 0) throw new ContractViolation(stillExpected());
    },
  };

  function stillExpected(): string {
    const list = open.map(({ expected }) => describeExpected(expected)).join("; ");
    return list === "" ? "No message is expected any more." : `Still expected: ${list}.`;
  }
}

function fits(expected: ExpectedNotification, notification: Notification): boolean {
  return Object.entries(expected).every(([key, wanted]) => {
    const found = notification[key as keyof ExpectedNotification] ?? "";
    return typeof wanted === "string" ? found === wanted : wanted.test(found);
  });
}

function describeExpected(expected: ExpectedNotification): string {
  return Object.entries(expected)
    .map(([key, wanted]) => `${key} ${typeof wanted === "string" ? JSON.stringify(wanted) : String(wanted)}`)
    .join(", ");
}
