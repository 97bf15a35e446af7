import { join } from "node:path";
import { filesBelow, repositoryRoot } from "../repository.ts";
import { runCommand } from "../run-command.ts";

// Every source of core counts, also one that no test loads. Types have nothing to run, and vitest leaves them out by itself.
const CORE = "packages/core/src";
const thresholds = ["lines", "branches", "functions", "statements"].map((name) => `--coverage.thresholds.${name}=100`);

const tests = filesBelow(join(repositoryRoot, CORE), (path) => path.endsWith(".test.ts"));
if (tests.length === 0) {
  console.error(`no test below ${CORE}: nothing is covered`);
  process.exit(1);
}
const covered = await runCommand(
  "vitest",
  [
    "run",
    CORE,
    "--coverage.enabled",
    "--coverage.provider=v8",
    `--coverage.include=${CORE}/**/*.ts`,
    `--coverage.exclude=**/*.test.ts`,
    "--coverage.reporter=text",
    "--coverage.reportsDirectory=coverage/core",
    "--coverage.skipFull",
    ...thresholds,
  ],
  { env: { NO_COLOR: "1" }, onOutput: (text) => void process.stdout.write(text) },
);
process.exitCode = covered.code;
if (covered.code === 0 && !/All files\s*\|\s*100\s*\|\s*100\s*\|\s*100\s*\|\s*100/.test(covered.output)) {
  console.error("the coverage report has no line for all files: nothing was measured");
  process.exitCode = 1;
}
