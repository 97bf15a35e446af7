// `pnpm test [--strict] [files...]`: builds, prepares real components, runs all tests; the last line is the count.
import { runUnderPinnedNode } from "./pinned-node.mjs";

runUnderPinnedNode("tools/src/test/run-tests.ts", process.argv.slice(2));
