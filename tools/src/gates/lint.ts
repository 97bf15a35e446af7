import { join } from "node:path";
import { filesBelow, repositoryRoot } from "../repository.ts";
import { runCommand } from "../run-command.ts";

const FOLDERS = ["packages", "apps", "examples", "bench", "tools"];
const IS_LINTED = /\.(ts|tsx|mts|mjs|cjs|js|jsx)$/;

const linted = await runCommand("oxlint", process.argv.slice(2));
process.stdout.write(linted.output);
process.exitCode = linted.code;

// A linter that silently leaves files out says the same as one that found nothing, so its own count is checked.
const counted = Number(/on (\d+) files?/.exec(linted.output)?.[1] ?? 0);
const expected = FOLDERS.flatMap((folder) =>
  filesBelow(join(repositoryRoot, folder), (path) => IS_LINTED.test(path)),
).length;
if (process.argv.length === 2 && counted < expected) {
  console.error(`oxlint looked at ${counted} files, and there are ${expected}: see ignorePatterns in .oxlintrc.json`);
  process.exitCode = 1;
}
