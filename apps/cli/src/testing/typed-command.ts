import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { run } from "../run.js";
import { createFakeIo } from "./fake-io.js";

/** Types a command's words, and answers what it wrote and its exit code. */
export function typing(...command: readonly string[]) {
  return async (...words: readonly string[]) => {
    const io = createFakeIo();
    const exitCode = await run([...command, ...words], io);
    return { exitCode, ...io.written };
  };
}

/** Makes a folder that is there until the tests of the file are over. */
export function folderOfTests(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `plimsoll-cli-${name}-`));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
