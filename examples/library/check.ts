import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

// Half of the requests of nine or ten whole minutes are 450 to 500 of the 1,008 bad ones that a week of such traffic allows.
const printed = execFileSync(process.execPath, [fileURLToPath(new URL("main.ts", import.meta.url))], {
  encoding: "utf8",
});
process.stdout.write(printed);
const [budget = "", explanation = "", gate = ""] = printed.split("\n");
assert.match(budget, /^budget left: 5[0-5] %$/);
assert.match(explanation, /^web-availability pages: /);
assert.equal(gate, "may a feature go? deny");
