import type { AppendOutcome, HistorySlice, SliHistory, StoredSlice } from "@plimsoll/core";

import { createPostgresLedgerCheckpoints } from "./postgres-ledger-checkpoints.js";
import { numbersOf, PACKED_COLUMNS, unpackSlices } from "./slice-pages.js";
import { createSloKeyDictionary, type SloKeyDictionary } from "./slo-key-dictionary.js";
import type { Sql, SqlConnection } from "./sql/sql.js";

/** How much is moved at a time. */
export type PostgresSliHistorySettings = {
  /** Slices in a statement or a page; default 10,000. */
  readonly pageSlices?: number;
};

const PAGE_SLICES = 10_000;

/*
 * One statement for a batch. The counter's row stays locked until the end of the transaction, so sequences become visible in
 * their order, and nothing that `loadSince` gives is ever followed by a lower one. Usually every slice is new: then
 * first sequence and count say all, and no rows come back.
 */
const APPEND = {
  name: "plimsoll-append-slices",
  text: `
    WITH counter AS (UPDATE plimsoll.slice_counter SET latest = latest + $6 RETURNING latest - $6 AS base),
    appended AS (
      INSERT INTO plimsoll.slices (slo_key, slices, slice_ms, good, total, sequence)
      SELECT n.slo_key, n.slices, n.slice_ms, n.good, n.total, counter.base + n.number
      FROM counter, unnest($1::text::integer[], $2::text::bigint[], $3::text::float8[], $4::text::float8[], $5::text::integer[])
        WITH ORDINALITY AS n(slo_key, slice_ms, good, total, slices, number)
      ON CONFLICT (slo_key, slice_ms) DO NOTHING
      RETURNING sequence
    )
    SELECT (SELECT base FROM counter) AS base, count(*) AS taken,
      CASE WHEN count(*) < $6 THEN array_to_string(array_agg(sequence ORDER BY sequence), ',') END AS sequences
    FROM appended`,
};

/** Makes the history of an open and migrated database. */
export function createPostgresSliHistory(
  sql: SqlConnection,
  { pageSlices = PAGE_SLICES }: PostgresSliHistorySettings = {},
): SliHistory {
  const dictionary = createSloKeyDictionary(sql);
  return {
    async append(slices) {
      const batches = batchesOf(slices, pageSlices);
      const [only] = batches;
      const keys = await dictionary.keysFor(slices.map(({ sloId }) => sloId));
      if (only === undefined) return { appended: [], alreadyThere: 0 };
      if (batches.length === 1) return appendBatch(sql, only, keys);
      return sql.transaction(async (transaction) => {
        const outcomes: AppendOutcome[] = [];
        for (const [index, batch] of batches.entries()) {
          outcomes.push(await appendBatch(transaction, batch, keys.slice(index * pageSlices)));
        }
        return {
          appended: outcomes.flatMap(({ appended }) => appended),
          alreadyThere: outcomes.reduce((sum, { alreadyThere }) => sum + alreadyThere, 0),
        };
      });
    },
    load: (query) => load(sql, dictionary, { ...query, pageSlices }),
    loadSince: (sequence) => loadSince(sql, dictionary, sequence, pageSlices),
    prune: (beforeMs) => prune(sql, beforeMs, pageSlices),
    checkpoints: createPostgresLedgerCheckpoints(sql),
  };
}

async function appendBatch(sql: Sql, batch: readonly HistorySlice[], keys: readonly number[]): Promise<AppendOutcome> {
  const [row] = await sql.query(APPEND, [
    literal(batch, (_, index) => keys[index] ?? Number.NaN),
    literal(batch, ({ sliceMs }) => sliceMs),
    literal(batch, ({ good }) => good),
    literal(batch, ({ total }) => total),
    literal(batch, ({ slices }) => slices),
    batch.length,
  ]);
  const base = Number(row?.["base"]);
  const place = (index: number): StoredSlice[] => {
    const slice = batch[index];
    if (slice === undefined) return [];
    const { sloId, sliceMs, good, total, slices } = slice;
    return [{ sloId, sliceMs, good, total, slices, sequence: base + index + 1 }];
  };
  const indexes =
    Number(row?.["taken"]) === batch.length
      ? batch.keys()
      : numbersOf(row?.["sequences"]).map((sequence) => sequence - base - 1);
  const appended = [...indexes].flatMap(place);
  return { appended, alreadyThere: batch.length - appended.length };
}

// An array as PostgreSQL writes it. Neither driver's own way of writing one is needed for numbers, and this one is quicker.
function literal(batch: readonly HistorySlice[], column: (slice: HistorySlice, index: number) => number): string {
  return `{${batch.map(column).join(",")}}`;
}

function batchesOf(slices: readonly HistorySlice[], size: number): readonly (readonly HistorySlice[])[] {
  if (slices.length <= size) return slices.length === 0 ? [] : [slices];
  const count = Math.ceil(slices.length / size);
  return Array.from({ length: count }, (_, index) => slices.slice(index * size, (index + 1) * size));
}

