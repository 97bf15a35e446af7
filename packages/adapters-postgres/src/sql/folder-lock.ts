import { link, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

import { PlimsollError } from "@plimsoll/core";

import { isSameProcess, thisProcess, type ProcessIdentity } from "./process-identity.js";
import { failureCodeOf } from "./storage-error.js";

/** A folder that is this process's own until it is released. */
export type FolderLock = { release(): Promise<void> };

const LOCK_FILE = "storage.lock";

/**
 * Makes a folder and takes it for this process alone. The lock of a process that has ended is taken over.
 * Throws `storage-in-use` when a living process has the folder, and `storage-folder-unusable` when it cannot be written.
 */
export async function lockFolder(directory: string): Promise<FolderLock> {
  const path = join(resolve(directory), LOCK_FILE);
  const claim = `${path}.${process.pid}.${claims++}`;
  const me = await thisProcess();
  try {
    await mkdir(directory, { recursive: true });
    await writeFile(claim, JSON.stringify(me));
  } catch (error) {
    throw unusableFolder(directory, error);
  }
  try {
    await takeLock(directory, path, claim);
  } finally {
    await rm(claim, { force: true });
  }
  heldHere.add(path);
  return {
    async release() {
      if (!heldHere.delete(path)) return;
      await rm(path, { force: true });
    },
  };
}

// Where a process has no start time to compare, its own number alone would look like a holder after a restart in a container.
const heldHere = new Set<string>();
let claims = 0;

async function takeLock(directory: string, path: string, claim: string): Promise<void> {
  // A second round when the holder ends, or another process takes the dead one's lock first.
  for (let round = 0; round < 3; round += 1) {
    try {
      // Unlike a write, a link appears with its content and fails when the name is taken.
      await link(claim, path);
      return;
    } catch (error) {
      if (failureCodeOf(error) !== "EEXIST") throw unusableFolder(directory, error);
    }
    const text = await readFile(path, "utf8").catch(() => undefined);
    if (text === undefined) continue;
    const holder = parseIdentity(text);
    if (holder !== undefined && (await isHolding(path, holder))) throw inUse(directory, holder);
    await removeStale(path, claim, text);
  }
  throw inUse(directory, undefined);
}

async function isHolding(path: string, holder: ProcessIdentity): Promise<boolean> {
  if (holder.pid === process.pid && heldHere.has(path)) return true;
  if (holder.pid === process.pid && holder.started === undefined) return false;
  return isSameProcess(holder);
}

// Between reading and removing another process may have put its own lock there: look at what was taken away, and put it back.
async function removeStale(path: string, claim: string, staleText: string): Promise<void> {
  const aside = `${claim}.stale`;
  await rename(path, aside).catch(() => undefined);
  const taken = await readFile(aside, "utf8").catch(() => staleText);
  if (taken !== staleText) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

function parseIdentity(text: string): ProcessIdentity | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("pid" in value) || typeof value.pid !== "number")
      return undefined;
    const started = "started" in value && typeof value.started === "string" ? value.started : undefined;
    return { pid: value.pid, started };
  } catch {
    return undefined;
  }
}

function inUse(directory: string, holder: ProcessIdentity | undefined): PlimsollError<"storage-in-use"> {
  const who =
    holder === undefined
      ? "another process"
      : `process ${holder.pid}${holder.pid === process.pid ? " (this one)" : ""}`;
  return new PlimsollError({
    code: "storage-in-use",
    message: `The storage in ${directory} is open in ${who}, and only one may have it. Stop that process, ask it through its API, or give another folder.`,
    retryable: true,
  });
}

/** Says in one line why a folder cannot hold storage. */
export function unusableFolder(directory: string, error: unknown): PlimsollError<"storage-folder-unusable"> {
  const code = failureCodeOf(error) ?? "unknown";
  const reasons: Readonly<Record<string, string>> = {
    EACCES: "this user has no permission to write there",
    EPERM: "this user has no permission to write there",
    EROFS: "the file system is read-only",
    ENOSPC: "the disk is full",
    ENOTDIR: "a part of the path is a file",
    EEXIST: "it is a file",
  };
  const reason = reasons[code] ?? (error instanceof Error ? error.message : String(error));
  return new PlimsollError({
    code: "storage-folder-unusable",
    message: `The folder ${directory} cannot hold the storage: ${reason} (${code}). Give a folder that this user can write to.`,
    retryable: code === "ENOSPC",
    cause: error,
  });
}
