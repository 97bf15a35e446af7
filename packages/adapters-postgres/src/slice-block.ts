import { PlimsollError } from "@plimsoll/core";

import { createNumberReader, createNumberWriter } from "./packed-numbers.js";
import type { SqlRow } from "./sql/sql.js";

/** Slices column by column, in no order that anybody may count on. */
export type SliceColumns = {
  readonly count: number;
  readonly sequences: Float64Array;
  readonly keys: Float64Array;
  readonly starts: Float64Array;
  readonly goods: Float64Array;
  readonly totals: Float64Array;
  readonly covered: Float64Array;
};

/** The most slices that one block holds. */
export const MOST_SLICES = 16_384;
/** The most time between the first and the last slice of a block: so far before an instant a block that holds it may begin. */
export const LONGEST_SPAN_MS = 6 * 3_600_000;

const COLUMN_NAMES = ["sequences", "keys", "starts", "goods", "totals", "covered"] as const;
const FORMAT = 1;

/** Makes room for so many slices. */
export function createSliceColumns(count: number): SliceColumns {
  const column = (): Float64Array => new Float64Array(count);
  return {
    count,
    sequences: column(),
    keys: column(),
    starts: column(),
    goods: column(),
    totals: column(),
    covered: column(),
  };
}

/** The slices at some places, in that order. */
export function pickSlices(slices: SliceColumns, places: ArrayLike<number>): SliceColumns {
  const picked = createSliceColumns(places.length);
  for (const name of COLUMN_NAMES) {
    const from = slices[name];
    const into = picked[name];
    for (let index = 0; index < into.length; index += 1) into[index] = from[places[index] as number] as number;
  }
  return picked;
}

/** Several lots of slices as one. */
export function joinSlices(parts: readonly SliceColumns[]): SliceColumns {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const joined = createSliceColumns(parts.reduce((sum, { count }) => sum + count, 0));
  for (const name of COLUMN_NAMES) {
    let at = 0;
    for (const part of parts) {
      joined[name].set(part[name], at);
      at += part.count;
    }
  }
  return joined;
}

/** A block as its row's columns; `packed` is base64, which the embedded driver passes ten times as fast as bytes. */
export type BlockRow = {
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly firstKey: number;
  readonly lastKey: number;
  readonly slices: number;
  readonly packed: string;
};

/** Packs slices into blocks: a new one wherever there would be too many slices in one, or too long a time. */
export function packBlocks(slices: SliceColumns): readonly BlockRow[] {
  const rows: BlockRow[] = [];
  let start = 0;
  let fromMs = Number.POSITIVE_INFINITY;
  let toMs = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < slices.count; index += 1) {
    const startMs = slices.starts[index] as number;
    const isFull = index - start >= MOST_SLICES;
    if (isFull || Math.max(toMs, startMs) - Math.min(fromMs, startMs) > LONGEST_SPAN_MS) {
      rows.push(packBlock(slices, start, index));
      start = index;
      fromMs = Number.POSITIVE_INFINITY;
      toMs = Number.NEGATIVE_INFINITY;
    }
    fromMs = Math.min(fromMs, startMs);
    toMs = Math.max(toMs, startMs);
  }
  if (slices.count > start) rows.push(packBlock(slices, start, slices.count));
  return rows;
}

function packBlock(slices: SliceColumns, start: number, end: number): BlockRow {
  const count = end - start;
  const writer = createNumberWriter(count * COLUMN_NAMES.length, COLUMN_NAMES.length);
  writer.byte(FORMAT);
  for (const name of COLUMN_NAMES) writer.column(slices[name].subarray(start, end));
  const [firstSequence, lastSequence] = rangeOf(slices.sequences, start, end);
  const [firstKey, lastKey] = rangeOf(slices.keys, start, end);
  const [fromMs, toMs] = rangeOf(slices.starts, start, end);
  const packed = Buffer.from(writer.take()).toString("base64");
  return { firstSequence, lastSequence, fromMs, toMs, firstKey, lastKey, slices: count, packed };
}

function rangeOf(values: Float64Array, start: number, end: number): readonly [least: number, most: number] {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let index = start; index < end; index += 1) {
    const value = values[index] as number;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return [least, most];
}

/** Unpacks the `slices` and `packed` of a row. Throws `storage-damaged` for bytes that are not a block. */
export function unpackBlock(row: SqlRow): SliceColumns {
  const count = Number(row["slices"]);
  try {
    const reader = createNumberReader(Buffer.from(String(row["packed"]), "base64"));
    const format = reader.byte();
    if (format !== FORMAT) throw new RangeError(`the format ${format}, where ${FORMAT} is known`);
    const slices = {
      count,
      sequences: reader.column(count),
      keys: reader.column(count),
      starts: reader.column(count),
      goods: reader.column(count),
      totals: reader.column(count),
      covered: reader.column(count),
    };
    reader.end();
    return slices;
  } catch (cause) {
    throw new PlimsollError({
      code: "storage-damaged",
      message: `A block of ${count} slices (first sequence ${String(row["first_sequence"])}) cannot be read: ${cause instanceof Error ? cause.message : String(cause)}. Restore the storage from a backup.`,
      retryable: false,
      cause,
    });
  }
}
