import type { Json, Remediator, Remedy, RemedyOrder, StepOutcome } from "@plimsoll/core";

import { ensure, ensureComes, ensureEqual } from "../expectation.js";
import type { ClosableHarness, PortContract } from "../port-contract.js";

/** A remediator and the world that it changes. */
export type RemediatorHarness = ClosableHarness & {
  readonly remediator: Remediator;
  /** Works, can be taken back, and shows in `state` when it is done twice, such as adding an instance. */
  readonly remedy: Remedy;
  /** How the world stands, in so far as the remedy changes it. */
  state(): Promise<Json>;
  /** Makes the world that it changes accept and never answer. */
  hang?(): Promise<void>;
  /** How long a change may take at most before a case calls it lost; default 20 s. */
  readonly patienceMs?: number;
};

/** How long an order may take. */
const TIMEOUT_MS = 60_000;
/** How long an answer to a cancel may take: shorter, so that one that only times out is found. */
const CANCEL_PATIENCE_MS = 20_000;

const UNKNOWN: Remedy = { remedy: "turn-to-gold", target: "nowhere", parameters: {} };

/** The promises of a `Remediator`. */
export const remediatorContract: PortContract<RemediatorHarness> = {
  port: "Remediator",
  cases: [
    {
      name: "prepares in words, names what it would touch, and changes nothing",
      async run(harness) {
        const before = await harness.state();
        const preparation = await comes(harness, harness.remediator.prepare(harness.remedy));
        ensure(preparation.kind === "ready", `the preparation is ${JSON.stringify(preparation)}`);
        ensure(preparation.would.trim() !== "", "it says nothing of what it would do");
        ensure(preparation.touches.length > 0, "it names nothing that it would touch");
        ensure(preparation.undoable, "it can be taken back, and says that it cannot");
        ensureEqual(await harness.state(), before, "the world after preparing");
      },
    },
    {
      name: "refuses to prepare what it does not know",
      async run(harness) {
        const preparation = await comes(harness, harness.remediator.prepare(UNKNOWN));
        ensure(preparation.kind === "refused", `the preparation is ${JSON.stringify(preparation)}`);
        ensure(preparation.reason.trim() !== "", "it refuses without a reason");
      },
    },
    {
      name: "refuses to carry out what it does not know, for good, and changes nothing",
      async run(harness) {
        const before = await harness.state();
        const outcome = await comes(harness, harness.remediator.execute(order(UNKNOWN, "k1", 1)));
        ensureRefused(outcome);
        ensureEqual(await harness.state(), before, "the world after a refusal");
      },
    },
    {
      name: "changes the world once for one key, and answers a replay with what it recorded",
      async run(harness) {
        const before = await harness.state();
        const first = await execute(harness, "k1", 1);
        ensureSucceeded(first);
        const after = await harness.state();
        ensure(JSON.stringify(after) !== JSON.stringify(before), "it succeeded, and the world is as it was before");
        // Another runner took over: the same key under a higher token.
        const second = await execute(harness, "k1", 2);
        ensureEqual(second, first, "the outcome of a replay");
        ensureEqual(await harness.state(), after, "the world after a replay");
      },
    },
    {
      name: "takes back what it did, once",
      async run(harness) {
        const before = await harness.state();
        await execute(harness, "k1", 1);
        ensureSucceeded(await undo(harness, "k1", 1));
        ensureEqual(await harness.state(), before, "the world after an undo");
        ensureSucceeded(await undo(harness, "k1", 2));
        ensureEqual(await harness.state(), before, "the world after a second undo");
      },
    },
    {
      name: "takes nothing back where nothing was done",
      async run(harness) {
        const before = await harness.state();
        ensureSucceeded(await undo(harness, "never", 1));
        ensureEqual(await harness.state(), before, "the world after an undo of nothing");
      },
    },
    {
      name: "refuses to carry out anything under a stale token, and changes nothing",
      async run(harness) {
        await execute(harness, "k1", 5);
        const before = await harness.state();
        ensureRefused(await execute(harness, "k2", 4));
        ensureEqual(await harness.state(), before, "the world after a stale token");
      },
    },
    {
      name: "refuses to take anything back under a stale token, and changes nothing",
      async run(harness) {
        await execute(harness, "k1", 5);
        const before = await harness.state();
        ensureRefused(await undo(harness, "k1", 4));
        ensureEqual(await harness.state(), before, "the world after a stale token");
      },
    },
    {
      name: "changes nothing where the caller had cancelled before, and can be asked again",
      async run(harness) {
        const cancel = AbortSignal.abort();
        const before = await harness.state();
        ensureUntouched(await cancelled(harness, "execute", { ...order(harness.remedy, "k1", 1), cancel }));
        ensureEqual(await harness.state(), before, "the world after a change that was cancelled before");
        ensureSucceeded(await execute(harness, "k1", 1));
        const after = await harness.state();
        ensureUntouched(await cancelled(harness, "undo", { ...order(harness.remedy, "k1", 1), cancel }));
        ensureEqual(await harness.state(), after, "the world after an undo that was cancelled before");
      },
    },
    {
      name: "comes back when the caller cancels while the world hangs",
      cannotRun: (harness) => (harness.hang === undefined ? "this world cannot hang" : undefined),
      async run(harness) {
        ensureSucceeded(await execute(harness, "k1", 1));
        await harness.hang?.();
        for (const [verb, key] of [
          ["execute", "k2"],
          ["undo", "k1"],
        ] as const) {
          const controller = new AbortController();
          const work = cancelled(harness, verb, { ...order(harness.remedy, key, 1), cancel: controller.signal });
          setTimeout(() => controller.abort(), 0);
          ensureFailed(await work);
        }
      },
    },
  ],
};

