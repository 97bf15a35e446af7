import { createHash, type Hash } from "node:crypto";

import type { Json, LedgerCheckpoint, LedgerCheckpoints } from "@plimsoll/core";

import type { SqlConnection, SqlRow } from "./sql/sql.js";

const PIECE_BYTES = 1 << 20;
const PIECES_PER_READ = 8;

/**
 * Makes the checkpoints of an open and migrated database. Bytes go in pieces under a generation of their own while the one
 * before stays valid; one statement at the end makes them the checkpoint. A save that was cut short leaves nothing but
 * pieces that the next one removes.
 */
export function createPostgresLedgerCheckpoints(sql: SqlConnection): LedgerCheckpoints {
  let tail: Promise<unknown> = Promise.resolve();
  return {
    // One save after the other, in the order in which they were asked for.
    save(checkpoint) {
      const saved = tail.then(() => save(sql, checkpoint));
      tail = saved.catch(() => undefined);
      return saved;
    },
    load: () => load(sql),
  };
}

async function save(sql: SqlConnection, { sequence, atMs, layout, chunks }: LedgerCheckpoint): Promise<void> {
  const header = headerOf(
    sequence,
    atMs,
    JSON.stringify(layout),
    chunks.map(({ byteLength }) => byteLength),
  );
  const hash = createHash("sha256").update(header.text);
  const [row] = await sql.query(
    `INSERT INTO plimsoll.ledger_checkpoint (sequence, at_ms, layout, chunk_sizes, checksum, complete)
     VALUES ($1, $2, $3::text::json, $4::text::integer[], '', false) RETURNING generation`,
    [sequence, atMs, header.layout, `{${header.sizes.join(",")}}`],
  );
  const generation = Number(row?.["generation"]);
  let number = 0;
  for (const piece of piecesOf(chunks)) {
    hash.update(piece);
    // Base64: the embedded driver writes bytes about ten times as slowly as text.
    await sql.query("INSERT INTO plimsoll.ledger_checkpoint_piece VALUES ($1, $2, decode($3::text, 'base64'))", [
      generation,
      number,
      Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).toString("base64"),
    ]);
    number += 1;
  }
  await sql.transaction(async (transaction) => {
    await transaction.query(
      "UPDATE plimsoll.ledger_checkpoint SET complete = true, checksum = $2 WHERE generation = $1",
      [generation, hash.digest("hex")],
    );
    await transaction.query("DELETE FROM plimsoll.ledger_checkpoint WHERE generation < $1", [generation]);
    await transaction.query("DELETE FROM plimsoll.ledger_checkpoint_piece WHERE generation < $1", [generation]);
  });
  // The embedded database has no autovacuum; without this every checkpoint would make its files longer.
  if (sql.backend === "embedded") await sql.query("VACUUM plimsoll.ledger_checkpoint_piece");
}

async function load(sql: SqlConnection): Promise<LedgerCheckpoint | undefined> {
  const [row] = await sql.query(
    `SELECT generation, sequence, at_ms, layout::text AS layout, array_to_string(chunk_sizes, ',') AS chunk_sizes, checksum
     FROM plimsoll.ledger_checkpoint WHERE complete ORDER BY generation DESC LIMIT 1`,
  );
  if (row === undefined) return undefined;
  const sizesText = String(row["chunk_sizes"]);
  const sizes = sizesText === "" ? [] : sizesText.split(",").map(Number);
  const header = headerOf(Number(row["sequence"]), Number(row["at_ms"]), String(row["layout"]), sizes);
  const hash = createHash("sha256").update(header.text);
  const chunks = sizes.map((size) => new Uint8Array(size));
  const isWhole = await fillChunks(sql, row, chunks, hash);
  if (!isWhole || hash.digest("hex") !== row["checksum"]) return undefined;
  return { sequence: header.sequence, atMs: header.atMs, layout: JSON.parse(header.layout) as Json, chunks };
}

async function fillChunks(
  sql: SqlConnection,
  row: SqlRow,
  chunks: readonly Uint8Array[],
  hash: Hash,
): Promise<boolean> {
  const places = [...piecesOf(chunks)];
  for (let start = 0; start < places.length; start += PIECES_PER_READ) {
    const wanted = places.slice(start, start + PIECES_PER_READ);
    const rows = await sql.query(
      `SELECT encode(bytes, 'base64') AS bytes FROM plimsoll.ledger_checkpoint_piece
       WHERE generation = $1 AND number >= $2 AND number < $3 ORDER BY number`,
      [row["generation"], start, start + wanted.length],
    );
    if (rows.length !== wanted.length) return false;
    for (const [index, place] of wanted.entries()) {
      const bytes = Buffer.from(String(rows[index]?.["bytes"]), "base64");
      if (bytes.byteLength !== place.byteLength) return false;
      place.set(bytes);
      hash.update(bytes);
    }
  }
  return true;
}

function* piecesOf(chunks: readonly Uint8Array[]): Generator<Uint8Array> {
  for (const chunk of chunks) {
    for (let start = 0; start < chunk.byteLength; start += PIECE_BYTES)
      yield chunk.subarray(start, start + PIECE_BYTES);
  }
}

function headerOf(
  sequence: number,
  atMs: number,
  layout: string,
  sizes: readonly number[],
): {
  readonly text: string;
  readonly sequence: number;
  readonly atMs: number;
  readonly layout: string;
  readonly sizes: readonly number[];
} {
  return { text: JSON.stringify([sequence, atMs, layout, sizes]), sequence, atMs, layout, sizes };
}
