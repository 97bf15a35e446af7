import { MOST_SIGNED, type ByteWriter } from "./byte-writer.js";
import type { ByteReader } from "./byte-reader.js";

// How a row's differences to the row before are written.
const SAME = 0; // one varint: every column grew by the same, as coverage mostly does
const EACH = 1; // one varint per column
const RAW = 2; // the doubles themselves: fractions, or beyond what a varint takes

/** Writes one row of cumulative doubles as differences to the row before; what comes back is equal to the bit. */
export function writeDoubles(writer: ByteWriter, previous: Float64Array, current: Float64Array): void {
  const integral = current.every((value, i) => {
    const before = previous[i] as number;
    const grown = value - before;
    return Number.isInteger(grown) && Math.abs(grown) < MOST_SIGNED && before + grown === value;
  });
  if (integral) {
    writeGrowth(writer, current.map((value, i) => value - (previous[i] as number)));
  } else {
    writer.unsigned(RAW);
    for (const value of current) writer.double(value);
  }
}

/** Turns the row before into the row that `writeDoubles` wrote; false when the bytes say no such thing. */
export function readDoubles(reader: ByteReader, row: Float64Array): boolean {
  const mode = reader.unsigned();
  if (mode === RAW) {
    for (let i = 0; i < row.length; i += 1) row[i] = reader.double();
    return reader.intact;
  }
  return readGrowth(reader, mode, row);
}

/** Writes one row of counts modulo 2^32 as differences to the row before, the short way round. */
export function writeWords(writer: ByteWriter, previous: Uint32Array, current: Uint32Array): void {
  writeGrowth(writer, Int32Array.from(current, (value, i) => value - (previous[i] as number)));
}

/** Turns the row before into the row that `writeWords` wrote; false when the bytes say no such thing. */
export function readWords(reader: ByteReader, row: Uint32Array): boolean {
  return readGrowth(reader, reader.unsigned(), row);
}

function writeGrowth(writer: ByteWriter, growth: Float64Array | Int32Array): void {
  const first = growth[0] as number; // a chunk without columns writes no rows
  if (growth.every((value) => value === first)) {
    writer.unsigned(SAME);
    writer.signed(first);
    return;
  }
  writer.unsigned(EACH);
  for (const value of growth) writer.signed(value);
}

function readGrowth(reader: ByteReader, mode: number, row: Float64Array | Uint32Array): boolean {
  if (mode === SAME) {
    const grown = reader.signed();
    for (let i = 0; i < row.length; i += 1) row[i] = (row[i] as number) + grown;
  } else if (mode === EACH) {
    for (let i = 0; i < row.length; i += 1) row[i] = (row[i] as number) + reader.signed();
  } else {
    return false;
  }
  return reader.intact;
}
