import type { NotificationFailure } from "@plimsoll/core";

import { ensure, ensureEqual } from "../expectation.js";
import type { ContractCase, PortContract } from "../port-contract.js";
import { notifierEditCases } from "./notifier-edit-cases.js";
import {
  ACTIONABLE,
  ensureDoubted,
  ensureFailed,
  everythingSaid,
  MESSAGE,
  needsProvider,
  send,
  type NotifierHarness,
  type ProviderBehaviour,
} from "./notifier-harness.js";

const RETRYABLE_STATUSES = [429, 500, 502, 503, 504, 529] as const;
const FINAL_STATUSES = [400, 401, 403, 404, 405, 410, 413, 422] as const;
const REDIRECTS = [301, 302, 307, 308] as const;

/** Every status by which a server says that it did not do what it was asked; RFC 9110 has no others. */
const FAILED_STATUSES = Array.from({ length: 300 }, (_, index) => 300 + index);
/** Of those below 500, the ones that mean: later. Request Timeout, Too Early, Too Many Requests. */
const LATER_STATUSES: ReadonlySet<number> = new Set([408, 425, 429]);
/** Of a proxy on the way and never of the provider; `fetch` makes a network error of it, so an adapter may not see it. */
const PROXY_STATUS = 407;

/** By what a provider does, what a notifier says of it where it says why. */
const FAILURES: readonly (readonly [ProviderBehaviour, NotificationFailure])[] = [
  [{ kind: "status", status: 429, body: "slow down" }, "rate-limited"],
  [{ kind: "status", status: 503, body: "later" }, "unavailable"],
  [{ kind: "status", status: 404, body: "no" }, "refused"],
  [{ kind: "hang" }, "unreachable"],
];

// Nothing, pages for people, cut off, of other types, not text, very much.
const NONSENSE = [
  "",
  "<html>welcome {",
  "{",
  "null",
  "[]",
  "7",
  '{"ok":"perhaps"}',
  '{"ok":true,"ts":7,"channel":{},"result":[]}',
  "\u0000\ufffd",
  "x".repeat(200_000),
] as const;

// What people and machines write: nothing at all, markup of several channels, half of an emoji, very much, control characters.
const UNUSUAL_TEXTS = [
  "",
  "<b>*_~`[x](y)&amp;</b> ${x} %s {{y}}",
  "\ud83d",
  "x".repeat(20_000),
  "a\u0000b\u001b[31mc\r\n",
  "a\r\nBcc: everyone@example.net\r\n\r\n.\r\nQUIT",
] as const;

// What stands between answers: nothing, a page to sign in, and what a connection leaves of a success when it is cut off.
const NOT_ITS_OWN = [
  " ",
  "<!doctype html><title>Sign in</title>",
  '{"ok":true,"chan',
  '{"ok":true,"result":{"mess',
  '{"status":"succ',
  "o",
  "true",
  "{}",
  '{"ok":false}',
  '{"status":"perhaps"}',
] as const;

const WORDS = { refuse: "a refused connection", drop: "a connection that breaks off", hang: "a timeout" } as const;

