import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The folder of the built dashboard; undefined when it is not built. */
export function dashboardDirectory(): string | undefined {
  const manifest = createRequire(import.meta.url).resolve("@plimsoll/dashboard/package.json");
  const directory = join(dirname(manifest), "dist");
  return existsSync(join(directory, "index.html")) ? directory : undefined;
}
