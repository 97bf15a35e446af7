import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { checkBlock } from "../docs/check-block.ts";
import { codeBlocks, type CodeBlock } from "../docs/code-block.ts";
import { compileBlocks } from "../docs/compile-blocks.ts";
import { withProgress } from "../progress.ts";
import { filesBelow, repositoryRoot } from "../repository.ts";

// Every promise that a block of code in the docs bears is kept here: `ts run`, `ts check`, `sh run`, `yaml config`.
const single = ["README.md", "CONTRIBUTING.md"]
  .map((name) => join(repositoryRoot, name))
  .filter((path) => existsSync(path));
const folders = ["docs", "packages", "apps", "examples"].map((name) => join(repositoryRoot, name));
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
  const typescript = blocks.filter(({ language, promise }) => language === "ts" && promise !== "none");
  const problems = [...compileBlocks(typescript)];
  for (const block of blocks.filter(({ promise }) => promise === "runs" || promise === "validates")) {
    problems.push(...(await withProgress(`${block.file}:${block.line}`, () => checkBlock(block))));
  }
  for (const problem of problems) console.error(problem);
  const count = (promise: CodeBlock["promise"]) => blocks.filter((block) => block.promise === promise).length;
  console.log(
    `docs: ${files.length} files; ${count("runs")} blocks run, ${count("validates")} validated, ${count("compiles")} compiled, ${count("none")} without a mark; ${problems.length} problems`,
  );
  const kept = blocks.length - count("none");
  if (kept === 0) console.error("no block of code in the docs bears a mark, so nothing was checked");
  return problems.length === 0 && kept > 0 ? 0 : 1;
}
