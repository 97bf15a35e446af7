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

it("says how it stands, and writes no token of an action", async () => {
  const written: string[] = [];
  const actions = [{ kind: "resolve", token: "tok-1", url: "https://plimsoll.example/act#tok-1" } as const];
  const message = {
    ...PAGE,
    status: "resolved",
    severity: "SEV2",
    atMs: Date.UTC(2026, 10, 21, 3, 5),
    actions,
  } as const;
  await createConsoleNotifier({}, (text) => written.push(text)).send(message);
  expect(written.join("")).toContain("\n  resolved, SEV2, 2026-11-21 03:05 UTC\n");
  expect(written.join("")).not.toContain("tok-1");
});

it("turns no text around, and says no time that is none", async () => {
  const written: string[] = [];
  await createConsoleNotifier({}, (text) => written.push(text)).send({
    ...PAGE,
    title: "a\u202etxt.exe",
    atMs: Number.NaN,
  });
  expect(written.join("").split("\n")[0]).toBe("[PAGE] atxt.exe");
  expect(written.join("")).not.toContain("UTC");
});
