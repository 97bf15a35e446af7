import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "tsup";

const ENTRIES = {
  index: "../index.ts",
  supervisor: "../processes/supervisor.ts",
  service: "../processes/service.ts",
  balancer: "../processes/balancer.ts",
  load: "../processes/load.ts",
} as const;

/** Builds the lab's processes, and its library beside them, from their sources into a new temporary folder, for tests that run without a build. */
export async function buildProcesses(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), "plimsoll-lab-processes-"));
  writeFileSync(join(directory, "package.json"), '{"type":"module"}');
  await build({
    config: false,
    entry: Object.fromEntries(
      Object.entries(ENTRIES).map(([name, path]) => [name, fileURLToPath(new URL(path, import.meta.url))]),
    ),
    outDir: directory,
    outExtension: () => ({ js: ".js" }),
    format: ["esm"],
    target: "node22",
    // The folder has no node_modules beside it.
    noExternal: [/.*/],
    clean: false,
    dts: false,
    silent: true,
  });
  return directory;
}
