// `pnpm bench <name> [--quick]`: a table for people on stderr, JSON on stdout.
import { runUnderPinnedNode } from "../tools/src/pinned-node.mjs";

runUnderPinnedNode("tools/src/bench/run-bench.ts", process.argv.slice(2));
