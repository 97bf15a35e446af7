import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildOrExit } from "../build/build-packages.ts";
import { compileAgainst, importEverything, installConsumer } from "../packages/consumer.ts";
import { runPrograms } from "../packages/installed-programs.ts";
import { lintTarball } from "../packages/lint-tarball.ts";
import { packAll } from "../packages/pack.ts";
import { withProgress } from "../progress.ts";
import { repositoryRoot } from "../repository.ts";
import { runCommand } from "../run-command.ts";

// What a user gets: the packages are packed, judged, installed into a folder of their own, imported, compiled against, started, and used.
await buildOrExit(["./packages/*", "./apps/*"]);
const folder = mkdtempSync(join(tmpdir(), "plimsoll-packages-"));
try {
  const problems = await check();
  for (const problem of problems) console.error(problem);
  console.log(`package-check: ${problems.length} problems`);
  process.exitCode = problems.length === 0 ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function check(): Promise<readonly string[]> {
  const packed = await withProgress("packing", () => packAll(folder));
  const linted = await withProgress("publint and attw", () => Promise.all(packed.map(lintTarball)));
  const consumer = join(folder, "consumer");
  await withProgress("installing the packed packages", () => installConsumer(consumer, packed));
  const imported = await importEverything(consumer, packed);
  const compiled = compileAgainst(consumer, packed);
  const programs = await runPrograms(consumer, packed);
  return [...linted.flat(), ...imported, ...compiled, ...programs, ...(await runLibraryExample(consumer))];
}

/** The example that shows the library: its program, run against the installed packages instead of the workspace. */
async function runLibraryExample(consumer: string): Promise<readonly string[]> {
  const example = join(repositoryRoot, "examples", "library");
  if (!existsSync(example)) return ["examples/library is not there, so no program used the packed packages"];
  const program = ["src/main.ts", "src/index.ts", "main.ts", "index.ts", "main.mjs", "index.mjs"].find((path) =>
    existsSync(join(example, path)),
  );
  if (program === undefined) return ["examples/library has no program (src/main.ts)"];
  cpSync(example, join(consumer, "example"), { recursive: true, filter: (path) => !/node_modules|dist$/.test(path) });
  const outcome = await runCommand("node", [join("example", program)], { cwd: consumer, timeoutMs: 60_000 });
  if (outcome.code === 0 && outcome.stdout.trim() !== "") return [];
  return [`examples/library/${program} does not run on the packed packages (code ${outcome.code}):\n${outcome.output}`];
}
