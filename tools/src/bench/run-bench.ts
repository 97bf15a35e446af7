import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { bundleProgram } from "../bundle-program.ts";
import { repositoryRoot, filesBelow } from "../repository.ts";
import { benchTable, type BenchResult } from "./bench-table.ts";

const sources = join(repositoryRoot, "bench", "src");
const [name, ...options] = process.argv.slice(2).filter((arg) => arg !== "--");
const unknown = options.filter((option) => option !== "--quick");
const source = join(sources, `${name}.ts`);

if (name === undefined || !/^[a-z-]+$/.test(name) || unknown.length > 0 || !existsSync(source)) {
  const names = filesBelow(sources, (path) =>
    /export (async )?function run\b|export const run\b/.test(readFileSync(path, "utf8")),
  );
  console.error("usage: pnpm bench <name> [--quick]");
  console.error(`benchmarks: ${names.map((path) => path.slice(sources.length + 1, -3)).join(", ") || "none yet"}`);
  process.exit(2);
}

// Beside the benchmarks, so that what they start (workers, other programs) finds the repository.
const folder = join(repositoryRoot, "bench", "temp");
const bundle = join(folder, `${name}-${process.pid}.mjs`);
const resultFile = join(folder, `${name}-${process.pid}.json`);
mkdirSync(folder, { recursive: true });
try {
  await bundleProgram({ kind: "text", text: program(), directory: sources }, bundle);
  process.exitCode = await runBundle();
  if (process.exitCode === 0) report(JSON.parse(readFileSync(resultFile, "utf8")) as BenchResult);
} catch (error) {
  console.error(`bench ${name}: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  rmSync(bundle, { force: true });
  rmSync(resultFile, { force: true });
}

/** The result goes through a file, so that nothing a benchmark prints can get between. */
function program(): string {
  return `import { writeFileSync } from "node:fs";
import { run } from ${JSON.stringify(source)};
const result = await run({ quick: ${options.includes("--quick")} });
writeFileSync(${JSON.stringify(resultFile)}, JSON.stringify(result));
process.exit(0);
`;
}

function runBundle(): Promise<number> {
  return new Promise((resolve) => {
    // Its words go to stderr: stdout is for the JSON alone.
    const child = spawn(process.execPath, ["--expose-gc", "--enable-source-maps", bundle], {
      stdio: ["inherit", 2, 2],
    });
    process.on("SIGINT", () => {}); // The terminal has told the benchmark already; this process stays to tidy up.
    process.on("SIGTERM", () => child.kill("SIGTERM"));
    child.on("error", () => resolve(127));
    child.on("exit", (code) => resolve(code ?? 130));
  });
}

function report(result: BenchResult): void {
  console.error(benchTable(result));
  console.log(JSON.stringify(result, undefined, 2));
}