type LoadQuery = {
  readonly sloIds?: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly pageSlices: number;
};

const NEXT_SLICE = `SELECT min(s.slice_ms) AS next_ms
  FROM unnest($1::text::integer[]) AS k(slo_key)
  CROSS JOIN LATERAL (
    SELECT slice_ms FROM plimsoll.slices
    WHERE slo_key = k.slo_key AND slice_ms >= $2 AND slice_ms < $3 ORDER BY slice_ms LIMIT 1
  ) AS s`;

// OFFSET 0 keeps the planner to one index range per SLO, also where statistics are missing.
const LOAD_PAGE = `SELECT ${PACKED_COLUMNS} FROM (
    SELECT s.* FROM unnest($1::text::integer[]) AS k(slo_key)
    JOIN plimsoll.slo_keys USING (slo_key)
    CROSS JOIN LATERAL (
      SELECT * FROM plimsoll.slices WHERE slo_key = k.slo_key AND slice_ms >= $2 AND slice_ms < $3 OFFSET 0
    ) AS s
    WHERE (s.slice_ms, slo_keys.slo) > ($2, $4::text COLLATE "C")
    ORDER BY s.slice_ms, slo_keys.slo LIMIT $5
  ) AS p`;

const FIRST_STEP_MS = 60_000;

/*
 * The key of the table is (SLO, slice), as most questions are about one SLO; this order is the other one. So it goes forward in
 * steps of time, wide where slices are few and narrow where they are many, and sorts within a step.
 */
async function* load(sql: Sql, dictionary: SloKeyDictionary, query: LoadQuery): AsyncGenerator<readonly StoredSlice[]> {
  const { fromMs, toMs, pageSlices } = query;
  const keys = `{${(await dictionary.knownKeys(query.sloIds)).join(",")}}`;
  let stepMs = FIRST_STEP_MS;
  let atMs = await nextSliceMs(sql, keys, fromMs, toMs);
  let afterSlo = "";
  while (atMs !== undefined) {
    const endMs = Math.min(toMs, atMs + stepMs);
    const [row] = await sql.query(LOAD_PAGE, [keys, atMs, endMs, afterSlo, pageSlices]);
    const page = await unpackSlices(row, dictionary);
    if (page.length > 0) yield page;
    const last = page.at(-1);
    if (last !== undefined && page.length >= pageSlices) {
      // There may be more in this step: go on behind the last one.
      atMs = last.sliceMs;
      afterSlo = last.sloId;
      stepMs = Math.max(1, Math.floor(stepMs / 2));
      continue;
    }
    if (page.length < pageSlices / 2) stepMs *= 2;
    afterSlo = "";
    atMs = endMs >= toMs ? undefined : page.length > 0 ? endMs : await nextSliceMs(sql, keys, endMs, toMs);
  }
}

async function nextSliceMs(sql: Sql, keys: string, fromMs: number, toMs: number): Promise<number | undefined> {
  const [row] = await sql.query(NEXT_SLICE, [keys, fromMs, toMs]);
  const next = row?.["next_ms"];
  return next === null || next === undefined ? undefined : Number(next);
}

async function* loadSince(
  sql: Sql,
  dictionary: SloKeyDictionary,
  sequence: number,
  pageSlices: number,
): AsyncGenerator<readonly StoredSlice[]> {
  for (let after = sequence; ;) {
    const [row] = await sql.query(
      `SELECT ${PACKED_COLUMNS} FROM (
        SELECT * FROM plimsoll.slices WHERE sequence > $1 ORDER BY sequence LIMIT $2
      ) AS p`,
      [after, pageSlices],
    );
    const page = await unpackSlices(row, dictionary);
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    if (page.length < pageSlices) return;
    after = last.sequence;
  }
}

const PRUNE_BATCH = `WITH doomed AS (
    SELECT s.slo_key, s.slice_ms FROM plimsoll.slo_keys AS k
    CROSS JOIN LATERAL (
      SELECT slo_key, slice_ms FROM plimsoll.slices WHERE slo_key = k.slo_key AND slice_ms < $1 ORDER BY slice_ms LIMIT $2
    ) AS s
    LIMIT $2
  ), dropped AS (
    DELETE FROM plimsoll.slices USING doomed
    WHERE slices.slo_key = doomed.slo_key AND slices.slice_ms = doomed.slice_ms RETURNING 1
  )
  SELECT count(*) AS dropped FROM dropped`;

// In batches, so that appends get their turn between them.
async function prune(sql: SqlConnection, beforeMs: number, batch: number): Promise<number> {
  let dropped = 0;
  for (;;) {
    const [row] = await sql.query(PRUNE_BATCH, [beforeMs, batch]);
    const count = Number(row?.["dropped"] ?? 0);
    dropped += count;
    if (count === 0) break;
  }
  // The embedded database has no autovacuum; without this its files only grow.
  if (dropped > 0 && sql.backend === "embedded") await sql.query("VACUUM (ANALYZE) plimsoll.slices");
  return dropped;
}
