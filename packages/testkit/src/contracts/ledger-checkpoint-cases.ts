import type { LedgerCheckpoint } from "@plimsoll/core";

import { ensureEqual } from "../expectation.js";
import type { ContractCase } from "../port-contract.js";
import type { SliHistoryHarness } from "./sli-history-harness.js";

/** The promises of a history's checkpoints. */
export const ledgerCheckpointCases: readonly ContractCase<SliHistoryHarness>[] = [
  {
    name: "has no checkpoint before one was saved",
    async run({ history }) {
      ensureEqual(await history.checkpoints.load(), undefined, "checkpoint");
    },
  },
  {
    name: "gives back a checkpoint to the byte, in the order of its blocks",
    async run({ history }) {
      const saved = checkpoint(42, [256, 0, 3]);
      await history.checkpoints.save(saved);
      ensureEqual(await load(history), saved, "checkpoint");
    },
  },
  {
    name: "replaces the checkpoint before, whole",
    async run({ history }) {
      await history.checkpoints.save(checkpoint(1, [9, 9, 9]));
      await history.checkpoints.save(checkpoint(2, [4]));
      ensureEqual(await load(history), checkpoint(2, [4]), "checkpoint");
    },
  },
  {
    name: "gives a checkpoint that cannot be changed from outside",
    async run({ history }) {
      const saved = checkpoint(1, [8]);
      await history.checkpoints.save(saved);
      saved.chunks[0]?.fill(0xff);
      (await history.checkpoints.load())?.chunks[0]?.fill(0xee);
      ensureEqual(await load(history), checkpoint(1, [8]), "checkpoint after its bytes were changed outside");
    },
  },
  {
    name: "gives no checkpoint rather than a damaged one",
    cannotRun: (harness) => (harness.damageCheckpoint === undefined ? "nothing can damage this storage" : undefined),
    async run({ history, damageCheckpoint }) {
      await history.checkpoints.save(checkpoint(7, [64, 64]));
      await damageCheckpoint?.();
      ensureEqual(await history.checkpoints.load(), undefined, "checkpoint after damage");
    },
  },
  {
    name: "keeps the checkpoint across a restart",
    cannotRun: (harness) => (harness.reopen === undefined ? "this storage ends with its process" : undefined),
    async run({ history, reopen }) {
      await history.checkpoints.save(checkpoint(7, [16]));
      ensureEqual(await load((await reopen?.()) ?? history), checkpoint(7, [16]), "checkpoint after the restart");
    },
  },
];

function checkpoint(sequence: number, sizes: readonly number[]): LedgerCheckpoint {
  const chunks = sizes.map((size, block) => Uint8Array.from({ length: size }, (_, index) => (index * 7 + block) % 256));
  return { sequence, atMs: 1_700_000_000_000, layout: { sliceMs: 15_000, sloIds: ["a", "b"] }, chunks };
}

async function load(history: SliHistoryHarness["history"]): Promise<LedgerCheckpoint | undefined> {
  const loaded = await history.checkpoints.load();
  // A Buffer is a Uint8Array; only the bytes matter.
  return loaded && { ...loaded, chunks: loaded.chunks.map((chunk) => Uint8Array.from(chunk)) };
}
