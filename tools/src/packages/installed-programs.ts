import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../repository.ts";
import { runCommand } from "../run-command.ts";
import type { PackedPackage } from "./pack.ts";

/** Starts every program that the installed packages bring: it has to say what it can do, and Plimsoll's has to validate the examples. */
export async function runPrograms(consumer: string, packed: readonly PackedPackage[]): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const { published } of packed) {
    const { name, bin } = published.manifest;
    for (const program of typeof bin === "string" ? [name.replace(/^@[^/]+\//, "")] : Object.keys(bin ?? {})) {
      const runs = [
        ["--help"],
        ...(program === "plimsoll" ? configurations().map((folder) => validation(folder)) : []),
      ];
      for (const args of runs)
        problems.push(...(await start(consumer, program, args)).map((words) => `${name}: ${words}`));
    }
  }
  return problems;
}

async function start(consumer: string, program: string, args: readonly string[]): Promise<readonly string[]> {
  const command = join(consumer, "node_modules", ".bin", program);
  if (!existsSync(command)) return [`${program} is not there once the package is installed`];
  const outcome = await runCommand(command, args, { cwd: consumer, timeoutMs: 60_000 });
  if (outcome.code === 0 && outcome.stdout.trim() !== "") return [];
  return [`${program} ${args.join(" ")} ended with code ${outcome.code}:\n${outcome.output}`];
}

/** The folders of the examples that have a configuration. */
function configurations(): readonly string[] {
  const examples = join(repositoryRoot, "examples");
  const folders = existsSync(examples) ? readdirSync(examples) : [];
  return folders.map((name) => join(examples, name)).filter((folder) => existsSync(join(folder, "plimsoll.yaml")));
}

/** As the example's README says: with its own adapters, where it has some. */
function validation(folder: string): readonly string[] {
  const adapters = join(folder, "adapters.ts");
  const own = existsSync(adapters) ? ["--adapters", adapters] : [];
  return ["validate", join(folder, "plimsoll.yaml"), ...own];
}
