import type { DeadManOutcome } from "@plimsoll/core";

import type { DeadManHarness } from "../contracts/dead-man-contract.js";
import type { ProviderBehaviour } from "../contracts/notifier-harness.js";
import type { Broken } from "./broken.js";

const SECRET = "0f6d2c1e-check";
/** Of the statuses below 500, those that mean: another time. */
const LATER = new Set([408, 425, 429]);

/** How the service behaves, and whether a ping failed earlier. */
type World = { readonly behaviour: ProviderBehaviour; readonly failedBefore: boolean };

type Flaw = {
  readonly outcome?: (world: World) => DeadManOutcome | undefined;
  /** How many pings leave for each that is asked for; one is right. */
  readonly pings?: number;
};

/** A dead-man ping to a service that is a variable. */
export const brokenDeadMen: Broken<DeadManHarness> = {
  right: () => deadManThat({}),
  flawed: {
    "says pinged when the service took the ping": () =>
      deadManThat({
        // Only before anything failed: the case of a service that is well again looks at this outcome too.
        outcome: ({ behaviour, failedBefore }) =>
          behaviour.kind === "accept" && !failedBefore
            ? { kind: "failed", retryable: true, reason: "no word of it" }
            : undefined,
      }),
    "lets one ping out each time it is asked, before it answers": () => deadManThat({ pings: 0 }),
    ...Object.fromEntries(
      [408, 425, 429, 500, 502, 503, 504].map((status) => [
        `calls status ${status} worth another attempt`,
        () => thinksOtherwise(status, true),
      ]),
    ),
    ...Object.fromEntries(
      [400, 401, 403, 404, 410].map((status) => [`calls status ${status} final`, () => thinksOtherwise(status, false)]),
    ),
    "takes a redirect for no success": () =>
      deadManThat({
        outcome: ({ behaviour }) =>
          behaviour.kind === "status" && behaviour.status === 302 ? { kind: "pinged" } : undefined,
      }),
    "calls a refused connection worth another attempt": () => givesUpOn("refuse"),
    "calls a connection that breaks off worth another attempt": () => givesUpOn("drop"),
    "calls a timeout worth another attempt": () => givesUpOn("hang"),
    "pings again once the service is well again": () =>
      deadManThat({
        outcome: ({ behaviour, failedBefore }) =>
          behaviour.kind === "accept" && failedBefore
            ? { kind: "failed", retryable: false, reason: "given up" }
            : undefined,
      }),
    "answers with an outcome when the service answers nonsense": () =>
      deadManThat({
        outcome: ({ behaviour }) => {
          if (behaviour.kind === "malformed" && behaviour.body === "{") throw new SyntaxError("Unexpected end of JSON");
          return undefined;
        },
      }),
    "keeps its secret out of every reason, error and log line": () =>
      deadManThat({
        outcome: ({ behaviour }) =>
          behaviour.kind === "status" && behaviour.body.includes(SECRET)
            ? { kind: "failed", retryable: false, reason: behaviour.body }
            : undefined,
      }),
  },
};

function thinksOtherwise(status: number, retryable: boolean): DeadManHarness {
  return deadManThat({
    outcome: ({ behaviour }) =>
      behaviour.kind === "status" && behaviour.status === status
        ? { kind: "failed", retryable: !retryable, reason: `status ${status}` }
        : undefined,
  });
}

function givesUpOn(kind: ProviderBehaviour["kind"]): DeadManHarness {
  return deadManThat({
    outcome: ({ behaviour }) =>
      behaviour.kind === kind ? { kind: "failed", retryable: false, reason: kind } : undefined,
  });
}

function deadManThat(flaw: Flaw): DeadManHarness {
  let behaviour: ProviderBehaviour = { kind: "accept" };
  let failedBefore = false;
  let received = 0;
  return {
    deadMan: {
      ping: async () => {
        received += flaw.pings ?? 1;
        const outcome = flaw.outcome?.({ behaviour, failedBefore }) ?? rightOutcome(behaviour);
        failedBefore ||= outcome.kind === "failed";
        return outcome;
      },
    },
    secret: SECRET,
    behave: async (next) => void (behaviour = next),
    received: () => received,
    patienceMs: 500,
  };
}

function rightOutcome(behaviour: ProviderBehaviour): DeadManOutcome {
  switch (behaviour.kind) {
    case "accept":
    case "malformed":
      return { kind: "pinged" };
    case "refuse":
    case "drop":
    case "hang":
      return { kind: "failed", retryable: true, reason: behaviour.kind };
    case "status": {
      const { status } = behaviour;
      return { kind: "failed", retryable: LATER.has(status) || status >= 500, reason: `status ${status}` };
    }
  }
}
