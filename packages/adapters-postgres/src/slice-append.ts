import type { AppendOutcome, HistorySlice, StoredSlice } from "@plimsoll/core";

import { blockWindows, BY_TIME } from "./block-windows.js";
import { createSliceColumns, packBlocks, pickSlices, type BlockRow, type SliceColumns } from "./slice-block.js";
import { openSliceReach, type SliceReach } from "./slice-reach.js";
import type { SloKeyDictionary } from "./slo-key-dictionary.js";
import type { Sql, SqlConnection } from "./sql/sql.js";

const LOOKUP_SLICES = 65_536;

// The counter says whether another process has appended since; then nothing is taken, and what it stored is learned first.
const APPEND_ONE = {
  name: "plimsoll-append-block",
  text: `WITH counter AS (UPDATE plimsoll.slice_counter SET latest = $2::bigint WHERE latest = $1::bigint - 1 RETURNING latest)
    INSERT INTO plimsoll.slice_blocks (first_sequence, last_sequence, from_ms, to_ms, first_key, last_key, slices, packed, merged)
    SELECT $1::bigint, $2::bigint, $3::bigint, $4::bigint, $5::integer, $6::integer, $7::integer, decode($8::text, 'base64'), false
    FROM counter RETURNING slices`,
};

const INSERT = `INSERT INTO plimsoll.slice_blocks
  (first_sequence, last_sequence, from_ms, to_ms, first_key, last_key, slices, packed, merged)
  VALUES ($1, $2, $3, $4, $5, $6, $7, decode($8::text, 'base64'), $9)`;

/** Stores a block; `merged` ones are made of others. */
export async function insertBlock(sql: Sql, block: BlockRow, merged: boolean): Promise<void> {
  await sql.query(INSERT, [...valuesOf(block), merged]);
}

/** Makes the append of a history; one at a time, as each must know what the one before has stored. */
export function createSliceAppend(
  sql: SqlConnection,
  dictionary: SloKeyDictionary,
): (slices: readonly HistorySlice[]) => Promise<AppendOutcome> {
  let reach: SliceReach | undefined;
  let tail: Promise<unknown> = Promise.resolve();
  const append = async (slices: readonly HistorySlice[]): Promise<AppendOutcome> => {
    if (slices.length === 0) return { appended: [], alreadyThere: 0 };
    reach ??= await openSliceReach(sql);
    const offered = inOrder(slices, await dictionary.keysFor(slices.map(({ sloId }) => sloId)));
    const taken = await store(sql, reach, offered.columns);
    const { places, firstSequence } = taken;
    const appended = Array.from(places, (place, index): StoredSlice => {
      const { sloId, sliceMs, good, total, slices: covered } = offered.slices[place] as HistorySlice;
      return { sloId, sliceMs, good, total, slices: covered, sequence: firstSequence + index };
    });
    return { appended, alreadyThere: slices.length - appended.length };
  };
  return (slices) => {
    const appended = tail.then(() => append(slices));
    tail = appended.catch(() => undefined);
    return appended;
  };
}

type Offered = { readonly slices: readonly HistorySlice[]; readonly columns: SliceColumns };

/** In the order of time, then of key, as blocks are small then; equal ones keep their order, as the first value stays. */
function inOrder(slices: readonly HistorySlice[], keys: readonly number[]): Offered {
  const order = slices.map((_, place) => place);
  const compare = (left: number, right: number): number =>
    (slices[left]?.sliceMs ?? 0) - (slices[right]?.sliceMs ?? 0) || (keys[left] ?? 0) - (keys[right] ?? 0);
  const isOrdered = order.every((place) => place === 0 || compare(place - 1, place) <= 0);
  if (!isOrdered) order.sort(compare);
  const ordered = isOrdered ? slices : order.flatMap((place) => slices[place] ?? []);
  const columns = createSliceColumns(slices.length);
  for (const [index, { good, sliceMs, slices: covered, total }] of ordered.entries()) {
    columns.keys[index] = keys[order[index] ?? index] ?? Number.NaN;
    columns.starts[index] = sliceMs;
    columns.goods[index] = good;
    columns.totals[index] = total;
    columns.covered[index] = covered;
  }
  return { slices: ordered, columns };
}

