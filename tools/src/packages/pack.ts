import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { pnpmCommand } from "../pnpm-command.ts";
import { publishedPackages, repositoryRoot, type WorkspacePackage } from "../repository.ts";
import { runCommand } from "../run-command.ts";

/** A package as it would be published. */
export interface PackedPackage {
  readonly published: WorkspacePackage;
  readonly tarball: string;
}

/** Packs every published package into `folder`. pnpm replaces `workspace:` and `catalog:` versions, and takes publishConfig's exports. */
export async function packAll(folder: string): Promise<readonly PackedPackage[]> {
  const published = publishedPackages();
  if (published.length === 0) throw new Error("there is no package to publish");
  mkdirSync(folder, { recursive: true });
  const [command, ...leading] = pnpmCommand();
  const filters = published.map(({ path }) => `--filter=./${path}`);
  // One pnpm for all: to start one for each takes longer than to pack.
  const args = [...leading, "--recursive", ...filters, "pack", "--pack-destination", folder];
  const outcome = await runCommand(command, args, { cwd: repositoryRoot });
  if (outcome.code !== 0) throw new Error(`the packages cannot be packed:\n${outcome.output}`);
  return published.map((one) => ({ published: one, tarball: tarballOf(folder, one, outcome.output) }));
}

function tarballOf(folder: string, { manifest: { name, version } }: WorkspacePackage, output: string): string {
  const path = join(folder, `${name.replace(/^@/, "").replace("/", "-")}-${version}.tgz`);
  if (!existsSync(path)) throw new Error(`${name} cannot be packed:\n${output}`);
  return path;
}
