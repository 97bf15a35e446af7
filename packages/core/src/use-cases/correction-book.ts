import type { Interval } from "../ledger/index.js";
import type { Correction } from "../slo/correction.js";
import { applyCorrections, type CorrectionOutcome } from "../slo/apply-corrections.js";
import { coveredIntervals } from "../slo/covered-time.js";

/** Knows which correction covers a slice of an SLO. A slice is covered when its start is; `drop` beats `count-good`. */
export type CorrectionBook = {
  readonly corrections: readonly Correction[];
  effectAt(sloId: string, sliceMs: number): CorrectionOutcome["kind"];
  /** Where an SLO's slices are dropped inside [fromMs, toMs): ascending, disjoint, on slice boundaries. */
  dropped(sloId: string, fromMs: number, toMs: number): readonly Interval[];
};

export function createCorrectionBook(corrections: readonly Correction[], sliceMs: number): CorrectionBook {
  const forAll = corrections.filter(({ sloIds }) => sloIds === "all");
  const bySlo = new Map<string, Correction[]>();
  for (const correction of corrections) {
    if (correction.sloIds === "all") continue;
    // Sorted by SLO once, so that no slice has to look for its SLO in a list of thousands.
    const found: Correction = { ...correction, sloIds: "all" };
    for (const sloId of new Set(correction.sloIds)) {
      const known = bySlo.get(sloId);
      if (known === undefined) bySlo.set(sloId, [...forAll, found]);
      else known.push(found);
    }
  }
  const of = (sloId: string): readonly Correction[] => bySlo.get(sloId) ?? forAll;
  return {
    corrections,
    effectAt(sloId, sliceMs) {
      const found = of(sloId);
      return found.length === 0 ? "none" : applyCorrections({ sloId, atMs: sliceMs }, found).kind;
    },
    dropped(sloId, fromMs, toMs) {
      const drops = of(sloId).filter(({ effect }) => effect === "drop");
      return drops.length === 0 ? [] : coveredSlices(drops, { fromMs, toMs, sliceMs });
    },
  };
}

/** The slices that any of the corrections covers, as merged intervals on slice boundaries. */
export function coveredSlices(
  corrections: readonly Correction[],
  range: Interval & { readonly sliceMs: number },
): readonly Interval[] {
  const up = (ms: number): number => Math.ceil(ms / range.sliceMs) * range.sliceMs;
  const all = corrections
    .flatMap(({ covers }) => coveredIntervals(covers, range.fromMs, range.toMs))
    .map(({ fromMs, toMs }) => ({ fromMs: up(fromMs), toMs: up(toMs) }))
    .filter(({ fromMs, toMs }) => fromMs < toMs)
    .sort((a, b) => a.fromMs - b.fromMs);
  const merged: { fromMs: number; toMs: number }[] = [];
  for (const interval of all) {
    const last = merged.at(-1);
    if (last !== undefined && interval.fromMs <= last.toMs) last.toMs = Math.max(last.toMs, interval.toMs);
    else merged.push({ ...interval });
  }
  return merged;
}
