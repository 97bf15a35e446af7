import type { SliHistory, StoredSlice } from "@plimsoll/core";

import { blockWindows, BY_SEQUENCE, BY_TIME } from "./block-windows.js";
import { createPostgresLedgerCheckpoints } from "./postgres-ledger-checkpoints.js";
import { createSliceAppend } from "./slice-append.js";
import type { SliceColumns } from "./slice-block.js";
import { mergeBlocks, pruneBlocks } from "./slice-upkeep.js";
import { createSloKeyDictionary, type SloKeyDictionary } from "./slo-key-dictionary.js";
import type { Sql, SqlConnection } from "./sql/sql.js";

/** How much is moved at a time. */
export type PostgresSliHistorySettings = {
  /** Slices in a page; default 10,000. */
  readonly pageSlices?: number;
};

const PAGE_SLICES = 10_000;

/** Makes the history of an open and migrated database. */
export function createPostgresSliHistory(
  sql: SqlConnection,
  { pageSlices = PAGE_SLICES }: PostgresSliHistorySettings = {},
): SliHistory {
  const dictionary = createSloKeyDictionary(sql);
  return {
    append: createSliceAppend(sql, dictionary),
    async *load({ fromMs, sloIds, toMs }) {
      const keys = sloIds === undefined ? undefined : await dictionary.knownKeys(sloIds);
      const query = { from: fromMs, to: toMs, target: pageSlices, ...(keys === undefined ? {} : { keys }) };
      for await (const window of blockWindows(sql, BY_TIME, query)) {
        yield* pagesOf(await sorted(window, dictionary, byTimeThenSlo), pageSlices);
      }
    },
    loadSince: (sequence) => loadSince(sql, dictionary, { sequence, pageSlices }),
    prune: async (beforeMs) => {
      const dropped = await pruneBlocks(sql, beforeMs);
      const merged = await mergeBlocks(sql);
      // The embedded database has no autovacuum; without this its files only grow.
      if (dropped + merged > 0 && sql.backend === "embedded") await sql.query("VACUUM (ANALYZE) plimsoll.slice_blocks");
      return dropped;
    },
    checkpoints: createPostgresLedgerCheckpoints(sql),
  };
}

async function* loadSince(
  sql: Sql,
  dictionary: SloKeyDictionary,
  { sequence, pageSlices }: { readonly sequence: number; readonly pageSlices: number },
): AsyncGenerator<readonly StoredSlice[]> {
  // What is stored while this reads is read too, as far as there is no end to it.
  for (let after = sequence; ;) {
    const [row] = await sql.query("SELECT latest FROM plimsoll.slice_counter");
    const latest = Number(row?.["latest"]);
    if (latest <= after) return;
    const query = { from: after + 1, to: latest + 1, target: pageSlices };
    for await (const window of blockWindows(sql, BY_SEQUENCE, query)) {
      yield* pagesOf(await sorted(window, dictionary, bySequence), pageSlices);
    }
    after = latest;
  }
}

async function sorted(
  slices: SliceColumns,
  dictionary: SloKeyDictionary,
  compare: (left: StoredSlice, right: StoredSlice) => number,
): Promise<StoredSlice[]> {
  // A key from another process may be new here.
  if (slices.keys.some((key) => !dictionary.knows(key))) await dictionary.refresh();
  const { covered, goods, keys, sequences, starts, totals } = slices;
  return Array.from({ length: slices.count }, (_, place): StoredSlice => ({
    sloId: dictionary.sloIdOf(keys[place] as number),
    sliceMs: starts[place] as number,
    good: goods[place] as number,
    total: totals[place] as number,
    slices: covered[place] as number,
    sequence: sequences[place] as number,
  })).sort(compare);
}

function* pagesOf(slices: readonly StoredSlice[], pageSlices: number): Generator<readonly StoredSlice[]> {
  for (let start = 0; start < slices.length; start += pageSlices) yield slices.slice(start, start + pageSlices);
}

function byTimeThenSlo(left: StoredSlice, right: StoredSlice): number {
  return left.sliceMs - right.sliceMs || (left.sloId < right.sloId ? -1 : 1);
}

function bySequence(left: StoredSlice, right: StoredSlice): number {
  return left.sequence - right.sequence;
}
