import { readFileSync } from "node:fs";
import { join } from "node:path";
import { EXECUTABLES, type ExecutableName } from "../components/executables.ts";
import { filesBelow, type WorkspacePackage } from "../repository.ts";

/** Which programs the tests of these packages ask for: their sources name the component they import. */
export function neededExecutables(packages: readonly WorkspacePackage[]): readonly ExecutableName[] {
  const names = Object.keys(EXECUTABLES) as readonly ExecutableName[];
  const texts = packages
    .flatMap(({ directory }) => filesBelow(directory, (path) => /\.(ts|tsx|mjs)$/.test(path)))
    .map((path) => readFileSync(path, "utf8"))
    .filter((text) => text.includes("@plimsoll/tools/components"));
  return names.filter((name) => texts.some((text) => new RegExp(`\\b${name}\\b`).test(text)));
}

/** The packages that the given paths (test filters of vitest) lie in; all of them when there is no such path. */
export function packagesOf(
  filters: readonly string[],
  packages: readonly WorkspacePackage[],
  root: string,
): readonly WorkspacePackage[] {
  const absolute = filters.map((filter) => join(root, filter));
  const touched = packages.filter(({ directory }) =>
    absolute.some((path) => path === directory || path.startsWith(`${directory}/`)),
  );
  return touched.length === 0 ? packages : touched;
}
