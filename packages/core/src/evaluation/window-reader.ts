/** The counts of one SLO over one window, as a ledger gives them. */
export type WindowCounts = {
  readonly bad: number;
  readonly total: number;
  /** Slices measured in the interval. */
  readonly measured: number;
  /** Slices of the interval that were expected: those since the SLO's birth that no correction left out. */
  readonly expected: number;
  /** The interval summed, which may start earlier and end later than asked where slices are held coarsely. */
  readonly fromMs: number;
  readonly toMs: number;
  /** The most by which `bad` and `total` exceed those of the window asked for. */
  readonly edge: { readonly bad: number; readonly total: number };
};

/** Sums one SLO's events over any window, [fromMs, toMs). */
export type WindowReader = (fromMs: number, toMs: number) => WindowCounts;

/** Binds a ledger's sums to one column. */
export function columnReader(
  ledger: { sum(column: number, fromMs: number, toMs: number): WindowCounts },
  column: number,
): WindowReader {
  return (fromMs, toMs) => ledger.sum(column, fromMs, toMs);
}
