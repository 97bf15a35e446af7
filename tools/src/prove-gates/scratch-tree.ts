import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { repositoryRoot, workspacePackages } from "../repository.ts";
import { runCommand } from "../run-command.ts";
import type { Plants, Proof } from "./proof.ts";

/** A tree of its own for violations: the working tree is never touched. */
export interface ScratchTree {
  readonly directory: string;
  readonly plant: (plants: Plants) => void;
  readonly remove: () => void;
}

const SMALL_TREE = /^(tools\/|bench\/run\.mjs$|\.ci\/|[^/]+$)/;

/** Makes a scratch tree with the repository's installed dependencies linked into it. */
export async function scratchTree(kind: Proof["tree"]): Promise<ScratchTree> {
  const directory = mkdtempSync(join(tmpdir(), "plimsoll-proof-"));
  for (const path of await repositoryFiles()) {
    if (kind === "small" && !SMALL_TREE.test(path)) continue;
    copyIfThere(join(repositoryRoot, path), join(directory, path));
  }
  linkDependencies(directory);
  return {
    directory,
    plant: (plants) => plant(directory, plants),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** What git tracks, and what it would track: the violation may be in a file that is not added yet. */
async function repositoryFiles(): Promise<readonly string[]> {
  const listed = await runCommand("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
  if (listed.code !== 0) throw new Error(`git does not list the repository's files:\n${listed.output}`);
  return listed.stdout.split("\0").filter((path) => path !== "");
}

function copyIfThere(from: string, to: string): void {
  if (!existsSync(from)) return;
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}

/** Packages link to each other relatively, so their links lead to the copies; third-party code is the repository's own. */
function linkDependencies(directory: string): void {
  symlinkSync(join(repositoryRoot, "node_modules"), join(directory, "node_modules"));
  for (const { path } of workspacePackages(directory)) {
    const installed = join(repositoryRoot, path, "node_modules");
    if (!existsSync(installed)) continue;
    for (const name of readdirSync(installed).filter((entry) => !entry.startsWith("."))) {
      cpSync(join(installed, name), join(directory, path, "node_modules", name), {
        recursive: true,
        verbatimSymlinks: true,
      });
    }
  }
  // A script of pnpm's must not install into the dependencies that are linked here.
  const workspace = join(directory, "pnpm-workspace.yaml");
  writeFileSync(
    workspace,
    readFileSync(workspace, "utf8").replace(/^verifyDepsBeforeRun:.*$/m, "verifyDepsBeforeRun: false"),
  );
}

function plant(directory: string, plants: Plants): void {
  for (const [path, content] of Object.entries(plants)) {
    const file = join(directory, path);
    mkdirSync(dirname(file), { recursive: true });
    const text = typeof content === "string" ? content : content(readFileSync(file, "utf8"));
    writeFileSync(file, text, path.startsWith("bin/") ? { mode: 0o755 } : {});
  }
}
