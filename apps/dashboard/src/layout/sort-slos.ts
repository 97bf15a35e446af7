import type { SloStatus } from "../api/answers.js";
import { shownVerdict, VERDICT_KINDS } from "./shown-verdict.js";

/** Puts the worst first: what somebody is woken for, then what may be wrong, then what has the least left. */
export function sortSlos(slos: readonly SloStatus[]): readonly SloStatus[] {
  return slos
    .map((slo) => ({ slo, rank: rankOf(slo) }))
    .toSorted(
      (one, other) =>
        one.rank - other.rank ||
        one.slo.budget.remainingRatio - other.slo.budget.remainingRatio ||
        one.slo.id.localeCompare(other.slo.id),
    )
    .map(({ slo }) => slo);
}

function rankOf(slo: SloStatus): number {
  const { kind, quiet } = shownVerdict(slo);
  const rank = VERDICT_KINDS.indexOf(kind) * 10;
  if (slo.mode === "shadow") return 100 + rank;
  // Held back: somebody is already woken for what causes it.
  if (quiet) return 15 + rank / 10;
  return kind === "healthy" && slo.budget.remainingRatio < 0 ? 25 : rank;
}