function order(remedy: Remedy, idempotencyKey: string, token: number): RemedyOrder {
  return { remedy, idempotencyKey, fencing: { key: "runbook-run/contract", token }, timeoutMs: TIMEOUT_MS };
}

function execute(harness: RemediatorHarness, key: string, token: number): Promise<StepOutcome> {
  return comes(harness, harness.remediator.execute(order(harness.remedy, key, token)));
}

function undo(harness: RemediatorHarness, key: string, token: number): Promise<StepOutcome> {
  return comes(harness, harness.remediator.undo(order(harness.remedy, key, token)));
}

function cancelled(harness: RemediatorHarness, verb: "execute" | "undo", asked: RemedyOrder): Promise<StepOutcome> {
  const patienceMs = Math.min(harness.patienceMs ?? CANCEL_PATIENCE_MS, CANCEL_PATIENCE_MS);
  return ensureComes("the answer to a cancel", harness.remediator[verb](asked), patienceMs);
}

function comes<Value>(harness: RemediatorHarness, work: Promise<Value>): Promise<Value> {
  return ensureComes("the answer of the remediator", work, harness.patienceMs);
}

function ensureSucceeded(outcome: StepOutcome): void {
  ensure(outcome.kind === "succeeded", `it did not succeed: ${JSON.stringify(outcome)}`);
}

type Failed = Extract<StepOutcome, { readonly kind: "failed" }>;

function ensureFailed(outcome: StepOutcome): asserts outcome is Failed {
  ensure(outcome.kind === "failed", "it should have refused, and says that it succeeded");
  ensure(outcome.reason.trim() !== "", "it refuses without a reason");
}

function ensureUntouched(outcome: StepOutcome): asserts outcome is Failed {
  ensureFailed(outcome);
  ensureEqual(outcome.mayHaveActed, false, "mayHaveActed of a refusal");
}

function ensureRefused(outcome: StepOutcome): void {
  ensureUntouched(outcome);
  ensureEqual(outcome.retryable, false, "retryable of a refusal");
}
