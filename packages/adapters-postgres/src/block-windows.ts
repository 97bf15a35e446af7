import { joinSlices, LONGEST_SPAN_MS, pickSlices, unpackBlock, type SliceColumns } from "./slice-block.js";
import type { Sql } from "./sql/sql.js";

/** What blocks are read by: when their slices were, or in which order they were stored. */
export type BlockAxis = {
  readonly column: "starts" | "sequences";
  readonly first: string;
  readonly last: string;
  /** No block is longer: one that reaches beyond a place begins at most so far before it. */
  readonly longest: number;
};

/** The most sequences between the first and the last slice of a block. */
export const LONGEST_SEQUENCE_SPAN = 1 << 18;

/** By the time of the slices. */
export const BY_TIME: BlockAxis = { column: "starts", first: "from_ms", last: "to_ms", longest: LONGEST_SPAN_MS };
/** By the order of storing. */
export const BY_SEQUENCE: BlockAxis = {
  column: "sequences",
  first: "first_sequence",
  last: "last_sequence",
  longest: LONGEST_SEQUENCE_SPAN,
};

/** A half-open stretch of an axis, and the SLO keys that are wanted; all when there are none. */
export type BlockQuery = { readonly from: number; readonly to: number; readonly keys?: readonly number[] };

const PLANNED_BLOCKS = 2_048;
const KEY_RANGES = 32;

/**
 * Goes along an axis in windows of about so many slices, each window whole and read in one statement; so it does not
 * matter when blocks are merged or pruned in between. Slices of a window come in no order.
 */
export async function* blockWindows(
  sql: Sql,
  axis: BlockAxis,
  { target, ...query }: BlockQuery & { readonly target: number },
): AsyncGenerator<SliceColumns> {
  const wanted = query.keys === undefined ? undefined : new Set(query.keys);
  const ranges = keyRanges(query.keys);
  let { from } = query;
  let planned = PLANNED_BLOCKS;
  while (from < query.to) {
    const blocks = await plan(sql, axis, { from, to: query.to, ranges, most: planned });
    const isLastPlan = blocks.length < planned;
    // Behind the first of the last block others may begin that were not planned.
    const until = isLastPlan ? query.to : (blocks.at(-1)?.first ?? query.to);
    if (until <= from) {
      planned *= 2;
      continue;
    }
    for (;;) {
      const next = nextWindow(blocks, { from, until, target });
      if (next === undefined) break;
      const slices = await readWindow(sql, axis, { ...next, ranges, wanted });
      from = next.to;
      if (slices.count > 0) yield slices;
    }
    from = until;
  }
}

type PlannedBlock = { readonly first: number; readonly last: number; readonly slices: number };
type KeyRanges = readonly [firsts: string, lasts: string];
type Window = { readonly from: number; readonly to: number };

async function plan(
  sql: Sql,
  axis: BlockAxis,
  { from, to, ranges, most }: Window & { readonly ranges: KeyRanges; readonly most: number },
): Promise<readonly PlannedBlock[]> {
  const rows = await sql.query(
    `SELECT b.${axis.first} AS first, b.${axis.last} AS last, b.slices FROM plimsoll.slice_blocks AS b
     WHERE ${overlapping(axis)} ORDER BY b.${axis.first} LIMIT $6`,
    [from - axis.longest, from, to, ...ranges, most],
  );
  return rows.map((row) => ({
    first: Number(row["first"]),
    last: Number(row["last"]),
    slices: Number(row["slices"]),
  }));
}

function overlapping(axis: BlockAxis): string {
  return `b.${axis.first} >= $1 AND b.${axis.first} < $3 AND b.${axis.last} >= $2 AND EXISTS (
    SELECT FROM unnest($4::text::integer[], $5::text::integer[]) AS r(first, last)
    WHERE r.first <= b.last_key AND r.last >= b.first_key)`;
}

/** The stretch that holds about `target` slices, as far as the blocks' lengths tell; undefined behind the last block. */
function nextWindow(
  blocks: readonly PlannedBlock[],
  { from, until, target }: { readonly from: number; readonly until: number; readonly target: number },
): Window | undefined {
  const ahead = blocks.filter(({ first, last }) => last >= from && first < until);
  const [nearest] = ahead;
  if (nearest === undefined) return undefined;
  const start = Math.max(from, nearest.first);
  if (start >= until) return undefined;
  let end = Math.min(until, ahead.reduce((furthest, { last }) => Math.max(furthest, last), start) + 1);
  for (;;) {
    const inside = ahead.reduce((sum, block) => sum + slicesWithin(block, start, end), 0);
    if (inside <= target || end - start <= 1) return { from: start, to: end };
    // Never the same again, and in few steps also where nearly all of it lies at the start.
    end = start + Math.max(1, Math.floor((end - start) * Math.max(target / inside, 1 / 16)));
  }
}

function slicesWithin({ first, last, slices }: PlannedBlock, from: number, to: number): number {
  const shared = Math.min(last + 1, to) - Math.max(first, from);
  return shared <= 0 ? 0 : (slices * shared) / (last + 1 - first);
}

async function readWindow(
  sql: Sql,
  axis: BlockAxis,
  {
    from,
    to,
    ranges,
    wanted,
  }: Window & { readonly ranges: KeyRanges; readonly wanted: ReadonlySet<number> | undefined },
): Promise<SliceColumns> {
  const rows = await sql.query(
    `SELECT b.first_sequence, b.slices, encode(b.packed, 'base64') AS packed FROM plimsoll.slice_blocks AS b
     WHERE ${overlapping(axis)}`,
    [from - axis.longest, from, to, ...ranges],
  );
  const parts = rows.map((row) => {
    const block = unpackBlock(row);
    const along = block[axis.column];
    const isInside = (place: number): boolean => {
      const at = along[place] as number;
      return at >= from && at < to && (wanted === undefined || wanted.has(block.keys[place] as number));
    };
    const places: number[] = [];
    for (let place = 0; place < block.count; place += 1) if (isInside(place)) places.push(place);
    return places.length === block.count ? block : pickSlices(block, places);
  });
  return joinSlices(parts);
}

// Every key stands in one of few ranges; what else a range holds is left out after reading.
function keyRanges(keys: readonly number[] | undefined): KeyRanges {
  if (keys === undefined) return ["{1}", "{2147483647}"];
  const sorted = [...keys].sort((left, right) => left - right);
  const size = Math.max(1, Math.ceil(sorted.length / KEY_RANGES));
  const firsts = sorted.filter((_, index) => index % size === 0);
  const lasts = sorted.filter((_, index) => index % size === size - 1 || index === sorted.length - 1);
  return [`{${firsts.join(",")}}`, `{${lasts.join(",")}}`];
}
