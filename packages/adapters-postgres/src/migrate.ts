import { PlimsollError } from "@plimsoll/core";

import { MIGRATIONS, type Migration } from "./migrations.js";
import type { Sql, SqlConnection } from "./sql/sql.js";

// Any number that no other program on the same database is likely to take.
const MIGRATION_LOCK = 7_546_876_301;

/**
 * Brings a database to this version's schema, each step in a transaction of its own, one process at a time.
 * Throws `storage-newer-than-code` for a database that a later version has migrated. Answers the schema's number.
 */
export async function migrate(sql: SqlConnection, migrations: readonly Migration[] = MIGRATIONS): Promise<number> {
  await inTurn(sql, async (locked) => {
    // Not IF NOT EXISTS alone: that needs the right to create even when there is nothing to create.
    const [found] = await locked.query("SELECT to_regclass('plimsoll.migrations') IS NOT NULL AS there");
    if (found?.["there"] === true) return;
    await locked.query("CREATE SCHEMA IF NOT EXISTS plimsoll");
    await locked.query(
      "CREATE TABLE plimsoll.migrations (number integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())",
    );
  });
  await refuseNewer(sql, migrations);
  for (const { number, name, statements } of migrations) {
    await inTurn(sql, async (locked) => {
      const [applied] = await locked.query("SELECT 1 FROM plimsoll.migrations WHERE number = $1", [number]);
      if (applied !== undefined) return;
      for (const statement of statements) await locked.query(statement);
      await locked.query("INSERT INTO plimsoll.migrations (number, name) VALUES ($1, $2)", [number, name]);
    });
  }
  return latestOf(migrations);
}

async function refuseNewer(sql: SqlConnection, migrations: readonly Migration[]): Promise<void> {
  const [row] = await sql.query("SELECT coalesce(max(number), 0) AS latest FROM plimsoll.migrations");
  const found = Number(row?.["latest"] ?? 0);
  const known = latestOf(migrations);
  if (found <= known) return;
  throw new PlimsollError({
    code: "storage-newer-than-code",
    message: `Storage at ${sql.location} has schema ${found}, and this version of Plimsoll knows schemas up to ${known}. Run the newer version that wrote it, or give another storage.`,
    retryable: false,
  });
}

function inTurn<Value>(sql: SqlConnection, work: (locked: Sql) => Promise<Value>): Promise<Value> {
  return sql.transaction(async (transaction) => {
    // The embedded database has one session, and a folder lock around it.
    if (sql.backend === "server") await transaction.query("SELECT pg_advisory_xact_lock($1::bigint)", [MIGRATION_LOCK]);
    return work(transaction);
  });
}

function latestOf(migrations: readonly Migration[]): number {
  return migrations.at(-1)?.number ?? 0;
}
