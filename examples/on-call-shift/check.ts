import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

// Two processes, one after the other, print what is in the file, to the byte.
const expected = readFileSync(join(import.meta.dirname, "expected-output.txt"), "utf8");
for (const run of ["first", "second"]) {
  const printed = execFileSync(process.execPath, [join(import.meta.dirname, "main.ts")], { encoding: "utf8" });
  assert.equal(printed, expected, `the ${run} run printed something else`);
}
console.log(`the shift was told twice, and was the same: ${expected.split("\n").length} lines`);
