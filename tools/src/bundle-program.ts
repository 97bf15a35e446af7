import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { build, type OnResolveArgs, type OnResolveResult, type Plugin, type PluginBuild } from "esbuild";
import { workspacePackages } from "./repository.ts";

/** What is bundled: a file, or text that stands as if it lay in `directory`. */
export type ProgramSource =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "text"; readonly text: string; readonly directory: string };

const RESOLVED = Symbol("resolved");

/**
 * Bundles a program with the workspace's packages from their sources. Everything else stays outside, named by its absolute path:
 * parts that are WASM or native find their files, and the bundle may lie anywhere.
 */
export async function bundleProgram(source: ProgramSource, outfile: string): Promise<void> {
  await build({
    ...(source.kind === "file"
      ? { entryPoints: [source.path] }
      : { stdin: { contents: source.text, resolveDir: source.directory, loader: "ts" as const } }),
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    sourcemap: "inline",
    conditions: ["@plimsoll/source", "import", "node"],
    logLevel: "silent",
    plugins: [workspacePlugin],
  });
}

const workspacePlugin: Plugin = {
  name: "workspace-from-source",
  setup(esbuild) {
    const sources = workspaceSources();
    esbuild.onResolve({ filter: /^[^./]/ }, (args) => resolveBare(esbuild, sources, args));
  },
};

async function resolveBare(
  esbuild: PluginBuild,
  sources: ReadonlyMap<string, string>,
  args: OnResolveArgs,
): Promise<OnResolveResult | undefined> {
  if (args.pluginData === RESOLVED || args.kind === "entry-point" || args.path.startsWith("node:")) return undefined;
  const source = sources.get(args.path);
  if (source !== undefined) return { path: source };
  // A text has no package.json of its own: it may use what any package of the workspace uses.
  const folders = [args.resolveDir, ...workspacePackages().map(({ directory }) => directory)];
  for (const resolveDir of folders) {
    const found = await esbuild.resolve(args.path, { resolveDir, kind: args.kind, pluginData: RESOLVED });
    if (found.errors.length > 0) continue;
    return found.external ? found : { path: pathToFileURL(found.path).href, external: true };
  }
  return {
    errors: [
      { text: `no package of the workspace has "${args.path}" (from ${args.importer || dirname(args.resolveDir)})` },
    ],
  };
}

/** `@plimsoll/service/api` -> the absolute path of its source. */
export function workspaceSources(): ReadonlyMap<string, string> {
  const entries = workspacePackages().flatMap(({ directory, manifest }) =>
    Object.entries(manifest.exports ?? {}).flatMap(([path, conditions]) => {
      const source =
        typeof conditions === "string" ? conditions : (conditions as Record<string, unknown>)["@plimsoll/source"];
      if (typeof source !== "string" || !/\.tsx?$/.test(source)) return [];
      return [[`${manifest.name}${path.slice(1)}`, join(directory, source)] as const];
    }),
  );
  return new Map(entries);
}
