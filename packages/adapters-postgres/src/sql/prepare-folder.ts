import { access, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { parseTar } from "nanotar";

/**
 * Makes the folder of a new database, whole or not at all: a start that is cut short leaves nothing under its name, and
 * the next one begins anew. Leaves a folder that is there as it is. `make` fills one where there is no tar.
 */
export async function prepareFolder(
  folder: string,
  {
    make,
    readEmpty,
  }: { readonly readEmpty: () => Promise<Uint8Array | undefined>; readonly make: (folder: string) => Promise<void> },
): Promise<void> {
  if (await isThere(folder)) return;
  const unfinished = `${folder}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  const empty = await readEmpty();
  if (empty === undefined) await make(unfinished);
  else await unpack(empty, unfinished);
  await rename(unfinished, folder);
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function unpack(packed: Uint8Array, folder: string): Promise<void> {
  // Copied, as the parser begins where the memory below begins, which Node shares out for small contents.
  const tar = new Uint8Array(await promisify(gunzip)(packed));
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const { data, name, type } of parseTar(tar)) {
    const path = join(folder, name);
    await mkdir(type === "directory" ? path : dirname(path), { recursive: true, mode: 0o700 });
    if (type === "file") await writeFile(path, data ?? new Uint8Array(), { mode: 0o600 });
  }
}
