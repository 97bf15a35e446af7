import type { Correction } from "./correction.js";
import { coveredAt } from "./covered-time.js";

/** What corrections do to one slice: nothing, leave it out as if never expected, or count its events as good. */
export type CorrectionOutcome =
  | { readonly kind: "none" }
  | { readonly kind: "dropped" | "counted-good"; readonly correctionId: string };

/**
 * Finds what corrections do to a slice of an SLO, which is covered when its start is. `drop` beats `count-good`; of
 * several that do the same the first is named.
 */
export function applyCorrections(
  slice: { readonly sloId: string; readonly atMs: number },
  corrections: readonly Correction[],
): CorrectionOutcome {
  let outcome: CorrectionOutcome = { kind: "none" };
  for (const { id, sloIds, effect, covers } of corrections) {
    if (sloIds !== "all" && !sloIds.includes(slice.sloId)) continue;
    if (!coveredAt(covers, slice.atMs)) continue;
    if (effect === "drop") return { kind: "dropped", correctionId: id };
    if (outcome.kind === "none") outcome = { kind: "counted-good", correctionId: id };
  }
  return outcome;
}
