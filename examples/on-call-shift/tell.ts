import { parseCase, type RegressionCase } from "@plimsoll/core";
import { regress, regressionWords } from "@plimsoll/simulation";
import { readRunbooks } from "./library.ts";
import { tellShift } from "./shift.ts";

/** Tells the shift, and replays the case that was made of its incident earlier. */
export async function tell(
  caseText: string,
): Promise<{ readonly output: string; readonly recorded: RegressionCase; readonly same: boolean }> {
  const { recorded, text } = await tellShift(readRunbooks());
  const read = parseCase(JSON.parse(caseText));
  if (!read.ok) throw new Error(read.error.message);
  const outcome = await regress(read.value, { toleranceMs: 0 });
  return { output: `${text}\n${regressionWords(outcome)}\n`, recorded, same: outcome.same };
}

/** A case as its file holds it. */
export function caseFile(recorded: RegressionCase): string {
  return `${JSON.stringify(recorded, undefined, 2)}\n`;
}
