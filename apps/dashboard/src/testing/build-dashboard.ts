import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { build } from "vite";

export type BuiltDashboard = { readonly folder: string; readonly remove: () => Promise<void> };

/** Builds the dashboard as it is released, into a folder of the test's own. */
export async function buildDashboard(): Promise<BuiltDashboard> {
  const folder = await mkdtemp(join(tmpdir(), "plimsoll-dashboard-"));
  // Test runners set this, and React would be built for development.
  process.env["NODE_ENV"] = "production";
  await build({
    root: fileURLToPath(new URL("../..", import.meta.url)),
    configFile: fileURLToPath(new URL("../../vite.config.ts", import.meta.url)),
    mode: "production",
    logLevel: "error",
    build: { outDir: folder, emptyOutDir: true },
  });
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
