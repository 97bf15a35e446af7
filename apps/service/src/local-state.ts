import { PlimsollError } from "@plimsoll/core";
import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { get } from "node:http";
import { join } from "node:path";
import { z } from "zod";

/** Where a running service can be reached on this machine, and the token that lets its owner write. */
export type LocalService = {
  readonly address: string;
  readonly token: string;
  readonly pid: number;
  /** Random name of this run, which `/healthz` answers with: what tells the service from whoever has its port now. */
  readonly instance?: string | undefined;
};

const FILE = "service.json";
const schema = z.object({
  address: z.url({ protocol: /^http$/ }),
  token: z.string(),
  pid: z.number().int().positive(),
  instance: z.string().optional(),
});
// A service that is busy with a round answers within this; one that does not is taken to be busy, not gone.
const ANSWER_WITHIN_MS = 2_000;

/** Writes the file that the CLI finds the service by; readable by its owner only. */
export async function announceService(directory: string, service: LocalService): Promise<void> {
  const path = join(directory, FILE);
  const temporary = `${path}.${randomBytes(4).toString("hex")}`;
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await writeFile(temporary, `${JSON.stringify(service)}\n`, { mode: 0o600, flag: "wx" });
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new PlimsollError({
      code: "state-folder-not-writable",
      message: `The state folder ${directory} can not be written (${(cause as NodeJS.ErrnoException).code ?? "unknown reason"}); make it writable, or choose another with --state.`,
      retryable: false,
      cause,
    });
  }
}

/** Takes the file away again, if it is still this service's own: a later one may have put its own there. */
export async function withdrawService(directory: string, { token }: Pick<LocalService, "token">): Promise<void> {
  const found = await readService(directory);
  if (found?.token === token) await rm(join(directory, FILE), { force: true });
}

/**
 * Finds the service that runs with this state folder; undefined when none does, also after a crash, and when another
 * program has got its process number or its port since.
 */
export async function findLocalService(directory: string): Promise<LocalService | undefined> {
  const found = await readService(directory);
  if (found === undefined || !isAlive(found.pid)) return undefined;
  if (found.instance === undefined) return found;
  const answered = await instanceAt(found.address);
  return answered === "no-answer" || answered.instance === found.instance ? found : undefined;
}

/** Makes a token that nobody can guess. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

async function readService(directory: string): Promise<LocalService | undefined> {
  try {
    const read = schema.safeParse(JSON.parse(await readFile(join(directory, FILE), "utf8")));
    return read.success ? read.data : undefined;
  } catch {
    // Not there, not readable by this user, or not JSON: there is no service to be found by it.
    return undefined;
  }
}

/** Asks who listens at an address, without giving the token away. Nobody, and somebody who speaks no HTTP, have no name. */
function instanceAt(address: string): Promise<"no-answer" | { readonly instance: unknown }> {
  return new Promise((resolve) => {
    const nobody = { instance: undefined };
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const request = get(`${address}/healthz`, { agent: false, signal }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
        if (text.length > 1_000) request.destroy(); // more than a name: it is not ours
      });
      response.on("end", () => resolve(instanceIn(text)));
      response.on("error", () => undefined); // its close tells
      response.on("close", () => resolve(signal.aborted ? "no-answer" : nobody));
    });
    request.on("error", () => resolve(signal.aborted ? "no-answer" : nobody));
  });
}

function instanceIn(text: string): { readonly instance: unknown } {
  try {
    const { instance } = z.object({ instance: z.string() }).parse(JSON.parse(text));
    return { instance };
  } catch {
    return { instance: undefined };
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
