import {
  compareCase,
  differenceWords,
  type CaseDifference,
  type CaseOutcome,
  type RegressionCase,
  type UnopenedCase,
} from "@plimsoll/core";
import { replayCase } from "./replay-case.js";

/** What came of replaying one case. */
export type Regression = {
  readonly name: string;
  readonly title: string;
  /** Whether the engine makes of it what it made of it then. */
  readonly same: boolean;
  readonly differences: readonly CaseDifference[];
  readonly actual: CaseOutcome | UnopenedCase;
};

/** In production a slice is read a moment after it is over, and sources lag by a slice or two; in a replay it is read at once. */
const SLICES_OF_LAG = 3;

/** Replays a case through the real engine and compares what comes of it with what is expected. */
export async function regress(
  recorded: RegressionCase,
  options: { readonly toleranceMs?: number } = {},
): Promise<Regression> {
  const { expected, name, settings, title } = recorded;
  const toleranceMs = options.toleranceMs ?? SLICES_OF_LAG * settings.sliceMs;
  const actual = await replayCase(recorded);
  const differences = compareCase(expected, actual, { toleranceMs });
  return { name, title, same: differences.length === 0, differences, actual };
}

/** Says what came of a case, in a line, and a line for each difference. */
export function regressionWords({ differences, name, same, title }: Regression): string {
  if (same) return `same       ${name}: ${title}`;
  const lines = differenceWords(differences).split("\n");
  return [`DIFFERENT  ${name}: ${title}`, ...lines.map((line) => `           ${line}`)].join("\n");
}
