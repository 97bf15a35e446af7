// `pnpm demo [arguments]`: the lab and the service side by side, built first when their sources are newer.
import { runUnderPinnedNode } from "./pinned-node.mjs";

runUnderPinnedNode("tools/src/command-line/run-plimsoll.ts", ["demo", ...process.argv.slice(2)]);
