import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { bundleProgram } from "../bundle-program.ts";
import { repositoryRoot } from "../repository.ts";
import { runCommand, type CommandOutcome } from "../run-command.ts";
import type { CodeBlock } from "./code-block.ts";

const COMMAND_LINE = join(repositoryRoot, "apps", "cli", "bin", "plimsoll.js");
const TIME_LIMIT_MS = 120_000; // Finds what hangs.

/** Does with a block what it promises; what went wrong, in words, or nothing. Each has a folder of its own. */
export async function checkBlock(block: CodeBlock): Promise<readonly string[]> {
  if (block.promise === "none" || block.promise === "compiles") return [];
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-docs-"));
  try {
    const outcome = await perform(block, folder);
    if (outcome.code !== 0)
      return [`${block.file}:${block.line}: the block ended with code ${outcome.code}:\n${outcome.output}`];
    if (block.output === undefined || outcome.stdout.trimEnd() === block.output.trimEnd()) return [];
    return [`${block.file}:${block.line}: the block says it prints\n${block.output}and printed\n${outcome.stdout}`];
  } catch (error) {
    return [`${block.file}:${block.line}: ${error instanceof Error ? error.message : String(error)}`];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function perform({ language, promise, text }: CodeBlock, folder: string): Promise<CommandOutcome> {
  if (promise === "validates") return validate(text, folder);
  if (language === "sh") return runShell(text, folder);
  const program = join(folder, "block.mjs");
  await bundleProgram({ kind: "text", text, directory: join(repositoryRoot, "packages", "core") }, program);
  return runCommand("node", [program], { cwd: folder, timeoutMs: TIME_LIMIT_MS });
}

async function validate(text: string, folder: string): Promise<CommandOutcome> {
  if (!existsSync(COMMAND_LINE))
    throw new Error("there is no apps/cli/bin/plimsoll.js to validate the configuration with");
  const file = join(folder, "plimsoll.yaml");
  writeFileSync(file, text);
  return runCommand("node", [COMMAND_LINE, "validate", file], { cwd: folder, timeoutMs: TIME_LIMIT_MS });
}

function runShell(text: string, folder: string): Promise<CommandOutcome> {
  const binaries = join(folder, ".bin");
  const work = join(folder, "work");
  mkdirSync(binaries);
  mkdirSync(work);
  const plimsoll = join(binaries, "plimsoll");
  writeFileSync(plimsoll, `#!/bin/sh\nexec node "${COMMAND_LINE}" "$@"\n`);
  chmodSync(plimsoll, 0o755);
  const script = join(folder, "block.sh");
  writeFileSync(script, `set -euo pipefail\nPATH="${binaries}${delimiter}$PATH"\n${text}`);
  return runCommand("bash", [script], { cwd: work, timeoutMs: TIME_LIMIT_MS });
}
