import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** Lets one process at a time do `work`: a folder is made atomically, and holds the owner's process id. */
export async function withFolderLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  while (!tryLock(path)) {
    if (ownerIsGone(path)) rmSync(path, { recursive: true, force: true });
    else await delay(200);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}

function tryLock(path: string): boolean {
  try {
    mkdirSync(path);
    writeFileSync(join(path, "pid"), String(process.pid));
    return true;
  } catch {
    return false;
  }
}

function ownerIsGone(path: string): boolean {
  try {
    process.kill(Number(readFileSync(join(path, "pid"), "utf8")), 0);
    return false;
  } catch (error) {
    // No such process is final; a pid file that is not written yet, or another user's process, is not.
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
