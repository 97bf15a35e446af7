/** One ring of the ledger: how long each of its cells is, and how many it keeps. */
export type Tier = { readonly cellMs: number; readonly cells: number };

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Slices are 15 s unless configured: fine enough to page within a minute, coarse enough to keep a month. */
export const DEFAULT_SLICE_MS = 15 * SECOND_MS;

/**
 * The cell that holds a window's start is at most 1/72 of the window: 5 min in 6 h, 1 h in 3 d. The sum then
 * covers at most 1.4 % more time than was asked for, and the ledger says how many events that can be.
 */
export const EDGE_SHARE = 72;

/** Evaluation may lag the ring clock by a few slices (a late watermark) and still find cells as fine as promised. */
const DEFAULT_LAG_MS = 5 * MINUTE_MS;

/**
 * The cells that may follow the slice, and the age from which the long ones may take over. Hours stay for 32 days,
 * so that months that start on the hour are exact; days start where a quarter ends.
 */
export const TIER_LADDER: readonly { readonly cellMs: number; readonly fromAgeMs: number }[] = [
  { cellMs: 15 * SECOND_MS, fromAgeMs: 0 },
  { cellMs: MINUTE_MS, fromAgeMs: 0 },
  { cellMs: 5 * MINUTE_MS, fromAgeMs: 0 },
  { cellMs: 15 * MINUTE_MS, fromAgeMs: 0 },
  { cellMs: HOUR_MS, fromAgeMs: 0 },
  { cellMs: 6 * HOUR_MS, fromAgeMs: 32 * DAY_MS },
  { cellMs: DAY_MS, fromAgeMs: 93 * DAY_MS },
];

/**
 * Chooses the tiers for a slice length and the longest window that will be asked for.
 *
 * An edge of age A (now - edge) lands in a cell no longer than max(slice, A / 72); a window that ends up to `lagMs`
 * before now therefore starts in a cell no longer than 1/72 of itself. 15 s slices and 30 days take 38.6 KB per SLO.
 * Beyond the longest window days do, as far as `reachMs`: a second month of them takes 1.3 KB.
 * Throws RangeError unless the slice is whole seconds that divide an hour.
 */
export function planTiers(request: {
  readonly sliceMs: number;
  readonly longestWindowMs: number;
  readonly lagMs?: number;
  /** How far back sums are wanted that may start a day early, as for reports. */
  readonly reachMs?: number;
}): readonly Tier[] {
  const { sliceMs, longestWindowMs, lagMs = DEFAULT_LAG_MS, reachMs = 0 } = request;
  if (!(sliceMs >= SECOND_MS) || sliceMs % SECOND_MS !== 0 || HOUR_MS % sliceMs !== 0) {
    throw new RangeError(`sliceMs is ${sliceMs}; use whole seconds that divide an hour, such as 15000`);
  }
  if (!Number.isSafeInteger(longestWindowMs) || longestWindowMs < sliceMs) {
    throw new RangeError(
      `longestWindowMs is ${longestWindowMs}; use whole milliseconds, at least one slice (${sliceMs})`,
    );
  }
  if (!Number.isSafeInteger(lagMs) || lagMs < 0) {
    throw new RangeError(`lagMs is ${lagMs}; use whole milliseconds, zero or more`);
  }

  const tiers: Tier[] = [];
  let cellMs = sliceMs;
  for (const step of TIER_LADDER) {
    const takesOverMs = Math.max(EDGE_SHARE * step.cellMs, step.fromAgeMs);
    if (step.cellMs <= cellMs || step.cellMs % cellMs !== 0 || takesOverMs >= longestWindowMs) continue;
    tiers.push({ cellMs, cells: cellsFor(takesOverMs + lagMs, cellMs) });
    cellMs = step.cellMs;
  }
  if (reachMs <= longestWindowMs || cellMs === DAY_MS) {
    tiers.push({ cellMs, cells: cellsFor(Math.max(longestWindowMs, reachMs) + lagMs, cellMs) });
  } else {
    tiers.push(
      { cellMs, cells: cellsFor(longestWindowMs + lagMs, cellMs) },
      // One more, so that days reach at least as far as the finer cells, whatever the two lengths are.
      { cellMs: DAY_MS, cells: cellsFor(reachMs + lagMs, DAY_MS) + 1 },
    );
  }
  return tiers;
}

/** The ring keeps boundaries before now; one more than fits covers an age that ends inside a cell. */
function cellsFor(ageMs: number, cellMs: number): number {
  return Math.ceil(ageMs / cellMs) + 1;
}

/** Throws RangeError unless every tier nests in the next and the next reaches at least as far back. */
export function assertTiers(tiers: readonly Tier[]): void {
  if (tiers.length === 0) throw new RangeError("tiers is empty; a ledger needs at least the tier of its slices");
  let finer: Tier | undefined;
  for (const [index, tier] of tiers.entries()) {
    const { cellMs, cells } = tier;
    if (!Number.isSafeInteger(cellMs) || cellMs < 1 || !Number.isSafeInteger(cells) || cells < 1) {
      throw new RangeError(`tiers[${index}] is ${cells} cells of ${cellMs} ms; both must be positive integers`);
    }
    if (finer !== undefined && (cellMs <= finer.cellMs || cellMs % finer.cellMs !== 0)) {
      throw new RangeError(`tiers[${index}].cellMs is ${cellMs}; it must be a multiple of the finer ${finer.cellMs}`);
    }
    if (finer !== undefined && (cells - 1) * cellMs < (finer.cells - 1) * finer.cellMs) {
      throw new RangeError(`tiers[${index}] reaches less far back than the finer tier before it; give it more cells`);
    }
    finer = tier;
  }
}

/** Rows that one column takes: every cell's boundary, and the running totals. */
export function rowsOf(tiers: readonly Tier[]): number {
  return tiers.reduce((rows, tier) => rows + tier.cells, 1);
}
