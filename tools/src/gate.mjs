// `node tools/src/gate.mjs <name> [...]` runs tools/src/gates/<name>.ts under the repository's own Node.
import { runUnderPinnedNode } from "./pinned-node.mjs";

const [name, ...args] = process.argv.slice(2);
if (name === undefined || !/^[a-z-]+$/.test(name)) {
  console.error("usage: node tools/src/gate.mjs <gate> [arguments]; the gates are the files of tools/src/gates");
  process.exit(2);
}
runUnderPinnedNode(`tools/src/gates/${name}.ts`, args);
