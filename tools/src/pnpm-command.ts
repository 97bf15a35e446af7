import { readFileSync } from "node:fs";
import { join } from "node:path";
import { findBinary } from "./components/find-binary.ts";
import { repositoryRoot } from "./repository.ts";

/** How pnpm is called here: by name where it is on PATH, as in every script of pnpm's own, else through npx in the pinned version. */
export function pnpmCommand(): readonly [string, ...string[]] {
  if (findBinary(["pnpm"]) !== undefined) return ["pnpm"];
  const manifest = JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8")) as {
    readonly packageManager: string;
  };
  return ["npx", "-y", manifest.packageManager];
}
