import { join } from "node:path";
import { setImmediate } from "node:timers/promises";

import { PGlite, type Transaction } from "@electric-sql/pglite";

import { readEmptyDatabase } from "../empty-database.js";
import { lockFolder, type FolderLock } from "./folder-lock.js";
import { prepareFolder } from "./prepare-folder.js";
import { storageErrorOf } from "./storage-error.js";
import { textOf, type Sql, type SqlConnection, type SqlRow } from "./sql.js";

// The usual 128 MB of buffers are the process's own memory here, and the system caches the files once more. What is left on:
// whole pages in the log, as a kill may cut a page's write in two.
const SETTINGS = ["-c", "shared_buffers=32MB"] as const;

/** Opens PostgreSQL inside this process, in a folder that no other process has open, or in memory. */
export async function openEmbeddedSql(directory: string | undefined): Promise<SqlConnection> {
  const location = directory ?? "memory";
  const lock = directory === undefined ? undefined : await lockFolder(directory);
  const database = await start(directory, location, lock);
  const runOn = async (
    target: PGlite | Transaction,
    text: string,
    parameters: readonly unknown[] = [],
  ): Promise<readonly SqlRow[]> => {
    // A statement runs in this thread to its end: whatever else is due, requests above all, gets its turn before it.
    await setImmediate();
    try {
      return (await target.query<SqlRow>(text, [...parameters])).rows;
    } catch (error) {
      throw storageErrorOf(error, location);
    }
  };
  let closing: Promise<void> | undefined;
  return {
    backend: "embedded",
    location,
    query: (statement, parameters) => runOn(database, textOf(statement), parameters),
    transaction: (work) =>
      database.transaction((transaction) => {
        const sql: Sql = {
          query: (statement, parameters) => runOn(transaction, textOf(statement), parameters),
          transaction: (inner) => inner(sql),
        };
        return work(sql);
      }),
    async script(text) {
      try {
        return (await database.exec(text)).flatMap(({ rows }) => rows);
      } catch (error) {
        await database.exec("ROLLBACK").catch(() => undefined);
        throw storageErrorOf(error, location);
      }
    },
    close: () => (closing ??= shutDown(database, lock)),
  };
}

async function start(directory: string | undefined, location: string, lock: FolderLock | undefined): Promise<PGlite> {
  const startParams = [...PGlite.defaultStartParams, ...SETTINGS];
  try {
    if (directory === undefined) {
      const empty = await readEmptyDatabase();
      return await PGlite.create({ startParams, ...(empty === undefined ? {} : { loadDataDir: new Blob([empty]) }) });
    }
    const dataDir = join(directory, "postgres");
    await prepareFolder(dataDir, {
      readEmpty: readEmptyDatabase,
      async make(folder) {
        const database = await PGlite.create({ dataDir: folder, startParams });
        await database.close();
      },
    });
    // What was acknowledged has reached the file system, so it survives the end of the process, however it ends.
    return await PGlite.create({ dataDir, relaxedDurability: false, startParams });
  } catch (error) {
    await lock?.release();
    throw storageErrorOf(error, location);
  }
}

async function shutDown(database: PGlite, lock: FolderLock | undefined): Promise<void> {
  try {
    if (!database.closed) await database.close();
  } finally {
    await lock?.release();
  }
}
