import { mkdir, writeFile } from "node:fs/promises";
import { PGlite } from "@electric-sql/pglite";

/** Keeps the data folder of a new database, for `readEmptyDatabase`. */
export async function makeEmptyDatabase(): Promise<void> {
  const folder = new URL("database/", import.meta.url);
  await mkdir(folder, { recursive: true });
  const database = await PGlite.create();
  await database.exec("CHECKPOINT");
  const packed = await database.dumpDataDir("gzip");
  await database.close();
  await writeFile(new URL("empty.tar.gz", folder), new Uint8Array(await packed.arrayBuffer()));
}
