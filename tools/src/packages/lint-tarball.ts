import { readFileSync } from "node:fs";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { publishedEntries } from "../published-entries.ts";
import { runCommand } from "../run-command.ts";
import type { PackedPackage } from "./pack.ts";

/** What publint and "are the types wrong" have against a packed package, in words. */
export async function lintTarball({ published, tarball }: PackedPackage): Promise<readonly string[]> {
  const bytes = readFileSync(tarball);
  const { messages, pkg } = await publint({ strict: true, pack: { tarball: new Uint8Array(bytes).buffer } });
  const remarks = messages
    .filter(({ type }) => type !== "suggestion")
    .map(
      (message) =>
        `${published.manifest.name}: publint: ${formatMessage(message, pkg, { color: false }) ?? message.code}`,
    );
  // A package of files alone, such as the dashboard's pages, has no types to be wrong.
  if (publishedEntries(published).length === 0) return remarks;
  const types = await runCommand("attw", [
    "--profile",
    "esm-only",
    "--no-color",
    "--no-emoji",
    "--format",
    "ascii",
    tarball,
  ]);
  // It ends well on a package without any types.
  const areTyped = types.code === 0 && !/does not contain types|No types found/i.test(types.output);
  return areTyped ? remarks : [...remarks, `${published.manifest.name}: attw:\n${types.output}`];
}
