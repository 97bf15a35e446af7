import type { Notification, NotificationOutcome, Notifier } from "@plimsoll/core";

import { ContractViolation } from "../contract-violation.js";
import { ensure, ensureComes, ensureEqual } from "../expectation.js";
import type { ClosableHarness, ContractCase, PortContract } from "../port-contract.js";

/** How the provider behaves towards the next messages. */
export type ProviderBehaviour =
  | { readonly kind: "accept" }
  /** Answers with this status; `body` is the text of the answer. */
  | { readonly kind: "status"; readonly status: number; readonly body: string; readonly retryAfterSeconds?: number }
  /** Answers 200 with a body that is not what this provider says. */
  | { readonly kind: "malformed" }
  /** Nobody listens at its address. */
  | { readonly kind: "refuse" }
  /** Accepts and never answers; the notifier under test has a short timeout. */
  | { readonly kind: "hang" };

/** A notifier and the provider that it talks to. */
export type NotifierHarness = ClosableHarness & {
  readonly notifier: Notifier;
  /** The token, key or secret part of an URL that the notifier was made with; absent when it has none. */
  readonly secret?: string;
  /** Whether this channel's requests carry the idempotency key. */
  readonly carriesIdempotencyKey: boolean;
  /** Absent for a channel that has no provider, such as a console. */
  behave?(behaviour: ProviderBehaviour): Promise<void>;
  /** What has reached the outside so far, oldest first: for each message everything readable in it (headers and decoded body) as one text. */
  received(): readonly string[];
  /** How long an outcome may take at most before a case calls it lost; default 5 s. */
  readonly patienceMs?: number;
};

const RETRYABLE_STATUSES = [429, 500, 502, 503, 504] as const;
const FINAL_STATUSES = [400, 401, 403, 404] as const;

const MESSAGE: Notification = {
  idempotencyKey: "key-5f1c0d",
  threadKey: "thread-payments",
  urgency: "page",
  title: "payments availability pages",
  text: "6.2x over 6 h against 6x",
  fields: [{ name: "budget left", value: "41 %" }],
  url: "https://plimsoll.example/incidents/7",
};

// What people and machines write: nothing at all, markup of several channels, half of an emoji, very much, control characters.
const UNUSUAL_TEXTS = [
  "",
  "<b>*_~`[x](y)&amp;</b> ${x} %s {{y}}",
  "\ud83d",
  "x".repeat(20_000),
  "a\u0000b\u001b[31mc\r\n",
] as const;

/** The promises of a `Notifier`. */
export const notifierContract: PortContract<NotifierHarness> = {
  port: "Notifier",
  cases: [
    {
      name: "says sent when the message was taken",
      async run(harness) {
        ensureEqual((await send(harness, MESSAGE)).kind, "sent", "outcome");
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
      name: "says how long to wait when the provider does",
      cannotRun: needsProvider,
      async run(harness) {
        await harness.behave?.({ kind: "status", status: 429, body: "slow down", retryAfterSeconds: 7 });
        const outcome = await send(harness, MESSAGE);
        ensure(outcome.kind === "failed", "the provider answered 429, and the outcome says sent");
        ensureEqual(outcome.retryAfterMs, 7_000, "retryAfterMs");
      },
    },
    {
      name: "calls a refused connection worth another attempt",
      cannotRun: needsProvider,
      async run(harness) {
        await harness.behave?.({ kind: "refuse" });
        ensureFailed(await send(harness, MESSAGE), true);
      },
    },
    {
      name: "calls a timeout worth another attempt",
      cannotRun: needsProvider,
      async run(harness) {
        await harness.behave?.({ kind: "hang" });
        ensureFailed(await send(harness, MESSAGE), true);
      },
    },
    {
      name: "answers with an outcome when the provider answers nonsense",
      cannotRun: needsProvider,
      async run(harness) {
        await harness.behave?.({ kind: "malformed" });
        const outcome = await send(harness, MESSAGE);
        if (outcome.kind === "failed") ensure(outcome.reason !== "", "it failed without a reason");
      },
    },
    {
      name: "keeps its secret out of every reason and error",
      cannotRun: (harness) => needsProvider(harness) ?? (harness.secret === undefined ? "it has no secret" : undefined),
      async run(harness) {
        const secret = harness.secret ?? "";
        const worlds: readonly ProviderBehaviour[] = [
          // Providers quote what they were sent.
          { kind: "status", status: 401, body: `{"error":"token ${secret} is not valid"}` },
          { kind: "status", status: 500, body: `cannot handle /${secret}/send` },
          { kind: "malformed" },
          { kind: "refuse" },
          { kind: "hang" },
        ];
        for (const world of worlds) {
          await harness.behave?.(world);
          const said = await everythingSaid(() => harness.notifier.send(MESSAGE));
          ensure(
            !said.includes(secret),
            `the secret is in what it says of ${world.kind}: ${said.replaceAll(secret, "…")}`,
          );
        }
      },
    },
    {
      name: "takes any text without a throw",
      async run(harness) {
        for (const text of UNUSUAL_TEXTS) {
          const message = { ...MESSAGE, title: text, text, fields: [{ name: text, value: text }] };
          const outcome = await send(harness, message);
          ensure(outcome.kind === "sent" || outcome.reason !== "", "it failed without a reason");
        }
      },
    },
    {
      name: "answers an edit with an outcome, whatever the provider does",
      cannotRun: (harness) => (harness.notifier.update === undefined ? "this channel cannot edit" : undefined),
      async run(harness) {
        const { notifier } = harness;
        const sent = await send(harness, MESSAGE);
        const messageId = sent.kind === "sent" ? (sent.messageId ?? "1") : "1";
        const edit = async (): Promise<NotificationOutcome> =>
          ensureComes("the outcome of an edit", notifier.update?.(messageId, MESSAGE) ?? lost(), harness.patienceMs);
        ensureEqual((await edit()).kind, "sent", "outcome of an edit");
        await harness.behave?.({ kind: "status", status: 503, body: "later" });
        if (harness.behave !== undefined) ensureFailed(await edit(), true);
      },
    },
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

function needsProvider(harness: NotifierHarness): string | undefined {
  return harness.behave === undefined ? "this channel has no provider that could misbehave" : undefined;
}

async function send(harness: NotifierHarness, message: Notification): Promise<NotificationOutcome> {
  return ensureComes("the outcome of a message", harness.notifier.send(message), harness.patienceMs);
}

function lost(): Promise<never> {
  return Promise.reject(new ContractViolation("the notifier lost its update"));
}

function ensureFailed(outcome: NotificationOutcome, retryable: boolean): void {
  ensure(outcome.kind === "failed", "the message was not taken, and the outcome says sent");
  ensureEqual(outcome.retryable, retryable, `retryable of "${outcome.reason}"`);
  ensure(outcome.reason !== "", "it failed without a reason");
}

async function everythingSaid(work: () => Promise<NotificationOutcome>): Promise<string> {
  try {
    return JSON.stringify(await work());
  } catch (error) {
    const chain: string[] = [];
    for (let at: unknown = error; at instanceof Error && chain.length < 10; at = at.cause) {
      chain.push(`${at.message} ${at.stack ?? ""} ${JSON.stringify(at)}`);
    }
    return chain.join("\n") || String(error);
  }
}
