import { MOST_SIGNED, type ByteWriter } from "./byte-writer.js";
import type { ByteReader } from "./byte-reader.js";

// How a row's differences to the row before are written.
const SAME = 0; // one varint: every column grew by the same, as coverage mostly does
const EACH = 1; // one varint per column
const RAW = 2; // the doubles themselves: fractions, or beyond what a varint takes

/** Writes one row of cumulative doubles as differences to the row before; what comes back is equal to the bit. */
export function writeDoubles(writer: ByteWriter, previous: Float64Array, current: Float64Array): void {
  const growth = new Float64Array(current.length);
  for (let i = 0; i < current.length; i += 1) {
    const before = previous[i] as number;
    const value = current[i] as number;
    const grown = value - before;
    if (!Number.isInteger(grown) || Math.abs(grown) >= MOST_SIGNED || before + grown !== value) {
      writer.unsigned(RAW);
      for (const raw of current) writer.double(raw);
      return;
    }
    growth[i] = grown;
  }
  writeGrowth(writer, growth);
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
  const growth = new Float64Array(current.length);
  for (let i = 0; i < current.length; i += 1) growth[i] = ((current[i] as number) - (previous[i] as number)) | 0;
  writeGrowth(writer, growth);
}

/** Turns the row before into the row that `writeWords` wrote; false when the bytes say no such thing. */
export function readWords(reader: ByteReader, row: Uint32Array): boolean {
  return readGrowth(reader, reader.unsigned(), row);
}

function writeGrowth(writer: ByteWriter, growth: Float64Array): void {
  const first = growth[0] as number; // a chunk without columns writes no rows
  if (isConstant(growth, first)) {
    writer.unsigned(SAME);
    writer.signed(first);
    return;
  }
  writer.unsigned(EACH);
  for (let i = 0; i < growth.length; i += 1) writer.signed(growth[i] as number);
}

function isConstant(values: Float64Array, value: number): boolean {
  for (let i = 1; i < values.length; i += 1) if (values[i] !== value) return false;
  return true;
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
