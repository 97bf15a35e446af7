import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildPackages } from "../build/build-packages.ts";
import { repositoryRoot, toolEnvironment } from "../pinned-node.mjs";
import { workspacePackages } from "../repository.ts";
import { installComponents } from "./install-components.ts";
import { neededExecutables, packagesOf } from "./needed-components.ts";
import { judgeRun, type TestReport } from "./test-counts.ts";

const args = process.argv.slice(2).filter((arg) => arg !== "--");
const strict = args.includes("--strict");
const skipBuild = args.includes("--no-build");
const root = repositoryRoot;
const forVitest = args.filter((arg) => arg !== "--strict" && arg !== "--no-build");
const filters = forVitest.filter((arg) => !arg.startsWith("-"));

console.error(`Plimsoll's tests, Node ${process.versions.node}`);
const packages = packagesOf(filters, workspacePackages(root), root);
const otherFailures = skipBuild ? 0 : await buildFirst();
await installComponents(neededExecutables(packages));

const folder = mkdtempSync(join(tmpdir(), "plimsoll-test-"));
const reportFile = join(folder, "report.json");
const vitestCode = await runVitest(reportFile);
const report = existsSync(reportFile) ? (JSON.parse(readFileSync(reportFile, "utf8")) as TestReport) : undefined;
rmSync(folder, { recursive: true, force: true });

const verdict = judgeRun({ report, vitestCode, otherFailures, strict });
for (const remark of verdict.remarks) console.log(remark);
console.log(verdict.lastLine);
process.exitCode = verdict.exitCode;

/** Some tests start what is built (the command line, the dashboard), so a build that breaks is a failure, and the tests run all the same. */
async function buildFirst(): Promise<number> {
  const isWhole = packages.length === workspacePackages(root).length;
  const outcome = await buildPackages(isWhole ? [] : packages.map(({ manifest }) => `${manifest.name}...`));
  if (outcome.kind === "built") return 0;
  console.log(`${outcome.log}\nThe build failed; counted as one failure.`);
  return 1;
}

function runVitest(reportPath: string): Promise<number> {
  const reporter = join(repositoryRoot, "tools", "src", "test", "counting-reporter.ts");
  const vitest = join(repositoryRoot, "node_modules", "vitest", "vitest.mjs");
  // A forgotten `.only` would leave the rest unrun without a word.
  const vitestArgs = [
    "run",
    "--root",
    root,
    "--reporter=default",
    `--reporter=${reporter}`,
    "--allowOnly=false",
    ...forVitest,
  ];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [vitest, ...vitestArgs], {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
      env: toolEnvironment({ PLIMSOLL_TEST_REPORT: reportPath }),
    });
    child.on("error", () => resolve(127));
    child.on("close", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 137)));
    // The terminal has told vitest already; this process waits for it, so that the last line is still printed.
    process.on("SIGINT", () => {});
    process.on("SIGTERM", () => child.kill("SIGTERM"));
  });
}
