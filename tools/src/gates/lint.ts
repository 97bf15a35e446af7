import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
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

// `new Date(milliseconds)` is a calculation, and `new Date()` reads the clock: oxlint cannot tell one from the other, nor see what a method reads.
const AMBIENT: readonly (readonly [RegExp, string])[] = [
  [/\bnew Date\(\s*\)|(?<!new )\bDate\(/, "Core has no ambient clock: take the instant as an argument."],
  [
    /\.[gs]et(?:FullYear|Month|Date|Day|Hours|Minutes|Seconds|Milliseconds|TimezoneOffset)\(/,
    "Core has no ambient time zone: name the zone, or use the UTC method.",
  ],
  [/\.toLocale\w+\(|\.localeCompare\([^,()]*\)/, "Core has no ambient locale: name it, or compare by code units."],
];
const core = filesBelow(
  join(repositoryRoot, "packages/core/src"),
  (path) => path.endsWith(".ts") && !path.endsWith(".test.ts"),
);
for (const path of core) {
  const lines = readFileSync(path, "utf8").split("\n");
  for (const [index, line] of lines.entries()) {
    for (const [, words] of AMBIENT.filter(([pattern]) => pattern.test(line))) {
      console.error(`${relative(repositoryRoot, path)}:${index + 1}: ${words}`);
      process.exitCode = 1;
    }
  }
}