/** The promises of a `Notifier`. */
export const notifierContract: PortContract<NotifierHarness> = {
  port: "Notifier",
  cases: [
    {
      name: "says sent when the message was taken",
      async run(harness) {
        const outcome = await send(harness, MESSAGE);
        ensureEqual(outcome.kind, "sent", "outcome");
        ensure(outcome.kind !== "sent" || outcome.messageId !== "", "the id of the message is empty");
      },
    },
    {
      name: "brings title, text and fields to the reader",
      async run(harness) {
        await send(harness, MESSAGE);
        const said = harness.received().join("\n");
        const parts = [MESSAGE.title, MESSAGE.text, ...MESSAGE.fields.flatMap(({ name, value }) => [name, value])];
        for (const part of parts) ensure(said.includes(part), `"${part}" is not in what was received: ${said}`);
      },
    },
    {
      name: "tells what is over from what goes on",
      async run(harness) {
        await send(harness, MESSAGE);
        await send(harness, { ...MESSAGE, status: "resolved" });
        const [firing, over] = harness.received();
        ensure(firing !== undefined && over !== undefined && firing !== over, "both messages read the same");
      },
    },
    {
      name: "brings a message to the address that it names",
      cannotRun: ({ address }) => (address === undefined ? "this channel has one reader only" : undefined),
      async run(harness) {
        const address = harness.address ?? "";
        await send(harness, { ...MESSAGE, address });
        const said = harness.received().join("\n");
        ensure(said.includes(address), `the address ${address} is not in what was received: ${said}`);
      },
    },
    {
      name: "brings the tokens of actions to the reader, and none that is no token",
      cannotRun: ({ carriesActions }) => (carriesActions === true ? undefined : "nobody can act from this channel"),
      async run(harness) {
        const wrong = ["", "tok bad", "tok\nbad", `tok-long${"x".repeat(60)}`, "tok<bad>"];
        const bad = wrong.map((token) => ({ kind: "resolve" as const, token }));
        const outcome = await send(harness, { ...ACTIONABLE, actions: [...(ACTIONABLE.actions ?? []), ...bad] });
        ensureEqual(outcome.kind, "sent", "outcome");
        const said = harness.received().join("\n");
        for (const { token } of ACTIONABLE.actions ?? [])
          ensure(said.includes(token), `the token ${token} is not in what was received: ${said}`);
        for (const token of wrong.slice(1)) ensure(!said.includes(token), `what is no token was sent: ${said}`);
      },
    },
    {
      name: "carries the idempotency key, the same on every attempt",
      cannotRun: (harness) => (harness.carriesIdempotencyKey ? undefined : "this channel has no place for the key"),
      async run(harness) {
        await send(harness, MESSAGE);
        await send(harness, MESSAGE);
        const received = harness.received();
        ensureEqual(received.length, 2, "messages received");
        for (const text of received) ensure(text.includes(MESSAGE.idempotencyKey), `the key is not in: ${text}`);
      },
    },
    ...RETRYABLE_STATUSES.map((status) => statusCase(status, true)),
    ...FINAL_STATUSES.map((status) => statusCase(status, false)),
    {
      name: "knows of every status from 300 to 599 whether another attempt is worth it",
      cannotRun: (harness) =>
        needsProvider(harness) ?? (harness.answersInHttp === false ? "its provider speaks no HTTP" : undefined),
      async run(harness) {
        for (const status of FAILED_STATUSES) {
          await harness.behave?.({ kind: "status", status, body: "whatever" });
          const outcome = await send(harness, MESSAGE);
          ensure(outcome.kind === "failed", `the provider answered ${status}, and the outcome says sent`);
          const later = status >= 500 || LATER_STATUSES.has(status);
          if (status !== PROXY_STATUS) ensureEqual(outcome.retryable, later, `retryable of status ${status}`);
        }
      },
    },
    {
      name: "takes a redirect for no success",
      cannotRun: needsProvider,
      async run(harness) {
        for (const status of REDIRECTS) {
          await harness.behave?.({ kind: "status", status, body: "elsewhere" });
          ensureEqual((await send(harness, MESSAGE)).kind, "failed", `outcome of status ${status}`);
        }
      },
    },
    {
      name: "says how long to wait when the provider does",
      cannotRun: (harness) =>
        needsProvider(harness) ?? (harness.saysWhenToRetry === false ? "its provider has no way to say so" : undefined),
      async run(harness) {
        await harness.behave?.({ kind: "status", status: 429, body: "slow down", retryAfterSeconds: 7 });
        const outcome = await send(harness, MESSAGE);
        ensure(outcome.kind === "failed", "the provider answered 429, and the outcome says sent");
        ensureEqual(outcome.retryAfterMs, 7_000, "retryAfterMs");
      },
    },
    ...(["refuse", "drop", "hang"] as const).map((kind): ContractCase<NotifierHarness> => ({
      name: `calls ${WORDS[kind]} worth another attempt`,
      cannotRun: needsProvider,
      async run(harness) {
        await harness.behave?.({ kind });
        ensureFailed(await send(harness, MESSAGE), true);
      },
    })),
    {
      name: "names the right cause of a failure, where it names one",
      cannotRun: needsProvider,
      async run(harness) {
        for (const [behaviour, failure] of FAILURES) {
          await harness.behave?.(behaviour);
          const outcome = await send(harness, MESSAGE);
          const named = outcome.kind === "failed" ? (outcome.failure ?? failure) : "none";
          ensureEqual(named, failure, `failure of ${JSON.stringify(behaviour)}`);
        }
      },
    },
    {
      name: "answers with an outcome when the provider answers nonsense",
      cannotRun: needsProvider,
      async run(harness) {
        for (const body of NONSENSE) {
          await harness.behave?.({ kind: "malformed", body });
          ensureDoubted(await send(harness, MESSAGE));
        }
      },
    },
    {
      name: "never gives a message up for a success that is not in the provider's own words",
      cannotRun: needsProvider,
      async run(harness) {
        for (const body of NOT_ITS_OWN) {
          await harness.behave?.({ kind: "malformed", body });
          ensureDoubted(await send(harness, MESSAGE));
        }
      },
    },
    {
      name: "calls such a success a doubt or no answer, where it names a cause",
      cannotRun: needsProvider,
      async run(harness) {
        for (const body of NOT_ITS_OWN) {
          await harness.behave?.({ kind: "malformed", body });
          const outcome = await send(harness, MESSAGE);
          const named = outcome.kind === "failed" ? (outcome.failure ?? "doubtful") : "doubtful";
          // In a conversation as of mail it may have broken off before anything was handed over.
          const isRight = named === "doubtful" || named === "unreachable";
          ensure(isRight, `a success with the body ${JSON.stringify(body)} is called ${named}`);
        }
      },
    },
    {
      name: "keeps its secret out of every reason, error and log line",
      cannotRun: (harness) => needsProvider(harness) ?? (harness.secret === undefined ? "it has no secret" : undefined),
      run: (harness) => keepsQuiet(harness, harness.secret ?? ""),
    },
    {
      name: "keeps the tokens of actions out of every reason, error and log line",
      cannotRun: needsProvider,
      run: (harness) => keepsQuiet(harness, ACTIONABLE.actions?.[0]?.token ?? ""),
    },
    {
      name: "takes any text without a throw",
      async run(harness) {
        for (const text of UNUSUAL_TEXTS) {
          const message = {
            ...MESSAGE,
            title: text,
            text,
            url: text,
            service: text,
            threadKey: `t${text}`,
            idempotencyKey: `k${text}`,
            fields: [{ name: text, value: text }],
          };
          const outcome = await send(harness, message);
          ensure(outcome.kind === "sent" || outcome.reason !== "", "it failed without a reason");
        }
      },
    },
    ...notifierEditCases,
  ],
};

