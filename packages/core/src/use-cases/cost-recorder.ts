import { isOpenStatus } from "../incident/incident-lifecycle.js";
import type { IncidentState } from "../incident/incident.js";
import { DAY_MS, MINUTE_MS } from "../calendar/civil-date.js";
import { commitDecided } from "./commit-decided.js";
import type { IncidentBook } from "./incident-book.js";
import { entriesFor } from "./incident-entries.js";
import type { IncidentShares } from "./incident-shares.js";
import type { Journal } from "./journal.js";

/** So long its last slices may still be under way. */
const SETTLES_AFTER_MS = 2 * MINUTE_MS;

/** What could not be counted in so long a time is not asked for again. */
const GIVEN_UP_AFTER_MS = DAY_MS;

/** A round has other work: of many incidents that end at once the rest waits for the next one. */
const MOST_AT_ONCE = 100;

/**
 * Writes what incidents that have ended took of the budget to their course, so that it stays known when their slices are
 * held no more. Nothing is written where it is not known.
 */
export function createCostRecorder(options: {
  readonly journal: Journal;
  readonly book: IncidentBook;
  readonly shares: IncidentShares;
}): (nowMs: number) => Promise<readonly string[]> {
  const { book, journal, shares } = options;
  return async (nowMs) => {
    const settled = book.all().filter((state) => isDue(state, nowMs));
    const recorded: string[] = [];
    for (const state of settled) {
      const share = shares(state);
      if (share.kind !== "measured") continue;
      const { id } = state;
      const round = state.rounds.length - 1;
      const command = {
        type: "record-cost",
        round,
        share,
        atMs: nowMs,
        actor: "engine",
        causeId: `cost/${id}/${round}`,
      } as const;
      await commitDecided(journal, () => entriesFor(book, id, command));
      recorded.push(id);
      if (recorded.length === MOST_AT_ONCE) break;
    }
    return recorded;
  };
}

function isDue({ recordedCost, rounds, status }: IncidentState, nowMs: number): boolean {
  const resolvedAtMs = rounds.at(-1)?.resolvedAtMs;
  if (isOpenStatus(status) || resolvedAtMs === undefined || recordedCost?.round === rounds.length - 1) return false;
  const sinceMs = nowMs - resolvedAtMs;
  return sinceMs >= SETTLES_AFTER_MS && sinceMs < GIVEN_UP_AFTER_MS;
}
