import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { PGlite } from "@electric-sql/pglite";
import { createNodeDigest } from "@plimsoll/adapters-memory";
import { createPostgresStorage, type PostgresStorage } from "@plimsoll/adapters-postgres";
import type { HistorySlice } from "@plimsoll/core";
import pg from "pg";

import type { BenchResult, BenchRow } from "./bench-result.js";
import { measureRestart } from "./restart.js";
import { startBenchServer } from "./storage-server.js";

const BATCH = 10_000;
const SLOS = 1_000;
const RAW_SHARE_AIM = 0.7;
const APPEND_AIM = { 1: 3_700, 8: 12_900 } as const; // events/s with their outbox rows, by clients, on a server

type RawQuery = (text: string, parameters?: unknown[]) => Promise<{ readonly rows: readonly unknown[] }>;
type Place = {
  readonly name: string;
  readonly storage: PostgresStorage;
  readonly raw: RawQuery;
  close(): Promise<void>;
};

/** Measures storage beside the plain driver on the same machine in the same run: slices and events; and a restart on it. */
export async function run({ quick }: { readonly quick: boolean }): Promise<BenchResult> {
  const rows: BenchRow[] = [];
  const notes: string[] = [
    `Slices in batches of ${BATCH} over ${SLOS} SLOs. Raw: INSERT ... SELECT FROM unnest of driver arrays into a table with the same columns and indexes, and SELECT in pages of ${BATCH}.`,
    "Raw reads are in the order of storing, along an index; the order of time is sorted from the ranges of each SLO, and has no raw counterpart.",
    "Storage does more than raw: keys for SLO ids, idempotence, sequences in the order of commits, and an answer for each slice.",
    "A batch is a transaction; on the server it waits for the disk, embedded it reaches the file system.",
  ];
  const embedded = await openEmbedded();
  try {
    await measureSlices(embedded, quick, rows);
    await measureEvents(embedded, quick, rows, [1]);
  } finally {
    await embedded.close();
  }
  await inFolder(async (directory) => {
    rows.push(...(await measureRestart({ name: "embedded", target: { directory } }, quick)));
  });
  const server = await openServer();
  if (typeof server === "string") notes.push(`Not measured on a server: ${server}`);
  else {
    try {
      await measureSlices(server, quick, rows);
      await measureEvents(server, quick, rows, [1, 8]);
    } finally {
      await server.close();
    }
    rows.push(...(await restartOnServer(quick)));
  }
  return { name: "storage", rows, notes };
}

