import { existsSync } from "node:fs";
import { join } from "node:path";
import { buildPackages } from "../build/build-packages.ts";
import { isBuilt, noteBuilt } from "../build/is-built.ts";
import { runUnderPinnedNode } from "../pinned-node.mjs";
import { repositoryRoot, workspacePackages } from "../repository.ts";

const COMMAND_LINE = "apps/cli/bin/plimsoll.js";
const args = process.argv.slice(2);

if (!isBuilt(workspacePackages())) {
  const startedAt = new Date();
  process.stderr.write("building Plimsoll\n");
  const outcome = await buildPackages();
  if (outcome.kind === "failed") {
    process.stderr.write(`${outcome.log}\nThe build failed; nothing was started.\n`);
    process.exit(3);
  }
  noteBuilt(startedAt);
}
if (!existsSync(join(repositoryRoot, COMMAND_LINE))) {
  process.stderr.write(`${COMMAND_LINE} is not there: this checkout is not complete.\n`);
  process.exit(3);
}
runUnderPinnedNode(COMMAND_LINE, args);
