import { failure, success, type Result } from "../errors/result.js";
import { ByteReader } from "./byte-reader.js";
import { crc32 } from "./checksum.js";
import { ColumnDirectory, type ColumnEntry } from "./column-directory.js";
import { BLOCK_COLUMNS, ColumnStore } from "./column-store.js";
import { Ledger } from "./ledger.js";
import { RingClock } from "./ring-clock.js";
import { readDoubles, readWords } from "./row-codec.js";
import { CHUNK_COLUMNS, ENTRY, SNAPSHOT_MAGIC, SNAPSHOT_VERSION } from "./snapshot.js";
import type { Tier } from "./tier.js";

/**
 * Why a snapshot was not restored: bytes that are no chunk, or of another version; a chunk changed since it was
 * written; a ledger with other tiers; or chunks that are not one whole snapshot. `chunk` is its index in the input.
 */
export type RestoreFailure = {
  readonly kind: "foreign" | "other-version" | "damaged" | "other-settings" | "incomplete";
  readonly chunk: number | undefined;
  readonly message: string;
};

type Header = {
  readonly headMs: number;
  readonly revision: number;
  readonly chunks: number;
  readonly index: number;
  readonly count: number;
};

type OpenChunk = { readonly chunk: number; readonly header: Header; readonly reader: ByteReader };

const CRC_BYTES = 4;

/**
 * Rebuilds a ledger from the chunks of one snapshot, in any order. It equals the one that was written: sums, columns,
 * births and revision. Nothing is restored unless all of it is whole and made with these tiers.
 */
export function restoreLedger(
  chunks: readonly Uint8Array[],
  settings: { readonly tiers: readonly Tier[] },
): Result<Ledger, RestoreFailure> {
  const opened: OpenChunk[] = [];
  for (const [chunk, bytes] of chunks.entries()) {
    const one = openChunk(bytes, chunk, settings.tiers);
    if (!one.ok) return one;
    opened.push(one.value);
  }
  opened.sort((a, b) => a.header.index - b.header.index);
  const [head] = opened;
  if (head === undefined || !isWholeSet(opened, head.header)) {
    return refuse(
      "incomplete",
      undefined,
      `these ${chunks.length} chunks are not one whole snapshot; give all of one and no other`,
    );
  }

  const clock = new RingClock(settings.tiers, head.header.headMs);
  const directory = new ColumnDirectory();
  const store = new ColumnStore(clock.rows);
  const lines = clock.boundaries();
  for (const { chunk, header, reader } of opened) {
    const first = directory.columns;
    const readable =
      readEntries(reader, header.count, directory) && readRows(reader, { first, count: header.count }, store, lines);
    if (!readable || !reader.atEnd)
      return refuse("damaged", chunk, "its contents contradict themselves; restore an older snapshot");
  }
  return success(new Ledger({ clock, directory, store, revision: head.header.revision }));
}

function openChunk(bytes: Uint8Array, chunk: number, tiers: readonly Tier[]): Result<OpenChunk, RestoreFailure> {
  if (SNAPSHOT_MAGIC.some((byte, at) => bytes[at] !== byte)) {
    return refuse("foreign", chunk, "it does not start as a ledger's chunk does; something else was stored there");
  }
  const body = bytes.subarray(0, Math.max(0, bytes.length - CRC_BYTES));
  const reader = new ByteReader(body);
  for (const _ of SNAPSHOT_MAGIC) reader.unsigned();
  const version = reader.unsigned();
  if (!reader.intact) return refuse("damaged", chunk, `it ends after ${bytes.length} bytes; restore an older snapshot`);
  if (version !== SNAPSHOT_VERSION) {
    return refuse(
      "other-version",
      chunk,
      `it is of version ${version}, this reads ${SNAPSHOT_VERSION}; rebuild from the history`,
    );
  }
  const stored = new DataView(bytes.buffer, bytes.byteOffset + body.length, CRC_BYTES).getUint32(0, true);
  if (stored !== crc32(body)) return refuse("damaged", chunk, "its checksum does not fit; restore an older snapshot");

  const writtenWith = readTiers(reader);
  if (reader.intact && writtenWith !== listed(tiers)) {
    return refuse(
      "other-settings",
      chunk,
      `its tiers are ${writtenWith}, not ${listed(tiers)}; rebuild from the history`,
    );
  }
  const header = {
    headMs: reader.double(),
    revision: reader.unsigned(),
    chunks: reader.unsigned(),
    index: reader.unsigned(),
    count: reader.unsigned(),
  };
  const sane = Number.isSafeInteger(header.headMs) && header.count <= CHUNK_COLUMNS;
  if (!reader.intact || !sane) return refuse("damaged", chunk, "its header makes no sense; restore an older snapshot");
  return success({ chunk, header, reader });
}

function readTiers(reader: ByteReader): string {
  const tiers: Tier[] = [];
  for (let left = reader.unsigned(); left > 0 && reader.intact; left -= 1) {
    tiers.push({ cellMs: reader.unsigned(), cells: reader.unsigned() });
  }
  return listed(tiers);
}

function listed(tiers: readonly Tier[]): string {
  return tiers.map(({ cellMs, cells }) => `${cells} x ${cellMs} ms`).join(", ");
}

/** All chunks of one snapshot are there once, and all but the last are full, so columns follow from the order. */
function isWholeSet(sorted: readonly OpenChunk[], first: Header): boolean {
  return (
    first.chunks === sorted.length &&
    sorted.every(
      ({ header }, index) =>
        header.index === index &&
        header.chunks === first.chunks &&
        header.revision === first.revision &&
        header.headMs === first.headMs &&
        (header.count === CHUNK_COLUMNS || index === sorted.length - 1),
    )
  );
}

function readEntries(reader: ByteReader, count: number, directory: ColumnDirectory): boolean {
  for (let left = count; left > 0; left -= 1) {
    const entry = readEntry(reader);
    if (!reader.intact || entry === "unknown") return false;
    if (entry === "hole") {
      directory.addHole();
    } else if (directory.columnOf(entry.key) === undefined) {
      directory.append(entry);
    } else {
      return false;
    }
  }
  return true;
}

function readEntry(reader: ByteReader): ColumnEntry | "hole" | "unknown" {
  const form = reader.unsigned();
  if (form === ENTRY.hole) return "hole";
  return form === ENTRY.inUse ? { key: reader.text(), birthMs: reader.double() } : "unknown";
}

function readRows(
  reader: ByteReader,
  columns: { readonly first: number; readonly count: number },
  store: ColumnStore,
  lines: ReturnType<RingClock["boundaries"]>,
): boolean {
  const { first, count } = columns;
  if (count === 0) return true;
  store.reserve(first + count);
  const block = store.blockOf(first);
  const bad = new Float64Array(count);
  const total = new Float64Array(count);
  const measured = new Uint32Array(count);
  for (const { rows } of lines) {
    if (!readDoubles(reader, bad) || !readDoubles(reader, total) || !readWords(reader, measured)) return false;
    for (const row of rows) {
      const at = row * block.width + (first % BLOCK_COLUMNS);
      block.bad.set(bad, at);
      block.total.set(total, at);
      block.measured.set(measured, at);
    }
  }
  return true;
}

function refuse(
  kind: RestoreFailure["kind"],
  chunk: number | undefined,
  reason: string,
): { readonly ok: false; readonly error: RestoreFailure } {
  const place = chunk === undefined ? "ledger snapshot" : `ledger snapshot, chunk ${chunk}`;
  return failure({ kind, chunk, message: `${place}: ${reason}` });
}
