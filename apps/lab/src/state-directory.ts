import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { labStateSchema, type LabState } from "./control-protocol.js";
import { LabError } from "./lab-error.js";

const STATE_FILE = "lab.json";

/** Where a lab keeps its logs. */
export function logsDirectory(stateDirectory: string): string {
  return join(stateDirectory, "logs");
}

/** Makes the state folder and the one for logs; only the owner may look in. */
export function prepareStateDirectory(stateDirectory: string): void {
  try {
    mkdirSync(stateDirectory, { recursive: true, mode: 0o700 });
    mkdirSync(logsDirectory(stateDirectory), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw unusable(stateDirectory, error);
  }
}

/** Reads where a lab runs; `undefined` when there is no file, or one that no lab wrote. */
export function readLabState(stateDirectory: string): LabState | undefined {
  try {
    const parsed = labStateSchema.safeParse(JSON.parse(readFileSync(join(stateDirectory, STATE_FILE), "utf8")));
    return parsed.success ? parsed.data : undefined;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined || code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw unusable(stateDirectory, error);
  }
}

/** Writes where the lab runs, readable by its owner only: the token opens the control API. */
export function writeLabState(stateDirectory: string, state: LabState): void {
  const path = join(stateDirectory, STATE_FILE);
  try {
    // A file left behind keeps its own mode when it is written over.
    rmSync(path, { force: true });
    writeFileSync(path, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600, flag: "wx" });
  } catch (error) {
    throw unusable(stateDirectory, error);
  }
}

/** Removes the state file if it is still this supervisor's. */
export function removeLabState(stateDirectory: string, pid: number): void {
  if (readLabState(stateDirectory)?.pid === pid) rmSync(join(stateDirectory, STATE_FILE), { force: true });
}

function unusable(stateDirectory: string, error: unknown): LabError {
  const reason = (error as NodeJS.ErrnoException).code ?? String(error);
  return new LabError(
    "state-directory",
    `The lab cannot use its state folder ${stateDirectory} (${reason}). Make it writable, or choose another one.`,
    error,
  );
}
