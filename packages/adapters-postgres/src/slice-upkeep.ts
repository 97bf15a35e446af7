import { LONGEST_SEQUENCE_SPAN } from "./block-windows.js";
import { insertBlock } from "./slice-append.js";
import { joinSlices, packBlocks, pickSlices, unpackBlock, type SliceColumns } from "./slice-block.js";
import type { Sql, SqlConnection, SqlRow } from "./sql/sql.js";

const PRUNED_AT_ONCE = 1_000;

/** Merged at once: so many slices, or so many blocks where each is small. */
const MERGED_SLICES = 131_072;
const MERGED_BLOCKS = 256;
/** Slices of a merged block: what one SLO's slices of that time cost to read. */
const GROUP_SLICES = 4_096;

const BLOCK = "first_sequence, slices, encode(packed, 'base64') AS packed";

/** Drops slices before an instant; answers how many. In batches, so that appends get their turn between them. */
export async function pruneBlocks(sql: SqlConnection, beforeMs: number): Promise<number> {
  let dropped = 0;
  for (;;) {
    const rows = await sql.query(
      `DELETE FROM plimsoll.slice_blocks WHERE first_sequence IN (
         SELECT first_sequence FROM plimsoll.slice_blocks WHERE from_ms < $1 AND to_ms < $1 LIMIT $2
       ) RETURNING slices`,
      [beforeMs, PRUNED_AT_ONCE],
    );
    dropped += rows.reduce((sum, row) => sum + Number(row["slices"]), 0);
    if (rows.length < PRUNED_AT_ONCE) break;
  }
  const cut = await sql.query("SELECT first_sequence FROM plimsoll.slice_blocks WHERE from_ms < $1 AND to_ms >= $1", [
    beforeMs,
  ]);
  for (const row of cut) dropped += await pruneWithin(sql, Number(row["first_sequence"]), beforeMs);
  return dropped;
}

function pruneWithin(sql: SqlConnection, firstSequence: number, beforeMs: number): Promise<number> {
  return sql.transaction(async (transaction) => {
    const [row] = await transaction.query(
      `DELETE FROM plimsoll.slice_blocks WHERE first_sequence = $1 RETURNING merged, ${BLOCK}`,
      [firstSequence],
    );
    // Merged or pruned by another process meanwhile: the next prune finds what is left.
    if (row === undefined) return 0;
    const slices = unpackBlock(row);
    const kept = placesWhere(slices, (place) => (slices.starts[place] as number) >= beforeMs);
    for (const block of packBlocks(pickSlices(slices, kept))) {
      await insertBlock(transaction, block, row["merged"] === true);
    }
    return slices.count - kept.length;
  });
}

/**
 * Merges blocks that were stored one after the other, each with a slice or few of every SLO, into blocks with many slices
 * of few SLOs: so one SLO's past is read without everybody's. Blocks of less than a whole merge wait for the next.
 */
export async function mergeBlocks(sql: SqlConnection): Promise<number> {
  let merged = 0;
  while (await mergeOnce(sql)) merged += 1;
  return merged;
}

async function mergeOnce(sql: SqlConnection): Promise<boolean> {
  return sql.transaction(async (transaction) => {
    const waiting = await transaction.query(
      `SELECT first_sequence, last_sequence, slices FROM plimsoll.slice_blocks WHERE NOT merged
       ORDER BY first_sequence LIMIT $1 FOR UPDATE SKIP LOCKED`,
      [MERGED_BLOCKS],
    );
    const unit = wholeUnit(waiting);
    if (unit === undefined) return false;
    const { firsts } = unit;
    const rows = await transaction.query(
      `DELETE FROM plimsoll.slice_blocks WHERE first_sequence = ANY($1::text::bigint[]) RETURNING ${BLOCK}`,
      [`{${firsts.join(",")}}`],
    );
    await insertGroups(transaction, joinSlices(rows.map(unpackBlock)));
    return true;
  });
}

/** The blocks of one merge; undefined while there are too few. */
function wholeUnit(waiting: readonly SqlRow[]): { readonly firsts: readonly number[] } | undefined {
  const start = Number(waiting[0]?.["first_sequence"]);
  const firsts: number[] = [];
  let slices = 0;
  for (const row of waiting) {
    slices += Number(row["slices"]);
    const isTooLong = Number(row["last_sequence"]) - start >= LONGEST_SEQUENCE_SPAN;
    if (firsts.length > 0 && (slices > MERGED_SLICES || isTooLong)) return { firsts };
    firsts.push(Number(row["first_sequence"]));
  }
  return firsts.length >= MERGED_BLOCKS ? { firsts } : undefined;
}

async function insertGroups(sql: Sql, slices: SliceColumns): Promise<void> {
  const keys = [...new Set(slices.keys)].sort((left, right) => left - right);
  const groups = Math.max(1, Math.min(keys.length, Math.floor(slices.count / GROUP_SLICES)));
  const groupOf = new Map(keys.map((key, index) => [key, Math.floor((index * groups) / keys.length)]));
  const places = Array.from({ length: groups }, (): number[] => []);
  for (let place = 0; place < slices.count; place += 1) {
    places[groupOf.get(slices.keys[place] as number) ?? 0]?.push(place);
  }
  for (const group of places) {
    const { starts } = slices;
    group.sort((left, right) => (starts[left] as number) - (starts[right] as number) || left - right);
    for (const block of packBlocks(pickSlices(slices, group))) await insertBlock(sql, block, true);
  }
}

function placesWhere({ count }: SliceColumns, keep: (place: number) => boolean): readonly number[] {
  const places: number[] = [];
  for (let place = 0; place < count; place += 1) if (keep(place)) places.push(place);
  return places;
}
