import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { repositoryRoot } from "./pinned-node.mjs";

export { repositoryRoot };

/** The part of a package.json that the tools read. */
export interface PackageManifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly bin?: string | Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** One package of the workspace: where it is and what it says of itself. */
export interface WorkspacePackage {
  readonly directory: string;
  /** Relative to the repository's root, with forward slashes. */
  readonly path: string;
  readonly manifest: PackageManifest;
}

const PACKAGE_FOLDERS = ["packages", "apps", "examples"];
const SINGLE_PACKAGES = ["bench", "tools"];

/** Lists every package of the workspace at `root`, in path order. */
export function workspacePackages(root: string = repositoryRoot): readonly WorkspacePackage[] {
  const nested = PACKAGE_FOLDERS.filter((folder) => existsSync(join(root, folder))).flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => join(root, folder, name)),
  );
  return [...nested, ...SINGLE_PACKAGES.map((name) => join(root, name))]
    .filter((directory) => existsSync(join(directory, "package.json")))
    .map((directory) => ({
      directory,
      path: relative(root, directory).split(sep).join("/"),
      manifest: JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as PackageManifest,
    }))
    .toSorted((left, right) => left.path.localeCompare(right.path));
}

/** The packages that are published: those that are not private, the libraries of `packages/` and the programs of `apps/`. */
export function publishedPackages(root: string = repositoryRoot): readonly WorkspacePackage[] {
  return workspacePackages(root).filter(
    ({ path, manifest }) => /^(packages|apps)\//.test(path) && manifest.private !== true,
  );
}

/** Every file below `directory` whose path `accepts`, leaving out what is installed or generated. */
export function filesBelow(directory: string, accepts: (path: string) => boolean): readonly string[] {
  const skipped = new Set(["node_modules", "dist", "coverage", "temp", "reports"]);
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory())
      return skipped.has(entry.name) || entry.name.startsWith(".") ? [] : filesBelow(path, accepts);
    return accepts(path) ? [path] : [];
  });
}
