import { existsSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { filesBelow, repositoryRoot } from "../repository.ts";
import { runCommand } from "../run-command.ts";

/** The part of dependency-cruiser's result that is read here. */
interface CruiseResult {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: {
    readonly totalDependenciesCruised: number;
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string; readonly severity: string };
      readonly cycle?: readonly { readonly name: string }[];
    }[];
  };
}

const FOLDERS = ["packages", "apps", "examples", "bench", "tools"].filter((folder) =>
  existsSync(join(repositoryRoot, folder)),
);
const IS_SOURCE = /(?<!\.d)\.(ts|tsx|mts)$/;

const cruised = await runCommand("depcruise", [
  "--config",
  ".dependency-cruiser.cjs",
  "--output-type",
  "json",
  ...FOLDERS,
]);
const result = parseResult(cruised.stdout);
if (result === undefined) {
  console.error(`dependency-cruiser did not answer (code ${cruised.code}):\n${cruised.output}`);
  process.exitCode = 1;
} else {
  process.exitCode = judge(result);
}

function judge({ modules, summary }: CruiseResult): number {
  for (const { rule, from, to, cycle } of summary.violations) {
    const way = cycle === undefined ? to : cycle.map(({ name }) => name).join(" -> ");
    console.error(`${rule.name}: ${from} -> ${way}`);
  }
  const unseen = filesNotSeen(modules);
  for (const path of unseen) console.error(`not looked at by dependency-cruiser: ${path}`);
  const errors = summary.violations.length + unseen.length;
  console.log(
    `boundaries: ${modules.length} modules, ${summary.totalDependenciesCruised} dependencies, ${errors} violations`,
  );
  return errors === 0 ? 0 : 1;
}

/** It once reported "no violations (0 modules)" and ended well, so every source file is looked for in its answer. */
function filesNotSeen(modules: CruiseResult["modules"]): readonly string[] {
  const seen = new Set(modules.map(({ source }) => source));
  return FOLDERS.flatMap((folder) => filesBelow(join(repositoryRoot, folder), (path) => IS_SOURCE.test(path)))
    .map((path) => relative(repositoryRoot, path).split(sep).join("/"))
    .filter((path) => !seen.has(path));
}

function parseResult(text: string): CruiseResult | undefined {
  try {
    return JSON.parse(text) as CruiseResult;
  } catch {
    return undefined;
  }
}
