import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "tsup";

const PROCESSES = ["supervisor", "service", "balancer", "load"] as const;

/** Builds the lab's processes from their sources into a new temporary folder, for tests that run without a build. */
export async function buildProcesses(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), "plimsoll-lab-processes-"));
  writeFileSync(join(directory, "package.json"), '{"type":"module"}');
  await build({
    config: false,
    entry: Object.fromEntries(
      PROCESSES.map((name) => [name, fileURLToPath(new URL(`../processes/${name}.ts`, import.meta.url))]),
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
