import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readRunbooks } from "./library.ts";
import { tellShift } from "./shift.ts";
import { caseFile, tell } from "./tell.ts";

const file = (name: string): string => join(import.meta.dirname, name);
// After a change that is meant: the case and the expected output are written anew, to be read before they are committed.
if (process.argv.includes("--renew")) {
  const { recorded } = await tellShift(readRunbooks());
  writeFileSync(file("regression-INC-001.json"), caseFile(recorded));
}
const { output, same } = await tell(readFileSync(file("regression-INC-001.json"), "utf8"));
if (process.argv.includes("--renew")) writeFileSync(file("expected-output.txt"), output);
process.stdout.write(output);
process.exitCode = same ? 0 : 1;
