import { readFile } from "node:fs/promises";

/**
 * The data folder of a database in which nothing is yet, as the build leaves it in `database/`: a tar, packed by gzip.
 * A first start unpacks it instead of making it anew, which takes two seconds of a processor. Undefined where there is
 * none, as in a checkout that was not built, or a bundle of one file.
 */
export async function readEmptyDatabase(): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return new Uint8Array(await readFile(new URL("../database/empty.tar.gz", import.meta.url)));
  } catch {
    return undefined;
  }
}
