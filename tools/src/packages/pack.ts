import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pnpmCommand } from "../pnpm-command.ts";
import { publishedPackages, type WorkspacePackage } from "../repository.ts";
import { runCommand } from "../run-command.ts";

/** A package as it would be published. */
export interface PackedPackage {
  readonly published: WorkspacePackage;
  readonly tarball: string;
}

/** Packs every published package into `folder`. pnpm replaces `workspace:` and `catalog:` versions, and takes publishConfig's exports. */
export async function packAll(folder: string): Promise<readonly PackedPackage[]> {
  const packed: PackedPackage[] = [];
  for (const published of publishedPackages()) {
    const destination = join(folder, published.manifest.name.replace(/^@[^/]+\//, ""));
    mkdirSync(destination, { recursive: true });
    const [command, ...leading] = pnpmCommand();
    const outcome = await runCommand(command, [...leading, "pack", "--pack-destination", destination], {
      cwd: published.directory,
    });
    const tarball = readdirSync(destination).find((name) => name.endsWith(".tgz"));
    if (outcome.code !== 0 || tarball === undefined)
      throw new Error(`${published.manifest.name} cannot be packed:\n${outcome.output}`);
    packed.push({ published, tarball: join(destination, tarball) });
  }
  if (packed.length === 0) throw new Error("there is no package to publish");
  return packed;
}
