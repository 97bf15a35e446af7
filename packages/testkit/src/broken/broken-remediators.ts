import type { Remediator, RemedyOrder } from "@plimsoll/core";

import type { RemediatorHarness } from "../contracts/remediator-contract.js";
import { createFakeRemediator, type FakeRemediator } from "../fakes/fake-remediator.js";
import type { Broken } from "./broken.js";

const REMEDY = { remedy: "add", target: "payments", parameters: {} } as const;

/** The fake remediator, each time with one promise broken. */
export const brokenRemediators: Broken<RemediatorHarness> = {
  right: () => remediatorThat(() => ({})),
  flawed: {
    "prepares in words, names what it would touch, and changes nothing": () =>
      remediatorThat((right) => ({
        prepare: async (remedy) => {
          const preparation = await right.prepare(remedy);
          return preparation.kind === "ready" ? { ...preparation, touches: [] } : preparation;
        },
      })),
    "refuses to prepare what it does not know": () =>
      remediatorThat(() => ({
        prepare: async ({ target }) => ({ kind: "ready", would: "something", touches: [target], undoable: true }),
      })),
    "refuses to carry out what it does not know, for good, and changes nothing": () =>
      remediatorThat((right) => ({
        execute: async (order) =>
          order.remedy.remedy === "add" ? right.execute(order) : { kind: "succeeded", summary: "did it" },
      })),
    "changes the world once for one key, and answers a replay with what it recorded": () => {
      let count = 0;
      return remediatorThat((right) => ({
        execute: async (order) => right.execute({ ...order, idempotencyKey: keyOnce(order.idempotencyKey) }),
        undo: async (order) => right.undo({ ...order, idempotencyKey: `${order.idempotencyKey} 1` }),
      }));
      function keyOnce(key: string): string {
        count += 1;
        return `${key} ${count}`;
      }
    },
    "takes back what it did, once": () =>
      remediatorThat((right) => ({
        undo: async (order) => {
          const { cancel, idempotencyKey } = order;
          const stale = right.done.some(({ order: earlier }) => earlier.fencing.token > order.fencing.token);
          const done = right.done.some(({ order: earlier }) => earlier.idempotencyKey === idempotencyKey);
          return done && !stale && cancel === undefined
            ? { kind: "succeeded", summary: "it will go by itself" }
            : right.undo(order);
        },
      })),
    "takes nothing back where nothing was done": () =>
      remediatorThat((right) => ({
        undo: async (order) =>
          order.idempotencyKey === "never"
            ? { kind: "failed", reason: "nothing there", retryable: false, mayHaveActed: false }
            : right.undo(order),
      })),
    "refuses to carry out anything under a stale token, and changes nothing": () =>
      remediatorThat((right) => ({
        execute: async (order) => {
          const token = order.fencing.token === 4 ? 5 : order.fencing.token;
          return right.execute({ ...order, fencing: { ...order.fencing, token } });
        },
      })),
    "refuses to take anything back under a stale token, and changes nothing": () =>
      remediatorThat((right) => ({
        undo: async (order) => right.undo({ ...order, fencing: { ...order.fencing, token: 9 } }),
      })),
    "changes nothing where the caller had cancelled before, and can be asked again": () =>
      remediatorThat((right) => ({
        // It only listens, and what has fired fires no more.
        execute: async (order) => right.execute(order.cancel?.aborted === true ? withoutCancel(order) : order),
      })),
    "comes back when the caller cancels while the world hangs": () =>
      remediatorThat((right) => ({
        // It looks at the signal once, and never again.
        execute: async (order) => right.execute(order.cancel?.aborted === true ? order : withoutCancel(order)),
      })),
  },
};

function withoutCancel({ cancel: _cancel, ...order }: RemedyOrder): RemedyOrder {
  return order;
}

function remediatorThat(flaw: (right: FakeRemediator) => Partial<Remediator>): RemediatorHarness {
  const right = createFakeRemediator();
  return {
    remediator: { prepare: right.prepare, execute: right.execute, undo: right.undo, ...flaw(right) },
    remedy: REMEDY,
    hang: async () => right.hang(),
    state: async () => ({ level: right.level("payments") }),
    patienceMs: 500,
  };
}