function statusCase(status: number, retryable: boolean): ContractCase<NotifierHarness> {
  return {
    name: `calls status ${status} ${retryable ? "worth another attempt" : "final"}`,
    cannotRun: needsProvider,
    async run(harness) {
      await harness.behave?.({ kind: "status", status, body: "no" });
      ensureFailed(await send(harness, MESSAGE), retryable);
    },
  };
}

/** Providers quote what they were sent; none of it comes out again. */
async function keepsQuiet(harness: NotifierHarness, secret: string): Promise<void> {
  const worlds: readonly ProviderBehaviour[] = [
    { kind: "accept" },
    { kind: "status", status: 401, body: `{"error":"token ${secret} is not valid"}` },
    { kind: "status", status: 400, body: `{"ok":false,"error":"${secret}","description":"${secret}"}` },
    { kind: "status", status: 500, body: `cannot handle /${secret}/send` },
    { kind: "malformed", body: `{"ok":false,"error":"${secret}","description":"${secret}"}` },
    { kind: "malformed", body: `<html>${secret}` },
    { kind: "drop" },
    { kind: "hang" },
    { kind: "refuse" },
  ];
  for (const world of worlds) {
    await harness.behave?.(world);
    const said = await everythingSaid(() => send(harness, ACTIONABLE));
    ensure(!said.includes(secret), `it lets out of ${world.kind}: ${said.replaceAll(secret, "…")}`);
  }
}
