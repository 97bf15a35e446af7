import type { Notification, NotificationOutcome, Notifier } from "@plimsoll/core";

import type { NotifierHarness, ProviderBehaviour } from "../contracts/notifier-harness.js";
import type { Broken } from "./broken.js";

const SECRET = "xoxb-7c3f91";
const TOKEN = /^[A-Za-z0-9._~-]{1,60}$/;
const MESSAGE_ID = "7";

type Flaw = {
  readonly outcome?: (world: ProviderBehaviour, message: Notification) => NotificationOutcome | undefined;
  readonly text?: (message: Notification) => string;
  /** What an edit does; undefined where it does what is right. */
  readonly update?: (world: ProviderBehaviour, messageId: string) => NotificationOutcome | undefined;
  readonly cannotEdit?: true;
};

/** A notifier over a provider that is a variable. */
export const brokenNotifiers: Broken<NotifierHarness> = {
  right: () => notifierThat({}),
  flawed: {
    "says sent when the message was taken": () =>
      notifierThat({
        outcome: ({ kind }) => (kind === "accept" ? { kind: "sent", messageId: "" } : undefined),
        cannotEdit: true,
      }),
    "brings title, text and fields to the reader": () => notifierThat({ text: (message) => textOf(message, "fields") }),
    "tells what is over from what goes on": () => notifierThat({ text: (message) => textOf(message, "status") }),
    "brings a message to the address that it names": () =>
      notifierThat({ text: (message) => textOf(message, "address") }),
    "brings the tokens of actions to the reader, and none that is no token": () =>
      notifierThat({ text: (message) => JSON.stringify(message) }),
    "carries the idempotency key, the same on every attempt": () => {
      let attempt = 0;
      return notifierThat({ text: (message) => textOf({ ...message, idempotencyKey: `attempt-${(attempt += 1)}` }) });
    },
    ...Object.fromEntries(
      [429, 500, 502, 503, 504, 529].map((status) => [
        `calls status ${status} worth another attempt`,
        () => thinksOtherwise(status, true),
      ]),
    ),
    ...Object.fromEntries(
      [400, 401, 403, 404, 405, 410, 413, 422].map((status) => [
        `calls status ${status} final`,
        () => thinksOtherwise(status, false),
      ]),
    ),
    "takes a redirect for no success": () =>
      notifierThat({
        outcome: (world) =>
          world.kind === "status" && world.status === 302 && world.body === "elsewhere" ? { kind: "sent" } : undefined,
      }),
    "knows of every status from 300 to 599 whether another attempt is worth it": () =>
      notifierThat({
        outcome: (world) =>
          world.kind === "status" && world.status === 599
            ? { kind: "failed", retryable: false, reason: "status 599" }
            : undefined,
      }),
    "says how long to wait when the provider does": () =>
      notifierThat({
        outcome: (world) =>
          world.kind === "status" && world.retryAfterSeconds !== undefined
            ? { kind: "failed", retryable: true, reason: "slow down", retryAfterMs: 7 }
            : undefined,
      }),
    "calls a refused connection worth another attempt": () => givesUpOn("refuse"),
    "calls a connection that breaks off worth another attempt": () => givesUpOn("drop"),
    "calls a timeout worth another attempt": () => givesUpOn("hang"),
    "names the right cause of a failure, where it names one": () =>
      notifierThat({
        outcome: (world) =>
          world.kind === "status" && world.body === "later"
            ? { kind: "failed", retryable: true, reason: "later", failure: "rate-limited" }
            : undefined,
      }),
    "answers with an outcome when the provider answers nonsense": () =>
      notifierThat({
        outcome: (world) => {
          if (world.kind === "malformed" && world.body === "{") throw new SyntaxError("Unexpected end of JSON");
          return undefined;
        },
      }),
    "never gives a message up for a success that is not in the provider's own words": () =>
      notifierThat({
        outcome: (world) =>
          world.kind === "malformed" && world.body.includes("Sign in")
            ? { kind: "failed", retryable: false, reason: "it answered something else" }
            : undefined,
      }),
    "calls such a success a doubt or no answer, where it names a cause": () =>
      notifierThat({
        outcome: (world) =>
          world.kind === "malformed" && world.body.includes("Sign in")
            ? { kind: "failed", retryable: true, reason: "it answered something else", failure: "unavailable" }
            : undefined,
      }),
    "keeps its secret out of every reason, error and log line": () =>
      notifierThat({
        outcome: (world) => {
          if (world.kind === "status" && world.status === 500 && world.body.includes(SECRET))
            globalThis.console.error(world.body);
          return undefined;
        },
      }),
    "keeps the tokens of actions out of every reason, error and log line": () =>
      notifierThat({
        outcome: (world) =>
          world.kind === "status" && world.body.includes("tok-")
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
    "edits the message that it sent, by the id that it gave": () =>
      notifierThat({
        update: ({ kind }, messageId) =>
          kind === "accept" && messageId === MESSAGE_ID ? { kind: "sent", messageId } : undefined,
      }),
    "answers an edit with an outcome, whatever the provider does": () =>
      notifierThat({
        update: ({ kind }) => {
          if (kind === "drop") throw new Error("cannot edit");
          return undefined;
        },
      }),
    "edits nothing by an id that it never gave": () =>
      notifierThat({
        update: (_, messageId) =>
          messageId.startsWith("..") ? { kind: "failed", retryable: true, reason: "no such message" } : undefined,
      }),
    "keeps its secret out of every reason of an edit": () =>
      notifierThat({
        update: (world) =>
          world.kind === "status" && world.body.includes(SECRET)
            ? { kind: "failed", retryable: false, reason: world.body }
            : undefined,
      }),
  },
};

function thinksOtherwise(status: number, retryable: boolean): NotifierHarness {
  return notifierThat({
    outcome: (world) =>
      // Other cases answer some of these statuses too, with other words, and look at other members.
      world.kind === "status" && world.status === status && world.body === "no"
        ? { kind: "failed", retryable: !retryable, reason: `status ${status}` }
        : undefined,
  });
}

function givesUpOn(kind: ProviderBehaviour["kind"]): NotifierHarness {
  return notifierThat({
    outcome: (world) => (world.kind === kind ? { kind: "failed", retryable: false, reason: kind } : undefined),
  });
}

function notifierThat(flaw: Flaw): NotifierHarness {
  let world: ProviderBehaviour = { kind: "accept" };
  const received: string[] = [];
  const send = async (message: Notification): Promise<NotificationOutcome> => {
    received.push(flaw.text?.(message) ?? textOf(message));
    return flaw.outcome?.(world, message) ?? rightOutcome(world);
  };
  const update: NonNullable<Notifier["update"]> = async (messageId, message) => {
    const wrong = flaw.update?.(world, messageId);
    if (wrong !== undefined) return wrong;
    if (messageId !== MESSAGE_ID) return { kind: "failed", retryable: false, reason: "there is no such message" };
    received.push(textOf(message));
    return rightOutcome(world);
  };
  return {
    notifier: { send, ...(flaw.cannotEdit === true ? {} : { update }) },
    secret: SECRET,
    address: "ana@example.org",
    carriesActions: true,
    carriesIdempotencyKey: true,
    behave: async (behaviour) => void (world = behaviour),
    received: () => received,
    patienceMs: 500,
  };
}

function textOf(message: Notification, left?: keyof Notification): string {
  const actions = message.actions?.filter(({ token }) => TOKEN.test(token));
  return JSON.stringify({ ...message, actions, ...(left === undefined ? {} : { [left]: undefined }) });
}

function isLater(status: number): boolean {
  return status >= 500 || [408, 425, 429].includes(status);
}

function rightOutcome(world: ProviderBehaviour): NotificationOutcome {
  switch (world.kind) {
    case "accept":
    case "malformed":
      return { kind: "sent", messageId: MESSAGE_ID };
    case "refuse":
    case "drop":
    case "hang":
      return { kind: "failed", retryable: true, reason: world.kind, failure: "unreachable" };
    case "status": {
      const { retryAfterSeconds, status } = world;
      const wait = retryAfterSeconds === undefined ? {} : { retryAfterMs: retryAfterSeconds * 1_000 };
      return { kind: "failed", retryable: isLater(status), reason: `status ${status}`, ...wait };
    }
  }
}
