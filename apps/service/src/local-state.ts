import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

/** Where a running service can be reached on this machine, and the token that lets its owner write. */
export type LocalService = { readonly address: string; readonly token: string; readonly pid: number };

const FILE = "service.json";
const schema = z.object({ address: z.url(), token: z.string(), pid: z.number().int() });

/** Writes the file that the CLI finds the service by; readable by its owner only. */
export async function announceService(directory: string, service: LocalService): Promise<void> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, FILE);
  const temporary = `${path}.${randomBytes(4).toString("hex")}`;
  await writeFile(temporary, `${JSON.stringify(service)}\n`, { mode: 0o600 });
  await rename(temporary, path);
}

export async function withdrawService(directory: string): Promise<void> {
  await rm(join(directory, FILE), { force: true });
}

/** Finds the service that runs with this state folder; undefined when none does, also after a crash. */
export async function findLocalService(directory: string): Promise<LocalService | undefined> {
  let text: string;
  try {
    text = await readFile(join(directory, FILE), "utf8");
  } catch {
    return undefined;
  }
  const read = schema.safeParse(parsed(text));
  return read.success && isAlive(read.data.pid) ? read.data : undefined;
}

export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
