import { join } from "node:path";
import type { WorkspacePackage } from "./repository.ts";

/** One way into a published package: `@plimsoll/adapters-notifiers/slack`. */
export interface PublishedEntry {
  readonly specifier: string;
  /** The package's folder. */
  readonly directory: string;
  /** Absolute path of the compiled declarations. */
  readonly types: string;
  /** Absolute path of the source. */
  readonly source: string;
  readonly reportFile: string;
}

/**
 * Every entry that a package's `exports` name, in their order; none for a package that is files alone and names its package.json only.
 * Throws when one lacks its types or its source: no gate may pass it over.
 */
export function publishedEntries({ directory, manifest }: WorkspacePackage): readonly PublishedEntry[] {
  const unscoped = manifest.name.replace(/^@[^/]+\//, "");
  const paths = Object.entries(manifest.exports ?? {});
  const code = paths.filter(([path]) => !path.endsWith(".json"));
  if (paths.length === 0) throw new Error(`${manifest.name} is published and its package.json exports nothing`);
  return code.map(([path, conditions]) => {
    const subPath = path.replace(/^\.\/?/, "");
    return {
      specifier: subPath === "" ? manifest.name : `${manifest.name}/${subPath}`,
      directory,
      types: join(directory, conditionOf(manifest.name, path, conditions, "types")),
      source: join(directory, conditionOf(manifest.name, path, conditions, "@plimsoll/source")),
      reportFile: `${[unscoped, ...subPath.split("/").filter((part) => part !== "")].join("-")}.api.md`,
    };
  });
}

function conditionOf(name: string, path: string, conditions: unknown, condition: string): string {
  const target = (conditions as Readonly<Record<string, unknown>> | null)?.[condition];
  if (typeof target !== "string") throw new Error(`${name}: exports["${path}"] has no "${condition}"`);
  return target;
}