type Taken = { readonly places: readonly number[]; readonly firstSequence: number };

async function store(sql: SqlConnection, reach: SliceReach, offered: SliceColumns): Promise<Taken> {
  const places = await newPlaces(sql, reach, offered);
  const firstSequence = reach.sequence + 1;
  if (places.length === 0) return { places, firstSequence };
  const slices = numbered(offered, places, firstSequence);
  const blocks = packBlocks(slices);
  const [only] = blocks;
  if (only !== undefined && blocks.length === 1) {
    const stored = await sql.query(APPEND_ONE, valuesOf(only));
    if (stored.length > 0) {
      reach.stored(slices, only.lastSequence);
      return { places, firstSequence };
    }
  }
  return storeAlone(sql, reach, offered);
}

/** With the counter's row locked, nobody else appends until this is committed. */
async function storeAlone(sql: SqlConnection, reach: SliceReach, offered: SliceColumns): Promise<Taken> {
  const done = await sql.transaction(async (transaction) => {
    await transaction.query("SELECT latest FROM plimsoll.slice_counter FOR UPDATE");
    await reach.catchUp(transaction);
    const places = await newPlaces(transaction, reach, offered);
    const firstSequence = reach.sequence + 1;
    const slices = numbered(offered, places, firstSequence);
    for (const block of packBlocks(slices)) await insertBlock(transaction, block, false);
    await transaction.query("UPDATE plimsoll.slice_counter SET latest = latest + $1", [places.length]);
    return { places, firstSequence, slices };
  });
  // Only once it is committed.
  reach.stored(done.slices, done.firstSequence + done.places.length - 1);
  return done;
}

function numbered(offered: SliceColumns, places: readonly number[], firstSequence: number): SliceColumns {
  const slices = pickSlices(offered, places);
  for (let index = 0; index < places.length; index += 1) slices.sequences[index] = firstSequence + index;
  return slices;
}

/** The places of those that are not stored yet, each SLO's slice once. */
async function newPlaces(sql: Sql, reach: SliceReach, offered: SliceColumns): Promise<readonly number[]> {
  const older = new Map<string, boolean>();
  const keys = new Set<number>();
  let fromMs = Number.POSITIVE_INFINITY;
  let toMs = Number.NEGATIVE_INFINITY;
  const places: number[] = [];
  for (let place = 0; place < offered.count; place += 1) {
    const key = offered.keys[place] as number;
    const startMs = offered.starts[place] as number;
    // Equal ones are neighbours.
    if (place > 0 && offered.keys[place - 1] === key && offered.starts[place - 1] === startMs) continue;
    places.push(place);
    if (reach.isNewer(key, startMs)) continue;
    older.set(`${key}/${startMs}`, false);
    keys.add(key);
    fromMs = Math.min(fromMs, startMs);
    toMs = Math.max(toMs, startMs);
  }
  if (older.size === 0) return places;
  const query = { from: fromMs, to: toMs + 1, keys: [...keys], target: LOOKUP_SLICES };
  for await (const found of blockWindows(sql, BY_TIME, query)) {
    for (let place = 0; place < found.count; place += 1) {
      const name = `${found.keys[place]}/${found.starts[place]}`;
      if (older.has(name)) older.set(name, true);
    }
  }
  return places.filter((place) => older.get(`${offered.keys[place]}/${offered.starts[place]}`) !== true);
}

function valuesOf(block: BlockRow): readonly unknown[] {
  const { firstKey, firstSequence, fromMs, lastKey, lastSequence, packed, slices, toMs } = block;
  return [firstSequence, lastSequence, fromMs, toMs, firstKey, lastKey, slices, packed];
}
