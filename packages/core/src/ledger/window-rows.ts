import { HEAD_ROW, type RingClock } from "./ring-clock.js";

/** A half-open interval, [fromMs, toMs), in epoch milliseconds. */
export type Interval = { readonly fromMs: number; readonly toMs: number };

/**
 * The interval that a window sum really covers: never shorter than asked for, as far as the head.
 *
 * `edges` are the cells that the asked-for window cuts through (none, one or two); the events in them are the most by
 * which the sum can exceed the true one, and a sum over an edge is itself exact.
 */
export type SummedInterval = Interval & { readonly edges: readonly Interval[] };

/** A summed interval with the rows whose difference is its sum. */
export type WindowRows = {
  readonly interval: SummedInterval;
  readonly from: number;
  readonly to: number;
};

/**
 * Finds the two rows whose difference is the sum over a window. Beyond the head nothing is counted.
 * Throws RangeError for a window that is reversed or starts before what the rings hold.
 */
export function windowRows(clock: RingClock, fromMs: number, toMs: number): WindowRows {
  if (!Number.isFinite(fromMs) || !Number.isFinite(toMs) || fromMs > toMs) {
    throw new RangeError(`the window [${fromMs}, ${toMs}) is none; give two instants in order`);
  }
  const untilMs = Math.min(toMs, clock.headMs);
  if (fromMs >= untilMs) {
    return { interval: { fromMs, toMs: fromMs, edges: [] }, from: HEAD_ROW, to: HEAD_ROW };
  }
  if (fromMs < clock.oldestMs) {
    throw new RangeError(
      `the window starts at ${fromMs}, before the oldest instant held, ${clock.oldestMs}; plan tiers for a longer window`,
    );
  }

  const start = clock.cellAt(fromMs);
  const end = endOf(clock, untilMs);
  const edges: Interval[] = [];
  if (start.startMs < fromMs) edges.push({ fromMs: start.startMs, toMs: Math.min(start.endMs, end.toMs) });
  // An end inside the start's own cell is covered by that edge already.
  if (end.cut !== undefined && end.cut.fromMs >= (edges[0]?.toMs ?? -Infinity)) edges.push(end.cut);
  return { interval: { fromMs: start.startMs, toMs: end.toMs, edges }, from: start.startRow, to: end.row };
}

function endOf(clock: RingClock, untilMs: number): { row: number; toMs: number; cut?: Interval } {
  if (untilMs === clock.headMs) return { row: HEAD_ROW, toMs: untilMs };
  const cell = clock.cellAt(untilMs);
  if (untilMs === cell.startMs) return { row: cell.startRow, toMs: untilMs };
  return { row: cell.endRow, toMs: cell.endMs, cut: { fromMs: cell.startMs, toMs: cell.endMs } };
}
