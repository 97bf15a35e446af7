import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { formatIssues, parseRunbooks } from "@plimsoll/config";
import { lintRunbook, rehearseRunbook } from "@plimsoll/core";

const folder = join(import.meta.dirname, "runbooks");
const files = readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }));
const parsed = parseRunbooks(files);
if (!parsed.ok) throw new Error(formatIssues(parsed.error, { color: false }));

const library = new Map(parsed.value.map(({ runbook }) => [runbook.id, runbook]));
const names = { remediators: new Set(["lab"]), fleets: new Set(["lab"]) };
const problems: string[] = [];
for (const { rehearsals, runbook } of parsed.value) {
  // The day of the last rehearsal is fixed in the files; what is checked here is all else.
  const nowMs = runbook.lastRehearsedMs ?? 0;
  for (const { message } of await lintRunbook(runbook, { nowMs, library, ...names })) problems.push(message);
  for (const rehearsal of rehearsals) {
    const outcome = rehearseRunbook(runbook, rehearsal, library);
    const differences = outcome.ok ? outcome.value.differences : outcome.error.map(({ message }) => message);
    problems.push(...differences.map((text) => `${runbook.id}, ${rehearsal.name}: ${text}`));
  }
  console.log(`${runbook.id}: ${rehearsals.length} rehearsals`);
}
if (parsed.value.length !== 6) problems.push(`expected six runbooks, found ${parsed.value.length}`);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
