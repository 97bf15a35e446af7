import type { AppendOutcome, HistorySlice, LedgerCheckpoint, SliHistory, StoredSlice } from "@plimsoll/core";

import { frozenCopy } from "./frozen-json.js";

const PAGE_SLICES = 10_000;

/** Makes a history that lives as long as the process, its checkpoint included. */
export function createMemorySliHistory(): SliHistory {
  // By SLO, then by start of slice.
  const slicesBySlo = new Map<string, Map<number, StoredSlice>>();
  let sequence = 0;
  let checkpoint: LedgerCheckpoint | undefined;

  const append = (slices: readonly HistorySlice[]): AppendOutcome => {
    const appended: StoredSlice[] = [];
    for (const { sloId, sliceMs, good, total, slices: covered } of slices) {
      let ofSlo = slicesBySlo.get(sloId);
      if (ofSlo === undefined) slicesBySlo.set(sloId, (ofSlo = new Map<number, StoredSlice>()));
      if (ofSlo.has(sliceMs)) continue;
      sequence += 1;
      const stored = Object.freeze({ sloId, sliceMs, good, total, slices: covered, sequence });
      ofSlo.set(sliceMs, stored);
      appended.push(stored);
    }
    return { appended, alreadyThere: slices.length - appended.length };
  };

  const select = (keep: (slice: StoredSlice) => boolean): StoredSlice[] =>
    [...slicesBySlo.values()].flatMap((ofSlo) => [...ofSlo.values()].filter(keep));

  return {
    append: async (slices) => append(slices),
    async *load({ sloIds, fromMs, toMs }) {
      const wanted = sloIds && new Set(sloIds);
      const inside = ({ sloId, sliceMs }: StoredSlice): boolean =>
        sliceMs >= fromMs && sliceMs < toMs && (wanted === undefined || wanted.has(sloId));
      yield* pagesOf(select(inside).sort(byTimeThenSlo));
    },
    async *loadSince(after) {
      yield* pagesOf(select((slice) => slice.sequence > after).sort((left, right) => left.sequence - right.sequence));
    },
    async prune(beforeMs) {
      let dropped = 0;
      for (const ofSlo of slicesBySlo.values()) {
        for (const sliceMs of ofSlo.keys()) if (sliceMs < beforeMs && ofSlo.delete(sliceMs)) dropped += 1;
      }
      return dropped;
    },
    checkpoints: {
      save: async (saved) => void (checkpoint = copyOf(saved)),
      load: async () => checkpoint && copyOf(checkpoint),
    },
  };
}

function* pagesOf(slices: readonly StoredSlice[]): Generator<readonly StoredSlice[]> {
  for (let start = 0; start < slices.length; start += PAGE_SLICES) yield slices.slice(start, start + PAGE_SLICES);
}

function byTimeThenSlo(left: StoredSlice, right: StoredSlice): number {
  if (left.sliceMs !== right.sliceMs) return left.sliceMs - right.sliceMs;
  return left.sloId < right.sloId ? -1 : 1;
}

function copyOf({ sequence, atMs, layout, chunks }: LedgerCheckpoint): LedgerCheckpoint {
  return { ...frozenCopy({ sequence, atMs, layout }), chunks: chunks.map((chunk) => chunk.slice()) };
}
