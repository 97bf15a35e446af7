import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { checkBlock } from "../docs/check-block.ts";
import { codeBlocks, missingMark, type CodeBlock } from "../docs/code-block.ts";
import { compileBlocks } from "../docs/compile-blocks.ts";
import { parseBlock } from "../docs/parse-block.ts";
import { withProgress } from "../progress.ts";
import { filesBelow, repositoryRoot } from "../repository.ts";

// Every promise that a block of code in the docs bears is kept here, by its mark, and none of TypeScript, YAML or the shell is without one.
const single = ["README.md", "CONTRIBUTING.md"]
  .map((name) => join(repositoryRoot, name))
  .filter((path) => existsSync(path));
const folders = ["docs", "adr", "packages", "apps", "examples", "bench"].map((name) => join(repositoryRoot, name));
const files = [
  ...single,
  ...folders.flatMap((folder) => filesBelow(folder, (path) => path.endsWith(".md") && !path.endsWith(".api.md"))),
];

try {
  const blocks = files.flatMap((path) => codeBlocks(relative(repositoryRoot, path), readFileSync(path, "utf8")));
  process.exitCode = await check(blocks);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function check(blocks: readonly CodeBlock[]): Promise<number> {
  const problems = blocks.flatMap((block) => missingMark(block) ?? []);
  const whole = (["runs", "compiles"] as const).flatMap((kind) => blocks.filter(({ promise }) => promise === kind));
  problems.push(...compileBlocks(whole.filter(({ language }) => language === "ts")));
  const parsed = await Promise.all(blocks.filter(({ promise }) => promise === "parses").map(parseBlock));
  problems.push(...parsed.flat());
  for (const block of blocks.filter(({ promise }) => promise === "runs" || promise === "validates")) {
    problems.push(...(await withProgress(`${block.file}:${block.line}`, () => checkBlock(block))));
  }
  for (const problem of problems) console.error(problem);
  const count = (promise: CodeBlock["promise"]) => blocks.filter((block) => block.promise === promise).length;
  console.log(
    `docs: ${files.length} files; ${count("runs")} blocks run, ${count("validates")} validated, ${count("compiles")} compiled, ${count("parses")} parsed, ${count("none")} of other languages; ${problems.length} problems`,
  );
  const kept = count("runs") + count("validates") + count("compiles");
  if (kept === 0) console.error("no block of code in the docs runs, compiles or is validated, so nothing was checked");
  return problems.length === 0 && kept > 0 ? 0 : 1;
}
