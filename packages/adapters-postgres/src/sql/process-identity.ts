import { readFile } from "node:fs/promises";

/** A process, told apart from a later one that was given the same number. */
export type ProcessIdentity = {
  readonly pid: number;
  /** Boot and time of start, where the system tells (Linux). */
  readonly started: string | undefined;
};

/** The identity of this process. */
export async function thisProcess(): Promise<ProcessIdentity> {
  return { pid: process.pid, started: await startOf(process.pid) };
}

/** Whether the process that had this identity still runs. */
export async function isSameProcess(identity: ProcessIdentity): Promise<boolean> {
  if (!isAlive(identity.pid)) return false;
  const started = await startOf(identity.pid);
  return identity.started === undefined || started === undefined || started === identity.started;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there and belongs to somebody else.
    return typeof error === "object" && error !== null && "code" in error && error.code === "EPERM";
  }
}

// proc(5): the fields after the command's closing parenthesis; the 22nd of all is the start in ticks since boot.
const START_FIELD = 22 - 3;

async function startOf(pid: number): Promise<string | undefined> {
  try {
    const [status, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, "utf8"),
      readFile("/proc/sys/kernel/random/boot_id", "utf8"),
    ]);
    const ticks = status.slice(status.lastIndexOf(")") + 2).split(" ")[START_FIELD];
    return ticks === undefined ? undefined : `${boot.trim()}/${ticks}`;
  } catch {
    return undefined;
  }
}
