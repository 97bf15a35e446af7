import { collectPages } from "@plimsoll/testkit";
import type { HistorySlice, StoredSlice } from "@plimsoll/core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { migrate } from "./migrate.js";
import { MIGRATIONS } from "./migrations.js";
import { createPostgresSliHistory } from "./postgres-sli-history.js";
import { openEmbeddedSql } from "./sql/embedded-sql.js";
import type { SqlConnection } from "./sql/sql.js";
import { emptyDatabase } from "./testing/storage-harnesses.js";

const START_MS = 120_000;
const SLICE_MS = 15_000;
const FROM_MS = 1_700_000_010_000;
const EVERYTHING = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER } as const;
const SLOS = 600;
const ROUNDS = 300; // more than are merged at once, and more slices than one merge takes

function round(index: number, slos = SLOS): readonly HistorySlice[] {
  return Array.from({ length: slos }, (_, slo) => ({
    sloId: `slo-${slo}`,
    sliceMs: FROM_MS + index * SLICE_MS,
    good: index + slo / 3,
    total: 1_000 + slo,
    slices: 1,
  }));
}

describe("blocks of slices", () => {
  let sql: SqlConnection;
  beforeAll(async () => {
    sql = await openEmbeddedSql(undefined);
    await migrate(sql);
  }, START_MS);
  beforeEach(() => emptyDatabase(sql));
  afterAll(() => sql.close());

  const blockCount = async (): Promise<number> =>
    Number((await sql.query("SELECT count(*) AS blocks FROM plimsoll.slice_blocks"))[0]?.["blocks"]);

  it("hold a round in one row, and lose and change nothing when they are merged", { timeout: START_MS }, async () => {
    const history = createPostgresSliHistory(sql);
    for (let index = 0; index < ROUNDS; index += 1) await history.append(round(index));
    expect(await blockCount()).toBe(ROUNDS);
    const before = await collectPages(history.load(EVERYTHING));
    const stored = await collectPages(history.loadSince(0));

    expect(await history.prune(0)).toBe(0);
    const merged = await sql.query("SELECT first_key, last_key, slices FROM plimsoll.slice_blocks WHERE merged");
    expect(merged.length).toBeGreaterThan(0);
    // One SLO's past is read with few others'.
    expect(Math.max(...merged.map((row) => Number(row["last_key"]) - Number(row["first_key"])))).toBeLessThan(
      SLOS / 10,
    );
    expect(await collectPages(history.load(EVERYTHING))).toEqual(before);
    expect(await collectPages(history.loadSince(0))).toEqual(stored);
    const some = { fromMs: FROM_MS + 20 * SLICE_MS, toMs: FROM_MS + 290 * SLICE_MS, sloIds: ["slo-7", "slo-599"] };
    expect(await collectPages(history.load(some))).toEqual(before.filter((slice) => isWithin(slice, some)));

    // What was merged is there already for the same process and for the next.
    const again = [...round(3, 2), { ...round(1, 1)[0], sliceMs: FROM_MS - SLICE_MS } as HistorySlice];
    expect((await createPostgresSliHistory(sql).append(again)).alreadyThere).toBe(2);
    expect((await history.append(again)).alreadyThere).toBe(3);

    const cutMs = FROM_MS + 100 * SLICE_MS;
    expect(await history.prune(cutMs)).toBe(100 * SLOS + 1);
    expect(await collectPages(history.load(EVERYTHING))).toEqual(before.filter(({ sliceMs }) => sliceMs >= cutMs));
  });

  it("that cannot be read are told, and by which sequence", { timeout: START_MS }, async () => {
    const history = createPostgresSliHistory(sql);
    await history.append(round(0, 3));
    await sql.query("UPDATE plimsoll.slice_blocks SET packed = set_byte(packed, 0, 77)");
    await expect(collectPages(history.load(EVERYTHING))).rejects.toMatchObject({
      code: "storage-damaged",
      message: expect.stringMatching(/3 slices \(first sequence 1\).*format 77/u) as string,
    });
  });
});

describe("slices that an earlier version stored row by row", () => {
  it("are all there after the migration, with their counts and sequences", { timeout: START_MS }, async () => {
    const sql = await openEmbeddedSql(undefined);
    await migrate(sql, MIGRATIONS.slice(0, 3));
    await sql.query("INSERT INTO plimsoll.slo_keys (slo) VALUES ('b'), ('a')");
    await sql.query(
      `INSERT INTO plimsoll.slices (slo_key, slices, slice_ms, good, total, sequence)
       SELECT 1 + n % 2, 1 + n % 3, $1::bigint + (n / 2) * 15000, n / 3.0::float8, n, n + 1 FROM generate_series(0, 19999) AS n`,
      [FROM_MS],
    );
    await sql.query("UPDATE plimsoll.slice_counter SET latest = 20000");
    await migrate(sql);
    const history = createPostgresSliHistory(sql);
    const stored = await collectPages(history.loadSince(0));
    const expected = Array.from({ length: 20_000 }, (_, n) => ({
      sloId: n % 2 === 0 ? "b" : "a",
      sliceMs: FROM_MS + Math.floor(n / 2) * SLICE_MS,
      good: n / 3,
      total: n,
      slices: 1 + (n % 3),
      sequence: n + 1,
    }));
    expect(stored).toEqual(expected);
    const [first] = expected;
    const outcome = await history.append(first === undefined ? [] : [{ ...first, total: 99 }]);
    expect(outcome).toEqual({ appended: [], alreadyThere: 1 });
    const next = await history.append([{ sloId: "a", sliceMs: 0, good: 1, total: 1, slices: 1 }]);
    expect(next.appended[0]?.sequence).toBe(20_001);
    await sql.close();
  });
});

function isWithin(
  { sliceMs, sloId }: StoredSlice,
  asked: { readonly fromMs: number; readonly toMs: number; readonly sloIds: readonly string[] },
): boolean {
  return sliceMs >= asked.fromMs && sliceMs < asked.toMs && asked.sloIds.includes(sloId);
}