async function openEmbedded(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-bench-"));
  const storage = await createPostgresStorage({ directory: join(folder, "storage") }, { digest: createNodeDigest() });
  const database = await PGlite.create({ dataDir: join(folder, "raw") });
  return {
    name: "embedded",
    storage,
    raw: (text, parameters) => database.query(text, parameters),
    async close() {
      await storage.close();
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function openServer(): Promise<Place | string> {
  const server = await startBenchServer();
  if (server.kind === "unavailable") return server.reason;
  const storage = await createPostgresStorage({ url: server.url }, { digest: createNodeDigest() });
  const pool = new pg.Pool({ connectionString: server.url });
  return {
    name: "server",
    storage,
    raw: (text, parameters) => pool.query(text, parameters),
    async close() {
      await storage.close();
      await pool.end();
      await server.stop();
    },
  };
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-bench-"));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function restartOnServer(quick: boolean): Promise<readonly BenchRow[]> {
  const server = await startBenchServer();
  if (server.kind === "unavailable") return [];
  try {
    return await measureRestart({ name: "server", target: { url: server.url } }, quick);
  } finally {
    await server.stop();
  }
}

async function measureSlices({ name, storage, raw }: Place, quick: boolean, rows: BenchRow[]): Promise<void> {
  const batches = quick ? 5 : 20;
  await raw(`CREATE TABLE raw_slices (slo_key integer NOT NULL, slices integer NOT NULL, slice_ms bigint NOT NULL,
    good float8 NOT NULL, total float8 NOT NULL, sequence bigint NOT NULL, PRIMARY KEY (slo_key, slice_ms))`);
  await raw("CREATE UNIQUE INDEX raw_sequence ON raw_slices (sequence)");
  // Turn about, so that whatever else the machine does falls on both.
  let rawSeconds = 0;
  let storageSeconds = 0;
  for (let batch = -1; batch < batches; batch += 1) {
    const slices = batchOf(batch + 1);
    const rawTime = await secondsOf(() => insertRaw(raw, slices, batch + 1));
    const storageTime = await secondsOf(() => storage.history.append(slices));
    // The first of each only warms up.
    if (batch < 0) continue;
    rawSeconds += rawTime;
    storageSeconds += storageTime;
  }
  const count = batches * BATCH;
  rows.push(higher(`${name}: slices written, raw`, count / rawSeconds, "slices/s"));
  rows.push(higher(`${name}: slices written`, count / storageSeconds, "slices/s"));
  rows.push(higher(`${name}: slices written, share of raw`, rawSeconds / storageSeconds, "ratio", RAW_SHARE_AIM));

  const total = count + BATCH;
  const rawRead = await secondsOf(() => readRaw(raw));
  const read = await secondsOf(() => drain(storage.history.load({ fromMs: 0, toMs: Number.MAX_SAFE_INTEGER })));
  const tail = await secondsOf(() => drain(storage.history.loadSince(0)));
  rows.push(higher(`${name}: slices read, raw`, total / rawRead, "slices/s"));
  rows.push(higher(`${name}: slices restored in the order of time`, total / read, "slices/s"));
  rows.push(higher(`${name}: slices restored in the order of time, share of raw`, rawRead / read, "ratio"));
  rows.push(higher(`${name}: slices restored in the order of storing`, total / tail, "slices/s"));
  rows.push(
    higher(`${name}: slices restored in the order of storing, share of raw`, rawRead / tail, "ratio", RAW_SHARE_AIM),
  );
}

async function insertRaw(raw: RawQuery, slices: readonly HistorySlice[], batch: number): Promise<void> {
  await raw(
    `INSERT INTO raw_slices SELECT * FROM unnest($1::int[], $2::int[], $3::bigint[], $4::float8[], $5::float8[], $6::bigint[])`,
    [
      slices.map(({ sloId }) => Number(sloId.slice(4))),
      slices.map((slice) => slice.slices),
      slices.map(({ sliceMs }) => sliceMs),
      slices.map(({ good }) => good),
      slices.map(({ total }) => total),
      slices.map((_, index) => batch * BATCH + index),
    ],
  );
}

async function readRaw(raw: RawQuery): Promise<void> {
  for (let after = -1; ; after += BATCH) {
    const page = await raw("SELECT * FROM raw_slices WHERE sequence > $1 ORDER BY sequence LIMIT $2", [after, BATCH]);
    if (page.rows.length < BATCH) return;
  }
}

async function measureEvents(
  place: Place,
  quick: boolean,
  rows: BenchRow[],
  clientCounts: readonly (1 | 8)[],
): Promise<void> {
  const { name, storage, raw } = place;
  await raw(
    "CREATE TABLE raw_events (position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id text UNIQUE, data json)",
  );
  for (const clients of clientCounts) {
    const perClient = Math.ceil((quick ? 1_000 : 8_000) / clients);
    // What the machine does for the least that a durable event can be: one row in one statement.
    const insert = async (client: number): Promise<void> => {
      for (let index = 0; index < perClient; index += 1) {
        await raw("INSERT INTO raw_events (id, data) VALUES ($1, $2)", [`${clients}-${client}-${index}`, "{}"]);
      }
    };
    const rawSeconds = await secondsOf(() =>
      Promise.all(Array.from({ length: clients }, (_, client) => insert(client))),
    );
    const append = async (client: number): Promise<void> => {
      const stream = `${clients}-clients-${client}`;
      for (let version = 0; version < perClient; version += 1) {
        const event = { id: `${stream}-${version}`, type: "bench", atMs: version, actor: "bench", data: { version } };
        const result = await storage.events.append([{ stream, expectedVersion: version, events: [event] }]);
        if (!result.ok) throw new Error(`append was refused: ${JSON.stringify(result.error)}`);
      }
    };
    const seconds = await secondsOf(() => Promise.all(Array.from({ length: clients }, (_, client) => append(client))));
    const aim = name === "server" ? APPEND_AIM[clients] : undefined;
    const who = clients === 1 ? "one client" : `${clients} clients`;
    rows.push(higher(`${name}: single rows inserted, raw, ${who}`, (clients * perClient) / rawSeconds, "rows/s"));
    rows.push(
      higher(
        `${name}: events appended with their outbox rows, ${who}`,
        (clients * perClient) / seconds,
        "events/s",
        aim,
      ),
    );
  }
}

function batchOf(batch: number): readonly HistorySlice[] {
  const perSlo = BATCH / SLOS;
  return Array.from({ length: BATCH }, (_, index) => {
    const sliceMs = 1_700_000_010_000 + (batch * perSlo + Math.floor(index / SLOS)) * 15_000;
    return { sloId: `slo-${index % SLOS}`, sliceMs, good: 990 + (index % 10), total: 1_000, slices: 1 };
  });
}

async function drain(pages: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of pages);
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1_000;
}

function higher(metric: string, value: number, unit: string, aim?: number): BenchRow {
  const shown = { metric, value: round(value), unit };
  return aim === undefined ? shown : { ...shown, aim, met: value >= aim };
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
