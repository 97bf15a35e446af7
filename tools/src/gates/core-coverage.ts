import { existsSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { transformSync } from "esbuild";
import { filesBelow, repositoryRoot } from "../repository.ts";
import { runCommand } from "../run-command.ts";

// Every source of core counts, also one that no test loads. Only what has nothing to run, types, may be missing from the report.
// The use cases are run by core's own tests and by the simulated world, which is core on memory adapters.
const CORE = "packages/core/src";
const TESTS = [CORE, "packages/simulation/src"];
const REPORT = join(repositoryRoot, "coverage", "core");
const SUMMARY = join(REPORT, "coverage-summary.json");
const thresholds = ["lines", "branches", "functions", "statements"].map((name) => `--coverage.thresholds.${name}=100`);

const isTest = (path: string) => path.endsWith(".test.ts");
const isMeasured = (path: string) => !isTest(path) && !path.endsWith(".fixture.ts");
const files = filesBelow(join(repositoryRoot, CORE), (path) => path.endsWith(".ts"));
if (!files.some(isTest)) {
  console.error(`no test below ${CORE}: nothing is covered`);
  process.exit(1);
}
rmSync(REPORT, { recursive: true, force: true });
const covered = await runCommand(
  "vitest",
  [
    "run",
    ...TESTS.filter((folder) => existsSync(join(repositoryRoot, folder))),
    // Counters in the code, as V8's own counts need a process for each file: where files shared one, a branch was at times lost.
    "--pool=threads",
    "--no-isolate",
    "--config=vitest.core.config.ts",
    // What random cases reach, another run may not.
    "--exclude=**/*.property.test.ts",
    "--coverage.enabled",
    "--coverage.provider=istanbul",
    `--coverage.include=${CORE}/**/*.ts`,
    "--coverage.exclude=**/*.test.ts",
    "--coverage.exclude=**/*.fixture.ts",
    "--coverage.reporter=text",
    "--coverage.reporter=json-summary",
    `--coverage.reportsDirectory=${REPORT}`,
    "--coverage.skipFull",
    ...thresholds,
  ],
  { env: { NO_COLOR: "1" }, onOutput: (text) => void process.stdout.write(text) },
);
const unmeasured = files.filter((path) => isMeasured(path) && hasCode(path) && !measuredFiles().has(path));
for (const path of unmeasured) console.error(`not measured: ${relative(repositoryRoot, path)}`);
console.log(`coverage:core: ${measuredFiles().size} files measured, ${unmeasured.length} not`);
process.exitCode = covered.code === 0 && unmeasured.length === 0 && measuredFiles().size > 0 ? 0 : 1;

/** vitest leaves a file that it cannot parse out of the report, and passes. */
function measuredFiles(): ReadonlySet<string> {
  if (!existsSync(SUMMARY)) return new Set();
  const summary = JSON.parse(readFileSync(SUMMARY, "utf8")) as Readonly<Record<string, unknown>>;
  return new Set(Object.keys(summary).filter((path) => path !== "total"));
}

/** Whether anything but types and re-exports is left when the types are taken away. */
function hasCode(path: string): boolean {
  const { code } = transformSync(readFileSync(path, "utf8"), { loader: "ts", format: "esm", legalComments: "none" });
  const statements = code
    .replace(/^(import|export)\b[^;]*?\bfrom\s*"[^"]*";$/gms, "")
    .replace(/^(export \{[^}]*\}|import "[^"]*");$/gm, "");
  return statements.replace(/^\s*\/\/.*$/gm, "").trim() !== "";
}
