// `pnpm plimsoll <arguments>`: the command line of this checkout, built first when its sources are newer.
import { runUnderPinnedNode } from "./pinned-node.mjs";

runUnderPinnedNode("tools/src/command-line/run-plimsoll.ts", process.argv.slice(2));
