import { existsSync, readFileSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { buildOrExit } from "../build/build-packages.ts";
import { withProgress } from "../progress.ts";
import { repositoryRoot, type PackageManifest } from "../repository.ts";
import { runCommand, type CommandOutcome } from "../run-command.ts";

// Every folder below examples/ proves itself: by the `check` script of its package.json, or, when it is configuration alone, by validating.
await buildOrExit();
const folder = join(repositoryRoot, "examples");
const names = existsSync(folder)
  ? readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
  : [];
let failed = names.length === 0 ? 1 : 0;
for (const name of names) {
  const outcome = await withProgress(`examples/${name}`, () => checkExample(join(folder, name)));
  console.log(`examples/${name}: ${outcome.code === 0 ? "ok" : `failed (code ${outcome.code})\n${outcome.output}`}`);
  if (outcome.code !== 0) failed += 1;
}
console.log(`examples: ${names.length} folders, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function checkExample(directory: string): Promise<CommandOutcome> {
  const manifest = join(directory, "package.json");
  const script = existsSync(manifest)
    ? (JSON.parse(readFileSync(manifest, "utf8")) as PackageManifest).scripts?.["check"]
    : undefined;
  const path = [
    join(directory, "node_modules", ".bin"),
    join(repositoryRoot, "node_modules", ".bin"),
    process.env["PATH"],
  ].join(delimiter);
  if (script !== undefined)
    return runCommand("bash", ["-c", script], { cwd: directory, timeoutMs: 300_000, env: { PATH: path } });
  const configuration = join(directory, "plimsoll.yaml");
  if (existsSync(configuration)) {
    return runCommand("node", [join(repositoryRoot, "apps/cli/bin/plimsoll.js"), "validate", configuration], {
      cwd: directory,
    });
  }
  return {
    code: 1,
    output: "nothing checks it: it has neither a package.json with a `check` script nor a plimsoll.yaml\n",
    stdout: "",
  };
}
