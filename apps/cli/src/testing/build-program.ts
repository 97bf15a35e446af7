import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleProgram } from "../../../../tools/src/bundle-program.ts";

const PACKAGE = fileURLToPath(new URL("../..", import.meta.url));
const LAB = fileURLToPath(new URL("../../../lab/src/processes", import.meta.url));

/** The command line as a program of its own. */
export type BuiltProgram = {
  /** What to give to Node. */
  readonly path: string;
  remove(): void;
};

/** Bundles the command line and the lab's processes from their sources, for tests that run without a build. */
export async function buildProgram(): Promise<BuiltProgram> {
  const temporary = join(PACKAGE, "temp");
  mkdirSync(temporary, { recursive: true });
  // Inside the package, so that what it resolves at run time is found; laid out as the package itself is.
  const folder = mkdtempSync(join(temporary, "program-"));
  copyFileSync(join(PACKAGE, "package.json"), join(folder, "package.json"));
  const path = join(folder, "dist", "plimsoll.js");
  await Promise.all([
    bundleProgram({ kind: "text", directory: join(PACKAGE, "src"), text: 'import { main } from "./main.js"; await main();' }, path),
    ...["supervisor", "service", "balancer", "load"].map((name) =>
      bundleProgram({ kind: "file", path: join(LAB, `${name}.ts`) }, join(folder, "dist", "processes", `${name}.js`)),
    ),
  ]);
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
