import type { Notification, NotificationOutcome } from "@plimsoll/core";

import type { NotifierHarness, ProviderBehaviour } from "../contracts/notifier-contract.js";
import type { Broken } from "./broken.js";

const SECRET = "xoxb-7c3f91";
const FINAL = new Set([400, 401, 403, 404]);

type Flaw = {
  readonly outcome?: (world: ProviderBehaviour, message: Notification) => NotificationOutcome | undefined;
  readonly text?: (message: Notification) => string;
  readonly update?: (world: ProviderBehaviour) => Promise<NotificationOutcome>;
};

/** A notifier over a provider that is a variable. */
export const brokenNotifiers: Broken<NotifierHarness> = {
  right: () => notifierThat({}),
  flawed: {
    "says sent when the message was taken": () => {
      let first = true;
      // Only the first message of all, and only when nothing looks at it but its outcome.
      return notifierThat({
        outcome: (world) => {
          const wrong = first && world.kind === "accept";
          first = false;
          return wrong ? { kind: "failed", retryable: true, reason: "not sure" } : undefined;
        },
        update: async (world) =>
          world.kind === "accept" ? { kind: "sent" } : { kind: "failed", retryable: true, reason: "later" },
      });
    },
    "brings title, text and fields to the reader": () =>
      notifierThat({ text: ({ idempotencyKey, title, text }) => `${idempotencyKey} ${title} ${text}` }),
    "carries the idempotency key, the same on every attempt": () => {
      let attempt = 0;
      return notifierThat({
        text: (message) => JSON.stringify({ ...message, idempotencyKey: `attempt-${(attempt += 1)}` }),
      });
    },
    ...Object.fromEntries(
      [429, 500, 502, 503, 504].map((status) => [
        `calls status ${status} worth another attempt`,
        () => thinksOtherwise(status, true),
      ]),
    ),
    ...Object.fromEntries(
      [400, 401, 403, 404].map((status) => [`calls status ${status} final`, () => thinksOtherwise(status, false)]),
    ),
    "says how long to wait when the provider does": () =>
      notifierThat({
        outcome: (world) =>
          world.kind === "status" && world.retryAfterSeconds !== undefined
            ? { kind: "failed", retryable: true, reason: "slow down", retryAfterMs: 7 }
            : undefined,
      }),
    "calls a refused connection worth another attempt": () =>
      notifierThat({
        outcome: ({ kind }) =>
          kind === "refuse" ? { kind: "failed", retryable: false, reason: "refused" } : undefined,
      }),
    "calls a timeout worth another attempt": () =>
      notifierThat({
        outcome: ({ kind }) => (kind === "hang" ? { kind: "failed", retryable: false, reason: "timeout" } : undefined),
      }),
    "answers with an outcome when the provider answers nonsense": () =>
      notifierThat({
        outcome: ({ kind }) => {
          if (kind === "malformed") throw new SyntaxError("Unexpected token < in JSON");
          return undefined;
        },
      }),
    "keeps its secret out of every reason and error": () =>
      notifierThat({
        outcome: (world) =>
          world.kind === "status" && world.body.includes("token")
            ? { kind: "failed", retryable: false, reason: world.body }
            : undefined,
      }),
    "takes any text without a throw": () =>
      notifierThat({
        outcome: (_, { text }) => {
          encodeURIComponent(text); // throws on half a surrogate pair
          return undefined;
        },
      }),
    "answers an edit with an outcome, whatever the provider does": () =>
      notifierThat({
        update: async (world) => {
          if (world.kind !== "accept") throw new Error("cannot edit");
          return { kind: "sent" };
        },
      }),
  },
};

function thinksOtherwise(status: number, retryable: boolean): NotifierHarness {
  return notifierThat({
    outcome: (world) =>
      // The case of the waiting time also answers 429, and looks at another member.
      world.kind === "status" && world.status === status && world.body === "no"
        ? { kind: "failed", retryable: !retryable, reason: `status ${status}` }
        : undefined,
  });
}

function notifierThat(flaw: Flaw): NotifierHarness {
  let world: ProviderBehaviour = { kind: "accept" };
  const received: string[] = [];
  const send = async (message: Notification): Promise<NotificationOutcome> => {
    received.push((flaw.text ?? JSON.stringify)(message));
    return flaw.outcome?.(world, message) ?? rightOutcome(world);
  };
  return {
    notifier: { send, update: (_, message) => (flaw.update === undefined ? send(message) : flaw.update(world)) },
    secret: SECRET,
    carriesIdempotencyKey: true,
    behave: async (behaviour) => void (world = behaviour),
    received: () => received,
    patienceMs: 500,
  };
}

function rightOutcome(world: ProviderBehaviour): NotificationOutcome {
  switch (world.kind) {
    case "accept":
    case "malformed":
      return { kind: "sent", messageId: "7" };
    case "refuse":
    case "hang":
      return { kind: "failed", retryable: true, reason: world.kind };
    case "status": {
      const failed = { kind: "failed", retryable: !FINAL.has(world.status), reason: `status ${world.status}` } as const;
      return world.retryAfterSeconds === undefined
        ? failed
        : { ...failed, retryAfterMs: world.retryAfterSeconds * 1_000 };
    }
  }
}
