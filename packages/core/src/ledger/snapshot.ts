import { ByteWriter } from "./byte-writer.js";
import { crc32 } from "./checksum.js";
import { BLOCK_COLUMNS } from "./column-store.js";
import type { LedgerState } from "./ledger-state.js";
import { writeDoubles, writeWords } from "./row-codec.js";

/** The first bytes of every chunk: "PLDG". */
export const SNAPSHOT_MAGIC: readonly number[] = [0x50, 0x4c, 0x44, 0x47];

/** Grows when the bytes change their meaning; a reader takes its own version only. */
export const SNAPSHOT_VERSION = 1;

/**
 * 64 columns of a month are about 0.3 MB as counts and under 2 MB at worst, and a few milliseconds' work: a server that
 * yields between chunks stays responsive. Divides BLOCK_COLUMNS.
 */
export const CHUNK_COLUMNS = 64;

/** Names the two forms that a column's entry takes. */
export const ENTRY = { hole: 0, inUse: 1 } as const;

/**
 * Writes a ledger chunk by chunk. A chunk is magic, version, settings (tiers, head, revision), its place in the set,
 * its columns' entries, then every distinct boundary oldest first as differences to the one before, and a CRC-32.
 */
export function* snapshotChunks(state: LedgerState): Generator<Uint8Array, void, undefined> {
  const chunks = Math.max(1, Math.ceil(state.directory.columns / CHUNK_COLUMNS));
  for (let index = 0; index < chunks; index += 1) yield writeChunk(state, index, chunks);
}

function writeChunk(state: LedgerState, index: number, chunks: number): Uint8Array {
  const { clock, directory } = state;
  const first = index * CHUNK_COLUMNS;
  const count = Math.min(CHUNK_COLUMNS, directory.columns - first);

  const writer = new ByteWriter();
  for (const byte of SNAPSHOT_MAGIC) writer.unsigned(byte);
  writer.unsigned(SNAPSHOT_VERSION);
  writer.unsigned(clock.tiers.length);
  for (const tier of clock.tiers) {
    writer.unsigned(tier.cellMs);
    writer.unsigned(tier.cells);
  }
  writer.double(clock.headMs);
  writer.unsigned(state.revision);
  writer.unsigned(chunks);
  writer.unsigned(index);
  writer.unsigned(count);
  for (let column = first; column < first + count; column += 1) {
    if (directory.isInUse(column)) {
      const { key, birthMs } = directory.entry(column);
      writer.unsigned(ENTRY.inUse);
      writer.text(key);
      writer.double(birthMs);
    } else {
      writer.unsigned(ENTRY.hole);
    }
  }
  if (count > 0) writeRows(writer, state, first, count);
  writer.word(crc32(writer.bytes()));
  return writer.bytes();
}

function writeRows(writer: ByteWriter, state: LedgerState, first: number, count: number): void {
  const block = state.store.blockOf(first);
  let bad: Float64Array = new Float64Array(count);
  let total: Float64Array = new Float64Array(count);
  let measured: Uint32Array = new Uint32Array(count);
  for (const { rows } of state.clock.boundaries()) {
    // Tiers that hold the same boundary hold the same sums, to the bit: each had the same additions in the same order.
    const from = (rows[0] as number) * block.width + (first % BLOCK_COLUMNS);
    const until = from + count;
    const next = {
      bad: block.bad.subarray(from, until),
      total: block.total.subarray(from, until),
      measured: block.measured.subarray(from, until),
    };
    writeDoubles(writer, bad, next.bad);
    writeDoubles(writer, total, next.total);
    writeWords(writer, measured, next.measured);
    ({ bad, total, measured } = next);
  }
}
