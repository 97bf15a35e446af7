import { medianMs, row, type BenchRow } from "./bench-result.js";

/** A window by the rows that a ledger would take: where it starts in its tier, and how many cells long it is. */
type WindowCells = { readonly firstCell: number; readonly cells: number };

/**
 * Measures nine window sums in the two layouts that the ledger does not use, over plain arrays of the same size.
 * `rows` is the ledger's count of rows; `windows` are in cells of the finest tier that reaches their start.
 */
export function compareLayouts(slos: number, rows: number, windows: readonly WindowCells[]): readonly BenchRow[] {
  const bad = new Float64Array(slos * rows).fill(1);
  const total = new Float64Array(slos * rows).fill(2);
  const measured = new Uint32Array(slos * rows).fill(3);
  const at = (array: Float64Array | Uint32Array, index: number): number => array[index] as number;
  let seen = 0;

  const sloOutermost = medianMs(5, () => {
    for (let slo = 0; slo < slos; slo += 1) {
      for (const { firstCell, cells } of windows) {
        const from = slo * rows + firstCell;
        const to = from + cells;
        seen += at(bad, to) - at(bad, from) + at(total, to) - at(total, from) + at(measured, to) - at(measured, from);
      }
    }
  });

  const sums = new Float64Array(3 * slos);
  const withoutCumulativeSums = medianMs(3, () => {
    for (const { firstCell, cells } of windows) {
      sums.fill(0);
      for (let cell = firstCell; cell < firstCell + cells; cell += 1) {
        const from = cell * slos;
        for (let slo = 0; slo < slos; slo += 1) {
          sums[slo] = at(sums, slo) + at(bad, from + slo);
          sums[slos + slo] = at(sums, slos + slo) + at(total, from + slo);
          sums[2 * slos + slo] = at(sums, 2 * slos + slo) + at(measured, from + slo);
        }
      }
      seen += at(sums, 0);
    }
  });

  if (!Number.isFinite(seen)) throw new Error("the layouts' sums are not finite; the arrays were not filled");
  const nanoseconds = (ms: number): number => (ms * 1e6) / slos;
  return [
    row(`nine windows, SLO outermost, ${slos} SLOs`, nanoseconds(sloOutermost), "ns/SLO"),
    row(`nine windows, no cumulative sums, ${slos} SLOs`, nanoseconds(withoutCumulativeSums), "ns/SLO"),
  ];
}
