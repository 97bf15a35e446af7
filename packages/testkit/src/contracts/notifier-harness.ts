import type { Notification, NotificationOutcome, Notifier } from "@plimsoll/core";

import { ContractViolation } from "../contract-violation.js";
import { ensure, ensureComes, ensureEqual } from "../expectation.js";
import type { ClosableHarness } from "../port-contract.js";

/** How the provider behaves towards the next messages. */
export type ProviderBehaviour =
  | { readonly kind: "accept" }
  /** Answers with this status; `body` is the text of the answer. */
  | { readonly kind: "status"; readonly status: number; readonly body: string; readonly retryAfterSeconds?: number }
  /** Answers 200 with a body that is not what this provider says. */
  | { readonly kind: "malformed"; readonly body: string }
  /** Nobody listens at its address. */
  | { readonly kind: "refuse" }
  /** Takes the request and breaks the connection off without an answer. */
  | { readonly kind: "drop" }
  /** Accepts and never answers; the notifier under test has a short timeout. */
  | { readonly kind: "hang" };

/** A notifier and the provider that it talks to. */
export type NotifierHarness = ClosableHarness & {
  readonly notifier: Notifier;
  /** The token, key or secret part of an URL that the notifier was made with; absent when it has none. */
  readonly secret?: string;
  /** Whether this channel's requests carry the idempotency key. */
  readonly carriesIdempotencyKey: boolean;
  /** Whether its readers can act from within the channel, by the tokens of a message's actions. */
  readonly carriesActions?: boolean;
  /** A contact at this channel; absent when all messages go to one place. */
  readonly address?: string;
  /** Whether its provider has a way to say how long to wait; default true. */
  readonly saysWhenToRetry?: boolean;
  /** Whether its provider answers with the statuses of HTTP, each of which is then tried; default true. */
  readonly answersInHttp?: boolean;
  /** Absent for a channel that has no provider, such as a console. */
  behave?(behaviour: ProviderBehaviour): Promise<void>;
  /** What has reached the outside so far, oldest first: for each message everything readable in it (headers and decoded body) as one text. */
  received(): readonly string[];
  /** How long an outcome may take at most before a case calls it lost; default 20 s. */
  readonly patienceMs?: number;
};

/** The message that most cases send. */
export const MESSAGE: Notification = {
  idempotencyKey: "key-5f1c0d",
  threadKey: "thread-payments",
  urgency: "page",
  title: "payments availability pages",
  text: "6.2x over 6 h against 6x",
  fields: [{ name: "budget left", value: "41 %" }],
  url: "https://plimsoll.example/incidents/7",
  status: "firing",
  severity: "SEV1",
  service: "payments",
  atMs: Date.UTC(2026, 10, 21, 3, 0),
};

/** The same message with what a reader may do. */
export const ACTIONABLE: Notification = {
  ...MESSAGE,
  actions: [
    { kind: "acknowledge", token: "tok-ack.7c1~A_x", url: "https://plimsoll.example/act#tok-ack.7c1~A_x" },
    { kind: "escalate", token: "tok-esc.7c1", url: "https://plimsoll.example/act#tok-esc.7c1" },
    { kind: "resolve", token: "tok-res.7c1", url: "https://plimsoll.example/act#tok-res.7c1" },
  ],
};

/** Why a case about the provider cannot run; undefined when it can. */
export function needsProvider(harness: NotifierHarness): string | undefined {
  return harness.behave === undefined ? "this channel has no provider that could misbehave" : undefined;
}

/** Sends a message and answers what became of it, whatever that is. */
export async function send(harness: NotifierHarness, message: Notification): Promise<NotificationOutcome> {
  return ensureComes("the outcome of a message", harness.notifier.send(message), harness.patienceMs);
}

/** Edits a message and answers what became of it, whatever that is. */
export async function edit(
  harness: NotifierHarness,
  messageId: string,
  message: Notification,
): Promise<NotificationOutcome> {
  const lost = new ContractViolation("the notifier lost its update");
  const work = harness.notifier.update?.(messageId, message) ?? Promise.reject(lost);
  return ensureComes("the outcome of an edit", work, harness.patienceMs);
}

/** Throws a violation where it failed without a reason, or was called final: the provider's own word for that is missing. */
export function ensureDoubted(outcome: NotificationOutcome): void {
  if (outcome.kind === "failed") ensureFailed(outcome, true);
  else ensure(outcome.messageId !== "", "the id of the message is empty");
}

/** Throws a violation unless it failed with a reason, and as much worth another attempt as is said. */
export function ensureFailed(outcome: NotificationOutcome, retryable: boolean): void {
  ensure(outcome.kind === "failed", "the message was not taken, and the outcome says sent");
  ensureEqual(outcome.retryable, retryable, `retryable of "${outcome.reason}"`);
  ensure(outcome.reason !== "", "it failed without a reason");
}

/** Everything that a call lets out: its answer, or what it throws with all causes, and whatever it writes to the console. */
export async function everythingSaid(work: () => Promise<unknown>): Promise<string> {
  const logged: string[] = [];
  const { console } = globalThis;
  const methods = ["debug", "error", "info", "log", "trace", "warn"] as const;
  const originals = methods.map((method) => [method, console[method]] as const);
  for (const method of methods)
    console[method] = (...words: unknown[]) => void logged.push(words.map(String).join(" "));
  try {
    return `${JSON.stringify(await work())}\n${logged.join("\n")}`;
  } catch (error) {
    const chain: string[] = [];
    for (let at: unknown = error; at instanceof Error && chain.length < 10; at = at.cause) {
      chain.push(`${at.message} ${at.stack ?? ""} ${JSON.stringify(at)}`);
    }
    return [...chain, ...logged].join("\n") || String(error);
  } finally {
    for (const [method, original] of originals) console[method] = original;
  }
}
