import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PACKAGE = fileURLToPath(new URL("../..", import.meta.url));
// By its address and not by an import: the repository's tools are no part of this package.
const BUNDLER = new URL("../../../../tools/src/bundle-program.ts", import.meta.url).href;
const LAB = fileURLToPath(new URL("../../../lab/src/processes", import.meta.url));

type Source =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "text"; readonly text: string; readonly directory: string };
type Bundler = { bundleProgram(source: Source, outfile: string): Promise<void> };

/** The command line as a program of its own. */
export type BuiltProgram = {
  /** What to give to Node. */
  readonly path: string;
  remove(): void;
};

/** Bundles the command line and the lab's processes from their sources, for tests that run without a build. */
export async function buildProgram(): Promise<BuiltProgram> {
  const { bundleProgram } = (await import(BUNDLER)) as Bundler;
  const temporary = join(PACKAGE, "temp");
  mkdirSync(temporary, { recursive: true });
  // Inside the package, so that what it resolves at run time is found; laid out as the package itself is.
  const folder = mkdtempSync(join(temporary, "program-"));
  copyFileSync(join(PACKAGE, "package.json"), join(folder, "package.json"));
  const path = join(folder, "dist", "plimsoll.js");
  await Promise.all([
    bundleProgram(
      { kind: "text", directory: join(PACKAGE, "src"), text: 'import { main } from "./main.js"; await main();' },
      path,
    ),
    ...["supervisor", "service", "balancer", "load"].map((name) =>
      bundleProgram({ kind: "file", path: join(LAB, `${name}.ts`) }, join(folder, "dist", "processes", `${name}.js`)),
    ),
  ]);
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
