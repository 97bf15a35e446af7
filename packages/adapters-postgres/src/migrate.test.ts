import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { migrate } from "./migrate.js";
import { MIGRATIONS } from "./migrations.js";
import { createStorageOn } from "./postgres-storage.js";
import { openEmbeddedSql } from "./sql/embedded-sql.js";
import type { SqlConnection } from "./sql/sql.js";
import { testDigest } from "./testing/storage-harnesses.js";

const START_MS = 60_000;

describe("migrations", () => {
  let sql: SqlConnection;
  beforeAll(async () => {
    sql = await openEmbeddedSql(undefined);
  }, START_MS);
  afterAll(() => sql.close());

  it("are numbered from 1 without a hole", () => {
    expect(MIGRATIONS.map(({ number }) => number)).toEqual(MIGRATIONS.map((_, index) => index + 1));
  });

  it("are applied once, however often a database is opened", { timeout: START_MS }, async () => {
    await migrate(sql);
    await migrate(sql);
    const rows = await sql.query("SELECT number FROM plimsoll.migrations ORDER BY number");
    expect(rows.map((row) => row["number"])).toEqual(MIGRATIONS.map(({ number }) => number));
  });

  it(
    "leave nothing of a step that fails, and say which statement the database refused",
    { timeout: START_MS },
    async () => {
      const bad = { number: 99, name: "bad", statements: ["CREATE TABLE plimsoll.half (a int)", "CREATE NONSENSE"] };
      await expect(migrate(sql, [...MIGRATIONS, bad])).rejects.toThrow(/NONSENSE/u);
      const [row] = await sql.query("SELECT to_regclass('plimsoll.half') IS NULL AS absent");
      expect(row?.["absent"]).toBe(true);
      expect(await migrate(sql)).toBe(MIGRATIONS.length);
    },
  );

  it("refuse a database that a newer version has written, and say what to do", { timeout: START_MS }, async () => {
    const newer = await openEmbeddedSql(undefined);
    await migrate(newer, [...MIGRATIONS, { number: 1_000, name: "from the future", statements: [] }]);
    const error: unknown = await createStorageOn(newer, { digest: testDigest }).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "storage-newer-than-code", retryable: false });
    expect(String(error)).toMatch(/schema 1000.*up to 5.*newer version/u);
  });
});
