import { expect, it } from "vitest";
import { createConsoleNotifier } from "./console.js";
import { PAGE } from "./testing/notification-sample.js";

it("writes urgency, title, text, fields and link", async () => {
  const written: string[] = [];
  expect(await createConsoleNotifier({}, (text) => written.push(text)).send(PAGE)).toEqual({ kind: "sent" });
  expect(written).toEqual([
    "[PAGE] payments-availability pages\n  6.2x over 6 h against 6x\n  budget left: 41 %\n  https://plimsoll.example/incidents/7?tab=a&b=c\n",
  ]);
});

it("lets no message move the cursor or forge a line of its own", async () => {
  const written: string[] = [];
  await createConsoleNotifier({}, (text) => written.push(text)).send({
    ...PAGE,
    title: "a\n[INFO] b\u001b[2J",
    text: "c\r\nd\u0007",
    fields: [],
    urgency: "ticket",
  });
  expect(written.join("").split("\n").slice(0, 3)).toEqual(["[TICKET] a [INFO] b[2J", "  c", "  d"]);
});

it("says that a console which cannot be written to may be tried again", async () => {
  const notifier = createConsoleNotifier({}, () => {
    throw new Error("EPIPE");
  });
  expect(await notifier.send(PAGE)).toEqual({
    kind: "failed",
    retryable: true,
    reason: "the console cannot be written to",
  });
});
