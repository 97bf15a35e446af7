import type { HistorySlice } from "../ports/sli-history.js";
import type { LedgerSample } from "../ledger/index.js";
import type { CorrectionOutcome } from "../slo/apply-corrections.js";

/** What corrections do to a slice. */
export type CorrectionEffect = CorrectionOutcome["kind"];

/**
 * What a stored slice adds to the ledger under a correction.
 *
 * A dropped slice adds nothing at all: the slices of a dropped interval count as measured zero, whether something was
 * measured in them or not; the keeper records that. That is the same as never having been expected.
 */
export function sliceContribution(slice: HistorySlice, effect: CorrectionEffect): Required<LedgerSample> {
  switch (effect) {
    case "dropped":
      return { bad: 0, total: 0, slices: 0 };
    case "counted-good":
      return { bad: 0, total: slice.total, slices: slice.slices };
    case "none":
      return { bad: slice.total - slice.good, total: slice.total, slices: slice.slices };
  }
}

/** What turns the contribution under one effect into that under another. */
export function contributionChange(
  slice: HistorySlice,
  effects: { readonly before: CorrectionEffect; readonly after: CorrectionEffect },
): Required<LedgerSample> {
  const before = sliceContribution(slice, effects.before);
  const after = sliceContribution(slice, effects.after);
  return { bad: after.bad - before.bad, total: after.total - before.total, slices: after.slices - before.slices };
}
