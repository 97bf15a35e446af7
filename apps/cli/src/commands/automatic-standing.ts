import type { ParsedRunbook } from "@plimsoll/config";
import { automaticReadiness, LEVEL_STARTED_BY_ENGINE, type AutomaticStanding } from "@plimsoll/core";

/** Whether the engine may start a runbook by itself, as far as the files alone can tell; undefined below level 4. */
export async function automaticStandingOf(
  { runbook }: ParsedRunbook,
  books: readonly ParsedRunbook[],
): Promise<AutomaticStanding | undefined> {
  if (runbook.level < LEVEL_STARTED_BY_ENGINE) return undefined;
  const reasons = await automaticReadiness(runbook, {
    nowMs: Date.now(),
    library: new Map(books.map((one) => [one.runbook.id, one.runbook])),
    rehearsals: new Map(books.map((one) => [one.runbook.id, one.rehearsals])),
    // Their names are the service's.
    remediators: new Set(),
    fleets: new Set(),
    unheld: new Set(["unknown-remediator", "unknown-fleet"] as const),
  });
  return { starts: reasons.length === 0, reasons };
}

/** Says it in one line. */
export function automaticStandingWords({ reasons, starts }: AutomaticStanding): string {
  return starts
    ? "started by the engine: yes, where automation.mode is act, because it is rehearsed and sound"
    : `started by the engine: no, because ${reasons.map(({ message }) => message).join(" ")}`;
}
