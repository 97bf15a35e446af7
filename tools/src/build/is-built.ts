import { existsSync, mkdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { filesBelow, repositoryRoot, type WorkspacePackage } from "../repository.ts";

// Written after every build: what turbo restores from its cache bears the times of an older build.
const STAMP = join(repositoryRoot, "node_modules", ".cache", "plimsoll", "built");

/** Whether everything that has a build was built after its sources last changed. Cheap: it looks at times only. */
export function isBuilt(packages: readonly WorkspacePackage[]): boolean {
  if (!existsSync(STAMP)) return false;
  const builtMs = statSync(STAMP).mtimeMs;
  return packages
    .filter(({ manifest }) => manifest.scripts?.["build"] !== undefined)
    .every(({ directory }) => {
      if (!existsSync(join(directory, "dist"))) return false;
      const sources = [...filesBelow(join(directory, "src"), () => true), join(directory, "package.json")];
      return sources.every((path) => statSync(path).mtimeMs <= builtMs);
    });
}

/** Notes that everything is built, as of the instant at which the build began: what changed meanwhile is newer. */
export function noteBuilt(startedAt: Date): void {
  mkdirSync(dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, "");
  utimesSync(STAMP, startedAt, startedAt);
}
